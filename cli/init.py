"""``spiketwin init``: a design file from what a deck shows."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from spiketwin.models.errors import ParameterError

if TYPE_CHECKING:
    import argparse


def run_init(options: argparse.Namespace) -> int:
    """Write the file; return the exit code.

    Raises:
        SpiketwinError: where the deck cannot be read or run, or the file is there.
    """
    if options.schema:
        from spiketwin.compare.validate.designs.schema import design_schema

        print(design_schema(), end="")
        return 0
    deck, out = _paths(options)
    from rich.console import Console
    from rich.text import Text

    from spiketwin.circuits.engine import Engine
    from spiketwin.cli.terminal import Output
    from spiketwin.compare.validate.designs.design import Design, GivenRoles, RunSettings
    from spiketwin.compare.validate.designs.file import design_of
    from spiketwin.compare.validate.designs.text import design_text
    from spiketwin.compare.validate.procedure import validate
    from spiketwin.models.typed import parse_quantity

    design = Design(
        deck=deck,
        dialect=options.dialect,
        include=tuple(map(Path, options.include)),
        roles=GivenRoles(membrane=options.membrane, spike=options.spike, input=options.input),
        run=RunSettings(deadline=parse_quantity(options.deadline, "--deadline", "s")),
    )
    with Engine() as engine, Console(stderr=True).status("Reading the deck …") as status:
        validation = validate(design, simulate=engine.simulate, on_step=status.update)
    text = design_text(
        validation,
        file=_seen_from(out.parent, deck),
        include=[_seen_from(out.parent, Path(folder)) for folder in options.include],
        dialect=options.dialect,
    )
    design_of(text, out)  # what we write, we read
    try:
        with out.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except OSError as error:
        raise _unwritable(out, error) from error
    console = Output()
    kind = validation.judged.understanding.kind.value
    console.print(Text(f"{out}: {kind}, membrane {_membrane(validation.circuit)}"), soft_wrap=True)
    console.print(Text(f"Put in what you intend, then: spiketwin validate {out}"), soft_wrap=True)
    return 0


def _membrane(circuit: object) -> str:
    from spiketwin.compare.validate.validation import SeenCircuit

    return circuit.roles.membrane.name if isinstance(circuit, SeenCircuit) else "unknown"


def _paths(options: argparse.Namespace) -> tuple[Path, Path]:
    """Return the deck's path and that of the file to write, which is not there yet."""
    if options.deck is None:
        raise ParameterError("init needs a netlist: spiketwin init my_neuron.cir")
    deck = Path(options.deck)
    if deck.suffix.lower() == ".toml":
        raise ParameterError(
            f"{deck} is a design file already; 'spiketwin validate {deck}' uses it, and init takes "
            f"a netlist"
        )
    if not deck.is_file():
        raise ParameterError(f"{deck}: there is no such file; check the path")
    out = deck.with_suffix(".toml") if options.out is None else Path(options.out)
    if out.exists() or out.is_symlink():
        raise ParameterError(
            f"{out} is there already and is not overwritten; remove it, or name another by --out"
        )
    if not out.parent.is_dir():
        raise ParameterError(f"{out}: there is no folder {str(out.parent)!r}; make it first")
    return deck, out


def _seen_from(folder: Path, path: Path) -> str:
    """Return a path as the design file names it: from its own folder."""
    return Path(os.path.relpath(path.resolve(), folder.resolve())).as_posix()


def _unwritable(out: Path, error: OSError) -> ParameterError:
    reason = error.strerror or str(error)
    return ParameterError(f"{out}: cannot be written ({reason}); name another by --out")
