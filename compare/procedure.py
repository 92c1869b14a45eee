"""How a comparison is made: the circuit run at two accuracies, the model solved, the verdict."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from spiketwin.circuits.engine import simulate
from spiketwin.circuits.solver import SolverSettings
from spiketwin.compare.agreement import SpikeAgreement, Verdict, typical_interval
from spiketwin.compare.as_built import refined
from spiketwin.compare.catalogue import find_twin
from spiketwin.compare.circuit_runs import MountedCircuit
from spiketwin.compare.comparison import CircuitRun, Comparison, Settings, local_shifts
from spiketwin.compare.diagnosis import diagnose
from spiketwin.compare.durations import default_duration
from spiketwin.compare.levels import IDEAL, Level, find_level, with_parts
from spiketwin.compare.refined_agreement import agree
from spiketwin.compare.run_size import (
    corner_points,
    default_max_step,
    predicted_points,
    require_affordable,
)
from spiketwin.compare.waveform import combine, compare_waveforms, shape_counts
from spiketwin.models.checks import require_positive
from spiketwin.models.solvers.solution import spike_uncertainty

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from spiketwin.circuits.decks import Deck, Run
    from spiketwin.compare.twin import Twin
    from spiketwin.compare.waveform import WaveformAgreement
    from spiketwin.models import Neuron, Solution, Stimulus

MOST_REFINEMENTS = 5


def compare(
    twin: Twin[Any] | str,
    neuron: Neuron | None = None,
    stimulus: Stimulus | None = None,
    *,
    level: str = IDEAL,
    parts: Mapping[str, float] | None = None,
    temperature: float | None = None,
    duration: float | None = None,
    tolerance: float = 1e-3,
    max_step: float | None = None,
    most_points: int = 3_000_000,
    simulate: Callable[[Deck], Run] = simulate,
    on_run: Callable[[int, float, int], None] | None = None,
) -> Comparison:
    """Run a neuron's circuit and its model from one stimulus, and judge whether they agree.

    The circuit is run with a maximum step and with half of it, and where its level sets tolerances
    with a quarter of these; the change tells the numerical uncertainty. While the verdict is
    undecided, the circuit is run yet finer, up to five times.

    Args:
        twin: an entry of the catalogue, or its name.
        neuron: parameters; the neuron's defaults where not given.
        stimulus: what drives both; the catalogue's default where not given.
        level: of which parts the circuit is built: one of the twin's ``levels``.
        parts: other values of some of the level's parts, in SI units, by their names.
        temperature: degrees Celsius, of the circuit's parts; ngspice's 27 where not given. The
            model has none, and ideal parts do not change with it.
        duration: seconds; long enough for some 20 spikes where not given.
        tolerance: the largest shift that agrees, as a fraction of the model's median interval.
        max_step: seconds, of the first run; a 120th of the time constant where not given, or of
            the period of a sinusoid, or of a synapse's time constant, where that is shorter.
        most_points: refuse a run that would need more time points.
        simulate: the engine.
        on_run: told, before each run, its number from 1, its maximum step in seconds, and an
            estimate of its number of points.

    Raises:
        ParameterError: where an argument breaks a rule, or the run would be too long.
        SimulationError: where ngspice did not deliver.
    """
    entry = find_twin(twin) if isinstance(twin, str) else twin
    circuit = with_parts(
        f"the neuron {entry.name!r} at level {level!r}",
        find_level(entry.name, entry.levels, level),
        parts or {},
    )
    nominal = entry.neuron() if neuron is None else neuron
    if circuit.parts is not None:
        circuit.parts.require_range(nominal)
    drive = entry.default_stimulus(nominal) if stimulus is None else stimulus
    length = default_duration(nominal, drive) if duration is None else duration
    require_positive("compare", "duration", length, "s")
    settings = Settings(
        duration=length,
        tolerance=tolerance,
        max_step=default_max_step(nominal, drive, length) if max_step is None else max_step,
        most_points=most_points,
        temperature=temperature,
    )
    # before the model is asked, which would be as slow as the circuit is long
    require_affordable(settings, settings.max_step / 2, 0)
    model = entry.solve(nominal, drive, length)
    events = circuit.points_per_spike * len(model.spikes) + corner_points(drive, length)
    require_affordable(settings, settings.max_step / 2, events)

    mounted = MountedCircuit.of(circuit, nominal, drive, length, temperature=temperature)
    runs: list[CircuitRun] = []

    def run_finer() -> None:
        first = SolverSettings(max_step=settings.max_step, options=circuit.options)
        solver = runs[-1].solver.finer() if runs else first
        if on_run is not None:
            points = predicted_points(settings, solver.max_step, events)
            on_run(len(runs) + 1, solver.max_step, points)
        runs.append(mounted.run(solver, simulate))

    run_finer()
    run_finer()
    agreement = _agree(runs, circuit, nominal, model, settings)
    waveform = _waveform_that_counts(runs, nominal, model)
    while (
        _finer_may_decide(agreement, waveform, model, runs[-1])
        and len(runs) < MOST_REFINEMENTS + 1
        and predicted_points(settings, runs[-1].max_step / 2, events) <= settings.most_points
    ):
        run_finer()
        agreement = _agree(runs, circuit, nominal, model, settings)
        waveform = _waveform_that_counts(runs, nominal, model)

    finest = runs[-1]
    coarse = entry.measure(nominal, drive, runs[-2].observed)
    fine = entry.measure(nominal, drive, replace(finest.observed, near=coarse.fit))
    as_built = refined(coarse, fine)
    return Comparison(
        twin=entry,
        neuron=nominal,
        stimulus=drive,
        settings=settings,
        runs=tuple(runs),
        model=model,
        agreement=agreement,
        as_built=as_built,
        findings=diagnose(
            neuron=nominal,
            runs=tuple(run.spikes for run in runs),
            membrane=finest.membrane,
            model=model,
            agreement=agreement,
            local_shifts=lambda: local_shifts(entry, nominal, drive, finest.spikes.train),
            as_built=as_built,
            tolerance=settings.tolerance,
            waveform=waveform,
        ),
        level=level,
        parts=circuit.parts,
    )


def _agree(
    runs: list[CircuitRun],
    circuit: Level,
    neuron: Neuron,
    model: Solution,
    settings: Settings,
) -> SpikeAgreement:
    """Judge the finest run against the model.

    The tolerance is a fraction of the model's median interval; of the circuit's, where the model
    has none; else of the time constant.
    """
    interval = typical_interval(model.spikes, runs[-1].spikes.train, fallback=neuron.time_scale)
    return agree(
        [run.spikes for run in runs],
        model.spikes,
        spike_uncertainty(model),
        tolerance=settings.tolerance * interval,
        resolution=circuit.resolution_for(neuron),
        duration=settings.duration,
    )


def _waveform_that_counts(
    runs: list[CircuitRun], neuron: Neuron, model: Solution
) -> WaveformAgreement | None:
    if not shape_counts(neuron):
        return None
    return compare_waveforms(neuron, model, runs[-2].observed, runs[-1].observed)


def _finer_may_decide(
    agreement: SpikeAgreement,
    waveform: WaveformAgreement | None,
    model: Solution,
    finest: CircuitRun,
) -> bool:
    silent = not (len(model.spikes) or len(finest.spikes.train))
    if silent and (waveform is None or not waveform.moved):
        return False
    shape = None if waveform is None else waveform.verdict
    return combine(agreement.verdict, shape, silent=silent) is Verdict.UNDECIDED
