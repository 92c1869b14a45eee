"""The model that a circuit is held against: as intended, else as drawn, else as built.

What the designer gave counts. Of the rest, resistance and capacitance are those of the parts drawn
at the membrane, and what no part draws, the threshold, the reset, the refractory time, the resting
level, is read off the waveform: of these no error can show, and it is said which they are.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from spiketwin.circuits.network import GROUND, Network
from spiketwin.compare.validate.waveforms.affine import affine
from spiketwin.models import Constant, Stimulus
from spiketwin.models.errors import ParameterError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from spiketwin.compare.twin import Twin
    from spiketwin.compare.validate.designs.design import Intended
    from spiketwin.compare.validate.waveforms.measure import Measurement
    from spiketwin.compare.validate.waveforms.observation import Drive
    from spiketwin.compare.validate.wiring.roles import Roles
    from spiketwin.models import Neuron


class Basis(StrEnum):
    """Where a parameter of the model comes from."""

    INTENDED = "intended"
    DRAWN = "drawn"
    BUILT = "as built"
    ASSUMED = "assumed"
    MODEL = "of the model"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A model with its parameters, in the circuit's own sense of up and down.

    Attributes:
        twin: the catalogue's entry.
        neuron: its parameters; where the membrane charges downwards, of its mirror image.
        stimulus: its input, likewise.
        basis: where each parameter comes from, by field.
        sign: −1 where the membrane charges downwards, and 1 else.
    """

    twin: Twin[Any]
    neuron: Neuron
    stimulus: Stimulus
    basis: Mapping[str, Basis]
    sign: float

    @property
    def parameters(self) -> Mapping[str, float]:
        """The parameters by field, in SI units, voltages as in the circuit."""
        names = self.neuron.__dataclass_fields__
        return MappingProxyType(
            {
                name: getattr(self.neuron, name) * (self.sign if name in _VOLTAGES else 1.0)
                for name in names
            }
        )


_VOLTAGES = frozenset({"threshold", "reset", "leak_potential"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A value in place of one that was not given."""

    value: float
    basis: Basis


_NOTHING = Found(value=0.0, basis=Basis.ASSUMED)


def make_reference(
    twin: Twin[Any],
    intended: Intended | None,
    *,
    drive: Drive | None,
    measured: Measurement,
    duration: float,
    network: Network | None = None,
    roles: Roles | None = None,
) -> Reference:
    """Return the model of a circuit or of a recording.

    Args:
        twin: the catalogue's entry.
        intended: what the designer gave, or None.
        drive: what drives the membrane; None where nobody knows.
        measured: what the waveforms show.
        duration: seconds.
        network: the circuit's wiring; None for a recording.
        roles: who plays which part in it; None for a recording.

    Raises:
        ParameterError: where a parameter is neither given nor found, or the values break a rule.
    """
    sign = measured.events.sign
    stimulus: Stimulus = Constant(current=0.0)
    coupling = None if roles is None else roles.coupling
    if drive is not None:
        # a voltage behind a resistor is a current into the membrane, with the resistor as a leak
        through = coupling if drive.unit == "V" and coupling else 1.0
        if sign / through != 1:
            stimulus = affine(drive.stimulus, sign / through, 0.0, duration)
        else:
            stimulus = drive.stimulus
    given = {} if intended is None else dict(intended.values)
    found = _found(given, stimulus, drive, measured, network, roles)
    names = twin.neuron.__dataclass_fields__
    values = {name: one.value for name, one in found.items()} | given
    missing = [name for name, entry in names.items() if name not in values and name != "fill_time"]
    if missing:
        raise ParameterError(
            f"the model {twin.name!r} needs {' and '.join(missing)}, which the waveforms do not "
            f"show; give what was intended, such as -p {missing[0]}=…"
        )
    mirrored = {
        name: sign * values[name] if name in _VOLTAGES else values[name]
        for name in names
        if name in values
    }
    basis = {
        name: Basis.INTENDED
        if name in given
        else found[name].basis
        if name in found
        else Basis.ASSUMED
        for name in names
    }
    return Reference(
        twin=twin,
        neuron=twin.neuron(**mirrored),
        stimulus=stimulus,
        basis=MappingProxyType(basis),
        sign=sign,
    )


def _found(
    given: Mapping[str, float],
    stimulus: Stimulus,
    drive: Drive | None,
    measured: Measurement,
    network: Network | None,
    roles: Roles | None,
) -> dict[str, Found]:
    """Return what was found of each parameter, as drawn or as built."""
    found = {
        figure.key: Found(value=figure.value, basis=Basis.BUILT) for figure in measured.figures
    }
    in_ohms = drive is not None and (drive.unit == "A" or bool(roles and roles.coupling))
    if roles is not None and in_ohms:
        for name, drawn in (("resistance", roles.resistance), ("capacitance", roles.capacitance)):
            if drawn is not None:
                found[name] = Found(value=drawn, basis=Basis.DRAWN)
    _set_resistance(found, given, measured)
    tau = measured.value("tau")
    resistance = given.get("resistance", found["resistance"].value)
    if tau is not None:
        found.setdefault(
            "capacitance", Found(value=tau / resistance, basis=found["resistance"].basis)
        )
    if "adaptation_pull" in found:
        increment = measured.events.sign * found["adaptation_pull"].value / resistance
        found.setdefault("adaptation_increment", Found(value=increment, basis=Basis.BUILT))
    drawn_rest = _rest(network, roles) if network and roles and in_ohms else None
    rest = _built_rest(measured, stimulus, resistance)
    if drawn_rest is not None:
        found["leak_potential"] = Found(value=drawn_rest, basis=Basis.DRAWN)
    elif rest is not None:
        found["leak_potential"] = Found(value=rest, basis=Basis.BUILT)
    if not measured.events.spikes.train.times.size:
        # a silent membrane has no reset and no refractory time; whether it fires needs neither
        silent = given.get("leak_potential", found.get("leak_potential", _NOTHING).value)
        found.setdefault("reset", Found(value=silent, basis=Basis.ASSUMED))
    # where nobody can see the release, the reset is taken to last as long as the pulse
    width = measured.value("width")
    assumed = _NOTHING if width is None else Found(value=width, basis=Basis.ASSUMED)
    delay = found.setdefault("refractory", assumed)
    found["refractory"] = replace(delay, value=max(delay.value, 0.0))
    return found


def _set_resistance(
    found: dict[str, Found], given: Mapping[str, float], measured: Measurement
) -> None:
    """Add the resistance, where no resistor draws it: by its gain, or by τ over the capacitance.

    With a drive that is no current only τ counts: a membrane of as many ohms as it has gain.
    """
    gain, tau = measured.value("gain"), measured.value("tau")
    capacitance = given.get("capacitance", found.get("capacitance", _NOTHING).value)
    if gain:
        found.setdefault("resistance", Found(value=abs(gain), basis=Basis.BUILT))
    elif tau is not None and capacitance:
        found.setdefault("resistance", Found(value=tau / capacitance, basis=Basis.BUILT))
    else:
        found.setdefault("resistance", Found(value=1.0, basis=Basis.ASSUMED))


def _built_rest(measured: Measurement, stimulus: Stimulus, resistance: float) -> float | None:
    """Return where the membrane rests, in volts, as the waveform shows it; None where it does not.

    E + R·i is all that a constant drive shows.
    """
    rest, asymptote = measured.value("rest"), measured.value("asymptote")
    if rest is not None or asymptote is None:
        return rest
    last = measured.windows.membrane.time[-1:]
    driven = resistance * float(stimulus.current_at(last)[0])
    return asymptote - measured.events.sign * driven


def _rest(network: Network, roles: Roles) -> float | None:
    """Return where the drawn resistors hold the membrane without input; None where not constant.

    Source: the sum of g·(V − E) over the resistors is zero. Only those that lead straight from the
    membrane to a constant voltage count; where there are others, the waveform tells.
    """
    own = None if roles.input is None else roles.input.name
    fed = {node for part in network.parts if part.name == own for node in part.nodes}
    weighted = total = 0.0
    for part in roles.leaks:
        ends = [node for node in part.nodes if node != roles.membrane.name]
        if part.kind != "r" or not part.value or len(ends) != 1:
            return None
        total += 1 / part.value
        if ends[0] in fed and ends[0] != GROUND:
            continue  # the input's own resistor pulls to what the input is, and that is no rest
        if ends[0] not in network.rails:
            return None
        weighted += network.rails[ends[0]] / part.value
    return weighted / total if total else None
