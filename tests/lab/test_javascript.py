"""The tests of the page's modules that are written in JavaScript, run by Node's own runner."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

from spiketwin.lab.build import PAGE

FILES = sorted(Path(__file__).parent.glob("*.test.mjs"))


def test_every_javascript_test_passes(node: str) -> None:
    command = [node, "--test", "--test-reporter=tap", *map(str, FILES)]
    environment = {**os.environ, "PAGE": str(PAGE)}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 0, done.stdout
    (passed,) = re.findall(r"^# pass (\d+)$", done.stdout, re.M)
    written = sum(len(re.findall(r"^test\(", file.read_text(), re.M)) for file in FILES)
    assert int(passed) >= written > 15
