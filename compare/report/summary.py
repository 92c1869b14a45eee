"""The verdict in plain words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from spiketwin.compare.agreement import Verdict
from spiketwin.compare.as_built.charge_count import CONFIDENCE
from spiketwin.compare.levels import IDEAL
from spiketwin.compare.report.waveform_words import largest_difference, waveform_reason
from spiketwin.compare.report.wording import (
    UNKNOWN,
    count,
    model_kind,
    percent,
    relative,
    signed,
    stimulus_words,
    with_error,
)
from spiketwin.models.quantities import engineering

if TYPE_CHECKING:
    from spiketwin.compare.comparison import Comparison


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyFigure:
    """One number that the verdict rests on.

    Attributes:
        name: what it is.
        value: the number with its unit and error.
        note: what to hold it against.
    """

    name: str
    value: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What a reader who reads nothing else should know.

    Attributes:
        verdict: the answer.
        title: the answer as a sentence.
        subject: what was compared.
        reason: why the answer is what it is.
        figures: the numbers behind it.
    """

    verdict: Verdict
    title: str
    subject: str
    reason: str
    figures: tuple[KeyFigure, ...]


TITLES = {
    Verdict.AGREE: "Circuit and model agree",
    Verdict.DISAGREE: "Circuit and model disagree",
    Verdict.UNDECIDED: "Undecided",
}


def summarise(comparison: Comparison) -> Summary:
    """Return the verdict, its reason and its numbers."""
    return Summary(
        verdict=comparison.verdict,
        title=TITLES[comparison.verdict],
        subject=(
            f"{comparison.twin.title}: its circuit in ngspice{_built_of(comparison)} against its "
            f"{model_kind(comparison.model)} model, under one stimulus "
            f"({stimulus_words(comparison.stimulus)}) for "
            f"{engineering(comparison.settings.duration, 's', 4)}."
        ),
        reason=_reason(comparison),
        figures=(_spikes(comparison), _shift(comparison), _tolerance(comparison), _tau(comparison)),
    )


def _built_of(comparison: Comparison) -> str:
    # the ideal circuit goes without saying
    if comparison.level == IDEAL:
        return ""
    return f" at level {comparison.level} ({comparison.circuit_level.summary})"


def worst_shift(comparison: Comparison) -> str:
    """Return the largest shift and its uncertainty."""
    worst = comparison.agreement.worst_pair
    if worst is None:
        return UNKNOWN
    shift = abs(float(comparison.agreement.match.shifts[worst]))
    if comparison.agreement.uncertainty is None:
        return f"{engineering(shift, 's')} ± unknown"
    return with_error(shift, float(comparison.agreement.uncertainty[worst]), "s")


def tolerance_base(comparison: Comparison) -> str:
    """Return what the tolerance is a fraction of, in words."""
    circuit = comparison.circuit.spikes.train
    scale = engineering(comparison.time_scale, "s")
    if comparison.model.spikes.intervals.size:
        return f"the model’s median interval of {scale}"
    if circuit.intervals.size:
        return f"the circuit’s median interval of {scale}"
    return f"the time constant of {scale}, since there is no interval"


def _reason(comparison: Comparison) -> str:
    shape = waveform_reason(comparison)
    if comparison.silent:
        silence = "Neither twin fired in this run, so there are no spike times to compare."
        return f"{silence} {shape or 'That is not agreement.'}"
    return f"{_of_spikes(comparison)} {shape}".rstrip()


def _of_spikes(comparison: Comparison) -> str:
    agreement, match = comparison.agreement, comparison.agreement.match
    pairs = match.shifts.size
    if agreement.verdict is Verdict.UNDECIDED and agreement.uncertainty is None:
        return (
            "The circuit’s two finest runs have different spikes: the simulation is not converged, "
            "and nothing that it shows can be relied on."
        )
    if agreement.verdict is Verdict.UNDECIDED and not pairs:
        return "No spike could be paired, so there is no shift to judge."
    allowed = (
        f"{engineering(agreement.tolerance, 's')} "
        f"({percent(comparison.settings.tolerance)} of {tolerance_base(comparison)})"
    )
    lone = _lone_spikes(comparison)
    if lone:
        also = (
            f" The largest shift of the {count(pairs, 'pair')} is {worst_shift(comparison)}; "
            f"{allowed} would be tolerated."
            if pairs
            else ""
        )
        return f"{lone}{also}"
    subject = (
        "The only spike has a partner, and its shift"
        if pairs == 1
        else (f"All {count(pairs, 'spike')} have a partner, and the largest shift")
    )
    ending = {
        Verdict.AGREE: f"with its uncertainty stays within the tolerance of {allowed}",
        Verdict.DISAGREE: f"exceeds the tolerance of {allowed} by more than its uncertainty",
        Verdict.UNDECIDED: (
            f"is too uncertain to say whether it stays within the tolerance of {allowed}"
        ),
    }[agreement.verdict]
    return f"{subject}, {worst_shift(comparison)}, {ending}."


def _lone_spikes(comparison: Comparison) -> str:
    match = comparison.agreement.match
    parts = []
    if match.missed.size:
        parts.append(f"{count(match.missed.size, 'spike')} of the model missing in the circuit")
    if match.extra.size:
        parts.append(
            f"{count(match.extra.size, 'spike')} of the circuit that the model does not have"
        )
    if not parts:
        return ""
    verb = "is" if match.missed.size + match.extra.size == 1 else "are"
    return f"There {verb} {' and '.join(parts)}."


def _spikes(comparison: Comparison) -> KeyFigure:
    match = comparison.agreement.match
    return KeyFigure(
        name="Spikes matched",
        value=f"{match.shifts.size} of {match.shifts.size + match.missed.size}",
        note=f"{match.missed.size} missed, {match.extra.size} extra",
    )


def _shift(comparison: Comparison) -> KeyFigure:
    worst = comparison.agreement.worst_pair
    return KeyFigure(
        name="Largest shift",
        value=worst_shift(comparison),
        note="no pair of spikes" if worst is None else f"pair {worst + 1}, ± numerical uncertainty",
    )


def _tolerance(comparison: Comparison) -> KeyFigure:
    return KeyFigure(
        name="Tolerance",
        value=f"± {engineering(comparison.agreement.tolerance, 's')}",
        note=f"{percent(comparison.settings.tolerance)} of {tolerance_base(comparison)}",
    )


def _tau(comparison: Comparison) -> KeyFigure:
    tau, leak = comparison.as_built.tau, comparison.as_built.leak
    if leak is not None:
        return KeyFigure(
            name="Time constant of a leak",
            value=(
                with_error(1 / leak.rate, leak.standard_error / leak.rate**2, "s")
                if leak.found
                else f"> {engineering(leak.shortest_tau, 's', 2)}"
            ),
            note="none is designed" if leak.found else f"no leak found; {percent(CONFIDENCE)}",
        )
    waveform = comparison.waveform
    if tau is None and comparison.as_built.fit_failure is None and waveform is not None:
        # no exponential, so that the whole course says more than any one number of it
        judged = waveform.verdict is not None
        return KeyFigure(
            name="Largest difference of shape",
            value=largest_difference(waveform.shape),
            note=(
                f"± {engineering(waveform.tolerance, 'V')} tolerated"
                if judged
                else f"of a swing of {engineering(waveform.swing, 'V')}; for information"
            ),
        )
    if tau is None:
        return KeyFigure(
            name="Time constant, fitted",
            value=UNKNOWN,
            note="not determined" if comparison.as_built.fit_failure else "this neuron has not one",
        )
    nominal = engineering(tau.nominal, "s", 6)
    return KeyFigure(
        name="Time constant, fitted",
        value=with_error(tau.value, tau.standard_error, "s"),
        note=(
            f"R·C is {nominal}: {signed(tau.difference, 's')} or "
            f"{relative(tau.difference / tau.nominal)}"
        ),
    )
