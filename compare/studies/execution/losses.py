"""How a task is lost: its worker dies, or it does not end in time."""

from __future__ import annotations

from spiketwin.models.errors import SpiketwinError


class WorkerDied(SpiketwinError, RuntimeError):  # noqa: N818 - says what happened
    """The process that ran a task has gone, and the task with it.

    Attributes:
        said: the last lines that the process printed.
        seconds: how long the task was under way.
    """

    def __init__(self, message: str, *, said: tuple[str, ...] = (), seconds: float = 0.0) -> None:
        super().__init__(message)
        self.said = said
        self.seconds = seconds


class DeadlineExceeded(SpiketwinError, RuntimeError):  # noqa: N818 - says what happened
    """A task did not end within its deadline, and its worker was killed.

    Attributes:
        seconds: how long the task was under way.
    """

    def __init__(self, message: str, *, seconds: float = 0.0) -> None:
        super().__init__(message)
        self.seconds = seconds
