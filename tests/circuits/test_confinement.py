"""What a worker cannot do, even with a deck that no allow-list has looked at."""

from __future__ import annotations

import socket
import subprocess
import sys
from typing import TYPE_CHECKING

import landlockpy
import pytest

from spiketwin.circuits.confinement import MOST_WRITTEN
from spiketwin.circuits.engine import Engine
from spiketwin.circuits.library import find_library
from spiketwin.circuits.process import WorkerProcess

if TYPE_CHECKING:
    from pathlib import Path

ATTEMPTS = """
import os, socket, subprocess, sys
from spiketwin.circuits.confinement import confine, withdraw
canary, port, confined = sys.argv[1], int(sys.argv[2]), sys.argv[3] == "confined"
print(confine() if confined else "free")
for name, attempt in {
    "read": lambda: open(canary).read(),
    "write": lambda: open(canary, "a"),
    "list": lambda: os.listdir("/"),
    "make": lambda: os.mkdir(canary + "." + sys.argv[3]),
    "run": lambda: subprocess.run(["/bin/true"]),
    "connect": lambda: socket.create_connection(("127.0.0.1", port)),
}.items():
    try:
        attempt()
        print(name, "done")
    except OSError as error:
        print(name, type(error).__name__)
"""


def attempts(canary: Path, how: str) -> tuple[str, dict[str, str]]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = str(server.getsockname()[1])
        command = [sys.executable, "-c", ATTEMPTS, str(canary), port, how]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    said, *lines = done.stdout.splitlines()
    return said, dict(line.split() for line in lines)


def test_a_confined_process_is_refused_every_file_program_and_connection(tmp_path: Path) -> None:
    canary = tmp_path / "canary"
    canary.write_text("sings")
    _, free = attempts(canary, "free")
    assert set(free.values()) == {"done"}
    said, confined = attempts(canary, "confined")
    version = landlockpy.abi_version()
    assert ("no file" in said) == (version > 0), "it must not promise what the kernel does not keep"
    if version < 4:  # before it, Landlock knew no network
        assert confined.pop("connect") == "done"
    assert set(confined.values()) == ({"PermissionError"} if version else {"done"})


def test_a_confined_process_cannot_fill_the_disk(tmp_path: Path) -> None:
    program = f"""
from spiketwin.circuits.confinement import confine
log = open({str(tmp_path / "log")!r}, "wb", buffering=0)
confine()
log.write(bytes({MOST_WRITTEN}))
try:
    log.write(b"one too many")
except OSError as error:
    print(error.strerror)
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout == "File too large\n"
    assert (tmp_path / "log").stat().st_size == MOST_WRITTEN


@pytest.mark.parametrize(
    "attack",
    [
        ["v1 a 0 1", ".control", "shell touch {canary}", ".endc"],
        ["v1 a 0 1", "*#shell touch {canary}"],
        ["v1 a 0 1", ".control", "echo sings > {canary}", ".endc"],
        ["v1 a 0 1", "r1 a 0 1", ".tran 1 1", ".control", "run", "write {canary} v(a)", ".endc"],
    ],
    ids=["shell", "comment", "echo", "write"],
)
def test_an_attack_that_no_list_has_looked_at_leaves_nothing_behind(
    attack: list[str], tmp_path: Path, ngspice_program: str
) -> None:
    free, confined = tmp_path / "free", tmp_path / "confined"
    deck = tmp_path / "deck.cir"
    deck.write_text("\n".join(["title", *attack, ".end\n"]).format(canary=free))
    subprocess.run(
        [ngspice_program, "-b", str(deck)],
        capture_output=True,
        timeout=60,
        check=False,
        cwd=tmp_path,
    )
    assert free.exists(), "the attack must work where nothing stops it"

    worker = WorkerProcess(find_library().resolve(), None)
    ready = worker.receive(60)
    assert ready is not None
    worker.send(
        {
            "kind": "run",
            "number": 1,
            "lines": [line.format(canary=confined) for line in (*attack, ".end")],
            "nodes": ["a"],
            "branches": [],
            "deadline": 5.0,
            "may be halted": False,
        }
    )
    worker.receive(60)
    worker.kill()
    assert confined.exists() == (landlockpy.abi_version() == 0)


def test_the_engine_says_how_its_worker_is_confined() -> None:
    with Engine(deadline=30.0) as engine:
        assert ("no file" in engine.confinement) == (landlockpy.abi_version() > 0)
        assert "limits on memory" in engine.confinement
