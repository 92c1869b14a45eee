"""What τ does: one input into neurons that differ in their capacitance alone.

A larger τ integrates longer and a smaller one answers faster. A step below the rheobase shows it
without spikes: V = V∞ + (V₀ − V∞)·exp(−t/τ) passes 10 % and 90 % of its way ln 9 · τ apart.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.optimize import brentq

from spiketwin.circuits.bench import MEMBRANE, render
from spiketwin.circuits.pool import Failed, map_with_engines, require_some_result
from spiketwin.compare.agreement import Verdict
from spiketwin.compare.analyses.drives import usual_current
from spiketwin.compare.analyses.rates import measure_rate
from spiketwin.compare.run_size import STEPS_PER_TIME_CONSTANT
from spiketwin.compare.uncertainty import SAFETY_FACTOR
from spiketwin.models import Step, Trace
from spiketwin.models.checks import require_positive
from spiketwin.models.errors import ParameterError, SimulationError
from spiketwin.models.neurons import membrane_time

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from spiketwin.circuits.pool import Simulate
    from spiketwin.compare.analyses.rate_measurement import RateMeasurement
    from spiketwin.compare.twin import Twin
    from spiketwin.models import Neuron, Solution, SpiketwinError

FACTORS = (0.25, 0.5, 1.0, 2.0, 4.0)
FRACTION_OF_RHEOBASE = 0.5
# how long the step below the rheobase lasts: 20 of its own τ at least, when e⁻²⁰ = 2e-9 of its way
# is missing, and 4 of the largest one, so that all can be drawn beside each other
SETTLED, SHOWN = 20.0, 4.0
LOW, HIGH = 0.1, 0.9


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rise:
    """How both membranes follow a step that fires nothing.

    Attributes:
        circuit_time, model_time: seconds from 10 % to 90 % of the way.
        uncertainty: seconds, numerical, of the circuit's.
        membrane: the circuit's, of the finer run.
        model: the solution.
    """

    circuit_time: float
    model_time: float
    uncertainty: float
    membrane: Trace
    model: Solution


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TauCase:
    """One τ.

    Attributes:
        factor: capacitance over the nominal one.
        neuron: its parameters.
        rise: of the step below the rheobase; None where the run failed.
        rate: under the neuron's default current; None where the run failed.
        failure: why it failed; None where it did not.
        tolerance: largest relative difference that agrees.
    """

    factor: float
    neuron: Neuron
    rise: Rise | None
    rate: RateMeasurement | None
    failure: SpiketwinError | None
    tolerance: float

    @property
    def tau(self) -> float:
        """The membrane's time constant in seconds."""
        return membrane_time(self.neuron)

    @property
    def verdict(self) -> Verdict:
        """Agree where rise time and rate do."""
        if self.rise is None or self.rate is None:
            return Verdict.UNDECIDED
        distance = abs(self.rise.circuit_time - self.rise.model_time)
        allowed = self.tolerance * self.rise.model_time
        verdicts = {self.rate.verdict}
        if distance - self.rise.uncertainty > allowed:
            verdicts.add(Verdict.DISAGREE)
        elif distance + self.rise.uncertainty > allowed:
            verdicts.add(Verdict.UNDECIDED)
        if Verdict.DISAGREE in verdicts:
            return Verdict.DISAGREE
        if Verdict.UNDECIDED in verdicts or not self.rate.fires:
            return Verdict.UNDECIDED
        return Verdict.AGREE


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TauSensitivity:
    """The same inputs into several τ.

    Attributes:
        twin: which neuron.
        neuron: with its nominal capacitance.
        below, above: the two steps, one that fires nothing and one that fires all.
        tolerance: largest relative difference that agrees.
        cases: by increasing τ; failed ones too.
    """

    twin: Twin[Any]
    neuron: Neuron
    below: Step
    above: Step
    tolerance: float
    cases: tuple[TauCase, ...]

    @property
    def failed(self) -> tuple[TauCase, ...]:
        """The runs that failed."""
        return tuple(case for case in self.cases if case.failure is not None)

    @property
    def shown(self) -> float:
        """Seconds from the onset of a step in which the slowest membrane has settled."""
        return SHOWN * max(case.tau for case in self.cases)

    @property
    def verdict(self) -> Verdict:
        """Disagree where a case does; agree where all do."""
        verdicts = {case.verdict for case in self.cases}
        for verdict in (Verdict.DISAGREE, Verdict.UNDECIDED):
            if verdict in verdicts:
                return verdict
        return Verdict.AGREE


def tau_sensitivity(
    twin: Twin[Any],
    neuron: Neuron,
    factors: Sequence[float] = FACTORS,
    *,
    tolerance: float = 1e-3,
    workers: int | None = None,
    deadline: float = 600.0,
    on_done: Callable[[int], None] | None = None,
) -> TauSensitivity:
    """Return what becomes of two steps of current when τ changes, by the capacitance.

    Args:
        twin: which neuron.
        neuron: its parameters; it must have a capacitance and a positive rheobase.
        factors: of the capacitance, positive, each once, in any order.
        tolerance: largest relative difference of rise times and of rates that agrees.
        workers: how many runs at once; as many as there are cores where not given.
        deadline: the longest that one run may take, in seconds of wall time.
        on_done: told how many τ are done.

    Raises:
        ParameterError: where the neuron has no capacitance or no positive rheobase, or a factor
            breaks a rule.
        SpiketwinError: the first failure, where all runs failed.
    """
    require_positive("tau_sensitivity", "tolerance", tolerance, "of a rate")
    below, above = _steps(twin, neuron, factors)
    # typed Any: that there is a capacitance to replace is proven in _steps
    nominal: Any = neuron
    varied: list[Any] = [
        replace(nominal, capacitance=nominal.capacitance * factor) for factor in sorted(factors)
    ]
    slowest = max(membrane_time(each) for each in varied)

    def measure(each: Neuron, simulate: Simulate) -> tuple[Rise, RateMeasurement]:
        duration = below.onset + max(SETTLED * membrane_time(each), SHOWN * slowest)
        rise = _measure_rise(twin, each, below, duration, simulate)
        return rise, measure_rate(twin, each, above, simulate, tolerance=tolerance)

    outcomes = map_with_engines(
        measure, varied, workers=workers, deadline=deadline, on_done=on_done
    )
    require_some_result(outcomes)
    cases = tuple(
        TauCase(
            factor=factor,
            neuron=each,
            rise=None if isinstance(outcome, Failed) else outcome[0],
            rate=None if isinstance(outcome, Failed) else outcome[1],
            failure=outcome.error if isinstance(outcome, Failed) else None,
            tolerance=tolerance,
        )
        for factor, each, outcome in zip(sorted(factors), varied, outcomes, strict=True)
    )
    return TauSensitivity(
        twin=twin, neuron=neuron, below=below, above=above, tolerance=tolerance, cases=cases
    )


def _steps(twin: Twin[Any], neuron: Neuron, factors: Sequence[float]) -> tuple[Step, Step]:
    """Return the steps below and above the rheobase, with edges that are short for every τ."""
    if not factors:
        raise ParameterError("tau_sensitivity.factors must hold at least one factor")
    for factor in factors:
        require_positive("tau_sensitivity", "factors", factor, "of the capacitance")
    if len(set(factors)) < len(factors):
        raise ParameterError("tau_sensitivity.factors must differ; give each once")
    if "capacitance" not in type(neuron).__dataclass_fields__:
        raise ParameterError(
            f"tau_sensitivity changes τ by the capacitance, and the neuron {twin.name!r} has no "
            f"such parameter; choose another neuron"
        )
    rheobase = neuron.rheobase
    if rheobase is None or rheobase <= 0:
        raise ParameterError(
            f"tau_sensitivity needs a positive rheobase for a step that fires nothing, and the "
            f"neuron {twin.name!r} has {'none' if rheobase is None else f'{rheobase!r} A'}; "
            f"choose another neuron or other parameters"
        )
    scale = neuron.time_scale
    edge = scale * min(1.0, *factors) / 1000
    return (
        Step(current=FRACTION_OF_RHEOBASE * rheobase, onset=scale / 2, rise=edge),
        Step(current=usual_current(twin, neuron), onset=scale / 2, rise=edge),
    )


def _measure_rise(
    twin: Twin[Any], neuron: Neuron, stimulus: Step, duration: float, simulate: Simulate
) -> Rise:
    """Return the rise times of both membranes, each between its own start and its own end.

    The circuit's is that of the finer of two runs; its uncertainty is Roache's for two grids and
    the order of the trapezoidal rule, and what linear interpolation may be wrong by: h²/8·|V″|, in
    time h²/(8 τ) at each of the two crossings.
    """
    model = twin.solve(neuron, stimulus, duration)
    start, end = model.voltage([stimulus.onset, duration]).tolist()

    def excess(time: float, part: float) -> float:
        return float(model.voltage(time) - (start + part * (end - start)))

    low, high = (
        brentq(excess, stimulus.onset, duration, args=(part,), xtol=1e-13 * duration, rtol=1e-14)
        for part in (LOW, HIGH)
    )
    traces = []
    for halvings in range(2):
        step = neuron.time_scale / STEPS_PER_TIME_CONSTANT / 2**halvings
        deck = render(twin.netlist, neuron, stimulus, duration=duration, max_step=step)
        traces.append(simulate(deck).traces[MEMBRANE])
    coarse, fine = (rise_time(trace, stimulus.onset) for trace in traces)
    interpolation = 2 * step**2 / (8 * neuron.time_scale)
    return Rise(
        circuit_time=fine,
        model_time=float(high - low),
        uncertainty=SAFETY_FACTOR * abs(fine - coarse) / 3 + interpolation,
        membrane=traces[-1],
        model=model,
    )


def rise_time(trace: Trace, onset: float) -> float:
    """Return the seconds from 10 % to 90 % of the way from ``onset`` to the trace's end.

    Raises:
        SimulationError: where the membrane does not move.
    """
    start = float(np.interp(onset, trace.time, trace.voltage))
    end = float(trace.voltage[-1])
    if math.isclose(start, end, rel_tol=1e-9, abs_tol=1e-15):
        raise SimulationError(f"the membrane does not move: {start!r} V before and after the step")
    after = trace.time >= onset
    time = np.concatenate(([onset], trace.time[after]))
    way = np.concatenate(([0.0], (trace.voltage[after] - start) / (end - start)))
    low, high = (_first_passage(time, way, part) for part in (LOW, HIGH))
    return float(high - low)


def _first_passage(time: np.ndarray, way: np.ndarray, part: float) -> float:
    index = int(np.argmax(way >= part))
    share = (part - way[index - 1]) / (way[index] - way[index - 1])
    return float(time[index - 1] + share * (time[index] - time[index - 1]))
