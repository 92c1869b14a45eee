"""How many leaky neurons fire at the right rate, with a 1 % resistor and a 5 % capacitor?

``spiketwin montecarlo lif --spread resistance=1% --spread capacitance=5% --samples 40`` does the
same, with a report.
"""

import tempfile
from pathlib import Path

from spiketwin.circuits.engine import Engine
from spiketwin.compare.studies.driver import open_journal, run_study
from spiketwin.compare.studies.execution import LocalExecutor
from spiketwin.compare.studies.plan import Plan, Sampling, read_spread
from spiketwin.compare.studies.results import summarise, table_of
from spiketwin.compare.studies.study import Study
from spiketwin.compare.studies.targets import neuron_target
from spiketwin.compare.validate.designs.design import Tolerance

target = neuron_target("lif")
parts = [read_spread(text, target.parameters) for text in ("resistance=1%", "capacitance=5%")]
plan = Plan(
    parameters=target.parameters, sources=tuple(parts), sampling=Sampling(samples=40, seed=1)
)
study = Study(target=target, plan=plan, within={"rate": Tolerance(value=0.05)})

with Engine() as engine:
    ngspice = engine.version
with (
    tempfile.TemporaryDirectory() as folder,
    LocalExecutor() as executor,
    open_journal(Path(folder) / "runs.sqlite", study, ngspice) as journal,
):
    run_study(study, journal, executor, window=2 * executor.workers)
    runs = table_of(study, journal.rows())

summary = summarise(study, runs)
share = summary.share
print(f"{share.passed} of {share.trials} pass; the yield is {share.low:.0%} to {share.high:.0%}")
for sensitivity in summary.cell.sensitivities:
    if sensitivity.name in {"rate", "tau"}:
        shares = ", ".join(f"{one.share:.1%} {one.source}" for one in sensitivity.effects)
        print(f"{sensitivity.name}: {shares}")
