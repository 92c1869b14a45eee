"""What is typed after ``spiketwin validate`` becomes a design: names go where they are known."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from spiketwin.cli.main import parser
from spiketwin.cli.validate_designs import read_designs
from spiketwin.models.errors import ParameterError

if TYPE_CHECKING:
    from pathlib import Path

    from spiketwin.compare.validate.designs.design import Design


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A netlist, a scope's recording, and a simulator's export."""
    (tmp_path / "a.cir").write_text("title\nR1 vm 0 1k\n")
    (tmp_path / "scope.csv").write_text("t,CH1,CH2\n0,1,2\n1,1,2\n2,1,2\n")
    (tmp_path / "export.txt").write_text("time\tV(vm)\n0\t1\n1\t1\n2\t1\n")
    (tmp_path / "a.toml").write_text(
        "[deck]\nfile = 'a.cir'\n[roles]\nmembrane = 'vm'\n[tolerances]\ntau = 0.05\n"
    )
    return tmp_path


def typed(folder: Path, *words: str) -> tuple[Design, ...]:
    """Return the designs of a command line; words with a dot are files."""
    arguments = [str(folder / word) if "." in word else word for word in words]
    return read_designs(parser().parse_args(["validate", *arguments]))


@pytest.mark.parametrize(
    ("words", "node", "channel"),
    [
        (["a.cir", "--membrane", "vm"], "vm", None),
        (["scope.csv", "--membrane", "CH1"], None, "CH1"),
        (["a.cir", "scope.csv", "--membrane", "ch1"], None, "CH1"),
        (["a.cir", "scope.csv", "--membrane", "vm"], "vm", None),
        (["a.cir", "export.txt", "--membrane", "vm"], "vm", "V(vm)"),
    ],
)
def test_a_name_goes_to_the_netlist_or_to_the_recording(
    folder: Path, words: list[str], node: str | None, channel: str | None
) -> None:
    (design,) = typed(folder, *words)
    assert design.roles.membrane == node
    assert (None if design.bench is None else design.bench.membrane) == channel


def test_what_is_typed_wins_over_the_design_file(folder: Path) -> None:
    (design,) = typed(folder, "a.toml", "--membrane", "wm", "--stop", "5m", "--tolerance", "2%")
    assert (design.roles.membrane, design.run.stop) == ("wm", 5e-3)
    assert design.tolerances["shift"].value == 0.02
    assert design.tolerances["tau"].value == 0.05
    assert design.deck == folder / "a.cir"


def test_files_that_do_not_go_together_are_told(folder: Path) -> None:
    with pytest.raises(ParameterError, match="names its own netlist and recording"):
        typed(folder, "a.toml", "a.cir")
    with pytest.raises(ParameterError, match="one recording"):
        typed(folder, "scope.csv", "export.txt")
    with pytest.raises(ParameterError, match="there is no such file"):
        typed(folder, "none.toml")


DECK = """title
.param gain=2
R1 vm 0 1k
X1 vm s
.subckt s a
C1 a 0 1n
.ends
Iin 0 vm 1u
"""


def test_values_that_are_set_are_a_corner_of_every_run_and_the_files_corners_none(
    folder: Path,
) -> None:
    (folder / "a.cir").write_text(DECK)
    (folder / "a.toml").write_text("[deck]\nfile = 'a.cir'\n[corners.hot]\ntemperature = 85\n")
    settings = ["gain=3", "R1=1.5k", "x1.c1=2n", "iin=2uA", "temperature=50"]
    words = [word for setting in settings for word in ("--set", setting)]
    (design,) = read_designs(parser().parse_args(["validate", str(folder / "a.toml"), *words]))
    (run,) = design.runs
    assert run.name == "as set"
    assert run.corner is not None
    assert run.corner.temperature == 50
    assert dict(run.corner.parameters) == {"gain": 3}
    assert dict(run.corner.parts) == {"r1": 1500, "x1.c1": 2e-9, "iin": 2e-6}


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (["x1.cc=1n"], "--set: there is no parameter 'x1.cc' to vary; did you mean 'x1.c1'"),
        (["r1=2nF"], "--set r1 takes Ω, and '2nF' ends in 'F'"),
        (["r1=2k", "R1=3k"], "--set names 'r1' twice; give it once"),
        (["r1"], "--set takes NAME=VALUE, got 'r1'"),
    ],
)
def test_a_value_that_cannot_be_set_is_refused_by_name(
    folder: Path, settings: list[str], message: str
) -> None:
    (folder / "a.cir").write_text(DECK)
    words = [word for setting in settings for word in ("--set", setting)]
    options = parser().parse_args(["validate", str(folder / "a.cir"), *words])
    with pytest.raises(ParameterError, match=re.escape(message)):
        read_designs(options)
