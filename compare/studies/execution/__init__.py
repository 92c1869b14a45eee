"""Where a study runs: local worker processes or a Dask cluster."""

from spiketwin.compare.studies.execution.cluster import DaskExecutor, dask_executor
from spiketwin.compare.studies.execution.local import LocalExecutor
from spiketwin.compare.studies.execution.loop import Finished, run_all, run_bursts
from spiketwin.compare.studies.execution.losses import DeadlineExceeded, WorkerDied

__all__ = [
    "DaskExecutor",
    "DeadlineExceeded",
    "Finished",
    "LocalExecutor",
    "WorkerDied",
    "dask_executor",
    "run_all",
    "run_bursts",
]
