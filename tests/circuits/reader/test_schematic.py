"""LTspice's schematics: pins where LTspice has them, at every turn, and what is not known named."""

from __future__ import annotations

import pytest

from spiketwin.circuits.reader import read_text
from spiketwin.models.errors import DeckError

HEAD = "Version 4\nSHEET 1 880 680\n"


def schematic(*lines: str) -> str:
    return HEAD + "\n".join([*lines, "TEXT 0 900 Left 2 !.tran 10m", ""])


# A current source, a resistor and a capacitor side by side, as LTspice draws and saves them.
RC = schematic(
    "WIRE 64 96 0 96",
    "WIRE 192 96 64 96",
    "WIRE 64 176 0 176",
    "WIRE 192 176 64 176",
    "FLAG 64 176 0",
    "FLAG 192 96 mem",
    "SYMBOL current 0 176 R180",
    "WINDOW 0 24 80 Left 2",
    "SYMATTR InstName I1",
    "SYMATTR Value PULSE(0 1µ 1m 1u 1u 50m)",
    "SYMBOL res 48 80 R0",
    "SYMATTR InstName R1",
    "SYMATTR Value 4k7",
    "SYMBOL cap 176 96 R0",
    "SYMATTR InstName C1",
    "SYMATTR Value 1µ",
    "SYMATTR SpiceLine Rser=1m",
    "WIRE 192 176 192 160",
    "TEXT 0 300 Left 2 ;a comment .step",
    "TEXT 0 320 Left 2 !.param x=1\\n.ic V(mem)=0",
)


def test_a_schematic_is_read_into_its_netlist() -> None:
    deck = read_text(RC)
    assert deck.dialect == "ltspice"
    found = {part.name: part.nodes for part in deck.parts}
    assert found["i1"] == ("0", "mem")  # turned by 180 degrees, the current flows upwards
    assert found["r1"] == ("mem", "0")
    assert found["c1.rser"][0] == "mem"
    assert {part.name: part.value for part in deck.parts if part.kind == "r"}["r1"] == 4700.0
    assert deck.params["x"] == 1
    assert deck.initial == {"mem": 0.0}
    assert deck.transient is not None
    assert deck.transient.stop == 10e-3
    assert next(p for p in deck.parts if p.name == "r1").source.line == 13


# Where the upper and the lower pin of a voltage source lie, which LTspice has at (0, 16) and
# (0, 96) from the symbol's origin. A turn by 90 degrees takes down to the left; M mirrors left and
# right.
TURNS = {
    "R0": ((0, 16), (0, 96)),
    "R90": ((-16, 0), (-96, 0)),
    "R180": ((0, -16), (0, -96)),
    "R270": ((16, 0), (96, 0)),
    "M0": ((0, 16), (0, 96)),
    "M180": ((0, -16), (0, -96)),
}
# The base of an NPN, at (0, 48), its collector and emitter, at (64, 0) and (64, 96).
TRANSISTORS = {
    "R0": ((64, 0), (0, 48), (64, 96)),
    "R90": ((0, 64), (-48, 0), (-96, 64)),
    "R180": ((-64, 0), (0, -48), (-64, -96)),
    "R270": ((0, -64), (48, 0), (96, -64)),
    "M0": ((-64, 0), (0, 48), (-64, 96)),
    "M180": ((64, 0), (0, -48), (64, -96)),
}


@pytest.mark.parametrize("turn", TURNS)
def test_pins_turn_and_mirror_with_their_symbol(turn: str) -> None:
    (x1, y1), (x2, y2) = TURNS[turn]
    corners = [
        f"FLAG {1000 + x} {2000 + y} {name}"
        for (x, y), name in zip(TRANSISTORS[turn], "cbe", strict=True)
    ]
    deck = read_text(
        schematic(
            *(f"SYMBOL voltage 304 208 {turn}", "SYMATTR InstName V1", "SYMATTR Value 5"),
            *(f"FLAG {304 + x1} {208 + y1} plus", f"FLAG {304 + x2} {208 + y2} 0"),
            *(f"SYMBOL npn 1000 2000 {turn}", "SYMATTR InstName Q1", *corners),
            "TEXT 0 0 Left 2 !.model NPN NPN",
        )
    )
    found = {part.name: part.nodes for part in deck.parts}
    assert found == {"v1": ("plus", "0"), "q1": ("c", "b", "e")}


# Mirrored and turned by a quarter: which comes first is described both ways, and is read off here.
QUARTERS = (((0, -64), (-48, 0), (-96, -64)), ((0, 64), (48, 0), (96, 64)))


@pytest.mark.parametrize("pins", QUARTERS)
@pytest.mark.parametrize("turn", ["M90", "M270"])
def test_a_mirrored_quarter_turn_is_read_off_the_wires(
    turn: str, pins: tuple[tuple[int, int], ...]
) -> None:
    symbol = (f"SYMBOL npn 1000 2000 {turn}", "SYMATTR InstName Q1", "SYMATTR Value NPN")
    flags = [f"FLAG {1000 + x} {2000 + y} {name}" for (x, y), name in zip(pins, "cbe", strict=True)]
    model = "TEXT 0 0 Left 2 !.model NPN NPN"
    (part,) = read_text(schematic(*symbol, *flags, model)).parts
    assert part.nodes == ("c", "b", "e")
    with pytest.raises(DeckError, match="the wires do not tell how the symbol is turned") as caught:
        read_text(schematic(*symbol, *flags[1:], model))
    assert caught.value.line == 3


def test_a_transistor_without_bulk_has_it_at_its_source_and_controls_come_in_order() -> None:
    deck = read_text(
        schematic(
            *("SYMBOL nmos 0 0 R0", "SYMATTR InstName M1", "SYMATTR Value2 l=1u w=2u"),
            *("FLAG 48 0 d", "FLAG 0 80 g", "FLAG 48 96 s", "TEXT 0 0 Left 2 !.model NMOS NMOS"),
            *("SYMBOL sw 500 0 R0", "SYMATTR InstName S1", "SYMATTR Value SM"),
            *("FLAG 500 16 a", "FLAG 500 96 b", "FLAG 452 80 up", "FLAG 452 32 down"),
            *("SYMBOL g 900 0 R0", "SYMATTR InstName G1", "SYMATTR Value 1m"),
            *("FLAG 900 96 from", "FLAG 900 16 to", "FLAG 852 32 cp", "FLAG 852 80 cn"),
            "TEXT 0 0 Left 2 !.model SM SW(Ron=1 Roff=1Meg Vt=.5)",
        )
    )
    found = {part.name: (part.nodes, part.controls) for part in deck.parts}
    assert found["m1"] == (("d", "s", "s"), ("g",))
    assert found["s1"] == (("a", "b"), ("up", "down"))
    assert found["g1"] == (("from", "to"), ("cp", "cn"))


def test_wires_that_only_cross_are_two_nets_and_a_pin_on_a_wire_joins_it() -> None:
    deck = read_text(
        schematic(
            *("WIRE 0 100 200 100", "WIRE 100 0 100 200"),
            *("FLAG 0 100 across", "FLAG 100 0 down"),
            *("SYMBOL res 134 84 R0", "SYMATTR InstName R1", "SYMATTR Value 1k", "FLAG 150 180 0"),
            *("SYMBOL res 84 184 R0", "SYMATTR InstName R2", "SYMATTR Value 1k", "FLAG 100 280 0"),
        )
    )
    found = {part.name: part.nodes for part in deck.parts}
    assert found == {"r1": ("across", "0"), "r2": ("down", "0")}


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("SYMBOL Opamps\\\\LT1001 0 0 R0", "the symbol .* is not known; export the netlist"),
        ("SYMBOL voltage 0 0 R45", "turned by 'R45'"),
        ("SYMBOL res 0 0 R0", "has no name"),
        ("WIRE 1 2 3", "a WIRE of the schematic is not understood"),
        ("FLAG a b c", "a FLAG of the schematic is not understood"),
        ("BUSTAP 1 2 3 4", "a BUSTAP of the schematic is not understood"),
        ("TEXT 0 0 Left 2 !.step param R 1 2 1", "a deck is one circuit"),
        ("TEXT 0 0 Left 2 !.include /etc/passwd", "a deck without a folder includes nothing"),
    ],
)
def test_what_a_schematic_cannot_tell_is_refused_with_its_line(line: str, why: str) -> None:
    with pytest.raises(DeckError, match=why) as caught:
        read_text(schematic(line))
    assert caught.value.line == 3
