"""The child process with libngspice: ``python -m spiketwin.circuits.worker FD LIBRARY MEMORY``.

It answers one deck after another over a socket, and leaves the judgement of a run to the engine. It
ends with its parent, or at the latest a second later.
"""

from __future__ import annotations

import fcntl
import math
import os
import resource
import select
import signal
import socket
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from spiketwin.circuits import elements, speech, wire
from spiketwin.circuits.confinement import confine, withdraw
from spiketwin.circuits.pyspice import BEGUN, Ngspice

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import NoReturn

_HALT_AGAIN = 0.05  # s
_ASK_FOR_PARENT = 1.0  # s
_THREAD_START = 10.0  # s
_CPU_TO_SPARE = 2.0  # s
_FOR_EVER = 1e9  # s


@dataclass(frozen=True, slots=True, kw_only=True)
class _Request:
    """A deck to run, line by line, and the node voltages and source currents wanted of it.

    Its number tells a halt that is meant for it from one that came too late for the run before.
    """

    number: int
    lines: list[str]
    nodes: list[str]
    branches: list[str]
    deadline: float
    may_be_halted: bool


def main(descriptor: int, library: Path, memory_limit: int | None) -> NoReturn:
    """Serve decks until the parent goes."""
    end, parent = socket.socket(fileno=descriptor), os.getppid()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal's Ctrl-C is the caller's to handle
    withdraw()
    happenings, tell = os.pipe()
    try:
        ngspice = Ngspice(library, tell)
    except (OSError, AttributeError, NameError) as error:
        wire.send(end, {"kind": "unusable", "said": [str(error)]})
        sys.exit(1)
    ngspice.forget()  # what it said while starting up is about no deck
    _limit_memory(memory_limit)
    ready = {"kind": "ready", "version": ngspice.ngspice_version, "confinement": confine()}
    wire.send(end, ready)
    desk = _Desk(end=end, parent=parent, happenings=happenings)
    while True:
        match desk.hear():
            case {
                "kind": "run",
                "number": int(number),
                "lines": list(lines),
                "nodes": list(nodes),
                "branches": list(branches),
                "deadline": int() | float() as deadline,
                "may be halted": bool(may_be_halted),
            }:
                request = _Request(
                    number=number,
                    lines=lines,
                    nodes=nodes,
                    branches=branches,
                    deadline=deadline,
                    may_be_halted=may_be_halted,
                )
                _answer(desk, ngspice, request)
                ngspice.clear()  # after the answer, so that nobody waits for it


@dataclass(frozen=True, slots=True, kw_only=True)
class _Desk:
    """Where the worker sits: the socket to its parent, and the pipe from ngspice's thread."""

    end: socket.socket
    parent: int
    happenings: int

    def hear(self) -> Mapping[str, object]:
        """Wait for a message from the parent; end the process when it has gone."""
        while not select.select([self.end], [], [], _ASK_FOR_PARENT)[0]:
            self.check_parent()
        message = wire.receive(self.end)
        if message is None:
            os._exit(0)
        return message.header

    def check_parent(self) -> None:
        """End the process without its parent: a fork of it may hold the socket open."""
        if os.getppid() != self.parent:
            os._exit(0)


def _answer(desk: _Desk, ngspice: Ngspice, request: _Request) -> None:
    _limit_time(request.deadline)
    in_this_thread = sys.platform == "linux" and not request.may_be_halted
    if in_this_thread:
        _die_of_any_message(desk.end)
    kind, said, seconds, names = _run(desk, ngspice, request, in_this_thread=in_this_thread)
    found = {name: data for name in names if (data := ngspice.vector(name)) is not None}
    if in_this_thread:
        fcntl.fcntl(desk.end, fcntl.F_SETFL, 0)
    header = {"kind": kind, "said": said, "seconds": seconds, "names": list(found)}
    wire.send(desk.end, header, list(found.values()))


def _run(
    desk: _Desk, ngspice: Ngspice, request: _Request, *, in_this_thread: bool
) -> tuple[str, list[str], float, list[str]]:
    """Load and run a deck; return how it ended, what was said, the seconds, and what to read."""
    loaded = ngspice.load(request.lines)
    if ngspice.gave_up() or not loaded or speech.failures(ngspice.stderr_lines):
        return "refused", ngspice.stderr_lines, 0.0, []
    listing = ngspice.listing_expanded()
    complaints = elements.complaints(listing)
    if complaints:
        return "faulty", complaints, 0.0, []
    watched = elements.watched(listing)
    wanted = [
        *(f"v({node.lower()})" for node in request.nodes),
        *(f"i({branch.lower()})" for branch in request.branches),
    ]
    for vector in [*wanted, *watched]:
        ngspice.command(f"save {vector}")

    begun = time.perf_counter()
    if in_this_thread:
        ngspice.command("run")
        how = "ended"
    else:
        ngspice.command("bg_run")
        how = _wait(desk, ngspice, request.number)
    seconds = time.perf_counter() - begun

    said = list(ngspice.stderr_lines)  # before the search for vectors that may not be there
    if how == "ended" and (ngspice.gave_up() or speech.is_fatal(said)):
        how = "exited"
    # After an exit ngspice's memory is in no state to be read.
    if how not in {"ended", "halted"}:
        return how, said, seconds, []
    branches = map(elements.branch_vector, request.branches)
    return how, said, seconds, ["time", *request.nodes, *branches, *watched]


def _wait(desk: _Desk, ngspice: Ngspice, number: int) -> str:
    """Wait for the run in ngspice's thread to end, or make it end on request; return how it did."""
    begun = halted = False
    patience = time.monotonic() + _THREAD_START
    while True:
        # Not before its thread has begun: ngspice would take it for the end of the run before, and
        # never hear of another.
        if begun and halted:
            ngspice.command("bg_halt")
        timeout = _HALT_AGAIN if halted else _ASK_FOR_PARENT
        sources: list[socket.socket | int] = [desk.end, desk.happenings]
        ready = select.select(sources, [], [], timeout)[0]
        if desk.happenings in ready:
            if os.read(desk.happenings, 1) != BEGUN:
                break
            begun = True
        if desk.end in ready:
            halted |= desk.hear() == {"kind": "halt", "number": number}
        desk.check_parent()
        if not begun and time.monotonic() > patience:
            return "no thread"
    while ngspice.running():
        time.sleep(0)
    return "halted" if halted else "ended"


def _die_of_any_message(end: socket.socket) -> None:
    """Let Linux kill this process when the parent speaks or closes the socket.

    While ngspice runs in the only thread, nobody else can listen; and it is the only thread because
    among several each of ngspice's many allocations takes locks, which is 3 % of a run. A fork of
    the parent may hold the socket open after its death; then the limit of time ends the run.
    """
    fcntl.fcntl(end, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(end, fcntl.F_SETFL, os.O_ASYNC)  # SIGIO, whose default is to terminate
    if select.select([end], [], [], 0)[0]:
        os._exit(0)


def _limit_memory(limit: int | None) -> None:
    """Let the process grow by ``limit`` bytes beyond what Python and the library take."""
    statm = Path("/proc/self/statm")
    if limit is None or not statm.exists():  # macOS does not enforce RLIMIT_AS
        return
    taken = int(statm.read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (taken + limit, taken + limit))


def _limit_time(deadline: float) -> None:
    """Let no run outlive for long a parent that can no longer end it."""
    allowed = math.ceil(min(time.process_time() + deadline + _CPU_TO_SPARE, _FOR_EVER))
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    if hard == resource.RLIM_INFINITY or allowed < hard:
        resource.setrlimit(resource.RLIMIT_CPU, (allowed, hard))


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]) if sys.argv[3] != "none" else None)
