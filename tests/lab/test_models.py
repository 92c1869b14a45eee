"""The page's models, in JavaScript, say what Python's say."""

from __future__ import annotations

import json
import subprocess
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from spiketwin.lab.build import PAGE
from spiketwin.models import IntegratorNeuron, LeakyNeuron, solve, solve_integrator
from spiketwin.models.neurons.artificial import FUNCTIONS, ArtificialNeuron
from spiketwin.models.stimuli import HeldNoise, PiecewiseLinear, PulseTrain, Sine, Step

if TYPE_CHECKING:
    from spiketwin.models import Stimulus

CASES = 200
NEURONS = {"lif": (LeakyNeuron, solve), "if": (IntegratorNeuron, solve_integrator)}
KINDS = ("step", "pulses", "train", "sine", "noise", "drawn")
EDGE = Step(current=0.0).rise
Case = dict[str, Any]


def drawn_case(rng: np.random.Generator, name: str, kind: str) -> Case:
    """Return a neuron of any scale under a stimulus of its scale: silent, busy, or between."""
    tau, swing = 10 ** rng.uniform(-5, 0.5), 10 ** rng.uniform(-2.5, 1)
    capacitance = 10 ** rng.uniform(-12, -5)
    reset = swing * rng.choice([0.0, -3.0, 0.4])
    parameters = {
        "capacitance": capacitance,
        "threshold": reset + swing,
        "reset": reset,
        "refractory": tau * rng.choice([0.0, 0.02, 0.2, 2.0]),
    }
    if name == "lif":
        leak = reset + swing * rng.choice([0.0, 0.3, -0.5, 1.2], p=[0.5, 0.2, 0.2, 0.1])
        parameters |= {"resistance": tau / capacitance, "leak_potential": leak}
    else:
        parameters["fill_time"] = tau
    duration = tau * rng.uniform(10, 60)
    # what holds a leaky membrane at the threshold, and what fills a bucket in its time
    scale = capacitance * swing / tau
    strength = scale * rng.choice([-0.7, 0.6, 1.0, 1.05, 1.5, 4.0])
    onset = tau * rng.choice([0.0, 0.5, 3.0])
    # an edge of the page is a microsecond
    width = max(tau * rng.uniform(0.2, 3), 5e-6)
    stimulus = {
        "step": {"current": strength, "onset": onset},
        "pulses": {"current": 3 * strength, "width": width, "gap": width * rng.choice([0, 0.1, 3]),
                   "onset": onset},
        "train": {"current": 3 * strength, "width": width, "onset": onset,
                  "period": width * rng.uniform(1.5, 4)},
        "sine": {"amplitude": 2 * strength, "offset": scale * rng.uniform(-0.5, 1.5),
                 "frequency": rng.choice([0.05, 0.3, 2.0]) / tau},
        "noise": {"mean": strength, "sigma": 2 * scale, "hold": tau * rng.uniform(0.1, 1),
                  "seed": int(rng.integers(2**53))},
        "drawn": {"times": (onset + np.cumsum(rng.uniform(0.01, 3, 30)) * tau).tolist(),
                  "currents": (scale * rng.uniform(-1, 3, 30)).tolist()},
    }[kind]  # fmt: skip
    return {
        "neuron": name,
        "parameters": parameters,
        "stimulus": {"kind": kind, **stimulus},
        "duration": duration,
        "times": np.sort(rng.uniform(0, duration, 15)).tolist(),
    }


def grazing_cases() -> list[Case]:
    """Return steps a little under, at and over the rheobase, and crests that just touch or miss."""
    leaky = asdict(LeakyNeuron())
    bucket = asdict(IntegratorNeuron(refractory=0.0))
    times = np.linspace(0, 0.4, 9).tolist()
    steps = [1e-5 * (1 + by) for by in (-1e-9, 0.0, 1e-15, 1e-9, 1e-6)]
    cases: list[Case] = [
        {"neuron": "lif", "parameters": leaky, "duration": 0.4, "times": times,
         "stimulus": {"kind": "step", "current": current, "onset": 0.0}}
        for current in steps
    ]  # fmt: skip
    # a triangle brings base·height/2: here C·(V_th − V_reset) to 1e-6 of it, and exactly, as all
    # numbers are sums of few powers of two
    for by in (-1e-6, 0.0, 1e-6):
        triangle = {"kind": "drawn", "times": [0.125, 0.25, 0.375],
                    "currents": [0.0, 2.0**-13 * (1 + by), -(2.0**-13) * (1 + by)]}  # fmt: skip
        cases.append({
            "neuron": "if", "parameters": {**bucket, "capacitance": 0.1875 * 2.0**-14},
            "duration": 0.5, "times": times, "stimulus": triangle,
        })  # fmt: skip
    # the crest of a sine in the steady state, R·A/√(1 + (ωτ)²), a little over and under 1 V
    for by in (-1e-6, 1e-6):
        amplitude = 1e-5 * float(np.hypot(1, 2 * np.pi * 20 * 0.01)) * (1 + by)
        sine = {"kind": "sine", "amplitude": amplitude, "offset": 0.0, "frequency": 20.0}
        cases.append({
            "neuron": "lif", "parameters": leaky, "duration": 0.4, "times": times, "stimulus": sine,
        })  # fmt: skip
    return cases


def cases_of_both() -> list[Case]:
    rng = np.random.default_rng(20)
    cases = grazing_cases()
    while len(cases) < CASES:
        name = "lif" if len(cases) % 2 else "if"
        cases.append(drawn_case(rng, name, KINDS[len(cases) // 2 % len(KINDS)]))
    return cases


def in_node(node: str, script: str, cases: list[Case], folder: Path) -> list[dict[str, Any]]:
    """Return the answers of a script of this folder."""
    file = folder / "cases.json"
    file.write_text(json.dumps(cases))
    command = [node, str(Path(__file__).with_name(script)), str(PAGE), str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    answers: list[dict[str, Any]] = json.loads(done.stdout)
    return answers


def pythons_stimulus(stimulus: dict[str, Any], noise: PiecewiseLinear | None) -> Stimulus:
    """Return what the page's plain object stands for; of noise, the corners that the page made."""
    settings = {name: value for name, value in stimulus.items() if name != "kind"}
    match stimulus["kind"]:
        case "step":
            return Step(**settings)
        case "train":
            return PulseTrain(**settings)
        case "sine":
            return Sine(**settings)
        case "drawn":
            return PiecewiseLinear(**settings)
        case "pulses":
            width, gap, onset = settings["width"], settings["gap"], settings["onset"]
            period = width + 2 * EDGE + gap
            train = PulseTrain(current=settings["current"], width=width, period=period, onset=onset)
            times, currents = train.breakpoints(onset + 2 * period)
            return PiecewiseLinear(times=times, currents=currents)
    assert noise is not None
    return noise


@pytest.fixture(scope="module")
def compared(node: str, tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Case, Any, Any]]:
    """Return each case with the page's answer and Python's solution."""
    folder = tmp_path_factory.mktemp("vectors")
    cases = cases_of_both()
    noisy = [k for k, case in enumerate(cases) if case["stimulus"]["kind"] == "noise"]
    alone = [{**cases[k], "neuron": None} for k in noisy]
    noises = {
        k: PiecewiseLinear(**corners)
        for k, corners in zip(noisy, in_node(node, "solve_vectors.mjs", alone, folder), strict=True)
    }
    answers = in_node(node, "solve_vectors.mjs", cases, folder)
    found = []
    for k, (case, answer) in enumerate(zip(cases, answers, strict=True)):
        kind, solve_by = NEURONS[case["neuron"]]
        stimulus = pythons_stimulus(case["stimulus"], noises.get(k))
        neuron: Any = kind(**case["parameters"])
        found.append((case, answer, solve_by(neuron, stimulus, case["duration"])))
    return found


def test_the_pages_spikes_are_pythons_to_a_billionth(compared: Any) -> None:
    assert len(compared) == CASES
    counts = [len(solution.spikes) for _, _, solution in compared]
    assert sum(counts) > 1500
    assert 20 < counts.count(0) < 120
    for case, answer, solution in compared:
        assert answer["spikes"] == pytest.approx(solution.spikes.times.tolist(), rel=1e-9, abs=0), (
            case
        )


def test_the_pages_voltages_are_pythons_to_a_billionth_of_the_swing(compared: Any) -> None:
    for case, answer, solution in compared:
        expected = solution.voltage(case["times"])
        scale = max(solution.neuron.swing, float(np.abs(expected).max()))
        assert answer["voltages"] == pytest.approx(expected.tolist(), rel=0, abs=1e-9 * scale), case


def test_a_touch_of_exact_numbers_fires_in_both(compared: Any) -> None:
    case, answer, solution = compared[6]
    assert case["stimulus"]["times"][1] == 0.25
    # the current passes zero half way from 0.25 s to 0.375 s, where the triangle is whole
    assert solution.spikes.times.tolist() == [0.3125]
    assert answer["spikes"] == [0.3125]
    (_, under, _), (_, over, _) = compared[5], compared[7]
    assert under["spikes"] == []
    assert len(over["spikes"]) == 1


def test_the_noise_is_held_as_pythons_and_has_its_mean_and_its_spread(
    node: str, tmp_path: Path
) -> None:
    stimulus = {"kind": "noise", "mean": 2e-5, "sigma": 1e-6, "hold": 1e-3, "seed": 7}
    other = {**stimulus, "seed": 8}
    cases = [{"neuron": None, "stimulus": each, "duration": 8.0} for each in (stimulus, other)]
    first, second = in_node(node, "solve_vectors.mjs", cases, tmp_path)
    python = HeldNoise(mean=2e-5, sigma=1e-6, hold=1e-3, seed=7)
    times, _ = python.breakpoints(8.0)
    assert first["times"] == pytest.approx(times.tolist(), rel=1e-15)
    levels = np.array(first["currents"][::2])
    assert levels.size == 8000
    assert levels.tolist() == first["currents"][1::2]
    normals = (levels - 2e-5) / 1e-6
    # of 8000 the mean is off by 1/√8000 = 0.011, the variance by √(2/8000) = 0.016; four of each
    assert abs(normals.mean()) < 0.045
    assert abs(normals.var() - 1) < 0.064
    neighbours = np.corrcoef(normals[:-1], normals[1:])[0, 1]
    assert abs(neighbours) < 0.045
    another = (np.array(second["currents"][::2]) - 2e-5) / 1e-6
    assert abs(np.corrcoef(normals, another)[0, 1]) < 0.045


def test_the_artificial_neuron_of_the_page_is_pythons(node: str) -> None:
    rng = np.random.default_rng(3)
    cases = []
    for function in FUNCTIONS:
        for count in (1, 2, 3):
            neuron = ArtificialNeuron(
                function=function, weights=tuple(rng.uniform(-3, 3, count)), bias=rng.uniform(-2, 2)
            )
            inputs = [*rng.uniform(-4, 4, (8, count)).tolist(), [0.0] * count, [9.0] * count]
            cases.append((neuron, inputs))
    given = [
        {"parameters": {**asdict(neuron), "weights": list(neuron.weights)}, "inputs": inputs}
        for neuron, inputs in cases
    ]
    program = (
        f"import {{ respond }} from {json.dumps((PAGE / 'models/artificial.js').as_uri())};"
        f"const given = {json.dumps(given)};"
        "console.log(JSON.stringify(given.map(({ parameters, inputs }) =>"
        "  inputs.map((each) => { const { sum, output } = respond(parameters, each);"
        "    return [sum, output]; }))));"
    )
    command = [node, "--input-type=module", "--eval", program]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    answers = json.loads(done.stdout)
    for (neuron, inputs), answer in zip(cases, answers, strict=True):
        sums, outputs = np.array(answer).T
        # sums of three products round to a few 1e-16 of the largest; no slope is above one
        assert sums == pytest.approx(neuron.sums(inputs), abs=1e-13)
        assert outputs == pytest.approx(neuron.outputs(inputs), abs=1e-13)
