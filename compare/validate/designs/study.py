"""What a design file says about a study: what is varied, as it was written.

Which names there are is known once the deck is read, and so the texts are read then.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn

from spiketwin.compare.studies.plan import Corner as PlanCorner
from spiketwin.compare.studies.plan.checks import parameter_called
from spiketwin.compare.studies.plan.typed import axis_of, lot_of, source_of
from spiketwin.compare.validate.designs.values import ELEMENT, TEMPERATURE
from spiketwin.models.errors import InputFileError, ParameterError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from spiketwin.compare.studies.plan import Axis, Parameter, Sampler, Source
    from spiketwin.compare.validate.designs.design import Corner


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """The text that a file has for a parameter, or for a lot of them.

    Attributes:
        name: the parameter's or the lot's, as written.
        text: as on the command line, behind the name.
        line: of the file, from 1; None where it is not known.
        parts: the parameters of a lot, as written; empty otherwise.
    """

    name: str
    text: str
    line: int | None
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyTables:
    """What the tables ``sweep``, ``montecarlo``, ``spreads`` and ``lots`` say.

    Attributes:
        path: the file.
        over: the axes.
        spreads: of parameters of their own.
        lots: what parameters share.
        samples: their number; None where it is not given.
        seed: what they follow from; None where it is not given.
        sampler: how they are laid out; None where it is not given.
    """

    path: Path
    over: tuple[Written, ...] = ()
    spreads: tuple[Written, ...] = ()
    lots: tuple[Written, ...] = ()
    samples: int | None = None
    seed: int | None = None
    sampler: Sampler | None = None

    def axes(self, parameters: Sequence[Parameter]) -> tuple[Axis, ...]:
        """Return the axes, of the parameters that there are.

        Raises:
            InputFileError: where a name is unknown (the nearest is suggested), or a value is
                wrong; it names the line.
        """
        found = []
        for one in self.over:
            try:
                found.append(axis_of(one.name, one.text, parameters))
            except ParameterError as error:
                self._refuse(f"[sweep] over: {error}", one)
        return tuple(found)

    def sources(self, parameters: Sequence[Parameter]) -> tuple[Source, ...]:
        """Return the spreads and then the lots, of the parameters that there are.

        Raises:
            InputFileError: as ``axes``.
        """
        found = []
        for one in self.spreads:
            try:
                found.append(source_of(one.name, one.text, parameters))
            except ParameterError as error:
                self._refuse(f"[spreads] {error}", one)
        for one in self.lots:
            try:
                found.append(lot_of(one.name, one.text, one.parts, parameters))
            except ParameterError as error:
                self._refuse(f"[lots.{one.name}] {error}", one)
        return tuple(found)

    def _refuse(self, message: str, written: Written) -> NoReturn:
        raise InputFileError(self.path, message, line=written.line) from None


def plan_corners(
    corners: Iterable[Corner], parameters: Sequence[Parameter]
) -> tuple[PlanCorner, ...]:
    """Return a design's corners as those of a plan, of the parameters that there are.

    A part is called as ``deck_parameters`` calls it where a ``.param`` has its name.

    Raises:
        ParameterError: where a corner sets nothing, or what is no parameter.
    """
    names = {parameter.name for parameter in parameters}
    made = []
    for corner in corners:
        values = dict(corner.parameters)
        for part, value in corner.parts.items():
            element = ELEMENT + part
            values[element if element in names else part] = value
        if corner.temperature is not None:
            values[TEMPERATURE] = corner.temperature
        known = [(parameter_called(name, parameters).name, value) for name, value in values.items()]
        made.append(PlanCorner(name=corner.name, values=tuple(known)))
    return tuple(made)
