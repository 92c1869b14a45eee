"""A deck with one source or part changed runs as a deck that was written so."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from spiketwin.circuits.changes import (
    value_of,
    with_constant_source,
    with_delayed_source,
    with_scaled_source,
    with_source,
    with_stopped_source,
    with_value,
    with_values,
)
from spiketwin.circuits.reader import UserDeck, Waveform, read_text
from spiketwin.models.errors import ParameterError

if TYPE_CHECKING:
    from spiketwin.circuits.engine import Engine

PULSE = "pulse(0.5 2 1m 10u 20u 1m 3m)"
SINE = "sin(1 2 300 1m 50 30)"
PWL = "pwl(0 1 2m 1 3m 4 9m 0)"
EXP = "exp(1 3 1m 500u 4m 1m)"


def deck(waveform: str, resistance: str = "1k") -> UserDeck:
    circuit = f"Vin in 0 {waveform}\nR1 in m {resistance}\nC1 m 0 1u\n"
    return read_text(f"a title\n{circuit}.tran 10u 9m 0 10u uic\n.end")


def course(engine: Engine, changed: UserDeck, node: str = "in") -> tuple[np.ndarray, np.ndarray]:
    trace = engine.simulate(changed.render([node]).deck).traces[node]
    return trace.time, trace.voltage


@pytest.mark.parametrize(
    ("waveform", "expected"),
    [
        (PULSE, "pulse(1.5 6 1m 10u 20u 1m 3m)"),
        (SINE, "sin(3 6 300 1m 50 30)"),
        (PWL, "pwl(0 3 2m 3 3m 12 9m 0)"),
        (EXP, "exp(3 9 1m 500u 4m 1m)"),
        ("dc 2", "dc 6"),
    ],
)
def test_a_scaled_source_is_one_that_was_written_so(
    engine: Engine, waveform: str, expected: str
) -> None:
    times, volts = course(engine, with_scaled_source(deck(waveform), "vin", 3.0))
    others, written = course(engine, deck(expected))
    assert np.ptp(written) > 0 or "dc" in waveform
    np.testing.assert_array_equal(times, others)
    np.testing.assert_allclose(volts, written, rtol=1e-14)


@pytest.mark.parametrize(
    ("waveform", "expected"),
    [
        (PULSE, "pulse(0.5 2 1.5m 10u 20u 1m 3m)"),
        ("pulse(0 1)", "pulse(0 1 0.5m)"),
        (SINE, "sin(1 2 300 1.5m 50 30)"),
        (PWL, "pwl(0.5m 1 2.5m 1 3.5m 4 9.5m 0)"),
        (EXP, "exp(1 3 1.5m 500u 4.5m 1m)"),
        ("dc 2", "dc 2"),
    ],
)
def test_a_delayed_source_is_one_that_was_written_so(
    engine: Engine, waveform: str, expected: str
) -> None:
    times, volts = course(engine, with_delayed_source(deck(waveform), "Vin", 0.5e-3))
    others, written = course(engine, deck(expected))
    np.testing.assert_array_equal(times, others)
    np.testing.assert_allclose(volts, written, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize(
    ("waveform", "level"), [(PULSE, 0.5), (SINE, 1.0), (PWL, 1.0), (EXP, 1.0), ("dc 2", 2.0)]
)
def test_a_stopped_source_stays_where_it_begins(
    engine: Engine, waveform: str, level: float
) -> None:
    _, volts = course(engine, with_stopped_source(deck(waveform), "vin"))
    np.testing.assert_allclose(volts, level, rtol=1e-15)


def test_a_source_can_be_given_any_waveform(engine: Engine) -> None:
    step = Waveform(kind="pulse", numbers=(0.0, 1.0, 1e-3, 1e-5, 1e-5, 1.0, 2.0))
    _, volts = course(engine, with_source(deck("dc 2"), "vin", step))
    assert (volts.min(), volts.max()) == (0.0, 1.0)
    _, volts = course(engine, with_constant_source(deck(PULSE), "vin", -3.0))
    np.testing.assert_array_equal(volts, -3.0)


def test_a_resistor_of_another_value_runs_as_one_that_was_written_so(engine: Engine) -> None:
    _, volts = course(engine, with_value(deck(PULSE), "r1", 3e3), "m")
    _, written = course(engine, deck(PULSE, "3k"), "m")
    _, before = course(engine, deck(PULSE), "m")
    assert abs(before.max() - written.max()) > 0.1
    np.testing.assert_allclose(volts, written, rtol=1e-12)


def test_the_value_of_parts_in_parallel_is_that_of_all_of_them() -> None:
    changed = with_value(deck(PULSE, "4k m=2"), "r1", 1e3)
    assert next(part.value for part in changed.parts if part.name == "r1") == 1e3
    # two of 2 kΩ
    assert "r1 in m 2000.0 m=2.0" in changed.render(["m"]).deck.text


def test_the_deck_that_is_changed_stays_as_it_was() -> None:
    own = deck(PULSE)
    text = own.render(["m"]).deck.text
    with_scaled_source(own, "vin", 2.0)
    assert own.render(["m"]).deck.text == text


def test_what_cannot_be_changed_is_refused_by_name() -> None:
    own = deck(PULSE)
    with pytest.raises(ParameterError, match=r"no element 'vim'; did you mean 'vin'\?"):
        with_scaled_source(own, "vim", 2.0)
    with pytest.raises(ParameterError, match="r1 is no independent source"):
        with_stopped_source(own, "r1")
    with pytest.raises(ParameterError, match="vin has no value of its own"):
        with_value(own, "vin", 2.0)
    with pytest.raises(ParameterError, match=r"r1\.value must have the sign"):
        with_value(own, "r1", -1.0)
    with pytest.raises(ParameterError, match=r"vin\.delay must not be negative"):
        with_delayed_source(own, "vin", -1.0)
    with pytest.raises(ParameterError, match="a waveform of sffm cannot be delayed"):
        with_delayed_source(deck("sffm(0 1 1k)"), "vin", 1e-3)
    with pytest.raises(ParameterError, match="a PWL that repeats cannot be changed"):
        with_scaled_source(deck("pwl(0 0 1m 1 2m 0) r=0"), "vin", 2.0)


def test_values_of_several_elements_are_set_at_once_a_constant_sources_of_any_sign() -> None:
    own = deck("dc 2")
    changed = with_values(own, {"Vin": -3.0, "c1": 2e-6})
    assert [value_of(part) for part in changed.parts] == [-3.0, 1e3, 2e-6]
    assert changed.parts[0].cards == deck("dc -3").parts[0].cards
    assert with_values(own, {}) is own
    assert value_of(deck(SINE).parts[0]) is None
    with pytest.raises(ParameterError, match="vin has no value of its own"):
        with_values(deck(SINE), {"vin": 1.0})
