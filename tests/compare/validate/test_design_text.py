"""The design file that is written from a deck is one that is read, and says what the deck is."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from spiketwin.circuits.engine import Engine
from spiketwin.compare.studies.plan import Parameter
from spiketwin.compare.validate.designs.design import Bench, Design
from spiketwin.compare.validate.designs.file import design_of
from spiketwin.compare.validate.designs.text import design_text
from spiketwin.compare.validate.procedure import validate
from spiketwin.models.errors import ParameterError

if TYPE_CHECKING:
    from pathlib import Path

    from spiketwin.compare.validate.validation import Validation

# a ramp timer's monostable holds the reset: τ = 10 ms, 1 V, 0 V, 2 ms
DECK = """\
a leaky neuron of ideal parts
.param rleak=100k vth=1
Iin 0 vm 20u
Rm vm 0 {rleak}
Cm vm 0 100n ic=0
Vref ref 0 {vth}
Vdd vdd 0 1
Ecmp cmp 0 vm ref 10k
Scmp vdd out cmp 0 sc
.model sc sw(vt=-4.5k vh=4.5k ron=1k roff=1e15)
Ct out 0 10p ic=0
Bt out 0 I={10p*0.8/2m}*min(1,max(v(out),0)*10)
Vhalf half 0 0.5
Ehalf f 0 out half 10k
Sreset vm 0 f 0 sr
.model sr sw(vt=0 vh=3k ron=1 roff=1e12)
.tran 10u 80m 0 50u uic
"""
EXAMPLE = re.compile(r"^# (?=\[|[a-z_]+ = )", re.MULTILINE)


@pytest.fixture(scope="module")
def validation(tmp_path_factory: pytest.TempPathFactory) -> Validation:
    """What validate finds in the deck."""
    path = tmp_path_factory.mktemp("design") / "neuron.cir"
    path.write_text(DECK)
    with Engine() as engine:
        return validate(Design(deck=path), simulate=engine.simulate)


def test_what_is_written_is_read_and_is_what_was_found(
    validation: Validation, tmp_path: Path
) -> None:
    text = design_text(validation, file="neuron.cir")
    design = design_of(text, tmp_path / "neuron.toml")
    assert design.deck == tmp_path / "neuron.cir"
    assert (design.roles.membrane, design.roles.spike, design.roles.input) == ("vm", "out", "iin")
    assert design.run.stop == 80e-3
    assert set(design.tolerances) == {"shift"}
    assert design.intended is not None
    assert design.intended.twin.name == "lif"
    values = design.intended.values
    # as drawn: exact
    assert (values["resistance"], values["capacitance"]) == (100e3, 100e-9)
    assert values["leak_potential"] == 0.0
    # as built: the comparator's gain, Ron·I and the solver leave less than a thousandth
    assert values["threshold"] == pytest.approx(1.0, rel=1e-3)
    assert values["reset"] == pytest.approx(0.0, abs=1e-3)
    assert values["refractory"] == pytest.approx(2e-3, rel=1e-3)


def test_the_examples_in_its_comments_are_right(validation: Validation, tmp_path: Path) -> None:
    text = design_text(validation, file="neuron.cir")
    text, count = EXAMPLE.subn("", text)
    assert count >= 12
    design = design_of(text, tmp_path / "neuron.toml")
    assert [run.name for run in design.runs] == ["strong step", "strong step, hot"]
    (hot,) = design.corners
    assert hot.parameters == {"rleak": 100e3}
    assert hot.parts == {"rm": 105e3}
    assert set(design.tolerances) == {"shift", "tau", "threshold", "reset", "refractory", "rate"}
    assert design.run.max_points == 3_000_000
    assert design.study is not None
    assert (design.study.samples, design.study.seed) == (1000, 1)
    parameters = [
        Parameter(name=name, unit=unit, nominal=value, positive=True)
        for name, unit, value in (("rm", "Ω", 100e3), ("cm", "F", 100e-9), ("ct", "F", 10e-12))
    ]
    (axis,) = design.study.axes(parameters)
    assert (axis.name, axis.values[0], axis.values[-1]) == ("rm", 80e3, 125e3)
    sources = {source.name: source.parameters for source in design.study.sources(parameters)}
    assert sources == {"rm": ("rm",), "cm": ("cm",), "ct": ("ct",), "lot batch": ("rm",)}


def test_a_circuit_that_no_model_explains_leaves_the_model_to_its_designer(
    validation: Validation, tmp_path: Path
) -> None:
    silent = replace(
        validation, judged=replace(validation.judged, model=None), without_model="it is silent"
    )
    text = design_text(silent, file="neuron.cir")
    assert design_of(text, tmp_path / "neuron.toml").intended is None
    assert "# No model was found for it: it is silent." in text
    assert "# resistance = '… Ω'" in text


@pytest.mark.parametrize("name", ['a "b"\\.cir', "µ ünî.cir", "new\nline.cir", "tab\t\x7f.cir"])
def test_any_name_of_a_file_is_kept(validation: Validation, tmp_path: Path, name: str) -> None:
    text = design_text(validation, file=name, include=(name, "models"), dialect="ngspice")
    design = design_of(text, tmp_path / "neuron.toml")
    assert design.deck == tmp_path / name
    assert design.include == (tmp_path / name, tmp_path / "models")
    assert design.dialect == "ngspice"


def test_a_name_that_is_no_text_is_refused(validation: Validation) -> None:
    with pytest.raises(ParameterError, match="not to be written in UTF-8"):
        design_text(validation, file="\udcff.cir")


def test_a_recording_makes_no_design_file(validation: Validation, tmp_path: Path) -> None:
    alone = replace(
        validation, circuit=None, design=Design(bench=Bench(recording=tmp_path / "a.csv"))
    )
    with pytest.raises(ParameterError, match="made from a deck"):
        design_text(alone, file="a.csv")
