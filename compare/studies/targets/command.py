"""A specimen as it is typed: the options of ``spiketwin compare`` that make this very one."""

from __future__ import annotations

from dataclasses import MISSING, asdict, fields
from typing import TYPE_CHECKING

from spiketwin.models.stimuli.typed import stimulus_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spiketwin.compare.levels import Parts
    from spiketwin.compare.studies.targets.specimen import Specimen


def specimen_options(
    specimen: Specimen, usual: Parts | None, typed_stimulus: str | None
) -> list[str]:
    """Return the arguments that make a specimen; its numbers read back to their last bit.

    What is as the catalogue has it is left out, but for the stimulus.

    Args:
        specimen: what is to be run.
        usual: the parts of its level.
        typed_stimulus: what its stimulus was read from, for the names of files; None for nothing.
    """
    return [
        *_neuron(specimen),
        *_parts(specimen, usual),
        # with an equals sign: a value that begins with a minus would be taken for an option
        *([] if specimen.temperature is None else [f"--temperature={specimen.temperature!r}"]),
        "--stimulus",
        stimulus_text(specimen.stimulus, typed_stimulus),
    ]


def _neuron(specimen: Specimen) -> Iterator[str]:
    for field in fields(specimen.neuron):
        value = getattr(specimen.neuron, field.name)
        if field.default is MISSING or value != field.default:
            yield from ("-p", f"{field.name}={_text(value)}")


def _parts(specimen: Specimen, usual: Parts | None) -> Iterator[str]:
    if specimen.parts is None or usual is None:
        return
    before = asdict(usual)
    for name, value in asdict(specimen.parts).items():
        if value != before[name]:
            yield from ("--part", f"{name}={value!r}")


def _text(value: object) -> str:
    match value:
        case str():
            return value
        case tuple():
            return ",".join(map(repr, value))
        case _:
            return repr(value)
