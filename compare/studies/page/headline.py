"""What a study says, in a title, a sentence or two, and four numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spiketwin.compare.agreement import Verdict
from spiketwin.compare.report.summary import KeyFigure, Summary
from spiketwin.compare.report.wording import UNKNOWN, count, percent
from spiketwin.compare.studies.page.wording import (
    cell_words,
    fraction_words,
    idle_words,
    interval_words,
    listed,
    quantity,
    ratio_words,
    share_words,
    shown_figure,
    spoken,
    spread_words,
    whole_number,
    within_words,
    yield_words,
)
from spiketwin.compare.studies.results.idle import idle

if TYPE_CHECKING:
    from spiketwin.compare.studies.results.parts import Distribution, Sensitivity, StudySummary
    from spiketwin.compare.studies.study import Study

# a source with less of the variance decides nothing
_DECIDING = 0.05
# characters that fit under a number
_NOTE = 36


def study_verdict(summary: StudySummary) -> Verdict:
    """Return the answer to what was asked.

    Where a yield is required: whether it is reached. Else whether the circuits are what their own
    equations say, at each point: agreement where all runs are finished and agree as built.
    """
    if summary.required is not None:
        return {True: Verdict.AGREE, False: Verdict.DISAGREE, None: Verdict.UNDECIDED}[summary.met]
    if summary.as_built[Verdict.DISAGREE.value]:
        return Verdict.DISAGREE
    settled = not summary.failed and not summary.as_built[Verdict.UNDECIDED.value]
    return Verdict.AGREE if settled and summary.finished else Verdict.UNDECIDED


def headline(study: Study, summary: StudySummary) -> Summary:
    """Return the yield in words, what decides, and the numbers behind it."""
    return Summary(
        verdict=study_verdict(summary),
        title=_title(summary, sampled=study.plan.sampling is not None),
        subject=_subject(study, summary),
        reason=" ".join(sentences(study, summary)),
        figures=(
            _yield_figure(study, summary),
            *(
                (_range_figure(study, summary), _farthest_figure(study, summary))
                if study.plan.sampling is None
                else (_spread_figure(study, summary), _decider_figure(study, summary))
            ),
            _built_figure(summary),
        ),
    )


def sentences(study: Study, summary: StudySummary) -> list[str]:
    """Return what the study says, a sentence each, the most important first."""
    found = [_passing(study, summary)]
    if summary.required is not None:
        found.append(_requirement(summary))
    if study.plan.cells > 1 and summary.share.trials and study.plan.sampling is not None:
        found.append(
            f"The place with the least yield, {cell_words(study, summary.cell)}, has "
            f"{yield_words(summary.cell.share)}."
        )
    deciding = _deciding(study, summary)
    if deciding is not None:
        found.append(deciding)
    if summary.uncounted:
        found.append(
            f"{count(summary.uncounted, 'finished run')} of later samples "
            f"{'does' if summary.uncounted == 1 else 'do'} not count, since earlier ones are "
            f"missing or the yield was known before."
        )
    unmoved = idle(study, summary)
    if unmoved:
        found.append(idle_words(study, unmoved))
    off = summary.as_built[Verdict.DISAGREE.value]
    if off:
        found.append(
            f"In {count(off, 'run')} the circuit is not what its own equation says, with the same "
            f"values in both: look at these before anything else."
        )
    return found


def shown_sensitivity(study: Study, summary: StudySummary) -> Sensitivity | None:
    """Return what decides the judged figure, in the cell with the least yield."""
    name = shown_figure(study)
    return next((one for one in summary.cell.sensitivities if one.name == name), None)


def shown_distribution(study: Study, summary: StudySummary) -> Distribution | None:
    """Return how the judged figure is spread, in the cell with the least yield."""
    name = shown_figure(study)
    return next((one for one in summary.cell.distributions if one.name == name), None)


def _title(summary: StudySummary, *, sampled: bool) -> str:
    share = summary.share
    if not share.trials:
        return "No run has finished"
    what = "" if sampled else " runs"
    return f"{whole_number(share.passed)} of {whole_number(share.trials)}{what} within tolerance"


def _subject(study: Study, summary: StudySummary) -> str:
    plan = study.plan
    parts = []
    if plan.axes:
        parts.append(f"over {listed([axis.name for axis in plan.axes])}")
    if plan.corners:
        parts.append(f"at {listed([corner.name for corner in plan.corners])}")
    if plan.sampling is not None:
        spread = listed([f"{one.name} {spread_words(one.spread)}" for one in plan.sources])
        parts.append(f"deviating by {spread}")
    size = f"{whole_number(summary.finished)} of {whole_number(summary.planned)} runs"
    return f"{study.target.name}, {'; '.join(parts)}: {size}."


def _passing(study: Study, summary: StudySummary) -> str:
    share = summary.share
    if not share.trials:
        return "There is nothing to judge yet."
    what = f"Within tolerance of the design means {within_words(study.within)}"
    if study.plan.cells > 1 and study.plan.sampling is not None:
        what += f", at each of {study.plan.cells} places and corners"
    lost = [
        f"{whole_number(number)} {word}"
        for number, word in (
            (share.outside, "outside"),
            (share.undecided, "undecided, too uncertain or with nothing to compare"),
            (share.failed, "failed"),
        )
        if number
    ]
    rest = f" The rest: {listed(lost)}." if lost else ""
    if study.plan.sampling is None:
        return f"{what}.{rest}"
    return f"Yield {yield_words(share)}, with 95 % confidence. {what}.{rest}"


def _requirement(summary: StudySummary) -> str:
    asked = percent(summary.required or 0.0)
    if summary.met is None:
        return f"Whether that is the required {asked}, so many samples do not tell."
    return f"The required yield of {asked} is {'reached' if summary.met else 'missed'}."


def _deciding(study: Study, summary: StudySummary) -> str | None:
    found = shown_sensitivity(study, summary)
    if found is None or not found.told:
        return None
    shares = [
        f"{effect.source} {share_words(effect.share)}"
        for effect in found.effects
        if effect.share >= _DECIDING
    ]
    sentence = (
        f"What decides: {listed(shares)} of the variance of the {spoken(found.name)}, to first "
        f"order."
    )
    if found.linear is False and found.observed is not None:
        sentence += (
            f" That order does not tell all: it predicts a standard deviation of "
            f"{quantity(found.predicted, found.unit, 3)}, and the samples have "
            f"{quantity(found.observed, found.unit, 3)}."
        )
    return sentence


def _yield_figure(study: Study, summary: StudySummary) -> KeyFigure:
    share = summary.share
    if share.fraction is None:
        return KeyFigure(name="Yield", value=UNKNOWN, note="no trial is complete")
    interval = interval_words(share)
    return KeyFigure(
        name="Yield" if interval else "Within tolerance",
        value=fraction_words(share),
        note=f"{interval}, 95 % confidence" if interval else within_words(study.within),
    )


def _range_figure(study: Study, summary: StudySummary) -> KeyFigure:
    name = shown_figure(study)
    known = [cell.figures[name] for cell in summary.cells if name in cell.figures]
    unit = next(figure.unit for figure in study.target.figures if figure.name == name)
    ends = [quantity(end, unit, 3) for end in (min(known), max(known))] if known else [UNKNOWN]
    return KeyFigure(
        name=f"The {spoken(name)}",
        value=" … ".join(dict.fromkeys(ends)),
        note=f"of the circuit, at {len(known)} of {len(summary.cells)} places",
    )


def _farthest_figure(study: Study, summary: StudySummary) -> KeyFigure:
    if not summary.worst:
        return KeyFigure(name="Farthest from the design", value=UNKNOWN, note="nothing is known")
    case = summary.worst[0]
    cell = next(
        one for one in summary.cells if (one.place, one.corner) == (case.place, case.corner)
    )
    where = cell_words(study, cell)
    return KeyFigure(
        name="Farthest from the design",
        value=quantity(case.deviation, case.unit, 3),
        note=f"{case.key}, {where if len(where) <= _NOTE else f'run {case.index}'}",
    )


def _spread_figure(study: Study, summary: StudySummary) -> KeyFigure:
    found = shown_distribution(study, summary)
    name = f"Spread of the {spoken(shown_figure(study))}"
    if found is None or found.deviation is None:
        return KeyFigure(name=name, value=UNKNOWN, note="no samples")
    if found.variation is None:
        value = f"σ = {quantity(found.deviation, found.unit, 3)}"
    else:
        value = ratio_words(found.variation, found.variation_error)
    linear = shown_sensitivity(study, summary)
    predicted = (
        "standard deviation over mean, CV"
        if linear is None or not linear.nominal or linear.missing
        else f"CV; {100 * linear.predicted / abs(linear.nominal):.3g} % predicted to first order"
    )
    return KeyFigure(name=name, value=value, note=predicted)


def _decider_figure(study: Study, summary: StudySummary) -> KeyFigure:
    found = shown_sensitivity(study, summary)
    if found is None or not found.told:
        return KeyFigure(name="What decides", value=UNKNOWN, note="no probes tell")
    most = found.effects[0]
    return KeyFigure(
        name="What decides",
        value=shortened(most.source, 24),
        note=f"{share_words(most.share)} of the variance of the {spoken(found.name)}",
    )


def _built_figure(summary: StudySummary) -> KeyFigure:
    agree = summary.as_built[Verdict.AGREE.value]
    others = [
        f"{whole_number(number)} {word}"
        for number, word in (
            (summary.as_built[Verdict.DISAGREE.value], "disagree"),
            (summary.as_built[Verdict.UNDECIDED.value], "undecided"),
            (summary.failed, "failed"),
        )
        if number
    ]
    return KeyFigure(
        name="Circuit as its own equation",
        value=f"{whole_number(agree)} of {whole_number(summary.finished)}",
        note=", ".join(others) or "all agree as built",
    )


def shortened(name: str, longest: int) -> str:
    """Return a name, its middle left out where it is too long for its place."""
    if len(name) <= longest:
        return name
    half = (longest - 1) // 2
    return f"{name[:half]}…{name[-half:]}"
