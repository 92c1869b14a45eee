"""Why a transfer is as it is: the findings of a comparison without spikes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from spiketwin.compare.findings import Finding, Severity
from spiketwin.models.quantities import engineering

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spiketwin.compare.transfer import Transfer
    from spiketwin.models.neurons.artificial import ArtificialNeuron


def diagnose_transfer(
    *,
    neuron: ArtificialNeuron,
    sweep: Transfer,
    response: Transfer,
    full_scale: float,
    designed_for: float,
    edge: float,
) -> tuple[Finding, ...]:
    """Return what a reader of a transfer's comparison should know.

    Args:
        neuron: its parameters.
        sweep: the judged run through the grid of inputs.
        response: the judged run under the stimulus.
        full_scale: volts.
        designed_for: kelvin, the temperature for which the slope was set.
        edge: units, how near to a step's edge no point is judged.
    """
    return (
        *_saturation(neuron, sweep, "sweep"),
        *_saturation(neuron, response, "response"),
        *_temperature(neuron, sweep, full_scale, designed_for),
        *_edge(neuron, sweep, response, edge),
    )


def _saturation(neuron: ArtificialNeuron, run: Transfer, name: str) -> Iterator[Finding]:
    asked = neuron.largest_partial_sum(run.inputs) * neuron.unit
    if asked > neuron.supply:
        yield Finding(
            code="saturation",
            severity=Severity.WARNING,
            message=(
                f"In the {name} an op-amp of the weighted sum is asked for "
                f"{engineering(asked, 'V')} and stops at its supply of "
                f"{engineering(neuron.supply, 'V')}; the equation knows no supply. Raise the "
                f"supply, lower the unit, or make weights or inputs smaller."
            ),
        )


def _temperature(
    neuron: ArtificialNeuron, sweep: Transfer, full_scale: float, designed_for: float
) -> Iterator[Finding]:
    if neuron.function not in ("tanh", "sigmoid") or neuron.temperature == designed_for:
        return
    slope = designed_for / neuron.temperature
    explained = neuron.unit * neuron.activation(slope * sweep.sums)
    left = float(np.abs(sweep.circuit - explained).max())
    yield Finding(
        code="temperature-drift",
        severity=Severity.WARNING,
        message=(
            f"The transistor pair is {neuron.temperature - 273.15:.4g} °C warm, and its slope was "
            f"set for {designed_for - 273.15:.4g} °C: V_T = kT/q makes it {slope:.4f} of that. "
            f"With this slope the equation would be within {100 * left / full_scale:.2g} % of full "
            f"scale. A real circuit needs an attenuator that grows with temperature."
        ),
    )


def _edge(
    neuron: ArtificialNeuron, sweep: Transfer, response: Transfer, edge: float
) -> Iterator[Finding]:
    if neuron.function != "step":
        return
    left_out = sum(int(np.count_nonzero(~run.judged)) for run in (sweep, response))
    yield Finding(
        code="edge-left-out",
        severity=Severity.NOTE,
        message=(
            f"Points whose sum is within ±{engineering(edge * neuron.unit, 'V')} of the step's "
            f"edge are not judged, as a comparator of finite gain has no vertical edge; "
            f"{left_out} of {sweep.time.size + response.time.size} points lie there."
        ),
    )
