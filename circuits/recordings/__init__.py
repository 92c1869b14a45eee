"""Recordings of a bench: the text files that oscilloscopes and simulators export."""

from spiketwin.circuits.recordings.reading import read_recording, recording_of
from spiketwin.circuits.recordings.recording import Channel, Recording

__all__ = ["Channel", "Recording", "read_recording", "recording_of"]
