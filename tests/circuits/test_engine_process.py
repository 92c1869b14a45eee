"""The caller and its child process: whoever dies, stops or is interrupted, the other one copes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from spiketwin.circuits.decks import Deck
from spiketwin.circuits.engine import Engine
from spiketwin.models.errors import SimulationError

if TYPE_CHECKING:
    from collections.abc import Iterator

LIF = """a leaky neuron on the bench
.subckt lif mem spike R=10meg C=1n vth=1 vreset=0 el=0 tref=2m
.param swing={vth-vreset} gain={1e4/swing} cpulse=1e-11
R1 mem el {R}
Vel el 0 {el}
C1 mem 0 {C} ic={vreset}
Vdd vdd 0 1
Vref ref 0 {vth}
Vrst rst 0 {vreset}
E1 e 0 mem ref {gain}
Sc vdd spike e 0 sc
.model sc sw(vt={-gain*swing*0.45} vh={gain*swing*0.45} ron=1k roff=1e15)
Cc spike 0 {cpulse} ic=0
Bc spike 0 I={cpulse*0.8/tref}*min(1,max(v(spike),0)*10)
Vh half 0 0.5
E2 f 0 spike half 1e4
Sr mem rst f 0 srr
.model srr sw(vt=0 vh=3e3 ron={1e-5*R} roff={R*1e7})
.ends
X1 mem spike lif
Iin 0 mem 0.2u
"""


def neuron(stop: float) -> Deck:
    text = f"{LIF}.tran 100u {stop!r} 0 100u uic\n.save v(mem) v(spike)\n.end\n"
    return Deck(text=text, vectors=("mem", "spike"), duration=stop)


SHORT, ENDLESS = neuron(0.02), neuron(1000.0)

# The begin of a program of its own, in a file without "if __name__ …": it runs SHORT and
# tells its worker's process id.
PROGRAM = f"""
import sys
from spiketwin.circuits.decks import Deck
from spiketwin.circuits.engine import Engine

engine = Engine()
engine.simulate({SHORT!r})
first = engine.worker_pid
print("ready", first, flush=True)
"""


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{pid}/stat")  # a zombie is dead: it waits for its new parent to notice
    return not (status.exists() and status.read_text().rpartition(")")[2].split()[0] == "Z")


def assert_dies(pid: int, *, within: float) -> None:
    limit = time.monotonic() + within
    while alive(pid) and time.monotonic() < limit:
        time.sleep(0.01)
    assert not alive(pid)


@pytest.fixture
def program(tmp_path: Path) -> Iterator[tuple[Path, list[subprocess.Popen[str]]]]:
    """A file for a program, and a list of what runs it, which is ended with the test."""
    running: list[subprocess.Popen[str]] = []
    yield tmp_path / "program.py", running
    for process in running:
        process.kill()
        process.communicate()


def start(
    program: tuple[Path, list[subprocess.Popen[str]]], rest: str
) -> tuple[subprocess.Popen[str], int]:
    """Start PROGRAM followed by ``rest``; return it and its worker's process id."""
    path, running = program
    path.write_text(PROGRAM + rest, encoding="utf-8")
    process = subprocess.Popen(
        [sys.executable, str(path)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    running.append(process)
    assert process.stdout is not None
    word, worker = process.stdout.readline().split()
    assert word == "ready"
    return process, int(worker)


def finish(process: subprocess.Popen[str]) -> tuple[str, str]:
    """Return what the program still prints, and its complaints (communicate() loses read-ahead)."""
    assert process.stdout is not None
    assert process.stderr is not None
    printed = process.stdout.read(), process.stderr.read()
    process.wait(timeout=30)
    return printed


def test_a_script_without_a_main_guard_runs_once_and_leaves_no_worker(
    program: tuple[Path, list[subprocess.Popen[str]]],
) -> None:
    process, worker = start(program, "print('done')\n")
    out, err = finish(process)
    assert (out, err, process.returncode) == ("done\n", "", 0)
    assert not alive(worker)


def test_ctrl_c_ends_a_run_at_once_and_the_next_run_works(
    program: tuple[Path, list[subprocess.Popen[str]]],
) -> None:
    process, worker = start(
        program,
        f"""
try:
    engine.simulate({ENDLESS!r})
except KeyboardInterrupt:
    print("interrupted", flush=True)
print(engine.simulate({SHORT!r}).points > 100, engine.worker_pid != first)
""",
    )
    time.sleep(0.5)  # it is in the midst of the endless run
    process.send_signal(signal.SIGINT)
    assert process.stdout is not None
    asked = time.monotonic()
    assert process.stdout.readline() == "interrupted\n"
    assert time.monotonic() - asked < 5
    assert not alive(worker)
    out, err = finish(process)
    assert (out, err, process.returncode) == ("True True\n", "", 0)


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_a_caller_that_is_killed_in_a_run_leaves_no_worker(
    program: tuple[Path, list[subprocess.Popen[str]]], how: signal.Signals
) -> None:
    process, worker = start(program, f"engine.simulate({ENDLESS!r})\n")
    time.sleep(0.3)
    assert alive(worker)
    process.send_signal(how)
    process.wait(timeout=10)
    assert_dies(worker, within=5)


@pytest.mark.parametrize("keep_partial", [True, False])
def test_a_caller_killed_in_a_run_while_its_fork_lives_on_leaves_no_worker(
    program: tuple[Path, list[subprocess.Popen[str]]],
    keep_partial: bool,  # noqa: FBT001
) -> None:
    # The fork has a copy of the socket, so that its closing does not tell the worker. One that
    # waits for ngspice's thread asks for its parent; one in ngspice's thread has a limit of time.
    process, worker = start(
        program,
        f"""
import os, time
fork = os.fork()
if fork == 0:
    time.sleep(30)
    os._exit(0)
print(fork, flush=True)
engine.simulate({ENDLESS!r}, deadline=1.0, keep_partial={keep_partial})
""",
    )
    assert process.stdout is not None
    fork = int(process.stdout.readline())
    try:
        time.sleep(0.4)
        process.kill()
        process.wait(timeout=10)
        assert alive(fork)
        assert alive(worker)
        assert_dies(worker, within=20)
    finally:
        os.kill(fork, signal.SIGKILL)


def test_a_fork_of_the_caller_gets_a_worker_of_its_own(
    program: tuple[Path, list[subprocess.Popen[str]]],
) -> None:
    process, _worker = start(
        program,
        f"""
import os
fork = os.fork()
points = engine.simulate({SHORT!r}).points
print(points > 100, (engine.worker_pid == first) == (fork != 0), flush=True)
engine.close()
if fork:
    os.waitpid(fork, 0)
""",
    )
    out, err = finish(process)
    assert out == "True True\n" * 2
    assert err == ""


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSEGV])
def test_a_worker_killed_in_a_run_is_an_error_and_the_next_run_works(how: signal.Signals) -> None:
    with Engine() as engine:
        engine.simulate(SHORT)
        worker = engine._worker
        assert worker is not None
        killer = threading.Timer(0.3, os.kill, [worker.pid, how])
        killer.start()
        with pytest.raises(SimulationError, match=f"was killed by {how.name} during the run") as e:
            engine.simulate(ENDLESS)
        killer.join()
        assert e.value.deck_path is not None
        assert e.value.deck_path.read_text() == ENDLESS.text
        assert engine.simulate(SHORT).points > 100


def test_a_worker_killed_between_runs_is_an_error_and_the_next_run_works() -> None:
    with Engine() as engine:
        engine.simulate(SHORT)
        assert engine._worker is not None
        os.kill(engine.worker_pid, signal.SIGKILL)
        with pytest.raises(SimulationError, match="was killed by SIGKILL"):
            engine.simulate(SHORT)
        assert engine.simulate(SHORT).points > 100


def test_a_worker_that_stands_still_is_given_up_at_the_deadline() -> None:
    with Engine() as engine:
        engine.simulate(SHORT)
        assert engine._worker is not None
        os.kill(engine.worker_pid, signal.SIGSTOP)
        with pytest.raises(SimulationError, match="within its deadline"):
            engine.simulate(SHORT, deadline=0.5)
        assert engine.simulate(SHORT).points > 100


def test_closing_an_engine_ends_the_run_of_another_thread() -> None:
    with Engine() as engine:
        engine.simulate(SHORT)
        closer = threading.Timer(0.3, engine.close)
        closer.start()
        with pytest.raises(SimulationError, match="was killed"):
            engine.simulate(ENDLESS)
        closer.join()


def test_a_worker_goes_with_its_engine() -> None:
    engine = Engine()
    engine.simulate(SHORT)
    assert engine._worker is not None
    pid = engine.worker_pid
    del engine
    assert_dies(pid, within=5)


def test_a_worker_sees_neither_start_up_files_nor_the_callers_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in (".spiceinit", "spinit", "scripts/spinit"):
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_text("* start-up\nset numdgt=3\nquit\n")
    (tmp_path / "PySpice.py").write_text("raise SystemExit('imported from the working directory')")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("SPICE_SCRIPTS", str(tmp_path))
    monkeypatch.setenv("SPICE_LIB_DIR", str(tmp_path))
    before = sorted(tmp_path.rglob("*"))
    with Engine() as engine:
        assert engine.simulate(SHORT).points > 100
    assert sorted(tmp_path.rglob("*")) == before


def test_a_run_prints_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    with Engine() as engine:
        engine.simulate(SHORT)
        with pytest.raises(SimulationError):
            engine.simulate(Deck(text="t\nD1 a 0 no\n.tran 1 1\n", vectors=("a",), duration=1.0))
    assert capfd.readouterr() == ("", "")
