"""A recording beside a circuit: on the circuit's time axis, spike by spike."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from spiketwin.circuits.recordings import Recording, recording_of
from spiketwin.compare.findings import Severity
from spiketwin.compare.validate.bench import (
    Alignment,
    align,
    aligned,
    observe,
    observe_alone,
    observe_beside,
    recording_findings,
    spikes_beside,
)
from spiketwin.compare.validate.designs.design import Bench, Design
from spiketwin.compare.validate.waveforms.observation import Drive, Origin
from spiketwin.compare.validate.waveforms.understanding import understand
from spiketwin.models import Constant, LeakyNeuron, SpikeTrain, Step, solve
from spiketwin.models.errors import ParameterError

NEURON = LeakyNeuron(resistance=100e3, capacitance=100e-9, refractory=2e-3)
DRIVE = Step(current=20e-6, onset=5e-3)
PERIOD = 2e-3 + 10e-3 * np.log(2)  # refractory time and τ·ln 2, at twice the threshold


def scope_text(*, seed: int = 1) -> str:
    """Return what a scope of 8 bits, 20 kS/s and a trigger at the onset would export."""
    solution = solve(NEURON, DRIVE, 0.12)
    time = np.arange(-5e-3, 0.1, 50e-6)
    noise = np.random.default_rng(seed).normal(0, 2e-3, time.size)
    volts = np.round((solution.voltage(time + 5e-3) + noise) / 5e-3) * 5e-3
    lines = [f"{t:.6e},{1e3 * v:.2f},3e-6" for t, v in zip(time, volts, strict=True)]
    return "Time (s),CH1 (mV),Iin (A)\n" + "\n".join(lines)


@pytest.fixture(scope="module")
def recording() -> Recording:
    """The bench of a neuron whose model is known."""
    return recording_of(scope_text(), Path("scope.csv"))


def test_a_recording_shows_the_time_constant_and_rate_of_its_neuron(recording: Recording) -> None:
    observation = observe(recording, "CH1", None)
    assert observation.origin is Origin.BENCH
    assert list(observation.others) == ["Iin"]
    shown = understand([observation])
    spikes = shown.events.spikes.train
    assert len(spikes) == 11  # the onset, and each period from τ·ln 2 on, until 100 ms
    # read at samples of 50 µs
    np.testing.assert_allclose(spikes.intervals, PERIOD, rtol=0, atol=60e-6)
    tau = shown.figure("tau")
    assert tau is not None
    # 1 % is what a linear membrane is held to
    assert tau.value == pytest.approx(10e-3, rel=0.01)


def test_the_trigger_is_the_onset_of_the_stimulus(recording: Recording) -> None:
    train = SpikeTrain(times=[], stop=0.1)
    found = align(recording, train, train, Drive(stimulus=DRIVE, unit="A", name="iin"), "trigger")
    # the file begins 5 ms before its trigger, which is at 5 ms of the circuit's time
    assert found.offset == pytest.approx(0.0, abs=1e-18)
    constant = Drive(stimulus=Constant(current=1e-6), unit="A", name="iin")
    assert align(recording, train, train, constant, "trigger").offset == pytest.approx(-5e-3)
    assert "trigger is the onset" in found.words()


def test_the_first_spikes_are_put_at_one_time(recording: Recording) -> None:
    bench, circuit = (SpikeTrain(times=times, stop=1.0) for times in ([0.2, 0.3], [0.5, 0.6]))
    found = align(recording, bench, circuit, None)
    assert found.offset == pytest.approx(0.3)
    assert "300 ms" in found.words()


def test_what_cannot_align_is_told(recording: Recording) -> None:
    silent, train = SpikeTrain(times=[], stop=1.0), SpikeTrain(times=[0.5], stop=1.0)
    with pytest.raises(ParameterError, match=r"the circuit has no spike to align by.*by trigger"):
        align(recording, train, silent, None)
    with pytest.raises(ParameterError, match="the recording has no spike to align by"):
        align(recording, silent, train, None)
    late = recording_of("1,1\n2,1\n3,1\n", Path("late.csv"))
    with pytest.raises(ParameterError, match="time zero lies outside it"):
        align(late, train, train, None, "trigger")


def test_an_aligned_recording_begins_at_the_circuits_time_zero(recording: Recording) -> None:
    observation = observe(recording, "CH1", None)
    drive = Drive(stimulus=DRIVE, unit="A", name="iin")
    moved = aligned(observation, Alignment(offset=-4.975e-3, by="first-spike"), drive)
    assert moved.drive is drive
    assert moved.membrane.time[0] == pytest.approx(25e-6, rel=1e-9)
    last = observation.membrane.time[-1]
    assert moved.membrane.time[-1] == pytest.approx(last - 4.975e-3, rel=1e-12)
    assert len(moved.membrane) == len(observation.membrane) - 100  # half a sample short of 5 ms
    with pytest.raises(ParameterError, match="ends before the circuit's time zero"):
        aligned(observation, Alignment(offset=-1.0, by="first-spike"), drive)


def test_a_spike_of_the_bench_stands_beside_its_partner_or_alone() -> None:
    circuit = SpikeTrain(times=[1.0, 2.0, 4.0], stop=5.0)
    bench = SpikeTrain(times=[0.1, 1.9, 3.1, 4.2], stop=5.0)
    # within half the median interval of 1.5 s the nearest belong together
    assert spikes_beside(circuit, bench) == ({2.0: 1.9, 4.0: 4.2}, (0.1, 3.1))
    assert spikes_beside(circuit, SpikeTrain(times=[], stop=5.0)) == ({}, ())


def test_a_current_is_no_membrane(recording: Recording) -> None:
    with pytest.raises(ParameterError, match="'Iin' is a current"):
        observe(recording, "iin", None)
    with pytest.raises(ParameterError, match="'CH1' cannot be membrane and spike output at once"):
        observe(recording, "CH1", "ch1")


def test_a_gap_of_a_recording_is_a_finding() -> None:
    gap = recording_of("0,1,2\n1,,3\n2,1,3\n3,1,3\n", Path("a.csv"))
    (found,) = recording_findings(gap)
    assert (found.code, found.line, found.nodes) == ("samples-missing", 2, ("CH1",))


def test_a_design_moves_its_recording_and_says_by_how_much(tmp_path: Path) -> None:
    (tmp_path / "scope.csv").write_text(scope_text())
    bench = Bench(recording=tmp_path / "scope.csv", membrane="CH1")
    design = Design(bench=bench)
    alone, notes = observe_alone(design)
    assert notes == ()
    circuit = solve(NEURON, DRIVE, 0.1).spikes
    drive = Drive(stimulus=DRIVE, unit="A", name="iin")
    beside, (told,) = observe_beside(design, circuit, drive)
    # both have their onset 5 ms after the first sample: they differ by the reading of a spike
    assert abs(len(beside.membrane) - len(alone.membrane)) <= 1
    assert (told.code, told.severity) == ("bench-alignment", Severity.NOTE)
    _, (warned,) = observe_beside(design, SpikeTrain(times=[], stop=0.1), drive)
    assert warned.severity is Severity.WARNING
    with pytest.raises(ParameterError, match="has no recording"):
        observe_alone(Design(deck=tmp_path / "a.cir"))
