"""The verdict on a circuit of one's own, in plain words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spiketwin.compare.agreement import Verdict
from spiketwin.compare.report.summary import TITLES, KeyFigure, Summary
from spiketwin.compare.report.wording import (
    UNKNOWN,
    count,
    percent,
    relative,
    stimulus_words,
    with_error,
)
from spiketwin.compare.validate.judgement import model_interval
from spiketwin.compare.validate.reference import Basis
from spiketwin.compare.validate.waveforms.figures import NeuronClass
from spiketwin.models.quantities import engineering

if TYPE_CHECKING:
    from spiketwin.compare.agreement import SpikeAgreement
    from spiketwin.compare.validate.judgement import ModelRun
    from spiketwin.compare.validate.validation import Judged, Validation

CLASSES = {
    NeuronClass.LIF: "leaky integrate-and-fire",
    NeuronClass.PERFECT_INTEGRATOR: "perfect integrate-and-fire",
    NeuronClass.PULSED_INTEGRATOR: "integrator of pulses",
    NeuronClass.ADAPTING: "adapting neuron",
    NeuronClass.FACILITATING: "facilitating neuron",
    NeuronClass.RELAXATION: "relaxation oscillator",
    NeuronClass.RESONANT: "resonant membrane",
    NeuronClass.PASSIVE: "passive membrane",
    NeuronClass.NOT_A_NEURON: "not a neuron",
    NeuronClass.UNDETERMINED: "undetermined",
}


def summarise(validation: Validation) -> Summary:
    """Return the verdict, its reason and its numbers."""
    judged = validation.judged
    return Summary(
        verdict=validation.verdict,
        title=_title(validation),
        subject=_subject(validation),
        reason=_reason(validation),
        figures=(_kind(judged), _spikes(judged), _shift(judged), _tau(validation)),
    )


def _title(validation: Validation) -> str:
    if validation.verdict is Verdict.DISAGREE and validation.errors:
        return (
            "The circuit has a fault" if len(validation.errors) == 1 else "The circuit has faults"
        )
    return TITLES[validation.verdict]


def _subject(validation: Validation) -> str:
    model = validation.model
    against = (
        "no model beside it"
        if model is None
        else f"against {model.reference.twin.title[0].lower()}{model.reference.twin.title[1:]}"
    )
    drive = validation.judged.observation.drive
    under = "" if drive is None else f", driven by {drive.name} ({stimulus_words(drive.stimulus)})"
    length = float(validation.judged.observation.membrane.time[-1])
    run = "" if validation.planned.name == "as drawn" else f", {validation.planned.name}"
    return f"{validation.name}{run}: {against}{under}, for {engineering(length, 's', 4)}."


def _reason(validation: Validation) -> str:
    judged = validation.judged
    sentences = []
    if validation.errors:
        found = ", ".join(dict.fromkeys(error.code for error in validation.errors))
        sentences.append(f"Found: {found}.")
    if judged.agreement is None or judged.model is None:
        if not validation.errors:
            sentences.append(
                f"There is no model to hold it against: {validation.without_model}. That is no "
                f"agreement."
            )
        return " ".join(sentences)
    sentences.append(of_spikes(judged.agreement, judged.model, judged))
    outside = [check.name for check in judged.checks if check.verdict is Verdict.DISAGREE]
    if outside:
        sentences.append(f"Beyond its tolerance: {', '.join(outside)}.")
    if validation.bench is not None and validation.bench.agreement is not None:
        bench = validation.bench
        if bench.model is not None and bench.agreement is not None:
            sentences.append(f"On the bench: {of_spikes(bench.agreement, bench.model, bench)}")
    own = set(judged.model.reference.basis.values())
    if validation.verdict is Verdict.AGREE and not own & {Basis.INTENDED, Basis.DRAWN}:
        sentences.append(
            "All of the model's values were read off the waveform, so this says that such a model "
            "explains the spikes, and not that they are as meant."
        )
    return " ".join(sentences)


def of_spikes(agreement: SpikeAgreement, model: ModelRun, judged: Judged) -> str:
    """Return what the spikes say, in a sentence or two."""
    match, train = agreement.match, judged.understanding.measurement.events.spikes.train
    allowed = (
        f"{engineering(agreement.tolerance, 's')} "
        f"({percent(round(agreement.tolerance / model_interval(model, train), 6))} of an interval)"
    )
    if agreement.uncertainty is None:
        return (
            "The two finest runs have different spikes, or there is one run only: nothing that "
            "they show of the spikes can be relied on."
        )
    if not len(train) and not match.missed.size:
        return "Neither circuit nor model fires, so no spike times were compared."
    lone = []
    if match.missed.size:
        lone.append(f"{count(match.missed.size, 'spike')} of the model missing in the circuit")
    if match.extra.size:
        lone.append(f"{count(match.extra.size, 'spike')} of the circuit that the model has not")
    if lone:
        verb = "is" if match.missed.size + match.extra.size == 1 else "are"
        return f"There {verb} {' and '.join(lone)}."
    if not match.shifts.size:
        return "There is no interval to judge."
    ending = {
        Verdict.AGREE: f"stays with its uncertainty within the tolerance of {allowed}",
        Verdict.DISAGREE: f"exceeds the tolerance of {allowed} by more than its uncertainty",
        Verdict.UNDECIDED: f"is too uncertain for the tolerance of {allowed}",
    }[agreement.verdict]
    return (
        f"Released at each spike of the circuit, the model has the next one at most "
        f"{worst_shift(agreement)} apart from it, over {count(match.shifts.size, 'spike')}: that "
        f"{ending}."
    )


def worst_shift(agreement: SpikeAgreement | None) -> str:
    """Return the largest shift and its uncertainty."""
    worst = None if agreement is None else agreement.worst_pair
    if agreement is None or worst is None:
        return UNKNOWN
    shift = abs(float(agreement.match.shifts[worst]))
    if agreement.uncertainty is None:
        return f"{engineering(shift, 's')} ± unknown"
    return with_error(shift, float(agreement.uncertainty[worst]), "s")


def _kind(judged: Judged) -> KeyFigure:
    return KeyFigure(
        name="What it is",
        value=CLASSES[judged.understanding.kind],
        note=next(iter(judged.understanding.evidence), ""),
    )


def _spikes(judged: Judged) -> KeyFigure:
    train = judged.understanding.measurement.events.spikes.train
    rate = judged.understanding.figure("rate")
    if not judged.usable:
        return KeyFigure(
            name="Spikes of the circuit", value=UNKNOWN, note="what looks like spikes is none"
        )
    return KeyFigure(
        name="Spikes of the circuit",
        value=str(len(train)),
        note="no rate" if rate is None else engineering(rate.value, "Hz", 4),
    )


def _shift(judged: Judged) -> KeyFigure:
    agreement = judged.agreement
    return KeyFigure(
        name="Largest shift of a spike",
        value=worst_shift(agreement),
        note="no model"
        if agreement is None
        else f"± {engineering(agreement.tolerance, 's')} tolerated",
    )


def _tau(validation: Validation) -> KeyFigure:
    tau, loading = validation.judged.understanding.figure("tau"), validation.loading
    if tau is None:
        return KeyFigure(name="Time constant", value=UNKNOWN, note="no exponential is seen")
    check = next((check for check in validation.judged.checks if check.key == "tau"), None)
    nominal = loading.nominal if loading is not None else None
    if check is not None and check.basis is not Basis.BUILT:
        nominal = check.nominal
    return KeyFigure(
        name="Time constant, fitted",
        value=with_error(tau.value, tau.standard_error, "s"),
        note="nothing to hold it against"
        if nominal is None
        else f"R·C is {engineering(nominal, 's', 5)}: {relative(tau.value / nominal - 1)}",
    )
