"""What the tests of the command share."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

COMMAND = Path(sys.executable).with_name("spiketwin")
# a shell's background job ignores Ctrl-C, and its children inherit that
LISTENING = """
import os, signal, sys
signal.signal(signal.SIGINT, signal.SIG_DFL)
os.execv(sys.argv[1], sys.argv[1:])
"""


def _has_children(process):
    tasks = Path(f"/proc/{process.pid}/task")
    if not tasks.exists():  # not Linux
        time.sleep(2.0)
        return True
    return any(task.joinpath("children").read_text().strip() for task in tasks.iterdir())


@pytest.fixture
def running():
    """Start the command and return its process, once it has an engine to run a circuit in."""

    def start(*arguments, cwd):
        process = subprocess.Popen(
            [sys.executable, "-c", LISTENING, COMMAND, *arguments],
            cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        started.append(process)
        latest = time.monotonic() + 60
        while not _has_children(process):
            assert process.poll() is None, process.communicate()
            assert time.monotonic() < latest
            time.sleep(0.02)
        return process

    started = []
    yield start
    for process in started:
        process.kill()
        process.communicate()
