"""What the waveforms of the neurons with a memory say of the circuit, part by part."""

from __future__ import annotations

import dataclasses
import json

import numpy as np
import pytest

from spiketwin.circuits.engine import Engine
from spiketwin.compare import Verdict, compare
from spiketwin.compare.as_built.charging import charging_windows
from spiketwin.compare.as_built.fading_charge import fit_fading
from spiketwin.compare.as_built.linear_errors import LinearErrors
from spiketwin.compare.as_built.threshold_readings import fit_lift
from spiketwin.compare.provenance import provenance
from spiketwin.compare.report.tables import parameter_table
from spiketwin.compare.result import result_json
from spiketwin.models import (
    AdaptiveNeuron,
    Constant,
    HeldNoise,
    MovingThresholdNeuron,
    Sine,
    Trace,
    solve_remembering,
)

DEFAULTS = {"alif": AdaptiveNeuron(), "lif-threshold": MovingThresholdNeuron()}
PARTS = [
    ("alif", "adaptation_increment"),
    ("alif", "adaptation_time_constant"),
    ("lif-threshold", "threshold_increment"),
    ("lif-threshold", "threshold_time_constant"),
]


@pytest.fixture(scope="module")
def engine():
    with Engine() as running:
        yield running


def shown(comparison):
    """What the waveforms show of a circuit, by name."""
    built = comparison.as_built
    return {
        "tau": built.tau,
        "threshold": built.threshold,
        "reset": built.reset,
        "refractory": built.refractory,
        **{quantity.key: quantity.estimate for quantity in built.others},
    }


def with_another(engine, field, before, after):
    """Return an engine that builds one part of the circuit otherwise than designed."""

    def simulate(deck):
        assert f"{field}={before!r}" in deck.text
        text = deck.text.replace(f"{field}={before!r}", f"{field}={after!r}")
        return engine.simulate(dataclasses.replace(deck, text=text))

    return simulate


@pytest.mark.parametrize(("name", "field"), PARTS)
def test_a_memory_built_five_percent_off_is_named_and_measured(engine, name, field):
    designed = getattr(DEFAULTS[name], field)
    comparison = compare(name, simulate=with_another(engine, field, designed, 1.05 * designed))
    assert comparison.verdict is Verdict.DISAGREE
    found = shown(comparison)
    # a part in 10,000 is what the circuit's fill makes of its step, with a refractory time of τ/5
    assert found[field].value == pytest.approx(1.05 * designed, rel=1e-4)
    assert found[field].nominal == designed
    # and nothing else is blamed
    off = [each.code for each in comparison.findings if each.code.endswith("-off")]
    assert off == [f"{field.replace('_', '-')}-off"]


def test_a_capacitor_built_five_percent_off_is_not_taken_for_the_memory(engine):
    simulate = with_another(engine, "capacitance", 100e-9, 105e-9)
    comparison = compare("alif", simulate=simulate)
    found = shown(comparison)
    assert found["tau"].value == pytest.approx(10.5e-3, rel=1e-4)
    assert found["adaptation_increment"].value == pytest.approx(1e-6, rel=1e-4)
    assert found["adaptation_time_constant"].value == pytest.approx(0.1, rel=1e-4)
    off = [each.code for each in comparison.findings if each.code.endswith("-off")]
    assert off == ["tau-off"]


@pytest.mark.parametrize(
    "neuron",
    [
        AdaptiveNeuron(),
        AdaptiveNeuron(adaptation_increment=10e-6, adaptation_time_constant=2e-3),
        AdaptiveNeuron(adaptation_increment=3e-6, adaptation_time_constant=10e-3),
        MovingThresholdNeuron(),
        MovingThresholdNeuron(threshold_increment=5.0, threshold_time_constant=10e-3),
    ],
    ids=["slow", "faster than the membrane", "as fast as the membrane", "lift", "a lift of five"],
)
@pytest.mark.parametrize(
    "stimulus",
    [
        None,
        Sine(amplitude=15e-6, frequency=50.0, offset=14e-6),
        HeldNoise(mean=18e-6, sigma=20e-6, hold=1e-3, seed=3),
    ],
    ids=["step", "sine", "noise"],
)
def test_every_part_is_measured_whatever_its_size_and_the_stimulus(engine, neuron, stimulus):
    name = "alif" if isinstance(neuron, AdaptiveNeuron) else "lif-threshold"
    comparison = compare(name, neuron, stimulus, duration=0.3, simulate=engine.simulate)
    assert len(comparison.circuit.spikes.train) >= 5
    found = shown(comparison)
    assert None not in found.values()
    for each in found.values():
        # of the swing or of itself: what the fill makes of its step, and a noisy input's corners of
        # the trapezoidal rule
        allowed = 3e-4 * (abs(each.nominal) or 1.0)
        assert abs(each.difference) <= allowed + 3 * each.standard_error
        assert each.standard_error < 0.03 * (abs(each.nominal) or 1.0)
    assert not [each for each in comparison.findings if each.code.endswith("-off")]


def test_a_constant_current_shows_how_fast_the_adaptation_fades_but_not_its_amperes(engine):
    found = shown(compare("alif", stimulus=Constant(current=20e-6), simulate=engine.simulate))
    assert "adaptation_increment" not in found
    assert found["adaptation_time_constant"].value == pytest.approx(0.1, rel=1e-4)
    assert found["tau"].value == pytest.approx(10e-3, rel=1e-4)


@pytest.mark.parametrize(("name", "field"), PARTS[::2])
def test_a_memory_that_does_nothing_has_a_strength_of_zero_and_no_time_constant(
    engine, name, field
):
    simulate = with_another(engine, field, getattr(DEFAULTS[name], field), 0.0)
    comparison = compare(name, simulate=simulate)
    found = shown(comparison)
    assert found[field].value == pytest.approx(0.0, abs=1e-4 * found[field].nominal)
    assert not [key for key in found if key.endswith("time_constant")]
    assert f"{field.replace('_', '-')}-off" in [each.code for each in comparison.findings]


def test_an_adaptive_neuron_without_spikes_shows_its_time_constant_and_no_memory(engine):
    comparison = compare("alif", stimulus=Constant(current=9e-6), simulate=engine.simulate)
    assert not len(comparison.circuit.spikes.train)
    assert comparison.as_built.tau.value == pytest.approx(10e-3, rel=1e-4)
    assert comparison.as_built.others == ()


def test_three_spikes_show_the_threshold_at_rest_and_no_lift(engine):
    comparison = compare("lif-threshold", duration=0.035, simulate=engine.simulate)
    assert 1 <= len(comparison.circuit.spikes.train) <= 3
    assert comparison.as_built.threshold.value == pytest.approx(1.0, abs=1e-5)
    assert comparison.as_built.others == ()


@pytest.mark.parametrize("name", DEFAULTS)
def test_table_and_result_tell_the_memory_as_built(engine, name):
    comparison = compare(name, simulate=engine.simulate)
    origin = provenance(comparison, ngspice="39")
    fit = json.loads(result_json(comparison, origin))["fit"]
    rows = {row[0]: row for row in parameter_table(comparison).rows}
    for field in (field for entry, field in PARTS if entry == name):
        designed = getattr(DEFAULTS[name], field)
        assert fit[field]["value"] == pytest.approx(designed, rel=1e-4)
        assert fit[field]["nominal"] == designed
        assert "–" not in rows[field.replace("_", " ")]


def test_the_standard_errors_of_the_fit_cover_the_truth_under_white_noise():
    # the model's own membrane, with noise of a thousandth of its swing: what is found, in standard
    # errors, has a root mean square of one
    neuron, rng = AdaptiveNeuron(), np.random.default_rng(4)
    stimulus = Sine(amplitude=15e-6, frequency=30.0, offset=14e-6)
    solution = solve_remembering(neuron, stimulus, 0.3)
    times = np.arange(0.0, 0.3, 1e-4)
    spikes = solution.spikes.times
    assert spikes.size >= 10
    clean = solution.voltage(times)
    windows = charging_windows(Trace(time=times, voltage=clean), spikes + 1.9e-3, spikes)
    scores = []
    for _ in range(30):
        noisy = Trace(time=times, voltage=clean + rng.normal(0.0, 1e-3, times.size))
        fit = fit_fading(noisy, stimulus, windows, spikes)
        scores.append(
            (
                (fit.tau - 10e-3) / fit.standard_error,
                (fit.memory_tau - 0.1) / fit.memory_error,
                (fit.current - 1e-6) / fit.current_error,
            )
        )
    # of 30 draws the root mean square is within 1 ± 4·√(1/60)
    assert np.sqrt(np.mean(np.square(scores), axis=0)) == pytest.approx(np.ones(3), abs=0.52)


def test_where_the_search_for_both_sets_out_does_not_change_where_it_arrives():
    neuron = AdaptiveNeuron()
    stimulus = Sine(amplitude=15e-6, frequency=30.0, offset=14e-6)
    solution = solve_remembering(neuron, stimulus, 0.3)
    times = np.arange(0.0, 0.3, 1e-4)
    spikes = solution.spikes.times
    trace = Trace(time=times, voltage=solution.voltage(times))
    windows = charging_windows(trace, spikes + 1.9e-3, spikes)
    alone, *led = (
        fit_fading(trace, stimulus, windows, spikes, near=near)
        for near in (None, (10.0001e-3, 0.1001), (5e-3, 0.2), (20e-3, 0.05))
    )
    found = [(fit.tau, fit.memory_tau, fit.current) for fit in (alone, *led)]
    # the model's own parameters, from its voltages rounded to 1e-16: some 1e-15 is left open
    assert found == [pytest.approx((10e-3, 0.1, 1e-6), rel=1e-12)] * 4


def test_the_standard_errors_of_the_lift_cover_the_truth_under_white_noise():
    rng = np.random.default_rng(5)
    spikes = np.cumsum(rng.uniform(5e-3, 40e-3, 40))
    which = np.flatnonzero(rng.uniform(size=40) < 0.8)
    # each earlier spike by itself: an increment that has faded since
    ages = spikes[:, None] - spikes
    memory = np.where(ages > 0, np.exp(-np.maximum(ages, 0) / 30e-3), 0.0).sum(axis=1)
    scores = []
    for _ in range(100):
        readings = 1.0 + 0.2 * memory[which] + rng.normal(0.0, 1e-3, which.size)
        fit = fit_lift(readings, which, spikes)
        scores.append(
            (
                (fit.rest - 1.0) / fit.rest_error,
                (fit.lift - 0.2) / fit.lift_error,
                (fit.memory_tau - 30e-3) / fit.memory_error,
            )
        )
    # of 100 draws the root mean square is within 1 ± 4·√(1/200)
    assert np.sqrt(np.mean(np.square(scores), axis=0)) == pytest.approx(np.ones(3), abs=0.28)
    assert fit_lift(readings[:3], which[:3], spikes) is None


def test_linear_errors_are_those_of_the_normal_equations_and_infinite_where_there_are_none():
    rng = np.random.default_rng(6)
    slopes = rng.normal(size=(50, 3)) * np.array([1.0, 1e-6, 1e3])
    covariance = 0.04 * np.linalg.inv(slopes.T @ slopes)
    errors = LinearErrors.of(slopes, 0.04)
    for k in range(3):
        assert errors.error(k) == pytest.approx(np.sqrt(covariance[k, k]), rel=1e-9)
    weights = np.array([1.0, 2e-6, -3.0])
    expected = np.sqrt(weights @ covariance @ weights)
    assert errors.along(weights.tolist()) == pytest.approx(expected, rel=1e-9)
    # of two unknowns that do the same, only the sum is known; the third is as before
    same = LinearErrors.of(slopes[:, [0, 0, 2]], 0.04)
    assert same.error(0) == same.error(1) == np.inf
    pair = 0.04 * np.linalg.inv(slopes[:, [0, 2]].T @ slopes[:, [0, 2]])
    assert same.along([0.5, 0.5, 0.0]) == pytest.approx(np.sqrt(pair[0, 0]) / 2, rel=1e-6)
    assert same.error(2) == pytest.approx(np.sqrt(pair[1, 1]), rel=1e-6)
