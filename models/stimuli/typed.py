"""A stimulus as typed, read and written: ``KIND:NAME=VALUE,…``, several joined by a plus."""

from __future__ import annotations

import dataclasses
import re
from difflib import get_close_matches
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, get_args

from spiketwin.models.errors import ParameterError
from spiketwin.models.stimuli import Part, PiecewiseLinear, Stimulus, Sum
from spiketwin.models.stimuli.presynaptic import (
    GivenTrain,
    PoissonTrain,
    PresynapticTrain,
    RegularTrain,
)
from spiketwin.models.stimuli.sums import parts_of
from spiketwin.models.stimuli.synapses import (
    AlphaSynapse,
    ExponentialSynapse,
    PulseSynapse,
    Synapse,
)
from spiketwin.models.typed import build, split_assignments

if TYPE_CHECKING:
    from collections.abc import Mapping

# the names that tell each kind of spike train
TRAINS: Mapping[type[PresynapticTrain], tuple[str, ...]] = MappingProxyType(
    {PoissonTrain: ("rate", "seed"), RegularTrain: ("period", "onset"), GivenTrain: ("file",)}
)


def parse_stimulus(text: str, folder: Path = Path()) -> Stimulus:
    """Return the stimulus that ``KIND:NAME=VALUE,…`` says; several joined by `` + `` add.

    ``pwl:file=PATH`` reads a CSV file. A synapse takes the settings of its spike train among its
    own: rate and seed, or period and onset, or the file of a recorded one. Files are looked for in
    ``folder``.

    Raises:
        ParameterError: where the kind is unknown (the nearest is suggested) or a value is wrong.
    """
    parts = _split_parts(text)
    if len(parts) == 1:
        return _parse_part(text, folder)
    return Sum(parts=tuple(_parse_part(part.strip(), folder) for part in parts))


def _split_parts(text: str) -> list[str]:
    # a plus between spaces, or right before a kind: not that of 1e+3, and not one in a file's name
    return re.split(r"\s\+\s|\+(?=[a-z-]+:)", text)


def _parse_part(text: str, folder: Path) -> Part:
    kinds = {kind.kind: kind for kind in get_args(Part)}
    name, _, rest = text.partition(":")
    kind = kinds.get(name.strip())
    if kind is None:
        near = get_close_matches(name, kinds, n=1, cutoff=0.4)
        hint = f"did you mean {near[0]!r}?" if near else f"there are: {', '.join(kinds)}"
        raise ParameterError(f"there is no stimulus {name!r}; {hint}")
    if kind is PiecewiseLinear:
        key, equals, path = rest.partition("=")
        if key.strip() != "file" or not equals or not path:
            raise ParameterError(f"the stimulus pwl takes file=PATH of a CSV file, got {rest!r}")
        return PiecewiseLinear.from_csv(folder / path)
    items = [item for item in rest.split(",") if item.strip()]
    owner = f"the stimulus {name.strip()}"
    settings = split_assignments(items, owner)
    if issubclass(kind, PulseSynapse | ExponentialSynapse | AlphaSynapse):
        return _build_synapse(kind, owner, settings, folder)
    made: Part = build(kind, owner, settings)
    return made


def _build_synapse(
    kind: type[Synapse], owner: str, settings: Mapping[str, str], folder: Path
) -> Synapse:
    """Return a synapse from the texts for its own fields, and those of its spike train."""
    own = [field.name for field in dataclasses.fields(kind) if field.name != "spikes"]
    known = [*own, *(name for names in TRAINS.values() for name in names)]
    for name in settings:
        if name not in known:
            near = get_close_matches(name, known, n=1, cutoff=0.5)
            hint = f"did you mean {near[0]!r}?" if near else f"it has: {', '.join(known)}"
            raise ParameterError(f"{owner} has no parameter {name!r}; {hint}")
    told = [train for train, names in TRAINS.items() if not settings.keys().isdisjoint(names)]
    if len(told) != 1:
        raise ParameterError(
            f"{owner} needs one spike train, got {len(told) or 'none'}; give rate and seed "
            f"(Poisson spikes), or period and maybe onset (regular ones), or file (of spike times)"
        )
    (train,) = told
    typed = {name: text for name, text in settings.items() if name in TRAINS[train]}
    rest = {name: text for name, text in settings.items() if name in own}
    spikes = (
        GivenTrain.from_csv(folder / typed["file"].strip())
        if train is GivenTrain
        else build(train, owner, typed)
    )
    return build(kind, owner, rest, given={"spikes": spikes})


def stimulus_text(stimulus: Stimulus, typed: str | None = None) -> str:
    """Return what ``parse_stimulus`` reads as this very stimulus: every number to its last bit.

    Args:
        stimulus: what to write.
        typed: what it, or one with other numbers, was read from: what comes from a file is written
            as it stands there. Where not given, the file's name is left open by an ellipsis.
    """
    parts = parts_of(stimulus)
    given = [] if typed is None else _split_parts(typed)
    files = [_file_of(text) for text in given] if len(given) == len(parts) else []
    return " + ".join(_part_text(part, files[k] if files else None) for k, part in enumerate(parts))


def _file_of(text: str) -> str | None:
    found = re.search(r"\bfile=([^,]*)", text)
    return None if found is None else found[1].strip()


def _part_text(part: Part, file: str | None) -> str:
    if isinstance(part, PiecewiseLinear):
        return f"pwl:file={file or '…'}"
    settings: dict[str, str] = {}
    for field in dataclasses.fields(part):
        value = getattr(part, field.name)
        if isinstance(value, GivenTrain):
            settings["file"] = file or "…"
        elif dataclasses.is_dataclass(value):
            settings |= {
                inner.name: repr(getattr(value, inner.name)) for inner in dataclasses.fields(value)
            }
        else:
            settings[field.name] = repr(value)
    return f"{part.kind}:" + ",".join(f"{name}={text}" for name, text in settings.items())
