"""The test bench that PySpice assembles: exact numbers, nothing that ngspice reads otherwise."""

from __future__ import annotations

import ast
import logging
import math
import re
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spiketwin.circuits.decks import Deck
from spiketwin.circuits.pyspice import add_transient, assemble_circuit
from spiketwin.circuits.source_cards import CurrentSource
from spiketwin.models.errors import ParameterError

if TYPE_CHECKING:
    from spiketwin.circuits.engine import Engine

MEMBRANE = """* a membrane
.subckt membrane mem resistance=1 capacitance=1
R1 mem 0 {resistance}
C1 mem 0 {capacitance} ic=0
.ends
"""

FLOATS = st.floats(allow_nan=False, allow_infinity=False)


def bench(
    source: CurrentSource, *, resistance: float = 1e5, capacitance: float = 1e-7, title: str = "t"
) -> str:
    circuit = assemble_circuit(
        title=title,
        definitions=MEMBRANE,
        subcircuit="membrane",
        nodes=("mem",),
        parameters={"resistance": resistance, "capacitance": capacitance},
        currents=(source,),
    )
    return add_transient(circuit, save=("mem",), duration=0.05, max_step=1e-4)


def test_a_bench_is_a_deck_to_the_letter() -> None:
    source = CurrentSource(into="mem", kind="PWL", numbers=(0.0, 0.0, 1e-6, 2e-5))
    assert bench(source, title="a\ntitle") == (
        ".title a title\n"
        f"{MEMBRANE}"
        "Xneuron mem membrane capacitance=1e-07 resistance=100000.0\n"
        "Istimulus 0 mem PWL(0.0 0.0 1e-06 2e-05)\n"
        ".save v(mem)\n"
        ".tran 0.0001 0.05 0 0.0001 uic\n"
        ".end\n"
    )


@given(FLOATS, FLOATS, st.lists(FLOATS, min_size=2, max_size=6))
def test_every_number_of_a_bench_reads_back_exactly(
    resistance: float, capacitance: float, numbers: list[float]
) -> None:
    source = CurrentSource(into="mem", kind="PWL", numbers=tuple(numbers))
    text = bench(source, resistance=resistance, capacitance=capacitance)
    written = dict(re.findall(r"(\w+)=(\S+)", next(x for x in text.split("\n") if x[:1] == "X")))
    assert float(written["resistance"]) == resistance
    assert float(written["capacitance"]) == capacitance
    waveform = next(x for x in text.split("\n") if x.startswith("Istimulus"))
    assert [float(x) for x in waveform[waveform.index("(") + 1 : -1].split()] == numbers
    assert text.isascii()


def test_numbers_of_numpy_are_written_like_pythons() -> None:
    source = CurrentSource(into="mem", kind="DC", numbers=(np.float64(2e-5),))
    assert "Istimulus 0 mem DC 2e-05\n" in bench(source, resistance=np.float64(1e5))
    assert "resistance=100000.0" in bench(source, resistance=np.float64(1e5))


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_a_number_that_is_not_finite_is_refused(number: float) -> None:
    with pytest.raises(ParameterError, match=r"CurrentSource\.numbers must be finite"):
        CurrentSource(into="mem", kind="DC", numbers=(number,))


TAU, CURRENT, RESISTANCE = 1e-2, 2e-5, 1e5


@pytest.mark.parametrize(
    ("kind", "numbers"),
    [
        ("DC", (CURRENT,)),
        ("PWL", (0.0, CURRENT, 1.0, CURRENT)),
        ("PULSE", (CURRENT, CURRENT, 0.0, 1e-6, 1e-6, 1.0, 2.0)),
        ("SIN", (CURRENT, 0.0, 10.0)),
    ],
)
def test_a_bench_of_each_kind_of_source_runs(
    engine: Engine, kind: str, numbers: tuple[float, ...]
) -> None:
    source = CurrentSource(into="mem", kind=kind, numbers=numbers)  # type: ignore[arg-type]
    deck = Deck(text=bench(source), vectors=("mem",), duration=0.05)
    trace = engine.simulate(deck).traces["mem"]
    expected = -RESISTANCE * CURRENT * np.expm1(-trace.time / TAU)
    assert trace.voltage.max() > 1.9
    # the trapezoidal rule: z²/(12·e) = 3.1e-6 of R·I = 2 V at z = 1/100
    np.testing.assert_allclose(trace.voltage, expected, atol=8e-6)


def test_options_are_written_and_obeyed(engine: Engine) -> None:
    source = CurrentSource(into="mem", kind="DC", numbers=(CURRENT,))
    circuit = assemble_circuit(
        title="t",
        definitions=MEMBRANE.rstrip("\n"),
        subcircuit="membrane",
        nodes=("mem",),
        parameters={"resistance": RESISTANCE, "capacitance": TAU / RESISTANCE},
        currents=(source,),
    )
    text = add_transient(
        circuit,
        save=("mem",),
        duration=0.05,
        max_step=1e-3,
        options={"trtol": 1e6, "maxord": 1},
    )
    assert ".options trtol=1000000.0\n.options maxord=1.0\n" in text
    trace = engine.simulate(Deck(text=text, vectors=("mem",), duration=0.05)).traces["mem"]
    error = np.abs(trace.voltage + RESISTANCE * CURRENT * np.expm1(-trace.time / TAU)).max()
    # Backward Euler, with steps that only max_step limits: (1 + z)^−n against exp(−n·z) is off by
    # z/2·x·exp(−x) = z/(2·e) at most, 3.7e-2 of 2 V at z = 1/10; the trapezoidal rule by 6e-4.
    assert 2e-2 < error <= 3.7e-2


def test_no_other_module_imports_pyspice() -> None:
    folder = Path(__file__).parents[2]
    guilty = [
        path.name
        for part in ("models", "circuits", "compare", "cli")
        for path in (folder / part).glob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Import | ast.ImportFrom) and "PySpice" in ast.unparse(node)
    ]
    assert set(guilty) == {"pyspice.py"}


def test_pyspice_keeps_quiet(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        logging.getLogger("PySpice.Spice.NgSpice.Shared").error("Unsupported Ngspice version 39")
    assert caplog.records == []
