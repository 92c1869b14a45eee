"""Every spike of a comparison, each beside its partner: the rows of the tables and of the CSV."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from itertools import repeat
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spiketwin.compare.comparison import Comparison


class SpikeStatus(StrEnum):
    """What became of a spike in the pairing."""

    MATCHED = "matched"
    MISSED = "missed"
    EXTRA = "extra"
    AT_THE_END = "at the end"


@dataclass(frozen=True, slots=True, kw_only=True)
class SpikeRow:
    """One spike of the model, of the circuit, or of both.

    Attributes:
        status: matched; missed by the circuit; extra in the circuit; or so near the end of the run
            that its partner may lie beyond, and not counted.
        model: seconds, None where the model has none.
        circuit: seconds, None where the circuit has none.
        shift: seconds, circuit minus model, of a matched pair.
        uncertainty: seconds, numerical, of the shift; None where it is not known.
        local_shift: seconds, circuit minus the model that starts anew at the circuit's spike
            before; None for the first spike, or where that model does not fire.
    """

    status: SpikeStatus
    model: float | None = None
    circuit: float | None = None
    shift: float | None = None
    uncertainty: float | None = None
    local_shift: float | None = None

    @property
    def time(self) -> float:
        """The model's spike, or else the circuit's, in seconds."""
        known = self.circuit if self.model is None else self.model
        return math.nan if known is None else known


def spike_rows(comparison: Comparison) -> tuple[SpikeRow, ...]:
    """Return all spikes of both twins in the order of time."""
    agreement, match = comparison.agreement, comparison.agreement.match
    model, circuit = comparison.model.spikes.times, comparison.circuit.spikes.train.times
    local = comparison.local_shifts
    uncertainties = (
        repeat(None) if agreement.uncertainty is None else agreement.uncertainty.tolist()
    )

    def local_shift(spike: int) -> float | None:
        return float(local[spike - 1]) if spike and math.isfinite(local[spike - 1]) else None

    rows = [
        SpikeRow(
            status=SpikeStatus.MATCHED,
            model=float(model[i]),
            circuit=float(circuit[j]),
            shift=shift,
            uncertainty=uncertainty,
            local_shift=local_shift(j),
        )
        for (i, j), shift, uncertainty in zip(
            match.pairs.tolist(), match.shifts.tolist(), uncertainties, strict=False
        )
    ]
    missed, extra = set(match.missed.tolist()), set(match.extra.tolist())
    paired_model, paired_circuit = set(match.pairs[:, 0].tolist()), set(match.pairs[:, 1].tolist())
    rows += [
        SpikeRow(
            status=SpikeStatus.MISSED if time in missed else SpikeStatus.AT_THE_END, model=time
        )
        for i, time in enumerate(model.tolist())
        if i not in paired_model
    ]
    rows += [
        SpikeRow(
            status=SpikeStatus.EXTRA if time in extra else SpikeStatus.AT_THE_END,
            circuit=time,
            local_shift=local_shift(j),
        )
        for j, time in enumerate(circuit.tolist())
        if j not in paired_circuit
    ]
    return tuple(sorted(rows, key=lambda row: row.time))
