"""What is wrong is named in plain words, and the model goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.lab.conftest import LabPage


def test_a_value_that_makes_no_sense_is_named_and_the_last_good_one_stays(lab: LabPage) -> None:
    lab.show()
    before = lab.page.inner_text("#words")
    said = {
        ("resistance", "many"): "“many” is no number",
        ("resistance", "5 ms"): "another unit; this is in Ω",
        ("resistance", ""): "Nothing is written here",
        ("capacitance", "0"): "must be above zero",
        ("capacitance", "-3n"): "must be above zero",
        ("threshold", "-1"): "must be above the reset",
        ("refractory", "-1m"): "must not be negative",
        ("duration", "1e9"): "goes from",
    }
    for (field, typed), words in said.items():
        problem = lab.type_into(field, typed)
        assert words in problem, problem
        assert problem.endswith("stays.")
        assert lab.page.get_attribute(f"#{field}", "aria-invalid") == "true"
    assert lab.page.inner_text("#words") == before
    assert lab.type_into("resistance", "47k") == ""
    lab.settle()
    assert lab.page.inner_text("#words") != before


def test_a_run_too_long_is_refused_with_a_remedy_that_works(lab: LabPage) -> None:
    lab.show()
    lab.type_into("duration", "10")
    lab.type_into("capacitance", "1n")
    lab.page.wait_for_selector("#trouble", state="visible")
    assert "10 s is very long beside τ = 100 µs" in lab.text("#trouble")
    lab.page.click("#mend-duration")
    lab.settle()
    assert not lab.page.is_visible("#trouble")
    assert len(lab.spike_times("circuit")) == len(lab.spike_times("model")) > 0


@pytest.mark.parametrize(
    ("stimulus", "words"),
    [
        ("sine:amplitude=1e-5,offset=1.2e-5,frequency=1e6", "too many periods"),
        ("noise:mean=1e-5,sigma=1e-5,seed=1,hold=1e-6", "more than 20000 corners"),
        ("train:current=3e-5,width=1e-6,onset=0.01,period=5e-6", "more than 20000 corners"),
    ],
    ids=["sine", "noise", "train"],
)
def test_an_input_too_quick_to_draw_leaves_no_old_curve_and_has_a_remedy_that_works(
    lab: LabPage, stimulus: str, words: str
) -> None:
    lab.show()
    lab.page.evaluate("at => { location.hash = at; }", f"#stimulus={stimulus}")
    lab.page.wait_for_selector("#trouble", state="visible")
    assert words in lab.text("#trouble")
    assert not lab.page.is_visible(".plots")
    assert not lab.page.is_visible("#agreement")
    lab.page.click("#mend-duration")
    lab.settle()
    assert not lab.page.is_visible("#trouble")
    assert lab.page.is_visible(".plots")
    assert lab.text("#agreement").startswith("Circuit and model")


def test_what_a_link_says_wrongly_is_named(lab: LabPage) -> None:
    lab.show("#resistance=abc&capacitance=4.7e-8")
    assert "resistance=abc" in lab.page.inner_text("#refused")
    assert lab.page.input_value("#resistance") == "100\xa0kΩ"
    assert lab.page.input_value("#capacitance") == "47\xa0nF"
    lab.show()
    assert not lab.page.is_visible("#refused")


def test_the_way_back_from_a_lesson_and_from_a_challenge_leads_to_the_bench(lab: LabPage) -> None:
    for guided, there in (("lesson=leak&step=0", "#step-title"), ("challenge=7", "#challenge-run")):
        lab.show("#resistance=47000")
        lab.page.evaluate("at => { location.hash = at; }", f"#v=1&{guided}")
        lab.page.wait_for_selector(there)
        # the hidden neuron is a leaky one: there is no other bench to go to meanwhile
        assert lab.page.is_visible("#tab-bucket") == ("lesson" in guided)
        lab.page.go_back()
        lab.page.wait_for_selector(there, state="detached")
        lab.settle()
        assert not lab.page.is_visible("#guide")
        assert lab.page.input_value("#resistance") == "47\xa0kΩ"
        assert "21.3 µA" in lab.text("#words")


def test_without_webassembly_the_model_goes_on(open_lab: Callable[..., LabPage]) -> None:
    bare = open_lab(script="delete globalThis.WebAssembly")
    bare.page.wait_for_selector("#circuit-state[data-state=broken]")
    assert "WebAssembly is switched off" in bare.page.inner_text("#trouble")
    assert bare.type_into("stimulus-current", "9u") == ""
    bare.page.wait_for_function(
        "() => document.querySelector('#words').textContent.includes('never fire')"
    )
    assert bare.page.inner_text("#agreement") == "Model only: 0 spikes."
    # what has no circuit is measured on the model, and says so
    bare.page.click("#tau-fit")
    bare.page.wait_for_function(
        "() => document.querySelector('#tau-answer').textContent.includes('model')"
    )


STALLED = """
globalThis.Worker = class extends EventTarget {
  constructor() { super(); queueMicrotask(() => this.onmessage({ data: { ready: true } })); }
  postMessage() {}
  terminate() {}
};
"""
CRASHING = STALLED.replace(
    "postMessage() {}", "postMessage() { setTimeout(() => this.onerror({})); }"
)
REFUSING = STALLED.replace(
    "postMessage() {}",
    "postMessage({ id }) { const data = { id, refused: ['singular matrix'] };"
    " setTimeout(() => this.onmessage({ data })); }",
)


@pytest.mark.parametrize(
    ("script", "words"),
    [
        (STALLED, "did not answer within 10 s"),
        (CRASHING, "broke off"),
        (REFUSING, "singular matrix"),
    ],
    ids=["stalled", "crashing", "refusing"],
)
def test_an_engine_that_fails_is_named_and_the_model_goes_on(
    open_lab: Callable[..., LabPage], script: str, words: str
) -> None:
    lab = open_lab(script=script, clock=True)
    lab.page.clock.run_for(11_000)
    lab.page.wait_for_selector("#trouble", state="visible")
    assert words in lab.page.inner_text("#trouble")
    lab.type_into("stimulus-current", "9u")
    lab.page.clock.run_for(100)
    assert "it will never fire" in lab.page.inner_text("#words")
