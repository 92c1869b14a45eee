"""One neuron at three depths, on the real ngspice: what its parts' data sheets say, it does."""

from __future__ import annotations

import dataclasses
import json
import math
import re
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from spiketwin.circuits.decks import netlist_text
from spiketwin.circuits.engine import Engine
from spiketwin.circuits.solver import SolverSettings
from spiketwin.cli.main import main
from spiketwin.compare import Verdict, compare, find_twin, match_spikes, refinement_uncertainty
from spiketwin.compare.circuit_runs import MountedCircuit
from spiketwin.compare.lif_levels import LIF_LEVELS, MacroParts, TransistorParts
from spiketwin.models import Constant, HeldNoise, LeakyNeuron, ParameterError, PulseTrain, Step

if TYPE_CHECKING:
    from spiketwin.compare.comparison import Comparison

NETLISTS = Path(__file__).parents[2] / "netlists"
LIF = LeakyNeuron()
TAU = 10e-3
CURRENT = 20e-6  # heads for 2 V, twice the threshold
DRIVE = Constant(current=CURRENT)
REAL = ("macro", "transistor")


@pytest.fixture(scope="module")
def engine():
    with Engine() as running:
        yield running


@pytest.fixture(scope="module")
def built(engine):
    """Compare at a level with other parts than the catalogue's, each case once."""
    known: dict[object, Comparison] = {}

    def compared(level, stimulus=DRIVE, **changes) -> Comparison:
        key = (level, stimulus.kind, *changes.items())
        if key not in known:
            real = LIF_LEVELS[level]
            parts = dataclasses.replace(real.parts, **changes)
            twin = dataclasses.replace(
                find_twin("lif"), real_levels={level: dataclasses.replace(real, parts=parts)}
            )
            known[key] = compare(
                twin, LIF, stimulus, level=level, duration=60e-3, simulate=engine.simulate
            )
        return known[key]

    return compared


def codes(comparison):
    return [finding.code for finding in comparison.findings]


@pytest.mark.parametrize("level", REAL)
@pytest.mark.parametrize(
    "stimulus",
    [
        DRIVE,
        PulseTrain(current=60e-6, width=2e-3, period=5e-3, onset=1e-3),
        HeldNoise(mean=15e-6, sigma=20e-6, hold=1e-3, seed=3),
    ],
    ids=lambda stimulus: stimulus.kind,
)
def test_real_parts_fire_the_models_spikes_once_each(built, level, stimulus):
    comparison = built(level, stimulus)
    assert len(comparison.model.spikes) >= 3
    assert len(comparison.circuit.spikes.train) == len(comparison.model.spikes)
    assert comparison.agreement.match.pairs.tolist() == [
        [k, k] for k in range(len(comparison.model.spikes))
    ]
    # a second firing of the comparator would follow within the refractory time
    assert comparison.circuit.spikes.train.intervals.min() > LIF.refractory


@pytest.mark.parametrize("level", REAL)
def test_real_parts_disagree_at_a_thousandth_and_the_findings_name_the_parts(built, level):
    comparison = built(level)
    assert comparison.verdict is Verdict.DISAGREE
    assert {"threshold-off", "reset-off"} <= set(codes(comparison))
    assert "tau-off" not in codes(comparison)
    assert abs(comparison.as_built.tau.value / TAU - 1) < 1e-4


@pytest.mark.parametrize("level", REAL)
def test_an_interval_is_what_the_parts_as_built_make_of_it(built, level):
    # the equation with the threshold, reset and refractory time that the waveform shows, and the
    # drive with the bias current of the comparator's input
    comparison = built(level)
    bias = getattr(LIF_LEVELS[level].parts, "bias", 0.0)
    heads_for = (CURRENT + bias) * LIF.resistance
    fit = comparison.as_built
    interval = fit.refractory.value + TAU * math.log(
        (heads_for - fit.reset.value) / (heads_for - fit.threshold.value)
    )
    intervals = comparison.circuit.spikes.train.intervals
    assert intervals.size >= 5
    # single intervals differ by what the solver misses at either end
    uncertainty = comparison.agreement.max_uncertainty
    assert intervals == pytest.approx(interval, abs=2 * uncertainty)
    # their mean by 1e-5 of it, as for the ideal circuit
    assert intervals.mean() == pytest.approx(interval, rel=1e-5)
    # and there is something to explain
    assert abs(interval / (LIF.refractory + TAU * math.log(2)) - 1) > 5e-4


def test_the_comparators_offset_moves_the_threshold_by_as_much(built):
    # the later crossing is approached at a slope 0.5 % less, with 0.25 % less overshoot of 1.2 mV
    moved = (
        built("macro", offset=6e-3).as_built.threshold.value
        - built("macro").as_built.threshold.value
    )
    assert moved == pytest.approx(5e-3, abs=0.0025 * 1.2e-3 + 3e-6)


def test_the_comparators_delay_adds_slope_times_delay_to_the_threshold(built):
    # a ramp of slope s overdrives the input stage by s·t; it integrates w·s·t, with w such that
    # 5 mV take the response time to the middle: s·t²/2 = 5 mV · response
    threshold = built("macro").as_built.threshold.value
    parts = MacroParts()
    above = LIF.threshold + parts.offset
    slope = ((CURRENT + parts.bias) * LIF.resistance - above) / TAU
    delay = math.sqrt(2 * 5e-3 * parts.response / slope)
    assert delay == pytest.approx(11.4e-6, rel=0.01)
    # then the output, Ct, the second comparator at its fastest, and its output; each output takes
    # ln 2 · pullup · load at most, Ct ln 2 · charge_resistance · timing and as long again to open
    after = parts.fastest + 2 * math.log(2) * (
        parts.pullup * parts.load + parts.charge_resistance * parts.timing
    )
    assert slope * delay < threshold - above < slope * (delay + after)


def test_four_times_the_response_time_doubles_the_delay(built):
    quick = built("macro").as_built.threshold.value
    slow = built("macro", response=5.2e-6, fastest=1.2e-6).as_built.threshold.value
    slope = (2.0025 - 1.001) / TAU
    # besides the delay on the ramp, only the second comparator's 0.3 µs becomes 1.2 µs
    added = slope * (math.sqrt(2 * 5e-3 * 1.3e-6 / slope) + 0.9e-6)
    assert slow - quick == pytest.approx(added, rel=0.05)


@pytest.mark.parametrize("on_resistance", [470.0, 235.0])
def test_the_switch_holds_the_membrane_at_current_times_its_resistance(built, on_resistance):
    parallel = 1 / (1 / on_resistance + 1 / LIF.resistance)
    held = (CURRENT + MacroParts().bias) * parallel
    comparison = built("macro", on_resistance=on_resistance)
    assert comparison.as_built.reset.value == pytest.approx(held, rel=1e-4)


def test_the_bias_current_lengthens_the_refractory_time(built):
    # Ct empties towards bias·Rt instead of ground
    parts = MacroParts()
    discharge = LIF.refractory / math.log(2)
    rest = parts.bias * discharge / parts.timing
    half = parts.supply / 2 + parts.offset
    longer = discharge * (
        math.log((parts.supply - rest) / (half - rest)) - math.log(parts.supply / half)
    )
    assert longer > 4e-6
    with_bias, without = (
        built("macro", bias=bias).as_built.refractory.value for bias in (parts.bias, 0.0)
    )
    # the comparator's own 4 µs change by a thousandth; the solver's error is 0.03 µs
    assert with_bias - without == pytest.approx(longer, abs=0.1e-6)


def test_the_transistors_mismatch_moves_the_threshold_by_as_much(built):
    matched = built("transistor", mismatch=0.0).as_built.threshold.value
    apart = built("transistor").as_built.threshold.value
    # 3e-3 of it, as the slope there is 0.3 % less and the pair stands at another voltage
    assert apart - matched == pytest.approx(3e-3, rel=3e-3)
    assert matched == pytest.approx(1.0, abs=0.3e-3)


def test_the_reset_transistor_holds_the_membrane_by_the_level_1_equation(built):
    # in its linear region, V_DS small: I = KP·W/L·(V_GS − V_TO)·V_DS
    parts = TransistorParts()
    overdrive = parts.supply - parts.vto
    held = CURRENT / (parts.kp_n * 40 * overdrive)
    # V_DS/2 beside V_GS − V_TO, λ·V_DS, and what the membrane's resistor takes: each below 1e-3
    assert built("transistor").as_built.reset.value == pytest.approx(held, rel=1.5e-3)


@pytest.mark.parametrize("level", REAL)
@pytest.mark.parametrize(
    "stimulus",
    [DRIVE, HeldNoise(mean=15e-6, sigma=20e-6, hold=1e-3, seed=3)],
    ids=lambda stimulus: stimulus.kind,
)
def test_the_uncertainty_covers_the_change_to_a_much_finer_run(built, engine, level, stimulus):
    comparison = built(level, stimulus)
    real = LIF_LEVELS[level]
    finest = SolverSettings(max_step=TAU / 1920, options={**real.options, "reltol": 4e-7})
    reference = MountedCircuit.of(real, LIF, stimulus, 60e-3).run(finest, engine.simulate)
    change = match_spikes(reference.spikes.train, comparison.circuit.spikes.train)
    uncertainty = refinement_uncertainty(
        [run.spikes for run in comparison.runs], resolution=real.resolution
    )
    assert change.shifts.size == len(reference.spikes.train) >= 3
    assert np.all(np.abs(change.shifts) <= uncertainty)
    # and it says something: it is less than the tolerance
    assert uncertainty.max() < 1e-3 * np.median(reference.spikes.train.intervals)


@pytest.mark.parametrize("level", REAL)
def test_without_the_levels_tolerances_ngspice_would_be_silently_wrong(built, engine, level):
    real = LIF_LEVELS[level]
    careless = SolverSettings(max_step=TAU / 120)
    run = MountedCircuit.of(real, LIF, DRIVE, 60e-3).run(careless, engine.simulate)
    right = built(level).circuit.spikes.train
    change = match_spikes(right, run.spikes.train)
    assert change.shifts.size >= 5
    assert np.abs(change.shifts).max() > 2e-3 * np.median(right.intervals)
    # with them, the first run already is within the tolerance
    first = match_spikes(right, built(level).runs[0].spikes.train)
    assert np.abs(first.shifts).max() < 1e-3 * np.median(right.intervals)


def test_each_run_is_finer_in_its_tolerances_too(built):
    coarse, fine = built("transistor").runs[:2]
    assert coarse.solver.options == {"reltol": 1e-4, "trtol": 1.0, "chgtol": 1e-17}
    assert fine.solver.options == {"reltol": 2.5e-5, "trtol": 1.0, "chgtol": 2.5e-18}
    assert fine.max_step == coarse.max_step / 2
    for run in (coarse, fine):
        assert f".options reltol={run.solver.options['reltol']!r}\n" in run.deck.text


def test_the_ideal_circuit_is_run_as_ever(engine):
    comparison = compare("lif", LIF, DRIVE, duration=60e-3, simulate=engine.simulate)
    assert comparison.level == "ideal"
    assert comparison.verdict is Verdict.AGREE
    assert netlist_text("lif") in comparison.circuit.deck.text
    assert ".options" not in comparison.circuit.deck.text


@pytest.mark.parametrize("level", REAL)
def test_the_parts_defaults_are_the_netlists(level):
    real = LIF_LEVELS[level]
    header = re.search(rf"^\.subckt {real.netlist} .*(?:\n\+.*)*", netlist_text(real.netlist), re.M)
    typed = dict(re.findall(r"(\w+)=(\S+)", header[0]))
    prefixes = {"p": 1e-12, "n": 1e-9, "u": 1e-6, "m": 1e-3, "k": 1e3}
    neuron = {field.name for field in dataclasses.fields(LeakyNeuron)}
    numbers = {
        name: float(text.rstrip("punmk")) * prefixes.get(text[-1], 1.0)
        for name, text in typed.items()
        if name not in neuron
    }
    assert numbers == pytest.approx(dataclasses.asdict(real.parts), rel=1e-12)


@pytest.mark.parametrize("level", REAL)
def test_each_netlist_runs_alone_in_ngspice(built, ngspice_program, level):
    result = subprocess.run(
        [ngspice_program, "-b", f"lif_{level}_bench.cir"],
        cwd=NETLISTS, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    measured = dict(re.findall(r"^(first_spike|interval)\s*=\s*(\S+)", result.stdout, re.M))
    times = built(level).circuit.spikes.train.times
    # the solver's error, a few 1e-5
    assert float(measured["first_spike"]) == pytest.approx(times[0], rel=5e-5)
    assert float(measured["interval"]) == pytest.approx(times[1] - times[0], rel=5e-5)


@pytest.mark.parametrize(
    ("level", "neuron", "said"),
    [
        ("macro", LeakyNeuron(threshold=3.6), r"threshold must lie between 0 V and 3\.5 V at"),
        ("macro", LeakyNeuron(reset=-0.1), r"reset must lie between 0 V and 3\.5 V .* got -0\.1 V"),
        ("macro", LeakyNeuron(leak_potential=4.0), r"leak_potential must lie between"),
        ("macro", LeakyNeuron(refractory=0.0), r"refractory must be at least 0\.00047 s"),
        ("macro", LeakyNeuron(resistance=10e6, capacitance=1e-9), r"resistance must be small"),
        ("transistor", LeakyNeuron(threshold=0.1), r"threshold must lie between 0\.2 V and 2 V"),
        ("transistor", LeakyNeuron(threshold=2.1), r"threshold must lie between 0\.2 V and 2 V"),
        ("transistor", LeakyNeuron(capacitance=1e-4), r"refractory must be at least 0\.0545 s"),
    ],
)  # fmt: skip
def test_what_the_parts_cannot_build_is_refused_before_it_runs(level, neuron, said):
    def never(_deck):
        pytest.fail("the engine was asked")

    with pytest.raises(ParameterError, match=said):
        compare("lif", neuron, DRIVE, level=level, simulate=never)


def test_an_unknown_level_suggests_the_nearest():
    with pytest.raises(ParameterError, match=r"'lif' has no level 'marco'; did you mean 'macro'"):
        compare("lif", level="marco")


def test_the_command_takes_a_level_and_its_files_tell_it(tmp_path, capsys):
    options = ["--stimulus", "constant:current=20u", "--duration", "30m", "--out", str(tmp_path)]
    assert main(["compare", "lif", "--level", "macro", *options]) == 1
    assert "at level macro" in " ".join(capsys.readouterr().out.split())
    result = json.loads((tmp_path / "result.json").read_text())
    assert result["level"] == "macro"
    settings = result["provenance"]["settings"]
    assert [options["reltol"] for options in settings["solver_options"]] == [1e-4, 2.5e-5]
    report = (tmp_path / "report.html").read_text()
    assert "at level macro" in report
    assert "LM393" in report
    assert main(["compare", "lif", "--level", "atoms"]) == 2
    assert main(["compare", "artificial", "--level", "macro"]) == 2
    assert "'artificial' is built at level 'ideal' only" in capsys.readouterr().err
    assert main(["neurons"]) == 0
    assert "--level transistor" in capsys.readouterr().out


def test_the_default_stimulus_shows_real_parts_off(engine):
    comparison = compare("lif", level="macro", duration=40e-3, simulate=engine.simulate)
    assert isinstance(comparison.stimulus, Step)
    assert comparison.verdict is Verdict.DISAGREE
