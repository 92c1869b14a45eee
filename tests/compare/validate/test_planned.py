"""A design's corners and stimuli change the deck that is run, and nothing else."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
import pytest

from spiketwin.compare.validate.designs.design import (
    Corner,
    Design,
    GivenRoles,
    NamedStimulus,
    PlannedRun,
    RunSettings,
)
from spiketwin.compare.validate.designs.planned import read_planned
from spiketwin.compare.validate.wiring.drives import drive_of
from spiketwin.compare.validate.wiring.inference import infer_roles
from spiketwin.models import Constant, ExponentialSynapse, PulseTrain, RegularTrain, Sine, Step
from spiketwin.models.errors import ParameterError

if TYPE_CHECKING:
    from pathlib import Path

DECK = """\
a membrane
.param rleak=100k double={2*rleak}
.if (rleak > 150k)
.param branch=2
.else
.param branch=1
.endif
Iin 0 vm 10u
Iout wm 0 10u
Vin in 0 1
Rin in xm 1k
Cx xm 0 1n
R1 vm 0 {rleak}
R2 wm 0 {double}
R3 vm wm {branch*1meg}
C1 vm 0 100n
C2 wm 0 100n
.temp 50
.tran 1u 50m
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A deck on disk."""
    deck = tmp_path / "membrane.cir"
    deck.write_text(DECK)
    return deck


def values(path: Path, corner: Corner) -> dict[str, float | None]:
    """Return the values of the deck's parts at a corner, and its temperature."""
    deck = read_planned(Design(deck=path), PlannedRun(name="x", corner=corner))
    return {part.name: part.value for part in deck.parts} | {"temperature": deck.temperature}


def test_a_parameter_of_a_corner_reaches_all_that_is_computed_from_it(path: Path) -> None:
    drawn = values(path, Corner(name="drawn"))
    assert (drawn["r1"], drawn["r2"], drawn["r3"]) == (100e3, 200e3, 1e6)
    high = values(path, Corner(name="high", parameters=MappingProxyType({"rleak": 200e3})))
    assert (high["r1"], high["r2"], high["r3"]) == (200e3, 400e3, 2e6)
    assert {name for name in drawn if drawn[name] != high[name]} == {"r1", "r2", "r3"}


def test_a_corner_has_a_temperature_and_parts_of_its_own(path: Path) -> None:
    hot = values(path, Corner(name="hot", temperature=85.0, parts=MappingProxyType({"c1": 9e-8})))
    drawn = values(path, Corner(name="drawn"))
    assert (drawn["temperature"], hot["temperature"]) == (50.0, 85.0)
    assert (drawn["c1"], hot["c1"]) == (100e-9, 90e-9)
    assert {name for name in drawn if drawn[name] != hot[name]} == {"c1", "temperature"}


@pytest.mark.parametrize(
    ("corner", "message"),
    [
        (Corner(name="x", parameters={"rleek": 1.0}), "corner 'x': .*'rleek'.*mean 'rleak'"),
        (Corner(name="x", parts={"r9": 1.0}), "corner 'x': the deck has no element 'r9'"),
        (Corner(name="x", parts={"r1": -1.0}), "corner 'x': r1.value must have the sign"),
    ],
)
def test_what_the_deck_does_not_have_is_told_with_the_corner(
    path: Path, corner: Corner, message: str
) -> None:
    with pytest.raises(ParameterError, match=message):
        values(path, corner)


STIMULI = [
    Constant(current=3e-6),
    Step(current=3e-6, onset=1e-3),
    PulseTrain(current=3e-6, width=1e-3, period=5e-3, onset=2e-3, baseline=1e-6),
    Sine(amplitude=3e-6, frequency=100.0, offset=1e-6, phase=0.5),
]


@pytest.mark.parametrize("stimulus", STIMULI, ids=lambda stimulus: stimulus.kind)
@pytest.mark.parametrize(("source", "node"), [("Iin", "vm"), ("iout", "wm"), ("Vin", "xm")])
def test_a_stimulus_flows_into_the_circuit_whichever_way_its_source_is_drawn(
    path: Path, stimulus: Step, source: str, node: str
) -> None:
    design = Design(deck=path, roles=GivenRoles(input=source))
    named = NamedStimulus(name="ours", stimulus=stimulus)
    deck = read_planned(design, PlannedRun(name="x", stimulus=named))
    drive = drive_of(deck, infer_roles(deck, membrane=node, input=source))
    assert drive is not None
    times = np.linspace(0, 50e-3, 4001)
    expected = stimulus.current_at(times)
    assert np.ptp(expected) > 0 or expected[0] == 3e-6
    # ngspice counts a sine's phase in degrees: some roundings of its argument, up to 31 rad
    np.testing.assert_allclose(drive.stimulus.current_at(times), expected, rtol=0, atol=1e-19)


def test_a_stimulus_needs_a_source_that_it_can_be(path: Path) -> None:
    step = NamedStimulus(name="a", stimulus=STIMULI[1])  # type: ignore[arg-type]
    spikes = RegularTrain(period=1e-3)
    synapse = ExponentialSynapse(weight=1e-6, time_constant=1e-3, spikes=spikes)
    cases = [
        (GivenRoles(), step, r"stimulus 'a': name the source .*\[roles\] input"),
        (GivenRoles(input="r1"), step, "stimulus 'a': r1 is no source"),
        (GivenRoles(input="ixx"), step, "stimulus 'a': the deck has no element 'ixx'"),
        (
            GivenRoles(input="iin"),
            NamedStimulus(name="a", stimulus=synapse),
            "stimulus 'a': no single source does what exponential-synapse does",
        ),
    ]
    for roles, stimulus, message in cases:
        with pytest.raises(ParameterError, match=message):
            read_planned(Design(deck=path, roles=roles), PlannedRun(name="x", stimulus=stimulus))


def test_without_a_tran_a_step_needs_the_time_to_stop_at(path: Path) -> None:
    path.write_text(DECK.replace(".tran 1u 50m\n", ""))
    planned = PlannedRun(name="x", stimulus=NamedStimulus(name="a", stimulus=STIMULI[1]))  # type: ignore[arg-type]
    roles = GivenRoles(input="iin")
    with pytest.raises(ParameterError, match=r"no \.tran; give the time to stop at"):
        read_planned(Design(deck=path, roles=roles), planned)
    given = Design(deck=path, roles=roles, run=RunSettings(stop=10e-3))
    assert read_planned(given, planned).parts[0].waveform is not None
