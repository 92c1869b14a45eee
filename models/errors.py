"""The one family of errors: everything that spiketwin raises on purpose is a ``SpiketwinError``.

A message names the object and field, the rule, the value with its unit, and the remedy.
"""

from __future__ import annotations

import copyreg
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from spiketwin.models.waveforms import Trace


class SpiketwinError(Exception):
    """Base of all errors that spiketwin raises on purpose; a pickle keeps all that one holds."""

    def __reduce__(self) -> tuple[object, ...]:
        # Exception's own would call __init__ again, with the message in the place of whatever
        # arguments a subclass makes its message of
        return copyreg.__newobj__, (type(self), *self.args), self.__dict__  # type: ignore[attr-defined]


class ParameterError(SpiketwinError, ValueError):
    """A value given by the caller breaks a stated rule."""


class InputFileError(ParameterError):
    """A file that the caller names breaks a rule; ``line`` counts from 1 where it is known."""

    def __init__(self, path: Path | str, message: str, *, line: int | None = None) -> None:
        place = f"{path}: " if line is None else f"{path}, line {line}: "
        super().__init__(place + message)
        self.path = path
        self.line = line


class DeckError(SpiketwinError, ValueError):
    """A deck cannot be accepted as it is written; ``line`` counts from 1 where it is known."""

    def __init__(self, message: str, *, line: int | None = None) -> None:
        super().__init__(message)
        self.line = line


class SimulationError(SpiketwinError, RuntimeError):
    """The simulator did not deliver the transient that was asked for.

    Attributes:
        said: what ngspice printed about it, line by line.
        deck_path: where the deck was kept for a look, or None.
        partial: the waveforms up to the failure, by vector name; empty unless asked for.
    """

    def __init__(
        self,
        message: str,
        *,
        said: tuple[str, ...] = (),
        deck_path: Path | None = None,
        partial: Mapping[str, Trace] | None = None,
    ) -> None:
        super().__init__(message)
        self.said = said
        self.deck_path = deck_path
        self.partial: Mapping[str, Trace] = partial or {}


class SimulatorDied(SimulationError):  # noqa: N818 - says what happened
    """The simulator's process died during the run, perhaps by no fault of the run."""


class FitError(SpiketwinError):
    """The data do not determine what was to be fitted."""
