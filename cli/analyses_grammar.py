"""The grammar of the analyses' commands; light, as ``--help`` needs it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse


def add_analyses(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    shared: argparse.ArgumentParser,
) -> None:
    """Add ``fi``, ``coding``, ``sensitivity`` and ``check`` to the commands."""
    fi = commands.add_parser(
        "fi",
        parents=[shared],
        help="measure how the firing rate grows with the current",
        description="Measure the f–I curve of a neuron's circuit and of its model.",
    )
    fi.add_argument("neuron", metavar="NEURON", help="a name from 'spiketwin neurons'")
    _add_parameter(fi)
    fi.add_argument(
        "--from", metavar="CURRENT", dest="start",
        help="the smallest current (default: half the rheobase)",
    )  # fmt: skip
    fi.add_argument(
        "--to", metavar="CURRENT", dest="stop", help="the largest (default: five rheobases)"
    )
    fi.add_argument("--points", metavar="N", default="25", help="how many currents (default: 25)")
    _add_common(fi, "largest relative difference of rates that agrees")
    fi.add_argument("--out", metavar="DIR", help="write fi.html, fi.json and fi.csv there")

    coding = commands.add_parser(
        "coding",
        parents=[shared],
        help="measure how latency, rate and regularity change with a stimulus's strength",
        description="Give a neuron's circuit and its model one stimulus at many strengths.",
    )
    coding.add_argument("neuron", metavar="NEURON", help="a name from 'spiketwin neurons'")
    _add_parameter(coding)
    coding.add_argument(
        "--stimulus", metavar="KIND:NAME=VALUE,…",
        help="what is made weaker and stronger (default: the neuron's own, as in compare)",
    )  # fmt: skip
    coding.add_argument(
        "--strengths", metavar="FIRST:LAST:POINTS", default="0.4:3:14",
        help="times the stimulus; or numbers separated by commas (default: 0.4:3:14)",
    )  # fmt: skip
    coding.add_argument(
        "--at", metavar="STRENGTH", default="1",
        help="whose intervals are shown, or those of the nearest (default: 1)",
    )  # fmt: skip
    coding.add_argument(
        "--duration", metavar="TIME",
        help="of each run (default: some 20 spikes, or 100 of a random stimulus)",
    )  # fmt: skip
    _add_common(coding, "largest shift that agrees, as a fraction of an interval")
    coding.add_argument("--out", metavar="DIR", help="write coding.html, .json and .csv there")

    sensitivity = commands.add_parser(
        "sensitivity",
        parents=[shared],
        help="show what a larger or smaller τ does",
        description="Show what becomes of one input when τ changes, by the capacitance.",
    )
    sensitivity.add_argument("what", choices=["tau"], help="what to change")
    sensitivity.add_argument(
        "neuron", metavar="NEURON", nargs="?", default="lif",
        help="a name from 'spiketwin neurons' (default: lif)",
    )  # fmt: skip
    _add_parameter(sensitivity)
    sensitivity.add_argument(
        "--factors", metavar="FACTOR,…", default="0.25,0.5,1,2,4",
        help="of the capacitance (default: 0.25,0.5,1,2,4)",
    )  # fmt: skip
    _add_common(sensitivity, "largest relative difference that agrees")
    sensitivity.add_argument(
        "--out", metavar="DIR", help="write tau.html, tau.json and tau.csv there"
    )

    check = commands.add_parser(
        "check",
        parents=[shared],
        help="compare neurons with their models under seven kinds of stimulus",
        description="Compare neurons with their models under constant, step, pulses, ramp, sine, "
        "noise and a synapse, as strong as the neuron's default stimulus.",
    )
    check.add_argument("neurons", metavar="NEURON", nargs="*", help="names")
    check.add_argument("--all", action="store_true", help="the whole catalogue")
    _add_common(
        check,
        "largest shift that agrees, as a fraction of an interval, and largest error, of full scale",
        usual=None,
        shown="1e-3 and 5e-3",
    )
    check.add_argument("--junit", metavar="FILE", help="write JUnit's XML there")
    check.add_argument("--markdown", metavar="FILE", help="write a table in Markdown there")


def _add_parameter(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "-p", "--parameter", metavar="NAME=VALUE", action="append", default=[], dest="parameters",
        help="a parameter of the neuron; may be repeated",
    )  # fmt: skip


def _add_common(
    command: argparse.ArgumentParser,
    tolerance: str,
    *,
    usual: str | None = "1e-3",
    shown: str = "1e-3",
) -> None:
    command.add_argument(
        "--tolerance", metavar="FRACTION", default=usual, help=f"{tolerance} (default: {shown})"
    )
    command.add_argument(
        "--deadline", metavar="TIME", default="600",
        help="longest wall time of a run (default: 600 s)",
    )  # fmt: skip
