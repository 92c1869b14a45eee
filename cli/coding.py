"""``spiketwin coding``: one stimulus at many strengths, as latency, rate and regularity."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spiketwin.cli.files import check_folder, write_all
from spiketwin.cli.many_runs import (
    deadline_of,
    exit_code,
    origin_of,
    print_analysis,
    progress_bar,
    tolerance_of,
    twin_and_neuron,
    whole_number,
)
from spiketwin.models.errors import ParameterError
from spiketwin.models.stimuli.typed import parse_stimulus
from spiketwin.models.typed import parse_quantity

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence


def run_coding(options: argparse.Namespace, typed: Sequence[str]) -> int:
    """Measure both twins at each strength, print it, write the files; return the exit code."""
    twin, neuron = twin_and_neuron(options)
    stimulus = (
        twin.default_stimulus(neuron)
        if options.stimulus is None
        else parse_stimulus(options.stimulus)
    )
    strengths = _strengths(options.strengths)
    shown = parse_quantity(options.at, "--at", "")
    duration = (
        None if options.duration is None else parse_quantity(options.duration, "--duration", "s")
    )
    tolerance, deadline = tolerance_of(options), deadline_of(options)
    folder = None if options.out is None else check_folder(options.out)
    from spiketwin.compare.analyses.strengths import strength_curve

    origin = origin_of(typed, stimulus)
    with progress_bar("Strengths", len(strengths)) as on_done:
        curve = strength_curve(
            twin, neuron, stimulus, strengths, duration=duration, tolerance=tolerance,
            deadline=deadline, on_done=on_done,
        )  # fmt: skip
    from spiketwin.compare.report.strength_page import (
        strength_page,
        strength_table,
        summarise_strengths,
    )

    if folder is not None:
        from spiketwin.compare.analyses.strength_files import strength_csv, strength_json
        from spiketwin.compare.report.analysis import render_analysis

        write_all(
            folder,
            {
                "coding.html": render_analysis(strength_page(curve, shown=shown), origin),
                "coding.json": strength_json(curve, origin),
                "coding.csv": strength_csv(curve),
            },
        )
    failures = [(f"strength {point.strength:g}", point.failure) for point in curve.failed]
    print_analysis(
        summarise_strengths(curve),
        [strength_table(curve)],
        failures,
        folder and folder / "coding.html",
    )
    return exit_code(curve.verdict, [failure for _, failure in failures])


def _strengths(text: str) -> tuple[float, ...]:
    """Read ``first:last:how many``, or strengths separated by commas."""
    from spiketwin.compare.analyses.strengths import strength_range

    if ":" not in text:
        return tuple(parse_quantity(item, "--strengths", "") for item in text.split(","))
    parts = text.split(":")
    if len(parts) != 3:
        raise ParameterError(
            f"--strengths takes FIRST:LAST:POINTS or numbers separated by commas, got {text!r}; "
            f"write such as 0.5:3:11 or 0.5,1,2"
        )
    first, last = (parse_quantity(item, "--strengths", "") for item in parts[:2])
    return strength_range(first, last, whole_number(parts[2], "--strengths POINTS"))
