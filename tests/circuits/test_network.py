"""What the wiring alone says: rails, resistance and capacitance seen from a node."""

from __future__ import annotations

import pytest

from spiketwin.circuits.network import Network
from spiketwin.circuits.reader import read_text


def network(*cards: str) -> Network:
    return Network.of(read_text("\n".join(["a title", *cards, ".tran 1u 1m uic", ".end"])).parts)


def test_the_rails_are_what_chains_of_constant_sources_hold() -> None:
    wiring = network(
        "V1 a 0 3", "V2 b a 2", "V3 0 c 1", "V4 d 0 sin(0 1 1k)", "R1 b d 1k", "R2 c e 1k"
    )
    # b lies 2 V above a, and ground 1 V above c; d changes, and nothing holds e
    assert dict(wiring.rails) == {"0": 0.0, "a": 3.0, "b": 5.0, "c": -1.0}
    assert wiring.held == {"0", "a", "b", "c", "d"}


def test_leaks_to_ground_supply_and_input_are_in_parallel() -> None:
    wiring = network(
        "Vin in 0 sin(0 1 1k)", "Vdd vdd 0 1", "R1 m 0 6k", "R2 m vdd 3k", "R3 in m 2k"
    )
    # 1/6 + 1/3 + 1/2 = 1 mS
    assert wiring.resistance("m") == pytest.approx(1e3, rel=1e-9)


def test_a_voltage_behind_a_divider_drives_through_its_own_resistance_times_the_division() -> None:
    wiring = network("Vin in 0 1", "R1 in x 4k", "R2 x 0 4k", "R3 x m 3k", "C1 m 0 1n")
    # Thévenin: 3k + 4k∥4k = 5k at half of the voltage; so 1 V makes 0.1 mA into a held m
    assert wiring.resistance("m") == pytest.approx(5e3, rel=1e-9)
    assert wiring.coupling("in", "m") == pytest.approx(10e3, rel=1e-9)


def test_an_inductor_is_a_wire_to_a_resting_membrane() -> None:
    wiring = network("R1 m 0 3k", "L1 m x 1", "R2 x 0 1k", "C1 m 0 1u")
    assert wiring.resistance("m") == pytest.approx(750.0, rel=1e-5)


def test_a_node_whose_resistors_lead_nowhere_has_no_resistance() -> None:
    wiring = network("I1 0 m 1u", "C1 m 0 1n", "R1 m x 1k", "C2 x 0 1n")
    assert wiring.resistance("m") is None
    assert wiring.time_constant("m") is None


def test_all_capacitors_at_a_node_count_also_one_with_a_resistance_of_its_own() -> None:
    wiring = network("C1 m 0 2n", "C2 out m 3n", "C3 m 0 5n Rser=10", "C4 m m 9n", "R1 m 0 1k")
    assert wiring.capacitance("m") == pytest.approx(10e-9, rel=1e-12)
    assert wiring.charged == ("m", "out")


def test_a_resistor_named_rser_in_a_subcircuit_is_a_resistor() -> None:
    wiring = network("X1 m s", ".subckt s a", "Rser a b 1k", "C1 b 0 1n", ".ends", "R1 m 0 1k")
    assert wiring.charged == ("x1.b",)
