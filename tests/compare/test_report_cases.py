"""The report in odd cases: very long, silent, still, unconverged, at other scales."""

from __future__ import annotations

import html
import re
from dataclasses import replace

import numpy as np
import pytest

from spiketwin.circuits.decks import Deck
from spiketwin.circuits.engine import Engine
from spiketwin.circuits.events import DetectedSpikes
from spiketwin.compare import Comparison, Verdict, compare, judge, match_spikes
from spiketwin.compare.provenance import provenance
from spiketwin.compare.report import render_report, report_tables
from spiketwin.models import Constant, HeldNoise, LeakyNeuron, SpikeTrain, Step, Trace, solve

TWO_MEGABYTES = 2_000_000


@pytest.fixture(scope="module")
def run():
    with Engine() as engine:
        yield lambda *args, **options: compare(*args, simulate=engine.simulate, **options)


@pytest.fixture(scope="module")
def comparison(run) -> Comparison:
    found = run("lif")
    assert found.agreement.match.shifts.size > 10
    return found


def origin(comparison):
    return provenance(comparison, ngspice="39", command="spiketwin compare lif --out report")


def page(comparison):
    return render_report(comparison, origin(comparison))


def words(text):
    """What a page says, without its elements."""
    said = re.sub(r"<style.*?</style>|<[^>]*>", "", text, flags=re.DOTALL)
    return " ".join(html.unescape(said).split())


def with_circuit_spikes(comparison, times):
    """The comparison as it would be, had the circuit fired at ``times`` in both runs."""
    train = SpikeTrain(times=times, stop=comparison.settings.duration)
    spikes = DetectedSpikes(train=train, reading=np.full(len(times), 1e-9))
    match = match_spikes(comparison.model.spikes, train)
    return replace(
        comparison,
        runs=tuple(replace(run, spikes=spikes) for run in comparison.runs),
        agreement=judge(match, uncertainty=1e-9, tolerance=comparison.agreement.tolerance),
    )


def five_thousand_spikes(comparison):
    """A long comparison made by hand: the circuit is the model, ever later."""
    stimulus, duration = Constant(current=20e-6), 46.0
    model = solve(LeakyNeuron(), stimulus, duration)
    time = np.linspace(0, duration, 300_000)
    trace = Trace(time=time, voltage=model.voltage(time))
    times = model.spikes.times[:-1] + 1e-9 * np.arange(len(model.spikes) - 1)
    circuit = replace(comparison.circuit, membrane=trace, pulse=trace)
    long = replace(
        comparison,
        stimulus=stimulus,
        model=model,
        settings=replace(comparison.settings, duration=duration),
        runs=(circuit, circuit),
    )
    return with_circuit_spikes(long, times)


def test_five_thousand_spikes_stay_under_two_megabytes(comparison):
    long = five_thousand_spikes(comparison)
    assert len(long.circuit.spikes.train) > 5000
    text = page(long)
    assert len(text.encode()) < TWO_MEGABYTES
    assert "spikes.csv" in text
    assert "first 10 intervals" in words(text)


@pytest.mark.parametrize("lines", [1, 60_000])
def test_a_long_deck_is_shown_by_its_ends(comparison, lines):
    deck = "* first\n" + "\n".join(["+ 1e-3 1e-6 " * (60_000 // lines)] * lines) + "\n* last"
    long = replace(
        comparison,
        runs=(
            comparison.runs[0],
            replace(comparison.circuit, deck=Deck(text=deck, vectors=("mem",), duration=0.1)),
        ),
    )
    text = page(long)
    assert len(text.encode()) < TWO_MEGABYTES
    said = words(text)
    assert "* first" in said
    assert "* last" in said
    assert "left out here" in said


def test_two_silent_twins_are_undecided_on_the_page(run):
    text = page(run("lif", stimulus=Step(current=8e-6, onset=5e-3), duration=0.05))
    said = words(text)
    assert "Neither twin fired" in said
    assert "There is no spike to look at from near" in said
    assert "figure-fit" in text


def test_a_membrane_that_does_not_move_has_no_fit_and_the_page_says_why(run):
    still = run("lif", stimulus=Constant(current=0.0), duration=0.02)
    assert still.as_built.fit is None
    text = page(still)
    assert "could not be fitted: the membrane does not move" in words(text)
    assert "figure-fit" not in text


def test_one_spike_makes_a_page(run):
    one = run("lif", stimulus=Step(current=20e-6, onset=5e-3), duration=18e-3)
    assert len(one.circuit.spikes.train) == 1
    assert "The only spike has a partner" in words(page(one))


@pytest.mark.parametrize(
    ("neuron", "voltage", "current"),
    [
        (
            LeakyNeuron(
                resistance=100e6,
                capacitance=100e-12,
                threshold=-50e-3,
                reset=-65e-3,
                leak_potential=-65e-3,
            ),
            "membrane (mV)",
            "current (pA)",
        ),
        (
            LeakyNeuron(resistance=1e9, capacitance=1e-12, refractory=1e-4),
            "membrane (V)",
            "current (nA)",
        ),
    ],
    ids=["biology", "chip"],
)
def test_axes_have_the_prefix_of_their_scale(run, neuron, voltage, current):
    text = page(run("lif", neuron, duration=5 * neuron.time_constant))
    assert voltage in text
    assert current in text


def test_noise_shows_its_seed(run):
    noisy = run("lif", stimulus=HeldNoise(mean=15e-6, sigma=9e-6, hold=2e-3, seed=7), duration=0.1)
    tables = {table.key: table for table in report_tables(noisy, origin(noisy))}
    assert ("seed", "7") in tables["provenance"].rows
    assert page(noisy)


def test_missed_and_extra_spikes_are_named_and_counted(comparison):
    times = comparison.model.spikes.times
    broken = with_circuit_spikes(comparison, np.sort(np.append(times[2:], times[9] + 4e-3)))
    assert broken.verdict is Verdict.DISAGREE
    said = words(page(broken))
    assert "2 spikes of the model missing in the circuit" in said
    assert "1 spike of the circuit that the model does not have" in said
    assert "missed by the circuit" in said


def test_a_silent_circuit_shows_the_first_missed_spike(comparison):
    silent = with_circuit_spikes(comparison, [])
    text = page(silent)
    assert f"There are {len(comparison.model.spikes)} spikes of the model" in words(text)
    assert "The first spike without a partner" in words(text)


def test_an_unconverged_circuit_has_no_uncertainty(comparison):
    runs = comparison.runs
    first = runs[0].spikes.train.times
    fewer = DetectedSpikes(
        train=SpikeTrain(times=first[:-3], stop=comparison.settings.duration),
        reading=runs[0].spikes.reading[:-3],
    )
    broken = replace(
        comparison,
        runs=(replace(runs[0], spikes=fewer), runs[1]),
        agreement=replace(
            comparison.agreement,
            uncertainty=None,
            verdict=Verdict.UNDECIDED,
        ),
    )
    said = words(page(broken))
    assert "not converged" in said
    assert "± unknown" in said
    assert "245 ms ±" not in said
    assert "± 245 ms" not in said
