"""The page's decks and its ngspice: what they say, and that native ngspice says the same."""

from __future__ import annotations

import json
import re
import subprocess
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from spiketwin.circuits.bench import render
from spiketwin.circuits.decks import Deck, netlist_text
from spiketwin.circuits.engine import Engine
from spiketwin.circuits.events import detect_spikes
from spiketwin.models import IntegratorNeuron, LeakyNeuron
from spiketwin.models.neurons.artificial import ArtificialNeuron
from spiketwin.models.stimuli import PiecewiseLinear, PulseTrain, Sine, Step

if TYPE_CHECKING:
    from collections.abc import Iterator

DURATION = 0.12
NEURONS: dict[str, Any] = {
    "lif": LeakyNeuron(reset=-0.1, leak_potential=0.05, refractory=1e-3),
    "if": IntegratorNeuron(capacitance=220e-9, fill_time=8e-3),
}
ONE_THIRD = 1 / 3 * 1e-4  # a number whose digits do not end
STIMULI: list[tuple[dict[str, Any], Any]] = [
    ({"kind": "step", "current": ONE_THIRD, "onset": 5e-3}, Step(current=ONE_THIRD, onset=5e-3)),
    (
        {"kind": "train", "current": 9e-5, "width": 3e-3, "period": 8e-3, "onset": 1e-3},
        PulseTrain(current=9e-5, width=3e-3, period=8e-3, onset=1e-3),
    ),
    (
        {"kind": "sine", "amplitude": 4e-5, "offset": 1e-5, "frequency": 40.0},
        Sine(amplitude=4e-5, offset=1e-5, frequency=40.0),
    ),
    (
        {"kind": "drawn", "times": [0.0, 0.02, 0.07, 0.1], "currents": [0.0, 6e-5, -2e-5, 9e-5]},
        PiecewiseLinear(times=[0.0, 0.02, 0.07, 0.1], currents=[0.0, 6e-5, -2e-5, 9e-5]),
    ),
    ({"kind": "noise", "mean": 3e-5, "sigma": 3e-5, "hold": 2e-3, "seed": 5}, None),
]
BROKEN = "* no such part\nXa 1 0 nosuch\n.save v(1)\n.tran 1e-3 0.1 0 1e-3 uic\n.end\n"


@pytest.fixture(scope="module")
def answers(
    node: str, built_lab: Path, tmp_path_factory: pytest.TempPathFactory
) -> list[dict[str, Any]]:
    """Return what the page's engine makes of all decks, a broken one amid them, in order."""
    spiking = [
        {"neuron": name, "parameters": asdict(neuron), "stimulus": stimulus,
         "duration": DURATION, "maxStep": neuron.time_scale / 120}
        for name, neuron in NEURONS.items() for stimulus, _ in STIMULI
    ]  # fmt: skip
    static = [
        {"parameters": {**asdict(neuron), "weights": list(neuron.weights)},
         "inputs": [0, 0.4], "sweep": {"input": 0, "from": -3, "to": 3}}
        for neuron in map(artificial, ("sigmoid", "tanh", "relu", "step"))
    ]  # fmt: skip
    file = tmp_path_factory.mktemp("decks") / "cases.json"
    file.write_text(json.dumps([*spiking, {"deck": BROKEN}, *static]))
    command = [node, str(Path(__file__).with_name("run_decks.mjs")), str(built_lab), str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


def artificial(function: str) -> ArtificialNeuron:
    return ArtificialNeuron(function=function, weights=(1.5, -0.5), bias=0.25)


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with Engine() as engine:
        yield engine


def numbers(text: str) -> list[float]:
    return [float(word) for word in re.findall(r"[-+.\deE]+", text)]


def statements(deck: str) -> dict[str, Any]:
    """Return what the deck of one neuron says, as values."""

    def line(pattern: str) -> str:
        (found,) = re.findall(pattern, deck, re.M | re.I)
        return str(found)

    instance = line(r"^Xneuron (.*)")
    kind, arguments = re.findall(r"^Istimulus 0 mem (\w+) ?\((.*)\)", deck, re.M)[0]
    return {
        "instance": instance.split("=")[0].split()[:-1],
        "parameters": {k: float(v) for k, v in (s.split("=") for s in instance.split()[3:])},
        "source": (kind.upper(), numbers(arguments)),
        "save": sorted(line(r"^\.save (.*)").split()),
        "tran": (numbers(line(r"^\.tran (.*) uic$"))),
    }


def test_the_pages_decks_say_what_pythons_say(answers: list[dict[str, Any]]) -> None:
    written = iter(answers)
    for name, neuron in NEURONS.items():
        for (stimulus, python), answer in zip(STIMULI, written, strict=False):
            deck = answer["deck"]
            assert netlist_text(name).strip() in deck
            if python is None:
                continue
            lines = python
            if isinstance(python, PulseTrain):  # the page writes its corners out
                times, currents = python.breakpoints(DURATION)
                lines = PiecewiseLinear(times=times, currents=currents)
            expected = render(
                name, neuron, lines, duration=DURATION, max_step=neuron.time_scale / 120
            )
            found, wanted = statements(deck), statements(expected.text)
            (kind, source), (wanted_kind, wanted_source) = found.pop("source"), wanted.pop("source")
            assert found == wanted
            assert kind == wanted_kind
            # a straight line between corners may round in its last digit
            assert source == pytest.approx(wanted_source, rel=1e-15, abs=1e-20), stimulus


def test_the_pages_ngspice_spikes_when_native_ngspice_does_to_a_millionth(
    answers: list[dict[str, Any]], engine: Engine
) -> None:
    count = 0
    for answer in answers[: len(NEURONS) * len(STIMULI)]:
        deck = Deck(text=answer["deck"], vectors=("mem", "spike"), duration=DURATION)
        native = detect_spikes(engine.simulate(deck).traces["spike"]).train.times
        count += native.size
        assert native.size >= 2
        assert answer["spikes"] == pytest.approx(native.tolist(), rel=1e-6, abs=0)
    assert count > 60


def test_a_deck_that_ngspice_refuses_is_told_and_the_next_one_runs(
    answers: list[dict[str, Any]],
) -> None:
    broken = len(NEURONS) * len(STIMULI)
    assert any("nosuch" in line for line in answers[broken]["refused"])
    assert all("refused" not in answer for k, answer in enumerate(answers) if k != broken)


@pytest.mark.parametrize("function", ["sigmoid", "tanh", "relu", "step"])
def test_the_swept_circuit_of_the_artificial_neuron_adds_and_squashes(
    function: str, answers: list[dict[str, Any]]
) -> None:
    position = ["sigmoid", "tanh", "relu", "step"].index(function)
    vectors = {k: np.array(v) for k, v in answers[-4 + position]["vectors"].items()}
    # the first point is an initial condition and no operating point
    inputs = np.column_stack([vectors["x1"], vectors["x2"]])[1:]
    assert inputs[0, 0] < -2.9
    assert inputs[-1].tolist() == [3.0, 0.4]
    neuron = artificial(function)
    sums = neuron.sums(inputs)
    judged = np.abs(sums) > 1e-4  # beside the step's edge, see docs/neurons.md
    # 0.5 % of full scale, which is the tolerance that the comparison judges them by
    assert np.abs(vectors["y"][1:] - neuron.outputs(inputs))[judged].max() < 5e-3
