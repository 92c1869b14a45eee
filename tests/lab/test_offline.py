"""The page at a sub-path of a static host, and without the host once it was loaded."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, Page

# a process of its own, as the threads of a server outlive it where a browser keeps its connections
HOST = (
    "import sys, pathlib\n"
    "from spiketwin.lab.serve import open_server\n"
    "server = open_server(pathlib.Path(sys.argv[1]), 0)\n"
    "print(server.address, flush=True)\n"
    "server.serve_forever()\n"
)
# what the service worker has kept; null until it has kept every file and answers for the page
KEPT = """async () => {
  const worker = (await navigator.serviceWorker.getRegistration())?.active;
  if (worker?.state !== "activated") return null;
  const [name] = await caches.keys();
  return (await (await caches.open(name)).keys()).map(({ url }) => new URL(url).pathname);
}"""
# whether the host answers, of a file that is none
REACHED = "() => fetch('none').then(() => true, () => false)"
# a deck of the catalogue's, run by a circuit of its own
SPIKES = """async () => {
  const { Circuit } = await import("./engine/client.js");
  const { deck } = await import("./engine/netlist.js");
  const catalogue = await (await fetch("./data/catalogue.json")).json();
  const { parameters } = catalogue.neurons.lif;
  const settings = parameters.map(({ name, default: value }) => [name, value]);
  const step = { kind: "step", current: 2e-5, onset: 0 };
  const circuit = new Circuit();
  circuit.start();
  const run = await circuit.run(
    deck(catalogue, "lif", Object.fromEntries(settings), step, 0.05, 1e-4),
  );
  circuit.stop();
  return Array.from(run.spikes);
}"""


def kept_files(page: Page) -> list[str]:
    """Return the paths of what is kept, within a minute."""
    for _ in range(600):
        found: list[str] | None = page.evaluate(KEPT)
        if found is not None:
            return found
        page.wait_for_timeout(100)
    raise AssertionError("the service worker keeps nothing")


def test_the_page_works_at_a_sub_path_and_then_without_its_host(
    built_lab: Path, browser: Browser
) -> None:
    page = browser.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    command = [sys.executable, "-c", HOST, str(built_lab.parent)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as host:
        assert host.stdout is not None
        address = f"{host.stdout.readline().strip()}{built_lab.name}/"
        page.goto(address)
        kept = kept_files(page)
        spikes = page.evaluate(SPIKES)
        title = page.title()
        assert page.evaluate(REACHED)
        host.terminate()
    assert not page.evaluate(REACHED)
    files = {p.relative_to(built_lab).as_posix() for p in built_lab.rglob("*") if p.is_file()}
    assert {path.removeprefix(f"/{built_lab.name}/") for path in kept} == files - {"sw.js"}
    assert len(spikes) == 5  # one every 8.93 ms from 6.93 ms on
    asked.clear()
    page.reload()
    assert title == page.title() == "Spiketwin lab"
    assert page.evaluate(SPIKES) == spikes
    assert len(asked) > 10
    assert [url for url in asked if not url.startswith((address, "data:", "blob:"))] == []
    page.close()
