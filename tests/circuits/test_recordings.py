"""What oscilloscopes export is read as they mean it, and what cannot be is told with its line."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spiketwin.circuits.recordings import Recording, read_recording, recording_of
from spiketwin.models.errors import InputFileError, ParameterError, SpiketwinError

FILE = Path("scope.csv")
# Each is one recording of two channels: from -2 ms in steps of 1 ms, 0.1, 0.2, 0.4 V and 1, 2, 3 V.
# The layouts are those that the makers' manuals describe; the numbers are ours.
TWO_CHANNELS = {
    "Keysight InfiniiVision": "x-axis,1,2\nsecond,Volt,Volt\n"
    "-2.0E-03,+1.0E-01,1\n-1.0E-03,2.0E-01,2\n0,+4.0E-01,3\n",
    "Tektronix MSO": "Model,MSO44\nFirmware Version,1.2\n\nHorizontal Units,s\n"
    "Sample Interval,1e-3\n"
    "Labels,,\nTIME,CH1,CH2\n-2e-3,0.1,1\n-1e-3,0.2,2\n0,0.4,3\n",
    "Rigol DS1000Z": "X,CH1,CH2,Start,Increment,\nSequence,Volt,Volt,-2.0e-03,1.0e-03\n"
    "0,0.1,1,,\n1,0.2,2,,\n2,0.4,3,,\n",
    "Rigol MSO5000": "Time(s),CH1V,CH2V,t0 = -2e-3, tInc = 1e-3,\n"
    "-2e-3,0.1,1,,\n-1e-3,0.2,2,,\n0,0.4,3,,\n",
    "Siglent SDS": "Record Length,Analog:3\nSample Interval,CH1:1e-3 CH2:1e-3\n"
    "Vertical Units,CH1:V CH2:V\nSource,CH1,CH2\nSecond,Volt,Volt\n"
    "-2e-3,0.1,1\n-1e-3,0.2,2\n0,0.4,3\n",
    "PicoScope": "Time,CH1,CH2\n(ms),(mV),(V)\n\n-2.0,100.0,1\n-1.0,200.0,2\n0.0,400.0,3\n",
    "PicoScope, decimal commas": "Zeit;CH1;CH2\n(ms);(mV);(V)\n\n"
    "-2,0;100,0;1,0\n-1,0;200,0;2,0\n0,0;400,0;3,0\n",
    "units behind names": '"Time [us]"\tCH1 (mV)\tCH2\n-2000\t100\t1\n-1000\t200\t2\n0\t400\t3\n',
    "spaces, decimal commas": "-0,002 0,1 1,0\n-0,001 0,2 2,0\n0,0 0,4 3,0\n",
    "ngspice wrdata": " -2e-3  0.1  -2e-3  1 \n -1e-3  0.2  -1e-3  2 \n 0  0.4  0  3 \n",
    "plain": "# of the bench\n-2e-3,0.1,1\n-1e-3,0.2,2\n0,0.4,3\n",
    "Windows": "t;CH1;CH2\r\n-2e-3;0.1;1\r\n-1e-3;0.2;2\r\n0;0.4;3\r\n",
}


def read(text: str) -> Recording:
    """Return the recording of a text with the line ends that the reader makes alike."""
    return recording_of(text.replace("\r\n", "\n"), FILE)


@pytest.mark.parametrize("maker", TWO_CHANNELS)
def test_every_makers_layout_is_read(maker: str) -> None:
    recording = read(TWO_CHANNELS[maker])
    assert list(recording.channels) == ["CH1", "CH2"]
    # in doubles: one rounding of each product with a unit's factor, and one of each difference
    assert recording.start == pytest.approx(-2e-3, rel=1e-15)
    assert recording.trigger == pytest.approx(2e-3, rel=1e-15)
    first, second = recording.channel("CH1").trace, recording.channel("ch2").trace
    for trace, volts in ((first, [0.1, 0.2, 0.4]), (second, [1, 2, 3])):
        np.testing.assert_allclose(trace.time, [0, 1e-3, 2e-3], rtol=1e-15)
        np.testing.assert_allclose(trace.voltage, volts, rtol=1e-15)
    assert recording.findings == ()


def test_tektronix_settings_beside_the_samples_are_no_samples() -> None:
    recording = read(
        "Record Length,4e+00,,-0.002,0.1,\nSample Interval,1e-3,,-0.001,0.2,\n"
        "Vertical Units,V,,0,0.4,\nSource,CH2,,0.001,0.8,\n,,,0.002,1.6,\n"
    )
    (channel,) = recording.channels.values()
    assert channel.name == "CH2"
    assert channel.trace.voltage.tolist() == [0.1, 0.2, 0.4, 0.8, 1.6]


def test_samples_without_a_time_get_it_from_the_header() -> None:
    recording = read("Type:,raw\nXInc:,2e-3\nXOrg:,-4e-3\nData:,\n0.1\n0.2\n0.4\n")
    assert recording.trigger == 4e-3
    np.testing.assert_allclose(recording.channel(None).trace.time, [0, 2e-3, 4e-3], rtol=1e-15)


def test_an_ltspice_export_keeps_the_names_of_nodes_and_elements() -> None:
    recording = read("time\tV(vm)\tI(R1)\n0\t1\t2e-6\n1e-9\t2\t3e-6\n3e-9\t3\t4e-6\n")
    assert [one.unit for one in recording.channels.values()] == ["V", "A"]
    assert recording.channel("vm") is recording.channels["V(vm)"]
    assert recording.channel("V(VM)") is recording.channels["V(vm)"]
    assert recording.trigger == 0.0


@pytest.mark.parametrize("gap", ["", "NaN", "∞", "-∞", "9.91E37", "---"])
def test_a_sample_that_is_missing_is_left_out_and_told(gap: str) -> None:
    recording = read(f"Time,CH1,CH2\n(s),(V),(V)\n0,1,5\n1,{gap},6\n2,3,7\n3,4,8\n")
    assert recording.channel("CH1").trace.time.tolist() == [0, 2, 3]
    assert recording.channel("CH2").trace.time.tolist() == [0, 1, 2, 3]
    (found,) = recording.findings
    assert (found.code, found.line, found.nodes) == ("samples-missing", 4, ("CH1",))


def test_a_channel_with_hardly_a_sample_is_left_out_and_told() -> None:
    recording = read("0,1,\n1,1,\n2,2,\n3,2,5\n4,2,\n")
    assert list(recording.channels) == ["CH1"]
    assert [found.code for found in recording.findings] == ["channel-missing"]


FAULTS = {
    "": "holds no samples",
    "hello\nworld\n": "holds no samples",
    "0,1\n1,2\n": "holds no samples",
    "0,1\n1,2\n1,3\n": r"line 3: time must increase, got 1.0 s after 1.0 s",
    "0,1\n1,2\n0,1\n1,2\n": r"line 3: time must increase, got 0.0 s after 1.0 s.*one run",
    "0,1\n1,2\n2,3\n3,x\n": r"line 4: must hold numbers.*got 'x'",
    "time\tV(a)\n0\t1\n1\t1\n2\t1\nStep Information: R=2\n0\t1\n1\t1\n2\t1\n": r"line 5:.*one run",
    "0,1\n,2\n2,3\n": r"line 2: has a sample without a time",
    "t,u\n0,001,1,5\n0,002,1,6\n0,003,1,7\n": r"line 2: has 4 cells.*names 2 .*semicolons",
    "x-axis,1\nsecond,dB\n0,1\n1,2\n2,3\n": r"line 2: the unit 'dB' is none of",
    "Time (s),CH1 (Hz)\n0,1\n1,2\n2,3\n": r"line 1: the unit 'Hz' is none of",
    "Sample,CH1\n0,1\n1,2\n2,3\n": r"line 1: has no time.*export a column of time",
    "0\n1\n2\n": r"has no time",
    "0,\n1,\n2,\n": r"has no time|no channel",
}


@pytest.mark.parametrize("text", FAULTS)
def test_what_cannot_be_used_is_told_in_one_line(text: str) -> None:
    with pytest.raises(InputFileError, match=FAULTS[text]) as caught:
        read(text)
    assert "\n" not in str(caught.value)
    assert str(caught.value).startswith("scope.csv")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "latin-1"])
def test_any_encoding_of_the_microsecond_is_read(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "scope.txt"
    text = "Time;Kanal A\r\n(µs);(mV)\r\n0,5;1,5\r\n1,5;-2,5\r\n2,5;3,5\r\n"
    path.write_bytes(text.encode(encoding))
    channel = read_recording(path).channel("Kanal A")
    np.testing.assert_allclose(channel.trace.time, [0, 1e-6, 2e-6], rtol=1e-15)
    np.testing.assert_allclose(channel.trace.voltage, [1.5e-3, -2.5e-3, 3.5e-3], rtol=1e-15)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputFileError, match="cannot be read"):
        read_recording(tmp_path / "none.csv")


def test_a_channel_that_is_not_there_is_told_with_the_nearest() -> None:
    recording = read(TWO_CHANNELS["plain"])
    with pytest.raises(ParameterError, match=r"no channel 'CH3'; did you mean 'CH[12]'"):
        recording.channel("CH3")
    with pytest.raises(ParameterError, match=r"more than one channel \(CH1, CH2\).*--membrane CH1"):
        recording.channel(None)


SAMPLES = st.lists(st.integers(-9999, 9999), min_size=3, max_size=30)
SEPARATORS = st.sampled_from(
    [(",", "."), (";", "."), (";", ","), ("\t", ","), ("\t", "."), (" ", ".")]
)


@given(SAMPLES, SAMPLES, SEPARATORS, st.sampled_from([["Time", "CH1", "CH2"], []]))
def test_what_is_written_is_read(
    first: list[int], second: list[int], marks: tuple[str, str], names: list[str]
) -> None:
    separator, point = marks
    rows = [
        separator.join(f"{value / 100:.2f}".replace(".", point) for value in (10 * k, a, b))
        for k, (a, b) in enumerate(zip(first, second, strict=False))
    ]
    head = [separator.join(names)]
    count = min(len(first), len(second))
    recording = read("\n".join([*head, *rows]))
    for name, values in (("CH1", first), ("CH2", second)):
        expected = np.array(values[:count]) / 100
        trace = recording.channel(name).trace
        assert np.array_equal(trace.voltage, expected)
        np.testing.assert_allclose(trace.time, np.arange(count) / 10, rtol=1e-15)


@given(st.text(alphabet='0123,;. \t\nex-+#"V(s)∞'))
def test_no_text_breaks_the_reader(text: str) -> None:
    try:
        recording = read(text)
    except SpiketwinError as error:
        assert "scope.csv" in str(error)  # noqa: PT017 - either outcome is right
    else:
        assert all(len(channel.trace) >= 3 for channel in recording.channels.values())
