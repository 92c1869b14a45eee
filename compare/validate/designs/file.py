"""Reads a design file, or says which line of it is wrong and what belongs there."""

from __future__ import annotations

import re
import tomllib
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, cast

from spiketwin.circuits.reader.files import read_bytes
from spiketwin.compare.catalogue import TWINS
from spiketwin.compare.studies.plan import Sampler, Sampling
from spiketwin.compare.validate.designs.design import (
    Bench,
    Corner,
    Design,
    GivenRoles,
    Intended,
    NamedStimulus,
    RunSettings,
)
from spiketwin.compare.validate.designs.keys import (
    MEANINGS,
    NEURON,
    SPREAD,
    TABLES,
    parameter_keys,
)
from spiketwin.compare.validate.designs.study import StudyTables, Written
from spiketwin.compare.validate.designs.toml_lines import key_lines
from spiketwin.compare.validate.designs.toml_tables import TomlTable, hint
from spiketwin.models.errors import InputFileError, ParameterError
from spiketwin.models.stimuli.typed import parse_stimulus

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from spiketwin.compare.validate.designs.keys import Key
    from spiketwin.compare.validate.designs.toml_lines import Path as KeyPath


def read_design(path: Path) -> Design:
    """Return the design that a TOML file describes; its paths are from the file's own folder.

    Raises:
        InputFileError: where the file cannot be read or breaks a rule; it names the line, the key,
            what was expected and what it found.
    """
    try:
        text = read_bytes(path).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputFileError(path, "is not a UTF-8 text; save it as UTF-8") from None
    except ValueError as error:
        raise InputFileError(path, f"{error}; check the path") from None
    return design_of(text, path)


def design_of(text: str, path: Path) -> Design:
    """Return the design that the text of the file ``path`` describes.

    Raises:
        InputFileError: as ``read_design``.
    """
    try:
        document = tomllib.loads(text)
        lines = key_lines(text)
    except tomllib.TOMLDecodeError as error:
        raise _no_toml(path, text, error) from None
    except RecursionError:
        raise InputFileError(path, "is nested too deep; a design needs two levels") from None
    return _Reading(path, document, lines).design()


def _no_toml(path: Path, text: str, error: tomllib.TOMLDecodeError) -> InputFileError:
    """Return what TOML's own reader says, with its line where it tells one."""
    said = re.fullmatch(r"(.*) \(at (?:line (\d+), column (\d+)|end of document)\)", str(error))
    if said is None:
        return InputFileError(path, f"is no TOML: {error}")
    line = int(said[2]) if said[2] else max(1, len(text.splitlines()))
    where = f" at column {said[3]}" if said[3] else " at the end"
    return InputFileError(
        path,
        f"is no TOML: {said[1]}{where}; write key = value, and texts such as '10k' in quotation "
        f"marks",
        line=line,
    )


class _Reading:
    """One file while it is read."""

    def __init__(
        self, path: Path, document: dict[str, object], lines: Mapping[KeyPath, int]
    ) -> None:
        self._path = path
        self._document = document
        self._lines = lines
        self._top = TomlTable(file=path, lines=lines, at=(), values=document, keys={})

    def design(self) -> Design:
        for name in self._document:
            if name not in MEANINGS:
                self._top.refuse(
                    f"there is no table [{name}] in a design; {hint(name, MEANINGS)}", name
                )
        deck, run = self._table("deck"), self._table("run")
        if not self._document.keys() & {"deck", "bench"}:
            self._top.refuse('a design needs a deck: add [deck] with file = "my_neuron.cir"')
        roles, tolerances = self._table("roles"), self._table("tolerances")
        folder = self._path.parent
        return Design(
            path=self._path,
            deck=folder / deck.needed_text("file") if deck.values else None,
            dialect=deck.text("dialect"),
            include=tuple(folder / name for name in deck.texts("include")),
            roles=GivenRoles(
                membrane=roles.text("membrane"),
                spike=roles.text("spike"),
                input=roles.text("input"),
            ),
            bench=self._bench(),
            intended=self._intended(),
            run=RunSettings(
                stop=run.quantity("stop"),
                max_step=run.quantity("max_step"),
                deadline=run.quantity("deadline"),
                max_points=run.whole("max_points"),
            ),
            tolerances=MappingProxyType(
                {name: tolerances.tolerance(name) for name in tolerances.values}
            ),
            stimuli=self._stimuli(),
            corners=self._corners(),
            study=self._study(),
        )

    def _table(self, name: str, *inner: str | int) -> TomlTable:
        """Return a table of the file, empty where it is not there."""
        at: KeyPath = (name, *inner)
        values: object = self._document.get(name, {})
        for key in inner:
            values = cast("dict[str | int, object]", values)[key]
        return self._checked(at, values, TABLES[name])

    def _checked(self, at: KeyPath, values: object, keys: Mapping[str, Key]) -> TomlTable:
        if not isinstance(values, dict):
            self._top.refuse(
                f"{at[0]} must be a table, got {values!r:.60}; write [{at[0]}] on a line of its "
                f"own, and its keys below",
                *at,
            )
        table = TomlTable(file=self._path, lines=self._lines, at=at, values=values, keys=keys)
        return table.checked() if at[0] in self._document else table

    def _bench(self) -> Bench | None:
        if "bench" not in self._document:
            return None
        table = self._table("bench")
        return Bench(
            recording=self._path.parent / table.needed_text("file"),
            membrane=table.text("membrane"),
            spike=table.text("spike"),
            align=cast("Literal['first-spike', 'trigger']", table.text("align") or "first-spike"),
        )

    def _intended(self) -> Intended | None:
        if "model" not in self._document:
            return None
        values = self._document["model"]
        name = values.get("neuron") if isinstance(values, dict) else None
        known = parameter_keys(name) if isinstance(name, str) and name in TWINS else {}
        if isinstance(values, dict) and not known:  # of an unknown neuron no key is known either
            values = {key: value for key, value in values.items() if key == "neuron"}
        table = self._checked(("model",), values, {"neuron": NEURON, **known})
        twin = TWINS[table.needed_text("neuron")]
        given = {name: table.quantity(name) for name in known if name in table.values}
        intended = Intended(
            twin=twin, values=MappingProxyType({k: v for k, v in given.items() if v is not None})
        )
        try:
            intended.check()
        except ParameterError as error:
            table.refuse(f"[model] {error}")
        return intended

    def _stimuli(self) -> tuple[NamedStimulus, ...]:
        several = self._document.get("stimuli", [])
        if not isinstance(several, list):
            self._top.refuse("stimuli must be written as [[stimuli]], once for each", "stimuli")
        found: dict[str, NamedStimulus] = {}
        for index in range(len(several)):
            table = self._table("stimuli", index)
            name, drive = table.needed_text("name"), table.needed_text("drive")
            if name in found:
                table.refuse(f"{table.label}: the name {name!r} comes twice", "name")
            try:
                stimulus = parse_stimulus(drive, self._path.parent)
            except ParameterError as error:
                table.refuse(f"{table.label} drive: {error}", "drive")
            found[name] = NamedStimulus(name=name, stimulus=stimulus)
        return tuple(found.values())

    def _named(self, kind: str) -> dict[str, TomlTable]:
        """Return the tables that are written as ``[kind.NAME]``, by name."""
        named = self._document.get(kind, {})
        if not isinstance(named, dict) or not all(isinstance(one, dict) for one in named.values()):
            self._top.refuse(f"{kind} must be written as [{kind}.NAME], once for each", kind)
        return {name: self._table(kind, name) for name in named}

    def _corners(self) -> tuple[Corner, ...]:
        tables = self._named("corners")
        return tuple(
            Corner(
                name=name,
                temperature=table.quantity("temperature"),
                parameters=MappingProxyType(table.named_values("parameters")),
                parts=MappingProxyType(table.named_values("parts")),
            )
            for name, table in tables.items()
        )

    def _study(self) -> StudyTables | None:
        if not self._document.keys() & {"sweep", "montecarlo", "spreads", "lots"}:
            return None
        sweep, drawn = self._table("sweep"), self._table("montecarlo")
        values = self._document.get("spreads", {})
        spread = dict.fromkeys(values, SPREAD) if isinstance(values, dict) else {}
        spreads = self._checked(("spreads",), values, spread)
        samples, seed, sampler = drawn.whole("samples"), drawn.whole("seed"), drawn.text("sampler")
        try:
            Sampling(samples=samples or 1, seed=seed or 0)
        except ParameterError as error:
            drawn.refuse(f"[montecarlo] {error}", "samples")
        return StudyTables(
            path=self._path,
            over=tuple(
                Written(name=name, text=text, line=self._lines.get(("sweep", "over", name)))
                for name, text in sweep.axes("over").items()
            ),
            spreads=tuple(
                Written(
                    name=name, text=spreads.spread(name), line=self._lines.get(("spreads", name))
                )
                for name in spreads.values
            ),
            lots=tuple(
                Written(
                    name=name,
                    text=table.spread("spread"),
                    line=self._lines.get(("lots", name, "spread")),
                    parts=table.texts("parts"),
                )
                for name, table in self._named("lots").items()
            ),
            samples=samples,
            seed=seed,
            sampler=None if sampler is None else Sampler(sampler),
        )
