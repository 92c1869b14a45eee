"""Roles are inferred from the wiring and one run, with what speaks for them, or asked for."""

from __future__ import annotations

import pytest

from spiketwin.circuits.plans import plan_run
from spiketwin.circuits.reader import UserDeck, read_text
from spiketwin.circuits.trials import first_run
from spiketwin.compare.validate.wiring.inference import infer_roles, probed_nodes
from spiketwin.compare.validate.wiring.roles import AmbiguousRolesError, Role, Roles
from spiketwin.models.errors import DeckError, ParameterError

MEMBRANE = "Rm {m} 0 100k\nCm {m} 0 100n\n"
# no name here says what it is for: t is the threshold, c the comparator, p the pulse, g its gain
ONE_SHOT = """
Vth t 0 1
Vdd vdd 0 1
Ecmp c 0 {m} t 1e4
Scmp vdd p c 0 comparator
.model comparator sw(vt=-4500 vh=4500 ron=1k roff=1e15)
Cp p 0 10p
Btimer p 0 i=4e-9*min(1, max(v(p), 0)*10)
Vhalf half 0 0.5
Edrive g 0 p half 1e4
"""
RESET = "Sreset {m} 0 g 0 discharge\n.model discharge sw(vt=0 vh=3e3 ron=1 roff=1e12)\n"
START = ".ic v({m})=0 v(p)=0\n.tran 10u {stop} 0 100u uic\n.end"
NEURON = MEMBRANE + ONE_SHOT + RESET + START


def deck(text: str, *, m: str = "m", stop: str = "60m") -> UserDeck:
    return read_text("a title\n" + text.replace("{m}", m).replace("{stop}", stop))


def roles_of(own: UserDeck, **given: str) -> Roles:
    return infer_roles(own, first_run(own, plan_run(own), probed_nodes(own)).finest.traces, **given)


def names(roles: tuple[Role, ...]) -> list[str]:
    return [role.name for role in roles]


def test_a_switch_neurons_roles_are_told_by_its_run_and_not_by_names() -> None:
    own = deck("Ix 0 k 20u\n" + NEURON, m="k")
    roles = roles_of(own)
    assert roles.membrane.name == "k"
    assert roles.input is not None
    assert roles.input.name == "ix"
    assert roles.spike is not None
    assert roles.spike.name == "p"
    assert names(roles.reset) == ["sreset"]
    assert roles.commands == ("g",)
    assert names(roles.supplies) == ["vdd"]
    assert names(roles.references) == ["vth", "vhalf"]
    assert roles.clocks == ()
    assert roles.resistance == pytest.approx(100e3, rel=1e-9)
    assert roles.capacitance == pytest.approx(100e-9, rel=1e-12)
    assert roles.time_constant == pytest.approx(10e-3, rel=1e-9)
    assert [part.name for part in roles.leaks] == ["rm"]
    assert [part.name for part in roles.loads] == ["sreset"]
    assert [part.source.line for part in roles.capacitors] == [4]


def test_the_evidence_is_told_in_words() -> None:
    told = roles_of(deck("Ix 0 m 20u\n" + NEURON))
    assert told.membrane.evidence[0] == "the current of ix reaches it directly"
    assert "it has 100 nF, the largest capacitance" in told.membrane.evidence
    assert any("on its way for" in words for words in told.membrane.evidence)
    assert told.spike is not None
    assert any("rises when the membrane is reset" in words for words in told.spike.evidence)
    assert told.reset[0].evidence == (
        "line 15: sreset leads from m to 0, commanded by g, which follows m",
    )


def test_a_neuron_that_never_spikes_has_the_same_roles() -> None:
    roles = roles_of(deck("Ix 0 m 5u\n" + NEURON))
    assert roles.membrane.name == "m"
    assert names(roles.reset) == ["sreset"]
    assert roles.spike is not None
    assert roles.spike.name in {"p", "g", "c"}


def test_without_a_run_the_wiring_alone_tells_the_membrane() -> None:
    roles = infer_roles(deck("Ix 0 m 20u\n" + NEURON))
    assert (roles.membrane.name, names(roles.reset)) == ("m", ["sreset"])


def test_a_voltage_behind_a_resistor_is_an_input_and_loads_the_membrane() -> None:
    source = "Vx x 0 pulse(0 4 1m 1u 1u 1 2)\nRx x m 100k\n"
    roles = roles_of(deck(source + NEURON))
    assert roles.input is not None
    assert roles.input.name == "vx"
    assert roles.coupling == pytest.approx(100e3, rel=1e-9)
    assert roles.resistance == pytest.approx(50e3, rel=1e-9)
    assert [part.name for part in roles.leaks] == ["rx", "rm"]
    assert roles.clocks == ()


def test_a_voltage_that_controls_the_membranes_current_is_an_input() -> None:
    source = "Vx x 0 pulse(0 2 1m 1u 1u 1 2)\nGx 0 m x 0 10u\n"
    roles = roles_of(deck(source + NEURON))
    assert roles.input is not None
    assert roles.input.name == "vx"
    assert "it controls what charges m" in roles.input.evidence
    assert roles.coupling is None
    assert roles.clocks == ()
    assert [part.name for part in roles.loads] == ["gx", "sreset"]


def test_a_current_through_a_mirror_is_an_input() -> None:
    mirror = """Ix b 0 20u
M1 b b vdd vdd pmos1 w=10u l=1u
M2 m b vdd vdd pmos1 w=10u l=1u
.model pmos1 pmos(level=1 vto=-0.2 kp=1m)
"""
    roles = roles_of(deck(mirror + NEURON))
    assert roles.membrane.name == "m"
    assert roles.input is not None
    assert roles.input.name == "ix"


def test_a_node_of_parasitic_capacitance_is_no_membrane_though_the_input_reaches_it() -> None:
    pair = "Ix 0 s 20u\nCs s 0 10f\nDs s m direct\n.model direct d(is=1e-12)\n"
    roles = roles_of(deck(pair + NEURON))
    assert roles.membrane.name == "m"
    assert roles.input is not None
    assert roles.input.name == "ix"
    assert "through other elements" in roles.input.evidence[0]


def test_a_clock_that_commands_the_reset_is_no_input() -> None:
    clocked = """Ix 0 m 20u
Rm m 0 100k
Cm m 0 100n
Vk k 0 pulse(0 1 6m 1u 1u 1m 7m)
Sreset m 0 k 0 discharge
.model discharge sw(vt=0.5 vh=0.1 ron=1 roff=1e12)
.ic v(m)=0
.tran 10u 60m 0 100u uic
.end"""
    roles = roles_of(deck(clocked))
    assert roles.input is not None
    assert roles.input.name == "ix"
    assert names(roles.clocks) == ["vk"]
    assert names(roles.reset) == ["sreset"]
    assert "does not follow m" in roles.reset[0].evidence[0]


def test_a_current_that_changes_is_the_input_and_a_bias_is_a_load() -> None:
    sources = "Ibias 0 m 2u\nIx 0 m pulse(0 20u 1m 1u 1u 1 2)\n"
    roles = roles_of(deck(sources + NEURON))
    assert roles.input is not None
    assert roles.input.name == "ix"
    assert "ibias" in [part.name for part in roles.loads]


def test_a_capacitor_that_tires_the_neuron_is_not_its_membrane() -> None:
    tiring = "Bfill 0 w i=5u*v(p)\nCw w 0 100n\nRw w 0 1meg\nGw m 0 w 0 40u\n"
    roles = roles_of(deck("Ix 0 m 40u\n" + tiring + NEURON, stop="100m"))
    assert roles.membrane.name == "m"
    assert names(roles.reset) == ["sreset"]
    assert [part.name for part in roles.loads] == ["gw", "sreset"]


def test_an_oscillator_without_an_output_is_charged_by_its_supply() -> None:
    relaxing = """Vcc vcc 0 5
Rc vcc cap 47k
C1 cap 0 220n
S1 cap dis cap 0 trigger
Rdis dis 0 470
.model trigger sw(vt=1.75 vh=1.25 ron=1 roff=1e12)
.ic v(cap)=0
.tran 10u 50m 0 50u uic
.end"""
    roles = roles_of(deck(relaxing))
    assert (roles.membrane.name, roles.spike) == ("cap", None)
    assert roles.input is not None
    assert roles.input.name == "vcc"
    assert names(roles.reset) == ["s1"]
    assert "commanded by cap itself" in roles.reset[0].evidence[0]


def test_an_amplifier_between_membrane_and_switch_is_no_spike_output() -> None:
    # the first charging, from 0 to 85 V, is longer than the 25 V between the later spikes
    lamp = """Vs s 0 120
R1 s top 1meg
C1 top 0 100n
Eneon glow 0 top 0 1e3
Sneon top lamp glow 0 neon
Rlamp lamp 0 2k
.model neon sw(vt=72500 vh=12500 ron=50 roff=1e11)
.ic v(top)=0
.tran 1m 0.5 0 200u uic
.end"""
    roles = roles_of(deck(lamp))
    assert (roles.membrane.name, roles.commands, roles.spike) == ("top", ("glow",), None)


def test_a_555s_output_is_low_while_it_resets() -> None:
    timer = """Vcc vcc 0 9
Ra vcc dis 10k
Rb dis cap 47k
C1 cap 0 100n
Vmiddle middle 0 4.5
Ecap over 0 cap middle 1e4
Slatch vcc low over 0 latch
Rlow low 0 100k
.model latch sw(vt=0 vh=15000 ron=10 roff=1e10)
Sdis dis 0 low 0 discharge
.model discharge sw(vt=4.5 vh=1 ron=10 roff=1e10)
Bout out 0 v=9-v(low)
.ic v(cap)=0
.tran 10u 60m 0 20u uic
.end"""
    roles = roles_of(deck(timer))
    assert roles.membrane.name == "cap"
    assert names(roles.reset) == ["sdis"]
    assert roles.resistance == pytest.approx(57e3, rel=1e-9)
    assert roles.spike is not None
    assert roles.spike.name == "out"
    assert any("it falls when the membrane is reset" in words for words in roles.spike.evidence)


def test_two_like_neurons_are_ambiguous_and_the_error_says_what_to_give() -> None:
    both = "I1 0 a 20u\nI2 0 b 20u\nC1 a 0 1n\nR1 a 0 1meg\nC2 b 0 1n\nR2 b 0 1meg\n"
    own = deck(both + ".tran 10u 10m 0 100u uic\n.end")
    with pytest.raises(AmbiguousRolesError, match="--membrane a or --membrane b") as caught:
        roles_of(own)
    assert [role.name for role in caught.value.candidates] == ["a", "b"]
    assert all(role.evidence for role in caught.value.candidates)
    roles = roles_of(own, membrane="B")
    assert (roles.membrane.name, roles.membrane.given) == ("b", True)
    assert roles.input is not None
    assert roles.input.name == "i2"


def test_names_that_are_given_win() -> None:
    own = deck("Ix 0 m 20u\n" + NEURON)
    roles = roles_of(own, membrane="p", spike="C", input="Vdd")
    assert (roles.membrane.name, roles.membrane.given) == ("p", True)
    assert roles.spike == Role(name="c", evidence=("it was named",), given=True)
    assert roles.input is not None
    assert (roles.input.name, roles.input.given) == ("vdd", True)


def test_a_name_that_is_not_there_is_refused_with_the_nearest() -> None:
    own = deck("Ix 0 vmem 20u\n" + NEURON, m="vmem")
    with pytest.raises(ParameterError, match=r"--membrane vmen: .* did you mean 'vmem'\?"):
        infer_roles(own, membrane="vmen")
    with pytest.raises(ParameterError, match="--spike zzz: the deck has no such node; it has"):
        infer_roles(own, spike="zzz")
    with pytest.raises(ParameterError, match=r"no element 'vddd'; did you mean 'vdd'\?"):
        infer_roles(own, input="vddd")
    with pytest.raises(ParameterError, match="--input rm: it is no independent source"):
        infer_roles(own, input="rm")


def test_a_deck_without_a_capacitor_has_a_likeliest_node_and_says_so() -> None:
    own = deck("Vx x 0 sin(0 1 50)\nR1 x m 10k\nR2 m 0 10k\n.tran 100u 0.1\n.end")
    roles = roles_of(own)
    assert roles.membrane.name == "m"
    assert "no capacitor is on it" in roles.membrane.evidence
    assert roles.capacitance is None


def test_of_very_many_nodes_those_are_probed_that_may_have_a_role() -> None:
    line = "".join(f"Rl{k} l{k} l{k + 1} 1k\nCl{k} l{k} 0 1p\n" for k in range(300))
    own = deck("Ix 0 m 20u\n" + line + "Rend l300 0 1k\nRtop l0 0 1k\n" + NEURON)
    probed = probed_nodes(own)
    assert len(probed) <= 200
    assert {"m", "p", "c"} <= set(probed)
    roles = roles_of(own)
    assert roles.spike is not None
    assert (roles.membrane.name, roles.spike.name) == ("m", "p")


def test_a_deck_whose_nodes_are_all_held_has_no_membrane() -> None:
    with pytest.raises(DeckError, match="no node of the deck can be a membrane"):
        infer_roles(deck("V1 a 0 1\nR1 a 0 1k\n.tran 1u 1m\n.end"))
