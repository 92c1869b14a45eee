"""The driver's own end, however it comes: no process is left, and no finished run is lost."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import study_tasks as tasks  # from this folder; see conftest.py

from spiketwin.compare.studies.store import StudyStore

HEAD = f"""
import sys
sys.path.append({str(Path(tasks.__file__).parent)!r})
import study_tasks as tasks
from pathlib import Path
from spiketwin.compare.studies.execution import LocalExecutor, run_all
from spiketwin.compare.studies.store import Row, StudyStore, digest, run_key
"""

# without "if __name__ …", as a user may write it
SIMULATE = (
    HEAD
    + """
with LocalExecutor(1, warm=()) as executor:
    for finished in run_all(executor, tasks.{task}, [sys.argv[1]], window=2):
        print(finished)
"""
)

STUDY = (
    HEAD
    + """
noted, size = sys.argv[1], int(sys.argv[2])
fingerprint = {"target": "squares"}
with (
    StudyStore.open(Path(sys.argv[3]), fingerprint, ["x", "square"]) as store,
    LocalExecutor(2, warm=()) as executor,
):
    done = {k for chunk in store.rows() for k in chunk.index.tolist()}
    store.check_keys(lambda index: run_key(digest(fingerprint), index, [float(index)]))
    items = ((noted, k) for k in range(size) if k not in done)
    for finished in run_all(executor, tasks.noted_square, items, window=6, batch=3):
        index = finished.item[1]
        store.append([Row(
            index=index, key=run_key(digest(fingerprint), index, [float(index)]), status="done",
            verdict="agree", reason="", numbers=(float(index), finished.value), attempts=1,
            seconds=finished.seconds, engine_seconds=0.0,
        )])
"""
)


def alive(pid):
    status = Path(f"/proc/{pid}/stat")  # a zombie is dead: it waits for its new parent to notice
    return status.exists() and status.read_text().rpartition(")")[2].split()[0] != "Z"


def wait_for_line(path):
    limit = time.monotonic() + 60
    while not (path.exists() and path.read_text().endswith("\n")):
        assert time.monotonic() < limit
        time.sleep(0.01)
    return path.read_text().split()


def assert_dead(pids):
    limit = time.monotonic() + 5
    while any(map(alive, pids)) and time.monotonic() < limit:
        time.sleep(0.01)
    assert not any(map(alive, pids))


@pytest.mark.parametrize(
    ("task", "processes", "how"),
    [
        ("charge_for_ever", 2, signal.SIGKILL),  # a worker and its engine
        ("charge_for_ever", 2, signal.SIGINT),
        ("note_and_hog", 1, signal.SIGKILL),  # a worker that could not hear of it
    ],
)
def test_a_driver_that_is_killed_or_interrupted_leaves_no_process(tmp_path, task, processes, how):
    noted = tmp_path / "pids"
    command = [sys.executable, "-c", SIMULATE.format(task=task), str(noted)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as driver:
        try:
            pids = [int(word) for word in wait_for_line(noted)]
            assert len(pids) == processes
            assert all(map(alive, pids))
            driver.send_signal(how)
            asked = time.monotonic()
            said, complaints = driver.communicate(timeout=30)
        finally:
            driver.kill()
    assert time.monotonic() - asked < 5  # the run takes half a minute
    assert said == ""
    assert driver.returncode != 0
    if how == signal.SIGINT:
        assert complaints.splitlines()[-1] == "KeyboardInterrupt"
        assert not any(map(alive, pids))
    assert_dead(pids)


def test_a_study_whose_driver_is_killed_resumes_where_it_stopped_and_repeats_nothing(tmp_path):
    size, store = 400, tmp_path / "study.sqlite"
    first, second = tmp_path / "first", tmp_path / "second"
    command = [sys.executable, "-c", STUDY]
    with subprocess.Popen([*command, str(first), str(size), str(store)]) as driver:
        limit = time.monotonic() + 60
        while not first.exists() or first.read_text().count("\n") < size // 3:
            assert time.monotonic() < limit
            time.sleep(0.005)
        driver.kill()
    with StudyStore.read(store) as stored:
        survived = {k for chunk in stored.rows() for k in chunk.index.tolist()}
    begun = {int(line) for line in first.read_text().split()}
    assert survived < begun
    # of what was begun and not stored there is no more than what was under way: six tasks of three
    # in the window, and as many that were finished together and not yet stored
    assert len(begun - survived) <= 12 * 3
    assert size // 3 - 12 * 3 <= len(survived) < size

    subprocess.run([*command, str(second), str(size), str(store)], check=True)
    again = [int(line) for line in second.read_text().split()]
    assert len(again) == len(set(again))
    assert set(again) == set(range(size)) - survived
    with StudyStore.read(store) as stored:
        (chunk,) = stored.rows()
    assert chunk.numbers.tolist() == [[k, k * k] for k in range(size)]


def test_two_drivers_do_not_write_one_store(tmp_path):
    store = tmp_path / "study.sqlite"
    with StudyStore.open(store, {"target": "squares"}, ["x", "square"]):
        refused = subprocess.run(
            [sys.executable, "-c", STUDY, str(tmp_path / "noted"), "10", str(store)],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
    assert refused.returncode == 1
    assert f"is being written by another process (process {os.getpid()})" in refused.stderr
    assert not (tmp_path / "noted").exists()
