"""What drives a membrane, as one of our stimuli with the very corners that ngspice sees."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from spiketwin.circuits.changes import find_part
from spiketwin.circuits.network import GROUND, Network
from spiketwin.compare.validate.waveforms.observation import Drive
from spiketwin.models.errors import ParameterError
from spiketwin.models.stimuli import Constant, PiecewiseLinear, PulseTrain, Sine

if TYPE_CHECKING:
    from spiketwin.circuits.reader import Part, UserDeck
    from spiketwin.compare.validate.wiring.roles import Roles
    from spiketwin.models.stimuli import PiecewiseStimulus

# The least number of straight lines in a time constant of what is no straight line. The error of a
# line over h is h²/8 of the second derivative: 8e-6 of an exponential's height.
_LINES = 128
_TIME_CONSTANTS = 25.0  # until an exponential has settled to 1e-11


def drive_of(deck: UserDeck, roles: Roles) -> Drive | None:
    """Return the input's course, in amperes into the membrane or in volts against ground.

    Args:
        deck: as it is run: its ``.tran`` says where the run ends and how long an edge is that has
            no length of its own.
        roles: whose input it is, and into which node.

    Returns:
        None where there is no input, where its waveform is modulated in frequency or amplitude,
        where a PWL repeats, where a voltage is not against ground, or where a current flows from
        one node into another and no constant voltage holds one of the two.

    Raises:
        ParameterError: where the deck has no ``.tran``, or a time of the waveform is negative.
    """
    if roles.input is None:
        return None
    part = find_part(deck, roles.input.name)
    transient = deck.transient
    if transient is None:
        raise ParameterError("the deck has no .tran; give it one by a plan")
    sign = source_sign(part, Network.of(deck.parts))
    if sign is None:
        return None
    stimulus = stimulus_of(part, sign=sign, step=transient.step, stop=transient.stop)
    if stimulus is None:
        return None
    return Drive(stimulus=stimulus, unit="A" if part.kind == "i" else "V", name=part.name)


def source_sign(part: Part, network: Network) -> float | None:
    """Return +1 where the source's value counts into the circuit, and −1 where out of it.

    A current flows from the first node through the source into the second, one of which a constant
    voltage holds; a voltage is that of the first node over the second, one of which is ground.
    """
    first, second = part.nodes
    if part.kind == "v":
        return {second: 1.0, first: -1.0}.get(GROUND)
    if (first in network.rails) == (second in network.rails):
        return None
    return 1.0 if first in network.rails else -1.0


def stimulus_of(
    part: Part, *, sign: float, step: float, stop: float
) -> PiecewiseStimulus | Sine | None:
    """Return a source's waveform as a stimulus; None where there is none for it.

    Args:
        part: an independent source.
        sign: what its values are multiplied by.
        step: seconds, of an edge without a length: ngspice takes TSTEP.
        stop: seconds, of the run: a pulse without a width lasts so long.

    Raises:
        ParameterError: where a time of the waveform is negative.
    """
    waveform = part.waveform
    if waveform is None:
        return None
    numbers = waveform.numbers
    match waveform.kind:
        case "dc":
            return Constant(current=sign * (waveform.dc or 0.0))
        case "pulse":
            return _pulse(numbers, sign, step, stop)
        case "pwl" if part.cards[0].rstrip().endswith(")"):
            times, values = np.array(numbers[::2]), sign * np.array(numbers[1::2])
            return PiecewiseLinear(times=times, currents=values)
        case "sin":
            return _sine(numbers, sign, stop)
        case "exp":
            return _exponential(numbers, sign, step, stop)
    return None


def _pulse(
    numbers: tuple[float, ...], sign: float, step: float, stop: float
) -> PiecewiseStimulus | None:
    """Return a PULSE: v1, v2, delay, rise, fall, width, period; for a zero ngspice has its own."""
    given = [*numbers, *[0.0] * (8 - len(numbers))]
    low, high, delay = sign * given[0], sign * given[1], given[2]
    rise, fall = (edge or step for edge in given[3:5])
    width, period = given[5] or stop, given[6] or stop
    if given[7]:
        return None  # a phase
    pulse = rise + width + fall
    if delay + period >= stop or pulse > period:
        # A single pulse in the run; or one that its next cuts short, each written out.
        return _pulses_written_out(low, high, delay, (rise, width, fall, period), stop)
    if rise == fall and delay >= 0:
        return PulseTrain(
            current=high, baseline=low, onset=delay, rise=rise, width=width, period=period
        )
    return _pulses_written_out(low, high, delay, (rise, width, fall, period), stop)


def _pulses_written_out(
    low: float, high: float, delay: float, lengths: tuple[float, float, float, float], stop: float
) -> PiecewiseLinear:
    rise, width, fall, period = lengths
    first = [0.0] if delay > 0 else []
    corners = [(time, low) for time in first]
    for number in range(max(1, math.ceil((stop - delay) / period))):
        begin = delay + number * period
        shape = [(0.0, low), (rise, high), (rise + width, high), (rise + width + fall, low)]
        kept = [(begin + at, value) for at, value in shape if at < period]
        if shape[-1][0] >= period:
            # cut short: ngspice begins anew from the low level, within its least step
            last = np.interp(period, [at for at, _ in shape], [value for _, value in shape])
            kept.append((begin + period * (1 - 1e-9), float(last)))
        corners += [c for c in kept if not corners or c[0] > corners[-1][0]]
    times, values = zip(*corners, strict=True)
    return PiecewiseLinear(times=np.array(times), currents=np.array(values))


def _sine(numbers: tuple[float, ...], sign: float, stop: float) -> Sine | PiecewiseLinear | None:
    """Return a SIN that begins at once and does not fade as such; another one in straight lines."""
    given = [*numbers, *[0.0] * (6 - len(numbers))]
    offset, amplitude, frequency, delay, damping, degrees = given
    frequency = frequency or 1 / stop
    phase = math.radians(degrees)
    if delay == 0 and damping == 0:
        offset, amplitude = sign * offset, sign * amplitude
        return Sine(offset=offset, amplitude=amplitude, frequency=frequency, phase=phase)
    count = math.ceil(_LINES * 2 * math.pi * frequency * (stop - delay))
    if count > 1_000_000 or count < 1:
        return None
    times = np.linspace(delay, stop, count + 1)
    since = times - delay
    values = offset + amplitude * np.exp(-since * damping) * np.sin(
        2 * math.pi * frequency * since + phase
    )
    return PiecewiseLinear(times=times, currents=sign * values)


def _exponential(
    numbers: tuple[float, ...], sign: float, step: float, stop: float
) -> PiecewiseLinear:
    """Return an EXP in straight lines: v1, v2, delay, τ, second delay, second τ."""
    given = [*numbers, *[0.0] * (6 - len(numbers))]
    first, second, delay = given[0], given[1], given[2] or step
    tau = given[3] or step
    again = given[4] or delay + step
    tau_back = given[5] or step
    grid = [np.array([0.0, stop])]
    for begin, constant in ((delay, tau), (again, tau_back)):
        count = int(_LINES * min(_TIME_CONSTANTS, max(stop - begin, 0.0) / constant))
        grid.append(begin + constant * np.arange(count + 1) / _LINES)
    times = np.unique(np.concatenate(grid))
    times = times[(times >= 0) & (times <= stop)]
    rising = np.where(times > delay, -np.expm1(-np.maximum(times - delay, 0) / tau), 0.0)
    falling = np.where(times > again, -np.expm1(-np.maximum(times - again, 0) / tau_back), 0.0)
    values = first + (second - first) * (rising - falling)
    return PiecewiseLinear(times=times, currents=sign * values)
