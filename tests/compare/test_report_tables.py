"""The words and rows of the report: numbers with errors, spikes beside their partners."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spiketwin.circuits.engine import Engine
from spiketwin.circuits.events import DetectedSpikes
from spiketwin.compare import compare, judge, match_spikes
from spiketwin.compare.report import SpikeStatus, spike_rows
from spiketwin.compare.report.plotting import thin
from spiketwin.compare.report.run_table import run_table
from spiketwin.compare.report.spike_table import spike_table
from spiketwin.compare.report.tables import parameter_table
from spiketwin.compare.report.wording import relative, si_scale, signed, with_error
from spiketwin.models import SpikeTrain


@pytest.fixture(scope="module")
def comparison():
    with Engine() as engine:
        return compare("lif", simulate=engine.simulate)


def with_trains(comparison, model, circuit, stop):
    reference, other = SpikeTrain(times=model, stop=stop), SpikeTrain(times=circuit, stop=stop)
    spikes = DetectedSpikes(train=other, reading=np.full(len(other), 1e-9))
    match = match_spikes(reference, other)
    return replace(
        comparison,
        model=replace(comparison.model, spikes=reference, duration=stop),
        settings=replace(comparison.settings, duration=stop),
        runs=tuple(replace(run, spikes=spikes) for run in comparison.runs),
        agreement=judge(match, uncertainty=1e-9, tolerance=1e-5),
    )


@pytest.mark.parametrize(
    ("value", "error", "text"),
    [
        (492e-9, 880e-9, "492 ns ± 880 ns"),
        (1.2345e-3, 0.12e-3, "1.23 ms ± 0.12 ms"),
        (4.4488e-3, 1.3e-6, "4.4488 ms ± 1.3 µs"),
        (-65e-3, 1e-3, "−65.0 mV ± 1.0 mV"),
        (0.0, 3e-6, "0.0 µV ± 3.0 µV"),
        (10e-3, None, "10 mV"),
        (10e-3, 0.0, "10 mV ± 0 V"),
        # a float has no more digits than the value shows
        (1.0, 1e-20, "1.00000000000000 V ± 0.01 aV"),
    ],
)
def test_a_value_is_written_down_to_the_second_digit_of_its_error(value, error, text):
    unit = "s" if text.endswith("s") else "V"
    assert with_error(value, error, unit) == text


def test_small_ratios_have_a_sign_and_the_unit_that_suits_them():
    assert relative(0.02) == "+2 %"
    assert relative(-1.5e-6) == "−1.5 ppm"
    assert relative(3e-8) == "+30 ppb"
    assert relative(0.0) == "0 ppm"
    assert signed(-3e-3, "s") == "−3 ms"
    assert signed(3e-3, "s") == "+3 ms"


@given(st.floats(1e-17, 1e13), st.sampled_from(["s", "V", "A"]))
def test_a_scaled_number_lies_between_one_and_a_thousand(largest, unit):
    factor, prefixed = si_scale(largest, unit)
    assert prefixed.endswith(unit)
    # engineering() rounds to 12 digits before it chooses, so 999.9999999999 may be 1000
    assert 1 - 1e-11 <= largest * factor <= 1000


def test_a_run_of_zero_keeps_its_unit():
    assert si_scale(0.0, "V") == (1.0, "V")


times_of_spikes = st.lists(st.integers(1, 999), max_size=30, unique=True).map(
    lambda ticks: np.sort(ticks) * 1e-3
)


@given(model=times_of_spikes, circuit=times_of_spikes)
def test_every_spike_of_both_twins_is_in_one_row(comparison, model, circuit):
    rows = spike_rows(with_trains(comparison, model, circuit, 1.0))
    assert [row.model for row in rows if row.model is not None] == model.tolist()
    assert sorted(row.circuit for row in rows if row.circuit is not None) == circuit.tolist()
    for row in rows:
        both = row.model is not None and row.circuit is not None
        assert both == (row.status is SpikeStatus.MATCHED)
        assert (row.shift is not None) == both
        if both:
            assert row.shift == row.circuit - row.model


def test_a_spike_outside_the_judged_window_is_at_the_end(comparison):
    cut = with_trains(comparison, [0.1, 0.2, 0.99999], [0.1, 0.2], 1.0)
    assert spike_rows(cut)[-1].status is SpikeStatus.MISSED
    shorter = match_spikes(
        SpikeTrain(times=[0.1, 0.2], stop=0.9), SpikeTrain(times=[0.1, 0.2], stop=0.9)
    )
    cut = replace(cut, agreement=judge(shorter, uncertainty=1e-9, tolerance=1e-5))
    assert spike_rows(cut)[-1].status is SpikeStatus.AT_THE_END


def test_a_long_table_of_spikes_has_the_ends_the_worst_and_the_missed(comparison):
    model = np.arange(1, 401) * 1e-3
    circuit = model + 1e-9
    circuit[200] += 4e-5  # the worst, in the middle
    table = spike_table(with_trains(comparison, model, np.delete(circuit, 300), 0.5))
    shown = {int(row[0]) for row in table.rows}
    assert {1, 12, 201, 301, 400} <= shown
    assert len(shown) < 40
    assert f"Of 400 spikes, {len(shown)} are shown" in table.note
    assert "spikes.csv" in table.note
    (missed,) = (row for row in table.rows if row[0] == "301")
    assert missed[-1] == "missed"
    assert missed[2] == "–"


def test_spike_times_are_written_finer_than_the_shifts_between_them(comparison):
    for row in spike_table(comparison).rows:
        model, circuit, shift = (float(cell.replace("−", "-")) for cell in row[1:4])
        # milliseconds with 7 decimals, each rounded by half of 0.1 ns; the shift to 0.01 ns
        assert (circuit - model) * 1e6 == pytest.approx(shift, abs=0.1 + 0.01)


def test_parameters_stand_as_designed_beside_what_the_waveform_shows(comparison):
    rows = {row[0]: row for row in parameter_table(comparison).rows}
    assert rows["resistance"][1:3] == ("100 kΩ", "–")
    assert rows["capacitance"][1] == "100 nF"
    assert rows["time constant R·C"][1] == "10 ms"
    built, unit = rows["time constant R·C"][2].split(" ")
    last_digit = 10.0 ** -len(built.partition(".")[2])
    assert unit == "ms"
    assert float(built) == pytest.approx(comparison.as_built.tau.value * 1e3, abs=last_digit / 2)
    # the last digit is the second of the standard error
    assert 10 <= comparison.as_built.tau.standard_error * 1e3 / last_digit < 100


def test_the_runs_halve_their_step_and_the_last_is_judged(comparison):
    table = run_table(comparison)
    assert len(table.rows) == len(comparison.runs) >= 2
    assert table.rows[-1][0].endswith("judged")
    # τ/120 and τ/240
    assert [row[1] for row in table.rows[:2]] == ["83.33 µs", "41.67 µs"]


@given(
    st.integers(1, 50),
    st.lists(st.floats(-1, 1), min_size=2, max_size=2000),
    st.integers(0, 2**32 - 1),
)
def test_a_thinned_line_keeps_its_ends_and_every_extreme(columns, values, seed):
    voltage = np.array(values)
    time = np.cumsum(np.random.default_rng(seed).uniform(1e-6, 1e-3, voltage.size))
    shown_time, shown = thin(time, voltage, columns)
    assert shown_time.size <= max(4 * columns, 4)
    assert np.all(np.diff(shown_time) > 0)
    assert (shown_time[0], shown_time[-1]) == (time[0], time[-1])
    assert (shown.min(), shown.max()) == (voltage.min(), voltage.max())
    assert np.array_equal(shown, voltage[np.searchsorted(time, shown_time)])


def test_a_thinned_line_keeps_a_spike_of_a_single_point_among_a_million():
    time = np.linspace(0, 1, 1_000_000)
    voltage = np.sin(3 * time)
    voltage[123_456] = 5.0
    shown_time, shown = thin(time, voltage, 500)
    assert shown_time.size <= 2000
    assert shown_time[shown.argmax()] == time[123_456]
