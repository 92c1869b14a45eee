"""One neuron as it is to be built and driven, and what of it can be varied."""

from __future__ import annotations

from dataclasses import dataclass, fields, is_dataclass, replace
from typing import TYPE_CHECKING, Any

from spiketwin.compare.studies.plan import Parameter
from spiketwin.models.errors import ParameterError
from spiketwin.models.quantities import UNITS
from spiketwin.models.stimuli.sums import Sum, parts_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from spiketwin.compare.levels import Parts
    from spiketwin.models.neurons import Neuron
    from spiketwin.models.neurons.artificial import ArtificialNeuron
    from spiketwin.models.stimuli import Stimulus

TEMPERATURE = "temperature"
USUAL_TEMPERATURE = 27.0  # °C, ngspice's own


@dataclass(frozen=True, slots=True, kw_only=True)
class Specimen:
    """All that a run is made of.

    Attributes:
        neuron: the parameters of both twins.
        stimulus: what drives both.
        parts: of the circuit at its level; None where they are ideal.
        temperature: degrees Celsius, of the circuit; None for ngspice's own.
    """

    neuron: Neuron | ArtificialNeuron
    stimulus: Stimulus
    parts: Parts | None = None
    temperature: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A number of a specimen that can be varied.

    Attributes:
        parameter: its name, unit and nominal value.
        place: where it stands: fields and positions, from the specimen down.
        whole: whether it must be a whole number.
    """

    parameter: Parameter
    place: tuple[str | int, ...]
    whole: bool = False


def offers_of(specimen: Specimen, *, warm: bool = True) -> tuple[Offer, ...]:
    """Return all that can be varied, each under one name.

    A name is the neuron's first, then that of a part, the temperature, and the stimulus's. One that
    is taken already is written with its owner: ``part.NAME`` or ``stimulus.NAME``. Those of a sum
    are ``stimulus.K.NAME``, from K = 0.

    Args:
        specimen: with nominal values.
        warm: whether the circuit has a temperature of its own to be set.
    """
    found: dict[str, Offer] = {}
    owners: list[tuple[str, tuple[str | int, ...], object, Mapping[str, str]]] = [
        ("neuron", ("neuron",), specimen.neuron, UNITS)
    ]
    if specimen.parts is not None:
        owners.append(("part", ("parts",), specimen.parts, specimen.parts.units))
    for owner, place, value, units in owners:
        for name, way, number in _numbers(value):
            _add(found, specimen, name, owner, (*place, *way), number, units)
    # a neuron's own temperature is what its circuit is built for, and in kelvin
    if warm and TEMPERATURE not in found:
        nominal = USUAL_TEMPERATURE if specimen.temperature is None else specimen.temperature
        parameter = Parameter(name=TEMPERATURE, unit="°C", nominal=nominal)
        found[TEMPERATURE] = Offer(parameter=parameter, place=(TEMPERATURE,))
    stimulus = specimen.stimulus
    for k, part in enumerate(parts_of(stimulus)):
        one = not isinstance(stimulus, Sum)
        place = ("stimulus",) if one else ("stimulus", "parts", k)
        for name, way, number in _numbers(part):
            told = name if one else f"stimulus.{k}.{name}"
            _add(found, specimen, told, "stimulus", (*place, *way), number, UNITS)
    return tuple(found.values())


def altered(specimen: Specimen, offers: Iterable[Offer], values: Mapping[str, float]) -> Specimen:
    """Return a specimen with other values of some of what can be varied.

    Raises:
        ParameterError: where a name is not offered, or the values break a rule of the neuron, the
            parts or the stimulus.
    """
    # all at once, because a rule may hold one field against another
    changed: Specimen = _changed(specimen, _places(offers, values))
    return changed


def unchecked(specimen: Specimen, offers: Iterable[Offer], values: Mapping[str, float]) -> Specimen:
    """Return it as ``altered`` does, where need be as something that no neuron is.

    It is for a command that is to show what is wrong with such values, and for nothing else.

    Raises:
        ParameterError: where a name is not offered.
    """
    known = tuple(offers)
    try:
        return altered(specimen, known, values)
    except ParameterError:
        places = _places(known, values, whole=False)
        broken: Specimen = _changed(specimen, places, replaced=_replaced_unchecked)
        return broken


def _places(
    offers: Iterable[Offer], values: Mapping[str, float], *, whole: bool = True
) -> dict[tuple[str | int, ...], float | int]:
    """Return the numbers by where they are; those that must be whole are so, where asked."""
    by_name = {offer.parameter.name: offer for offer in offers}
    changes: dict[tuple[str | int, ...], float | int] = {}
    for name, value in values.items():
        if name not in by_name:
            raise ParameterError(
                f"there is no {name!r} to be varied; there are: {', '.join(by_name)}"
            )
        offer = by_name[name]
        if whole and offer.whole and not float(value).is_integer():
            raise ParameterError(f"{name} must be a whole number, got {value!r}")
        changes[offer.place] = int(value) if offer.whole and float(value).is_integer() else value
    return changes


def _numbers(value: Any) -> Iterator[tuple[str, tuple[str | int, ...], float]]:
    """Yield each number of a dataclass with its name and the way to it.

    Those of a synapse's spike train are among it as they are typed: without the train's name.
    """
    for field in fields(value):
        content = getattr(value, field.name)
        if is_dataclass(content):
            for name, way, number in _numbers(content):
                yield name, (field.name, *way), number
        elif isinstance(content, tuple) and field.name == "weights":
            for k, number in enumerate(content):
                yield f"{field.name}.{k}", (field.name, k), number
        elif isinstance(content, int | float) and not isinstance(content, bool):
            yield field.name, (field.name,), content


def _add(
    found: dict[str, Offer],
    specimen: Specimen,
    name: str,
    owner: str,
    place: tuple[str | int, ...],
    number: float,
    units: Mapping[str, str],
) -> None:
    told = name if name not in found else f"{owner}.{name}"
    unit = units[next(str(step) for step in reversed(place) if isinstance(step, str))]
    parameter = Parameter(
        name=told,
        unit=unit,
        nominal=float(number),
        positive=number > 0 and _must_be_positive(specimen, place, number),
    )
    found[told] = Offer(parameter=parameter, place=place, whole=isinstance(number, int))


def _must_be_positive(specimen: Specimen, place: tuple[str | int, ...], number: float) -> bool:
    """Whether its class demands it, and not only another field of the nominal values."""
    try:
        _changed(specimen, {place: -number})
    except ParameterError as error:
        # models.checks has one wording for each rule
        return f"{place[-1]} must be positive" in str(error)
    return False


def _replaced_unchecked(value: Any, **changes: Any) -> Any:
    """Return a dataclass as ``replace`` does, past its own rules."""
    made = object.__new__(type(value))
    for field in fields(value):
        object.__setattr__(made, field.name, changes.get(field.name, getattr(value, field.name)))
    return made


def _changed(
    value: Any,
    changes: Mapping[tuple[str | int, ...], float | int],
    replaced: Callable[..., Any] = replace,
) -> Any:
    """Return a value, made of dataclasses and tuples, with other numbers in some places."""
    if () in changes:
        return changes[()]
    below: dict[str | int, dict[tuple[str | int, ...], float | int]] = {}
    for (step, *rest), number in changes.items():
        below.setdefault(step, {})[tuple(rest)] = number
    if not below:
        return value
    if isinstance(value, tuple):
        return tuple(
            _changed(item, below[k], replaced) if k in below else item
            for k, item in enumerate(value)
        )
    return replaced(
        value,
        **{
            str(step): _changed(getattr(value, str(step)), inner, replaced)
            for step, inner in below.items()
        },
    )
