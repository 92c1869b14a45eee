from concurrent.futures import ThreadPoolExecutor

from spiketwin.compare.studies.driver import open_journal, run_study
from spiketwin.compare.studies.plan import Sampling, Spread
from spiketwin.compare.studies.results import read_runs, summarise, table_of


def test_a_journal_of_more_samples_answers_for_fewer_and_is_left_as_it_is(formula_study, tmp_path):
    path = tmp_path / "runs.sqlite"
    said = {}
    for samples in (60, 40):
        study = formula_study(
            spreads={"resistance": Spread(width=0.05), "capacitance": Spread(width=0.05)},
            sampling=Sampling(samples=samples, seed=2),
        )
        with (
            ThreadPoolExecutor(2) as executor,
            open_journal(path, study, "39") as store,
        ):
            before = len(store)
            run_study(study, store, executor, window=4)
            said[samples] = summarise(study, table_of(study, store.rows()))
            assert len(store) == 65
    assert before == 65  # the second had nothing to run
    assert [said[samples].share.trials for samples in (60, 40)] == [60, 40]
    assert said[40].finished == said[40].planned == 45
    # what is in the journal is still read whole
    assert len(read_runs(path)) == 65
