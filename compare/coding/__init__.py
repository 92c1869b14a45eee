"""What a spike train says by its rate and by its timing."""

from spiketwin.compare.coding.trains import (
    Figure,
    TrainCode,
    train_code,
)

__all__ = [
    "Figure",
    "TrainCode",
    "train_code",
]
