"""What ngspice passes over in silence is found, with its line; a sound deck gives no alarm."""

from __future__ import annotations

from importlib.resources import files

import pytest

from spiketwin.circuits.reader import Finding, Severity, read_text

SOUND = """a leaky membrane
I1 0 mem PULSE(0 1u 1m 1u 1u 50m 100m)
R1 mem 0 1Meg
C1 mem 0 1n ic=0
.tran 10u 100m uic
.end
"""


def findings(text: str) -> list[Finding]:
    return list(read_text(text).findings)


def only(text: str) -> Finding:
    (finding,) = findings(text)
    return finding


def test_a_sound_deck_has_no_findings() -> None:
    assert findings(SOUND) == []


@pytest.mark.parametrize("name", ["lif", "if", "alif", "eif", "adex", "izhikevich"])
def test_a_netlist_of_spiketwin_has_no_findings(name: str) -> None:
    folder = files("spiketwin.netlists")
    bench = folder.joinpath(f"{name}_bench.cir").read_text(encoding="utf-8")
    inside = folder.joinpath(f"{name}.cir").read_text(encoding="utf-8")
    assert findings(bench.replace(f".include {name}.cir", inside)) == []


@pytest.mark.parametrize(
    "title",
    [
        "Rload mem 0 10k",
        "V1 a 0 DC 5",
        "V1 a 0 PULSE(0 1 0 1u 1u 1m 2m)",
        "C1 mem 0 {C}",
        "E1 out 0 a b 1e4",
        "B1 out 0 V=V(mem)*2",
        ".param R=10k",
        ".include lif.cir",
        "D1 mem 0 dm",
        "T1 a 0 b 0 Z0=50 TD=1n",
        "Xn mem spike lif",
    ],
)
def test_a_card_on_the_title_line_is_found(title: str) -> None:
    more = "D2 mem 0 dm\n.model dm d\nX2 mem lif\n.subckt lif a\nR1 a 0 1k\n.ends\n.tran"
    text = SOUND.replace("a leaky membrane", title).replace(".tran", more)
    finding = only(text)
    assert (finding.code, finding.line) == ("title-is-card", 1)
    assert "title" in finding.message


@pytest.mark.parametrize(
    "title",
    [
        *("R2D2 neuron with comparator", "LIF neuron, 10k and 100n", "*", "", "* C:\\Draft1.asc"),
        *(".title KiCad schematic", "Circuit 1", "Integrate and fire: R C 10k", "in the beginning"),
        *("Current source drives a membrane", "E. coli", "d1", "RC membrane 2026"),
    ],
)
def test_a_title_is_not_taken_for_a_card(title: str) -> None:
    assert findings(SOUND.replace("a leaky membrane", title)) == []


@pytest.mark.parametrize(
    "title", ["The membrane through a dm to ground", "Switches and a dm of mine", "Diode dm alone"]
)
def test_a_title_that_speaks_of_a_model_is_not_taken_for_a_card(title: str) -> None:
    more = "D2 mem 0 dm\n.model dm d\n.tran"
    assert findings(SOUND.replace("a leaky membrane", title).replace(".tran", more)) == []


@pytest.mark.parametrize(
    ("card", "code"),
    [
        ("R2 mem 10k", "missing-node"),
        ("C2 mem 10n", "missing-node"),
        ("V2 vdd 5", "missing-node"),
        ("R2 mem 0", "missing-node"),
        ("V2 vdd 0", "missing-node"),
        ("E2 o 0 mem", "missing-node"),
        ("R2 mem 0 {1/0}", "division-by-zero"),
        ("B2 o 0 V=V(mem)/(2-2)\nR2 o 0 1", "division-by-zero"),
        (".param z=0\nR2 mem 0 {1k/z}", "division-by-zero"),
    ],
)
def test_what_leaves_an_element_without_meaning_is_an_error(card: str, code: str) -> None:
    text = SOUND.replace(".tran", f"{card}\n.tran")
    errors = [f for f in findings(text) if f.severity == Severity.ERROR]
    assert [f.code for f in errors] == [code]
    assert errors[0].line in {5, 6}


WARNED = {
    "R2 mem 0 1M": ("milli-for-mega", "write 1Meg"),
    ".param Rbig=2M\nR2 mem 0 {Rbig}": ("milli-for-mega", "2Meg"),
    "I2 0 mem SIN(0 1u 1M)": ("milli-for-mega", "write 1Meg"),
    "C2 mem 0 1F": ("femto-for-farad", "write 1 "),
    "D1 mem 0 dm\n.model dm d(is=1e-14 vfwd2=0.6)": ("unknown-model-parameter", "'vfwd2'"),
    "S1 mem 0 mem 0 sm\n.model sm sw(vt=1 von=2)": ("unknown-model-parameter", "'von'"),
    "I2 0 mem 0": ("source-never-on", "delay and its amplitude"),
    "I2 0 mem PULSE(0 1u 1 1u 1u 1m 1)": ("source-never-on", "delay and its amplitude"),
    "I2 0 mem PWL(0 0 1m 0)": ("source-never-on", "delay and its amplitude"),
    "V2 q 0 SIN(0 0 1k)\nR2 q 0 1k": ("source-never-on", "delay and its amplitude"),
    "R2 mem typo 1k": ("floating-node", "misspelt"),
    "E2 o 0 mme 0 1\nR2 o 0 1k": ("undriven-node", "misspelt"),
    "B2 o 0 V=V(spkie)\nR2 o 0 1k": ("undriven-node", "misspelt"),
    "I2 0 up 1u\nG2 up 0 mem 0 1m": ("no-path-to-ground", "add a large resistor"),
}


@pytest.mark.parametrize("cards", WARNED)
def test_what_is_likely_meant_otherwise_is_a_warning(cards: str) -> None:
    code, advice = WARNED[cards]
    text = SOUND.replace(".tran", f"{cards}\n.tran")
    finding = only(text)
    assert (finding.code, finding.severity) == (code, Severity.WARNING)
    assert advice in finding.message
    assert finding.line in {5, 6}


def test_a_small_m_at_a_resistor_is_a_note() -> None:
    finding = only(SOUND.replace(".tran", "Rshunt mem 0 10m\n.tran"))
    assert (finding.code, finding.severity) == ("milli-for-mega", Severity.NOTE)
    assert "write 10Meg" in finding.message


def test_an_initial_condition_without_uic_is_a_warning() -> None:
    finding = only(SOUND.replace(" uic", ""))
    assert (finding.code, finding.line, finding.nodes) == ("ic-without-uic", 4, ("mem", "0"))


def test_a_charge_that_nothing_takes_away_is_a_note_where_the_run_starts_from_it() -> None:
    text = SOUND.replace("R1 mem 0 1Meg", "R1 other 0 1Meg\nC2 other 0 1n")
    finding = only(text)
    assert (finding.code, finding.severity) == ("no-path-to-ground", Severity.NOTE)
    finding = only(text.replace(" uic", "").replace(" ic=0", ""))
    assert (finding.code, finding.severity) == ("no-path-to-ground", Severity.WARNING)


def test_a_circuit_without_ground_is_an_error() -> None:
    finding = only("t\nV1 a b 1\nR1 a b 1k\n.tran 1u 1m\n")
    assert (finding.code, finding.severity) == ("no-ground", Severity.ERROR)
    finding = only("t\n.tran 1u 1m\n")
    assert (finding.code, finding.severity) == ("no-elements", Severity.ERROR)


def test_settings_that_change_the_result_are_noted() -> None:
    found = findings(SOUND.replace(".tran", ".options reltol=1e-2 method=gear post\n.tran"))
    assert [f.code for f in found] == ["solver-setting", "solver-setting"]
    assert "reltol to 0.01" in found[0].message
    assert "method to gear" in found[1].message


def test_an_edge_without_length_is_noted() -> None:
    finding = only(SOUND.replace("1m 1u 1u 50m", "1m 0 0 50m"))
    assert (finding.code, finding.severity) == ("edge-length", Severity.NOTE)
    assert "1e-05 s" in finding.message


def test_a_deck_all_in_capitals_means_milli_by_m() -> None:
    text = SOUND.upper().replace(".TRAN", ".PARAM TAU=10M\n.TRAN")
    assert findings(text) == []
