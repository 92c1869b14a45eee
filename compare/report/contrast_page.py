"""The contrast of three neurons as a page that a teacher would project, and as JSON."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import numpy as np

from spiketwin.compare.contrast import (
    FAR,
    FIRST,
    LEAKY_NEURON,
    NEAR,
    PULSE_WIDTH,
    SECOND,
    WEAK_CURRENT,
)
from spiketwin.compare.report.contrast_figures import scenario_plot
from spiketwin.compare.report.page import fill
from spiketwin.compare.report.plotting import Plot, plot_style
from spiketwin.compare.report.summary import TITLES, KeyFigure, Summary
from spiketwin.compare.report.table import Table
from spiketwin.compare.report.tables import provenance_table
from spiketwin.compare.result import plain
from spiketwin.models.quantities import engineering

if TYPE_CHECKING:
    from spiketwin.compare.contrast import Contrast, Scenario
    from spiketwin.compare.provenance import Provenance
    from spiketwin.compare.result import Json

SCHEMA = "spiketwin/contrast/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """One input, and what it teaches.

    Attributes:
        key: a stable name, fit for an anchor.
        title: its heading.
        sentence: what the circuits did, with the numbers measured.
        scenario: where they come from.
    """

    key: str
    title: str
    sentence: str
    scenario: Scenario


def lessons(contrast: Contrast) -> tuple[Lesson, ...]:
    """Return what each input teaches, in words."""
    return (
        Lesson(
            key="pulses",
            title="Two pulses, close together and far apart",
            sentence=_pulses_in_words(contrast.pulses),
            scenario=contrast.pulses,
        ),
        Lesson(
            key="weak",
            title="Too weak, for ever",
            sentence=_weak_in_words(contrast.weak),
            scenario=contrast.weak,
        ),
        Lesson(
            key="silence",
            title="Silence",
            sentence=_silence_in_words(contrast),
            scenario=contrast.silence,
        ),
    )


def _volts(value: float) -> str:
    # below a microvolt there is only the solver's tolerance
    return engineering(value, "V") if abs(value) >= 1e-6 else "0 V"


def _pulses_in_words(scene: Scenario) -> str:
    far = scene.leaky.peak(SECOND, scene.duration)
    integrator, leaky = (
        tuple(int(np.count_nonzero((times > a) & (times < b))) for a, b in (
            (FIRST, SECOND), (SECOND, scene.duration)))
        for times in (scene.integrator.spike_times, scene.leaky.spike_times)
    )  # fmt: skip
    first, second = (scene.artificial.at(FIRST + gap + PULSE_WIDTH / 2) for gap in (0.0, NEAR))
    return (
        f"Pulses {engineering(NEAR, 's')} apart add up: the integrator {_fires(integrator[0])} and "
        f"the leaky neuron {_fires(leaky[0])}. With {engineering(FAR, 's')} between them the "
        f"integrator {_fires(integrator[1])} as before, and the leaky neuron {_fires(leaky[1])}: "
        f"it has forgotten the first pulse, and reaches {_volts(far)}. The artificial neuron "
        f"answers each pulse alone, with {_volts(first)} and {_volts(second)}."
    )


def _fires(number: int) -> str:
    return {0: "does not fire", 1: "fires once", 2: "fires twice"}.get(
        number, f"fires {number} times"
    )


def _weak_in_words(scene: Scenario) -> str:
    spikes = scene.integrator.spike_times
    fires = (
        f"fires first after {engineering(float(spikes[0]) - FIRST, 's')} ({spikes.size} times in "
        f"all)"
        if spikes.size
        else "does not fire"
    )
    return (
        f"A current of {engineering(WEAK_CURRENT, 'A')} is below the rheobase of "
        f"{engineering(LEAKY_NEURON.rheobase, 'A')}. The "
        f"integrator loses nothing and {fires}; the leaky neuron settles at "
        f"{_volts(scene.leaky.at(scene.duration))}, under its threshold of 1 V, and "
        f"{_fires(scene.leaky.spike_times.size)}; the artificial neuron says "
        f"{_volts(scene.artificial.at(scene.duration))} all the while."
    )


def _silence_in_words(contrast: Contrast) -> str:
    scene = contrast.silence
    after = FIRST + 1.5 * PULSE_WIDTH
    return (
        f"After one pulse the integrator remembers: {_volts(scene.integrator.at(after))} at once, "
        f"{_volts(scene.integrator.at(scene.duration))} at the end. The leaky neuron forgets, from "
        f"{_volts(scene.leaky.at(after))} to {_volts(scene.leaky.at(scene.duration))}, with a "
        f"measured time constant of {engineering(contrast.forgetting_time, 's', 4)}. The "
        f"artificial neuron has forgotten as soon as the pulse is over: "
        f"{_volts(scene.artificial.at(after))}."
    )


def summarise_contrast(contrast: Contrast) -> Summary:
    """Return the verdict, and the three numbers that tell the neurons apart."""
    spikes = contrast.weak.integrator.spike_times
    answers = [answer for scene in contrast.scenarios for answer in scene.answers]
    worst = max(answer.error for answer in answers)
    return Summary(
        verdict=contrast.verdict,
        title="No time, no leak, leak",
        subject=(
            f"One input into three neurons, each of them a circuit and a model. "
            f"{TITLES[contrast.verdict]}."
        ),
        reason=(
            "An artificial neuron answers what is there now. A perfect integrator adds up all that "
            "ever came. A leaky integrator adds up what came lately."
        ),
        figures=(
            KeyFigure(
                name="Artificial: memory",
                value="none",
                note=f"{_volts(contrast.silence.artificial.at(contrast.silence.duration))} left",
            ),
            KeyFigure(
                name="Integrator, input too weak",
                value=_fires(spikes.size),
                note="it only needs time",
            ),
            KeyFigure(
                name="Leaky: forgets with τ",
                value=engineering(contrast.forgetting_time, "s", 4),
                note=f"R·C is {engineering(LEAKY_NEURON.time_constant, 's')}",
            ),
            KeyFigure(
                name="Circuit against model",
                value=engineering(worst, "V"),
                note="largest difference, of 1 V",
            ),
        ),
    )


def agreement_table(contrast: Contrast) -> Table:
    """Return how well circuit and model agree, for each input and neuron."""
    rows = []
    for lesson in lessons(contrast):
        for answer in lesson.scenario.answers:
            model = answer.model_spikes
            rows.append(
                (
                    lesson.title,
                    answer.name,
                    "–" if model is None else str(len(model)),
                    "–" if model is None else str(answer.spike_times.size),
                    engineering(answer.error, "V", 2),
                    engineering(answer.uncertainty, "V", 2),
                    answer.verdict.value,
                )
            )
    return Table(
        key="agreement",
        title="Circuit against model",
        columns=(
            "input", "neuron", "spikes, model", "spikes, circuit", "largest difference",
            "uncertainty", "verdict",
        ),
        rows=tuple(rows),
        note=(
            "The largest difference of the two lines, but within a thousandth of τ of a spike’s "
            "reset. The uncertainty is its change from a run with twice the step, or with coarser "
            "tolerances. The tolerance is 5 mV."
        ),
    )  # fmt: skip


def render_contrast(contrast: Contrast, provenance: Provenance) -> str:
    """Return the page, one HTML document that loads nothing."""
    plots: list[tuple[Lesson, Plot]] = []
    with plot_style():
        for lesson in lessons(contrast):
            plot = scenario_plot(lesson.key, lesson.title, lesson.sentence, lesson.scenario)
            plots.append((lesson, plot))
    return fill(
        "contrast.html",
        summary=summarise_contrast(contrast),
        lessons=plots,
        agreement=agreement_table(contrast),
        programs=provenance_table(provenance),
        provenance=provenance,
    )


def contrast_json(contrast: Contrast, provenance: Provenance) -> str:
    """Return the numbers behind the page, in SI units."""
    result: Json = {
        "schema": SCHEMA,
        "verdict": contrast.verdict.value,
        "forgetting_time": contrast.forgetting_time,
        "scenarios": [
            {
                "name": lesson.key,
                "sentence": lesson.sentence,
                "duration": lesson.scenario.duration,
                "times": lesson.scenario.stimulus.times.tolist(),
                "currents": lesson.scenario.stimulus.currents.tolist(),
                "neurons": [
                    {
                        "neuron": answer.name,
                        "spike_times": answer.spike_times.tolist(),
                        "max_error": answer.error,
                        "uncertainty": answer.uncertainty,
                        "verdict": answer.verdict.value,
                    }
                    for answer in lesson.scenario.answers
                ],
            }
            for lesson in lessons(contrast)
        ],
        "provenance": plain(asdict(provenance)),
    }
    return json.dumps(result, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
