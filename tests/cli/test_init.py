"""``spiketwin init`` writes a design file once, and says in one line why it does not."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from spiketwin.cli.main import BAD_INPUT, main
from spiketwin.compare.validate.designs.file import read_design

if TYPE_CHECKING:
    from pathlib import Path

# charges to 0.5 V and never fires: the shortest run that there is to infer from
RC = """\
a membrane without a spike
.include "parts.inc"
Iin 0 vm 5u
Cm vm 0 100n ic=0
.tran 50u 50m uic
"""


@pytest.fixture
def deck(tmp_path: Path) -> Path:
    """A deck with an included file, in folders of their own."""
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "parts.inc").write_text("Rm vm 0 100k\n")
    (tmp_path / "deck").mkdir()
    path = tmp_path / "deck" / "membrane.cir"
    path.write_text(RC)
    return path


def test_init_writes_a_design_beside_the_deck_and_never_over_one(
    deck: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    include = deck.parent.parent / "models"
    command = ["init", str(deck), "--membrane", "vm", "--include", str(include)]
    assert main(command) == 0
    written = deck.with_suffix(".toml")
    assert str(written) in capsys.readouterr().out.replace("\n", "")
    design = read_design(written)
    assert design.deck == deck
    assert (design.roles.membrane, design.roles.input) == ("vm", "iin")
    assert [path.resolve() for path in design.include] == [include]
    before = written.read_text()
    assert main(command) == BAD_INPUT
    assert "is there already and is not overwritten" in capsys.readouterr().err
    assert written.read_text() == before


def test_init_names_the_deck_from_the_folder_of_the_design(deck: Path) -> None:
    deck.write_text(RC.replace('.include "parts.inc"', "Rm vm 0 100k"))
    out = deck.parent.parent / "designs" / "a.toml"
    out.parent.mkdir()
    assert main(["init", str(deck), "--membrane", "vm", "--out", str(out)]) == 0
    assert 'file = "../deck/membrane.cir"' in out.read_text()
    found = read_design(out).deck
    assert found is not None
    assert found.resolve() == deck


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "init needs a netlist: spiketwin init my_neuron.cir"),
        (["{folder}/none.cir"], "there is no such file"),
        (["{folder}"], "there is no such file"),
        (["{folder}/a.toml"], "is a design file already"),
        (["{deck}", "--out", "{folder}/none/a.toml"], "make it first"),
        (["{deck}", "--deadline", "soon"], "--deadline must be a number"),
        (["{deck}"], "--include"),  # the included file lies elsewhere
        (["{deck}", "--include", "{folder}/../models", "--membrane", "vn"], "vm"),
    ],
)
def test_init_says_in_one_line_what_is_wrong(
    deck: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    names = {"deck": str(deck), "folder": str(deck.parent)}
    assert main(["init", *(word.format(**names) for word in arguments)]) == BAD_INPUT
    said = capsys.readouterr().err
    assert message in said
    assert said.startswith("spiketwin: ")
    assert said.count("\n") == 1
    assert not deck.with_suffix(".toml").exists()


def test_init_prints_the_schema(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["init", "--schema"]) == 0
    assert "deck" in json.loads(capsys.readouterr().out)["properties"]
