"""What decides a figure: each source moved by itself, the strongest on top."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spiketwin.compare.report.plotting import (
    INK,
    MODEL,
    MUTED,
    SOFT_CIRCUIT,
    Plot,
    new_figure,
    svg_of,
)
from spiketwin.compare.studies.page.headline import shortened
from spiketwin.compare.studies.page.wording import (
    axis_scale,
    axis_words,
    quantity,
    share_words,
    spoken,
)

if TYPE_CHECKING:
    from spiketwin.compare.studies.results.parts import Sensitivity

_SHOWN = 12
_LONGEST = 26


def tornado_plot(found: Sensitivity) -> Plot:
    """Return what each source does to a figure at ±1 of its own standard deviations."""
    shown = sorted(
        found.effects,
        key=lambda effect: (
            -max(abs(effect.below - found.nominal), abs(effect.above - found.nominal))
        ),
    )[:_SHOWN]
    height = 78 + 26 * len(shown)
    figure = new_figure(720, height)
    axes = figure.add_subplot()
    figure.subplots_adjust(left=0.25, right=0.93, top=1 - 30 / height, bottom=44 / height)
    ends = [end for effect in shown for end in (effect.below, effect.above)]
    reach = max((abs(end - found.nominal) for end in ends), default=0.0) or 1.0
    factor, unit = axis_scale(reach, found.unit)
    for row, effect in enumerate(shown):
        for end, colour, label in (
            (effect.below, MODEL, "source at −1 σ"),
            (effect.above, SOFT_CIRCUIT, "source at +1 σ"),
        ):
            axes.barh(
                row, (end - found.nominal) * factor, height=0.62, color=colour,
                label="_" if row else label,
            )  # fmt: skip
        axes.annotate(
            share_words(effect.share), (1, row), xycoords=axes.get_yaxis_transform(),
            xytext=(6, 0), textcoords="offset points", va="center", fontsize=9, color=MUTED,
        )  # fmt: skip
    axes.axvline(0, color=INK, linewidth=1.0)
    axes.set_xlim(-1.06 * reach * factor, 1.06 * reach * factor)
    axes.set_ylim(len(shown) - 0.4, -0.6)
    axes.set_yticks(range(len(shown)), [shortened(one.source, _LONGEST) for one in shown])
    axes.grid(visible=False, axis="y")
    axes.tick_params(axis="y", length=0)
    name = spoken(found.name)
    axes.set_xlabel(axis_words(f"change of the {name}", unit))
    figure.legend(loc="upper left", ncols=2, bbox_to_anchor=(0.24, 1.01), handlelength=1.6)
    left_out = len(found.effects) - len(shown)
    return Plot(
        key=f"tornado-{found.name.replace('_', '-')}",
        title=f"What moves the {name}",
        svg=svg_of(figure, f"tornado-{found.name.replace('_', '-')}"),
        finding=(
            f"From {quantity(found.nominal, found.unit)} without deviations, the {name} moves by "
            f"{quantity(reach, found.unit, 3)} at most, by {shown[0].source}."
        ),
        caption=(
            f"Each bar is a run in which one source alone deviates by one of its own standard "
            f"deviations; zero is {quantity(found.nominal, found.unit)}, without any. At the right "
            f"each source’s share of the variance, to first order."
            + (f" {left_out} weaker sources are left out." if left_out else "")
        ),
    )
