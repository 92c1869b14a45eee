"""What a study says: counts, yields, distributions, what decides, and the worst cases."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class Yield:
    """How many of the trials passed.

    A trial is one sample of the sources, judged over all places and corners: a part passes where it
    passes everywhere. Without samples a trial is a place and corner, and nothing is random.

    Attributes:
        trials: that count.
        passed: within every tolerance.
        outside: beyond one by more than its uncertainty.
        undecided: neither; they do not count as passed.
        failed: with a run that failed, and none beyond; they do not count as passed either.
        low, high: Wilson's interval of the fraction that passes; None where nothing is random.
    """

    trials: int
    passed: int
    outside: int
    undecided: int
    failed: int
    low: float | None
    high: float | None

    @property
    def fraction(self) -> float | None:
        """Passed of all trials; None without a trial."""
        return self.passed / self.trials if self.trials else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Distribution:
    """How a figure is spread over the samples of one cell.

    Attributes:
        name, unit: the figure's.
        count: samples in which it is known.
        mean: in ``unit``, as all that follow.
        mean_error: standard error of the mean.
        deviation: the standard deviation, n − 1 in its denominator; None of less than two.
        deviation_error: its standard error, by the fourth moment; None of less than four.
        variation: CV, the deviation over |mean|; None where the mean is zero.
        variation_error: its standard error; a ratio.
        least, low, median, high, most: extremes and the 2.5, 50 and 97.5 % quantiles.
        nominal: what the design has; None where that is open.
        limits: between which a run passes; None where the figure is not judged. A distance from the
            design has zero as its lower limit.
    """

    name: str
    unit: str
    count: int
    mean: float
    mean_error: float | None
    deviation: float | None
    deviation_error: float | None
    variation: float | None
    variation_error: float | None
    least: float
    low: float
    median: float
    high: float
    most: float
    nominal: float | None = None
    limits: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What one source does to one figure, by the probes.

    Attributes:
        source: its name.
        below, above: the figure with the source at -1 and +1 of its standard deviations; in the
            figure's unit.
        slope: half their difference: the change per standard deviation of the source. Of a distance
            their mean above the nominal one.
        error: numerical uncertainty of the slope.
        share: of the linear prediction's variance, from 0 to 1; 0 where nothing moves it.
    """

    source: str
    below: float
    above: float
    slope: float
    error: float
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Sensitivity:
    """What decides a figure in one cell: each source by itself, and all together.

    Attributes:
        name, unit: the figure's.
        nominal: the figure without any deviation.
        effects: one for each source that could be probed on both sides, the largest share first.
        missing: sources of which a probe failed or did not tell the figure.
        predicted: standard deviation if the figure were linear in all sources.
        predicted_error: its numerical uncertainty.
        count: of the samples in which the figure is known.
        observed: their standard deviation; None where there are too few.
        observed_error: its standard error.
    """

    name: str
    unit: str
    nominal: float
    effects: tuple[Effect, ...]
    missing: tuple[str, ...]
    predicted: float
    predicted_error: float
    count: int
    observed: float | None
    observed_error: float | None

    @property
    def told(self) -> bool:
        """Whether the sources move the figure by more than its numerical uncertainty."""
        return self.predicted > self.predicted_error

    @property
    def linear(self) -> bool | None:
        """Whether prediction and observation agree within both errors; None where it is open.

        Few samples that happen to lie close together tell too small an error of their deviation;
        were the prediction true, that of n normal ones would be the predicted/√(2 (n − 1)).
        """
        if self.observed is None or self.observed_error is None or self.missing:
            return None
        expected = self.predicted / math.sqrt(2 * (self.count - 1))
        allowed = SIGNIFICANT * max(self.observed_error, expected) + self.predicted_error
        return abs(self.observed - self.predicted) <= allowed


# so many standard errors make a difference, as in compare and validate
SIGNIFICANT = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One place of the grid in one corner.

    Attributes:
        place: its number.
        corner: its name; None as drawn.
        designed: the axes' values there, by name, in SI units.
        nominal: how the run without deviation came out: "passed", "outside", "undecided", "failed";
            None where it was not run.
        figures: of that run, and what the design has, by name in SI units; those that are known.
        share: of this cell's own samples; of its one run where there are none.
        distributions: of each figure that is known in some sample; empty without samples.
        sensitivities: of each figure that the probes tell; empty without.
    """

    place: int
    corner: str | None
    designed: Mapping[str, float]
    nominal: str | None
    figures: Mapping[str, float]
    share: Yield
    distributions: tuple[Distribution, ...]
    sensitivities: tuple[Sensitivity, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WorstCase:
    """A run far from the design.

    Attributes:
        index: of the point.
        key: of the tolerance that it is nearest to, or farthest beyond.
        deviation: from the design, in ``unit``.
        unit: SI.
        ratio: |deviation| over what is allowed; infinite where a spike too many or too few decides.
        outcome: "passed", "outside" or "undecided".
        place, corner: where.
        values: what was varied, by name, in SI units.
        command: that runs it again.
    """

    index: int
    key: str
    deviation: float
    unit: str
    ratio: float
    outcome: str
    place: int
    corner: str | None
    values: Mapping[str, float]
    command: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Runs that failed, or disagree, for one reason.

    Attributes:
        reason: in the words of the first of them; numbers aside the others have the same. Empty
            where the figures alone tell.
        runs: how many.
        first: index of the first.
        command: that runs the first again.
    """

    reason: str
    runs: int
    first: int
    command: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StudySummary:
    """All that a study says.

    Attributes:
        planned: runs in the plan.
        finished: runs in the table.
        uncounted: of those, samples beyond the last trial that counts: the study was interrupted,
            or stopped early while they were under way.
        failed: runs that failed.
        as_built: how many finished runs agree with their own equation, by verdict.
        share: the yield, over all cells.
        required: the yield that was asked for; None where none was.
        cells: each place and corner, in the plan's order.
        shown: the cell with the least yield; of equals the first.
        worst: the farthest from the design, the worst first.
        failures: why runs failed, the most frequent reason first.
        disagreements: why circuits are not what their own equations say, in the same order.
        seconds, engine_seconds: of all runs on their workers, and of ngspice's part.
    """

    planned: int
    finished: int
    uncounted: int
    failed: int
    as_built: Mapping[str, int]
    share: Yield
    required: float | None
    cells: tuple[Cell, ...]
    shown: int
    worst: tuple[WorstCase, ...]
    failures: tuple[Reason, ...]
    disagreements: tuple[Reason, ...]
    seconds: float
    engine_seconds: float

    @property
    def cell(self) -> Cell:
        """The cell with the least yield."""
        return self.cells[self.shown]

    @property
    def met(self) -> bool | None:
        """Whether the required yield is reached; None where none is required, or it is open.

        It is reached where the whole interval is at or above it, and missed where all of it is
        below.
        """
        if self.required is None or self.share.fraction is None:
            return None
        low, high = self.share.low, self.share.high
        if low is None or high is None:
            return self.share.fraction >= self.required
        return True if low >= self.required else False if high < self.required else None
