"""How long a person waits: the help, the imports, and the demo after set-up."""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench._report import figure, heading

COMMAND = Path(sys.executable).with_name("spiketwin")


def median_seconds(command: list[str], repeats: int) -> float:
    """Return the median wall time of a command."""
    times = []
    for _ in range(repeats):
        begin = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        times.append(time.perf_counter() - begin)
    return statistics.median(times)


def main() -> None:
    """Measure and print."""
    heading("Start-up, medians of whole processes")
    helped = median_seconds([str(COMMAND), "--help"], 9)
    figure("spiketwin --help", f"{helped:.2f} s", "≤ 0.2 s", met=helped <= 0.2)
    numpy = median_seconds([sys.executable, "-c", "import numpy"], 9)
    models = median_seconds([sys.executable, "-c", "import spiketwin.models"], 9)
    figure(
        "import spiketwin.models, beyond numpy's own",
        f"{models - numpy:.2f} s", "≤ 0.15 s", met=models - numpy <= 0.15,
    )  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        demo = median_seconds([str(COMMAND), "compare", "lif", "--out", folder], 5)
    figure("make demo's command, report included", f"{demo:.2f} s", "≤ 6 s", met=demo <= 6)


if __name__ == "__main__":
    main()
