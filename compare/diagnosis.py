"""From the figures of a comparison to what they mean, in words that lead to a remedy."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from spiketwin.compare.agreement import SpikeAgreement, Verdict
from spiketwin.compare.findings import Finding, Severity
from spiketwin.models.quantities import printed
from spiketwin.models.solvers.solution import PulsingModel

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    from spiketwin.circuits.events import DetectedSpikes
    from spiketwin.compare.as_built import AsBuilt, Estimate
    from spiketwin.compare.as_built.charge_count import LeakSearch
    from spiketwin.compare.waveform import WaveformAgreement
    from spiketwin.models import Neuron, Solution, Trace

# how many standard errors make a difference between designed and built
SIGNIFICANT = 3.0


def diagnose(
    *,
    neuron: Neuron,
    runs: Sequence[DetectedSpikes],
    membrane: Trace,
    model: Solution,
    agreement: SpikeAgreement,
    local_shifts: Callable[[], NDArray[np.float64]],
    as_built: AsBuilt,
    tolerance: float,
    waveform: WaveformAgreement | None = None,
) -> tuple[Finding, ...]:
    """Return the findings, the gravest first.

    Args:
        neuron: nominal parameters.
        runs: the circuit's spikes at each accuracy, the finest last.
        membrane: the finest run's membrane.
        model: the exact solution.
        agreement: the verdict and its shifts.
        local_shifts: tells, in seconds, the shifts after the model starts anew at each circuit
            spike; it is asked only where the trains part.
        as_built: the circuit's parameters from its waveform.
        tolerance: the allowed fraction of an interval.
        waveform: how far apart the membranes are; None where the verdict is not on that.
    """
    findings = [
        *_on_silence(neuron, runs[-1], membrane, model, waveform),
        *_on_waveform(waveform),
        *_on_latch_up(model),
        *_on_chatter(neuron, runs[-1]),
        *_on_lone_spikes(agreement, runs[-1], model),
        *_on_accuracy(agreement, runs),
        *_on_drift(agreement, local_shifts),
        *_on_parameters(neuron, as_built, tolerance),
        *_on_a_leak(neuron, as_built.leak, tolerance),
    ]
    order = list(Severity)
    return tuple(sorted(findings, key=lambda finding: order.index(finding.severity)))


def _on_silence(
    neuron: Neuron,
    circuit: DetectedSpikes,
    membrane: Trace,
    model: Solution,
    waveform: WaveformAgreement | None,
) -> Iterator[Finding]:
    if len(circuit.train) or len(model.spikes):
        return
    if waveform is not None and waveform.moved:
        yield Finding(
            code="no-spikes",
            severity=Severity.NOTE,
            message=(
                "Neither twin fired, so the verdict is on the membranes alone, and nothing is "
                "claimed about spikes. Drive the neuron harder, or run it longer, to compare them."
            ),
        )
        return
    # ngspice's last point may lie a rounding past the end
    times = np.minimum(membrane.time, model.duration)
    apart = float(np.abs(membrane.voltage - model.voltage(times)).max())
    rheobase = neuron.rheobase
    harder = "harder" if rheobase is None else f"above its rheobase of {printed(rheobase, 'A')}"
    yield Finding(
        code="no-spikes",
        severity=Severity.WARNING,
        message=(
            f"Neither twin fired, so no spike times were compared and nothing is claimed about "
            f"them. The membranes differ by at most {printed(apart, 'V')}. Drive the neuron "
            f"{harder}, or run it longer."
        ),
    )


def _on_latch_up(model: Solution) -> Iterator[Finding]:
    if not isinstance(model, PulsingModel) or model.latched_since is None:
        return
    yield Finding(
        code="latch-up",
        severity=Severity.WARNING,
        message=(
            f"From {printed(model.latched_since, 's', 6)} to the end of the run the model's "
            f"output stays high: its input is no less than the reset current, so nothing empties "
            f"the membrane, and no further spike comes. Drive it less, or raise the reset current."
        ),
    )


def _on_waveform(waveform: WaveformAgreement | None) -> Iterator[Finding]:
    if waveform is None or waveform.verdict is not Verdict.DISAGREE:
        return
    yield Finding(
        code="waveform-off",
        severity=Severity.ERROR,
        message=(
            f"With the shift of each spike taken out, the membranes still differ by "
            f"{printed(waveform.shape.largest, 'V')} at "
            f"{printed(waveform.shape.at, 's', 6)}, where "
            f"{printed(waveform.tolerance, 'V')} are tolerated: the spikes have another shape. "
            f"Look at the capacitance, and at what carries the current at that moment."
        ),
    )


def _on_chatter(neuron: Neuron, circuit: DetectedSpikes) -> Iterator[Finding]:
    intervals = circuit.train.intervals
    short = int(np.count_nonzero(intervals < 0.5 * neuron.shortest_interval))
    if short:
        yield Finding(
            code="chatter",
            severity=Severity.ERROR,
            message=(
                f"{short} of {intervals.size} intervals of the circuit are shorter than half the "
                f"refractory time: the comparator fires again before the reset is complete. Give "
                f"it hysteresis, or hold the reset with a one-shot."
            ),
        )


def _on_lone_spikes(
    agreement: SpikeAgreement, circuit: DetectedSpikes, model: Solution
) -> Iterator[Finding]:
    for code, lone, train, twin, other in (
        ("missed-spikes", agreement.match.missed, model.spikes, "model", "circuit"),
        ("extra-spikes", agreement.match.extra, circuit.train, "circuit", "model"),
    ):
        if lone.size:
            yield Finding(
                code=code,
                severity=Severity.ERROR,
                message=(
                    f"Without a partner in the {other}: {lone.size} of the {twin}'s {len(train)} "
                    f"spikes, the first at {printed(float(lone[0]), 's', 6)}. If the rates "
                    f"differ, look at the fitted parameters; if single spikes do, look at the "
                    f"membrane near threshold there."
                ),
            )
    matched = len(agreement.match.pairs)
    counted = 2 * matched + agreement.match.missed.size + agreement.match.extra.size
    if counted < len(circuit.train) + len(model.spikes):
        yield Finding(
            code="edge-spike",
            severity=Severity.NOTE,
            message=(
                "A spike of one twin lies nearer to the end of the run than the tolerance, so its "
                "partner may fall just outside; it is not counted."
            ),
        )


def _on_accuracy(agreement: SpikeAgreement, runs: Sequence[DetectedSpikes]) -> Iterator[Finding]:
    if agreement.verdict is not Verdict.UNDECIDED or not len(runs[-1].train):
        return
    if agreement.uncertainty is None:
        message = (
            f"The circuit has {len(runs[-2].train)} and {len(runs[-1].train)} spikes at the two "
            f"finest maximum steps, or spikes at quite different times: it is not converged, and "
            f"no verdict is possible. Take a smaller --max-step, or a shorter run if the neuron is "
            f"driven just at its threshold."
        )
    else:
        message = (
            f"The numerical uncertainty of up to "
            f"{printed(agreement.max_uncertainty or 0.0, 's')} is too large beside the "
            f"tolerance of {printed(agreement.tolerance, 's')} to tell whether the twins "
            f"agree. Take a smaller --max-step, a shorter run, or a larger --tolerance."
        )
    yield Finding(code="not-converged", severity=Severity.WARNING, message=message)


def _on_drift(
    agreement: SpikeAgreement, local_shifts: Callable[[], NDArray[np.float64]]
) -> Iterator[Finding]:
    if agreement.max_shift is None or agreement.max_shift <= agreement.tolerance:
        return
    shifts = local_shifts()
    local = shifts[np.isfinite(shifts)]
    if local.size < 3:
        return
    worst = float(np.abs(local).max())
    if worst <= agreement.tolerance:
        yield Finding(
            code="drift",
            severity=Severity.WARNING,
            message=(
                f"Free-running, the trains part by up to {printed(agreement.max_shift, 's')}; "
                f"started anew at each spike of the circuit, the model is off by no more than "
                f"{printed(worst, 's')} an interval. A small steady error accumulates: compare "
                f"fewer spikes, or judge the interval."
            ),
        )


def _on_parameters(neuron: Neuron, as_built: AsBuilt, tolerance: float) -> Iterator[Finding]:
    if as_built.fit_failure is not None:
        yield Finding(
            code="no-fit",
            severity=Severity.NOTE,
            message=f"The time constant could not be fitted: {as_built.fit_failure}.",
        )
    swing = neuron.swing
    capacitance = 0.0 if as_built.capacitance is None else as_built.capacitance.nominal
    for code, name, estimate, unit, scale in (
        ("tau-off", "time constant", as_built.tau, "s", neuron.time_scale),
        ("threshold-off", "threshold", as_built.threshold, "V", swing),
        ("reset-off", "reset", as_built.reset, "V", swing),
        ("refractory-off", "refractory time", as_built.refractory, "s", neuron.time_scale),
        ("capacitance-off", "capacitance", as_built.capacitance, "F", capacitance),
        *(
            (shown.code, shown.name, shown.estimate, shown.unit, shown.scale)
            for shown in as_built.others
        ),
    ):
        if estimate is not None and _differs(estimate, tolerance * scale):
            yield Finding(
                code=code,
                severity=Severity.WARNING,
                message=(
                    f"The circuit's {name} is {printed(estimate.value, unit, 6)} as built, "
                    f"{printed(estimate.nominal, unit, 6)} as designed: "
                    f"{printed(abs(estimate.difference), unit)} apart."
                ),
            )


def _on_a_leak(neuron: Neuron, leak: LeakSearch | None, tolerance: float) -> Iterator[Finding]:
    if leak is None:
        return
    # to first order in λ·T, a leak to the reset lengthens the climb of T by half of that fraction
    stretched = 0.5 * (leak.rate - SIGNIFICANT * leak.standard_error) * neuron.time_scale
    if stretched > tolerance:
        yield Finding(
            code="leak-found",
            severity=Severity.WARNING,
            message=(
                f"The circuit leaks with a time constant of {printed(1 / leak.rate, 's')}, "
                f"where no leak is designed. Look for a resistance at the membrane, such as that "
                f"of the open reset switch."
            ),
        )


def _differs(estimate: Estimate, allowed: float) -> bool:
    error = estimate.standard_error or 0.0
    return abs(estimate.difference) - SIGNIFICANT * error > allowed
