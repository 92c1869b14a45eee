"""How far the membranes are apart, in words: the verdict's sentence and the rows of the table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spiketwin.compare.agreement import Verdict
from spiketwin.compare.report.wording import UNKNOWN, percent, with_error
from spiketwin.compare.waveform import LEAST_MOVEMENT, TOLERANCE
from spiketwin.models.quantities import engineering
from spiketwin.models.solvers.solution import PulsingModel

if TYPE_CHECKING:
    from spiketwin.compare.comparison import Comparison
    from spiketwin.compare.waveform import Difference, WaveformAgreement
    from spiketwin.models import Solution


def largest_difference(difference: Difference) -> str:
    """Return the largest difference and its uncertainty."""
    if difference.uncertainty is None:
        return f"{engineering(difference.largest, 'V')} ± unknown"
    return with_error(difference.largest, difference.uncertainty, "V")


def waveform_reason(comparison: Comparison) -> str:
    """Return what the waveform adds to the verdict, as a sentence; nothing where it does not."""
    found = comparison.waveform
    if found is None or found.verdict is None:
        return ""
    if not found.moved:
        return (
            f"The model’s membrane moved by {engineering(found.swing, 'V')}, less than "
            f"{percent(LEAST_MOVEMENT)} of what it can, so its course was not tested either. That "
            f"is not agreement."
        )
    taken_out = "" if comparison.silent else "With the shifts taken out, "
    subject = f"{taken_out}{'The' if comparison.silent else 'the'} membranes differ by at most"
    ending = {
        Verdict.AGREE: "which with its uncertainty stays within the tolerance of",
        Verdict.DISAGREE: "which exceeds by more than its uncertainty the tolerance of",
        Verdict.UNDECIDED: "too uncertain to say whether it stays within the tolerance of",
    }[found.verdict]
    return f"{subject} {largest_difference(found.shape)}, {ending} {_tolerance(found)}."


def waveform_rows(comparison: Comparison) -> tuple[tuple[str, str], ...]:
    """Return the rows of the table of agreement that say how far the membranes are apart."""
    found = comparison.waveform
    if found is None:
        return (("largest difference of the membranes", UNKNOWN),)
    rows = []
    for words, difference in (("", found.as_is), (" of shape", found.shape)):
        rows += [
            (
                f"largest difference{words or ' of the membranes'}",
                f"{largest_difference(difference)}{_fraction(difference.largest, found)}, at "
                f"{engineering(difference.at, 's', 6)}",
            ),
            (
                f"root mean square difference{words}",
                f"{engineering(difference.rms, 'V')}{_fraction(difference.rms, found)}",
            ),
        ]
    if found.verdict is not None:
        rows.append(("tolerance of the shape", f"± {_tolerance(found)}"))
    return tuple(rows)


def waveform_note(comparison: Comparison) -> str:
    """Return what the rows on the membranes mean."""
    found = comparison.waveform
    if found is None:
        return ""
    shape = "The difference of shape is the membranes’ once each interval’s shift is taken out."
    if found.verdict is not None:
        return f"{shape} Nothing resets this neuron, so it takes part in the verdict."
    return (
        f"{shape} It informs only; the {percent(round(1 - found.compared, 3))} of the run in which "
        f"{reset_words(comparison.model)} are left out."
    )


def reset_words(model: Solution) -> str:
    """Return what keeps a membrane from its course after a spike, as a clause."""
    if isinstance(model, PulsingModel):
        return "a pulse empties one of the membranes"
    return "a reset holds one of the membranes"


def _fraction(volts: float, found: WaveformAgreement) -> str:
    return f" ({100 * volts / found.swing:.2g} % of the swing)" if found.swing > 0 else ""


def _tolerance(found: WaveformAgreement) -> str:
    return (
        f"{engineering(found.tolerance, 'V')} ({percent(TOLERANCE)} of the model’s swing of "
        f"{engineering(found.swing, 'V')})"
    )
