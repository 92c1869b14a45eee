"""How long and how finely a user's deck is run, and what that costs, before it is run."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from spiketwin.circuits.network import Network
from spiketwin.circuits.reader.settings import Transient
from spiketwin.models.checks import require_positive
from spiketwin.models.errors import ParameterError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spiketwin.circuits.reader.deck import UserDeck
    from spiketwin.circuits.reader.parts import Part

MOST_POINTS = 3_000_000
MOST_BYTES = 1 << 30
# points that ngspice spends on a corner of a source, beyond its steps
_POINTS_PER_CORNER = 15
# where the deck says nothing: so many time constants, so many periods, so many steps in each
_TIME_CONSTANTS, _PERIODS, _STEPS = 20.0, 10.0, 100.0
# the nodes of largest capacitance whose time constants are looked at
_MOST_NODES = 50
# V, what a neuron without a leak is taken to charge to, where the deck has no supply
_USUAL_SWING = 1.0
# ngspice's longest step is TSTEP, or this part of the run where that is shorter
_NGSPICE_STEPS = 50.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How a deck is to be run, and what its finer run will take.

    Attributes:
        stop: seconds.
        max_step: seconds, of the first run.
        uic: whether it starts from the initial conditions.
        points: time points of a run at half the step, as predicted from steps and corners; what
            the circuit's own events add is not known beforehand.
        bytes: what their waveforms take in memory and in ``spikes.csv``'s like on a disk.
        why: where the times come from, in words.
    """

    stop: float
    max_step: float
    uic: bool
    points: int
    bytes: int
    why: str

    def applied(self, deck: UserDeck) -> UserDeck:
        """Return the deck with this plan for its ``.tran``."""
        own = deck.transient
        step = self.stop / 1000 if own is None else own.step
        transient = Transient(
            step=step,
            stop=self.stop,
            start=0.0,
            max_step=self.max_step,
            uic=self.uic,
            source=None if own is None else own.source,
        )
        return replace(deck, transient=transient)


def plan_run(
    deck: UserDeck,
    *,
    vectors: int = 4,
    stop: float | None = None,
    max_step: float | None = None,
    most_points: int = MOST_POINTS,
    most_bytes: int = MOST_BYTES,
) -> Plan:
    """Return how to run a deck: by its own ``.tran``, or by its time constants.

    Args:
        deck: the user's.
        vectors: how many node voltages are wanted.
        stop: seconds, in place of the deck's own.
        max_step: seconds, in place of the deck's own.
        most_points: the limit on time points.
        most_bytes: the limit on the size of the waveforms.

    Raises:
        ParameterError: where a time is not positive, a limit would be exceeded, which the message
            tells with the estimate, or nothing tells how long to run.
    """
    own = deck.transient
    if stop is not None:
        require_positive("validate", "stop", stop, "s")
    if max_step is not None:
        require_positive("validate", "max_step", max_step, "s")
    words = []
    if stop is not None:
        words.append(f"until {stop:g} s as asked")
    elif own is not None:
        stop = own.stop
        words.append(f"until {stop:g} s by the deck's own .tran")
    else:
        stop, why = _chosen_stop(deck)
        words.append(f"until {stop:g} s, {why}, because the deck has no .tran")
    if max_step is not None:
        words.append(f"steps of {max_step:g} s at most as asked")
    elif own is not None and own.max_step is not None:
        max_step = own.max_step
        words.append(f"steps of {max_step:g} s at most by the deck's own .tran")
    elif own is not None:
        max_step = min(own.step, stop / _NGSPICE_STEPS)
        words.append(f"steps of {max_step:g} s at most, which ngspice takes from TSTEP")
    else:
        max_step = stop / (_TIME_CONSTANTS * _STEPS)
        words.append(f"steps of {max_step:g} s at most")
    max_step = min(max_step, stop / _NGSPICE_STEPS)
    corners = sum(_corners(part, stop) for part in deck.parts)
    expected = 2 * stop / max_step + _POINTS_PER_CORNER * corners
    size = 8 * expected * (vectors + 1)
    if expected > most_points or size > most_bytes:
        raise ParameterError(
            f"this deck would need about {expected:.2g} time points in its finer run, "
            f"{stop:g} s in steps of {max_step / 2:g} s, and {size / 1e6:.2g} MB; the limits are "
            f"{most_points:.2g} and {most_bytes / 1e6:.2g} MB; shorten the time to run (--stop), "
            f"lengthen the maximum step (--max-step), or raise the limit (--max-points)"
        )
    return Plan(
        stop=stop,
        max_step=max_step,
        # what has no .tran says nothing of an operating point either; .ic speaks for uic
        uic=own.uic if own is not None else bool(deck.initial) or _has_initial(deck),
        points=math.ceil(expected),
        bytes=math.ceil(size),
        why="; ".join(words),
    )


def _has_initial(deck: UserDeck) -> bool:
    return any(part.initial is not None for part in deck.parts)


def _chosen_stop(deck: UserDeck) -> tuple[float, str]:
    """Return a time to stop at in seconds, and its reason."""
    network = Network.of(deck.parts)
    largest = sorted(network.charged, key=lambda node: -(network.capacitance(node) or 0.0))
    constants = [t for node in largest[:_MOST_NODES] for t in [network.time_constant(node)] if t]
    if not constants:
        constants = list(_charging_times(deck, network))
    periods = [period for part in deck.parts for period in _periods(part)]
    choices = []
    if constants:
        slow = max(constants)
        choices.append((_TIME_CONSTANTS * slow, f"{_TIME_CONSTANTS:g} times {slow:g} s of R and C"))
    if periods:
        slow = max(periods)
        choices.append((_PERIODS * slow, f"{_PERIODS:g} times a source's {slow:g} s"))
    if not choices:
        raise ParameterError(
            "the deck has no .tran, and no resistor and capacitor from which to choose how long "
            "to run; add .tran, such as .tran 10u 100m, or give --stop"
        )
    return max(choices)


def _charging_times(deck: UserDeck, network: Network) -> Iterator[float]:
    """Yield in what time each constant current charges its node: C·V/I."""
    swing = max((abs(volts) for volts in network.rails.values()), default=0.0) or _USUAL_SWING
    for part in deck.parts:
        if part.kind != "i" or part.waveform is None:
            continue
        current = max(map(abs, (part.waveform.dc or 0.0, *part.waveform.numbers[:2])))
        for node in part.nodes:
            capacitance = network.capacitance(node)
            if capacitance and current:
                yield capacitance * swing / current


def _periods(part: Part) -> Iterator[float]:
    """Yield how long a source takes to show all that it does, in seconds."""
    if part.waveform is None:
        return
    given = (*part.waveform.numbers, *[0.0] * 8)
    match part.waveform.kind:
        case "pulse" if given[6] > 0:
            yield given[2] + given[6]
        case "sin" if given[2] > 0:
            yield given[3] + 1 / given[2]
        case "pwl":
            yield 0.15 * part.waveform.numbers[-2]


def _corners(part: Part, stop: float) -> int:
    """Return how many corners a source has until ``stop``."""
    if part.waveform is None:
        return 0
    numbers = part.waveform.numbers
    given = (*numbers, *[0.0] * 8)
    match part.waveform.kind:
        case "pulse" if given[6] > 0:
            return 4 * math.ceil(max(stop - given[2], 0.0) / given[6])
        case "pulse" | "exp":
            return 4
        case "pwl":
            return sum(time < stop for time in numbers[::2])
    return 0
