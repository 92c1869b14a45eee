"""How long a learner waits, and what the lab's page keeps in memory: in Chromium, on loopback."""

from __future__ import annotations

import os
import shutil
import statistics
import sys
import tempfile
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import sync_playwright

from bench._report import figure, heading
from spiketwin.lab.build import build
from spiketwin.lab.serve import open_server

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

LOADS, DRAGS, RUNS = 5, 40, 500

# When the scope first has a curve, and the status first a circuit: drawn when canvases are, as the
# page fetches nothing else before. Frames' own work is added up to tell it from waiting for them.
WATCH = """
globalThis.frames_ms = 0;
const ask = requestAnimationFrame;
globalThis.requestAnimationFrame = (act) => ask((now) => {
  const begun = performance.now();
  act(now);
  globalThis.frames_ms += performance.now() - begun;
});
globalThis.first = {};
const stroke = CanvasRenderingContext2D.prototype.stroke;
CanvasRenderingContext2D.prototype.stroke = function (...path) {
  globalThis.first.curve ??= performance.now();
  return stroke.apply(this, path);
};
"""
CIRCUIT_IS_THERE = "() => /points in/.test(document.body.innerText)"
# One step of the slider: the work until the model is drawn, and the wait until the circuit is.
DRAG = """async ([steps, slider]) => {
  const range = document.getElementById(slider);
  const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
  const work = [];
  const wait = [];
  for (let k = 0; k < steps; k += 1) {
    range.value = Number(range.value) + (k % 2 ? -7 : 9);
    globalThis.frames_ms = 0;
    const begun = performance.now();
    range.dispatchEvent(new Event("input", { bubbles: true }));
    const handled = performance.now() - begun;
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
    work.push(handled + globalThis.frames_ms);
    while (!/points in/.test(document.body.innerText)) await pause(2);
    wait.push(performance.now() - begun);
    await pause(60);
  }
  return { work, wait };
}"""


def first_curves(browser: Browser, address: str) -> tuple[float, float]:
    """Return the median seconds from the request to the model's curve and to the circuit's."""
    curves, circuits = [], []
    for _ in range(LOADS):
        page = browser.new_context().new_page()
        page.add_init_script(WATCH)
        page.goto(address)
        page.wait_for_function(CIRCUIT_IS_THERE, polling=5)
        circuits.append(page.evaluate("performance.now()") / 1000)
        curves.append(page.evaluate("globalThis.first.curve") / 1000)
        page.context.close()
    return statistics.median(curves), statistics.median(circuits)


def renderer_bytes(before: set[int]) -> int:
    """Return the resident memory of Chromium's largest renderer that is not in ``before``."""
    sizes = []
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit() or int(folder.name) in before:
            continue
        try:
            renderer = "--type=renderer" in (folder / "cmdline").read_text()
            pages = int((folder / "statm").read_text().split()[1])
        except OSError:
            continue
        if renderer:
            sizes.append(pages * os.sysconf("SC_PAGE_SIZE"))
    return max(sizes)


def processes() -> set[int]:
    """Return the ids of all that runs."""
    return {int(folder.name) for folder in Path("/proc").iterdir() if folder.name.isdigit()}


def drag(page: Page, steps: int) -> tuple[list[float], list[float]]:
    """Return each step's milliseconds of work for the model, and of waiting for the circuit."""
    found = page.evaluate(DRAG, [steps, "resistance-slider"])
    return found["work"], found["wait"]


def main() -> None:
    """Measure and print."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        sys.exit("there is no Chromium to measure in")
    heading("The lab's page, medians")
    before = processes()
    with (
        tempfile.TemporaryDirectory() as folder,
        open_server(build(Path(folder) / "built"), 0) as server,
        sync_playwright() as playwright,
    ):
        threading.Thread(target=server.serve_forever, daemon=True).start()
        browser = playwright.chromium.launch(
            executable_path=program, args=["--no-sandbox", "--disable-gpu"]
        )
        curve, circuit = first_curves(browser, server.address)
        figure("first curve, the model's", f"{curve:.2f} s", "≤ 3 s", met=curve <= 3)
        figure("first curve, the circuit's", f"{circuit:.2f} s", "≤ 3 s", met=circuit <= 3)
        page = browser.new_page()
        page.add_init_script(WATCH)
        page.goto(server.address)
        page.wait_for_function(CIRCUIT_IS_THERE)
        drag(page, DRAGS)
        work, wait = (statistics.median(each) for each in drag(page, DRAGS))
        figure(
            "a drag's step, until the model is drawn", f"{work:.1f} ms", "≤ 16 ms", met=work <= 16
        )
        figure("a drag's step, until the circuit is", f"{wait:.0f} ms", "≤ 150 ms", met=wait <= 150)
        settled = renderer_bytes(before)
        drag(page, RUNS)
        grown = renderer_bytes(before) - settled
        figure(
            f"memory, after {RUNS} runs more",
            f"{settled / 1e6:.0f} {grown / 1e6:+.0f} MB", "≤ +10 %", met=grown <= 0.1 * settled,
        )  # fmt: skip
        browser.close()
        server.shutdown()


if __name__ == "__main__":
    main()
