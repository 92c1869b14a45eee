"""The rules that a plan's parts keep together."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from spiketwin.compare.studies.plan.parameter import repeated
from spiketwin.compare.studies.plan.possible import require_possible
from spiketwin.compare.studies.plan.sampling import Sampler
from spiketwin.compare.studies.plan.spread import by_parameter
from spiketwin.compare.studies.plan.uniforms import MOST_SOBOL_SOURCES
from spiketwin.models.checks import require_positive
from spiketwin.models.errors import ParameterError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from spiketwin.compare.studies.plan.parameter import Axis, Corner, Parameter
    from spiketwin.compare.studies.plan.sampling import Sampling
    from spiketwin.compare.studies.plan.spread import Source

_LISTED = 12  # names in a message


def check_plan(
    parameters: Sequence[Parameter],
    axes: Sequence[Axis],
    corners: Sequence[Corner],
    sources: Sequence[Source],
    sampling: Sampling | None,
) -> None:
    """Check a plan's parts against each other.

    Raises:
        ParameterError: as ``Plan``.
    """
    _once("parameter", [parameter.name for parameter in parameters], "name each otherwise")
    _once("axis", [axis.name for axis in axes], "write its values as one list")
    _once("corner", [corner.name for corner in corners], "name each otherwise")
    _once("spread", [source.name for source in sources], "give one, or put it in a lot")
    known = {parameter.name: parameter for parameter in parameters}
    _check_values(known, axes, corners)
    for source in sources:
        _check_source(known, source)
    if sampling is not None and not sources:
        raise ParameterError("samples need something that is spread; give a spread or a lot")
    if not axes and not corners and not sources:
        raise ParameterError("nothing is varied; give an axis, a corner, a spread or a lot")
    if (
        sampling is not None
        and sampling.sampler is Sampler.SOBOL
        and len(sources) > MOST_SOBOL_SOURCES
    ):
        raise ParameterError(
            f"Sobol samples have at most {MOST_SOBOL_SOURCES} sources, got {len(sources)}; take "
            f"the sampler {Sampler.RANDOM} or {Sampler.LATIN_HYPERCUBE}"
        )
    _check_bases(known, axes, corners, sources, 1 if sampling is None else sampling.samples)


def parameter_called(name: str, parameters: Iterable[Parameter]) -> Parameter:
    """Return the parameter of that name; where none has it, of that name in any case.

    Raises:
        ParameterError: where there is none; the nearest is suggested.
    """
    known = {parameter.name: parameter for parameter in parameters}
    if name in known:
        return known[name]
    folded = [parameter for one, parameter in known.items() if one.casefold() == name.casefold()]
    if len(folded) == 1:
        return folded[0]
    alike = {one.casefold(): one for one in known}
    near = [alike[one] for one in get_close_matches(name.casefold(), alike, n=1, cutoff=0.6)]
    listed = [*known][:_LISTED] + (["…"] if len(known) > _LISTED else [])
    hint = f"did you mean {near[0]!r}?" if near else f"there are: {', '.join(listed)}"
    raise ParameterError(f"there is no parameter {name!r} to vary; {hint}")


def _known(name: str, known: Mapping[str, Parameter]) -> Parameter:
    return known[name] if name in known else parameter_called(name, known.values())


def _once(what: str, names: Sequence[str], remedy: str) -> None:
    twice = repeated(names)
    if twice is not None:
        raise ParameterError(f"the {what} {twice} comes twice; {remedy}")


def _check_values(
    known: Mapping[str, Parameter], axes: Sequence[Axis], corners: Sequence[Corner]
) -> None:
    for axis in axes:
        parameter = _known(axis.name, known)
        if parameter.positive:
            require_positive(f"axis {axis.name}", "values", min(axis.values), parameter.unit)
    swept = {axis.name for axis in axes}
    for corner in corners:
        for name, value in corner.values:
            parameter = _known(name, known)
            if parameter.positive:
                require_positive(f"corner {corner.name}", name, value, parameter.unit)
            if name in swept:
                raise ParameterError(
                    f"the corner {corner.name!r} sets {name}, which is swept as well; take it out "
                    f"of one of the two"
                )


def _check_source(known: Mapping[str, Parameter], source: Source) -> None:
    unit = source.spread.unit
    for name in source.parameters:
        parameter = _known(name, known)
        # a parameter without a unit, such as a .param, takes any
        if unit and parameter.unit and unit != parameter.unit:
            raise ParameterError(
                f"the spread {source.name} is in {unit}, and {name} in {parameter.unit}; write it "
                f"in {parameter.unit}, or as a fraction"
            )
        if not unit and parameter.unit == "°C":
            raise ParameterError(
                f"the spread {source.name} is a fraction, and {name} is in °C, whose zero is none; "
                f"write how many °C"
            )


def _check_bases(
    known: Mapping[str, Parameter],
    axes: Sequence[Axis],
    corners: Sequence[Corner],
    sources: Sequence[Source],
    samples: int,
) -> None:
    """Check what the sources do to the values that parameters have without them."""
    swept = {axis.name: axis.values for axis in axes}
    for name, acting in by_parameter(sources).items():
        parameter = known[name]
        bases = [
            *swept.get(name, (parameter.nominal,)),
            *(value for corner in corners for one, value in corner.values if one == name),
        ]
        if not any(bases) and not any(source.spread.unit for source in acting):
            raise ParameterError(
                f"{name} is 0, and a fraction of it is nothing; write its spread with its unit, "
                f"such as 5m{parameter.unit or 'V'}"
            )
        if parameter.positive:
            require_possible(parameter, min(bases), acting, samples)
