"""The f–I curve: how the firing rate of circuit and model grows with a constant current."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from spiketwin.circuits.pool import Failed, map_with_engines, require_some_result
from spiketwin.compare.agreement import Verdict
from spiketwin.compare.analyses.drives import usual_current
from spiketwin.compare.analyses.rates import measure_rate
from spiketwin.models import Constant
from spiketwin.models.checks import require_finite, require_positive
from spiketwin.models.errors import ParameterError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from spiketwin.circuits.pool import Simulate
    from spiketwin.compare.analyses.rate_measurement import RateMeasurement
    from spiketwin.compare.twin import Twin
    from spiketwin.models import Neuron, SpiketwinError

# excess over the rheobase, in rheobases: of the range where none is asked for, and of its nearest
LEAST, NEAREST, MOST = -0.5, 0.02, 4.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FiPoint:
    """One current of an f–I curve.

    Attributes:
        current: amperes.
        measured: both twins' rates; None where the run failed.
        failure: why it failed; None where it did not.
        analytic: hertz, by the neuron's own formula; None where it has none.
    """

    current: float
    measured: RateMeasurement | None
    failure: SpiketwinError | None
    analytic: float | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FiCurve:
    """Rates over currents, of circuit and model.

    Attributes:
        twin: which neuron.
        neuron: its parameters.
        tolerance: largest relative difference of rates that agrees.
        points: by increasing current; failed ones too.
    """

    twin: Twin[Any]
    neuron: Neuron
    tolerance: float
    points: tuple[FiPoint, ...]

    @property
    def measured(self) -> tuple[RateMeasurement, ...]:
        """The runs that did not fail."""
        return tuple(point.measured for point in self.points if point.measured is not None)

    @property
    def failed(self) -> tuple[FiPoint, ...]:
        """The runs that did."""
        return tuple(point for point in self.points if point.failure is not None)

    @property
    def fastest(self) -> float | None:
        """The rate that no current exceeds, in hertz: 1 / refractory time; None without one."""
        shortest = self.neuron.shortest_interval
        return 1 / shortest if shortest > 0 else None

    @property
    def worst(self) -> RateMeasurement | None:
        """Where the rates are farthest apart, relative to the model's; None where none fires."""
        firing = [measured for measured in self.measured if measured.deviation is not None]
        return max(firing, key=lambda measured: abs(measured.deviation or 0.0), default=None)

    @property
    def verdict(self) -> Verdict:
        """Agree where all rates do, at least one is not zero, and no run failed."""
        verdicts = {measured.verdict for measured in self.measured}
        if Verdict.DISAGREE in verdicts:
            return Verdict.DISAGREE
        if Verdict.UNDECIDED in verdicts or self.failed or self.worst is None:
            return Verdict.UNDECIDED
        return Verdict.AGREE


def fi_currents(
    twin: Twin[Any],
    neuron: Neuron,
    *,
    start: float | None = None,
    stop: float | None = None,
    points: int = 25,
) -> tuple[float, ...]:
    """Return the currents of an f–I curve in amperes, increasing.

    Where no range is given and the neuron has a rheobase r other than zero: a fifth of the currents
    from r − |r|/2 to just under r, and the rest from 1.02 r to r + 4 |r|, with excesses over r in
    equal ratios, because the curve is steep there. Else equal distances from ``start`` to ``stop``,
    which are the ends of that range where not given. Where there is no such rheobase, the range is
    from a tenth of the default stimulus's current to 2.5 times it.

    Raises:
        ParameterError: where there are fewer than two points, or the range has no length.
    """
    if points < 2:
        raise ParameterError(f"fi_currents.points must be at least 2, got {points}")
    rheobase = neuron.rheobase
    if rheobase:
        low, high = rheobase + LEAST * abs(rheobase), rheobase + MOST * abs(rheobase)
    else:
        usual = usual_current(twin, neuron)
        low, high = 0.1 * usual, 2.5 * usual
    first, last = low if start is None else start, high if stop is None else stop
    require_finite("fi_currents", "start", first, "A")
    require_finite("fi_currents", "stop", last, "A")
    if first >= last:
        raise ParameterError(
            f"fi_currents.start must lie below stop, got start {first!r} A and stop {last!r} A; "
            f"give both ends of the range (--from and --to)"
        )
    if start is None and stop is None and rheobase and points >= 5:
        below = points // 5
        silent = np.linspace(LEAST, -NEAREST, below)
        firing = np.geomspace(NEAREST, MOST, points - below)
        return tuple((rheobase + abs(rheobase) * np.concatenate((silent, firing))).tolist())
    return tuple(np.linspace(first, last, points).tolist())


def fi_curve(
    twin: Twin[Any],
    neuron: Neuron,
    currents: Sequence[float],
    *,
    tolerance: float = 1e-3,
    workers: int | None = None,
    deadline: float = 600.0,
    on_done: Callable[[int], None] | None = None,
) -> FiCurve:
    """Return the f–I curve of circuit and model; a run that fails keeps its place and its reason.

    Args:
        twin: which neuron.
        neuron: its parameters.
        currents: amperes, in any order.
        tolerance: largest relative difference of rates that agrees.
        workers: how many runs at once; as many as there are cores where not given.
        deadline: the longest that one run may take, in seconds of wall time.
        on_done: told how many currents are done.

    Raises:
        ParameterError: where the tolerance is not positive or a current not finite.
        SpiketwinError: the first failure, where all runs failed.
    """
    require_positive("fi_curve", "tolerance", tolerance, "of a rate")
    drives = [Constant(current=current) for current in sorted(currents)]

    def measure(drive: Constant, simulate: Simulate) -> RateMeasurement:
        return measure_rate(twin, neuron, drive, simulate, tolerance=tolerance)

    outcomes = map_with_engines(
        measure, drives, workers=workers, deadline=deadline, on_done=on_done
    )
    require_some_result(outcomes)
    law = twin.firing_rate
    points = tuple(
        FiPoint(
            current=drive.current,
            measured=None if isinstance(outcome, Failed) else outcome,
            failure=outcome.error if isinstance(outcome, Failed) else None,
            analytic=None if law is None else law(neuron, drive.current),
        )
        for drive, outcome in zip(drives, outcomes, strict=True)
    )
    return FiCurve(twin=twin, neuron=neuron, tolerance=tolerance, points=points)
