"""The drawing of a circuit around its membrane."""

from __future__ import annotations

from itertools import combinations
from xml.etree import ElementTree as ET

import pytest

from spiketwin.circuits.reader import read_text
from spiketwin.compare.validate.page.graph import Marks, circuit_graph
from spiketwin.compare.validate.page.graph_layout import MOST_PARTS, lay_out, path_of, sensed_of

NEURON = """a leaky neuron
Iin 0 vm 20u
Rm vm 0 100k
Cm vm 0 100n
Vth th 0 1
Vdd vdd 0 1
Ecmp over 0 vm th 1e4
Scmp vdd out over 0 comparator
.model comparator sw(vt=-4500 vh=4500 ron=1k roff=1e15)
Cout out 0 10p
Btimer out 0 i=4e-9*v(out)
Mreset vm out 0 0 nm
.model nm nmos(level=1)
Qx vm out e1 npn1
Re e1 0 1k
.model npn1 npn
.tran 1u 1m
.end
"""


@pytest.fixture(scope="module")
def neuron():
    return read_text(NEURON).parts


def test_every_part_hangs_from_a_rail_of_its_own_nodes(neuron):
    layout = lay_out(neuron, ("vm", "out"))
    assert len(layout.placed) == 10
    for placed in layout.placed:
        ends = {placed.top, placed.foot or placed.flag}
        assert ends == {*path_of(placed.part)}
        assert placed.top in layout.rails
        assert placed.foot is None or layout.rails.index(placed.foot) > layout.rails.index(
            placed.top
        )


def test_no_two_parts_lie_over_each_other(neuron):
    layout = lay_out(neuron, ("vm", "out"))
    row = {node: k for k, node in enumerate(layout.rails)}

    def span(placed):
        top = row[placed.top]
        if placed.foot is not None:
            return top + 0.1, row[placed.foot] - 0.1
        return (top - 0.4, top - 0.1) if placed.up else (top + 0.1, top + 0.4)

    pairs = [(a, b) for a, b in combinations(layout.placed, 2) if a.column == b.column]
    assert pairs
    for a, b in pairs:
        (a_top, a_foot), (b_top, b_foot) = span(a), span(b)
        assert a_foot < b_top or b_foot < a_top


def test_constant_sources_become_flags_and_the_membrane_is_the_first_rail(neuron):
    layout = lay_out(neuron, ("vm", "out"))
    assert dict(layout.flags) == {"th": 1.0, "vdd": 1.0}
    assert layout.rails[0] == "vm"
    assert {placed.part.name for placed in layout.placed}.isdisjoint({"vth", "vdd"})


def test_gates_bases_and_controls_are_sensed_and_carry_no_current(neuron):
    by_name = {part.name: part for part in neuron}
    assert path_of(by_name["mreset"]) == ("vm", "0")
    assert sensed_of(by_name["mreset"]) == ("out",)
    assert path_of(by_name["qx"]) == ("vm", "e1")
    assert sensed_of(by_name["qx"])[0] == "out"
    assert sensed_of(by_name["btimer"]) == ("out",)


def test_a_large_circuit_is_drawn_around_its_membrane_and_the_rest_is_counted():
    cards = "".join(f"R{k} n{k} n{k + 1} 1k\n" for k in range(100))
    parts = read_text(f"a ladder\n{cards}C1 n0 0 1n\nI1 0 n0 1u\n.tran 1u 1m\n.end\n").parts
    layout = lay_out(parts, ("n0",))
    assert len(layout.placed) == MOST_PARTS
    assert layout.left_out == 102 - MOST_PARTS
    assert {"c1", "i1", "r0"} <= {placed.part.name for placed in layout.placed}
    assert "r99" not in {placed.part.name for placed in layout.placed}


def test_roles_stand_beside_their_rails_and_parts_as_text(neuron):
    marks = Marks(nodes={"vm": "membrane", "out": "spike"}, parts={"mreset": "reset"})
    plot = circuit_graph(neuron, marks)
    words = [element.text for element in ET.fromstring(plot.svg).iter("text")]  # noqa: S314 - ours
    assert words.count("membrane") == 1
    assert words.count("spike") == 1
    assert words.count("reset") == 1
    assert "membrane vm" in plot.finding


def test_names_of_a_hostile_deck_stay_text():
    hostile = "a deck\nR1 <script> 0 1k\nC<svg> <script> 0 1n\nI1 0 <script> 1u\n.tran 1u 1m\n"
    parts = read_text(hostile).parts
    assert "<script>" in parts[0].nodes
    svg = circuit_graph(parts, Marks(nodes={"<script>": "membrane"}, parts={})).svg
    assert "&lt;script&gt;" in svg
    tags = {element.tag for element in ET.fromstring(svg).iter()}  # noqa: S314 - ours
    assert tags <= {"svg", "g", "polyline", "path", "circle", "rect", "text"}
