"""From what was typed after ``spiketwin validate`` to designs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from spiketwin.models.errors import ParameterError
from spiketwin.models.typed import parse_fraction, parse_quantity, split_assignments

if TYPE_CHECKING:
    import argparse

    from spiketwin.compare.validate.designs.design import Corner, Design, Intended

RECORDINGS = frozenset({".csv", ".tsv", ".txt", ".isf", ".wfm"})


def read_designs(options: argparse.Namespace) -> tuple[Design, ...]:
    """Return a design for each file, or one for a netlist and a recording together.

    Raises:
        ParameterError: where an option cannot be read, or the files do not go together.
    """
    from spiketwin.compare.validate.designs.file import read_design

    paths = [Path(name) for name in options.files]
    designs = [path for path in paths if path.suffix.lower() == ".toml"]
    recordings = [path for path in paths if path.suffix.lower() in RECORDINGS]
    decks = [path for path in paths if path not in designs and path not in recordings]
    for path in paths:
        if not path.is_file():
            raise ParameterError(f"{path}: there is no such file; name a netlist, .toml or .csv")
    if designs:
        if recordings or decks:
            raise ParameterError(
                f"{designs[0]} names its own netlist and recording; give it by itself"
            )
        return tuple(_with_options(read_design(path), options) for path in designs)
    if len(recordings) > 1 or (recordings and len(decks) > 1):
        raise ParameterError("give one recording, alone or with one netlist")
    if recordings:
        return (_typed(next(iter(decks), None), recordings[0], options),)
    return tuple(_typed(deck, None, options) for deck in decks)


def _typed(deck: Path | None, recording: Path | None, options: argparse.Namespace) -> Design:
    from spiketwin.compare.validate.designs.design import Bench, Design, GivenRoles

    membrane, spike = (_split(name, deck, recording) for name in (options.membrane, options.spike))
    bench = (
        None
        if recording is None
        else Bench(recording=recording, membrane=membrane[1], spike=spike[1])
    )
    roles = GivenRoles(membrane=membrane[0], spike=spike[0], input=options.input)
    return _with_options(Design(deck=deck, bench=bench, roles=roles), options, named=False)


def _split(
    name: str | None, deck: Path | None, recording: Path | None
) -> tuple[str | None, str | None]:
    """Return what a typed name is to the netlist, and what to the recording.

    Where both are there it is a channel if there is one of that name, and a node else; of the
    channel V(vm) and the node vm, vm is the name of both.
    """
    from spiketwin.circuits.recordings import read_recording

    if name is None or recording is None:
        return name, None
    if deck is None:
        return None, name
    try:
        channel = read_recording(recording).channel(name)
    except ParameterError:
        return name, None
    return None if channel.name.lower() == name.lower() else name, channel.name


def _with_options(design: Design, options: argparse.Namespace, *, named: bool = True) -> Design:
    """Return a design with what was typed in place of what it says itself."""
    from spiketwin.compare.validate.designs.design import Tolerance

    def time(text: str | None, name: str, before: float | None) -> float | None:
        return before if text is None else parse_quantity(text, name, "s")

    run = replace(
        design.run,
        stop=time(options.stop, "--stop", design.run.stop),
        max_step=time(options.max_step, "--max-step", design.run.max_step),
        deadline=time(options.deadline, "--deadline", design.run.deadline),
        max_points=design.run.max_points
        if options.max_points is None
        else int(parse_quantity(options.max_points, "--max-points", "")),
    )
    roles = design.roles
    if named:
        roles = replace(
            roles,
            membrane=options.membrane or roles.membrane,
            spike=options.spike or roles.spike,
            input=options.input or roles.input,
        )
    tolerances = dict(design.tolerances)
    if options.tolerance is not None:
        tolerances["shift"] = Tolerance(value=parse_fraction(options.tolerance, "--tolerance"))
    return replace(
        design,
        as_set=_as_set(options, design),
        run=run,
        roles=roles,
        tolerances=tolerances,
        intended=_intended(options, design.intended),
        include=(*design.include, *map(Path, options.include)),
        dialect=options.dialect or design.dialect,
    )


def _as_set(options: argparse.Namespace, design: Design) -> Corner | None:
    """Return the values typed in place of the deck's own; None where there are none."""
    # a study sets its values point by point, and has no such option
    settings = split_assignments(getattr(options, "settings", ()), "--set")
    if not settings:
        return None
    from spiketwin.compare.studies.plan.checks import parameter_called
    from spiketwin.compare.validate.designs.planned import read_design_deck
    from spiketwin.compare.validate.designs.values import corner_of, deck_parameters

    given = replace(
        design,
        include=(*design.include, *map(Path, options.include)),
        dialect=options.dialect or design.dialect,
    )
    deck = read_design_deck(given).at()
    known = deck_parameters(deck)
    values = {}
    for typed, text in settings.items():
        try:
            found = parameter_called(typed, known)
        except ParameterError as error:
            raise ParameterError(f"--set: {error}") from None
        if found.name in values:
            raise ParameterError(f"--set names {found.name!r} twice; give it once")
        values[found.name] = parse_quantity(text, f"--set {typed}", found.unit)
    return corner_of(values, deck, "as set")


def _intended(options: argparse.Namespace, before: Intended | None) -> Intended | None:
    from spiketwin.compare.catalogue import find_twin
    from spiketwin.compare.validate.designs.design import Intended
    from spiketwin.models.quantities import UNITS

    settings = split_assignments(options.parameters, "--parameter")
    if options.model is None and not settings:
        return before
    if options.model is not None or before is None:
        before = Intended(twin=find_twin(options.model or "lif"), values={})
    names = before.twin.neuron.__dataclass_fields__
    owner = f"the model {before.twin.name}"
    for name in settings:
        if name not in names:
            raise ParameterError(f"{owner} has no parameter {name!r}; it has: {', '.join(names)}")
    typed = {
        name: parse_quantity(text, f"{owner}: {name}", UNITS[name])
        for name, text in settings.items()
    }
    return replace(before, values={**before.values, **typed})
