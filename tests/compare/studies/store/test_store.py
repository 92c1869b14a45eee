"""The journal: what it gives back, whose runs it takes, and how it is resumed."""

from __future__ import annotations

import math
import sqlite3
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from spiketwin.compare.studies.store import Row, StudyStore, digest, run_key
from spiketwin.models.errors import InputFileError, ParameterError

STUDY = {"target": "lif", "parameters": {"resistance": 1e6}, "versions": {"ngspice": "39"}}
COLUMNS = ("resistance", "tau")


def key(index, resistance):
    return run_key(digest(STUDY), index, [resistance])


def row(index, resistance=1e6, tau=1e-2):
    return Row(
        index=index, key=key(index, resistance), status="done", verdict="agree", reason="",
        numbers=(resistance, tau), attempts=1, seconds=0.25, engine_seconds=0.125,
    )  # fmt: skip


def failed(index):
    return replace(row(index), status="failed", verdict=None, reason="why", numbers=(1e6, None))


def opened(path, study=STUDY, columns=COLUMNS):
    return StudyStore.open(path, study, columns)


def test_what_is_written_is_read_back_in_the_order_of_the_points(tmp_path):
    path = tmp_path / "study.sqlite"
    with opened(path) as store:
        store.append([row(7, 2e6), failed(3)])
        store.append([row(0)])
        assert len(store) == 3
    with StudyStore.read(path) as store:
        assert (store.fingerprint, store.columns) == (STUDY, COLUMNS)
        (chunk,) = store.rows()
    assert chunk.index.tolist() == [0, 3, 7]
    assert chunk.status == ("done", "failed", "done")
    assert chunk.verdict == ("agree", None, "agree")
    assert chunk.reason == ("", "why", "")
    np.testing.assert_array_equal(chunk.numbers, [[1e6, 1e-2], [1e6, math.nan], [2e6, 1e-2]])
    assert chunk.attempts.tolist() == [1, 1, 1]
    assert (chunk.seconds.tolist(), chunk.engine_seconds.tolist()) == ([0.25] * 3, [0.125] * 3)


def test_a_number_is_read_back_to_its_last_bit(tmp_path):
    numbers = [5e-324, -0.0, math.inf, -math.inf, 1.7976931348623157e308, math.pi, 0.1 + 0.2, 1e-30]
    pairs = list(zip(numbers, reversed(numbers), strict=True))
    with opened(tmp_path / "study.sqlite") as store:
        store.append([replace(row(k), numbers=pair) for k, pair in enumerate(pairs)])
        (chunk,) = store.rows()
    assert chunk.numbers.tobytes() == np.array(pairs, dtype="<f8").tobytes()


def test_a_store_is_resumed_by_the_same_study_in_whatever_order_it_is_told(tmp_path):
    path = tmp_path / "study.sqlite"
    with opened(path) as store:
        store.append([row(0)])
    again = {name: STUDY[name] for name in reversed(STUDY)}
    assert list(again) != list(STUDY)
    with opened(path, again) as store:
        store.append([row(1)])
        assert len(store) == 2


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"parameters": {"resistance": 2.0}}, "parameters.resistance was 1000000.0, and is 2.0;"),
        ({"versions": {"ngspice": "40"}}, "versions.ngspice was '39', and is '40';"),
        ({"target": "if", "more": 1}, "more was not set, and is 1; target was 'lif', and is 'if';"),
        (
            {"a": 1, "b": 2, "c": 3, "d": 4},
            "a was not set, and is 1; b was not set, and is 2; c was not set, and is 3; "
            "and 1 more;",
        ),
    ],
)  # fmt: skip
def test_another_study_is_refused_with_what_differs(tmp_path, change, told):
    path = tmp_path / "study.sqlite"
    opened(path).close()
    with pytest.raises(InputFileError) as caught:
        opened(path, {**STUDY, **change})
    assert str(caught.value) == (
        f"{path}: holds another study, whose runs are not mixed with these: {told} repeat its "
        f"settings to resume it, or name another store"
    )
    opened(path).close()  # it is as it was


def test_other_columns_are_another_study(tmp_path):
    path = tmp_path / "study.sqlite"
    opened(path).close()
    with pytest.raises(
        InputFileError, match=r"columns was \['resistance', 'tau'\], and is \['tau'"
    ):
        opened(path, columns=["tau"])


def test_a_run_that_was_made_with_other_values_is_noticed(tmp_path):
    with opened(tmp_path / "study.sqlite") as store:
        store.check_keys(lambda index: key(index, 1e6))  # nothing to compare
        store.append([row(index) for index in range(0, 900, 3)])
        compared = []
        store.check_keys(lambda index: compared.append(index) or key(index, 1e6))
        assert (compared[0], compared[-1], len(compared)) == (0, 897, 100)
        # the index alone tells: the same values at another point are another run
        assert key(1, 1e6) != key(0, 1e6) != key(0, np.nextafter(1e6, 2e6))
        with pytest.raises(InputFileError, match="run 0 was made with other values"):
            store.check_keys(lambda index: key(index, 2e6))


def test_a_run_is_written_once_and_a_batch_with_one_that_is_there_not_at_all(tmp_path):
    with opened(tmp_path / "study.sqlite") as store:
        store.append([row(1)])
        with pytest.raises(ParameterError, match=r"is in the store .* already"):
            store.append([row(0), row(1)])
        assert [chunk.index.tolist() for chunk in store.rows()] == [[1]]
        store.append([row(0)])
        assert len(store) == 2


def test_rows_that_do_not_fit_are_refused(tmp_path):
    path = tmp_path / "study.sqlite"
    with opened(path) as store:
        with pytest.raises(
            ParameterError, match="run 0 has 1 numbers, and the store has 2 columns"
        ):
            store.append([replace(row(0), numbers=(1.0,))])
        assert len(store) == 0
    with StudyStore.read(path) as store, pytest.raises(ParameterError, match="opened for reading"):
        store.append([row(0)])


def test_a_second_writer_is_refused_while_the_first_one_lives(tmp_path):
    path = tmp_path / "study.sqlite"
    with opened(path), pytest.raises(ParameterError, match="is being written by another process"):
        opened(path)
    opened(path).close()


def test_a_reader_sees_what_is_finished_while_it_is_written(tmp_path, monkeypatch):
    monkeypatch.setattr("spiketwin.compare.studies.store.store._CHUNK", 1)
    path = tmp_path / "study.sqlite"
    with opened(path) as store:
        store.append([row(0), row(1)])
        with StudyStore.read(path) as reader:
            assert len(reader) == 2
            chunks = reader.rows()
            assert next(chunks).index.tolist() == [0]
            store.append([row(2)])
            assert [chunk.index.tolist() for chunk in chunks] == [[1]]  # as of one moment
            assert len(reader) == 3


HOLDER = """
import sys, time
from pathlib import Path
from spiketwin.compare.studies.store import StudyStore
store = StudyStore.open(Path(sys.argv[1]), {"target": "lif"}, ["tau"])
print("open", flush=True)
time.sleep(600)
"""


def test_the_lock_of_a_writer_that_was_killed_is_free(tmp_path):
    path = tmp_path / "study.sqlite"
    command = [sys.executable, "-c", HOLDER, str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout.readline() == "open\n"
        with pytest.raises(ParameterError, match=rf"\(process {holder.pid}\); wait for it"):
            opened(path, {"target": "lif"}, ["tau"])
        holder.kill()
    opened(path, {"target": "lif"}, ["tau"]).close()


def test_a_fingerprint_holds_nothing_that_json_cannot(tmp_path):
    with pytest.raises(ValueError, match="not JSON compliant"):
        opened(tmp_path / "study.sqlite", {"x": math.nan})


def test_a_store_that_another_version_made_is_refused(tmp_path):
    path = tmp_path / "study.sqlite"
    opened(path).close()
    with sqlite3.connect(path) as raw:
        raw.execute("PRAGMA user_version = 7")
    raw.close()
    for use in (opened, StudyStore.read):
        with pytest.raises(InputFileError, match="version 7, and this spiketwin knows version 2;"):
            use(path)
