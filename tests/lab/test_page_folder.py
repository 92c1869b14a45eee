"""What Python gives the page: the catalogue, the built folder, a server, and the command."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from spiketwin.cli.main import main
from spiketwin.compare.catalogue import ARTIFICIAL, IF, LIF
from spiketwin.lab.build import PACKAGES, PAGE, build, vendored
from spiketwin.lab.export import catalogue_json
from spiketwin.lab.serve import open_server
from spiketwin.models.errors import ParameterError
from spiketwin.models.stimuli import HeldNoise, Step

if TYPE_CHECKING:
    from http.client import HTTPResponse

    from spiketwin.lab.serve import Server

ROOT = Path(__file__).resolve().parents[2]


def test_the_catalogue_of_the_page_is_that_of_python() -> None:
    exported = json.loads(catalogue_json())
    assert list(exported["neurons"]) == ["artificial", "if", "lif"]
    for twin in (ARTIFICIAL, IF, LIF):
        entry = exported["neurons"][twin.name]
        assert (entry["title"], entry["summary"]) == (twin.title, twin.summary)
        given: dict[str, Any] = {each["name"]: each["default"] for each in entry["parameters"]}
        assert list(given) == [field.name for field in fields(twin.neuron)]
        assert twin.neuron(**given) == twin.neuron()
        assert all(each["meaning"].endswith(".") for each in entry["parameters"])
        for name, text in entry["netlist_files"].items():
            assert text == (ROOT / "netlists" / name).read_text()
    leaky = {each["name"]: each for each in exported["neurons"]["lif"]["parameters"]}
    assert leaky["resistance"]["unit"] == exported["units"]["resistance"] == "Ω"
    assert leaky["leak_potential"]["meaning"] == "volt, where the membrane rests without input."
    shapes = exported["neurons"]["artificial"]["functions"]
    for shape in shapes.values():
        files = [
            exported["neurons"]["artificial"]["netlist_files"][name] for name in shape["files"]
        ]
        assert f".subckt {shape['subcircuit']} x1 x2 x3 y" in "".join(files)


def test_the_edges_of_the_pages_stimuli_are_pythons() -> None:
    text = (PAGE / "models/stimuli.js").read_text()
    constants = dict(re.findall(r"^export const (\w+) = ([\w.-]+);", text, re.M))
    assert float(constants["EDGE"]) == Step(current=0.0).rise
    assert float(constants["NOISE_EDGE"]) == HeldNoise(mean=0, sigma=0, hold=1.0, seed=0).rise


def test_the_built_folder_is_the_page_with_catalogue_packages_and_hashes(built_lab: Path) -> None:
    found = {
        path.relative_to(built_lab).as_posix(): path
        for path in built_lab.rglob("*")
        if path.is_file()
    }
    source = {p.relative_to(PAGE).as_posix(): p for p in PAGE.rglob("*") if p.is_file()}
    vendor = {name for name in found if name.startswith("vendor/")}
    assert set(found) == {*source, *vendor, "data/catalogue.json", "COPYING.txt"}
    for name, path in source.items():
        if name != "sw.js":
            assert found[name].read_bytes() == path.read_bytes()
    assert {"vendor/spice.wasm", "vendor/uPlot.LICENSE.txt", "vendor/uPlot.esm.js"} < vendor
    assert found["vendor/spice.wasm"].read_bytes()[:4] == b"\0asm"
    assert "base64,AGFzb" not in found["vendor/eecircuit-engine.js"].read_text()
    listed = json.loads(
        re.search(r"^const FILES = (\{.*?\});", found["sw.js"].read_text(), re.M | re.S)[1]  # type: ignore[index]
    )
    assert listed == {
        name: hashlib.sha256(path.read_bytes()).hexdigest()
        for name, path in found.items()
        if name != "sw.js"
    }


def test_the_licences_of_all_that_is_not_the_labs_own_travel_with_the_built_folder(
    built_lab: Path,
) -> None:
    said = (built_lab / "licences.txt").read_text()
    vendor = {f"vendor/{path.name}" for path in (built_lab / "vendor").iterdir()}
    assert vendor == set(re.findall(r"vendor/[\w.-]+\w", said))
    for package, name in {"uplot": "uPlot", "eecircuit-engine": "eecircuit-engine"}.items():
        text = (built_lab / f"vendor/{name}.LICENSE.txt").read_bytes()
        assert text == (PACKAGES / package / "LICENSE").read_bytes()
    # what ngspice's second condition asks of a binary: its notice, its conditions, its disclaimer
    assert "Copyright 1985 - 2018, Regents of the University of California and others" in said
    assert "3. Neither the name of the copyright holder" in said
    assert "EVEN IF ADVISED OF THE\nPOSSIBILITY OF SUCH DAMAGE." in said
    assert (built_lab / "COPYING.txt").read_bytes() == (ROOT / "LICENSE").read_bytes()


def test_a_second_build_takes_the_place_of_the_first_whole(tmp_path: Path) -> None:
    target = build(tmp_path / "built")
    (target / "stale.js").write_text("old")
    before = (target / "sw.js").read_text()
    assert (build(target) / "sw.js").read_text() == before
    assert not (target / "stale.js").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["built"]


def test_without_npms_packages_one_is_told_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match=r"has no uplot.*; run 'npm ci' in .*, or 'make lab'"):
        vendored(tmp_path / "node_modules")


def test_an_engine_that_carries_no_webassembly_is_refused(tmp_path: Path) -> None:
    packages = tmp_path / "node_modules"
    shutil.copytree(PACKAGES / "uplot", packages / "uplot")
    shutil.copytree(
        PACKAGES / "eecircuit-engine", packages / "eecircuit-engine",
        ignore=shutil.ignore_patterns("*.umd.js", "*.mjs"),
    )  # fmt: skip
    (packages / "eecircuit-engine/dist/eecircuit-engine.mjs").write_text(
        "export class Simulation {}"
    )
    with pytest.raises(ParameterError, match="should carry one WebAssembly module"):
        vendored(packages)


def test_the_pages_code_and_styles_name_no_other_host() -> None:
    texts = [path for path in PAGE.rglob("*") if path.suffix in {".js", ".css"}]
    assert len(texts) > 10
    # the names of namespaces are addresses that nobody asks for
    other = re.compile(r"https?://(?!www\.w3\.org/)[^\s\"'`)>]+")
    assert {path: found for path in texts if (found := other.findall(path.read_text()))} == {}


def test_every_text_of_the_page_has_a_use_and_every_use_its_text() -> None:
    texts = json.loads((PAGE / "texts/en.json").read_text())
    code = "\n".join(path.read_text() for path in PAGE.rglob("*.js"))
    named = set(re.findall(r'"([\w.-]+)"', code))
    begun = tuple(set(re.findall(r"`([a-z]+\.(?:[a-z]+\.)*)\$\{", code)))  # `chip.${state}`
    assert len(begun) > 10
    # t() takes a text that ends so by itself, where the count is one
    unnamed = [key for key in texts if not {key, key.removesuffix(".one")} & named]
    assert [key for key in unnamed if not key.startswith(begun)] == []
    asked = set(re.findall(r'\bt\("([^"]+)"', code)) | set(re.findall(r'\bkey: "([^"]+)"', code))
    assert len(asked) > 100
    assert asked <= set(texts)
    refused = set(re.findall(r'ParameterError\(\s*"([a-z-]+)"', code))
    assert len(refused) > 10
    assert {f"model.{rule}" for rule in refused} <= set(texts)


def fetch(server: Server, path: str) -> HTTPResponse:
    response: HTTPResponse = urllib.request.urlopen(server.address + path, timeout=10)  # noqa: S310
    return response


def test_the_server_gives_each_file_with_a_type_that_browsers_take(lab_server: Server) -> None:
    types = {
        "models/leaky.js": "text/javascript; charset=utf-8",
        "vendor/eecircuit-engine.js": "text/javascript; charset=utf-8",
        "vendor/spice.wasm": "application/wasm",
        "vendor/uPlot.min.css": "text/css; charset=utf-8",
        "data/catalogue.json": "application/json",
    }
    for path, kind in types.items():
        with fetch(lab_server, path) as response:
            assert response.headers["Content-Type"] == kind
            assert response.headers["Cache-Control"] == "no-cache"
            assert "default-src 'self'" in response.headers["Content-Security-Policy"]
            assert response.read()


@pytest.mark.parametrize("path", ["nothing.js", "models/", "../pyproject.toml", "%2e%2e/serve.py"])
def test_the_server_gives_nothing_else(lab_server: Server, path: str) -> None:
    with pytest.raises(urllib.error.HTTPError, match="404"):
        fetch(lab_server, path)


def test_a_taken_port_is_told_and_without_one_a_free_one_is_found(built_lab: Path) -> None:
    with open_server(built_lab) as first, open_server(built_lab) as second:
        assert first.server_port != second.server_port
        assert first.server_address[0] == second.server_address[0] == "127.0.0.1"
        with pytest.raises(ParameterError, match=rf"port {first.server_port} is taken"):
            open_server(built_lab, first.server_port)
    with pytest.raises(ParameterError, match="port 70000 cannot be had"):
        open_server(built_lab, 70000)


def test_a_browser_that_hangs_up_is_no_news_and_any_other_error_is(
    built_lab: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with open_server(built_lab, 0) as server:
        for error in (ConnectionResetError("gone"), BrokenPipeError("gone"), ValueError("news")):
            try:
                raise error
            except (OSError, ValueError):
                server.handle_error(None, ("127.0.0.1", 1))
    told = capsys.readouterr().err
    assert "gone" not in told
    assert "news" in told


def test_a_lab_that_is_not_built_is_one_line_and_exit_code_2(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("spiketwin.lab.serve.files", lambda _: tmp_path)
    assert main(["lab", "--no-browser"]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("spiketwin: the lab's page is not built")
    assert line.endswith("run 'make lab' in a checkout")


def test_the_command_serves_until_ctrl_c_and_opens_no_browser_where_told(built_lab: Path) -> None:
    program = (
        "import sys, pathlib, webbrowser\n"
        "import spiketwin.cli.lab as lab\n"
        "webbrowser.open = lambda address: print('opened', flush=True)\n"
        f"lab.built_folder = lambda: pathlib.Path({str(built_lab)!r})\n"
        "from spiketwin.cli.main import main\n"
        "sys.exit(main(sys.argv[1:]))\n"
    )
    for options, opened in ([], True), (["--no-browser"], False):
        command = [sys.executable, "-c", program, "lab", "--port", "0", *options]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:
            assert running.stdout is not None
            line = running.stdout.readline()
            address = re.search(r"http://127\.0\.0\.1:\d+/", line)
            assert address, line
            if opened:
                assert running.stdout.readline() == "opened\n"
            with urllib.request.urlopen(address[0] + "sw.js", timeout=10) as response:  # noqa: S310
                assert response.status == 200
            running.send_signal(signal.SIGINT)
            rest, _ = running.communicate(timeout=10)
            assert running.returncode == 0
            assert "opened" not in rest
