"""A study is run: each point once, journalled at once, and early enough when asked."""

from __future__ import annotations

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import numpy as np
import pytest

from spiketwin.compare.studies.driver import open_journal, run_study
from spiketwin.compare.studies.plan import Axis, Sampling, Spread
from spiketwin.compare.studies.results import summarise, table_of, yield_known
from spiketwin.compare.studies.store import StoreError, StudyStore
from spiketwin.compare.validate.designs.design import Tolerance
from spiketwin.models.errors import InputFileError, SimulationError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from spiketwin.compare.studies.driver import Progress
    from spiketwin.compare.studies.study import Study

SPREADS = {"resistance": Spread(width=0.01), "capacitance": Spread(width=0.05)}
WITHIN = {"tau": Tolerance(value=0.05)}


def run(study: Study, path: Path, *, workers: int = 2, **options: object) -> list[Progress]:
    told: list[Progress] = []
    with ThreadPoolExecutor(workers) as executor, open_journal(path, study, "39") as store:
        run_study(study, store, executor, window=2 * workers, on_progress=told.append, **options)
    return told


def tau_of(built: Mapping[str, float], design: Mapping[str, float]) -> dict[str, float]:
    return {
        "tau": built["resistance"] * built["capacitance"],
        "tau_error": 0.0,
        "nominal_tau": design["resistance"] * design["capacitance"],
    }


def sampled(
    formula_study: Callable[..., Study], formula: object = tau_of, samples: int = 40
) -> Study:
    return formula_study(
        formula=formula,
        spreads=SPREADS,
        sampling=Sampling(samples=samples, seed=3),
        within=WITHIN,
    )


def test_what_a_study_says_does_not_depend_on_the_number_of_workers(
    formula_study: Callable[..., Study], tmp_path: Path
) -> None:
    def slow_and_fast(built: Mapping[str, float], design: Mapping[str, float]) -> object:
        time.sleep(built["resistance"] % 7 / 5000)  # of another length each
        return tau_of(built, design)

    study = sampled(formula_study, slow_and_fast)
    said = []
    for workers in (1, 4):
        told = run(study, tmp_path / f"{workers}.sqlite", workers=workers)
        assert told[-1].finished == told[-1].planned == study.plan.size == 45
        with StudyStore.read(tmp_path / f"{workers}.sqlite") as store:
            table = table_of(study, store.rows())
        assert table.index.tolist() == list(range(45))
        said.append((summarise(study, table), table.numbers["tau"].tolist()))
        assert told[-1].share == said[-1][0].share
    one, four = said
    assert one[1] == four[1]
    assert one[0].share == four[0].share
    assert one[0].cell == four[0].cell
    assert 0 < one[0].share.passed < 40  # so that there is something to tell apart


def test_a_study_that_was_cut_off_goes_on_and_repeats_nothing(
    formula_study: Callable[..., Study], tmp_path: Path
) -> None:
    ran: Counter[float] = Counter()

    def counted(built: Mapping[str, float], design: Mapping[str, float]) -> object:
        if sum(ran.values()) == 17:
            raise KeyboardInterrupt
        ran[built["resistance"] * built["capacitance"]] += 1
        return tau_of(built, design)

    study = sampled(formula_study, counted)
    path = tmp_path / "runs.sqlite"
    with pytest.raises(KeyboardInterrupt):
        run(study, path, workers=1)
    with StudyStore.read(path) as store:
        assert len(store) == 17
    ran["the interrupt"] += 1
    told = run(study, path, workers=1)
    assert told[0].begun_with == 17
    assert told[-1].finished == 45
    del ran["the interrupt"]
    assert sum(ran.values()) == 45
    assert set(ran.values()) == {1}


def test_more_samples_are_added_to_the_same_journal(
    formula_study: Callable[..., Study], tmp_path: Path
) -> None:
    path = tmp_path / "runs.sqlite"
    run(sampled(formula_study, samples=10), path)
    told = run(sampled(formula_study, samples=40), path)
    assert (told[0].begun_with, told[-1].finished) == (15, 45)
    # and where fewer are asked for again, no more than these count
    told = run(sampled(formula_study, samples=10), path)
    assert [(one.begun_with, one.finished, one.planned) for one in told] == [(15, 15, 15)]
    assert told[0].share is not None
    assert told[0].share.trials == 10


def test_a_journal_of_other_nominal_values_is_refused_with_what_differs(
    formula_study: Callable[..., Study], tmp_path: Path
) -> None:
    path = tmp_path / "runs.sqlite"
    run(sampled(formula_study, samples=2), path)
    other = formula_study(
        spreads={**SPREADS, "capacitance": Spread(width=0.02)},
        sampling=Sampling(samples=2, seed=3),
        within=WITHIN,
    )
    with pytest.raises(
        InputFileError,
        match=r"capacitance.*0\.05, and is 0\.02|sources.1..1. was 0.05, and is 0.02",
    ):
        run(other, path)


def test_another_tolerance_needs_no_new_run(
    formula_study: Callable[..., Study], tmp_path: Path
) -> None:
    path = tmp_path / "runs.sqlite"
    strict = sampled(formula_study)
    run(strict, path)
    wide = formula_study(
        spreads=SPREADS,
        sampling=Sampling(samples=40, seed=3),
        within={"tau": Tolerance(value=0.5)},
    )
    told = run(wide, path)
    assert len(told) == 1
    assert told[0].begun_with == 45
    assert told[0].share is not None
    assert told[0].share.passed == 40


def test_a_run_that_fails_is_a_row_with_its_reason_and_counts_as_not_passed(
    formula_study: Callable[..., Study], tmp_path: Path
) -> None:
    def fragile(built: Mapping[str, float], design: Mapping[str, float]) -> object:
        if built["capacitance"] > 1.05e-9:
            raise SimulationError("timestep too small")
        return tau_of(built, design)

    study = sampled(formula_study, fragile)
    path = tmp_path / "runs.sqlite"
    told = run(study, path)
    with StudyStore.read(path) as store:
        table = table_of(study, store.rows())
    failed = table.status == "failed"
    assert 0 < failed.sum() == told[-1].failed
    assert set(table.reason[failed].tolist()) == {"timestep too small"}
    assert (table.numbers["given_capacitance"][failed] > 1.05e-9).all()
    assert told[-1].share is not None
    assert told[-1].share.trials == 40
    assert told[-1].share.failed == np.sum(failed & (table.sample >= 0))


def test_a_study_stops_when_the_yield_is_known_and_tells_the_same_with_any_workers(
    formula_study: Callable[..., Study], tmp_path: Path
) -> None:
    study = sampled(formula_study, samples=5000)
    shares = []
    for workers in (1, 3):
        path = tmp_path / f"{workers}.sqlite"
        told = run(study, path, workers=workers, until=0.08)
        assert told[-1].finished < 400
        with StudyStore.read(path) as store:
            shares.append(summarise(study, table_of(study, store.rows()), until=0.08).share)
    assert shares[0] == shares[1]
    share = shares[0]
    assert yield_known(share.passed, share.trials, 0.08)
    # the same fraction of a fifth fewer trials is known less well: the width goes as n^-1/2
    assert not yield_known(round(0.8 * share.passed), round(0.8 * share.trials), 0.08)
    # asked again it is known, and nothing is run
    assert len(run(study, tmp_path / "1.sqlite", until=0.08)) == 1


def test_a_sweep_runs_each_place_and_the_design_follows_it(
    formula_study: Callable[..., Study], tmp_path: Path
) -> None:
    study = formula_study(
        formula=tau_of, axes=(Axis(name="resistance", values=(1e6, 2e6, 4e6)),), within=WITHIN
    )
    told = run(study, tmp_path / "runs.sqlite")
    assert told[-1].share is None
    with StudyStore.read(tmp_path / "runs.sqlite") as store:
        table = table_of(study, store.rows())
    assert table.numbers["tau"].tolist() == [1e-3, 2e-3, 4e-3]
    assert table.numbers["nominal_tau"].tolist() == [1e-3, 2e-3, 4e-3]


def test_a_full_disk_ends_the_study_and_what_was_finished_is_there(
    formula_study: Callable[..., Study], tmp_path: Path
) -> None:
    study = sampled(formula_study, samples=3000)
    path = tmp_path / "runs.sqlite"
    with ThreadPoolExecutor(1) as executor, open_journal(path, study, "39") as store:
        store._connection.execute("PRAGMA max_page_count = 12")
        with pytest.raises(StoreError, match="full"):
            run_study(study, store, executor, window=2)
        kept = len(store)
    assert 0 < kept < study.plan.size
    with StudyStore.read(path) as store:
        assert len(store) == kept
