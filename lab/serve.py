"""A server of the built page for this machine alone, on loopback: files, and nothing else."""

from __future__ import annotations

import errno
import sys
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from spiketwin.models.errors import ParameterError

if TYPE_CHECKING:
    from io import BytesIO
    from os import PathLike

LOOPBACK = "127.0.0.1"
# the first that is asked for where none is named: the same address as last time keeps what the
# browser keeps for it
USUAL_PORT = 8613
# The machine's own table may be wrong or empty, and a browser runs no module of another type.
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".md": "text/markdown; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
}
# Nothing from another host, whatever the page asks for; uPlot sets styles.
POLICY = (
    "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; form-action 'none'"
)


class _Files(SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def guess_type(self, path: str | PathLike[str]) -> str:
        return TYPES.get(Path(path).suffix, "application/octet-stream")

    def end_headers(self) -> None:
        # asked for anew each time, and answered by "not modified": the page after a new build
        self.send_header("Cache-Control", "no-cache")
        self.send_header("Content-Security-Policy", POLICY)
        self.send_header("X-Content-Type-Options", "nosniff")
        super().end_headers()

    def list_directory(self, path: Any) -> BytesIO | None:  # noqa: ARG002 - the base's
        self.send_error(HTTPStatus.NOT_FOUND)
        return None

    def log_message(self, *_: object) -> None:
        """Say nothing of each file."""


class Server(ThreadingHTTPServer):
    """Serves one folder; ``address`` is where a browser finds it."""

    daemon_threads = True
    allow_reuse_address = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a browser that hangs up: it has closed a tab, or turned a page."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)

    @property
    def address(self) -> str:
        """The page's address."""
        return f"http://{LOOPBACK}:{self.server_port}/"


def built_folder() -> Path:
    """Return where the built page lies in this installation.

    Raises:
        ParameterError: where it was not built.
    """
    folder = Path(str(files("spiketwin.lab"))) / "built"
    if not (folder / "index.html").is_file():
        raise ParameterError(
            f"the lab's page is not built: there is no {folder / 'index.html'}; run 'make lab' in "
            f"a checkout"
        )
    return folder


def open_server(folder: Path, port: int | None = None) -> Server:
    """Return a server that listens; ``serve_forever`` answers.

    Args:
        folder: what it serves.
        port: zero for any that is free; where not given, the usual one or else any.

    Raises:
        ParameterError: where the port is taken, or no port.
    """
    handler = partial(_Files, directory=str(folder))
    if port is None:
        try:
            return Server((LOOPBACK, USUAL_PORT), handler)
        except OSError:
            return Server((LOOPBACK, 0), handler)
    try:
        return Server((LOOPBACK, port), handler)
    except (OSError, OverflowError) as error:
        taken = isinstance(error, OSError) and error.errno == errno.EADDRINUSE
        reason = "is taken" if taken else "cannot be had"
        raise ParameterError(f"the port {port} {reason}; leave --port out for a free one") from None
