"""No rule of WCAG 2, A and AA, that axe-core can judge is broken, in any state of the page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from spiketwin.lab.build import PACKAGES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Page

    from tests.lab.conftest import LabPage

# no colour depends on the width, and no place on the colours: two looks tell as much as four
LOOKS = ((1280, 900, "light"), (360, 740, "dark"))
# each broken rule with what breaks it, and how many rules held
JUDGE = """async () => {
  const runOnly = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
  const { violations, passes } = await axe.run({ runOnly, resultTypes: ["violations"] });
  const broken = violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
  return [broken, passes.length];
}"""
# what has the focus, and whether one sees its middle
SEEN = """() => {
  const here = document.activeElement;
  const { left, top, width, height } = here.getBoundingClientRect();
  const there = document.elementFromPoint(left + width / 2, top + height / 2);
  return [here.id || here.ariaLabel, here.contains(there)];
}"""
DRAWN = "stimulus=drawn:times=0;0.1,currents=0;2e-5"


@pytest.fixture(scope="module")
def still(open_lab: Callable[..., LabPage]) -> Iterator[LabPage]:
    """A page with axe-core in it; without WebAssembly, so that no run is waited for."""
    lab = open_lab(script="delete globalThis.WebAssembly")
    lab.page.evaluate((PACKAGES / "axe-core/axe.min.js").read_text())
    yield lab
    lab.page.close()


def go(lab: LabPage, bench: str) -> None:
    """Go to the bench of an address, and wait until it is drawn."""
    lab.page.evaluate("at => { location.hash = ''; location.hash = at; }", bench)
    lab.page.evaluate(
        "() => new Promise(r => requestAnimationFrame(() => requestAnimationFrame(r)))"
    )


def broken(page: Page) -> list[str]:
    """Return what is broken, on a wide screen and on a phone, in light and in dark."""
    found = []
    for width, height, scheme in LOOKS:
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        wrong, held = page.evaluate(JUDGE)
        assert held > 20  # it has looked at names, roles, colours, sizes
        found += [f"{scheme}, {width} px: {each}" for each in wrong]
    return found


def test_the_judge_sees_a_nameless_field_and_a_pale_word(still: LabPage) -> None:
    go(still, "#v=1")
    still.page.evaluate(
        """() => document.querySelector("footer").append(
          Object.assign(document.createElement("input"), { id: "spoilt" }),
          Object.assign(document.createElement("p"), { id: "pale", textContent: "so pale" }))"""
    )
    still.page.evaluate("pale.style.color = '#999'")
    rules = {each.split(": ")[1] for each in broken(still.page)}
    still.page.evaluate("() => { spoilt.remove(); pale.remove(); }")
    assert rules == {"label", "color-contrast"}


def test_the_leaky_bench_with_everything_open_breaks_no_rule(still: LabPage) -> None:
    go(still, "#v=1&cursors=0.02;0.06&parts=0.001;1e-6;100&resistance=x")
    page = still.page
    page.click("summary")
    still.type_into("capacitance", "many")
    page.click("#tau-63")
    page.click("#share-python")
    assert page.is_visible("#refused")
    assert page.is_visible("#capacitance-problem")
    assert page.is_visible("#part-offset")
    assert broken(page) == []


def test_the_other_benches_break_no_rule(still: LabPage) -> None:
    for bench in (f"bench=bucket&{DRAWN}", "bench=artificial"):
        go(still, f"#v=1&{bench}")
        assert still.page.is_visible("#draw-pad" if "drawn" in bench else "#function")
        assert broken(still.page) == []


def test_on_a_phone_the_curve_covers_nothing_that_the_keys_go_back_to(still: LabPage) -> None:
    go(still, "#v=1&bench=bucket")
    page = still.page
    page.set_viewport_size({"width": 360, "height": 740})
    page.focus("#share-png")
    stops: dict[str, bool] = {}
    for _ in range(40):
        page.keyboard.press("Shift+Tab")
        name, seen = page.evaluate(SEEN)
        stops[name] = seen
        if name == "tab-bucket":
            break
    # through all controls, from below the curve to above it
    assert {"fi-add", "duration-slider", "stimulus-kind", "capacitance", "play"} <= set(stops)
    assert [name for name, seen in stops.items() if not seen] == []


def test_the_lessons_break_no_rule(still: LabPage) -> None:
    go(still, "#v=1")
    page = still.page
    page.click("#open-lessons")
    page.wait_for_selector(".lesson-entry")
    assert broken(page) == []
    go(still, "#v=1&lesson=leak&step=1")
    page.wait_for_selector("#lesson-answer")
    page.fill("#lesson-answer", "3 s")
    page.press("#lesson-answer", "Enter")
    assert page.inner_text("#lesson-judgement")
    assert broken(page) == []
    page.click("#lesson-close")


def test_the_challenge_breaks_no_rule(still: LabPage) -> None:
    page = still.page
    page.click("#open-challenge")
    assert broken(page) == []
    page.click("#challenge-begin")
    page.click("#challenge-run")
    page.wait_for_selector(".experiments tbody tr")
    page.click("#challenge-hand-in")
    assert page.inner_text("#challenge-grade")
    assert broken(page) == []
    page.click("#challenge-close")


def test_the_page_for_teachers_breaks_no_rule(still: LabPage) -> None:
    page = still.page.context.new_page()
    page.goto(still.page.url.partition("#")[0] + "teacher.html")
    page.evaluate((PACKAGES / "axe-core/axe.min.js").read_text())
    # answers are folded away at first
    page.evaluate("() => document.querySelectorAll('details').forEach((d) => { d.open = true; })")
    assert broken(page) == []
    page.close()
