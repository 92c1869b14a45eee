"""The child process that holds libngspice: ``python -m spiketwin.circuits.worker FD LIBRARY MEMORY``.

It answers one deck after another over a socket and never decides anything: what ngspice said and
computed goes back as it is. It ends when the socket closes, at the latest one second after its parent
has died. It works in a directory that is already deleted, where nothing can be read or left behind.
"""

from __future__ import annotations

import os
import queue
import resource
import select
import socket
import sys
import tempfile
import threading
import time
from pathlib import Path

from spiketwin.circuits import speech, wire
from spiketwin.circuits.pyspice import Ngspice

_HALT_AGAIN = 0.05  # s; ngspice loses a halt that arrives before its thread has begun
_THREAD_START = 10.0  # s


def main(descriptor: int, library: Path, memory_limit: int | None) -> None:
    """Serve decks until the socket closes."""
    end = socket.socket(fileno=descriptor)
    _retire()
    inbox: queue.SimpleQueue[wire.Message] = queue.SimpleQueue()
    events: queue.SimpleQueue[str] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(end, os.getppid(), inbox, events), daemon=True).start()
    try:
        ngspice = Ngspice(library, events)
    except (OSError, NameError) as error:
        wire.send(end, {"kind": "unusable", "why": str(error)})
        return
    _limit_memory(memory_limit)
    wire.send(end, {"kind": "ready", "version": ngspice.ngspice_version})
    while True:
        request = inbox.get().header
        _answer(end, ngspice, events, request["lines"], request["vectors"])
        ngspice.command("destroy all")
        ngspice.command("remcirc")
        ngspice.forget()


def _answer(
    end: socket.socket,
    ngspice: Ngspice,
    events: queue.SimpleQueue[str],
    lines: list[str],
    names: list[str],
) -> None:
    while not events.empty():
        events.get()
    loaded = ngspice.load(lines)
    if not loaded or ngspice.exited or speech.failures(ngspice.stderr_lines):
        wire.send(end, {"kind": "refused", "said": _said(ngspice)})
        return
    said = list(ngspice.stderr_lines)
    ngspice.forget()
    ngspice.command("listing expand")
    listing = list(ngspice.stdout_lines)
    ngspice.forget()
    ngspice.stderr_lines.extend(said)

    begun = time.perf_counter()
    ngspice.command("bg_run")
    how = _wait(ngspice, events)
    seconds = time.perf_counter() - begun

    found = {name: ngspice.vector(name) for name in ["time", *names]} if not ngspice.exited else {}
    kept = {name: view for name, view in found.items() if view is not None}
    wire.send(
        end,
        {
            "kind": how,
            "said": _said(ngspice),
            "exited": ngspice.exited,
            "seconds": seconds,
            "listing": listing,
            "names": list(kept),
        },
        list(kept.values()),
    )


def _wait(ngspice: Ngspice, events: queue.SimpleQueue[str]) -> str:
    try:
        event = events.get(timeout=_THREAD_START)
    except queue.Empty:
        return "no thread"
    how = "ended"
    while event != "ended":
        if event == "halt":
            how = "halted"
        if how == "halted":
            ngspice.command("bg_halt")
        try:
            event = events.get(timeout=_HALT_AGAIN if how == "halted" else None)
        except queue.Empty:
            event = "halt"
    while ngspice.running():
        time.sleep(0)
    return how


def _said(ngspice: Ngspice) -> list[str]:
    return list(ngspice.stderr_lines)


def _listen(
    end: socket.socket,
    parent: int,
    inbox: queue.SimpleQueue[wire.Message],
    events: queue.SimpleQueue[str],
) -> None:
    while True:
        # A fork of the parent may hold the socket open after the parent's death: so ask for it too.
        while not select.select([end], [], [], 1.0)[0]:
            if os.getppid() != parent:
                os._exit(1)
        message = wire.receive(end)
        if message is None:
            os._exit(0)
        if message.header["kind"] == "halt":
            events.put("halt")
        else:
            inbox.put(message)


def _retire() -> None:
    """Move to a directory of one's own that no longer exists; ngspice reads no start-up file there."""
    nowhere = tempfile.mkdtemp(prefix="spiketwin-")
    os.chdir(nowhere)
    Path(nowhere).rmdir()
    os.environ["HOME"] = nowhere
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _limit_memory(limit: int | None) -> None:
    """Let the process grow by ``limit`` bytes beyond what the library and Python have taken."""
    statm = Path("/proc/self/statm")
    if limit is None or not statm.exists():  # macOS does not enforce RLIMIT_AS
        return
    taken = int(statm.read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (taken + limit, taken + limit))


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]) if sys.argv[3] != "none" else None)
