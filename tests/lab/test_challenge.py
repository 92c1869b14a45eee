"""The challenge as a student solves it: what is seen, what stays hidden, and the grade."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.lab.conftest import LabPage

SEED = 42
# what the seed hides; that it does so for everybody is in challenge.test.mjs
HIDDEN = """async (seed) => {
  const { hiddenNeuron } = await import("./challenge/hidden.js");
  return hiddenNeuron(seed);
}"""


def run(lab: LabPage, current: str, duration: str) -> None:
    """Set a step and run the experiment, by keys."""
    for field, text in (("stimulus-current", current), ("duration", duration)):
        lab.page.fill(f"#{field}", text)
        lab.page.press(f"#{field}", "Enter")
    lab.page.focus("#challenge-run")
    lab.page.keyboard.press("Enter")
    lab.page.wait_for_selector("#challenge-run:not([disabled])")


def test_a_hidden_neuron_is_found_by_two_experiments(lab: LabPage) -> None:
    page = lab.page
    page.evaluate("at => { location.hash = at; }", f"#v=1&challenge={SEED}")
    page.wait_for_selector("#challenge-run")
    assert lab.text("#challenge-left") == "6 of 6 experiments left"
    assert lab.text("#words").startswith("A hidden neuron.")
    # a turned knob shows nothing before the experiment is run
    page.wait_for_selector("#circuit-state[data-state=held]")
    # nor does a picture of some other neuron stand there
    assert not page.is_visible(".pictures")
    # τ by the instrument, from a current that does not fire
    run(lab, "3u", "120m")
    page.click("#tau-fit")
    page.locator("#tau-answer", has_text="τ = ").wait_for()
    told = lab.text("#tau-answer")
    assert "R·C" not in told
    tau = lab.seconds(told.split("τ = ")[1].split(" ±")[0])
    # the first spike has no pause before it, so that the interval is longer by the refractory time
    run(lab, "30u", "30m")
    spikes = lab.spike_times("circuit")
    refractory = (spikes[1] - spikes[0]) - (spikes[0] - 10e-3)
    truth = page.evaluate(HIDDEN, SEED)
    assert abs(tau / (truth["resistance"] * truth["capacitance"]) - 1) < 1e-3
    assert abs(refractory / truth["refractory"] - 1) < 1e-2
    hidden = [f"{truth['threshold']:g}", f"{1e3 * truth['refractory']:g} ms", "R·C"]
    assert not [text for text in hidden if text in lab.text(".body")]
    run(lab, "30u", "30m")
    assert "costs nothing" in lab.text("#challenge-said")
    assert lab.text("#challenge-left") == "4 of 6 experiments left"

    page.fill("#challenge-tau", f"{1e3 * tau:.4g}")
    page.keyboard.press("Enter")
    assert "of what?" in lab.text("#challenge-answer-problem")
    page.fill("#challenge-tau", f"{1e3 * tau:.4g} ms")
    page.fill("#challenge-threshold", "much")
    page.keyboard.press("Enter")
    assert "“much” cannot be read" in lab.text("#challenge-answer-problem")
    # the highest that the membrane gets, by the table of a cursor at the second spike
    page.fill("#challenge-threshold", f"{truth['threshold']} V")
    page.fill("#challenge-refractory", f"{1e3 * refractory:.4g} ms")
    page.keyboard.press("Enter")
    assert lab.text("#challenge-grade").startswith("12 of 12 points.")
    # now it is on the bench, with its model
    lab.settle()
    assert page.is_visible("#resistance")
    assert "Circuit and model have" in lab.text("#agreement")
    page.click("#challenge-close")


def test_spikes_of_one_current_are_graded_as_luck(lab: LabPage) -> None:
    lab.page.click("#open-challenge")
    lab.page.fill("#challenge-seed", "many")
    lab.page.keyboard.press("Enter")
    assert "“many” is no whole number" in lab.text("#challenge-problem")
    lab.page.fill("#challenge-seed", str(SEED))
    lab.page.locator("[value=hard]").check()
    lab.page.click("#challenge-begin")
    truth = lab.page.evaluate(HIDDEN, SEED)
    assert f"{truth['resistance'] / 1e3:g} kΩ" in lab.text("#guide")
    run(lab, "30u", "100m")
    assert lab.page.locator("#guide tbody tr").count() == 1
    right = (truth["resistance"] * truth["capacitance"], truth["threshold"], truth["refractory"])
    for field, value, unit in zip(("tau", "threshold", "refractory"), right, "sVs", strict=True):
        lab.page.fill(f"#challenge-{field}", f"{value} {unit}")
    lab.page.keyboard.press("Enter")
    grade = lab.text("#challenge-grade")
    assert grade.startswith("10 of 12 points.")
    assert grade.count("Two different strengths part them") == 2
    lab.page.click("#challenge-close")


def test_where_no_circuit_can_run_the_equation_stands_in_and_the_page_says_so(
    open_lab: Callable[..., LabPage],
) -> None:
    lab = open_lab(f"#v=1&challenge={SEED}", script="delete globalThis.WebAssembly")
    lab.page.wait_for_selector("#challenge-run")
    run(lab, "30u", "30m")
    assert lab.page.locator("#guide tbody tr").count() == 1
    assert lab.text("#circuit-state") == "No circuit here: the equation stands in for it"
