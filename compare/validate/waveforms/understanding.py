"""From waveforms to what a circuit really is: its figures as built, its class, the model it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from spiketwin.compare.validate.waveforms.candidates import weigh_candidates
from spiketwin.compare.validate.waveforms.classify import (
    Judgement,
    classify_firing,
    classify_linear,
    classify_unknown,
)
from spiketwin.compare.validate.waveforms.events import Events, find_events, without_resets
from spiketwin.compare.validate.waveforms.figures import Figure, NeuronClass
from spiketwin.compare.validate.waveforms.linear import Linearity, linearity
from spiketwin.compare.validate.waveforms.measure import Measurement, measure
from spiketwin.models.errors import ParameterError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from spiketwin.compare.validate.waveforms.candidate import Candidate
    from spiketwin.compare.validate.waveforms.observation import Observation

# figures of what fires
# about how many points of a waveform serve for the curves of a circuit whose kind is known
MOST_POINTS = 1500
FIRING = frozenset({"threshold", "reset", "refractory", "hysteresis", "rate", "cv", "width"})


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Understanding:
    """What a circuit is, as far as its waveforms show it.

    Attributes:
        kind: its class.
        evidence: sentences that say why, the decisive one first.
        figures: what is known of it, with errors that hold the change between the accuracies.
        candidates: the models held against its spikes, the best first; none without an interval.
        events: what happened in the finest observation, resets and pulses of the output included,
            whatever the class makes of them.
        measurement: of the finest observation, where the figures come from: its windows, curves,
            and readings.
        linearity: how well linear circuits explain the whole run; None where nothing moves.
        trains_differ: whether two accuracies gave different numbers of spikes, so that the spikes
            are not to be relied on.
        earlier: what happened in each of the coarser observations.
    """

    kind: NeuronClass
    evidence: tuple[str, ...]
    figures: tuple[Figure, ...]
    candidates: tuple[Candidate, ...]
    events: Events
    measurement: Measurement
    linearity: Linearity | None
    trains_differ: bool
    earlier: tuple[Events, ...] = ()

    def figure(self, key: str) -> Figure | None:
        """Return a figure by its key; None where the waveforms do not show it."""
        return next((figure for figure in self.figures if figure.key == key), None)


def understand(
    observations: Sequence[Observation], *, threshold: float | None = None
) -> Understanding:
    """Say what a circuit is.

    Args:
        observations: of the same circuit under the same drive, at rising accuracy; one will do, as
            of a bench.
        threshold: volts, where it is known from elsewhere; for the rheobase of a circuit that
            never fires.

    Raises:
        ParameterError: where there is no observation.
    """
    if not observations:
        raise ParameterError("understand.observations must hold at least one, got none")
    events = [find_events(observation) for observation in observations]
    # of the coarser ones the last tells the errors
    seen = [
        _look(observation, happened)
        for observation, happened in zip(observations[-2:], events[-2:], strict=True)
    ]
    finest = seen[-1]
    before = seen[0] if len(seen) > 1 else None
    figures = _refined(finest.measurement, None if before is None else before.measurement)
    resolution = None if before is None else _resolution(before.measurement, finest.measurement)
    # what needs no spikes to be judged has none that a model could explain
    candidates = weigh_candidates(finest.measurement, resolution or 0.0)
    if finest.linear is not None:
        candidates = ()
    judged = finest.linear or classify_firing(finest.measurement, candidates, finest.between)
    differ = before is not None and resolution is None
    evidence = judged.evidence
    if differ and before is not None:
        counts = [len(look.measurement.events.spikes.train) for look in (before, finest)]
        evidence = (
            *evidence,
            f"at two accuracies the circuit has {counts[0]} and {counts[1]} spikes: they depend on "
            f"the solver",
        )
    return Understanding(
        kind=judged.kind,
        evidence=evidence,
        figures=(*_of_kind(judged.kind, finest.whole, figures), *_rheobase(figures, threshold)),
        candidates=candidates,
        events=finest.events,
        measurement=finest.measurement,
        linearity=finest.whole,
        trains_differ=differ,
        earlier=tuple(events[:-1]),
    )


def see_again(observations: Sequence[Observation], kind: NeuronClass) -> Understanding:
    """Return what a circuit shows whose kind is known from another run, at less cost.

    It has all figures that ``understand`` finds, and no candidates: where the circuit fires it is
    taken for what it was.

    Args:
        observations: of the same circuit under the same drive, at rising accuracy.
        kind: what it is where it fires.

    Raises:
        ParameterError: where there is no observation.
    """
    if not observations:
        raise ParameterError("see_again.observations must hold at least one, got none")
    events = [find_events(observation) for observation in observations]
    finest = _look(observations[-1], events[-1], most=MOST_POINTS)
    before = None
    if len(observations) > 1:
        happened = events[-2]
        if finest.linear is not None:
            happened = without_resets(observations[-2], happened)
        before = measure(observations[-2], happened, most=MOST_POINTS)
    figures = _refined(finest.measurement, before)
    now = kind if finest.linear is None else finest.linear.kind
    return Understanding(
        kind=now,
        evidence=() if finest.linear is None else finest.linear.evidence,
        figures=_of_kind(now, finest.whole, figures),
        candidates=(),
        events=finest.events,
        measurement=finest.measurement,
        linearity=finest.whole,
        trains_differ=before is not None and _resolution(before, finest.measurement) is None,
        earlier=tuple(events[:-1]),
    )


def _refined(finest: Measurement, before: Measurement | None) -> tuple[Figure, ...]:
    """Return figures with the change between two accuracies in their errors."""
    if before is None:
        return finest.figures
    coarse = {figure.key: figure for figure in before.figures}
    return tuple(figure.refined(coarse.get(figure.key)) for figure in finest.figures)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Look:
    events: Events
    measurement: Measurement
    whole: Linearity | None
    between: Linearity | None
    linear: Judgement | None


def _look(observation: Observation, events: Events, *, most: int | None = None) -> _Look:
    """Return what one observation shows: of a linear membrane its whole run is one stretch.

    With ``most``, which is about how many points serve for a fit, nothing is said of the time
    between spikes.
    """
    membrane = observation.membrane
    stimulus = None if observation.drive is None else observation.drive.stimulus
    whole = linearity(membrane, (0, len(membrane)), stimulus, events.noise, most=most)
    switches = 0 if events.pulses is None else int(np.count_nonzero(events.pulses.whole[:, 0]))
    # what a linear circuit explains has no threshold, however it goes up and down
    unreset = without_resets(observation, events)
    as_one = whole is None or whole.is_copy or whole.is_first_order or whole.rings
    if as_one or (events.turns is None and not len(events.spikes.train)):
        measurement = measure(observation, unreset, most=most)
        linear = classify_linear(whole, measurement, switches=switches)
        if linear is not None:
            return _Look(
                events=events, measurement=measurement, whole=whole, between=None, linear=linear
            )
    measurement = measure(observation, events, most=most)
    if observation.drive is None and events.turns is not None:
        unknown = classify_unknown(membrane, measurement)
        if unknown is not None:
            return _Look(
                events=events, measurement=measurement, whole=whole, between=None, linear=unknown
            )
    windows = measurement.windows
    within = None
    if most is None:
        within = linearity(windows.membrane, windows.longest, stimulus, events.noise)
    return _Look(events=events, measurement=measurement, whole=whole, between=within, linear=None)


def _of_kind(
    kind: NeuronClass, whole: Linearity | None, figures: tuple[Figure, ...]
) -> tuple[Figure, ...]:
    """Return the figures that a circuit of this class has: none of an exponential that it lacks."""
    if kind in {NeuronClass.PASSIVE, NeuronClass.UNDETERMINED}:
        # it may go up and down, but not from a threshold to a reset
        return tuple(figure for figure in figures if figure.key not in FIRING)
    if whole is None or not (whole.is_copy or whole.rings) or kind is NeuronClass.LIF:
        return figures
    if whole.is_copy and whole.copy_gain is not None:
        return (
            Figure(
                key="copy_gain",
                name="voltage per unit of the drive",
                unit="",
                value=whole.copy_gain,
                standard_error=None,
            ),
        )
    if whole.resonance is None:
        return figures
    return (
        Figure(
            key="resonance",
            name="frequency at which it rings",
            unit="Hz",
            value=whole.resonance.frequency,
            standard_error=None,
        ),
        Figure(
            key="damping",
            name="damping ratio",
            unit="",
            value=whole.resonance.damping,
            standard_error=None,
        ),
    )


def _resolution(coarse: Measurement, fine: Measurement) -> float | None:
    """Return how far the solver puts the intervals off, in seconds; None where spikes differ."""
    before, after = (m.events.spikes.train.intervals for m in (coarse, fine))
    counts = [len(m.events.spikes.train) for m in (coarse, fine)]
    if counts[0] != counts[1]:
        return None
    return float(np.sqrt(np.mean((after - before) ** 2))) if after.size else 0.0


def _rheobase(figures: tuple[Figure, ...], threshold: float | None) -> tuple[Figure, ...]:
    """Return the constant drive that just fails to fire the circuit: (threshold − E)/R."""
    known = {figure.key: figure for figure in figures}
    if "rest" not in known or "gain" not in known:
        return ()
    level = known["threshold"].value if "threshold" in known else threshold
    if level is None or not known["gain"].value:
        return ()
    rest, gain = known["rest"], known["gain"]
    value = (level - rest.value) / gain.value
    errors = [
        (figure.standard_error or 0.0) * factor
        for figure, factor in (
            (rest, 1 / gain.value),
            (gain, value / gain.value),
            *(((known["threshold"], 1 / gain.value),) if "threshold" in known else ()),
        )
    ]
    unit = "A" if gain.unit == "Ω" else "V"
    base = Figure(
        key="rheobase",
        name="rheobase",
        unit=unit,
        value=value,
        standard_error=float(np.linalg.norm(errors)),
    )
    return (base,)
