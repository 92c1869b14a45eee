"""From what was typed to the target of a study: a neuron of the catalogue, or a user's deck."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from spiketwin.cli.compare_options import read_options, read_parts
from spiketwin.models.errors import ParameterError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from spiketwin.cli.compare_options import CompareOptions
    from spiketwin.compare.studies.targets import Target
    from spiketwin.compare.twin import Twin
    from spiketwin.compare.validate.designs.design import Design

_OF_DECKS = ("membrane", "spike", "input", "model", "include", "dialect")
_OF_NEURONS = ("level", "stimulus", "parts", "temperature")


def read_target(options: argparse.Namespace) -> tuple[Target, Design | None]:
    """Return what is run, and the design of a deck; None of a neuron.

    Raises:
        ParameterError: where there is neither a neuron nor a file of that name, or an option
            belongs to the other kind.
    """
    from spiketwin.compare.catalogue import ENTRIES

    path = Path(options.target)
    if options.target in ENTRIES or not (path.suffix or path.exists()):
        _refuse(options, _OF_DECKS, f"is about decks, and {options.target} is of the catalogue")
        return _neuron(options), None
    _refuse(options, _OF_NEURONS, f"is about the catalogue's neurons, and {path} is a file")
    return _deck(options)


def _refuse(options: argparse.Namespace, names: tuple[str, ...], why: str) -> None:
    for name in names:
        if getattr(options, name):
            typed = "part" if name == "parts" else name
            raise ParameterError(f"--{typed} {why}; leave it out")


def _neuron(options: argparse.Namespace) -> Target:
    from spiketwin.compare.catalogue import find_entry
    from spiketwin.compare.studies.targets import static_target
    from spiketwin.compare.transfer.static_twin import StaticTwin
    from spiketwin.models.typed import build, split_assignments

    entry = find_entry(options.target)
    typed = split_assignments(options.parameters, "--parameter")
    if not isinstance(entry, StaticTwin):
        return _spiking(entry, options, typed)
    for name in ("level", "parts", "temperature"):
        if getattr(options, name):
            raise ParameterError(f"the neuron {entry.name!r} has no --{name}; leave it out")
    asked = _asked(options, tolerance="5e-3")
    return static_target(
        entry,
        build(entry.neuron, f"the neuron {entry.name}", typed),
        asked.stimulus,
        duration=asked.duration,
        tolerance=asked.tolerance,
        max_step=asked.max_step,
        most_points=asked.most_points,
        typed_stimulus=options.stimulus,
    )


def _spiking(twin: Twin[Any], options: argparse.Namespace, typed: Mapping[str, str]) -> Target:
    from spiketwin.compare.levels import IDEAL, find_level
    from spiketwin.compare.studies.targets import neuron_target
    from spiketwin.models.typed import build

    asked = _asked(options, tolerance="1e-3")
    level = options.level or IDEAL
    owner = f"the neuron {twin.name!r} at level {level!r}"
    return neuron_target(
        twin,
        build(twin.neuron, f"the neuron {twin.name}", typed),
        asked.stimulus,
        level=level,
        parts=read_parts(owner, find_level(twin.name, twin.levels, level), options),
        temperature=asked.temperature,
        duration=asked.duration,
        tolerance=asked.tolerance,
        max_step=asked.max_step,
        most_points=asked.most_points,
        typed_stimulus=options.stimulus,
    )


def _asked(options: argparse.Namespace, *, tolerance: str) -> CompareOptions:
    """Return the options that compare has too; what is left out is as there."""
    points = options.max_points or "3M"
    return read_options(
        argparse.Namespace(**{**vars(options), "max_points": points}), tolerance=tolerance
    )


def _deck(options: argparse.Namespace) -> tuple[Target, Design]:
    from spiketwin.cli.validate_designs import read_designs
    from spiketwin.compare.studies.targets import deck_target

    asked = argparse.Namespace(
        **{**vars(options), "files": [options.target], "stop": options.duration, "deadline": None}
    )
    (design,) = read_designs(asked)
    return deck_target(design), design
