"""Values, tolerances, yields and places in words: what the page and the terminal share."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from spiketwin.compare.report.wording import UNKNOWN, minus, percent, si_scale, with_error
from spiketwin.compare.studies.results.criteria import CRITERIA, DISTANCES
from spiketwin.models.quantities import engineering

if TYPE_CHECKING:
    from collections.abc import Mapping

    from spiketwin.compare.studies.plan import Spread
    from spiketwin.compare.studies.results.parts import Cell, Yield
    from spiketwin.compare.studies.study import Study
    from spiketwin.compare.validate.designs.design import Tolerance

_SPOKEN = {
    "tau": "time constant τ",
    "max_shift": "largest shift as built",
    "rms_shift": "rms shift as built",
    "designed_max_shift": "largest shift from the design",
    "designed_rms_shift": "rms shift from the design",
    "designed_largest_error": "largest error from the design",
    "designed_rms_error": "rms error from the design",
}
# a prefix before a degree reads as nonsense
_PLAIN = ("", "°C")


def quantity(value: float | None, unit: str, digits: int = 4) -> str:
    """Return a value with its unit and prefix; a dash where it is not known."""
    if value is None or not math.isfinite(value):
        return UNKNOWN
    # a zero has no sign for a reader
    known = value + 0.0
    if unit in _PLAIN:
        return minus(f"{known:.{digits}g} {unit}".rstrip())
    return minus(engineering(known, unit, digits))


def uncertain(value: float | None, error: float | None, unit: str) -> str:
    """Return a value with its standard error; a dash where it is not known."""
    if value is None:
        return UNKNOWN
    if error is None or not error:
        return quantity(value, unit)
    if abs(value) < error / 100:
        value = 0.0
    if unit in _PLAIN:
        decimals = max(1 - math.floor(math.log10(error)), 0)
        return minus(f"{value:.{decimals}f} ± {error:.{decimals}f} {unit}".rstrip())
    return minus(with_error(value, error, unit))


def ratio_words(value: float | None, error: float | None = None) -> str:
    """Return a ratio in per cent, with its standard error where that is known."""
    if value is None:
        return UNKNOWN
    if error is None or not error:
        return minus(f"{100 * value:.3g} %")
    decimals = min(max(1 - math.floor(math.log10(100 * error)), 0), 6)
    return minus(f"{100 * value:.{decimals}f} ± {100 * error:.{decimals}f} %")


def span_words(low: float, high: float, unit: str) -> str:
    """Return an interval in one unit: 106.4 … 117.6 Hz."""
    factor, prefixed = axis_scale(max(abs(low), abs(high)), unit)
    return minus(f"{low * factor:.4g} … {high * factor:.4g} {prefixed}".rstrip())


def axis_scale(largest: float, unit: str) -> tuple[float, str]:
    """Return the factor to, and the words of, the unit in which an axis reads well."""
    return (1.0, unit) if unit in _PLAIN else si_scale(largest, unit)


def axis_words(name: str, unit: str) -> str:
    """Return what an axis is called, with its unit where it has one: rate (Hz)."""
    return f"{name} ({unit})" if unit else name


def whole_number(number: int) -> str:
    """Return a count in groups of three digits: 812, 1,000."""
    return f"{number:,}"


def yield_words(share: Yield) -> str:
    """Return a yield with its interval: 81.2 % (78.7 … 83.5 %); a dash without a trial."""
    interval = interval_words(share)
    return fraction_words(share) + (f" ({interval})" if interval else "")


def fraction_words(share: Yield) -> str:
    """Return a yield alone, with the digits that its interval leaves."""
    if share.fraction is None:
        return UNKNOWN
    return f"{100 * share.fraction:.{_decimals(share)}f} %"


def interval_words(share: Yield) -> str:
    """Return a yield's interval: 78.7 … 83.5 %; nothing where there is none."""
    if share.low is None or share.high is None:
        return ""
    decimals = _decimals(share)
    return f"{100 * share.low:.{decimals}f} … {100 * share.high:.{decimals}f} %"


def _decimals(share: Yield) -> int:
    if share.low is None or share.high is None:
        return 1
    return min(max(1 - math.floor(math.log10(50 * (share.high - share.low))), 1), 6)


def tolerance_words(key: str, tolerance: Tolerance) -> str:
    """Return a tolerance in words: rate within 5 %."""
    if tolerance.unit:
        return f"{key} within {quantity(tolerance.value, tolerance.unit)}"
    base = {
        "shift": " of an interval",
        "error": " of full scale",
        "threshold": " of the swing",
        "reset": " of the swing",
    }.get(key, "")
    return f"{key} within {percent(tolerance.value)}{base}"


def within_words(within: Mapping[str, Tolerance]) -> str:
    """Return all tolerances in words."""
    return listed([tolerance_words(key, tolerance) for key, tolerance in within.items()])


def listed(items: list[str]) -> str:
    """Return items as a sentence lists them."""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"


def cell_words(study: Study, cell: Cell) -> str:
    """Return where a cell is: its axes' values and its corner; "as drawn" where there are none."""
    units = {parameter.name: parameter.unit for parameter in study.plan.parameters}
    named = [f"{name} {quantity(value, units[name], 6)}" for name, value in cell.designed.items()]
    if cell.corner is not None:
        named.append(f"corner {cell.corner}")
    elif study.plan.corners and named:
        named.append("as drawn")
    return ", ".join(named) or "as drawn"


def idle_words(study: Study, names: tuple[str, ...]) -> str:
    """Return the sentence on what was varied and changed nothing."""
    what = listed(list(names))
    sentence = f"{what[0].upper()}{what[1:]} changed nothing: all figures are the same to the bit."
    # the circuit's, and not a membrane's own, which is in kelvins
    warm = {one.name for one in study.plan.parameters if one.unit == "°C"}
    thermal = warm | {
        f"corner {corner.name}"
        for corner in study.plan.corners
        if warm.issuperset(name for name, _ in corner.values)
    }
    if thermal.isdisjoint(names):
        return sentence
    return (
        f"{sentence} A temperature acts on transistors, diodes and what has a coefficient; of "
        f"other parts give the values that they have there."
    )


def shown_figure(study: Study) -> str:
    """Return the figure of which the page says what decides it.

    That of the first tolerance. A distance follows no source in a straight line, and has its least
    value at the design; where one is judged, it is another judged figure, or else the rate.
    """
    judged = [CRITERIA[key].figure for key in study.within]
    given = {figure.name for figure in study.target.figures}
    plain = [name for name in [*judged, "rate"] if name in given and name not in DISTANCES]
    return (plain or judged)[0]


def share_words(share: float) -> str:
    """Return a share of the variance; what is next to nothing as such."""
    return "< 0.01 %" if 0 < share < 1e-4 else f"{100 * share:.3g} %"


def spoken(name: str) -> str:
    """Return a column's name as words that can follow "the"."""
    return _SPOKEN.get(name, name.replace("_", " "))


def spread_words(spread: Spread) -> str:
    """Return a spread in words: 5 %, uniform."""
    width = quantity(spread.width, spread.unit) if spread.unit else percent(spread.width)
    shape = "" if spread.shape == "normal" else f", {spread.shape.value}"
    return width + shape + ("" if spread.truncated is None else f", cut at {spread.truncated:g} σ")
