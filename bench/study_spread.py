"""A Monte Carlo study against closed forms: the spread of τ, and a yield.

The parts' values are R = R₀(1 + a·x) and C = C₀(1 + b·y), x and y standard normal. Then τ/τ₀ = (1 +
a·x)(1 + b·y) has the variance (1 + a²)(1 + b²) − 1, and P(|τ/τ₀ − 1| ≤ w) is the mean over x of
Φ(u₊) − Φ(u₋), u± = ((1 ± w)/(1 + a·x) − 1)/b.
"""

from __future__ import annotations

import argparse
import math
import tempfile
import time
from pathlib import Path

import numpy as np
from scipy.special import ndtr

from bench._report import figure, heading
from spiketwin.circuits.engine import Engine
from spiketwin.compare.studies.driver import open_journal, run_study
from spiketwin.compare.studies.execution import LocalExecutor
from spiketwin.compare.studies.plan import Plan, Sampling, read_spread
from spiketwin.compare.studies.results import summarise, table_of
from spiketwin.compare.studies.study import Study
from spiketwin.compare.studies.targets import neuron_target
from spiketwin.compare.validate.designs.design import Tolerance

OF_R, OF_C, WIDTH = 0.01, 0.05, 0.05


def closed_form() -> tuple[float, float]:
    """Return the standard deviation of τ/τ₀, and the part within ±WIDTH."""
    deviation = math.sqrt((1 + OF_R**2) * (1 + OF_C**2) - 1)
    nodes, weights = np.polynomial.hermite_e.hermegauss(80)
    scale = 1 + OF_R * nodes
    within = ndtr(((1 + WIDTH) / scale - 1) / OF_C) - ndtr(((1 - WIDTH) / scale - 1) / OF_C)
    return deviation, float((weights * within).sum() / weights.sum())


def main() -> None:
    """Run, compare and print."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--samples", type=int, default=1000)
    samples = reader.parse_args().samples
    heading("Monte Carlo of the leaky neuron, R 1 % and C 5 %, against closed forms")
    target = neuron_target("lif")
    spreads = (f"resistance={OF_R}", f"capacitance={OF_C}")
    study = Study(
        target=target,
        plan=Plan(
            parameters=target.parameters,
            sources=tuple(read_spread(text, target.parameters) for text in spreads),
            sampling=Sampling(samples=samples, seed=1),
        ),
        within={"tau": Tolerance(value=WIDTH)},
    )
    with Engine() as engine:
        version = engine.version
    begin = time.perf_counter()
    with (
        tempfile.TemporaryDirectory() as folder,
        LocalExecutor() as executor,
        open_journal(Path(folder) / "runs.sqlite", study, version) as store,
    ):
        run_study(study, store, executor, window=2 * executor.workers)
        table = table_of(study, store.rows())
    print(f"  {samples} samples in {time.perf_counter() - begin:.0f} s")
    summary = summarise(study, table)
    assert summary.failed == 0
    found = next(one for one in summary.cell.distributions if one.name == "tau")
    deviation, within = closed_form()
    assert found.variation is not None
    assert found.deviation is not None
    assert found.deviation_error is not None
    nominal = 100e3 * 100e-9
    spread, error = found.deviation / nominal, found.deviation_error / nominal
    figure(
        "spread of τ/τ₀, in %",
        f"{100 * spread:.3f} ± {100 * error:.2g}",
        f"{100 * deviation:.3f} ± 4 s.e.",
        met=abs(spread - deviation) < 4 * error,
    )
    share = summary.share.passed / samples
    sigma = math.sqrt(within * (1 - within) / samples)
    figure(
        "yield within 5 % of τ₀, in %",
        f"{100 * share:.2f} ± {100 * sigma:.2g}",
        f"{100 * within:.2f} ± 4 s.e.",
        met=abs(share - within) < 4 * sigma,
    )


if __name__ == "__main__":
    main()
