"""Integrate-and-fire models held against a circuit's spikes, and weighed by a criterion.

Each model gets its parameters from the waveform: the course between the spikes from the charging
windows, threshold, reset and refractory time from the events. Nothing is fitted to the spikes; they
are the judge. After each spike of the circuit each model starts anew and says when the next comes,
and the residuals r of n intervals give

    ln L = −n/2·(ln 2πs² + 1),  s² = mean r² + σ²,    AIC = 2k − 2 ln L,

with σ what is due to reading and the solver, and k the numbers that the model was given and s. The
weight of a model is proportional to e^(−AIC/2) (Burnham and Anderson, Model Selection and
Multimodel Inference, 2nd ed., 2002, ch. 2). The penalty is meant for numbers fitted to the data;
here it serves to prefer the simpler of models that do equally well. Its correction for few data is
left out, for of all numbers only s is fitted to them. A regular train says the same thing again
and again, so that its weights sound surer than they are.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from spiketwin.compare.as_built.charging import TimeConstantFit
from spiketwin.compare.validate.waveforms.affine import affine
from spiketwin.compare.validate.waveforms.candidate import Candidate
from spiketwin.models import (
    AdaptiveNeuron,
    IntegratorNeuron,
    LeakyNeuron,
    MovingThresholdNeuron,
    predict_next,
    predict_next_integrated,
    predict_next_remembering,
)
from spiketwin.models.errors import ParameterError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from numpy.typing import NDArray

    from spiketwin.compare.as_built.fading_charge import FadingFit
    from spiketwin.compare.validate.waveforms.measure import Measurement
    from spiketwin.compare.validate.waveforms.straight import StraightFit
    from spiketwin.models import Stimulus

    Predict = Callable[[NDArray[np.float64], float], NDArray[np.float64]]

# intervals that serve: more say nothing new, and a memory costs time
MOST_INTERVALS = 300
# spikes over which a model runs by itself
MOST_FREE = 60
# intervals that a weight needs
FEWEST = 3
# what no residual can be told from, as a part of the interval
ROUNDING = 1e-7


@dataclass(frozen=True, slots=True, eq=False)
class _Model:
    name: str
    title: str
    parameters: Mapping[str, float]
    predict: Predict
    waveform_rms: float


def weigh_candidates(measurement: Measurement, resolution: float) -> tuple[Candidate, ...]:
    """Return the candidates, the best first; none where there is no interval to explain.

    Args:
        measurement: what the waveform shows.
        resolution: seconds, how far an interval may be off for numerical reasons.
    """
    events = measurement.events
    spikes = events.spikes.train.times[: MOST_INTERVALS + 1]
    if spikes.size < 2 or events.turns is None:
        return ()
    usual = float(np.median(np.diff(spikes)))
    reading = math.sqrt(2) * float(np.median(events.spikes.reading))
    least = math.hypot(reading, resolution, ROUNDING * usual)
    found = [_judged(model, spikes, least) for model in _models(measurement)]
    return _weighted(found)


def _weighted(found: list[Candidate]) -> tuple[Candidate, ...]:
    known = [c.criterion for c in found if c.criterion is not None]
    if len(known) < len(found) or not known:
        # too few intervals to weigh: told apart by their residuals alone
        return tuple(sorted(found, key=lambda c: max(c.rms, c.resolution)))
    best = min(known)
    shares = [math.exp(-(c - best) / 2) for c in known]
    weighted = [
        replace(c, weight=share / sum(shares)) for c, share in zip(found, shares, strict=True)
    ]
    return tuple(sorted(weighted, key=lambda c: -(c.weight or 0.0)))


def _judged(model: _Model, spikes: NDArray[np.float64], resolution: float) -> Candidate:
    intervals = np.diff(spikes)
    # far enough for a model that is late to say so
    horizon = float(spikes[-1] + 3 * intervals.max())
    predicted = model.predict(spikes[:-1], horizon)
    residuals = np.where(np.isfinite(predicted), spikes[1:] - predicted, intervals)
    n, k = intervals.size, len(model.parameters) + 1
    variance = float(np.mean(residuals**2)) + resolution**2
    log_likelihood = -n / 2 * (math.log(2 * math.pi * variance) + 1)
    return Candidate(
        name=model.name,
        title=model.title,
        parameters=model.parameters,
        residuals=residuals,
        resolution=resolution,
        parameter_count=k,
        log_likelihood=log_likelihood,
        criterion=2 * k - 2 * log_likelihood if n >= FEWEST else None,
        weight=None,
        free_shift=_free_shift(model, spikes, horizon),
        waveform_rms=model.waveform_rms,
    )


def _free_shift(model: _Model, spikes: NDArray[np.float64], horizon: float) -> float | None:
    """Return how far a model strays that runs by itself from the circuit's first spike on."""
    times = [float(spikes[0])]
    for _ in range(min(spikes.size - 1, MOST_FREE)):
        following = float(model.predict(np.array(times), horizon)[-1])
        if not math.isfinite(following):
            return None
        times.append(following)
    return float(np.abs(np.array(times) - spikes[: len(times)]).max())


def _models(measurement: Measurement) -> Iterator[_Model]:
    """Yield the models whose parameters the waveform shows."""
    fits, sign = measurement.fits, measurement.events.sign
    threshold, reset = measurement.value("threshold"), measurement.value("reset")
    if threshold is None or reset is None or sign * threshold <= sign * reset:
        return
    refractory = _dead_time(measurement)
    levels = _Levels(threshold=sign * threshold, reset=sign * reset, refractory=0.0)
    held = replace(levels, refractory=refractory)
    whole = {"threshold": threshold, "reset": reset}
    later = {**whole, "refractory": refractory}
    if fits.straight is not None:
        course = {"charging_rate": fits.straight.rate}
        rms = fits.straight.residual_rms
        counting = _counting(fits.straight, sign)
        yield _Model("if", "perfect integrator", course | whole, counting(levels), rms)
        if refractory:
            title = "perfect integrator with refractory time"
            yield _Model("if-refractory", title, course | later, counting(held), rms)
    if fits.exponential is not None:
        leaky = _leaky(fits.exponential, sign)
        course = _leak(fits.exponential)
        rms = fits.exponential.residual_rms
        yield _Model("lif", "leaky neuron", course | whole, leaky(levels), rms)
        if refractory:
            title = "leaky neuron with refractory time"
            yield _Model("lif-refractory", title, course | later, leaky(held), rms)
        if measurement.lift is not None and measurement.lift.lift > 0:
            lift = measurement.lift
            lifted = {
                "threshold_increment": lift.lift,
                "threshold_time_constant": lift.memory_tau,
            }
            title = "leaky neuron with a threshold that each spike lifts"
            predict = _moving(fits.exponential, sign, held, lifted)
            yield _Model("lif-threshold", title, course | later | lifted, predict, rms)
    if fits.fading is not None and sign * fits.fading.pull > 0:
        fading = fits.fading
        memory = {
            "adaptation_pull": fading.pull,
            "adaptation_time_constant": fading.memory_tau,
        }
        title = "adaptive leaky neuron"
        predict = _adaptive(fading, sign, held)
        yield _Model("alif", title, _leak(fading) | later | memory, predict, fading.residual_rms)


def _dead_time(measurement: Measurement) -> float:
    """Return the refractory time in seconds, as far as it shows.

    Where nothing drives the membrane at its release, nobody sees when that is: it is then taken for
    the width of the spike, or else for half of the time until the membrane moves.
    """
    measured = measurement.value("refractory")
    if measured is not None:
        return max(measured, 0.0)
    width = measurement.value("width")
    if width is not None and not measurement.events.active_low:
        return width
    spikes = measurement.events.spikes.train.times
    time, ranges = measurement.windows.membrane.time, measurement.windows.ranges
    starts = np.array([time[a] for a, _ in ranges])
    starts = starts[starts > spikes[0]]
    last = spikes[np.searchsorted(spikes, starts) - 1]
    return float(np.median(starts - last)) / 2 if starts.size else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Levels:
    """Threshold and reset in volts, so that the membrane charges upwards; refractory time."""

    threshold: float
    reset: float
    refractory: float


def _leak(fit: TimeConstantFit | FadingFit) -> dict[str, float]:
    """Return the course of a leaky membrane: its time constant, and what it heads for."""
    if isinstance(fit, TimeConstantFit) or fit.gain:
        return {"tau": fit.tau, "rest": fit.rest, "gain": fit.gain}
    return {"tau": fit.tau, "rest": fit.rest}


# In each model the membrane has one ohm, or one farad, and is driven by what it heads for: by
# E + R·i volts, or by C⁻¹·i + drift volts per second. So any gain and unit of the drive will do.


def _counting(fit: StraightFit, sign: float) -> Callable[[_Levels], Predict]:
    def of(levels: _Levels) -> Predict:
        neuron = IntegratorNeuron(
            capacitance=1.0,
            threshold=levels.threshold,
            reset=levels.reset,
            refractory=levels.refractory,
        )

        def predict(times: NDArray[np.float64], horizon: float) -> NDArray[np.float64]:
            drive = affine(fit.stimulus, sign * fit.elastance, sign * fit.drift, horizon)
            return _silent(lambda: predict_next_integrated(neuron, drive, times, horizon), times)

        return predict

    return of


def _drive(fit: TimeConstantFit | FadingFit, sign: float, horizon: float) -> Stimulus:
    return affine(fit.drive.stimulus, sign * fit.gain, sign * fit.rest, horizon)


def _leaky(fit: TimeConstantFit, sign: float) -> Callable[[_Levels], Predict]:
    def of(levels: _Levels) -> Predict:
        neuron = LeakyNeuron(
            resistance=1.0,
            capacitance=fit.tau,
            threshold=levels.threshold,
            reset=levels.reset,
            refractory=levels.refractory,
        )

        def predict(times: NDArray[np.float64], horizon: float) -> NDArray[np.float64]:
            drive = _drive(fit, sign, horizon)
            return _silent(lambda: predict_next(neuron, drive, times, horizon), times)

        return predict

    return of


def _moving(
    fit: TimeConstantFit, sign: float, levels: _Levels, lifted: Mapping[str, float]
) -> Predict:
    neuron = MovingThresholdNeuron(
        resistance=1.0,
        capacitance=fit.tau,
        threshold=levels.threshold,
        reset=levels.reset,
        refractory=levels.refractory,
        **lifted,
    )

    def predict(times: NDArray[np.float64], horizon: float) -> NDArray[np.float64]:
        drive = _drive(fit, sign, horizon)
        return _silent(lambda: predict_next_remembering(neuron, drive, times, horizon), times)

    return predict


def _adaptive(fit: FadingFit, sign: float, levels: _Levels) -> Predict:
    neuron = AdaptiveNeuron(
        resistance=1.0,
        capacitance=fit.tau,
        threshold=levels.threshold,
        reset=levels.reset,
        refractory=levels.refractory,
        adaptation_increment=sign * fit.pull,
        adaptation_time_constant=fit.memory_tau,
    )

    def predict(times: NDArray[np.float64], horizon: float) -> NDArray[np.float64]:
        drive = _drive(fit, sign, horizon)
        return _silent(lambda: predict_next_remembering(neuron, drive, times, horizon), times)

    return predict


def _silent(
    predict: Callable[[], NDArray[np.float64]], times: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return a prediction; no spikes where the model refuses its drive."""
    try:
        return predict()
    except ParameterError:
        return np.full(times.shape, np.nan)
