"""What stands in a report's drawings and beside its curves, and what is read there."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spiketwin.circuits.engine import Engine
from spiketwin.compare import compare, find_twin
from spiketwin.compare.report.membrane_figure import membrane_plot
from spiketwin.compare.report.plotting import new_figure, plot_style, spread_apart
from spiketwin.compare.report.twin_points import mark_rheobase
from spiketwin.compare.report.waveform_figure import waveform_plot
from spiketwin.compare.report.wording import stimulus_words
from spiketwin.models import Constant, LeakyNeuron, OrnsteinUhlenbeck, Ramp, Staircase, Step
from spiketwin.models.neurons.qif import QuadraticNeuron


@pytest.fixture(scope="module")
def run():
    with Engine() as engine:
        yield lambda *args, **options: compare(*args, simulate=engine.simulate, **options)


@pytest.mark.parametrize(
    ("stimulus", "words"),
    [
        (Constant(current=-1e-6), "constant −1 µA"),
        (Step(current=-20e-6, onset=5e-3), "step to −20 µA"),
        (Ramp(initial=0.0, final=-3e-9, length=0.1), "ramp to −3 nA"),
        (Staircase(initial=-1e-6, increment=1e-6, hold=0.1, steps=3), "staircase from −1 µA"),
        (
            OrnsteinUhlenbeck(mean=-2e-6, sigma=1e-6, tau=1e-3, seed=1),
            "noise, −2 µA ± 1 µA",
        ),
    ],
    ids=lambda value: getattr(value, "kind", ""),
)
def test_a_negative_current_has_a_true_minus_sign_in_the_words_on_a_stimulus(stimulus, words):
    assert stimulus_words(stimulus) == words


def test_negative_voltages_of_a_drawing_have_true_minus_signs():
    twin = find_twin("qif")
    drawn = twin.draw(QuadraticNeuron(), "step to 141 pA")
    said = f"{drawn.svg} {drawn.description} {drawn.caption}"
    assert "−65 mV" in drawn.svg
    assert re.search(r">[^<]*-\d+ mV|[^>]-\d+ mV", said) is None


def test_a_finding_on_a_negative_reset_has_true_minus_signs(run):
    # 10 µA through the reset switch of 0.1 µs / 281 pF = 356 Ω is 3.6 mV, of a swing of 32.6 mV
    found = run("eif", None, Step(current=10e-6, onset=1e-4), duration=2e-3)
    (reset,) = [finding for finding in found.findings if finding.code == "reset-off"]
    assert "−70.6 mV as designed" in reset.message
    assert "-" not in reset.message


def test_a_membrane_that_a_pulse_empties_is_not_said_to_be_held(run):
    said = {}
    for name in ("lif", "axon-hillock"):
        found = run(name)
        assert len(found.model.spikes) > 3
        assert found.waveform is not None
        assert found.waveform.compared < 1
        with plot_style():
            plot = waveform_plot(found)
        said[name] = plot.caption
    assert "in which a reset holds one of the membranes" in said["lif"]
    assert "in which a pulse empties one of the membranes" in said["axon-hillock"]


@given(
    st.lists(st.floats(-1e3, 1e3), max_size=6),
    st.floats(0.1, 100.0),
)
def test_labels_are_spread_as_far_as_asked_and_keep_their_order_and_their_middle(places, least):
    given_places = np.array(places, dtype=np.float64)
    spread = spread_apart(given_places, least)
    order = np.argsort(given_places, kind="stable")
    # a rounding of numbers up to 1e3 + 6·100
    assert np.all(np.diff(spread[order]) >= least - 1e-9)
    assert spread.sum() == pytest.approx(given_places.sum(), abs=1e-8)


def test_labels_far_apart_stay_and_two_at_one_place_part_evenly():
    far = np.array([5.0, -20.0, 40.0])
    assert spread_apart(far, 10.0).tolist() == far.tolist()
    assert spread_apart(np.array([3.0, 3.0]), 10.0).tolist() == [-2.0, 8.0]


def test_levels_that_are_close_on_the_page_have_labels_apart(run):
    # 5 nA inwards take the membrane to volts, beside which 0 V and −40 mV are one place
    found = run("hodgkin-huxley", None, Step(current=-5e-9, onset=1e-3), duration=20e-3)
    assert found.circuit.membrane.voltage.min() < -1.0
    with plot_style():
        svg = membrane_plot(found).svg
    names = list(found.neuron.levels)
    assert len(names) == 2
    heights = [_height(svg, name) for name in names]
    assert abs(heights[0] - heights[1]) >= 8.5  # the size of the letters


def _height(svg: str, words: str) -> float:
    (place,) = re.findall(rf'y="([\d.]+)"[^>]*>{re.escape(words)}<', svg) or re.findall(
        rf"translate\([\d.]+ ([\d.]+)\)[^>]*>{re.escape(words)}<", svg
    )
    return float(place)


@pytest.mark.parametrize(("place", "side"), [(0.02, "left"), (0.5, "right")])
def test_the_words_at_the_rheobase_stand_where_they_do_not_cross_the_axis(place, side):
    with plot_style():
        axes = new_figure(720, 300).add_subplot()
        axes.set_xlim(0.0, 1.0)
        mark_rheobase(axes, place, LeakyNeuron().rheobase)
    (label,) = axes.texts
    assert label.get_text() == "rheobase\n10 µA"
    assert label.get_horizontalalignment() == side
