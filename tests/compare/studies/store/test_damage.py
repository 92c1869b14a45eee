"""Power that fails, disks that are full, files that are damaged: what was finished is safe."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from spiketwin.compare.studies.store import Row, StoreError, StudyStore
from spiketwin.models.errors import InputFileError, ParameterError

STUDY, COLUMNS = {"target": "lif"}, ("x", "square")


def rows(begin, end):
    return [
        Row(
            index=k, key=b"k" * 32, status="done", verdict="agree", reason="",
            numbers=(float(k), float(k * k)), attempts=1, seconds=0.0, engine_seconds=0.0,
        )
        for k in range(begin, end)
    ]  # fmt: skip


def opened(path):
    return StudyStore.open(path, STUDY, COLUMNS)


def count_of_prefix(store):
    """Return how many runs there are; they are the first ones, and whole."""
    (chunk,) = list(store.rows()) or [None]
    if chunk is None:
        return 0
    k = np.arange(chunk.index.size)
    np.testing.assert_array_equal(chunk.index, k)
    np.testing.assert_array_equal(chunk.numbers, np.stack([k, k**2], axis=1))
    return k.size


@pytest.fixture(scope="module")
def cut_short(tmp_path_factory):
    """A store as a power failure would leave it: five commits of 20 runs, all in the WAL."""
    path = tmp_path_factory.mktemp("cut") / "study.sqlite"
    copy = path.with_name("copy.sqlite")
    with opened(path) as store:
        for begin in range(0, 100, 20):
            store.append(rows(begin, begin + 20))
        shutil.copy(path, copy)
        shutil.copy(f"{path}-wal", f"{copy}-wal")
    return copy


def test_a_wal_cut_at_any_byte_leaves_the_first_runs_whole(cut_short, tmp_path):
    wal = cut_short.with_name("copy.sqlite-wal").read_bytes()
    page = int.from_bytes(wal[8:12], "big")  # sqlite.org/fileformat2.html, section 4.1
    assert len(wal) > 5 * page
    # every byte of what precedes the pages (32, then 24 before each), and some within the pages
    frame = 24 + page
    cuts = {0, len(wal), *range(33)}
    for begin in range(32, len(wal), frame):
        cuts |= {
            *range(begin, begin + 25, 3),
            begin + 24 + page // 2,
            begin + frame - 1,
            begin + frame,
        }
    found = []
    for cut in sorted(cuts):
        path = tmp_path / f"{cut}.sqlite"
        shutil.copy(cut_short, path)
        path.with_name(f"{path.name}-wal").write_bytes(wal[:cut])
        with opened(path) as store:
            count = count_of_prefix(store)
            store.append(rows(count, count + 1))
            assert len(store) == count + 1
        found.append(count)
    assert found == sorted(found)
    assert set(found) == {0, 20, 40, 60, 80, 100}


def test_a_wal_with_a_wrong_byte_leaves_the_first_runs_whole(cut_short, tmp_path):
    wal = cut_short.with_name("copy.sqlite-wal").read_bytes()
    random = np.random.default_rng(5)
    found = set()
    for trial, place in enumerate(random.integers(0, len(wal), size=60)):
        path = tmp_path / f"{trial}.sqlite"
        shutil.copy(cut_short, path)
        wrong = bytearray(wal)
        wrong[place] ^= 0x5A
        path.with_name(f"{path.name}-wal").write_bytes(wrong)
        with opened(path) as store:
            found.add(count_of_prefix(store))
    assert found <= {0, 20, 40, 60, 80, 100}
    assert len(found) > 2


WRITER = """
import sys
from pathlib import Path
sys.path.append(sys.argv[1])
from test_damage import opened, rows
with opened(Path(sys.argv[2])) as store:
    print("open", flush=True)
    for k in range(len(store), 10**6, 3):
        store.append(rows(k, k + 3))
        print(k + 3, flush=True)
"""


def test_a_writer_killed_at_any_moment_keeps_all_that_it_was_told_is_safe(tmp_path):
    path = tmp_path / "study.sqlite"
    command = [sys.executable, "-c", WRITER, str(Path(__file__).parent), str(path)]
    told = 0
    for lines in (1, 150):
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
            for _ in range(lines):
                line = writer.stdout.readline()
            writer.send_signal(signal.SIGKILL)
            rest = writer.stdout.read().split()
        told = int(rest[-1]) if rest else told if line == "open\n" else int(line)
        with StudyStore.read(path) as store:
            count = count_of_prefix(store)
        # a commit may be done and not yet told
        assert told <= count <= told + 3
    assert told > 400


def test_a_full_disk_is_told_and_loses_nothing(tmp_path):
    path = tmp_path / "study.sqlite"
    with opened(path) as store:
        store.append(rows(0, 30))
        pages = store._connection.execute("PRAGMA page_count").fetchone()[0]
        store._connection.execute(f"PRAGMA max_page_count = {pages + 2}")
        with pytest.raises(
            StoreError,
            match=r"study\.sqlite cannot be written \(database or disk is full\); all finished "
            r"runs in it are safe: mend this, then give the same command again to go on",
        ):
            store.append(rows(30, 5000))
        assert count_of_prefix(store) == 30
        store.append(rows(30, 31))  # what fits is still taken
    with opened(path) as store:
        store.append(rows(31, 5000))
        assert count_of_prefix(store) == 5000


LIMITED = """
import resource, sys
from pathlib import Path
sys.path.append(sys.argv[1])
from test_damage import opened, rows
from spiketwin.compare.studies.store import StoreError
with opened(Path(sys.argv[2])) as store:
    store.append(rows(0, 30))
    resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))
    k = 30
    try:
        while True:
            store.append(rows(k, k + 30))
            k += 30
    except StoreError as error:
        print(k, error)
"""


def test_a_file_that_may_not_grow_is_told_and_loses_nothing(tmp_path):
    path = tmp_path / "study.sqlite"
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, str(Path(__file__).parent), str(path)],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    told, error = done.stdout.split(" ", 1)
    assert "cannot be written (" in error
    with opened(path) as store:
        assert count_of_prefix(store) == int(told) >= 30
        store.append(rows(int(told), int(told) + 1000))


def damaged(path, how):
    """Write a file that is damaged in some way."""
    with opened(path) as store:
        store.append(rows(0, 2000))
    whole = path.read_bytes()
    assert len(whole) > 30 * 4096
    random = np.random.default_rng(1)
    match how:
        case "other":
            path.write_text("a,b\n1,2\n" * 100)
        case "random":
            path.write_bytes(random.bytes(50_000))
        case "header":
            path.write_bytes(whole[:57])
        case "half":
            path.write_bytes(whole[: len(whole) // 2])
        case "pages":
            path.write_bytes(whole[:8192] + random.bytes(20 * 4096) + whole[8192 + 20 * 4096 :])
        case "foreign":
            path.unlink()
            raw = sqlite3.connect(path)
            raw.execute("CREATE TABLE t (x)")
            raw.close()


@pytest.mark.parametrize("how", ["other", "random", "header", "half", "pages", "foreign"])
def test_a_damaged_file_is_refused_in_one_line_and_left_as_it_is(tmp_path, how):
    path = tmp_path / "study.sqlite"
    damaged(path, how)
    before = path.read_bytes()
    for use in (opened, StudyStore.read):
        with pytest.raises(
            InputFileError, match="is no store of spiketwin, or is damaged"
        ) as error:
            use(path)
        assert "\n" not in str(error.value)
        assert str(error.value).endswith("name another store, or move it away to begin anew")
    assert path.read_bytes() == before


def contents(path):
    """Return all that the runs of a store hold."""
    with StudyStore.read(path) as store:
        return [
            (chunk.index.tolist(), chunk.status, chunk.verdict, chunk.reason,
             chunk.numbers.tolist(), chunk.attempts.tolist(), chunk.seconds.tolist())
            for chunk in store.rows()
        ]  # fmt: skip


def test_a_wrong_bit_anywhere_is_noticed_or_does_no_harm(tmp_path):
    path = tmp_path / "study.sqlite"
    with opened(path) as store:
        store.append(rows(0, 40))
    written, whole = contents(path), path.read_bytes()
    table = whole.rindex(np.array([39.0, 39.0**2]).tobytes()) // 16_384  # the page of the runs
    rng, noticed = np.random.default_rng(6), 0
    used = rng.integers(table * 16_384, (table + 1) * 16_384, 400).tolist()
    about = whole.index(b'{"target":"lif"}') // 16_384
    used += rng.integers(about * 16_384, (about + 1) * 16_384, 200).tolist()
    for at in [*used, *rng.integers(0, len(whole), 100).tolist()]:
        damaged = bytearray(whole)
        damaged[at] ^= 1 << int(rng.integers(8))
        path.write_bytes(damaged)
        try:
            found = contents(path)
        except InputFileError:
            noticed += 1
        else:
            assert found == written, at
    assert noticed > 50


def test_the_run_that_is_not_what_was_written_is_named(tmp_path):
    path = tmp_path / "study.sqlite"
    with opened(path) as store:
        store.append(rows(0, 11_000))
    content = bytearray(path.read_bytes())
    content[content.rindex(np.array([10_500.0, 10_500.0**2]).tobytes()) + 1] ^= 1
    path.write_bytes(content)
    with (
        StudyStore.read(path) as store,
        pytest.raises(InputFileError, match=r"damaged \(run 10500 is not what was written\)"),
    ):
        list(store.rows())


def test_a_store_whose_making_was_cut_short_is_made_anew(tmp_path):
    path = tmp_path / "study.sqlite"
    path.touch()
    with opened(path) as store:
        store.append(rows(0, 5))
    raw = sqlite3.connect(tmp_path / "begun.sqlite")
    raw.execute("PRAGMA journal_mode = WAL")
    raw.close()
    with opened(tmp_path / "begun.sqlite") as store:
        assert len(store) == 0


def test_a_place_that_cannot_hold_a_store_is_refused(tmp_path):
    with pytest.raises(ParameterError, match=r"folder of the store .*/no/s\.sqlite does not exist"):
        opened(tmp_path / "no" / "s.sqlite")
    with pytest.raises(ParameterError, match="is a folder; name a file in it"):
        opened(tmp_path)
    with pytest.raises(InputFileError, match="there is no such store"):
        StudyStore.read(tmp_path / "s.sqlite")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become nobody, who may write nothing")
def test_a_read_only_store_can_be_read_and_not_written(tmp_path):
    path = tmp_path / "study.sqlite"
    with opened(path) as store:
        store.append(rows(0, 3))
    for folder in (tmp_path, *tmp_path.parents[:3]):
        folder.chmod(folder.stat().st_mode | 0o055)
    os.seteuid(65534)
    try:
        with StudyStore.read(path) as store:
            assert count_of_prefix(store) == 3
        with pytest.raises(StoreError, match=r"cannot be written \(Permission denied\)"):
            opened(path)
    finally:
        os.seteuid(0)
