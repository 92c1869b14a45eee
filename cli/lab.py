"""``spiketwin lab``: serve the teaching page on this machine, and open the browser."""

from __future__ import annotations

import webbrowser
from typing import TYPE_CHECKING

from spiketwin.cli.main import AGREE
from spiketwin.lab.serve import built_folder, open_server

if TYPE_CHECKING:
    import argparse


def run_lab(options: argparse.Namespace) -> int:
    """Serve until Ctrl-C; return the exit code."""
    with open_server(built_folder(), options.port) as server:
        print(f"The lab: {server.address}   (Ctrl-C ends it)", flush=True)
        try:
            if not options.no_browser:
                webbrowser.open(server.address)
            server.serve_forever()
        except KeyboardInterrupt:
            print()
    return AGREE
