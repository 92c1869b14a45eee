"""What a design file says of a study is what the command line's options would say."""

from __future__ import annotations

from pathlib import Path

import pytest

from spiketwin.compare.studies.plan import (
    Axis,
    Corner,
    Parameter,
    Sampler,
    Shape,
    Source,
    Spread,
    read_axis,
    read_lot,
    read_spread,
)
from spiketwin.compare.validate.designs.design import Design
from spiketwin.compare.validate.designs.file import design_of
from spiketwin.compare.validate.designs.study import StudyTables, plan_corners
from spiketwin.models.errors import InputFileError, ParameterError

FILE = Path("folder/design.toml")
PARAMETERS = (
    Parameter(name="r1", unit="Ω", nominal=1e5, positive=True),
    Parameter(name="c1", unit="F", nominal=1e-7, positive=True),
    Parameter(name="x1.c2", unit="F", nominal=1e-8, positive=True),
    Parameter(name="vth", unit="", nominal=1.0),
    Parameter(name="temperature", unit="°C", nominal=27.0),
)
WHOLE = """\
[deck]
file = "my.cir"
[sweep]
over = { R1 = "10k:100k:31:log", temperature = [-40, "27", 85.5] }
[montecarlo]
samples = "1k"
seed = 9007199254740993
sampler = "sobol"
[spreads]
r1 = "1%,uniform"
vth = 0.02
"x1.c2" = "2%,lognormal,truncated=3"
[lots.caps]
spread = "4%"
parts = ["C1", "x1.c2"]
[corners.hot]
temperature = 85
parameters = { VTH = 1.05 }
parts = { R1 = "105k" }
"""


def study(text: str = WHOLE) -> StudyTables:
    """Return what the text says of a study."""
    found = design_of(text, FILE).study
    assert found is not None
    return found


def test_a_file_says_what_the_options_say() -> None:
    tables = study()
    assert tables.axes(PARAMETERS) == (
        read_axis("r1=10k:100k:31:log", PARAMETERS),
        Axis(name="temperature", values=(-40.0, 27.0, 85.5)),
    )
    assert tables.sources(PARAMETERS) == (
        Source(name="r1", spread=Spread(width=0.01, shape=Shape.UNIFORM), parameters=("r1",)),
        read_spread("vth=2%", PARAMETERS),
        read_spread("x1.c2=2%,lognormal,truncated=3", PARAMETERS),
        read_lot("caps=4%:c1,x1.c2", PARAMETERS),
    )
    # 2^53 + 1, which no float holds
    assert (tables.samples, tables.seed, tables.sampler) == (1000, 2**53 + 1, Sampler.SOBOL)


def test_a_design_without_its_tables_has_no_study() -> None:
    assert design_of('[deck]\nfile = "my.cir"\n', FILE).study is None
    alone = study('[deck]\nfile = "a"\n[spreads]\nr1 = "1%"\n')
    assert (alone.samples, alone.seed, alone.sampler, alone.over) == (None, None, None, ())


def test_the_corners_of_a_design_are_corners_of_a_plan() -> None:
    design = design_of(WHOLE, FILE)
    assert plan_corners(design.corners, PARAMETERS) == (
        Corner(name="hot", values=(("vth", 1.05), ("r1", 105e3), ("temperature", 85.0))),
    )
    # a resistor whose name a .param has as well
    both = (*PARAMETERS, Parameter(name="element.r1", unit="Ω", nominal=1e5, positive=True))
    assert plan_corners(design.corners, both)[0].values[1] == ("element.r1", 105e3)
    with pytest.raises(ParameterError, match="no parameter 'vth' to vary"):
        plan_corners(design.corners, PARAMETERS[:2])
    empty = design_of('[deck]\nfile = "a"\n[corners.x]\n', FILE)
    assert isinstance(empty, Design)
    with pytest.raises(ParameterError, match="the corner 'x' sets nothing"):
        plan_corners(empty.corners, PARAMETERS)


AT_ONCE = [
    ('samples = "1k"', "samples = 0", r"line 6: \[montecarlo\] samples .* 1 or more, got 0"),
    ('"1k"', "1e12", r"line 6: \[montecarlo\] Sampling.samples must not exceed 1073741824"),
    ("seed = 9007199254740993", "seed = -1", r"line 7: .* seed .* 0 or more, got -1"),
    ('"sobol"', '"sobl"', r"line 8: .* must be one of random, .*; did you mean 'sobol'"),
    ("samples", "sample", r"line 6: \[montecarlo\] has no key 'sample'; did you mean 'samples'"),
    ("over =", "ovr =", r"line 4: \[sweep\] has no key 'ovr'; did you mean 'over'"),
    ('{ R1 = "10k', '"r1=1" # "', r"line 4: \[sweep\] over must be a table such as .*R1"),
    ('"10k:100k:31:log"', "[]", r"line 4: \[sweep\] over.R1 must be one value or more, got \[\]"),
    ('"10k:100k:31:log"', '" "', r"line 4: \[sweep\] over.R1 must be a value, got ' '"),
    ('"10k:100k:31:log"', "true", r"line 4: \[sweep\] over.R1 must be a number"),
    ("vth = 0.02", "vth = 2", r"line 11: \[spreads\] vth must be a fraction under 1.*'5mV'"),
    ("vth = 0.02", "vth = []", r"line 11: \[spreads\] vth must be a number"),
    ("[spreads]", "[spread]", r"line 9: there is no table \[spread\].*'spreads'"),
    ('spread = "4%"', "", r"line 13: \[lots.caps\] needs spread"),
    ('["C1", "x1.c2"]', '"C1"', r"line 15: \[lots.caps\] parts must be a list of texts"),
    ("[lots.caps]", "[lots]", r"line 13: lots must be written as \[lots.NAME\]"),
]  # fmt: skip
ONCE_READ = [
    ("R1 =", "R11 =", r"line 4: \[sweep\] over: there is no parameter 'R11' .*did you mean 'r1'"),
    (":log", ":lgo", r"line 4: \[sweep\] over: the axis r1: a range is written as START:STOP"),
    ('"27"', '"-40"', r"line 4: .*the axis temperature has the value -40.0 twice"),
    ('"1%,uniform"', '"1%,unifrm"', r"line 10: \[spreads\] .*'unifrm'; did you mean 'uniform'"),
    ('"4%"', '"4mV"', r"line 14: \[lots.caps\] the lot caps must be a fraction, .* 5mF, got"),
    ('"C1", ', '"C9", ', r"line 14: \[lots.caps\] there is no parameter 'C9'"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "message"), AT_ONCE)
def test_a_fault_of_the_file_is_told_with_its_line(old: str, new: str, message: str) -> None:
    assert WHOLE.count(old) >= 1
    with pytest.raises(InputFileError, match=message):
        design_of(WHOLE.replace(old, new, 1), FILE)


@pytest.mark.parametrize(("old", "new", "message"), ONCE_READ)
def test_a_fault_against_the_deck_is_told_with_its_line(old: str, new: str, message: str) -> None:
    assert WHOLE.count(old) >= 1
    tables = study(WHOLE.replace(old, new, 1))
    with pytest.raises(InputFileError, match=message) as caught:
        (tables.axes(PARAMETERS), tables.sources(PARAMETERS))
    assert str(caught.value).startswith("folder/design.toml, line ")
