"""Reads an LTspice schematic (``.asc``) of common symbols into the netlist that it draws."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from spiketwin.models.errors import DeckError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Point = tuple[int, int]

_UNSURE = ("M90", "M270")
_EXPORT = "export the netlist in LTspice (View, SPICE Netlist) and read that"

# Where the symbols' pins lie, in SPICE's order, in LTspice's units of a sixteenth of its grid.
_TWO_TALL = ((16, 16), (16, 96))
_TWO_SHORT = ((16, 0), (16, 64))
_SOURCE = ((0, 16), (0, 96))
_CURRENT = ((0, 0), (0, 80))
_BIPOLAR = ((64, 0), (0, 48), (64, 96))
_MOS = ((48, 0), (0, 80), (48, 96))
_JFET = ((48, 0), (0, 64), (48, 96))
_CONTROLS = ((-48, 32), (-48, 80))
_SYMBOLS: dict[str, tuple[str, tuple[Point, ...]]] = {
    **dict.fromkeys(("res",), ("R", _TWO_TALL)),
    **dict.fromkeys(("res2",), ("R", _TWO_SHORT)),
    **dict.fromkeys(("cap", "polcap"), ("C", _TWO_SHORT)),
    **dict.fromkeys(("ind", "ind2"), ("L", _TWO_TALL)),
    **dict.fromkeys(("voltage",), ("V", _SOURCE)),
    **dict.fromkeys(("current",), ("I", _CURRENT)),
    **dict.fromkeys(("bv",), ("B", _SOURCE)),
    **dict.fromkeys(("bi",), ("B", _CURRENT)),
    **dict.fromkeys(("diode", "zener", "schottky", "led", "varactor"), ("D", _TWO_SHORT)),
    **dict.fromkeys(("npn", "npn2", "pnp", "pnp2"), ("Q", _BIPOLAR)),
    **dict.fromkeys(("nmos", "pmos"), ("M", _MOS)),
    **dict.fromkeys(("nmos4", "pmos4"), ("M", (*_MOS, (48, 48)))),
    **dict.fromkeys(("njf", "pjf"), ("J", _JFET)),
    "e": ("E", (*_SOURCE, *_CONTROLS)),
    "g": ("G", (*_SOURCE[::-1], *_CONTROLS)),
    "sw": ("S", (*_SOURCE, *_CONTROLS[::-1])),
}
# The turns of a symbol; with an M it is mirrored left to right too. What comes first makes a
# difference to M90 and M270, and is described both ways; so those two are read off the wires.
_TURNS: dict[str, Callable[[int, int], Point]] = {
    "0": lambda x, y: (x, y),
    "90": lambda x, y: (-y, x),
    "180": lambda x, y: (-x, -y),
    "270": lambda x, y: (y, -x),
}
_DEFAULT_VALUES = {"npn2": "NPN", "pnp2": "PNP", "nmos4": "NMOS", "pmos4": "PMOS"}
_MODEL_NAMES = {
    "diode": "D",
    "zener": "D",
    "schottky": "D",
    "led": "D",
    "varactor": "D",
    "npn": "NPN",
    "pnp": "PNP",
    "nmos": "NMOS",
    "pmos": "PMOS",
    "njf": "NJF",
    "pjf": "PJF",
    **_DEFAULT_VALUES,
}
_MOST_LINES = 20_000


@dataclass(slots=True)
class _Symbol:
    kind: str
    line: int
    origin: Point
    turn: str
    pins: list[Point] = field(default_factory=list)
    attributes: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class _Drawing:
    wires: list[tuple[Point, Point]] = field(default_factory=list)
    flags: list[tuple[Point, str]] = field(default_factory=list)
    symbols: list[_Symbol] = field(default_factory=list)
    directives: list[tuple[int, str]] = field(default_factory=list)


def is_schematic(text: str) -> bool:
    """Whether a text is an LTspice schematic."""
    return re.match(r"\s*Version\s+\d[\d.]*\s*\n\s*SHEET\s", text, re.IGNORECASE) is not None


def netlist(text: str) -> str:
    """Return the netlist of a schematic, each element on the line of its symbol.

    Raises:
        DeckError: where it holds a symbol that is not known, or cannot be understood.
    """
    lines = text.split("\n")
    if len(lines) > _MOST_LINES:
        raise DeckError(f"the schematic has more than {_MOST_LINES} lines; {_EXPORT}")
    drawing = _read(lines)
    names = _nets(drawing)
    written = ["*"] * len(lines)
    written[0] = "an LTspice schematic"
    for symbol in drawing.symbols:
        written[symbol.line - 1] = _element(symbol, names)
    more: list[str] = []
    for line, directive in drawing.directives:
        first, *rest = directive.split("\n")
        written[line - 1] = first
        more += rest
    return "\n".join([*written, *more]) + "\n"


def _read(lines: Sequence[str]) -> _Drawing:
    drawing = _Drawing()
    for number, line in enumerate(lines, start=1):
        words = line.split()
        try:
            match words:
                case ["WIRE", *ends] if len(ends) == 4:
                    x1, y1, x2, y2 = map(int, ends)
                    drawing.wires.append(((x1, y1), (x2, y2)))
                case ["FLAG", x, y, name]:
                    drawing.flags.append(((int(x), int(y)), name))
                case ["SYMBOL", kind, x, y, turn]:
                    drawing.symbols.append(_Symbol(kind.lower(), number, (int(x), int(y)), turn))
                case ["SYMATTR", name, *_] if drawing.symbols:
                    value = line.split(None, 2)[2] if len(words) > 2 else ""
                    drawing.symbols[-1].attributes[name.lower()] = value.strip()
                case ["TEXT", _, _, _, _, *_]:
                    _text(line, number, drawing)
                case ["WIRE" | "FLAG" | "SYMBOL" | "DATAFLAG" | "BUSTAP", *_]:
                    raise ValueError
        except ValueError:
            raise DeckError(
                f"line {number}: a {words[0]} of the schematic is not understood; {_EXPORT}",
                line=number,
            ) from None
    return drawing


def _text(line: str, number: int, drawing: _Drawing) -> None:
    given = line.split(None, 5)
    directive = given[5] if len(given) > 5 else ""
    if directive.startswith("!"):
        drawing.directives.append((number, directive[1:].replace("\\n", "\n")))


def _pins(symbol: _Symbol, turned: str) -> list[Point]:
    known = _SYMBOLS.get(symbol.kind.replace("\\", "/").rpartition("/")[2])
    if known is None:
        raise DeckError(
            f"line {symbol.line}: the symbol {symbol.kind[:40]!a} is not known; {_EXPORT}",
            line=symbol.line,
        )
    mirrored, turn = turned[:1] == "M", _TURNS.get(turned[1:])
    if turn is None or turned[:1] not in {"R", "M"}:
        raise DeckError(
            f"line {symbol.line}: a symbol is turned by {turned[:10]!a}; {_EXPORT}",
            line=symbol.line,
        )
    x0, y0 = symbol.origin
    moved = [turn(-x if mirrored else x, y) for x, y in known[1]]
    return [(x0 + x, y0 + y) for x, y in moved]


def _place(drawing: _Drawing) -> None:
    """Give each symbol its pins.

    Raises:
        DeckError: where a symbol or its turn is not known, or where the wires fit both ways of
            reading a turn, or none.
    """
    for symbol in drawing.symbols:
        if symbol.turn not in _UNSURE:
            symbol.pins = _pins(symbol, symbol.turn)
    sure = {pin for symbol in drawing.symbols for pin in symbol.pins}
    sure |= {point for point, _ in drawing.flags}

    def connected(point: Point) -> bool:
        return point in sure or any(_lies_on(point, *wire) for wire in drawing.wires)

    for symbol in drawing.symbols:
        if symbol.turn in _UNSURE:
            both = [_pins(symbol, turn) for turn in _UNSURE]
            fitting = [pins for pins in both if all(map(connected, pins))]
            if len(fitting) != 1:
                raise DeckError(
                    f"line {symbol.line}: the wires do not tell how the symbol is turned by "
                    f"{symbol.turn}; {_EXPORT}",
                    line=symbol.line,
                )
            symbol.pins = fitting[0]


def _nets(drawing: _Drawing) -> dict[Point, str]:
    """Return the net of each pin: points that wires connect, under the name of their flag.

    A wire connects its ends, and whatever lies on its way; wires that only cross do not connect.
    """
    _place(drawing)
    pins = [pin for symbol in drawing.symbols for pin in symbol.pins]
    ends = [end for wire in drawing.wires for end in wire]
    points = dict.fromkeys([*pins, *ends, *(point for point, _ in drawing.flags)])
    if len(points) * max(len(drawing.wires), 1) > 4_000_000:
        raise DeckError(f"the schematic is too large; {_EXPORT}")
    parent = {point: point for point in points}

    def root(point: Point) -> Point:
        while parent[point] != point:
            parent[point] = parent[parent[point]]
            point = parent[point]
        return point

    for start, end in drawing.wires:
        for point in points:
            if _lies_on(point, start, end):
                parent[root(point)] = root(start)
    labels: dict[str, Point] = {}
    for point, label in drawing.flags:  # one name in several places is one net
        parent[root(point)] = root(labels.setdefault(label.lower(), point))
    names = {root(point): label for point, label in drawing.flags if label != "0"}
    names |= {root(point): "0" for point, label in drawing.flags if label == "0"}
    return _numbered({pin: root(pin) for pin in pins}, names)


def _numbered(roots: dict[Point, Point], names: dict[Point, str]) -> dict[Point, str]:
    """Return the net of each pin, with a number for those that have no name."""
    used = {name.lower() for name in names.values()}
    free = (f"N{number:03}" for number in itertools.count(1) if f"n{number:03}" not in used)
    found: dict[Point, str] = {}
    for pin, at in roots.items():
        if at not in names:
            names[at] = next(free)
        found[pin] = names[at]
    return found


def _lies_on(point: Point, start: Point, end: Point) -> bool:
    (x, y), (x1, y1), (x2, y2) = point, start, end
    if not (min(x1, x2) <= x <= max(x1, x2) and min(y1, y2) <= y <= max(y1, y2)):
        return False
    return (x - x1) * (y2 - y1) == (y - y1) * (x2 - x1)


def _element(symbol: _Symbol, names: dict[Point, str]) -> str:
    kind = symbol.kind.replace("\\", "/").rpartition("/")[2]
    letter = _SYMBOLS[kind][0]
    name = symbol.attributes.get("instname", "")
    if not name:
        raise DeckError(
            f"line {symbol.line}: a symbol {kind!r} has no name; {_EXPORT}", line=symbol.line
        )
    if not name.upper().startswith(letter):
        name = f"{letter}{name}"
    nodes = [names[pin] for pin in symbol.pins]
    if letter == "M" and len(nodes) == 3:
        nodes.append(nodes[2])  # LTspice ties the bulk to the source
    value = symbol.attributes.get("value", _MODEL_NAMES.get(kind, ""))
    more = [symbol.attributes.get(key, "") for key in ("value2", "spiceline", "spiceline2")]
    return " ".join([name, *nodes, value, *filter(None, more)])
