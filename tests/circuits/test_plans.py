"""How long and how finely a user's deck is run is known, and refused, before it runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from spiketwin.circuits.plans import plan_run
from spiketwin.circuits.reader import read_text
from spiketwin.models.errors import ParameterError

if TYPE_CHECKING:
    from spiketwin.circuits.engine import Engine

RC = "a title\nI1 0 m 1u\nR1 m 0 10k\nC1 m 0 1u\n"


def test_the_decks_own_tran_is_taken() -> None:
    plan = plan_run(read_text(RC + ".tran 1u 40m 0 20u uic\n.end"))
    assert (plan.stop, plan.max_step, plan.uic) == (0.04, 2e-5, True)
    # 40 ms in steps of 10 µs, of two accuracies the finer one
    assert plan.points == 4000
    assert plan.bytes == 4000 * 8 * 5


@pytest.mark.parametrize(("step", "expected"), [("10u", 1e-5), ("10m", 8e-4)])
def test_without_a_maximum_the_step_is_the_one_that_ngspice_takes(
    engine: Engine, step: str, expected: float
) -> None:
    deck = read_text(RC + f".tran {step} 40m\n.end")
    assert plan_run(deck).max_step == pytest.approx(expected, rel=1e-12)
    # nothing changes in this deck, so ngspice soon takes the longest step that it allows itself
    time = engine.simulate(deck.render(["m"]).deck).traces["m"].time
    longest = float((time[1:] - time[:-1]).max())
    assert longest == pytest.approx(expected, rel=1e-6)


def test_what_is_asked_for_comes_before_the_decks_own() -> None:
    plan = plan_run(read_text(RC + ".tran 1u 40m 0 20u\n.end"), stop=0.1, max_step=1e-4)
    assert (plan.stop, plan.max_step) == (0.1, 1e-4)


def test_a_deck_without_tran_is_run_for_twenty_time_constants() -> None:
    plan = plan_run(read_text(RC + ".end"))
    assert plan.stop == pytest.approx(0.2, rel=1e-9)
    assert plan.max_step == pytest.approx(1e-4, rel=1e-9)
    assert "10 ms" in plan.why or "0.01 s" in plan.why


def test_a_slow_source_makes_the_chosen_run_longer() -> None:
    plan = plan_run(read_text(RC + "V2 x 0 sin(0 1 10)\nR2 x 0 1k\n.end"))
    assert plan.stop == pytest.approx(1.0, rel=1e-9)


def test_a_membrane_without_a_leak_is_run_for_twenty_of_its_charging_times() -> None:
    deck = read_text("a title\nI1 0 m 1u\nC1 m 0 1u\nV1 vdd 0 3\nR1 vdd 0 1k\n.end")
    # 1 µA takes 1 µF to 3 V in 3 s
    assert plan_run(deck).stop == pytest.approx(60.0, rel=1e-9)


def test_a_deck_that_gives_no_time_is_refused_with_what_to_add() -> None:
    with pytest.raises(ParameterError, match=r"add \.tran"):
        plan_run(read_text("a title\nV1 a 0 1\nR1 a 0 1k\n.end"))


def test_a_run_that_is_too_long_is_refused_with_its_estimate() -> None:
    deck = read_text(RC + ".tran 1n 100 0 1n uic\n.end")
    with pytest.raises(ParameterError, match=r"about 2e\+11 time points.*lengthen"):
        plan_run(deck)


def test_the_corners_of_a_source_count() -> None:
    pulses = "V1 a 0 pulse(0 1 0 1n 1n 10n 100n)\nR2 a 0 1k\n"
    deck = read_text(RC + pulses + ".tran 10u 100m 0 100u\n.end")
    # a million pulses of four corners in 100 ms
    with pytest.raises(ParameterError, match=r"about 6e\+07 time points"):
        plan_run(deck)


def test_a_time_that_is_not_positive_is_refused() -> None:
    with pytest.raises(ParameterError, match=r"validate.stop must be positive"):
        plan_run(read_text(RC + ".end"), stop=0.0)


def test_the_plan_becomes_the_decks_own_tran() -> None:
    deck = plan_run(read_text(RC + ".end")).applied(read_text(RC + ".end"))
    assert deck.transient is not None
    assert deck.transient.source is None
    assert deck.render(["m"]).deck.duration == pytest.approx(0.2, rel=1e-9)
