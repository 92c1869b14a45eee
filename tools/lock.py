"""Resolve all dependencies anew and write their exact versions to constraints.txt.

Run by ``make lock``, with the environment's Python. One resolution covers all dependency groups, so
that tests and benchmarks see the same numpy. Nothing is installed.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HEADER = "# The versions that `make setup` and CI install. Written by `make lock`; not edited."


def resolve() -> dict[str, str]:
    """Return the newest version of every direct and indirect dependency, by normalised name."""
    project = ROOT / "pyproject.toml"
    command = [sys.executable, "-m", "pip", "install", "--dry-run", "--ignore-installed", "--quiet"]
    command += ["--report", "-", "--no-build-isolation", "--editable", str(ROOT)]
    command += ["pip", "setuptools"]
    for group in tomllib.loads(project.read_text())["dependency-groups"]:
        command += ["--group", f"{project}:{group}"]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)  # noqa: S603 - pip
    packages = [item["metadata"] for item in json.loads(done.stdout)["install"]]
    return {re.sub(r"[-_.]+", "-", each["name"]).lower(): each["version"] for each in packages}


if __name__ == "__main__":
    versions = resolve()
    del versions["spiketwin"]
    lines = [HEADER, *(f"{name}=={version}" for name, version in sorted(versions.items()))]
    (ROOT / "constraints.txt").write_text("\n".join(lines) + "\n")
