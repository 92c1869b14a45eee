"""A sign of life from within a task: its deadline begins anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_listeners: list[Callable[[], None]] = []


def beat() -> None:
    """Say that a part of the task is done; nobody listens outside a task worker."""
    for listener in _listeners:
        listener()


def listen(listener: Callable[[], None]) -> None:
    """Have ``listener`` called at each beat of this process."""
    _listeners.append(listener)
