"""Writes a design file from what a deck shows, with words beside it for who edits it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from spiketwin.circuits.reader.decoding import printable
from spiketwin.compare.catalogue import TWINS
from spiketwin.compare.findings import Severity
from spiketwin.compare.validate.designs.design import TOLERATED
from spiketwin.models.errors import ParameterError
from spiketwin.models.quantities import UNITS, engineering

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from spiketwin.compare.validate.validation import SeenCircuit, Validation
    from spiketwin.compare.validate.wiring.roles import Role

DIGITS = 6  # of a value that is written down
_SPREADS = ("1%", "5%,uniform", "2%,lognormal", "1%,truncated=3")
_SHARING = 4  # parts in the example of a lot
_WIDTH = 96  # characters of a comment
# what such a tolerance usually is; the first is in force
_TOLERANCES = {
    "shift": "1%", "tau": "2%", "threshold": "10mV", "reset": "10mV", "refractory": "5%",
    "rate": "2%",
}  # fmt: skip


def design_text(
    validation: Validation, *, file: str, include: Sequence[str] = (), dialect: str | None = None
) -> str:
    """Return a design file, as TOML text, of a deck that was validated without one.

    Args:
        validation: what was found.
        file: the deck's path as seen from the design file's folder.
        include: the folders to include files from, likewise.
        dialect: the deck's, where it was told; None to go by its own words.

    Raises:
        ParameterError: where there is no deck, or a path cannot be written in UTF-8.
    """
    circuit = validation.circuit
    if circuit is None:
        raise ParameterError("a design file is made from a deck, not from a recording")
    lines = [
        *_head(validation),
        "",
        "[deck]",
        f"file = {_quoted(file)}",
        *([f"dialect = {_quoted(dialect)}"] if dialect else []),
        *([f"include = [{', '.join(map(_quoted, include))}]"] if include else []),
        "",
        *_roles(circuit),
        "",
        *_model(validation),
        "",
        *_run(circuit),
        "",
        *_tolerances(),
        "",
        *_stimuli(circuit),
        "",
        *_corners(circuit),
        "",
        *_study(circuit),
    ]
    return "\n".join(lines) + "\n"


def _head(validation: Validation) -> Iterator[str]:
    yield f"# The design of {printable(validation.name)}, for: spiketwin validate"
    yield "# Values are numbers in SI units, or texts with a prefix and unit: 10e3, '10k', '10 kΩ'."
    found = [one for one in validation.findings if one.severity is not Severity.NOTE]
    if found:
        yield "#"
        yield "# Not all is well with the circuit as it is; the values below are those that it has:"
    for one in found:
        place = "" if one.line is None else f", line {one.line}"
        yield from _comment(f"- {one.code}{place}: {one.message}")


def _roles(circuit: SeenCircuit) -> Iterator[str]:
    yield "# Which node or source is what; what is left out is inferred at each run."
    yield "[roles]"
    roles = circuit.roles
    for name, role in (("membrane", roles.membrane), ("spike", roles.spike)):
        yield from _role(name, role)
    yield from _role("input", roles.input)


def _role(name: str, role: Role | None) -> Iterator[str]:
    if role is None:
        yield f'# {name} = "…"   # none was found'
        return
    for words in role.evidence:
        yield from _comment(words)
    yield f"{name} = {_quoted(role.name)}"


def _model(validation: Validation) -> Iterator[str]:
    """Yield the intended neuron: for a start, the one that the circuit is."""
    yield "# The neuron that is meant. Put in what you intend; what is left out is taken as found."
    kind = validation.judged.understanding.kind.value
    yield from _comment(f"The circuit looks like: {kind}.")
    model = validation.judged.model
    if model is None:
        yield from _comment(f"No model was found for it: {validation.without_model}.")
        yield from _commented_neuron("lif")
        return
    yield "[model]"
    yield f"neuron = {_quoted(model.reference.twin.name)}"
    for name, value in model.reference.parameters.items():
        basis = model.reference.basis[name].value
        assumed = basis == "assumed"
        text = _quoted(engineering(value, UNITS[name], DIGITS))
        yield f"{'# ' if assumed else ''}{name} = {text}   # {basis}"


def _commented_neuron(name: str) -> Iterator[str]:
    yield "# [model]"
    yield f"# neuron = {_quoted(name)}"
    for field in TWINS[name].neuron.__dataclass_fields__:
        yield f"# {field} = '… {UNITS[field]}'"


def _run(circuit: SeenCircuit) -> Iterator[str]:
    plan = circuit.plan
    yield from _comment(f"How long and how finely to run. Now: {plan.why}.")
    yield "[run]"
    yield f"stop = {_quoted(engineering(plan.stop, 's', DIGITS))}"
    yield f"# max_step = {_quoted(engineering(plan.max_step, 's'))}"
    yield '# deadline = "20 s"     # wall time of a run'
    yield '# max_points = "3M"     # refuse a run of more'


def _tolerances() -> Iterator[str]:
    yield "# How far off each quantity may be: a fraction, or a quantity with its unit."
    yield "[tolerances]"
    for place, (name, usual) in enumerate(_TOLERANCES.items()):
        mark = "# " if place else ""
        yield f"{mark}{name} = {_quoted(usual)}   # a fraction is of {TOLERATED[name][1]}"


def _stimuli(circuit: SeenCircuit) -> Iterator[str]:
    role = circuit.roles.input
    yield "# In place of the input, one run each; as 'spiketwin stimuli' lists them."
    if role is None:
        yield "# They need an input under [roles]."
    yield "# [[stimuli]]"
    yield '# name = "strong step"'
    yield '# drive = "step:current=20u,onset=1m"'


def _corners(circuit: SeenCircuit) -> Iterator[str]:
    params = circuit.deck.params
    part = next((part for part in circuit.deck.parts if part.kind in "rcl" and part.value), None)
    yield "# Values that parts and processes may have together, one run each."
    yield "# [corners.hot]"
    yield "# temperature = 85       # °C"
    if params:
        name, value = next(iter(params.items()))
        yield f"# parameters = {{ {_key(name)} = {value:g} }}   # of .param"
    if part is not None and part.value is not None:
        unit = {"r": "Ω", "c": "F", "l": "H"}[part.kind]
        text = engineering(1.05 * part.value, unit)
        yield f"# parts = {{ {_key(part.name)} = {_quoted(text)} }}   # 5 % more"


def _study(circuit: SeenCircuit) -> Iterator[str]:
    """Yield examples of what a study varies."""
    parts = [part for part in circuit.deck.parts if part.kind in "rcl" and part.value]
    yield "# What varies in production: 'spiketwin montecarlo' of this file."
    yield "# [montecarlo]"
    yield "# samples = 1000"
    yield "# seed = 1"
    yield "# [spreads]   # each about its own value: one sigma, or as the text says"
    for part, spread in zip(parts, _SPREADS, strict=False):
        yield f'# {_key(part.name)} = "{spread}"'
    if parts:
        alike = [part.name for part in parts if part.kind == parts[0].kind][:_SHARING]
        yield "# [lots.batch]   # a deviation that parts share"
        yield '# spread = "4%"'
        yield f"# parts = [{', '.join(map(_quoted, alike))}]"
    for part in parts[:1]:
        yield "# Values that the design may take: 'spiketwin sweep' of this file."
        yield "# [sweep]"
        low, high = (f"{share * (part.value or 0):.{DIGITS}g}" for share in (0.8, 1.25))
        yield f'# over = {{ {_key(part.name)} = "{low}:{high}:10:log" }}'


def _key(name: str) -> str:
    """Return a name as a key: in quotation marks where it has a dot or the like."""
    plain = name.replace("_", "").replace("-", "")
    return name if plain.isascii() and plain.isalnum() else _quoted(name)


def _quoted(text: str) -> str:
    """Return a TOML string.

    JSON's strings are TOML's, but for DEL and lone surrogates.

    Raises:
        ParameterError: where the text is not to be written in UTF-8, as a path may be.
    """
    if any(0xD800 <= ord(char) <= 0xDFFF for char in text):
        raise ParameterError(f"the name {printable(text)!r} is not to be written in UTF-8; rename")
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _comment(words: str) -> Iterator[str]:
    """Yield a comment in lines; nothing of a deck ends one."""
    line = "#"
    for word in printable(" ".join(words.split())).split(" "):
        if len(line) + len(word) > _WIDTH and line != "#":
            yield line
            line = "#"
        line += f" {word}"
    yield line
