"""What the lessons' formulas are worth by Python's models and by native ngspice."""

from __future__ import annotations

import math
import re
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np

from spiketwin.circuits.bench import render
from spiketwin.circuits.engine import simulate
from spiketwin.circuits.events import detect_spikes
from spiketwin.compare.lif_levels import LIF_LEVELS, MacroParts
from spiketwin.models import IntegratorNeuron, LeakyNeuron, solve, solve_integrator
from spiketwin.models.neurons.artificial import ArtificialNeuron
from spiketwin.models.stimuli import PiecewiseLinear, PulseTrain, Sine, Step
from spiketwin.models.waveforms import Trace

if TYPE_CHECKING:
    from spiketwin.models import Stimulus

PREFIXES = {"f": -15, "p": -12, "n": -9, "u": -6, "µ": -6, "m": -3, "k": 3, "M": 6, "G": 9}
UNITS = "V/s|Hz|Ω|[VAFCs%]"
WRITTEN = re.compile(rf"(−?\d+(?:\.\d+)?)(?: ([fpnuµmkMG]?)({UNITS})(?!\w))?")
EDGE = Step(current=0.0).rise
State = dict[str, Any]


def written(text: str) -> tuple[float, float]:
    """Return a written quantity in SI units, and half of what its last digit is worth."""
    found = WRITTEN.fullmatch(text)
    assert found, text
    digits, prefix, unit = found[1].replace("−", "-"), found[2] or "", found[3] or ""
    scale = 10.0 ** PREFIXES.get(prefix, 0) / (100 if unit == "%" else 1)
    _, _, decimals = digits.partition(".")
    return float(digits) * scale, 0.5 * 10.0 ** -len(decimals) * scale


def is_worth(text: str, value: float) -> bool:
    """Say whether a written number is a value, rounded to the digits that are written."""
    number, half = written(text)
    return abs(number - value) <= half * (1 + 1e-6)


def value_of(formula: str, state: State) -> float:
    """Return what a lesson's formula is worth on a bench."""
    plain = re.sub(
        r"(?<![\w.])(\d+(?:\.\d+)?)([fpnumkMG])(?!\w)",
        lambda found: f"{found[1]}e{PREFIXES[found[2]]}",
        formula,
    ).replace("^", "**")
    names = re.findall(r"(?<![\w.])[a-z_]\w*", plain)
    known = {name: meaning(name, state) for name in names if name not in {"and", "or"}}
    return float(eval(plain, {"__builtins__": {}}, known))  # noqa: S307 - the repository's own lessons


def meaning(name: str, state: State) -> Any:
    """Return what a name stands for: a number or a function."""
    functions = {"ln": math.log, "exp": math.exp, "sqrt": math.sqrt, "abs": abs, "min": min}
    if name in functions:
        return functions[name]
    if state["bench"] == "artificial":
        return artificial(state)[name]
    parameters, parts = state["parameters"], state["parts"] or {}
    plain = {**parameters, **state["stimulus"], "duration": state["duration"]}
    plain |= {f"part_{part}": figure for part, figure in parts.items()}
    swing = parameters["threshold"] - parameters["leak_potential"]
    plain["tau"] = parameters["resistance"] * parameters["capacitance"]
    plain["rheobase"] = swing / parameters["resistance"]
    plain["charge"] = parameters["capacitance"] * (parameters["threshold"] - parameters["reset"])
    if name in plain:
        return plain[name]
    solution = solved(state)
    times = solution.spikes.times
    if name.startswith("circuit_"):
        return circuit(state)[name.removeprefix("circuit_")]
    return {
        "count": lambda: len(times),
        "first": lambda: times[0],
        "interval": lambda: times[-1] - times[-2],
        "rate": lambda: 1 / (times[-1] - times[-2]),
        "v": lambda: lambda time: float(solution.voltage(np.array([time]))[0]),
    }[name]()


def artificial(state: State) -> dict[str, float]:
    """Return the names of the artificial neuron."""
    given = state["artificial"]
    neuron = ArtificialNeuron(
        function=given["function"], weights=tuple(given["weights"]), bias=given["bias"]
    )
    inputs = np.array([given["inputs"]])
    names = {f"w{k + 1}": weight for k, weight in enumerate(given["weights"])}
    names |= {f"x{k + 1}": value for k, value in enumerate(given["inputs"])}
    return names | {
        "bias": given["bias"],
        "sum": float(neuron.sums(inputs)[0]),
        "output": float(neuron.outputs(inputs)[0]),
    }


def stimulus_of(state: State) -> Stimulus:
    """Return Python's stimulus of a bench's; no formula asks of noise, whose generator differs."""
    given = dict(state["stimulus"])
    kind = given.pop("kind")
    if kind == "pulses":
        current, width, onset = given["current"], given["width"], given["onset"]
        second = onset + width + 2 * EDGE + given["gap"]
        corners = (0.0, EDGE, EDGE + width, 2 * EDGE + width)
        times = [begin + corner for begin in (onset, second) for corner in corners]
        return PiecewiseLinear(times=times, currents=[0, current, current, 0] * 2)
    kinds: dict[str, Any] = {"step": Step, "train": PulseTrain, "sine": Sine}
    stimulus: Stimulus = kinds[kind](**given)
    return stimulus


def solved(state: State) -> Any:
    """Return the model's answer."""
    parameters, stimulus, duration = state["parameters"], stimulus_of(state), state["duration"]
    if state["bench"] == "leaky":
        return solve(LeakyNeuron(**parameters), stimulus, duration)
    kept = {name: parameters[name] for name in ("capacitance", "threshold", "reset", "refractory")}
    return solve_integrator(IntegratorNeuron(**kept, fill_time=1e-2), stimulus, duration)


_runs: dict[str, dict[str, float]] = {}


def circuit(state: State) -> dict[str, float]:
    """Return the mean interval, the mean pulse and the bias current of the circuit of real parts.

    By native ngspice, run once a bench.
    """
    key = repr([state[name] for name in ("parameters", "stimulus", "duration", "parts")])
    if key not in _runs:
        level, neuron = LIF_LEVELS["macro"], LeakyNeuron(**state["parameters"])
        parts = {**asdict(MacroParts()), **(state["parts"] or {})}
        deck = render(
            level.netlist, neuron, stimulus_of(state), duration=state["duration"],
            max_step=neuron.time_scale / 120, options=level.options, parts=parts,
        )  # fmt: skip
        pulse = simulate(deck).traces["spike"]
        rises = detect_spikes(pulse).train.times
        upside_down = Trace(time=pulse.time, voltage=1 - pulse.voltage)
        falls = detect_spikes(upside_down).train.times
        lengths = falls[: len(rises) - 1] - rises[: len(falls)][: len(rises) - 1]
        _runs[key] = {
            "interval": float(np.mean(np.diff(rises))),
            "pulse": float(np.mean(lengths)),
            "bias": parts["bias"],
        }
    return _runs[key]
