"""The lessons: numbers by Python's models, answers and mistakes judged, one walked through."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from spiketwin.lab.build import PAGE

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.lab.conftest import LabPage

sys.path.insert(0, str(Path(__file__).parent))
from lesson_formulas import UNITS, is_worth, value_of, written

QUANTITY = re.compile(rf"(−?\d+(?:\.\d+)?) ([fpnuµmkMG]?)({UNITS})(?!\w)")


@pytest.fixture(scope="module")
def lessons(node: str, built_lab: Path) -> dict[str, Any]:
    """The lessons as the page reads them, by name."""
    program = Path(__file__).parent / "read_lessons.mjs"
    command = [node, str(program), str(built_lab)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    read: dict[str, Any] = json.loads(done.stdout)
    return read


def steps_of(lessons: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    return [
        (f"{name}: {step['title']}", step) for name, it in lessons.items() for step in it["steps"]
    ]


def test_there_are_seven_lessons_of_five_to_ten_minutes(lessons: dict[str, Any]) -> None:
    assert len(lessons) == 7
    for lesson in lessons.values():
        assert 5 <= lesson["minutes"] <= 10
        assert lesson["goal"].endswith((".", "?"))
        assert 5 <= len(lesson["steps"]) <= 6
        # a prediction is asked for before anything is shown
        assert all(step["question"] for step in lesson["steps"])


def test_every_number_that_says_what_it_is_is_worth_that(lessons: dict[str, Any]) -> None:
    checked = 0
    for title, step in steps_of(lessons):
        for part, bench in (("before", "begin"), ("after", "end")):
            for each in step[part]["numbers"]:
                value = value_of(each["formula"], step[bench])
                assert is_worth(each["text"], value), (title, each, value)
                checked += 1
    assert checked > 80


# what is said in words, by step: a formula of the bench at its end, or the change of one ("Δ") from
# its begin to its end; None is a condition that the lesson sets
IN_WORDS: dict[str, dict[str, str | None]] = {
    "bucket: A charge a spike": {"125 Hz": "rate / 2"},
    "bucket: Nothing is lost": {
        "3 ms": "(charge - current * width) / current",
        "0.3 V": "threshold - current * width / capacitance",
    },
    "bucket: The f–I curve": {"40 µA": None},
    "bucket: Backwards": {"100 Hz": "rate"},
    "leak: Read it off": {"2 %": None},
    "threshold: Just there": {"99.3 %": "1 - exp(-5)", "7 mV": "exp(-5) * resistance * current"},
    "threshold: The curve": {"15 µA": None, "60 µA": None},
    "threshold: Backwards": {"100 Hz": "rate"},
    "refractory: Set a limit": {"250 Hz": "1 / refractory"},
    "refractory: Measure it from outside": {"13.49 ms": "interval"},
    "codes: More current, more spikes": {"5 µA": "current / 2 - rheobase"},
    "codes: How long must one count?": {"10 %": "1 / (0.1 * rate)"},
    "codes: Which one?": {"5 ms": None},
    "real: Ideal parts": {"32 µs": "interval - circuit_interval"},
    "real: Offset": {
        "89 µs": "Δcircuit_interval",
        "12 µs": "-Δcircuit_pulse",
        "1.01 V": "threshold + part_offset",
    },
    "real: A switch that is not quite closed": {"41 µs": "-Δcircuit_interval"},
    "real: A late decision": {
        "5 mV": None,
        "100 V/s": "(resistance * current - threshold) / tau",
        "50 µs": "5m / 100",
    },
    "real: All together": {
        "25 nA": "circuit_bias",
        "32 µs": "interval - circuit_interval",
        "6 µs": "circuit_pulse - refractory",
        "8 µs": None,
        "150 Ω": None,  # below
    },
    "real: What to trust": {"0.4 %": "1 - circuit_interval / interval"},
}
EVERYWHERE = {"63 %": "1 - exp(-1)", "37 %": "exp(-1)"}


def test_every_quantity_in_words_is_one_of_the_bench_of_the_answer_or_of_the_list(
    lessons: dict[str, Any],
) -> None:
    checked = 0
    for title, step in steps_of(lessons):
        question = step["question"]
        numbers = [*step["before"]["numbers"], *step["after"]["numbers"]]
        values = [*settings(step["begin"]), *settings(step["end"])]
        values += [written(each["text"])[0] for each in numbers]
        values += [question["value"]] if question["kind"] == "number" else []
        listed = EVERYWHERE | IN_WORDS.get(title, {})
        texts = (
            step["before"]["words"],
            step["after"]["words"],
            question["prompt"],
            question["said"],
        )
        for digits, prefix, unit in QUANTITY.findall(" ".join(texts).replace("\u00a0", " ")):
            text = f"{digits} {prefix}{unit}"
            formula = listed.get(text, "")
            if formula:
                change = formula.replace("Δ", "")
                value = value_of(change, step["end"])
                value -= value_of(change, step["begin"]) if "Δ" in formula else 0
                assert is_worth(text, value), (title, text, value)
            elif formula is not None:
                assert any(is_worth(text, value) for value in values), (title, text)
            checked += 1
    assert checked > 100


def test_the_way_that_the_last_task_names_is_one(lessons: dict[str, Any]) -> None:
    (step,) = [step for title, step in steps_of(lessons) if title == "real: All together"]
    bench = step["begin"]
    better = {**bench, "parts": {**bench["parts"], "on_resistance": 150.0}}
    done = step["question"]["done"]
    assert not value_of(done, bench)
    assert value_of(done, better)


def settings(state: dict[str, Any]) -> list[float]:
    """Return all the numbers that a bench is set to."""
    given = {**state["parameters"], **state["stimulus"], **(state["parts"] or {})}
    numbers = [value for value in given.values() if isinstance(value, (int, float))]
    tau = state["parameters"]["resistance"] * state["parameters"]["capacitance"]
    return [
        *numbers,
        state["duration"],
        tau,
        state["parameters"]["resistance"] * given.get("current", 0),
    ]


def test_the_page_and_python_give_the_same_answers_and_the_page_takes_them(
    lessons: dict[str, Any],
) -> None:
    asked = [
        (title, step) for title, step in steps_of(lessons) if step["question"]["kind"] == "number"
    ]
    assert len(asked) >= 22
    for title, step in asked:
        question = step["question"]
        value = value_of(question["answer"], step["end"])
        # 1e-9: two solvers of one equation; the page's edges of a microsecond are Python's
        assert question["value"] == pytest.approx(value, rel=1e-9), title
        assert question["verdict"] == "right", title
        # three digits are enough
        assert question["rounded"] == "right", title
        assert 0.01 <= question["tolerance"] <= 0.05, title


def test_every_common_mistake_is_wrong_and_gets_its_own_words(lessons: dict[str, Any]) -> None:
    mistakes = [
        (title, mistake)
        for title, step in steps_of(lessons)
        if step["question"]["kind"] == "number"
        for mistake in step["question"]["mistakes"]
    ]
    assert len(mistakes) > 50
    for title, mistake in mistakes:
        assert (mistake["verdict"], mistake["hit"]) == ("wrong", True), (title, mistake["formula"])


def test_the_lessons_are_written_for_the_language_of_the_page(lessons: dict[str, Any]) -> None:
    listed = {path.name for path in (PAGE / "lessons").glob("*.md")}
    assert listed == {f"{name}.en.md" for name in lessons}


def test_a_lesson_is_walked_through_by_keys_alone(open_lab: Callable[..., LabPage]) -> None:
    lab = open_lab()
    page, keys = lab.page, lab.page.keyboard
    page.focus("#open-lessons")
    keys.press("Enter")
    page.wait_for_selector(".lesson-entry")
    assert page.evaluate("document.activeElement.id") == "lesson-title"
    page.focus("[data-lesson=leak]")
    keys.press("Enter")
    page.wait_for_selector("#lesson-answer")
    assert page.evaluate("document.activeElement.id") == "step-title"
    lab.settle()
    # the bench shows 4 µA while the question is of 8 µA: nothing gives the answer away
    assert lab.text("#words").startswith("RI = 400 mV")
    assert not page.inner_text("#lesson-reveal")

    def answer(text: str) -> str:
        page.fill("#lesson-answer", text)
        keys.press("Enter")
        return lab.text("#lesson-judgement")

    assert answer("0.8").startswith("0.8 of what?")
    assert page.is_hidden("#lesson-show")
    assert "that is where it rests now" in answer("0.4 V").lower()
    assert "thousand times too large" in answer("800 V")
    assert page.is_visible("#lesson-show")
    assert answer("800 mV") == "Right now."
    assert "Ohm's law" in lab.text("#lesson-reveal")
    lab.settle()
    assert lab.text("#words").startswith("RI = 800 mV")
    page.focus("#lesson-next")
    keys.press("Enter")
    assert lab.text("#step-title") == "How long it takes"
    assert "lesson=leak" in page.evaluate(
        "new Promise((told) => setTimeout(() => told(location.hash), 400))"
    )
    # what was done is remembered, and who does not know may see the answer
    page.reload()
    page.wait_for_selector("#lesson-answer")
    assert lab.text("#step-title") == "How long it takes"
    assert page.locator(".steps [data-state=done]").count() == 1
    for _ in range(2):
        assert "Multiply" in answer("4.7 Ts")
    page.click("#lesson-show")
    assert lab.text("#lesson-judgement") == "The answer: 10.3 ms."


def test_a_task_is_judged_by_what_stands_on_the_bench(lab: LabPage) -> None:
    lab.show("#v=1&lesson=artificial&step=2")
    tries = [("0.5", "without any input"), ("-0.5", "still enough"), ("-3", "Too far")]
    for bias, said in [*tries, ("-1.5", "Right now")]:
        lab.page.fill("#bias", bias)
        lab.page.press("#bias", "Enter")
        lab.page.click("#lesson-check")
        assert said in lab.text("#lesson-judgement")
    lab.page.click("#lesson-close")


def test_on_a_phone_every_step_fits_and_can_be_pressed(lab: LabPage) -> None:
    before = lab.page.viewport_size
    assert before is not None
    lab.page.set_viewport_size({"width": 360, "height": 740})
    lab.show("#v=1&lesson=refractory&step=5")
    assert lab.page.evaluate("document.documentElement.scrollWidth") <= 360
    pressed = lab.page.locator("#guide button:visible, #guide input:visible").all()
    assert len(pressed) > 2
    for box in pressed:
        size = box.bounding_box()
        assert size is not None
        assert size["height"] >= 43.5
    lab.page.click("#lesson-close")
    lab.page.set_viewport_size(before)
