"""A source's course as a stimulus is the waveform that ngspice makes of it."""

from __future__ import annotations

import numpy as np
import pytest

from spiketwin.circuits.engine import simulate
from spiketwin.circuits.reader import UserDeck, read_text
from spiketwin.compare.validate.wiring.drives import drive_of
from spiketwin.compare.validate.wiring.inference import infer_roles
from spiketwin.models.stimuli import PiecewiseLinear, PulseTrain, Sine

# V: ngspice takes corners within a part in 1e12 of the time, of edges of 2 V in 10 us: 2e-9 V; ten
# times that, for the sums of many periods
DIGITS = 2e-8


def deck(card: str, tran: str = ".tran 20u 9m 0 10u") -> UserDeck:
    return read_text(f"a title\n{card}\nR1 m 0 1k\nC1 m 0 1n\n{tran}\n.end")


def voltage_deck(waveform: str) -> UserDeck:
    return deck(f"Vin in 0 {waveform}\nR2 in m 1k")


@pytest.mark.parametrize(
    ("waveform", "kind"),
    [
        ("pulse(0.5 2 1m 10u 10u 1m 3m)", PulseTrain),
        ("pulse(0.5 2 1m 10u 300u 1m 3m)", PiecewiseLinear),
        ("pulse(0.5 2 0 10u 300u 1m 3m)", PiecewiseLinear),
        ("pulse(0 1 1m)", PiecewiseLinear),
        ("pulse(0 1 1m 1u 1u 100 200)", PiecewiseLinear),
        ("pulse(0 1 0 1m 1m 1u 2.001m)", PulseTrain),
        ("pulse(2 -1 1m 0 0 1m 3m)", PulseTrain),
        ("sin(1 2 300)", Sine),
        ("sin(1 2 300 0 0 40)", Sine),
        ("sin(1 -2 300 1m)", PiecewiseLinear),
        ("sin(1 2 300 1m 50 30)", PiecewiseLinear),
        ("pwl(1m 1 2m 1 3m 4 8m 0)", PiecewiseLinear),
        ("exp(1 3 1m 500u 4m 1m)", PiecewiseLinear),
        ("exp(0 1)", PiecewiseLinear),
    ],
)
def test_a_voltage_is_the_one_that_ngspice_makes(waveform: str, kind: type) -> None:
    own = voltage_deck(waveform)
    drive = drive_of(own, infer_roles(own))
    assert drive is not None
    assert (drive.unit, drive.name) == ("V", "vin")
    assert isinstance(drive.stimulus, kind)
    seen = simulate(own.render(["in"]).deck).traces["in"]
    assert np.ptp(seen.voltage) > 0
    # straight lines in place of a curve: h²/8 of its bend, h a 128th of a radian or time constant;
    # no curve here is higher than 2 V
    lines = 0.0 if kind is not PiecewiseLinear or waveform[0] == "p" else 2 / (8 * 128**2)
    expected = drive.stimulus.current_at(seen.time)
    np.testing.assert_allclose(seen.voltage, expected, rtol=0, atol=lines + DIGITS)


@pytest.mark.parametrize(
    ("card", "sign"),
    [("Iin 0 m 2m", 1.0), ("Iin m 0 2m", -1.0), ("Iin m 0 -2m", 1.0), ("Iin 0 m -2m", -1.0)],
)
def test_a_current_counts_as_it_moves_the_membrane(card: str, sign: float) -> None:
    own = deck(card)
    drive = drive_of(own, infer_roles(own))
    assert drive is not None
    assert drive.unit == "A"
    assert float(drive.stimulus.current_at(0.0)) == sign * 2e-3
    # 2 mA through 1 kΩ
    end = simulate(own.render(["m"]).deck).traces["m"].voltage[-1]
    assert end == pytest.approx(sign * 2.0, rel=1e-6)


def test_a_current_out_of_a_supply_counts_as_it_moves_the_membrane() -> None:
    for card, sign in (("Iin vdd m 2m", 1.0), ("Iin m vdd 2m", -1.0)):
        own = deck(f"Vdd vdd 0 5\n{card}")
        drive = drive_of(own, infer_roles(own))
        assert drive is not None
        assert float(drive.stimulus.current_at(0.0)) == sign * 2e-3


def test_a_voltage_source_that_stands_on_its_head_counts_negative() -> None:
    own = deck("Vin 0 in pwl(0 0 1m 3)\nR2 in m 1k")
    drive = drive_of(own, infer_roles(own))
    assert drive is not None
    assert float(drive.stimulus.current_at(1e-3)) == -3.0


def test_what_has_no_stimulus_is_none() -> None:
    for waveform in ("sffm(0 1 1k 5 100)", "pwl(0 0 1m 1 2m 0) r=0"):
        own = voltage_deck(waveform)
        roles = infer_roles(own)
        assert roles.input is not None
        assert drive_of(own, roles) is None
