"""Where a study runs: local worker processes or a Dask cluster."""

from spiketwin.compare.studies.execution.local import LocalExecutor, usable_cores
from spiketwin.compare.studies.execution.loop import Finished, run_all
from spiketwin.compare.studies.execution.losses import DeadlineExceeded, WorkerDied

__all__ = [
    "DeadlineExceeded",
    "Finished",
    "LocalExecutor",
    "WorkerDied",
    "run_all",
    "usable_cores",
]
