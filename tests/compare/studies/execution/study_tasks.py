"""What workers are asked to do in the tests; a module of its own, so that they can import it.

It imports only what a task needs: the tests start many workers.
"""

from __future__ import annotations

import os
import re
import signal
import sys
import threading
import time
from pathlib import Path

from spiketwin.circuits.beats import beat


def square(x):
    return x * x


def process_id(_item=None):
    return os.getpid()


def leave(code):
    sys.stderr.write("last words\n")
    sys.exit(code)


def hang(_item=None):
    time.sleep(600)


def hog(_item=None):
    """Hold the interpreter's lock for ever: 2^60 ways to match nothing."""
    re.match("(a|a)*b", "a" * 60)


def allocate(_item=None):
    held = []
    while True:
        held.append(bytearray(1 << 24))


def beat_slowly(times):
    for _ in range(times):
        time.sleep(0.2)
        beat()
    return times


def fail(kind):
    from spiketwin.models.errors import InputFileError, ParameterError, SimulationError

    errors = {
        "parameter": ParameterError("a rule"),
        "file": InputFileError("deck.cir", "is odd", line=3),
        "simulation": SimulationError("no", said=("ngspice", "says"), deck_path=Path("kept.cir")),
        "slip": ZeroDivisionError("a slip"),
        "secret": _SecretError(threading.Lock()),
    }
    raise errors[kind]


class _SecretError(Exception):
    """One that cannot be pickled."""


def lock(_item=None):
    """Return what cannot be pickled."""
    return threading.Lock()


def misbehave(item):
    """Do as the item says: a number is squared."""
    match item:
        case "die":
            os._exit(3)
        case "hang":
            hang()
        case "wrong":
            from spiketwin.models.errors import ParameterError

            raise ParameterError("a rule")
        case ("kill ngspice once", path):
            return kill_ngspice_once(path)
        case ("die once", path):
            if not Path(path).exists():
                Path(path).touch()
                os._exit(3)
            return "alive"
    return item * item


def charge(resistance, duration=1e-3):
    """Return the voltages of a capacitor of 1 µF that is charged to 1 V."""
    from spiketwin.circuits.decks import Deck
    from spiketwin.circuits.engine import simulate

    deck = Deck(
        text=(
            f"charging\nV1 in 0 1\nR1 in out {resistance!r}\nC1 out 0 1e-6 ic=0\n.save v(out)\n"
            f".tran 1e-6 {duration!r} 0 1e-6 uic\n.end\n"
        ),
        vectors=("out",),
        duration=duration,
    )
    return simulate(deck).traces["out"].voltage


def kill_ngspice_once(path):
    """Charge a capacitor, after ngspice was killed in the run where it was not before."""
    from spiketwin.circuits import engine

    if not Path(path).exists():
        Path(path).touch()
        engine.start()
        os.kill(engine._shared.worker_pid, signal.SIGKILL)
    return float(charge(1e3)[-1])


def charge_for_ever(path):
    """Write the process ids of this worker and its engine, and run for half a minute."""
    from spiketwin.circuits import engine

    charge(1e3)
    note(path, f"{os.getpid()} {engine._shared.worker_pid}")
    charge(1e3, duration=30.0)


def note(path, text):
    """Add a line to a file in one piece."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.write(descriptor, f"{text}\n".encode())
    os.close(descriptor)


def note_and_hog(path):
    note(path, os.getpid())
    hog()


def noted_square(item):
    """Note that the item was begun, and square it."""
    path, x = item
    note(path, x)
    time.sleep(0.002)
    return float(x * x)


def hog_once(path):
    """Hold the interpreter's lock for ever where nobody did so before."""
    if path.endswith("pid") and not Path(path).exists():
        note_and_hog(path)
    return path
