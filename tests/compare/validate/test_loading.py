"""Which parts load the membrane, where τ is not R·C of the drawn parts."""

from __future__ import annotations

import pytest

from spiketwin.circuits.reader import read_text
from spiketwin.compare.validate.waveforms.figures import Figure
from spiketwin.compare.validate.wiring.inference import infer_roles
from spiketwin.compare.validate.wiring.loading import find_loading, loading_findings

# R·C is 100 kΩ · 100 nF = 10 ms; the switch is open at 100 kΩ, so that τ is 5 ms
DECK = """a switch that is never quite open
Iin 0 vm 20u
Rm vm 0 100k
Cm vm 0 100n
Bcmp out 0 v=0.5+0.5*tanh(200*(v(vm)-1))
Sreset vm 0 out 0 discharge
.model discharge sw(vt=0.5 vh=0.01 ron=100 roff=100k)
{more}
.tran 10u 20m uic
.end
"""


def tau(value, error=1e-7):
    return Figure(key="tau", name="time constant", unit="s", value=value, standard_error=error)


def loading_of(value, more="", error=1e-7):
    deck = read_text(DECK.format(more=more))
    return find_loading(deck, infer_roles(deck, membrane="vm"), tau(value, error))


def test_an_open_switch_that_carries_the_missing_conductance_is_named_with_its_line():
    loading = loading_of(5e-3)
    assert loading.nominal == pytest.approx(10e-3, rel=1e-12)
    # C/τ − 1/R = 100 nF/5 ms − 10 µS = 10 µS
    assert loading.conductance == pytest.approx(10e-6, rel=1e-9)
    (found,) = loading_findings(loading, "vm")
    assert found.code == "loaded-membrane"
    assert "10 µS more than drawn" in found.message
    assert "sreset (switch, line 6, 10 µS)" in found.message
    assert found.line == 6
    assert found.nodes == ("vm",)


def test_a_controlled_source_at_its_own_nodes_is_a_conductance():
    # G vm 0 vm 0 30u takes 30 µS; with the switch's 10 µS τ is 100 nF/50 µS = 2 ms
    loading = loading_of(2e-3, "Gload vm 0 vm 0 30u")
    by_name = {load.part.name: load.conductance for load in loading.loads}
    assert by_name["gload"] == pytest.approx(30e-6)
    assert by_name["sreset"] == pytest.approx(10e-6)
    (found,) = loading_findings(loading, "vm")
    assert found.message.index("gload") < found.message.index("sreset")


def test_a_part_whose_conductance_the_deck_does_not_tell_is_a_suspect():
    loading = loading_of(5e-3, "Dx vm 0 dd\n.model dd d")
    assert {load.part.name for load in loading.loads if load.conductance is None} == {"dx"}


def test_a_time_constant_within_a_per_cent_or_three_errors_is_the_drawn_one():
    assert not list(loading_findings(loading_of(10.05e-3), "vm"))
    assert not list(loading_findings(loading_of(8e-3, error=1e-3), "vm"))
    assert list(loading_findings(loading_of(8e-3, error=1e-4), "vm"))
    assert not list(loading_findings(None, "vm"))
