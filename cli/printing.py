"""What the commands print alike: a verdict in its colour, the numbers behind it, and tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console

    from spiketwin.compare.report.summary import Summary
    from spiketwin.compare.report.table import Table


def print_verdict(console: Console, summary: Summary) -> None:
    """Print the answer, what was compared, and why the answer is what it is."""
    from rich.text import Text

    colour = {"agree": "green", "disagree": "red", "undecided": "yellow"}[summary.verdict]
    console.print(Text(summary.title, style=f"bold {colour}"))
    console.print(Text(summary.subject))
    console.print(Text(summary.reason))


def print_figures(console: Console, summary: Summary) -> None:
    """Print the numbers behind an answer, one to a line."""
    from rich.table import Table as Grid
    from rich.text import Text

    grid = Grid(box=None, show_header=False, padding=(0, 2, 0, 0))
    for figure in summary.figures:
        grid.add_row(Text(figure.name), Text(figure.value, style="bold"), Text(figure.note))
    console.print(grid)


def print_table(console: Console, table: Table, **look: Any) -> None:
    """Print a table of the report; ``look`` is what rich's own takes, such as its box."""
    from rich.table import Table as Grid
    from rich.text import Text

    grid = Grid(title=table.title, title_justify="left", **look)
    for k, column in enumerate(table.columns):
        grid.add_column(column, justify="right" if k and table.numeric else "left")
    for row in table.rows:
        grid.add_row(*map(Text, row))
    console.print(grid)
