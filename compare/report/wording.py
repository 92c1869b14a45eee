"""Numbers, stimuli and counts in words: what the report's tables, captions and sentences share."""

from __future__ import annotations

import math
from dataclasses import fields
from typing import TYPE_CHECKING

from spiketwin.compare.as_built.charge_count import CONFIDENCE
from spiketwin.models import (
    Chirp,
    Constant,
    HeldNoise,
    OrnsteinUhlenbeck,
    PiecewiseLinear,
    PoissonPulses,
    PulseTrain,
    Ramp,
    Sine,
    Staircase,
    Step,
    Sum,
)
from spiketwin.models.quantities import UNITS, engineering, printed
from spiketwin.models.solvers.solution import IntegratedModel
from spiketwin.models.stimuli.presynaptic import GivenTrain, PoissonTrain, RegularTrain
from spiketwin.models.stimuli.sums import parts_of
from spiketwin.models.stimuli.synapses import (
    AlphaSynapse,
    ExponentialSynapse,
    FilteredSynapse,
    PulseSynapse,
)

if TYPE_CHECKING:
    from spiketwin.compare.as_built.charge_count import LeakSearch
    from spiketwin.models import Solution, Stimulus
    from spiketwin.models.stimuli.presynaptic import PresynapticTrain

UNKNOWN = "–"
NO_EXPONENTIAL = "This membrane follows no exponential whose time constant could be fitted."


def si_scale(largest: float, unit: str) -> tuple[float, str]:
    """Return the factor and the prefixed unit in which numbers up to ``largest`` read well.

    A number in SI units times the factor is the number in the prefixed unit: 2e-5 A is 20 µA, by
    the factor 1e6.
    """
    if largest == 0 or not math.isfinite(largest):
        return 1.0, unit
    number, prefixed = engineering(abs(largest), unit, 12).split(" ")
    return 10.0 ** -round(math.log10(abs(largest) / float(number))), prefixed


def with_error(value: float, error: float | None, unit: str) -> str:
    """Return ``value ± error``: the error with two digits, the value down to the error's last.

    An error far below its value has a prefix of its own.
    """
    if error is None:
        return engineering(value, unit, 6)
    if error == 0:
        return f"{engineering(value, unit, 6)} ± 0 {unit}"
    factor, prefixed = si_scale(max(abs(value), error), unit)
    # 15 digits are all that a float has
    whole = math.floor(math.log10(max(abs(value), error) * factor))
    decimals = min(max(1 - math.floor(math.log10(error * factor)), 0), 14 - whole)
    text = f"{minus(f'{value * factor:.{decimals}f}')} {prefixed}"
    if decimals > 3:
        return f"{text} ± {engineering(error, unit, 2)}"
    return f"{text} ± {error * factor:.{decimals}f} {prefixed}"


def signed(value: float, unit: str, digits: int = 3) -> str:
    """Return ``value`` with its sign, always, and an SI prefix."""
    return minus(f"{'+' if value > 0 else ''}{engineering(value, unit, digits)}")


def relative(ratio: float) -> str:
    """Return a small ratio with its sign in percent, parts per million or parts per billion."""
    for least, factor, unit in ((1e-3, 1e2, "%"), (1e-7, 1e6, "ppm")):
        if abs(ratio) >= least:
            return minus(f"{ratio * factor:+.3g} {unit}")
    return minus(f"{ratio * 1e9:+.3g} ppb") if ratio else "0 ppm"


def leak_words(leak: LeakSearch) -> str:
    """Return what a search for a leak found, as a sentence."""
    if leak.found:
        tau = with_error(1 / leak.rate, leak.standard_error / leak.rate**2, "s")
        return f"A leak was found where none is designed: its time constant is {tau}."
    return (
        f"No leak was found: the time constant of one, if there is any, is longer than "
        f"{engineering(leak.shortest_tau, 's', 2)} at {percent(CONFIDENCE)} confidence."
    )


def percent(fraction: float) -> str:
    """Return a fraction in percent, as it was given: 0.1 %."""
    return f"{100 * fraction:.6g} %"


def minus(text: str) -> str:
    """Return the text with true minus signs, which are as wide as a plus."""
    return text.replace("-", "−")


def model_kind(model: Solution) -> str:
    """Return how a model is solved, in a word."""
    return "integrated" if isinstance(model, IntegratedModel) else "exact"


def count(number: int, noun: str) -> str:
    """Return ``3 spikes`` or ``1 spike``."""
    return f"{grouped(number)} {noun}{'' if number == 1 else 's'}"


def grouped(number: float) -> str:
    """Return a whole number in groups of three digits, from five digits on."""
    return f"{number:,.0f}".replace(",", "\u00a0") if abs(number) >= 10_000 else f"{number:.0f}"


def stimulus_words(stimulus: Stimulus) -> str:
    """Return a stimulus in a few words, for headings and for the schematic."""
    match stimulus:
        case Constant() | Step() | PulseTrain() | PoissonPulses():
            level = {
                "constant": "constant",
                "step": "step to",
                "pulses": "pulses of",
                "poisson": "Poisson pulses of",
            }
            return f"{level[stimulus.kind]} {printed(stimulus.current, 'A')}"
        case Ramp():
            return f"ramp to {printed(stimulus.final, 'A')}"
        case PiecewiseLinear():
            return f"{count(stimulus.times.size, 'point')} joined by lines"
        case Staircase():
            return f"staircase from {printed(stimulus.initial, 'A')}"
        case Chirp():
            ends = (stimulus.initial_frequency, stimulus.final_frequency)
            return "chirp, " + " to ".join(engineering(end, "Hz") for end in ends)
        case OrnsteinUhlenbeck() | HeldNoise():
            return f"noise, {printed(stimulus.mean, 'A')} ± {printed(stimulus.sigma, 'A')}"
        case Sine():
            return f"sine, {engineering(stimulus.frequency, 'Hz')}"
        case PulseSynapse() | ExponentialSynapse() | AlphaSynapse():
            kind, weight = stimulus.kind.replace("-", " "), printed(stimulus.weight, "A")
            return f"{_train_words(stimulus.spikes)}, {kind} of {weight}"
        case Sum():
            return " + ".join(map(stimulus_words, stimulus.parts))


def _train_words(spikes: PresynapticTrain) -> str:
    match spikes:
        case PoissonTrain():
            return f"Poisson spikes at {engineering(spikes.rate, 'Hz')}"
        case RegularTrain():
            return f"spikes every {engineering(spikes.period, 's')}"
        case GivenTrain():
            return count(len(spikes.times), "given spike")


def stimulus_label(stimulus: Stimulus) -> str:
    """Return the same for a drawing, where there is less width.

    Each part of a sum has a line; a synapse two, the second for itself.
    """
    return "\n+ ".join(
        stimulus_words(part).replace(", ", ",\n")
        if isinstance(part, PulseSynapse | FilteredSynapse)
        else stimulus_words(part)
        for part in parts_of(stimulus)
    )


def stimulus_fields(stimulus: Stimulus) -> tuple[tuple[str, str], ...]:
    """Return each of a stimulus's fields and its value, as text."""
    if isinstance(stimulus, Sum):
        return tuple(
            (f"{number}, {part.kind}: {name}", value)
            for number, part in enumerate(stimulus.parts, 1)
            for name, value in stimulus_fields(part)
        )
    if isinstance(stimulus, PiecewiseLinear):
        return (
            ("points", str(stimulus.times.size)),
            ("first point", engineering(float(stimulus.times[0]), "s", 6)),
            ("last point", engineering(float(stimulus.times[-1]), "s", 6)),
        )
    if isinstance(stimulus, PulseSynapse | FilteredSynapse):
        return (*_plain_fields(stimulus), *_train_fields(stimulus.spikes))
    return _plain_fields(stimulus)


def _train_fields(spikes: PresynapticTrain) -> tuple[tuple[str, str], ...]:
    if isinstance(spikes, GivenTrain):
        return (
            ("spikes", str(len(spikes.times))),
            ("first spike", engineering(spikes.times[0], "s", 6)),
            ("last spike", engineering(spikes.times[-1], "s", 6)),
        )
    return (("spikes", spikes.kind), *_plain_fields(spikes))


def _plain_fields(owner: Stimulus | PresynapticTrain) -> tuple[tuple[str, str], ...]:
    return tuple(
        (
            field.name.replace("_", " "),
            printed(float(getattr(owner, field.name)), UNITS[field.name], 6)
            if UNITS[field.name]
            else str(getattr(owner, field.name)),
        )
        for field in fields(owner)
        if field.name in UNITS
    )
