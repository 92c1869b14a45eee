"""The child process with libngspice: ``python -m spiketwin.circuits.worker FD LIBRARY MEMORY``.

It answers one deck after another over a socket, and leaves the judgement of a run to the engine. It
ends when the socket closes, at the latest a second after its parent has died.
"""

from __future__ import annotations

import os
import queue
import resource
import select
import signal
import socket
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from spiketwin.circuits import elements, speech, wire
from spiketwin.circuits.pyspice import Ngspice

if TYPE_CHECKING:
    from collections.abc import Mapping

_HALT_AGAIN = 0.05  # s
_THREAD_START = 10.0  # s


@dataclass(frozen=True, slots=True, kw_only=True)
class _Request:
    """A deck to run, line by line, and the node voltages wanted of it.

    Its number tells a halt that is meant for it from one that came too late for the run before.
    """

    number: int
    lines: list[str]
    nodes: list[str]


def main(descriptor: int, library: Path, memory_limit: int | None) -> None:
    """Serve decks until the socket closes."""
    end = socket.socket(fileno=descriptor)
    _retire()
    requests: queue.SimpleQueue[_Request] = queue.SimpleQueue()
    events: queue.SimpleQueue[str] = queue.SimpleQueue()
    ears = threading.Thread(target=_listen, args=(end, os.getppid(), requests, events), daemon=True)
    ears.start()
    try:
        ngspice = Ngspice(library, events)
    except (OSError, AttributeError, NameError) as error:
        wire.send(end, {"kind": "unusable", "said": [str(error)]})
        return
    _limit_memory(memory_limit)
    ngspice.forget()  # what it said while starting up is about no deck
    wire.send(end, {"kind": "ready", "version": ngspice.ngspice_version})
    while True:
        _answer(end, ngspice, events, requests.get())
        ngspice.clear()  # after the answer, so that nobody waits for it


def _answer(
    end: socket.socket, ngspice: Ngspice, events: queue.SimpleQueue[str], request: _Request
) -> None:
    loaded = ngspice.load(request.lines)
    if ngspice.gave_up() or not loaded or speech.failures(ngspice.stderr_lines):
        _reply(end, "refused", ngspice.stderr_lines)
        return
    listing = ngspice.listing_expanded()
    complaints = elements.complaints(listing)
    if complaints:
        _reply(end, "faulty", complaints)
        return
    watched = elements.watched(listing)
    for vector in [*(f"v({node.lower()})" for node in request.nodes), *watched]:
        ngspice.command(f"save {vector}")

    begun = time.perf_counter()
    ngspice.command("bg_run")
    how = _wait(ngspice, events, f"halt {request.number}")
    seconds = time.perf_counter() - begun

    said = list(ngspice.stderr_lines)  # before the search for vectors that may not be there
    if how == "ended" and (ngspice.gave_up() or speech.is_fatal(said)):
        how = "exited"
    # After an exit ngspice's memory is in no state to be read.
    names = ["time", *request.nodes, *watched] if how in {"ended", "halted"} else []
    found = {name: data for name in names if (data := ngspice.vector(name)) is not None}
    _reply(end, how, said, seconds, found)


def _reply(
    end: socket.socket,
    kind: str,
    said: list[str],
    seconds: float = 0.0,
    found: Mapping[str, memoryview[float]] | None = None,
) -> None:
    found = found or {}
    header = {"kind": kind, "said": said, "seconds": seconds, "names": list(found)}
    wire.send(end, header, list(found.values()))


def _wait(ngspice: Ngspice, events: queue.SimpleQueue[str], halt: str) -> str:
    """Wait for the background run to end, or make it end at ``halt``; return how it did."""
    begun = halted = False
    while True:
        timeout = _THREAD_START if not begun else _HALT_AGAIN if halted else None
        try:
            event = events.get(timeout=timeout)
        except queue.Empty:
            if not begun:
                return "no thread"
            event = halt
        if event == "ended":
            break
        begun |= event == "begun"
        halted |= event == halt
        # Not before its thread has begun: ngspice would take it for the end of the run before, and
        # never hear of another.
        if begun and halted:
            ngspice.command("bg_halt")
    while ngspice.running():
        time.sleep(0)
    return "halted" if halted else "ended"


def _listen(
    end: socket.socket,
    parent: int,
    requests: queue.SimpleQueue[_Request],
    events: queue.SimpleQueue[str],
) -> None:
    """Take messages off the socket, also during a run; end the process with its parent."""
    while True:
        # A fork of the parent may hold the socket open after the parent's death: so ask for it.
        while not select.select([end], [], [], 1.0)[0]:
            if os.getppid() != parent:
                os._exit(0)
        message = wire.receive(end)
        match message and message.header:
            case {"kind": "halt", "number": int(number)}:
                events.put(f"halt {number}")
            case {"kind": "run", "number": int(number), "lines": list(lines), "nodes": list(nodes)}:
                requests.put(_Request(number=number, lines=lines, nodes=nodes))
            case _:
                os._exit(0)


def _retire() -> None:
    """Leave the caller's terminal and files alone.

    The working directory and home are one that no longer exists: ngspice finds no start-up file in
    it, and a deck cannot leave anything behind.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    nowhere = tempfile.mkdtemp(prefix="spiketwin-")
    os.chdir(nowhere)
    Path(nowhere).rmdir()
    os.environ["HOME"] = nowhere


def _limit_memory(limit: int | None) -> None:
    """Let the process grow by ``limit`` bytes beyond what Python and the library take."""
    statm = Path("/proc/self/statm")
    if limit is None or not statm.exists():  # macOS does not enforce RLIMIT_AS
        return
    taken = int(statm.read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (taken + limit, taken + limit))


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]) if sys.argv[3] != "none" else None)
