"""A neuron of the catalogue at one point of a study after another."""

from __future__ import annotations

import json
import math
import pickle
import sys

import pytest

from spiketwin.compare.studies.targets import neuron_target
from spiketwin.compare.studies.targets.figures import FIGURES
from spiketwin.models import LeakyNeuron, Step
from spiketwin.models.errors import ParameterError

STEP = Step(current=20e-6, onset=1e-3, rise=1e-6)
SHORT = 40e-3
MODULE = sys.modules["spiketwin.compare.studies.targets.neuron_target"]


def leaky_rate(resistance=100e3, capacitance=100e-9, current=20e-6):
    """Return 1 / (t_ref + R·C·ln(R·I / (R·I − V_th))), of 1 V, 0 V and 2 ms."""
    drive = resistance * current
    return 1 / (2e-3 + resistance * capacitance * math.log(drive / (drive - 1)))


def copied(target):
    return pickle.loads(pickle.dumps(target))  # noqa: S301 - our own bytes


@pytest.fixture(scope="module")
def target():
    return neuron_target("lif", LeakyNeuron(), STEP, duration=SHORT)


@pytest.fixture(scope="module")
def figures_of(target):
    def run(point, target=target):
        outcome = target.run(point)
        assert len(outcome.figures) == len(target.figures)
        names = [figure.name for figure in target.figures]
        return outcome, dict(zip(names, outcome.figures, strict=True))

    return run


def test_a_deviation_moves_circuit_and_model_as_built_and_leaves_the_design(at, figures_of):
    outcome, found = figures_of(at({}, {"resistance": 101e3, "capacitance": 103e-9}))
    assert (outcome.verdict, outcome.reason) == ("agree", "")
    assert found["max_shift"] + found["uncertainty"] < 1e-3 / leaky_rate()
    # the circuit is known to 1e-5 of an interval, and says itself how well
    assert found["rate"] == pytest.approx(leaky_rate(101e3, 103e-9), abs=found["rate_error"])
    assert 0 < found["rate_error"] < 1e-4 * found["rate"]
    assert found["designed_rate"] == pytest.approx(leaky_rate(), rel=1e-9)
    assert found["designed_interval"] == pytest.approx(1 / leaky_rate(), rel=1e-9)
    # trapezoidal steps h shorten a decay by (h/τ)²/12: 8.3e-6 at τ/100, and runs are finer
    assert found["tau"] == pytest.approx(101e3 * 103e-9, abs=5 * found["tau_error"], rel=1e-5)
    assert found["nominal_tau"] == 1e-2
    # the last spike is behind by as many intervals' difference as it has before it, and the first
    # by its own
    slower = 1 / leaky_rate(101e3, 103e-9) - 1 / leaky_rate()
    assert found["spikes"] >= 4
    assert found["designed_max_shift"] > (found["spikes"] - 1) * slower
    assert (found["missed"], found["extra"]) == (0, 0)


def test_an_axis_moves_the_design_too(at, figures_of):
    outcome, found = figures_of(at({"current": 30e-6, "capacitance": 90e-9}))
    assert outcome.verdict == "agree"
    assert found["designed_rate"] == pytest.approx(leaky_rate(1e5, 90e-9, 30e-6), rel=1e-9)
    assert found["rate"] == pytest.approx(found["designed_rate"], abs=found["rate_error"])
    assert found["nominal_tau"] == pytest.approx(9e-3, rel=1e-12)
    assert found["designed_max_shift"] == found["max_shift"]
    assert (found["designed_missed"], found["designed_extra"]) == (0, 0)


def test_a_corner_of_the_stimulus_is_no_design_and_an_axis_of_it_is(at, figures_of):
    _, found = figures_of(at({}, {"current": 22e-6}))
    assert found["designed_rate"] == pytest.approx(leaky_rate(), rel=1e-9)
    assert found["rate"] == pytest.approx(leaky_rate(current=22e-6), abs=found["rate_error"])


def test_a_silent_circuit_has_a_rate_of_zero_and_no_energy_per_spike(at, figures_of):
    _, found = figures_of(at({}, {"current": 5e-6}))
    assert (found["rate"], found["rate_error"], found["spikes"]) == (0.0, 0.0, 0.0)
    assert found["input_energy"] is None
    assert found["designed_missed"] >= 4
    assert found["designed_rate"] == pytest.approx(leaky_rate(), rel=1e-9)


def test_parts_and_temperature_change_the_circuit_alone_and_a_real_supply_delivers(at, figures_of):
    real = neuron_target("lif", LeakyNeuron(), STEP, level="transistor", duration=SHORT)
    assert "supply_energy" in [figure.name for figure in real.figures]
    outcome, usual = figures_of(at(), real)
    # 3 mV of mismatch is what the circuit is not its equation by
    assert outcome.verdict == "disagree"
    assert "threshold-off" in outcome.reason.split(", ")
    _, hot = figures_of(at({"temperature": 85.0}, {"mismatch": 13e-3}), real)
    for name in ("designed_rate", "nominal_tau", "nominal_threshold"):
        assert hot[name] == usual[name]
    # 10 mV more mismatch lifts the threshold by as much; the delay's share changes a little with
    # the temperature
    assert hot["threshold"] - usual["threshold"] == pytest.approx(10e-3, abs=0.5e-3)
    # each interval takes 3 tails of 10 µA at 3.3 V at the least
    assert usual["supply_energy"] > 3 * 10e-6 * 3.3 / usual["rate"]


def test_the_energy_of_the_input_is_that_of_its_intervals(at, figures_of):
    _, found = figures_of(at())
    # between spikes ∫ v·I dt = R·I²·(T − τ·(1 − exp(−T/τ))), from the reset at 0 V; while the
    # membrane is held it takes nothing
    charging = 1 / leaky_rate() - 2e-3
    one = 1e5 * STEP.current**2 * (charging + 1e-2 * math.expm1(-charging / 1e-2))
    whole, rest = divmod(SHORT - 1e-3 - charging, 1 / leaky_rate())
    late = max(0.0, rest - 2e-3)
    last = 1e5 * STEP.current**2 * (late + 1e-2 * math.expm1(-late / 1e-2))
    expected = (one * (1 + whole) + last) / (1 + whole)
    # the reset lasts some 1e-5 τ, and the edge of the step 1 µs
    assert found["spikes"] == 1 + whole
    assert found["input_energy"] == pytest.approx(expected, rel=3e-4)


def test_every_run_of_a_place_is_equally_long(at):
    target = neuron_target("lif")
    lengths = {
        target.rerun(at({"current": 3e-5}, {"capacitance": farads})).split("--duration ")[1]
        for farads in (90e-9, 110e-9)
    }
    assert len(lengths) == 1


def test_the_designed_model_is_solved_once_for_a_place(at, monkeypatch):
    solved = []
    usual = MODULE.design

    def counted(*given):
        solved.append(given)
        return usual(*given)

    monkeypatch.setattr(MODULE, "design", counted)
    target = neuron_target("lif", LeakyNeuron(), Step(current=21e-6), duration=SHORT)
    for farads in (90e-9, 110e-9):
        target.rerun(at({"current": 3e-5}, {"capacitance": farads}))
    # nor again in a copy, as each task of a worker brings one
    copied(target).rerun(at({"current": 3e-5}, {"capacitance": 95e-9}))
    assert len(solved) == 1
    target.rerun(at({"current": 4e-5}))
    assert len(solved) == 2


def test_a_copy_from_another_process_is_equal_and_gives_the_same_bits(at, target):
    copy = copied(target)
    assert copy == target
    assert hash(copy) == hash(target)
    point = at({}, {"resistance": 99e3})
    assert copy.run(point).figures == target.run(point).figures
    assert copy != neuron_target("lif", LeakyNeuron(), STEP, duration=2 * SHORT)


def test_the_description_is_json_and_tells_targets_apart(target):
    described = target.describe()
    assert json.loads(json.dumps(described)) == described
    assert len(described["netlists"]["lif"]) == 64
    others = [
        neuron_target("lif", LeakyNeuron(threshold=1.1), STEP, duration=SHORT),
        neuron_target("lif", LeakyNeuron(), STEP, duration=SHORT, tolerance=2e-3),
        neuron_target("lif", LeakyNeuron(), STEP, duration=SHORT, temperature=30.0),
        neuron_target("lif", LeakyNeuron(), STEP, duration=SHORT, level="macro"),
        neuron_target(
            "lif", LeakyNeuron(), STEP, duration=SHORT, level="macro", parts={"gain": 1e5}
        ),
    ]
    texts = [json.dumps(other.describe()) for other in [target, *others]]
    assert len(set(texts)) == len(texts)


def test_what_is_designed_is_known_without_a_run(target):
    assert target.designed("rate") == pytest.approx(leaky_rate(), rel=1e-9)
    assert target.designed("designed_interval") == pytest.approx(1 / leaky_rate(), rel=1e-9)
    assert target.designed("tau") == target.designed("nominal_tau") == 1e-2
    assert target.designed("input_energy") is None


# as long as the fit of each needs
@pytest.mark.parametrize(
    ("name", "duration"),
    [
        ("if", 50e-3),
        ("axon-hillock", 60e-3),
        ("lif-threshold", 0.12),
        ("alif", 0.12),
        ("eif", 40e-3),
    ],
)
def test_a_neuron_gives_what_its_entry_says_that_its_waveform_shows(name, duration, at, figures_of):
    target = neuron_target(name, duration=duration)
    _, found = figures_of(at(), target)
    assert found.keys() <= FIGURES.keys()
    shown = [key.removeprefix("nominal_") for key in found if key.startswith("nominal_")]
    assert shown
    for key in shown:
        assert found[key] == pytest.approx(found[f"nominal_{key}"], rel=1e-3, abs=1e-4), key
        assert found[f"{key}_error"] >= 0


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"level": "macr"}, "has no level 'macr'; did you mean 'macro'"),
        ({"level": "macro", "parts": {"ofset": 1.0}}, "has no part 'ofset'; did you mean 'offset'"),
        ({"duration": -1.0}, r"RunOptions\.duration must be positive"),
        ({"tolerance": 0.0}, r"RunOptions\.tolerance must be positive"),
        (
            {"neuron": LeakyNeuron(threshold=5.0), "level": "macro"},
            "must lie between 0 V and 3.5 V",
        ),
    ],
)
def test_a_target_that_cannot_be_run_is_refused_at_once(given, message):
    with pytest.raises(ParameterError, match=message):
        neuron_target("lif", **given)


def test_a_point_that_makes_no_neuron_is_refused_with_its_rule(at, target):
    with pytest.raises(ParameterError, match=r"LeakyNeuron\.threshold must lie above reset"):
        target.run(at({}, {"threshold": -0.1}))
