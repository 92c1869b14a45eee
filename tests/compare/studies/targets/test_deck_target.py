"""A user's deck as a study's target, against formulas on paper and decks that are written so."""

from __future__ import annotations

import json
import math
import pickle
import shlex
import shutil
from pathlib import Path
from types import MappingProxyType

import pytest

from spiketwin.circuits.reader import read_text
from spiketwin.cli.main import main
from spiketwin.compare.catalogue import find_twin
from spiketwin.compare.studies.targets import deck_target
from spiketwin.compare.studies.targets.packing import packed, unpacked
from spiketwin.compare.validate.designs.design import Design, Intended
from spiketwin.models.errors import DeckError, ParameterError, SimulationError

ROOT = Path(__file__).parents[4]
MINE, DECKS = ROOT / "examples/my_neuron.cir", ROOT / "tests/decks"
# of examples/my_neuron.cir; 0.8·10p/4n is what the one-shot takes from 1 V to 0.2 V
R, C, I, REFRACTORY = 100e3, 105e-9, 20e-6, 2e-3
# the one-shot ends 1e-4 of its time later than its ramp says, and switches with 1 kΩ and 1 Ω in the
# way, all of it far less than this part of a rate
SMALL = 1e-4


def rate(resistance, capacitance, current, threshold=1.0):
    # τ dv/dt = −v + R·i from 0 V to the threshold
    drive = resistance * current
    return 1 / (REFRACTORY + resistance * capacitance * math.log(drive / (drive - threshold)))


@pytest.fixture(scope="module")
def mine():
    return deck_target(Design(deck=MINE))


@pytest.fixture(scope="module")
def nested():
    return deck_target(Design(deck=DECKS / "sound/lif_subckt.cir"))


def figures(target, outcome):
    return dict(zip([one.name for one in target.figures], outcome.figures, strict=True))


def test_a_deck_offers_its_parameters_its_elements_by_flat_name_and_its_temperature(nested):
    offered = {one.name: one for one in nested.parameters}
    # c={tau/rm}, and rlow 1e5·vth/(2−vth)
    nominal = {"tau": 5e-3, "rm": 1e6, "x1.rm": 1e6, "x1.cm": 5e-9, "x1.rlow": 1e5 * 0.8 / 1.2}
    for name, value in nominal.items():
        assert offered[name].nominal == pytest.approx(value, rel=1e-12)
    assert (offered["x1.cm"].unit, offered["x1.rm"].unit, offered["tau"].unit) == ("F", "Ω", "")
    assert offered["x1.cm"].positive
    assert not offered["vsupply"].positive
    assert (offered["temperature"].unit, offered["temperature"].nominal) == ("°C", 27.0)


def test_a_point_runs_the_circuit_with_its_values_beside_both_models(mine, at):
    values = {"rm": 103e3, "cm": 101e-9}
    outcome = mine.run(at(deviated=values))
    found = figures(mine, outcome)
    assert (outcome.verdict, outcome.reason) == ("agree", "")
    assert outcome.engine_seconds > 0
    # trapezoidal steps h shorten a decay by (h/τ)²/12: 8.3e-6 at τ/100, and runs are finer
    assert found["tau"] == pytest.approx(103e3 * 101e-9, rel=1e-5)
    assert found["rate"] == pytest.approx(rate(103e3, 101e-9, I), rel=SMALL)
    assert found["spikes"] == int(0.1 * rate(103e3, 101e-9, I))
    assert found["rate_error"] < SMALL * found["rate"]
    # the design stays, and loses a spike to the faster circuit
    assert found["nominal_tau"] == pytest.approx(R * C)
    assert found["designed_rate"] == pytest.approx(rate(R, C, I), rel=SMALL)
    assert found["designed_interval"] == pytest.approx(1 / rate(R, C, I), rel=SMALL)
    assert (found["missed"], found["extra"]) == (0, 0)
    assert found["designed_missed"] + found["designed_extra"] == 1
    assert found["max_shift"] < SMALL * found["designed_interval"] < found["designed_max_shift"]
    # C·V² of the pulse's capacitor, half of it burnt on the way
    assert found["supply_energy"] == pytest.approx(10e-12, rel=1e-3)
    assert mine.designed("tau") == pytest.approx(R * C)
    assert mine.designed("rate") == found["designed_rate"]
    assert mine.designed("missed") is None


def test_the_designed_model_follows_axes_and_no_deviation(mine, at):
    swept = figures(mine, mine.run(at(designed={"iin": 30e-6})))
    assert swept["designed_rate"] == pytest.approx(rate(R, C, 30e-6), rel=SMALL)
    assert swept["rate"] == pytest.approx(rate(R, C, 30e-6), rel=SMALL)
    both = figures(mine, mine.run(at({"iin": 30e-6}, {"rm": 101e3, "temperature": 85.0})))
    assert both["designed_rate"] == swept["designed_rate"]
    assert both["rate"] == pytest.approx(rate(101e3, C, 30e-6), rel=SMALL)


def test_an_intended_value_is_the_design_whatever_the_deck_draws(at):
    values = MappingProxyType({"capacitance": 100e-9})
    target = deck_target(Design(deck=MINE, intended=Intended(twin=find_twin("lif"), values=values)))
    found = figures(target, target.run(at()))
    assert found["nominal_tau"] == pytest.approx(10e-3)
    assert found["designed_rate"] == pytest.approx(rate(R, 100e-9, I), rel=SMALL)
    # trapezoidal steps h shorten a decay by (h/τ)²/12: 8.3e-6 at τ/100, and runs are finer
    assert found["tau"] == pytest.approx(R * C, rel=1e-5)
    # an axis that doubles what is drawn doubles what is meant
    doubled = figures(target, target.run(at(designed={"cm": 2 * C})))
    assert doubled["nominal_tau"] == pytest.approx(20e-3)
    assert target.rerun(at()) == f"spiketwin validate {MINE} --model lif -p capacitance=1e-07"


def test_values_set_in_the_circuit_are_those_of_a_deck_written_so(nested):
    text = (DECKS / "sound/lif_subckt.cir").read_text()

    def cards(deck):
        return [(part.name, part.value, part.cards) for part in deck.parts]

    written = read_text(text.replace("tau=5m", "tau=6m"))
    assert cards(nested.deck_at({"tau": 6e-3})) == cards(written)
    # τ draws the capacitor and nothing else
    assert cards(nested.deck_at({"x1.cm": 6e-9})) == cards(written)
    assert cards(nested.deck_at({})) == cards(read_text(text)) != cards(written)
    supplied = read_text(text.replace("vdd 0 2", "vdd 0 2.5"))
    assert cards(nested.deck_at({"vsupply": 2.5})) == cards(supplied)


def test_an_elements_deviation_is_from_what_its_parameters_draw(nested, at):
    values = {"rm": 2e6, "x1.rm": 1.01e6}
    parts = {part.name: part.value for part in nested.deck_at(values).parts}
    assert parts["x1.rm"] == pytest.approx(2.02e6, rel=1e-12)
    # which is drawn as tau/rm
    assert parts["x1.cm"] == pytest.approx(2.5e-9, rel=1e-12)
    assert nested.rerun(at({"rm": 2e6}, {"x1.rm": 1.01e6})).endswith(
        "lif_subckt.cir --set rm=2000000.0 --set x1.rm=2020000.0"
    )


def test_a_target_runs_where_none_of_the_users_files_are(tmp_path, at):
    shutil.copytree(DECKS / "sound", tmp_path / "sound")
    target = deck_target(Design(deck=tmp_path / "sound/lif_included.cir"))
    before = target.run(at(deviated={"c": 1.1e-6}))
    data = pickle.dumps(target)
    assert len(data) < 100_000
    shutil.rmtree(tmp_path / "sound")
    arrived, again = (pickle.loads(data) for _ in range(2))  # noqa: S301 - our own bytes
    assert arrived == target
    # of a target that comes with every task a process has one
    assert arrived is again
    after = arrived.run(at(deviated={"c": 1.1e-6}))
    assert (after.verdict, after.figures) == (before.verdict, before.figures)
    # c alone: τ stays, since rm is drawn as tau/c
    assert figures(target, after)["tau"] == pytest.approx(20e-3, rel=1e-4)
    assert pickle.loads(pickle.dumps(arrived)) == target  # noqa: S301 - our own bytes


def test_what_travels_is_read_only_again_and_a_neuron_is_the_catalogues_own():
    twin = find_twin("lif")
    mapping, arrived = unpacked(packed((MappingProxyType({"a": 1}), twin)))
    assert isinstance(mapping, MappingProxyType)
    assert mapping == {"a": 1}
    assert arrived is twin


def test_a_deck_of_another_dialect_follows_its_expressions(at):
    target = deck_target(Design(deck=DECKS / "sound/lif_hspice.sp"))
    found = figures(target, target.run(at(deviated={"rmem": 1.1e6, "cmem": 9e-9})))
    # 2 uA from 1 ms on, 1 V, and again 2 ms of refractory time
    assert found["rate"] == pytest.approx(rate(1.1e6, 9e-9, 2e-6), rel=SMALL)
    assert found["tau"] == pytest.approx(1.1e6 * 9e-9, rel=1e-4)


def test_temperature_is_the_circuits_alone(tmp_path, at):
    path = tmp_path / "warm.cir"
    path.write_text(MINE.read_text().replace("vm 0 100k", "vm 0 {1e5*(1+1m*(temper-27))}"))
    target = deck_target(Design(deck=path))
    for point in (at(deviated={"temperature": 77.0}), at(designed={"temperature": 77.0})):
        found = figures(target, target.run(point))
        # trapezoidal steps h shorten a decay by (h/τ)²/12: 8.3e-6 at τ/100, and runs are finer
        assert found["tau"] == pytest.approx(1.05 * R * C, rel=1e-5)
        assert found["nominal_tau"] == pytest.approx(R * C, rel=1e-5)


def test_a_fault_is_disagreement_and_named_and_what_cannot_run_has_failed(mine, nested, at):
    # a pulse of 1 V never passes 1.2 V, so that nothing closes the reset switch
    stuck = mine.run(at(deviated={"vhalf": 1.2}))
    assert (stuck.verdict, stuck.reason) == ("disagree", "no-reset")
    assert figures(mine, stuck)["designed_missed"] == int(0.1 * rate(R, C, I))
    # R·I is 0.9 V
    silent = mine.run(at(deviated={"iin": 9e-6}))
    assert (silent.verdict, silent.reason) == ("undecided", "no-spikes")
    assert figures(mine, silent)["rate"] == 0
    assert figures(mine, silent)["threshold"] is None
    nowhere = at(deviated={"rm": 0.0, "x1.cm": 5.1e-9})
    with pytest.raises(DeckError, match="divides by zero"):
        nested.run(nowhere)
    assert nested.rerun(nowhere).endswith("lif_subckt.cir --set rm=0.0 --set x1.cm=5.1e-09")
    # with such a gain the comparator on line 10 has no state to stay in at its crossing
    with pytest.raises(SimulationError, match=r"line 10: .*Timestep too small") as failure:
        mine.run(at(deviated={"edrive": 1e12}))
    assert failure.value.partial == {}
    with pytest.raises(ParameterError, match=r"rm.value must have the sign of 100000.0"):
        mine.run(at(deviated={"rm": -1.0}))


@pytest.mark.parametrize(
    ("deck", "message"),
    [
        ("faulty/chatter.cir", r"chatter.cir cannot be varied as it is drawn \(chatter\): From"),
        ("sound/passive_rc.cir", "no model can be held against it: the model 'lif' needs thresho"),
    ],
)
def test_a_circuit_that_is_no_neuron_as_drawn_is_refused(deck, message):
    with pytest.raises(ParameterError, match=message):
        deck_target(Design(deck=DECKS / deck))


def test_the_command_of_a_point_validates_that_very_circuit(mine, at, tmp_path, monkeypatch):
    monkeypatch.chdir(ROOT)
    point = at(deviated={"rm": 102345.678912, "temperature": 50.0})
    program, *typed = shlex.split(mine.rerun(point))
    assert program == "spiketwin"
    assert main([*typed, "--out", str(tmp_path)]) == 0
    result = json.loads((tmp_path / "result.json").read_text())
    assert result["corner"] == {
        "name": "as set",
        "values": {"rm": 102345.678912, "temperature": 50.0},
    }
    found = figures(mine, mine.run(point))
    # the same runs; the target fits fewer of their points
    assert len(result["circuit"]["spike_times"]) == found["spikes"] > 5
    assert result["agreement"]["max_shift"] == pytest.approx(found["max_shift"], rel=0.1)
    assert result["fit"]["tau"]["value"] == pytest.approx(found["tau"], rel=1e-6)
    page = (tmp_path / "report.html").read_text()
    assert "102.345678912 kΩ" in page


def test_a_description_is_of_the_circuit_and_not_of_its_comments(mine, tmp_path):
    text = MINE.read_text()
    described = []
    for name, changed in (
        ("commented", text.replace("* meant", "* I meant").replace("Vth th", "* one\nVth th")),
        ("other", text.replace("105n", "104n")),
    ):
        path = tmp_path / f"{name}.cir"
        path.write_text(changed)
        described.append(deck_target(Design(deck=path)).describe())
    json.dumps(described)
    assert described[0] == mine.describe() != described[1]
