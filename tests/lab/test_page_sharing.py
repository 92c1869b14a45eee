"""What one takes away from the page: the link, the command, the deck, the numbers, the picture."""

from __future__ import annotations

import json
import shlex
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from spiketwin.cli.main import main

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.lab.conftest import LabPage

# how far docs/neurons.md lets the circuit's interval be off, and six digits of a table's cell
INTERVAL_ERROR, ROUNDING = 1.3e-5, 5e-6


@pytest.fixture(scope="module")
def phone(lab: LabPage, open_lab: Callable[..., LabPage]) -> LabPage:
    """A phone that opened the link to a bench that was set up elsewhere."""
    lab.show()
    lab.type_into("resistance", "220k")
    lab.page.select_option("#stimulus-kind", "train")
    lab.type_into("stimulus-current", "12u")
    lab.settle()
    lab.page.wait_for_function("() => location.hash.includes('current=0.000012')")
    link = lab.page.evaluate("location.hash")
    phone = open_lab(link, width=360, has_touch=True, color_scheme="dark")
    phone.settle()
    return phone


def test_a_bench_is_shared_by_its_address(lab: LabPage, phone: LabPage) -> None:
    assert phone.page.input_value("#resistance") == "220\xa0kΩ"
    assert phone.page.input_value("#stimulus-kind") == "train"
    assert phone.text("#words") == lab.text("#words")
    assert phone.spike_times("circuit") == lab.spike_times("circuit") != []


def test_the_page_fits_a_phone_and_the_curve_stays_in_sight(phone: LabPage) -> None:
    for bench in ("artificial", "bucket", "leaky"):
        phone.page.tap(f"#tab-{bench}")
        phone.page.wait_for_selector(f"[data-bench={bench}]")
        assert phone.page.evaluate("document.documentElement.scrollWidth") == 360
        small = phone.page.evaluate(
            """() => [...document.querySelectorAll('button, select, input:not([type=checkbox])')]
              .filter((e) => e.checkVisibility() && e.getBoundingClientRect().height < 44)
              .map((e) => e.id)"""
        )
        assert small == []
    phone.page.locator("#refractory").scroll_into_view_if_needed()
    stage = phone.page.locator(".stage").bounding_box()
    field = phone.page.locator("#refractory").bounding_box()
    assert stage is not None
    assert field is not None
    assert stage["y"] >= -1
    assert stage["height"] < 400
    assert field["y"] > stage["y"] + stage["height"]


@pytest.mark.parametrize(
    "stimulus",
    [
        "pulses:current=6e-5,width=0.003,gap=0.002,onset=0.01",
        "noise:mean=1.5e-5,sigma=5e-6,hold=0.002,seed=3",
    ],
)
def test_the_command_for_python_runs_and_gives_the_same_spikes(
    lab: LabPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stimulus: str
) -> None:
    lab.show(f"#duration=0.05&stimulus={stimulus}")
    circuit, model = lab.spike_times("circuit"), lab.spike_times("model")
    assert circuit
    lab.page.click("#share-python")
    command = lab.page.inner_text("#command")
    monkeypatch.chdir(tmp_path)
    if "current.csv" in command:
        with lab.page.expect_download() as saved:
            lab.page.click("#save-current")
        saved.value.save_as(tmp_path / "current.csv")
    program, *arguments = shlex.split(command)
    assert program == "spiketwin"
    assert main(arguments) == 0
    result = json.loads((tmp_path / "report/result.json").read_text())
    assert result["model"]["spike_times"] == pytest.approx(model, rel=ROUNDING)
    # Python refines its run, the page runs once: both within the circuit's own error of an interval
    ends = [0.0, *result["circuit"]["spike_times"]]
    error = INTERVAL_ERROR * sum(b - a for a, b in pairwise(ends))
    assert result["circuit"]["spike_times"] == pytest.approx(circuit, rel=ROUNDING, abs=error)


def test_what_one_takes_away_is_what_one_saw(lab: LabPage, tmp_path: Path) -> None:
    lab.show()
    times = lab.spike_times("circuit")
    saved = {}
    for button, name in {
        "netlist": "circuit.cir",
        "csv": "waveforms.csv",
        "spikes": "spikes.csv",
        "png": "scope.png",
    }.items():
        with lab.page.expect_download() as download:
            lab.page.click(f"#share-{button}")
        assert download.value.suggested_filename == name
        download.value.save_as(tmp_path / name)
        saved[name] = (tmp_path / name).read_bytes()
    assert b"Xneuron mem spike lif resistance=100000" in saved["circuit.cir"]
    assert saved["circuit.cir"].rstrip().endswith(b".end")
    header, *rows = saved["spikes.csv"].decode().split()
    assert header == "circuit_s,model_s,difference_s"
    assert [float(row.split(",")[0]) for row in rows] == pytest.approx(times, rel=ROUNDING)
    header, *rows = saved["waveforms.csv"].decode().split()
    assert header == "time_s,current_A,circuit_V,model_V"
    # at rest, and charging: the trapezoidal rule at τ/120 is within 1e-5 of the swing
    early = [
        [float(cell) for cell in row.split(",")] for row in rows if float(row.split(",")[0]) < 0.016
    ]
    assert len(early) > 50
    assert max(abs(circuit - model) for _, _, circuit, model in early) < 1e-4
    assert saved["scope.png"].startswith(b"\x89PNG")
    assert len(saved["scope.png"]) > 10_000
