"""Where the commands print."""

from __future__ import annotations

from rich.console import Console

from spiketwin.cli.main import print_no_more


class Output(Console):
    """Standard output.

    Whoever reads it may go before the end, as ``head`` does. The command goes on in silence then:
    its files and its exit code, which is the verdict, are wanted all the same.
    """

    def on_broken_pipe(self) -> None:
        """Print no more."""
        self.quiet = True
        print_no_more()
