"""How far the simulated spike times are from those of the circuit's own equations.

The circuit is run again with half the maximum step, and with a quarter of the solver's tolerances
where the deck sets them. The trapezoidal rule's error falls as h², so
the finer run's error is a third of the change; Roache's grid convergence index (J. Fluids Eng.
116:405, 1994) takes three times the extrapolated error where only two grids are compared, since
their order is assumed and not observed.

A circuit of smooth parts has no event that the solver would place. It comes upon each spike in
whatever steps its tolerances allow, and the error of a spike is a matter of luck: at one spike two
runs may be off alike. There the largest change of the whole run counts for each spike, the order is
taken for 1, and the circuit's measured resolution is added.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from spiketwin.compare.agreement import match_spikes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from spiketwin.circuits.events import DetectedSpikes
    from spiketwin.compare.agreement import SpikeMatch

SAFETY_FACTOR = 3.0
ASSUMED_ORDER = 2.0
ORDER_WITHOUT_EVENTS = 1.0


def refinement_uncertainty(
    runs: Sequence[DetectedSpikes],
    *,
    resolution: float | None = None,
    change: SpikeMatch | None = None,
) -> NDArray[np.float64] | None:
    """Return the uncertainty of each spike of the last run in seconds, shape (k,).

    That is 3·|change| / (2^p − 1) and half the solver's step at the spike. The change is the
    largest up to that spike, because errors accumulate and a change that happens to pass through
    zero proves nothing. The order p is 2; from three runs on it is observed, and taken between 1
    and 2.

    Args:
        runs: the circuit's spikes at a maximum step of h, h/2, h/4, …; two at least.
        resolution: seconds, of a circuit without events: what refining was seen not to resolve;
            None where the solver places the circuit's events.
        change: the last two runs' spikes matched, where the caller has that already.

    Returns:
        None where the last two runs do not have the same spikes, so that nothing can be said.
    """
    coarse, fine = runs[-2], runs[-1]
    match = match_spikes(coarse.train, fine.train) if change is None else change
    if match.missed.size or match.extra.size:
        return None
    if resolution is not None:
        largest = float(np.abs(match.shifts).max(initial=0.0))
        common = SAFETY_FACTOR * largest / (2**ORDER_WITHOUT_EVENTS - 1) + resolution
        return np.asarray(common + fine.reading)
    observed = observed_order(runs)
    order = ASSUMED_ORDER if observed is None else observed
    largest_yet = np.maximum.accumulate(np.abs(match.shifts))
    extrapolated = largest_yet / (2 ** min(max(order, 1.0), 2.0) - 1)
    return np.asarray(SAFETY_FACTOR * extrapolated + fine.reading)


def observed_order(runs: Sequence[DetectedSpikes]) -> float | None:
    """Return the order at which the last three runs converge; None where that is not known.

    Source: p = log2(change from h to h/2, over change from h/2 to h/4), root mean square changes.
    """
    if len(runs) < 3:
        return None
    first = match_spikes(runs[-3].train, runs[-2].train)
    second = match_spikes(runs[-2].train, runs[-1].train)
    if first.missed.size or first.extra.size or not first.shifts.size:
        return None
    older, newer = float(np.sum(first.shifts**2)), float(np.sum(second.shifts**2))
    if older <= 0 or newer <= 0:
        return None
    return 0.5 * float(np.log2(older / newer))
