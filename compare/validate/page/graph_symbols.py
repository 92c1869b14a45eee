"""The symbols of a circuit's parts, each drawn upright, in the page's colours."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from spiketwin.models.quantities import engineering

if TYPE_CHECKING:
    from spiketwin.circuits.reader import Part

HALF_HEIGHT = 17.0  # points, of a symbol's body
LABEL = 13  # characters of a name or value that are shown
_UNITS = {"r": "Ω", "c": "F", "l": "H"}
_GAINS = {"e": "", "g": "S", "f": "", "h": "Ω"}


def line(points: list[tuple[float, float]], style: str = "") -> str:
    """Return a polyline."""
    text = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return f'<polyline points="{text}" fill="none" {style}/>'


def text(x: float, y: float, words: str, style: str = "") -> str:
    """Return a line of text, its words escaped."""
    return f'<text x="{x:.1f}" y="{y:.1f}" {style}>{escape(words)}</text>'


def shorten(words: str, most: int = LABEL) -> str:
    """Return the words, or their beginning and an ellipsis."""
    return words if len(words) <= most else words[: most - 1] + "…"


def value_words(part: Part) -> str:
    """Return what a part is worth, in a few characters."""
    match part.kind:
        case "r" | "c" | "l" if part.value is not None:
            return engineering(part.value, _UNITS[part.kind], 4)
        case "v" | "i" if part.waveform is not None:
            wave = part.waveform
            if wave.kind == "dc":
                return engineering(wave.dc or 0.0, "V" if part.kind == "v" else "A", 4)
            return wave.kind.upper()
        case "e" | "g" | "f" | "h" if part.value is not None:
            return f"× {engineering(part.value, _GAINS[part.kind], 4)}".rstrip()
    if part.model is not None:
        return part.model.name
    if part.expression is not None:
        return "I = f(…)" if is_current(part) else "V = f(…)"
    return ""


def is_current(part: Part) -> bool:
    """Return whether a source is one of current."""
    if part.kind in {"i", "g", "f"}:
        return True
    return part.kind == "b" and any(" i=" in card.lower() for card in part.cards)


def symbol(part: Part, x: float, y: float, *, upside_down: bool) -> str:
    """Return a part's body, centred at (x, y), from −HALF_HEIGHT to +HALF_HEIGHT.

    Args:
        part: the element.
        x: points, of its middle.
        y: points, of its middle.
        upside_down: whether its first node is the lower one.
    """
    h = HALF_HEIGHT
    match part.kind:
        case "r":
            zigzag = [(x, y - h)]
            zigzag += [(x + (6 if k % 2 else -6), y - h + 3 + 4.7 * k) for k in range(7)]
            return line([*zigzag, (x, y + h)])
        case "c":
            return "".join(
                (
                    line([(x, y - h), (x, y - 3)]),
                    line([(x - 10, y - 3), (x + 10, y - 3)], 'stroke-width="2.2"'),
                    line([(x - 10, y + 3), (x + 10, y + 3)], 'stroke-width="2.2"'),
                    line([(x, y + 3), (x, y + h)]),
                )
            )
        case "l":
            arcs = "".join("a5.6 5.6 0 0 1 0 11.3" for _ in range(3))
            return f'<path d="M{x:.1f} {y - h:.1f}{arcs}" fill="none"/>'
        case "v" | "i" | "e" | "g" | "f" | "h" | "b":
            return _source(part, x, y, upside_down=upside_down)
        case "s" | "w":
            return "".join(
                (
                    line([(x, y - h), (x, y - 9)]),
                    line([(x, y + h), (x, y + 9)]),
                    line([(x, y + 9), (x + 9, y - 8)]),
                    f'<circle cx="{x:.1f}" cy="{y + 9:.1f}" r="1.8" fill="var(--ink)"/>',
                )
            )
        case "d":
            s = -1 if upside_down else 1
            return "".join(
                (
                    line([(x, y - h), (x, y + h)]),
                    f'<path d="M{x - 8:.1f} {y - 7 * s:.1f}h16l-8 {13 * s}z" fill="var(--page)"/>',
                    line([(x - 8, y + 7 * s), (x + 8, y + 7 * s)], 'stroke-width="2"'),
                )
            )
        case "m" | "j" | "q":
            return _transistor(part, x, y, upside_down=upside_down)
    return "".join(
        (
            f'<rect x="{x - 11:.1f}" y="{y - h:.1f}" width="22" height="{2 * h:.1f}" rx="3" '
            f'fill="var(--panel)"/>',
            text(
                x, y + 4, part.kind.upper(), 'stroke="none" fill="var(--ink)" text-anchor="middle"'
            ),
        )
    )


def _source(part: Part, x: float, y: float, *, upside_down: bool) -> str:
    """Return a circle, or a diamond where the source is a controlled one; an arrow for current."""
    h, controlled = HALF_HEIGHT, part.kind not in {"v", "i"}
    body = (
        f'<path d="M{x:.1f} {y - h:.1f}l13 {h}l-13 {h}l-13 -{h}z" fill="var(--page)"/>'
        if controlled
        else f'<circle cx="{x:.1f}" cy="{y:.1f}" r="13" fill="var(--page)"/>'
        + line([(x, y - h), (x, y - 13)])
        + line([(x, y + 13), (x, y + h)])
    )
    s = -1 if upside_down else 1
    if is_current(part):  # from the first node, through the source, to the second
        arrow = [(x - 3.5, y + 2.5 * s), (x, y + 7 * s), (x + 3.5, y + 2.5 * s)]
        return body + line([(x, y - 7 * s), (x, y + 7 * s)]) + line(arrow)
    plus = "".join(
        (
            line([(x - 3, y - 5 * s), (x + 3, y - 5 * s)]),
            line([(x, y - 5 * s - 3), (x, y - 5 * s + 3)]),
        )
    )
    return body + plus + line([(x - 3, y + 6 * s), (x + 3, y + 6 * s)])


def _transistor(part: Part, x: float, y: float, *, upside_down: bool) -> str:
    """Return a channel or junction with its gate at the left; the arrow tells the source's end."""
    h = HALF_HEIGHT
    kind = "" if part.model is None else part.model.kind.lower()
    flags = () if part.model is None else part.model.flags
    negative = kind.startswith(("pm", "pnp", "pj")) or "pchan" in flags
    s = -1 if upside_down else 1
    end = y + 9 * s  # source or emitter: the second end of the path
    # out of the device where electrons carry the current, into it where holes do
    tip, barb = (x - 1, x - 5) if not negative else (x - 7, x - 3)
    arrow = [(barb, end - 3), (tip, end), (barb, end + 3)]
    return "".join(
        (
            line([(x, y - h), (x, y - 9), (x - 8, y - 9)]),
            line([(x, y + h), (x, y + 9), (x - 8, y + 9)]),
            line([(x - 8, y - 12), (x - 8, y + 12)], 'stroke-width="2"'),
            "" if kind.startswith(("npn", "pnp")) else line([(x - 12, y - 9), (x - 12, y + 9)]),
            line(arrow),
            text(
                x - 22,
                y - 12,
                "p" if negative else "n",
                'stroke="none" font-size="9" fill="var(--muted)"',
            ),
        )
    )
