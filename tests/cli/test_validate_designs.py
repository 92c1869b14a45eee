"""What is typed after ``spiketwin validate`` becomes a design: names go where they are known."""

from __future__ import annotations

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
