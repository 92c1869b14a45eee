"""What was varied and changed nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spiketwin.compare.studies.results.columns import GIVEN

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from spiketwin.compare.studies.results.parts import Cell, StudySummary
    from spiketwin.compare.studies.study import Study

    Figures = Mapping[str, float]


def idle(study: Study, summary: StudySummary) -> tuple[str, ...]:
    """Return the axes, corners and sources that left every figure the same to the last bit.

    An axis where runs without deviation that differ in nothing else have the same figures; a corner
    where they have those of the circuit as drawn, at each place; a source by its probes. A corner
    that sets several values is told as a whole. Nothing is said of what cannot be compared, because
    runs failed or are missing.

    Args:
        study: what was run.
        summary: what it says.

    Returns:
        Names, a corner's with "corner " before it, in the plan's order.
    """
    figures = {(cell.place, cell.corner): _own(cell) for cell in summary.cells}
    found = []
    for axis in study.plan.axes:
        groups: dict[tuple[object, ...], list[Figures]] = {}
        for cell in summary.cells:
            others = [value for name, value in cell.designed.items() if name != axis.name]
            groups.setdefault((cell.corner, *others), []).append(_own(cell))
        if _same((group[0], other) for group in groups.values() for other in group[1:]):
            found.append(axis.name)
    for corner in study.plan.corners:
        pairs = ((figures[place, None], own) for (place, name), own in figures.items()
                 if name == corner.name)  # fmt: skip
        if _same(pairs):
            found.append(f"corner {corner.name}")
    for source in study.plan.sources:
        probed = [
            {effect.below, effect.above, one.nominal}
            for cell in summary.cells
            for one in cell.sensitivities
            for effect in one.effects
            if effect.source == source.name
        ]
        if probed and all(len(values) == 1 for values in probed):
            found.append(source.name)
    return tuple(found)


def _own(cell: Cell) -> Figures:
    return {name: value for name, value in cell.figures.items() if not name.startswith(GIVEN)}


def _same(pairs: Iterable[tuple[Figures, Figures]]) -> bool:
    compared = [one == other for one, other in pairs if one and other]
    return bool(compared) and all(compared)
