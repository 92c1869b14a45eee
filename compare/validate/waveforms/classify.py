"""What a circuit is, judged by its waveforms, with the evidence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from spiketwin.compare.validate.waveforms.both_ways import time_constant_of_resets
from spiketwin.compare.validate.waveforms.figures import NeuronClass
from spiketwin.models.quantities import engineering

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from spiketwin.compare.validate.waveforms.candidate import Candidate
    from spiketwin.compare.validate.waveforms.linear import Linearity
    from spiketwin.compare.validate.waveforms.measure import Measurement
    from spiketwin.models import Trace

# a model explains the spikes that leaves less than this part of the median interval
EXPLAINED = 0.05
# a model with more weight than this is not ruled out by the spikes
RIVAL = 0.01
# a membrane is leaky, or an integrator, that departs from that course by less than this part of its
# range
LIKE = 0.02
# a leak that bends the charging by less than this part is none that a neuron would notice
BEND = 2e-3
# with less damping than this, and no drive that could ring it, a circuit oscillates by itself
UNDAMPED = 0.01
# intervals that change by less than this part, or not steadily, or are fewer, show no adaptation
TREND, STEADY, FEWEST = 0.05, 0.9, 4
# a memory must take the residual of the model without it down to this part
REMEMBERS = 0.5
# packets of charge: so many in a window, and the membrane stays for this part of the time
PACKETS, STAYS = 3, 0.5
# slower than this part of the mean course, it stays
SLOW = 0.2
BINS, BINS_NOISY, POINTS_IN_BIN = 2000, 200, 10
# ways up and down with time constants within this part of each other are one circuit's
SAME = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """A class and why.

    Attributes:
        kind: the class.
        evidence: sentences, the decisive one first.
    """

    kind: NeuronClass
    evidence: tuple[str, ...]


def classify_linear(
    found: Linearity | None, measurement: Measurement, *, switches: int
) -> Judgement | None:
    """Return what a membrane is that linear circuits explain; None where none does.

    Args:
        found: how well linear circuits explain the whole run; None where it does not move.
        measurement: of the run as one stretch, without resets.
        switches: how often the spike output rises.
    """
    if found is None:
        return Judgement(
            kind=NeuronClass.UNDETERMINED,
            evidence=("the membrane does not move, so that nothing shows what it is",),
        )
    also: tuple[str, ...] = ()
    if switches:
        also = (f"its output switches {switches} times, and nothing resets the membrane",)
    if found.is_copy and found.copy_gain is not None:
        return Judgement(
            kind=NeuronClass.NOT_A_NEURON,
            evidence=(
                f"the voltage is the drive's copy, times {found.copy_gain:.4g}: nothing is stored",
                *also,
            ),
        )
    if found.is_first_order:
        tau = measurement.value("tau")
        course = "charges at a steady rate" if tau is None else _in_words(tau)
        return Judgement(
            kind=NeuronClass.PASSIVE,
            evidence=(
                f"the membrane {course} over the whole run, and nothing resets it; what is left is "
                f"{_share(found.first_rms, found.range)} of its range",
                *also,
            ),
        )
    if found.rings and found.resonance is not None:
        frequency = engineering(found.resonance.frequency, "Hz", 4)
        if abs(found.resonance.damping) < UNDAMPED and not measurement.drive_varies:
            return Judgement(
                kind=NeuronClass.NOT_A_NEURON,
                evidence=(
                    f"a sinusoid of {frequency}, which neither grows nor fades: no threshold "
                    f"shapes it",
                    *also,
                ),
            )
        return Judgement(
            kind=NeuronClass.RESONANT,
            evidence=(
                f"the membrane rings at {frequency} with a damping ratio of "
                f"{found.resonance.damping:.3g}: a linear circuit of second order leaves "
                f"{_share(found.second_rms, found.range)} of its range, one of first order "
                f"{_share(found.first_rms, found.range)}",
                *also,
            ),
        )
    if found.is_second_order and measurement.drive_varies and measurement.events.turns is None:
        return Judgement(
            kind=NeuronClass.PASSIVE,
            evidence=("a linear circuit of two time constants explains the whole run", *also),
        )
    return None


def classify_unknown(membrane: Trace, measurement: Measurement) -> Judgement | None:
    """Return what can be said of a membrane that goes up and down and whose drive is not known.

    None where it goes on as under a constant drive.
    """
    back = time_constant_of_resets(membrane, measurement.events)
    tau = measurement.value("tau")
    if back is not None and tau is not None and abs(back - tau) < SAME * tau:
        return Judgement(
            kind=NeuronClass.PASSIVE,
            evidence=(
                f"the membrane goes both ways with one time constant, {engineering(tau, 's', 4)}, "
                f"so that a drive that nobody has named moves it, and no reset",
            ),
        )
    if measurement.described:
        return None
    return Judgement(
        kind=NeuronClass.UNDETERMINED,
        evidence=(
            "what drives the membrane is not known, and it does not charge as under a constant "
            "drive; name its drive",
        ),
    )


def classify_firing(
    measurement: Measurement, candidates: tuple[Candidate, ...], found: Linearity | None
) -> Judgement:
    """Return what a circuit is whose whole run no linear circuit explains.

    Args:
        measurement: what its waveforms show.
        candidates: the models, the best first.
        found: how well linear circuits explain the longest time between two spikes.
    """
    events = measurement.events
    if events.turns is None:
        return Judgement(
            kind=NeuronClass.NOT_A_NEURON,
            evidence=("nothing resets the membrane", *_charging(measurement)),
        )
    words = _charging(measurement) + _explained(candidates, measurement)
    if found is not None and found.rings and found.resonance is not None:
        frequency = engineering(found.resonance.frequency, "Hz", 4)
        ringing = f"between its spikes the membrane rings at {frequency}"
        return Judgement(kind=NeuronClass.RESONANT, evidence=(ringing, *words))
    memory = _memory(measurement, candidates)
    if memory is not None:
        return Judgement(kind=memory.kind, evidence=memory.evidence + words)
    usual = _median_interval(measurement)
    if candidates and usual and min(c.rms for c in candidates) > EXPLAINED * usual:
        return Judgement(kind=NeuronClass.RELAXATION, evidence=tuple(reversed(words)))
    if not _is_curve(measurement):
        return Judgement(kind=NeuronClass.RELAXATION, evidence=words)
    if not _leaks(measurement):
        packets = _packets(measurement)
        if packets >= PACKETS:
            stairs = f"it climbs in {packets} steps and stays between them: packets of charge"
            return Judgement(kind=NeuronClass.PULSED_INTEGRATOR, evidence=(stairs, *words))
        return Judgement(kind=NeuronClass.PERFECT_INTEGRATOR, evidence=words)
    return Judgement(kind=NeuronClass.LIF, evidence=words)


def _charging(measurement: Measurement) -> tuple[str, ...]:
    """Say how the membrane charges."""
    fits = measurement.fits
    tau = measurement.value("tau")
    if fits.best is None:
        return (fits.failure or "its charging shows no course",)
    left = _share(fits.best.residual_rms, _extent(measurement))
    without = f", {fits.left_out} left out" if fits.left_out else ""
    if tau is None:
        rate = engineering(measurement.value("charging_rate") or 0.0, "V/s", 4)
        course = f"between resets the membrane charges without a leak, at {rate} on average"
    else:
        length = measurement.windows.usual_length / tau
        course = (
            f"between resets the membrane {_in_words(tau)}, for {length:.3g} time constants at a "
            f"time"
        )
    return (f"{course}{without}; what is left is {left} of its range",)


def _explained(candidates: tuple[Candidate, ...], measurement: Measurement) -> tuple[str, ...]:
    """Say which model explains the spikes, and how well."""
    usual = _median_interval(measurement)
    if not candidates or not usual:
        return ("there are too few spikes to hold a model against",)
    best = candidates[0]
    rms = f"{best.rms / usual:.2g} of the median interval"
    rivals = [c.title for c in candidates[1:] if (c.weight or 0.0) > RIVAL]
    verb = "explains" if best.rms <= EXPLAINED * usual else "comes closest to explaining"
    said = f"the {best.title} {verb} the spikes to {rms}"
    if rivals:
        others = " and ".join(f"the {title}" for title in rivals)
        return (f"{said}; they do not tell it from {others}, but the waveform does",)
    return (said,)


def _memory(measurement: Measurement, candidates: tuple[Candidate, ...]) -> Judgement | None:
    """Return whether earlier spikes make later ones rarer, or more frequent."""
    by_name = {candidate.name: candidate for candidate in candidates}
    plain = min(
        (by_name[name].rms for name in ("lif", "lif-refractory") if name in by_name),
        default=None,
    )
    for name in ("alif", "lif-threshold"):
        if name in by_name and plain is not None and by_name[name].rms < REMEMBERS * plain:
            after = (
                f"the {by_name[name].title} leaves {engineering(by_name[name].rms, 's')} of its "
                f"intervals, the one without a memory {engineering(plain, 's')}"
            )
            return Judgement(kind=NeuronClass.ADAPTING, evidence=(after,))
    intervals = measurement.events.spikes.train.intervals
    if measurement.drive_varies or intervals.size < FEWEST:
        return None
    change = float(intervals[-1] - intervals[0]) / float(np.median(intervals))
    order = _rank_correlation(intervals)
    if abs(change) < TREND or abs(order) < STEADY:
        return None
    first, last = (engineering(float(intervals[k]), "s", 4) for k in (0, -1))
    kind = NeuronClass.ADAPTING if change > 0 else NeuronClass.FACILITATING
    verb = "lengthen" if change > 0 else "shorten"
    return Judgement(
        kind=kind,
        evidence=(f"under a constant drive the intervals {verb} steadily, from {first} to {last}",),
    )


def _rank_correlation(values: NDArray[np.float64]) -> float:
    """Return Spearman's rank correlation of values with their order.

    Of the first half of the change only: what has settled has no order but rounding's.
    """
    settled = np.abs(values - values[-1]) < 0.5 * abs(values[0] - values[-1])
    moving = values[: max(int(np.argmax(settled)) + 1, 3)]
    ranks = np.argsort(np.argsort(moving))
    return float(np.corrcoef(ranks, np.arange(moving.size))[0, 1])


def _leaks(measurement: Measurement) -> bool:
    tau = measurement.value("tau")
    return tau is not None and measurement.windows.usual_length / tau >= BEND


def _is_curve(measurement: Measurement) -> bool:
    """Return whether the membrane's course is a line or an exponential, and not only nearly so."""
    fit = measurement.fits.best
    if fit is None:
        return False
    least = LIKE * _extent(measurement) + 2 * measurement.events.noise
    # stairs of an unknown drive are described well enough by their being stairs
    return fit.residual_rms < least or _packets(measurement) >= PACKETS


def _packets(measurement: Measurement) -> int:
    """Return in how many steps the membrane climbs in its longest window; 0 where it does not."""
    begin, end = measurement.windows.longest
    membrane: Trace = measurement.windows.membrane
    time, volts = membrane.time[begin:end], membrane.voltage[begin:end]
    noise = measurement.events.noise
    # enough points in a bin for its mean to stand out of the noise
    bins = min(BINS_NOISY, time.size // POINTS_IN_BIN) if noise else BINS
    if time.size < 2 or bins < 2 * PACKETS:
        return 0
    if noise:
        edges = np.linspace(0, time.size, bins + 1).astype(np.intp)[:-1]
        level = np.add.reduceat(volts, edges) / np.diff(np.append(edges, time.size))
        noise *= np.sqrt(2 / POINTS_IN_BIN)
    else:
        level = np.interp(np.linspace(time[0], time[-1], bins), time, volts)
    climb = measurement.events.sign * np.diff(level)
    mean = abs(float(climb.mean()))
    if mean < noise / SLOW:
        return 0
    climbing, staying = climb > mean, np.abs(climb) < SLOW * mean + noise
    if staying.mean() < STAYS:
        return 0
    return int(np.count_nonzero(climbing[1:] & ~climbing[:-1]) + climbing[0])


def _median_interval(measurement: Measurement) -> float | None:
    intervals = measurement.events.spikes.train.intervals
    return float(np.median(intervals)) if intervals.size else None


def _extent(measurement: Measurement) -> float:
    turns = measurement.events.turns
    if turns is not None:
        return turns.range[1] - turns.range[0]
    return float(np.ptp(measurement.windows.membrane.voltage))


def _in_words(tau: float) -> str:
    return f"follows an exponential of {engineering(tau, 's', 4)}"


def _share(part: float, whole: float) -> str:
    return f"{100 * part / whole:.2g} %" if whole > 0 else "all"
