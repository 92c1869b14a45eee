"""The notebooks for a university course run, hold what they say, and show what they would show."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

NOTEBOOKS = sorted((Path(__file__).resolve().parents[2] / "docs/lessons").glob("*.ipynb"))
NUMBER = re.compile(r"[-+]?\d+(?:\.(\d+))?(?:e([-+]?\d+))?")
Notebook = dict[str, Any]


@pytest.fixture(scope="module")
def kept() -> list[Notebook]:
    """The notebooks as they lie in the repository."""
    return [json.loads(path.read_text()) for path in NOTEBOOKS]


@pytest.fixture(scope="module")
def executed() -> list[Notebook]:
    """The notebooks as run just now; a cell that fails has stopped it all."""
    program = Path(__file__).parent / "run_notebooks.py"
    command = [sys.executable, str(program), *map(str, NOTEBOOKS)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    notebooks: list[Notebook] = json.loads(done.stdout)
    return notebooks


def cells_of(notebook: Notebook, kind: str) -> list[dict[str, Any]]:
    return [cell for cell in notebook["cells"] if cell["cell_type"] == kind]


def texts(notebook: Notebook) -> list[str]:
    """Return what each code cell prints, and whether it draws."""
    return [
        "".join("".join(out.get("text", ["<figure>"])) for out in cell["outputs"])
        for cell in cells_of(notebook, "code")
    ]


def test_there_are_three_with_exercises_and_checks_of_their_numbers(kept: list[Notebook]) -> None:
    assert len(kept) == 3
    for notebook in kept:
        words = "".join("".join(cell["source"]) for cell in cells_of(notebook, "markdown"))
        code = "".join("".join(cell["source"]) for cell in cells_of(notebook, "code"))
        assert len(re.findall(r"\*\*Exercise \d", words)) >= 3
        assert code.count("assert ") >= 6


def test_the_outputs_that_lie_in_them_are_those_of_a_run(
    kept: list[Notebook], executed: list[Notebook]
) -> None:
    for before, now in zip(kept, executed, strict=True):
        said = texts(before)
        assert any("<figure>" in text for text in said)
        for then, today in zip(said, texts(now), strict=True):
            assert NUMBER.sub("#", today) == NUMBER.sub("#", then)
            for one, other in zip(NUMBER.finditer(today), NUMBER.finditer(then), strict=True):
                # another ngspice may differ by one in the last digit that is shown
                digit = 10.0 ** (int(other[2] or 0) - len(other[1] or ""))
                assert abs(float(one[0]) - float(other[0])) <= digit * (1 + 1e-9)
