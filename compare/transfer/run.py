"""The comparison of a neuron without time: its circuit's transfer against its function.

There is no spike to pair and no τ to fit. What is compared is the output at every point of a grid
of inputs, and under a stimulus that varies in time, where it must follow at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from spiketwin.circuits.engine import simulate
from spiketwin.circuits.memoryless import INPUTS, OUTPUT, path_sources, render_memoryless
from spiketwin.circuits.source_cards import SynapseVoltage, VoltageSource
from spiketwin.circuits.sources import voltage_sources
from spiketwin.compare.durations import course
from spiketwin.compare.transfer import (
    Drift,
    Transfer,
    TransferComparison,
    TransferSettings,
    judge_error,
)
from spiketwin.compare.transfer.findings import diagnose_transfer
from spiketwin.models.checks import require_positive
from spiketwin.models.errors import ParameterError
from spiketwin.models.stimuli import Sine
from spiketwin.models.stimuli.sums import parts_of
from spiketwin.models.stimuli.synapses import FilteredSynapse

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from spiketwin.circuits.decks import Deck, Run
    from spiketwin.compare.transfer.static_twin import StaticTwin
    from spiketwin.models import Stimulus
    from spiketwin.models.neurons.artificial import ArtificialNeuron

REACH = 3.0  # units; tanh(3) is within 0.5 % of one
LEVELS = 5  # of each input that does not sweep
SWEEP, CHANGE = 1e-3, 1e-4  # s, of one sweep and of the change to the next: no more than labels
STEPS_PER_SWEEP = 60
STEPS_PER_RESPONSE = 600
SHOWN = 60e-3  # s, at least, of a stimulus that has no length of its own
COARSE, FINE = 1e-3, 1e-6  # ngspice's own relative tolerance, and a thousandth of it
# beside the comparator's edge: its gain leaves 1e-6 units undecided, the sum errs by 1e-5 of itself
EDGE = 1e-4
DESIGNED_FOR = 300.15  # K
DRIFT_TEMPERATURES = (233.15, 300.15, 358.15)  # K, the industrial range of −40 to 85 °C


def compare_transfer(
    twin: StaticTwin,
    neuron: ArtificialNeuron | None = None,
    stimulus: Stimulus | None = None,
    *,
    duration: float | None = None,
    tolerance: float = 5e-3,
    max_step: float | None = None,
    most_points: int = 3_000_000,
    reach: float | None = None,
    temperatures: Sequence[float] = DRIFT_TEMPERATURES,
    simulate: Callable[[Deck], Run] = simulate,
    on_run: Callable[[str], None] | None = None,
) -> TransferComparison:
    """Sweep a neuron's circuit through its inputs, drive it in time, and judge its errors.

    Args:
        twin: an entry of the catalogue.
        neuron: parameters; the defaults where not given.
        stimulus: the response's; the catalogue's default where not given.
        duration: seconds of the response; where not given, three periods of a sinusoid, and of
            other stimuli their whole course.
        tolerance: the largest error that agrees, as a fraction of full scale.
        max_step: seconds, of the response; a 600th of the duration where not given, or a
            hundredth of a sinusoid's period, or of a synapse's time constant, where that is
            shorter.
        most_points: refuse a response that would need more time points.
        reach: how many units each input sweeps, up and down; three where not given, or as many as
            the supply allows.
        temperatures: kelvin, at which the sweep is made again, to tell the drift.
        simulate: the engine.
        on_run: told, before each run, what it is.

    Raises:
        ParameterError: where an argument breaks a rule.
        SimulationError: where ngspice did not deliver.
    """
    nominal = twin.neuron() if neuron is None else neuron
    drive = twin.default_stimulus(nominal) if stimulus is None else stimulus
    length = _default_duration(drive) if duration is None else duration
    require_positive("compare", "duration", length, "s")
    settings = TransferSettings(
        duration=length,
        max_step=_default_max_step(drive, length) if max_step is None else max_step,
        tolerance=tolerance,
        reach=_default_reach(nominal) if reach is None else reach,
        most_points=most_points,
    )

    def run(
        name: str,
        sources: Sequence[VoltageSource | SynapseVoltage],
        *,
        temperature: float = nominal.temperature,
        stop: float,
        step: float,
        relative_tolerance: float = FINE,
    ) -> Transfer:
        if on_run is not None:
            on_run(name)
        weights = (*nominal.weights, 0.0, 0.0)
        deck = render_memoryless(
            f"{twin.name}_{nominal.function}",
            {
                **{f"w{k + 1}": weights[k] for k in range(len(INPUTS))},
                "bias": nominal.bias, "unit": nominal.unit, "supply": nominal.supply,
            },
            sources,
            netlists=twin.netlists[nominal.function],
            temperature=temperature,
            duration=stop,
            max_step=step,
            relative_tolerance=relative_tolerance,
        )  # fmt: skip
        return _transfer(nominal, deck, simulate(deck))

    times, levels = sweep_path(len(nominal.weights), settings.reach)
    path = path_sources(times, nominal.unit * levels)
    stop, step = float(times[-1]), SWEEP / STEPS_PER_SWEEP
    runs = tuple(
        run(
            f"Sweep of the inputs at a relative tolerance of {relative_tolerance:g}", path,
            stop=stop, step=step, relative_tolerance=relative_tolerance,
        )
        for relative_tolerance in (COARSE, FINE)
    )  # fmt: skip
    first = voltage_sources(
        drive, node=INPUTS[0], resistance=nominal.input_resistance, duration=length
    )
    rest = [VoltageSource(node=node, kind="DC", numbers=(0.0,)) for node in INPUTS[1:]]
    response = run("Response", [*first, *rest], stop=length, step=settings.max_step)
    drift = tuple(
        _drift(
            nominal,
            temperature,
            run(f"Sweep at {temperature - 273.15:.0f} °C", path, temperature=temperature, stop=stop,
                step=step),
        )
        for temperature in temperatures
    )  # fmt: skip
    full_scale = nominal.unit
    if nominal.function == "relu":
        full_scale = max(float(runs[-1].model.max()), nominal.unit)
    uncertainty = _largest_change(*runs)
    error = max(runs[-1].max_error, response.max_error)
    return TransferComparison(
        twin=twin,
        neuron=nominal,
        stimulus=drive,
        settings=settings,
        runs=runs,
        response=response,
        full_scale=full_scale,
        uncertainty=uncertainty,
        memory=_memory(response),
        drift=drift,
        verdict=judge_error(error, uncertainty, tolerance * full_scale),
        findings=diagnose_transfer(
            neuron=nominal, sweep=runs[-1], response=response, full_scale=full_scale,
            designed_for=DESIGNED_FOR, edge=EDGE,
        ),
    )  # fmt: skip


def sweep_path(inputs: int, reach: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return a path through the grid of inputs: corner times (k,) in seconds, and levels (k, 3).

    The first input sweeps from minus to plus ``reach`` and back, once at each of the others' five
    levels; inputs that are not used stay at zero.
    """
    steps = np.linspace(-reach, reach, LEVELS)
    grids = np.meshgrid(*[steps] * (inputs - 1), indexing="ij")
    others = np.stack([grid.ravel() for grid in grids], axis=1) if grids else np.zeros((1, 0))
    count = len(others)
    starts = np.arange(count) * (SWEEP + CHANGE)
    levels = np.zeros((2 * count, len(INPUTS)))
    direction = np.where(np.arange(count) % 2 == 0, -reach, reach)
    levels[0::2, 0], levels[1::2, 0] = direction, -direction
    levels[0::2, 1:inputs] = levels[1::2, 1:inputs] = others
    return np.column_stack((starts, starts + SWEEP)).ravel(), levels


def _default_duration(stimulus: Stimulus) -> float:
    return max(
        3 / part.frequency if isinstance(part, Sine) else course(part, SHOWN)
        for part in parts_of(stimulus)
    )


def _default_max_step(stimulus: Stimulus, duration: float) -> float:
    periods = [1 / part.frequency for part in parts_of(stimulus) if isinstance(part, Sine)]
    synapses = [x.time_constant for x in parts_of(stimulus) if isinstance(x, FilteredSynapse)]
    shortest = min([*periods, *synapses], default=duration)
    return min(duration / STEPS_PER_RESPONSE, shortest / 100)


def _default_reach(neuron: ArtificialNeuron) -> float:
    """Return the reach, cut where an op-amp would come within 5 % of the supply."""
    room = 0.95 * neuron.supply / neuron.unit - abs(neuron.bias)
    total = sum(map(abs, neuron.weights))
    return min(REACH, room / total) if room > 0 and total > 0 else REACH


def _transfer(neuron: ArtificialNeuron, deck: Deck, run: Run) -> Transfer:
    # the transient starts from initial conditions, so that its first point is no operating point
    time = run.traces[OUTPUT].time[1:]
    count = len(neuron.weights)
    volts = np.stack([run.traces[node].voltage[1:] for node in INPUTS[:count]], axis=1)
    inputs = volts / neuron.unit
    sums = neuron.sums(inputs)
    judged = (
        np.abs(sums) > EDGE if neuron.function == "step" else np.ones(time.size, dtype=np.bool_)
    )
    if not judged.any():
        raise ParameterError(
            "every sum lies at the step's edge, so that nothing can be judged; give the neuron a "
            "weight or a bias"
        )
    return Transfer(
        deck=deck,
        time=time,
        inputs=inputs,
        sums=sums,
        circuit=run.traces[OUTPUT].voltage[1:],
        model=neuron.unit * neuron.activation(sums),
        judged=judged,
        points=run.points,
        engine_seconds=run.engine_seconds,
    )


def _largest_change(coarse: Transfer, fine: Transfer) -> float:
    """Return the largest change of a judged error; the points of both runs are mostly the same."""
    before = np.interp(
        fine.time[fine.judged], coarse.time[coarse.judged], coarse.errors[coarse.judged]
    )
    return float(np.abs(before - fine.errors[fine.judged]).max())


def _memory(response: Transfer) -> float | None:
    """Return by how much the errors differ, in volts, at the same sum on its way up and down.

    Errors and not outputs are interpolated from one way to the other, because they hardly depend
    on the sum. None where the sum does not go both ways.
    """
    change = np.gradient(response.sums, response.time)
    up, down = (response.judged & (sign * change > 0) for sign in (1, -1))
    if np.count_nonzero(up) < 2 or np.count_nonzero(down) < 2:
        return None
    order = np.argsort(response.sums[down], kind="stable")
    sums, errors = response.sums[down][order], response.errors[down][order]
    both = up & (response.sums >= sums[0]) & (response.sums <= sums[-1])
    there = np.interp(response.sums[both], sums, errors)
    return float(np.abs(there - response.errors[both]).max(initial=0.0)) if both.any() else None


def _drift(neuron: ArtificialNeuron, temperature: float, sweep: Transfer) -> Drift:
    pair = neuron.function in ("tanh", "sigmoid")
    predicted = DESIGNED_FOR / temperature if pair else 1.0
    explained = neuron.unit * neuron.activation(predicted * sweep.sums)
    return Drift(
        temperature=temperature,
        slope=_fitted_slope(neuron, sweep) if pair else None,
        predicted_slope=predicted,
        max_error=sweep.max_error,
        explained_error=float(np.abs(sweep.circuit - explained)[sweep.judged].max()),
    )


def _fitted_slope(neuron: ArtificialNeuron, sweep: Transfer) -> float | None:
    """Return the least-squares slope of the function's argument against the sum."""
    y = sweep.circuit / neuron.unit
    y = 2 * y - 1 if neuron.function == "sigmoid" else y
    steep = np.abs(y) < 0.9  # where an error of the output is no large error of the argument
    argument = np.arctanh(y[steep]) * (2 if neuron.function == "sigmoid" else 1)
    sums = sweep.sums[steep]
    power = float(sums @ sums)
    return float(sums @ argument) / power if power > 0 else None
