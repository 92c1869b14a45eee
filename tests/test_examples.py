"""The examples and the README's snippet run and say what they claim."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def run(path):
    done = subprocess.run(
        [sys.executable, path], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_first_example_agrees():
    assert run(ROOT / "examples" / "compare_lif.py").startswith("agree ")


def test_the_readmes_snippet_is_the_first_example():
    snippet = re.search(r"```python\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)[1]
    assert snippet in (ROOT / "examples" / "compare_lif.py").read_text()


def test_the_circuit_of_ones_own_is_caught_with_its_wrong_capacitor():
    said = run(ROOT / "examples" / "own_circuit.py")
    assert "disagree" in said
    # 100 kΩ · 105 nF
    tau = float(re.search(r"tau\s+(\S+) s as built", said)[1])
    assert abs(tau / 10.5e-3 - 1) < 1e-4
    assert "tau-off" in said


def test_the_monte_carlo_example_names_the_part_that_decides():
    said = run(ROOT / "examples" / "monte_carlo.py")
    passed = int(re.match(r"(\d+) of 40 pass", said)[1])
    # 67.3 % have τ within 5 %, and the rate varies less than τ; four standard deviations of 40
    assert 18 < passed <= 40
    # var(τ) is the sum of 1 %² and 5 %²
    assert "tau: 96.2% capacitance, 3.8% resistance" in said


def test_the_levels_example_prints_what_the_page_of_the_levels_shows():
    printed = [line for line in run(ROOT / "examples" / "levels.py").splitlines() if line]
    page = (ROOT / "docs" / "levels.md").read_text().splitlines()
    assert len(printed) == 9
    # the last two rows are the solver's own errors, which another processor's rounding may change
    for line in printed[:-2]:
        assert line in page
