"""A check of the catalogue as text: a table for the documentation, JUnit's XML for CI."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spiketwin.compare.agreement import Verdict
from spiketwin.compare.analyses.check import FULL_SCALE, TOLERANCE, TRANSFER_TOLERANCE
from spiketwin.compare.junit import JunitCase, junit_xml

if TYPE_CHECKING:
    from collections.abc import Sequence

    from spiketwin.compare.analyses.check import CheckCase


def check_rows(cases: Sequence[CheckCase]) -> tuple[tuple[str, ...], ...]:
    """Return neuron, stimulus, spikes, the worst ± uncertainty, of what, and the verdict."""
    return tuple(
        (
            case.neuron,
            case.stimulus,
            "–" if case.spikes is None else str(case.spikes),
            shift_words(case),
            case.scale,
            verdict_words(case),
        )
        for case in cases
    )


def shift_words(case: CheckCase) -> str:
    """Return the worst shift or error and its uncertainty, as fractions of the case's scale."""
    if case.shift is None:
        return "–"
    error = "unknown" if case.uncertainty is None else f"{case.uncertainty:.1e}"
    return f"{case.shift:.1e} ± {error}"


def verdict_words(case: CheckCase) -> str:
    """Return the verdict, or that there is none."""
    return "failed" if case.verdict is None else case.verdict.value


def check_markdown(
    cases: Sequence[CheckCase], *, tolerance: float | None, ngspice: str, command: str
) -> str:
    """Return a page of Markdown: neurons × stimuli, each cell the worst shift ± its uncertainty.

    Args:
        cases: what was found.
        tolerance: as a fraction of an interval, and of full scale; None for the usual two.
        ngspice: its version.
        command: that makes the page again.
    """
    neurons = list(dict.fromkeys(case.neuron for case in cases))
    stimuli = list(dict.fromkeys(case.stimulus for case in cases))
    cells = {(case.neuron, case.stimulus): case for case in cases}
    allowed = TOLERANCE if tolerance is None else tolerance
    lines = [
        "# The neurons, measured",
        "",
        f"Made with ngspice {ngspice} by",
        "",
        f"    {command}",
        "",
        "Each neuron has its default parameters, under stimuli as strong as its default one.",
        "A cell is the largest shift of a spike ± its numerical uncertainty, as fractions of the",
        f"median interval; the tolerance is {allowed:g}. What is bold does not agree, and the",
        "reason is below.",
        *_static_words(cases, tolerance),
        "",
        f"| neuron | {' | '.join(stimuli)} |",
        "|---" * (len(stimuli) + 1) + "|",
    ]
    for neuron in neurons:
        row = [_cell(cells.get((neuron, stimulus))) for stimulus in stimuli]
        lines.append(f"| `{neuron}` | {' | '.join(row)} |")
    others = [case for case in cases if case.verdict is not Verdict.AGREE]
    if others:
        lines += ["", "Not agreement:", ""]
        lines += [
            f"- `{case.neuron}`, {case.stimulus}: {verdict_words(case)}. {_plain(case.reason)}"
            for case in others
        ]
    return "\n".join(lines) + "\n"


def _static_words(cases: Sequence[CheckCase], tolerance: float | None) -> list[str]:
    """Return what the cells of neurons without spikes are, where there are any."""
    static = dict.fromkeys(case.neuron for case in cases if case.scale == FULL_SCALE)
    if not static:
        return []
    allowed = TRANSFER_TOLERANCE if tolerance is None else tolerance
    names = ", ".join(f"`{neuron}`" for neuron in static)
    return [
        "",
        f"Without spikes: {names}. A cell is the largest error of the output, over the",
        "grid of inputs and under the stimulus, as a fraction of full scale; the tolerance",
        f"is {allowed:g}.",
    ]


def _cell(case: CheckCase | None) -> str:
    if case is None:
        return "–"
    if case.verdict is Verdict.AGREE:
        return shift_words(case)
    return f"**{verdict_words(case)}**" + ("" if case.shift is None else f" {shift_words(case)}")


def _plain(reason: str) -> str:
    """Return a reason on one line, without what Markdown would take for its own."""
    return " ".join(reason.split()).replace("|", "\\|").replace("<", "&lt;")


def check_junit(cases: Sequence[CheckCase]) -> str:
    """Return JUnit's XML: a suite per neuron, a test case per stimulus.

    Disagreement and indecision are failures, of these types; a run that failed is an error.
    """
    return junit_xml(
        [
            JunitCase(
                suite=case.neuron,
                name=case.stimulus,
                owner=f"spiketwin.{case.neuron}",
                verdict=case.verdict,
                reason=case.reason,
                details=f"{case.reason} Worst: {shift_words(case)}, of {case.scale}.",
                error=type(case.failure).__name__,
                seconds=case.seconds,
            )
            for case in cases
        ],
        name="spiketwin check",
    )
