"""The table of spikes, which may be too many to show."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from spiketwin.compare.report.table import Table
from spiketwin.compare.report.wording import UNKNOWN, minus, si_scale
from spiketwin.compare.spike_rows import SpikeRow, SpikeStatus, spike_rows

if TYPE_CHECKING:
    from spiketwin.compare.comparison import Comparison

# a table of spikes longer than this shows its first, last and worst rows
MOST_SPIKE_ROWS = 30
FIRST_ROWS, LAST_ROWS, WORST_ROWS = 12, 6, 6


def spike_table(comparison: Comparison) -> Table:
    """Return the spikes; the first, the last and the worst where there are many."""
    rows = spike_rows(comparison)
    shown = _shown(rows)
    time, time_unit = si_scale(comparison.settings.duration, "s")
    small = [
        abs(value)
        for row in rows
        for value in (row.shift, row.uncertainty, row.local_shift)
        if value
    ]
    shift, shift_unit = si_scale(max(small, default=0.0), "s")
    # one more digit than the shift's own first, as far as a float carries
    finest = max(min(small, default=comparison.settings.duration * 1e-6) / 10, 1e-15)
    decimals = max(0, min(-math.floor(math.log10(finest * time)), 12))

    def number(value: float | None, factor: float, digits: int) -> str:
        return UNKNOWN if value is None else minus(f"{value * factor:.{digits}f}")

    return Table(
        key="spikes",
        title="Spikes",
        columns=(
            "spike",
            f"model ({time_unit})",
            f"circuit ({time_unit})",
            f"shift ({shift_unit})",
            f"uncertainty ({shift_unit})",
            f"local shift ({shift_unit})",
            "status",
        ),
        rows=tuple(
            (
                str(k + 1),
                number(rows[k].model, time, min(decimals, 9)),
                number(rows[k].circuit, time, min(decimals, 9)),
                number(rows[k].shift, shift, 2),
                number(rows[k].uncertainty, shift, 2),
                number(rows[k].local_shift, shift, 2),
                rows[k].status.value,
            )
            for k in shown
        ),
        note=(
            "There is no spike."
            if not rows
            else "All spikes are shown."
            if len(shown) == len(rows)
            else (
                f"Of {len(rows)} spikes, {len(shown)} are shown: the first {FIRST_ROWS}, the last "
                f"{LAST_ROWS}, the first without a partner, and those with the largest shifts. "
                f"All of them are in spikes.csv."
            )
        ),
    )


def _shown(rows: tuple[SpikeRow, ...]) -> list[int]:
    if len(rows) <= MOST_SPIKE_ROWS:
        return list(range(len(rows)))
    by_shift = sorted(range(len(rows)), key=lambda k: -abs(rows[k].shift or 0.0))
    lone = [k for k, row in enumerate(rows) if row.status is not SpikeStatus.MATCHED]
    ends = [*range(FIRST_ROWS), *range(len(rows) - LAST_ROWS, len(rows))]
    return sorted({*ends, *by_shift[:WORST_ROWS], *lone[:WORST_ROWS]})
