"""Resolve all dependencies anew and write their exact versions to the constraints files.

Run by ``make lock``, with the environment's Python. The benchmarks are resolved apart: Brian2 lags
behind numpy, and must not hold back what users run. Nothing is installed.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FILES = {"constraints.txt": "dev", "constraints-bench.txt": "bench"}
HEADER = "# The exact versions of the dependency group {}. Written by `make lock`; not edited."


def resolve(group: str) -> dict[str, str]:
    """Return the newest version of every direct and indirect dependency, by normalised name."""
    command = [sys.executable, "-m", "pip", "install", "--dry-run", "--ignore-installed", "--quiet"]
    command += ["--report", "-", "--no-build-isolation", "--editable", str(ROOT)]
    command += ["pip", "setuptools", "--group", f"{ROOT / 'pyproject.toml'}:{group}"]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)  # noqa: S603 - pip
    packages = [item["metadata"] for item in json.loads(done.stdout)["install"]]
    return {re.sub(r"[-_.]+", "-", each["name"]).lower(): each["version"] for each in packages}


if __name__ == "__main__":
    for name, group in FILES.items():
        versions = resolve(group)
        del versions["spiketwin"]
        pins = [f"{package}=={version}" for package, version in sorted(versions.items())]
        (ROOT / name).write_text("\n".join([HEADER.format(group), *pins]) + "\n")
