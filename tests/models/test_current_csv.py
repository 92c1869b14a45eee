"""Currents from a file: what is read, and what is refused by line and cell."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from spiketwin.models import ParameterError, PiecewiseLinear

if TYPE_CHECKING:
    from pathlib import Path


def write(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "current.csv"
    path.write_text(text, encoding=encoding)
    return path


@pytest.mark.parametrize(
    "text",
    [
        "0,1e-9\n0.5,2e-9\n",
        "time,current\n0,1e-9\n0.5,2e-9\n",
        "# measured on a Monday\n\ntime (s), current (A)\n 0 , 1e-9 # start\n\n0.5,2e-9",
        "\ufefftime,current\r\n0,1e-9\r\n0.5,2e-9\r\n",
        '"time","current"\n"0","1e-9"\n"0.5","2e-9"\n',
    ],
)
def test_a_csv_file_gives_its_points(tmp_path: Path, text: str) -> None:
    points = PiecewiseLinear.from_csv(write(tmp_path, text))
    assert points.times.tolist() == [0.0, 0.5]
    assert points.currents.tolist() == [1e-9, 2e-9]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "current.csv: holds no data; write lines of time"),
        ("# nothing\n\n", "holds no data"),
        ("time,current\n", "holds no data"),
        ("t,i\n0,1\n1,two\n", r"line 3: current in amperes must be .* got 'two'; write plain"),
        ("0,1n\n", r"line 1: current in amperes must be a finite number, got '1n'"),
        ("t,i\nu,v\n0,1\n", r"line 2: time in seconds must be a finite number, got 'u'"),
        ("0,1\n1,nan\n", r"line 2: current in amperes must be a finite number, got 'nan'"),
        ("0,1\ninf,2\n", r"line 2: time in seconds must be a finite number, got 'inf'"),
        ("0,1\n1_0,2\n", r"line 2: time in seconds must be a finite number, got '1_0'"),
        ("0,1\n1,\n", r"line 2: current in amperes must be a finite number, got ''"),
        ("0,1\n2,1\n1,1\n", r"line 3: time must increase, got '1' s after 2\.0 s; sort the lines"),
        ("0,1\n# twice\n0,1\n", r"line 3: time must increase, got '0' s after 0\.0 s"),
        ("-1,1\n0,1\n", r"line 1: time must not be negative, got '-1' s; shift the recording"),
        ("0,1,2\n", r"line 1: must have two columns, .* got 3 \('0,1,2'\)"),
        ("0;1\n", r"line 1: must have two columns, .* separated by a comma; got 1 \('0;1'\)"),
    ],
)
def test_a_bad_csv_file_is_refused_by_line_and_cell(
    tmp_path: Path, text: str, message: str
) -> None:
    with pytest.raises(ParameterError, match=message) as caught:
        PiecewiseLinear.from_csv(write(tmp_path, text))
    assert "current.csv" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_file_that_is_missing_or_not_a_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match=r"none\.csv: cannot be read .*; check the path"):
        PiecewiseLinear.from_csv(tmp_path / "none.csv")
    with pytest.raises(ParameterError, match="cannot be read"):
        PiecewiseLinear.from_csv(tmp_path)
    with pytest.raises(ParameterError, match="is not a UTF-8 text"):
        PiecewiseLinear.from_csv(write(tmp_path, "zeit,µA\n0,1\n", encoding="latin-1"))
