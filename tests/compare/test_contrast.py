"""One input into a neuron without time, one without a leak, one with: the numbers by algebra."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest

from spiketwin.circuits.engine import Engine
from spiketwin.cli.main import main
from spiketwin.compare.agreement import Verdict
from spiketwin.compare.contrast import contrast
from spiketwin.compare.provenance import analysis_provenance
from spiketwin.compare.report.contrast_page import contrast_json, lessons, render_contrast

TAU = 10e-3
# the circuits' interval is off by some 1e-5 of itself, and an edge of 1 µs begins half of it late
LATE = 2e-6


@pytest.fixture(scope="module")
def found():
    with Engine() as engine:
        yield contrast(simulate=engine.simulate)


def test_circuit_and_model_agree_in_all_nine(found):
    answers = [answer for scene in found.scenarios for answer in scene.answers]
    assert [answer.verdict for answer in answers] == [Verdict.AGREE] * 9
    assert max(answer.error for answer in answers) < 1e-4
    assert found.verdict is Verdict.AGREE


def test_pulses_close_together_fire_both_and_far_apart_the_integrator_alone(found):
    # 35 µA for 2 ms into 100 nF is 0.7 V a pulse: the threshold is reached 0.3/0.35 ms into the
    # second, whenever that comes
    expected = [14e-3 + 0.3 / 0.35 * 1e-3, 90e-3 + 0.3 / 0.35 * 1e-3]
    assert found.pulses.integrator.spike_times == pytest.approx(expected, abs=LATE)
    # leaky: 3.5 V·(1 − e^−0.2), two milliseconds of e^−t/τ, then towards 3.5 V until it is at 1 V
    left = 3.5 * (1 - math.exp(-0.2)) * math.exp(-0.2)
    fires = 14e-3 + TAU * math.log((3.5 - left) / 2.5)
    assert fires < 16e-3
    assert found.pulses.leaky.spike_times == pytest.approx([fires], abs=LATE)
    # far apart only e^−3 of the first pulse is left at the end of the second
    reaches = 3.5 * (1 - math.exp(-0.2)) * (1 + math.exp(-3))
    assert reaches < 1
    assert found.pulses.leaky.peak(60e-3, 120e-3) == pytest.approx(reaches, rel=1e-3)


def test_a_current_below_the_rheobase_fires_the_integrator_for_ever_and_the_leaky_never(found):
    # 1 V · 100 nF / 8 µA = 12.5 ms, and 2 ms of refractory time
    expected = 10e-3 + 12.5e-3 + 14.5e-3 * np.arange(7)
    assert found.weak.integrator.spike_times == pytest.approx(expected, abs=7 * LATE)
    assert found.weak.leaky.spike_times.size == 0
    settled = 0.8 * (1 - math.exp(-11))
    assert found.weak.leaky.at(120e-3) == pytest.approx(settled, rel=1e-4)


def test_in_silence_the_integrator_remembers_and_the_leaky_neuron_forgets_with_tau(found):
    integrator, leaky = found.silence.integrator, found.silence.leaky
    # 35 µA for 2 ms and twice half of an edge of 1 µs
    held = 35e-6 * 2.001e-3 / 100e-9
    assert integrator.at(60e-3) == pytest.approx(held, rel=1e-5)
    assert integrator.at(13e-3) == pytest.approx(held, rel=1e-5)
    assert leaky.at(60e-3) / leaky.at(13e-3) == pytest.approx(math.exp(-4.7), rel=2e-3)
    assert found.forgetting_time == pytest.approx(TAU, rel=1e-4)


def test_the_artificial_neuron_answers_what_is_there_now(found):
    artificial = found.pulses.artificial
    for onset in (10e-3, 14e-3, 60e-3, 90e-3):
        assert artificial.at(onset + 1e-3) == pytest.approx(3.5, abs=1e-4)
        assert artificial.at(onset + 3e-3) == pytest.approx(0.0, abs=1e-5)
        assert artificial.at(onset - 1e-3) == pytest.approx(0.0, abs=1e-5)


def test_the_sentences_say_the_numbers_and_the_page_loads_nothing(found):
    pulses, weak, silence = (lesson.sentence for lesson in lessons(found))
    assert "the integrator fires once as before, and the leaky neuron does not fire" in pulses
    assert "fires first after 12.5 ms" in weak
    assert "time constant of 10 ms" in silence
    origin = analysis_provenance(ngspice="39", command="spiketwin contrast")
    page = render_contrast(found, origin)
    assert page.count("<figure") == 3
    assert "<script" not in page
    assert 'href="http' not in page
    assert len(page) < 2_000_000
    numbers = json.loads(contrast_json(found, origin))
    assert numbers["schema"] == "spiketwin/contrast/1"
    assert [scene["name"] for scene in numbers["scenarios"]] == ["pulses", "weak", "silence"]
    assert len(numbers["scenarios"][1]["neurons"][1]["spike_times"]) == 7


def test_the_command_writes_the_page(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["contrast", "--out", "report"]) == 0
    assert "fires first after 12.5 ms" in " ".join(capsys.readouterr().out.split())
    names = sorted(path.name for path in (tmp_path / "report").iterdir())
    assert names == ["report.html", "result.json"]


def test_a_folder_that_cannot_be_written_is_refused_before_anything_runs(
    tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").write_text("")
    assert main(["contrast", "--out", "file"]) == 2
    assert "cannot write to the folder" in capsys.readouterr().err
