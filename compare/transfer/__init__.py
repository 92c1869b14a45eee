"""A neuron without time, compared by its transfer."""

from spiketwin.compare.transfer.comparison import (
    Drift,
    Transfer,
    TransferComparison,
    TransferSettings,
    judge_error,
)

__all__ = [
    "Drift",
    "Transfer",
    "TransferComparison",
    "TransferSettings",
    "judge_error",
]
