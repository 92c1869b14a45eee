"""What ``spiketwin compare`` may be told, whatever kind of neuron it compares."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from spiketwin.cli.files import check_folder
from spiketwin.models.checks import require_positive
from spiketwin.models.stimuli.typed import parse_stimulus
from spiketwin.models.typed import parse_fraction, parse_quantity, split_assignments

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

    from spiketwin.compare.levels import Level
    from spiketwin.models.stimuli import Stimulus


@dataclass(frozen=True, slots=True, kw_only=True)
class CompareOptions:
    """The options of one comparison, read; None where the comparison is to choose.

    Attributes:
        stimulus: what drives both twins.
        duration: seconds.
        max_step: seconds.
        tolerance: a fraction.
        most_points: of a run.
        deadline: seconds of wall time.
        folder: where the files go.
        temperature: degrees Celsius.
    """

    stimulus: Stimulus | None
    duration: float | None
    max_step: float | None
    tolerance: float
    most_points: int
    deadline: float
    folder: Path | None
    temperature: float | None


def read_options(options: argparse.Namespace, *, tolerance: str) -> CompareOptions:
    """Return the options as typed, with ``tolerance`` where none was.

    Raises:
        ParameterError: where one cannot be read, or the folder cannot be written to.
    """
    wanted = options.tolerance if options.tolerance is not None else tolerance
    read = CompareOptions(
        stimulus=None if options.stimulus is None else parse_stimulus(options.stimulus),
        duration=_optional_time(options.duration, "--duration"),
        max_step=_optional_time(options.max_step, "--max-step"),
        tolerance=parse_fraction(wanted, "--tolerance"),
        most_points=int(parse_quantity(options.max_points, "--max-points", "")),
        deadline=parse_quantity(options.deadline, "--deadline", "s"),
        folder=None if options.out is None else check_folder(options.out),
        temperature=(
            None
            if options.temperature is None
            else parse_quantity(options.temperature, "--temperature", "°C")
        ),
    )
    require_positive("--deadline", "value", read.deadline, "s")
    return read


def _optional_time(text: str | None, name: str) -> float | None:
    return None if text is None else parse_quantity(text, name, "s")


def read_parts(owner: str, level: Level, options: argparse.Namespace) -> dict[str, float]:
    """Return the parts' values that were typed.

    Raises:
        ParameterError: where there is no such part, or a value cannot be read or built.
    """
    from spiketwin.compare.levels import with_parts

    typed = split_assignments(options.parts, "--part")
    units = {} if level.parts is None else level.parts.units
    read = {
        # of a name that is none, only the name is looked at
        name: parse_quantity(text, f"{owner}: {name}", units[name]) if name in units else 1.0
        for name, text in typed.items()
    }
    with_parts(owner, level, read)
    return read
