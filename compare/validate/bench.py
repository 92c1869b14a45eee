"""A recording beside a circuit: which channel is what, and when the circuit's time zero was."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np

from spiketwin.circuits.recordings import read_recording
from spiketwin.compare.agreement import match_spikes
from spiketwin.compare.findings import Finding, Severity
from spiketwin.compare.validate.waveforms.events import find_events
from spiketwin.compare.validate.waveforms.observation import Drive, Observation, Origin
from spiketwin.models import SpikeTrain, Trace
from spiketwin.models.errors import ParameterError
from spiketwin.models.quantities import engineering
from spiketwin.models.stimuli.strength import onset_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spiketwin.circuits.recordings import Recording
    from spiketwin.compare.validate.designs.design import Bench, Design


@dataclass(frozen=True, slots=True, kw_only=True)
class Alignment:
    """How a recording's time axis is put on the circuit's.

    Attributes:
        offset: seconds, the circuit's time of the recording's first sample.
        by: what tells it.
    """

    offset: float
    by: Literal["first-spike", "trigger"]

    def words(self) -> str:
        """Return what was done, for a reader."""
        how = {
            "first-spike": "its first spike is the circuit's first",
            "trigger": "its trigger is the onset of the stimulus",
        }[self.by]
        return (
            f"The recording's first sample is at {engineering(self.offset, 's', 6)} of the "
            f"circuit's time: {how}."
        )


def observe_alone(design: Design) -> tuple[Observation, tuple[Finding, ...]]:
    """Return a design's recording on its own time axis, and what is odd about it.

    Raises:
        InputFileError: where the file cannot be read.
        ParameterError: as ``observe``.
    """
    bench, recording = _recording(design)
    observation = observe(recording, bench.membrane, bench.spike)
    return observation, tuple(recording_findings(recording))


def observe_beside(
    design: Design, circuit: SpikeTrain, drive: Drive | None
) -> tuple[Observation, tuple[Finding, ...]]:
    """Return a design's recording on the circuit's time axis and under its drive, and findings.

    How far it was moved is among them. Where nothing tells, its first sample is the circuit's time
    zero, and that is a warning.

    Raises:
        InputFileError: where the file cannot be read.
        ParameterError: as ``observe`` and ``aligned``.
    """
    bench, recording = _recording(design)
    observation = observe(recording, bench.membrane, bench.spike)
    spikes = find_events(observation).spikes.train
    try:
        alignment = align(recording, spikes, circuit, drive, bench.align)
        severity, words = Severity.NOTE, alignment.words()
    except ParameterError as error:
        alignment = Alignment(offset=0.0, by=bench.align)
        severity = Severity.WARNING
        words = f"The recording's first sample is taken for the circuit's time zero: {error}."
    told = Finding(code="bench-alignment", severity=severity, message=words)
    return aligned(observation, alignment, drive), (told, *recording_findings(recording))


def _recording(design: Design) -> tuple[Bench, Recording]:
    if design.bench is None:
        raise ParameterError("the design has no recording; add [bench] with a file")
    return design.bench, read_recording(design.bench.recording)


def observe(recording: Recording, membrane: str | None, spike: str | None) -> Observation:
    """Return a recording as an observation whose drive nobody knows, from its own time zero.

    Args:
        recording: the file's channels.
        membrane: the channel of the membrane; None where there is but one.
        spike: the channel of the spike output, or None.

    Raises:
        ParameterError: where there is no such channel, or one of them is no voltage.
    """
    wave = recording.channel(membrane)
    output = None if spike is None else recording.channel(spike)
    for channel in (wave, output):
        if channel is not None and channel.unit != "V":
            raise ParameterError(
                f"the channel {channel.name!r} is a current; a membrane and a spike output are "
                f"voltages: name another channel"
            )
    if output is wave:
        raise ParameterError(
            f"the channel {wave.name!r} cannot be membrane and spike output at once; leave the "
            f"spike output out, and the membrane's resets tell the spikes"
        )
    used = {channel.name for channel in (wave, output) if channel is not None}
    return Observation(
        membrane=wave.trace,
        spike=None if output is None else output.trace,
        others={
            name: channel.trace for name, channel in recording.channels.items() if name not in used
        },
        origin=Origin.BENCH,
    )


def align(
    recording: Recording,
    bench: SpikeTrain,
    circuit: SpikeTrain,
    drive: Drive | None,
    by: Literal["first-spike", "trigger"] = "first-spike",
) -> Alignment:
    """Return how a recording is put on the circuit's time axis.

    Args:
        recording: the file.
        bench: its spikes, from its own time zero.
        circuit: the circuit's spikes.
        drive: of the circuit; the trigger is its onset, or time zero where it has none.
        by: what tells it.

    Raises:
        ParameterError: where what is to tell it is not there.
    """
    if by == "trigger":
        if recording.trigger is None:
            raise ParameterError(
                "the recording's time zero lies outside it, so that its trigger is not known; "
                "align by first-spike"
            )
        onset = 0.0 if drive is None else onset_of(drive.stimulus, circuit.stop)
        return Alignment(offset=onset - recording.trigger, by=by)
    if not len(bench) or not len(circuit):
        silent = "the recording" if not len(bench) else "the circuit"
        raise ParameterError(
            f"{silent} has no spike to align by; trigger the oscilloscope at the onset of the "
            f"stimulus, and align by trigger"
        )
    return Alignment(offset=float(circuit.times[0] - bench.times[0]), by=by)


def aligned(bench: Observation, alignment: Alignment, drive: Drive | None) -> Observation:
    """Return a recording on the circuit's time axis, under the circuit's drive.

    What was recorded before the circuit's time zero is left out.

    Raises:
        ParameterError: where nothing of the membrane is left.
    """
    membrane = _moved(bench.membrane, alignment.offset)
    if membrane is None:
        raise ParameterError(
            f"the recording ends before the circuit's time zero: {alignment.words()}"
        )
    spike = None if bench.spike is None else _moved(bench.spike, alignment.offset)
    others = {name: _moved(trace, alignment.offset) for name, trace in bench.others.items()}
    return replace(
        bench,
        membrane=membrane,
        spike=spike,
        drive=drive,
        others={name: trace for name, trace in others.items() if trace is not None},
    )


def _moved(trace: Trace, offset: float) -> Trace | None:
    """Return a trace later by ``offset`` seconds, from time zero on; None without two points."""
    time = trace.time + offset
    kept = time >= 0
    if np.count_nonzero(kept) < 2:
        return None
    return Trace(time=time[kept], voltage=trace.voltage[kept])


def spikes_beside(
    circuit: SpikeTrain, bench: SpikeTrain
) -> tuple[dict[float, float], tuple[float, ...]]:
    """Return the bench's spike beside each of the circuit's that has one, and those without.

    Both in seconds of the circuit's time; which belong together is for ``match_spikes`` to say.
    """
    match = match_spikes(circuit, bench)
    paired = {float(circuit.times[i]): float(bench.times[j]) for i, j in match.pairs}
    return paired, tuple(match.extra.tolist())


def recording_findings(recording: Recording) -> Iterator[Finding]:
    """Yield what is odd about a recording's file."""
    for found in recording.findings:
        yield Finding(
            code=found.code,
            severity=Severity(found.severity.value),
            message=found.message,
            line=found.line,
            nodes=found.nodes,
        )
