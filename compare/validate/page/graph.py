"""The circuit's own graph: the parts around its membrane, drawn from what was read of the deck."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from spiketwin.circuits.network import GROUND
from spiketwin.compare.report.plotting import Plot
from spiketwin.compare.report.wording import count
from spiketwin.compare.validate.page.graph_layout import Layout, Placed, lay_out
from spiketwin.compare.validate.page.graph_symbols import (
    HALF_HEIGHT,
    line,
    shorten,
    symbol,
    text,
    value_words,
)
from spiketwin.models.quantities import engineering

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from spiketwin.circuits.reader import Part

ROOM = 68.0  # points, above or below a rail, for a part and its flag
PITCH = 9.0  # points, between the dashed lines of what is sensed
CHARACTER = 6.3  # points, the width of one
# what a role is drawn in, by the name that the drawing writes beside the rail or part
_COLOURS = {
    "membrane": "var(--circuit)",
    "spike": "var(--model)",
    "input": "var(--agree)",
    "reset": "var(--alert)",
    "clock": "var(--undecided)",
    "supply": "var(--muted)",
}
_DASHED = 'stroke="var(--muted)" stroke-dasharray="3 3" stroke-width="1"'


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """What the parts and nodes of a circuit are for.

    Attributes:
        nodes: role by node, such as ``membrane``.
        parts: role by flat name of a part, such as ``reset``.
    """

    nodes: Mapping[str, str]
    parts: Mapping[str, str]


def circuit_graph(parts: Sequence[Part], marks: Marks) -> Plot:
    """Return the drawing of a circuit around its membrane.

    Args:
        parts: the flat circuit.
        marks: the roles; the nodes that have one come first.
    """
    layout = lay_out(parts, tuple(marks.nodes))
    held = ", ".join(f"{node} {engineering(volts, 'V', 4)}" for node, volts in layout.flags.items())
    left = (
        f" {count(layout.left_out, 'part')} farther from the membrane "
        f"{'is' if layout.left_out == 1 else 'are'} not drawn."
        if layout.left_out
        else ""
    )
    flags = f" Held by a constant source, and drawn as flags: {held}." if held else ""
    roles = ", ".join(
        f"{role} {name}" for name, role in (*marks.nodes.items(), *marks.parts.items())
    )
    return Plot(
        key="graph",
        title="The circuit as read",
        svg=_Drawing(layout, marks).svg(),
        finding=f"{count(len(layout.placed), 'part')} around the membrane: {roles}.",
        caption=(
            f"Every horizontal line is a node; parts hang between them. A dashed line leads from "
            f"what a part senses, and draws no current.{flags}{left}"
        ),
    )


class _Drawing:
    """Coordinates of a layout, in points from the upper left."""

    def __init__(self, layout: Layout, marks: Marks) -> None:
        self._layout = layout
        self._marks = marks
        self._row = {node: k for k, node in enumerate(layout.rails)}
        self._y = self._rows()
        self._lanes = {placed.part.name: lane for placed, lane in self._with_lanes()}
        self._x = self._columns()

    def _rows(self) -> list[float]:
        """Return each rail's height; room above and below it only where a part needs it."""
        placed = self._layout.placed
        above = {self._row[p.top] for p in placed if p.up}
        below = {self._row[p.top] for p in placed if not p.up}
        heights, y = [], 26.0
        for k in range(len(self._layout.rails)):
            y += ROOM + 6 if k in above else 0.0
            heights.append(y)
            y += ROOM + 26 if k in below else 34.0
        self.height = y
        return heights

    def _sensed_rails(self, placed: Placed) -> list[str]:
        own = {placed.top, placed.foot}
        return [node for node in placed.senses if node in self._row and node not in own]

    def _with_lanes(self) -> list[tuple[Placed, int]]:
        taken: dict[int, int] = {}
        found = []
        for placed in self._layout.placed:
            found.append((placed, taken.get(placed.column, 0)))
            taken[placed.column] = taken.get(placed.column, 0) + len(self._sensed_rails(placed))
        self._lane_counts = taken
        return found

    def _columns(self) -> list[float]:
        columns = max((p.column for p in self._layout.placed), default=-1) + 1
        places, x = [], 96.0
        for column in range(columns):
            own = [p for p in self._layout.placed if p.column == column]
            x += 24 + PITCH * self._lane_counts.get(column, 0)
            x += 26 if any(len(self._flagged_senses(p)) for p in own) else 0
            places.append(x)
            x += 22 + CHARACTER * max(len(word) for p in own for word in self._words(p))
        self.width = x + 8
        return places

    def _words(self, placed: Placed) -> tuple[str, ...]:
        role = self._marks.parts.get(placed.part.name)
        words = (shorten(placed.part.name), shorten(value_words(placed.part)))
        return words if role is None else (*words, role)

    def _flagged_senses(self, placed: Placed) -> list[str]:
        return [node for node in placed.senses if node in self._layout.flags]

    def svg(self) -> str:
        """Return the drawing as an SVG element."""
        parts = [
            *(self._rail(node) for node in self._layout.rails),
            *(self._part(placed) for placed in self._layout.placed),
        ]
        return (
            f'<svg viewBox="0 0 {self.width:.0f} {self.height:.0f}" '
            f'style="max-width:{self.width * 1.1:.0f}px;min-width:0" font-size="11" '
            f'stroke="var(--ink)" stroke-width="1.4" fill="none">'
            f'<g class="graph">{"".join(parts)}</g></svg>'
        )

    def _rail(self, node: str) -> str:
        y, colour = (
            self._y[self._row[node]],
            _COLOURS.get(self._marks.nodes.get(node, ""), "var(--ink)"),
        )
        touched = [self._x[p.column] for p in self._layout.placed if node in {p.top, p.foot}]
        touched += [
            self._sense_x(p, k)
            for p in self._layout.placed
            for k, sensed in enumerate(self._sensed_rails(p))
            if sensed == node
        ]
        left, right = min(touched), max(touched)
        role = self._marks.nodes.get(node)
        width = 2.4 if role else 1.4
        start = left - 14
        label = shorten(node, 16)
        tag = (
            ""
            if role is None
            else text(
                start - 4, y + 14, role, f'{_TEXT} text-anchor="end" fill="{colour}" font-size="10"'
            )
        )
        return "".join(
            (
                line([(start, y), (right, y)], f'stroke="{colour}" stroke-width="{width}"'),
                text(
                    start - 4, y + 3, label,
                    f'{_HALO} text-anchor="end" fill="{colour}" font-weight="600"',
                ),
                tag,
            )
        )  # fmt: skip

    def _sense_x(self, placed: Placed, number: int) -> float:
        lane = self._lanes[placed.part.name] + number
        return self._x[placed.column] - 26 - PITCH * lane

    def _part(self, placed: Placed) -> str:
        x, rail = self._x[placed.column], self._y[self._row[placed.top]]
        y = rail - ROOM / 2 if placed.up else rail + ROOM / 2
        far = y - ROOM / 2 + 4 if placed.up else y + ROOM / 2 - 4
        if placed.foot is not None:
            far = self._y[self._row[placed.foot]]
        near_end, far_end = (
            (y + HALF_HEIGHT, y - HALF_HEIGHT) if placed.up else (y - HALF_HEIGHT, y + HALF_HEIGHT)
        )
        role = self._marks.parts.get(placed.part.name)
        colour = _COLOURS.get(role or "", "var(--ink)")
        words = self._words(placed)
        height = y - 6 * (len(words) - 2)
        labels = [
            text(
                x + 17, height + 13 * k, word,
                f'{_TEXT} fill="{"var(--muted)" if k == 1 else colour}"'
                + (' font-weight="600"' if k == 0 else ""),
            )
            for k, word in enumerate(words)
            if word
        ]  # fmt: skip
        return "".join(
            (
                f'<g stroke="{colour}">',
                line([(x, rail), (x, near_end)]),
                line([(x, far_end), (x, far)]),
                symbol(placed.part, x, y, upside_down=placed.upside_down),
                _dot(x, rail),
                _dot(x, far) if placed.foot is not None else _flag(placed, x, far),
                "</g>",
                *labels,
                self._senses(placed, x, y),
            )
        )

    def _senses(self, placed: Placed, x: float, y: float) -> str:
        drawn = []
        rails = self._sensed_rails(placed)
        for k, node in enumerate(rails):
            at, rail = self._sense_x(placed, k), self._y[self._row[node]]
            level = y + 5 * (k - (len(rails) - 1) / 2)
            drawn.append(line([(x - 14, level), (at, level), (at, rail)], _DASHED))
            drawn.append(
                f'<circle cx="{at:.1f}" cy="{rail:.1f}" r="2.4" fill="var(--page)" '
                f'stroke="var(--muted)"/>'
            )
        for k, node in enumerate(self._flagged_senses(placed)):
            drawn.append(
                text(
                    x - 17, y + 15 + 10 * k, shorten(node, 6),
                    f'{_TEXT} text-anchor="end" fill="var(--muted)" font-size="9"',
                )
            )  # fmt: skip
        return "".join(drawn)


_TEXT = 'stroke="none"'
# readable where a dashed line runs behind it
_HALO = 'stroke="var(--page)" stroke-width="3" paint-order="stroke"'


def _dot(x: float, y: float) -> str:
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.3" fill="var(--ink)" stroke="none"/>'


def _flag(placed: Placed, x: float, y: float) -> str:
    """Return the sign of ground, or the name of a node that a constant source holds."""
    if placed.flag == GROUND:
        return "".join(
            line([(x - w, y + d), (x + w, y + d)]) for w, d in ((8, 0), (5, 3.5), (2, 7))
        )
    name = shorten(placed.flag or "", 10)
    below = 11 if not placed.up else -4
    return line([(x - 8, y), (x + 8, y)]) + text(
        x, y + below, name, f'{_TEXT} text-anchor="middle" fill="var(--muted)" font-size="10"'
    )
