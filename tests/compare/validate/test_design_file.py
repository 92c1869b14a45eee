"""A design file: what it says is what is read, and each fault is told with its line."""

from __future__ import annotations

import tomllib
from dataclasses import asdict
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spiketwin.compare.catalogue import TWINS
from spiketwin.compare.validate.designs.design import TOLERATED, Design, Tolerance
from spiketwin.compare.validate.designs.file import design_of, read_design
from spiketwin.compare.validate.designs.toml_lines import key_lines
from spiketwin.models import LeakyNeuron, Step
from spiketwin.models.errors import InputFileError, SpiketwinError

FILE = Path("folder/design.toml")
WHOLE = """\
# every table
[deck]
file = "my.cir"
include = ["models"]
dialect = "ltspice"
[roles]
membrane = "vm"
spike = "out"
input = "Iin"
[model]
neuron = "lif"
resistance = "100k"
capacitance = 100e-9
threshold = "1V"
reset = 0
leak_potential = "-10mV"
refractory = "2ms"
[run]
stop = "100ms"
max_step = 1e-5
deadline = "1"
max_points = "3M"
[tolerances]
shift = "0.1%"
tau = 0.01
threshold = "10mV"
[[stimuli]]
name = "weak"
drive = "step:current=20u,onset=1m"
[[stimuli]]
name = "strong"
drive = "step:current=40u,onset=1m"
[corners.hot]
temperature = 85
parameters = { VTH = "1.1" }
parts = { R1 = "11k", X1.C2 = "90nF" }
[bench]
file = "scope.csv"
membrane = "CH1"
"""


def changed(old: str, new: str) -> Design:
    """Return the whole design with one text in place of another."""
    assert WHOLE.count(old) >= 1
    return design_of(WHOLE.replace(old, new, 1), FILE)


def test_a_design_says_what_its_file_says() -> None:
    # 'X1.C2' is a dotted key in TOML; a part within an instance is quoted
    design = changed("X1.C2", '"X1.C2"')
    assert design.deck == Path("folder/my.cir")
    assert design.include == (Path("folder/models"),)
    assert design.dialect == "ltspice"
    assert (design.roles.membrane, design.roles.spike, design.roles.input) == ("vm", "out", "Iin")
    assert design.intended is not None
    assert design.intended.twin is TWINS["lif"]
    assert design.intended.values == asdict(LeakyNeuron(leak_potential=-10e-3))
    run = design.run
    assert (run.stop, run.max_step, run.deadline, run.max_points) == (0.1, 1e-5, 1.0, 3_000_000)
    assert design.tolerances == {
        "shift": Tolerance(value=1e-3),
        "tau": Tolerance(value=0.01),
        "threshold": Tolerance(value=10e-3, unit="V"),
    }
    (hot,) = design.corners
    assert (hot.name, hot.temperature, hot.parameters) == ("hot", 85.0, {"vth": 1.1})
    assert hot.parts == {"r1": 11e3, "x1.c2": 90e-9}
    assert design.bench is not None
    assert (design.bench.recording, design.bench.align) == (
        Path("folder/scope.csv"), "first-spike",
    )  # fmt: skip
    assert design.stimuli[1].stimulus == Step(current=40e-6, onset=1e-3)


def test_every_stimulus_runs_as_drawn_and_at_every_corner() -> None:
    names = [run.name for run in changed("X1.C2", '"X1.C2"').runs]
    assert names == ["weak", "strong", "weak, hot", "strong, hot"]
    assert [run.name for run in Design(deck=Path("a.cir")).runs] == ["as drawn"]


FAULTS = [
    ("resistance =", "resistence =", r"line 12: \[model\] has no key 'resistence'.*'resistance'"),
    ('"100k"', '"abc"', r"line 12: \[model\] resistance must be a number, got 'abc'.*100kΩ"),
    ('"100k"', "true", r"line 12: \[model\] resistance must be a number in Ω, got True"),
    ("100e-9", "-1", r"line 13: \[model\] capacitance must be more than zero F, got -1"),
    ("100e-9", "nan", r"line 13: .* a finite number, got nan"),
    ('"1V"', '"1s"', r"line 14: \[model\] threshold takes V.*'s'"),
    ('"1V"', "0", r"line 10: \[model\] LeakyNeuron.threshold must lie above reset"),
    ('"2ms"', "-1e-3", r"line 17: \[model\] refractory must be zero seconds or more, got -0.001"),
    ('neuron = "lif"', 'neuron = "lfi"', r"line 11: .* one of if, .*got 'lfi'; did you mean 'lif'"),
    ('neuron = "lif"', "", r"line 10: \[model\] needs neuron"),
    ("[roles]", "[rolls]", r"line 6: there is no table \[rolls\].*'roles'"),
    ('"10mV"', '"10ms"', r"line 26: \[tolerances\] threshold .*or a quantity.*1mV, got '10ms'"),
    ("tau = 0.01", "tau = 5", r"line 25: .*less than 1 where it is a fraction, got 5"),
    ("tau = 0.01", "tau = 0", r"line 25: .*must be positive, got 0"),
    ("tau = 0.01", "taw = 0.01", r"line 25: \[tolerances\] has no key 'taw'; did you mean 'tau'"),
    ("=20u,onset", "=20u,onsat", r"line 29: \[\[stimuli\]\] number 1 drive: .*'onset'"),
    ('name = "strong"', 'name = "weak"', r"line 31: .*number 2: the name 'weak' comes twice"),
    ("[[stimuli]]\n", "[stimuli]\n", r"line 30: is no TOML"),
    ('file = "my.cir"', "", r"line 2: \[deck\] needs file: the netlist"),
    ("temperature = 85", "temperature = []", r"line 34: \[corners.hot\] temperature .* in °C"),
    ("R1", "Q1", r"line 36: .*resistors, capacitors or inductors by name, got 'Q1'"),
    ("X1.C2", "r1", r"line 36: .*'r1' comes twice, in two cases"),
    ('"ltspice"', '"ltspise"', r"line 5: .*got 'ltspise'; did you mean 'ltspice'"),
    ('["models"]', "3", r"line 4: \[deck\] include must be a list of texts, got 3"),
    ('"3M"', "1.5", r"line 22: \[run\] max_points must be a whole number, 1 or more, got 1.5"),
    ('"100ms"', '"0"', r"line 19: \[run\] stop must be more than zero s, got '0'"),
    ("[model]", "[model", r"line 10: is no TOML.*column 7"),
    ('"CH1"', '" "', r"line 39: \[bench\] membrane must be a text"),
]


@pytest.mark.parametrize(("old", "new", "message"), FAULTS)
def test_a_fault_is_told_with_line_key_what_belongs_there_and_what_is(
    old: str, new: str, message: str
) -> None:
    with pytest.raises(InputFileError, match=message) as caught:
        changed(old, new)
    assert str(caught.value).startswith("folder/design.toml, line ")
    assert f"line {caught.value.line}:" in str(caught.value)


@pytest.mark.parametrize(
    "text", ["", "x = " + "[" * 3000, "a = " + "{a = " * 3000, "deck = 3", "[deck]\nfile = 3"]
)
def test_what_is_no_design_is_refused_in_one_line(text: str) -> None:
    with pytest.raises(InputFileError, match=r"folder/design.toml") as caught:
        design_of(text, FILE)
    assert "\n" not in str(caught.value)


def test_a_file_that_is_not_there_or_no_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputFileError, match="cannot be read"):
        read_design(tmp_path / "none.toml")
    with pytest.raises(InputFileError, match=r"cannot be read|no plain file"):
        read_design(tmp_path)
    (tmp_path / "wide.toml").write_bytes('[deck]\nfile = "µ.cir"\n'.encode("utf-16"))
    with pytest.raises(InputFileError, match="UTF-8"):
        read_design(tmp_path / "wide.toml")


def test_an_editors_byte_order_mark_does_not_matter(tmp_path: Path) -> None:
    path = tmp_path / "marked.toml"
    path.write_bytes(b"\xef\xbb\xbf[deck]\r\nfile = 'a.cir'\r\n")
    assert read_design(path).deck == tmp_path / "a.cir"


def test_a_membrane_that_charges_downwards_has_its_threshold_below_its_reset() -> None:
    text = "[deck]\nfile = 'a'\n[model]\nneuron = 'lif'\n"
    values = asdict(LeakyNeuron(threshold=2.0, reset=1.0)) | {"threshold": -2.0, "reset": -1.0}
    design = design_of(text + "\n".join(f"{k} = {v!r}" for k, v in values.items()), FILE)
    assert design.intended is not None
    assert design.intended.values == values


def test_a_tolerance_is_a_fraction_or_a_quantity() -> None:
    assert Tolerance(value=0.02).allowed(-5.0) == 0.1
    assert Tolerance(value=0.02, unit="V").allowed(5.0) == 0.02
    for name, (unit, _) in TOLERATED.items():
        design = design_of(f"[deck]\nfile='a'\n[tolerances]\n{name} = '3m{unit}'", FILE)
        assert design.tolerances[name] == Tolerance(value=3e-3, unit=unit)


KEYS = st.from_regex(r"[a-z]{1,3}", fullmatch=True)
VALUES = st.sampled_from(
    ["1", '"a # b"', "'''x\ny'''", '"""\n[no]\nk = 1 \\" """', "[1,\n 2, # c\n 3]", "{ a.b = 1 }",
     "1979-05-27T07:32:00Z", '"\\u00e9]"', "[{ q = '=' }, { q = 2 }]"]
)  # fmt: skip


@given(st.dictionaries(KEYS, st.dictionaries(KEYS, VALUES, max_size=4), max_size=4))
def test_each_key_stands_on_the_line_that_it_was_written_on(
    tables: dict[str, dict[str, str]],
) -> None:
    text, written = "# head\n", {}
    for table, entries in tables.items():
        text += "\n"
        written[(table,)] = text.count("\n") + 1
        text += f"[ {table} ] # comment\n"
        for key, value in entries.items():
            written[(table, key)] = text.count("\n") + 1
            text += f'  "{key}" = {value}\n'
    document = tomllib.loads(text)
    assert set(document) == set(tables)
    found = key_lines(text)
    assert {path: found[path] for path in written} == written


def test_tables_in_a_row_are_counted() -> None:
    found = key_lines("[[a]]\nx = 1\n[[a.b]]\ny = 2\n[[a]]\nx.z = 3\n[[a.b]]\n[[a.b]]\ny = 4\n")
    assert found[("a", 0, "b", 0, "y")] == 4
    assert found[("a", 1, "x", "z")] == 6
    assert found[("a", 1, "b", 1, "y")] == 9


@given(st.text(alphabet="[]{}=\"'abx1.,#\n \\"))
def test_no_text_breaks_the_reader(text: str) -> None:
    with pytest.raises(SpiketwinError, match=r"design\.toml"):
        design_of(text, FILE)
