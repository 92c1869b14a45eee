"""The grammar of ``spiketwin montecarlo`` and ``sweep``; light, as ``--help`` needs it."""

from __future__ import annotations

import argparse

EPILOG = """\
TARGET is a neuron of 'spiketwin neurons', a netlist of your own, or a design file (.toml), whose
tables [sweep], [montecarlo], [spreads], [lots] and [corners] say what varies.
Spreads: NAME=WIDTH, a part of the nominal value (1%%) or a quantity (5mV); normal, the width being
one standard deviation, or with ,uniform (half the range), ,lognormal or ,truncated=3 behind it.
Exit codes: 0 each circuit agrees with its model as built, 1 one does not, 2 bad input, 3 the
simulator failed, 4 undecided. With --require-yield: 0 the yield is that high, 1 it is not, 4 the
samples do not tell.
""".replace("%%", "%")


def add_studies(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    shared: argparse.ArgumentParser,
) -> None:
    """Add ``montecarlo`` and ``sweep`` to the commands."""
    montecarlo = commands.add_parser(
        "montecarlo",
        parents=[shared],
        help="draw parts with their tolerances: how many neurons pass, and which part decides",
        description="Draw the values of parts, run each circuit and its model, and say how many\n"
        "are within tolerance of the design, and which part decides.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    _add_target(montecarlo)
    _add_spreads(montecarlo, samples="1000")
    _add_axes(montecarlo)
    _add_rest(montecarlo)

    sweep = commands.add_parser(
        "sweep",
        parents=[shared],
        help="run a neuron at each of many values, such as currents or temperatures",
        description="Run a circuit and its model at each value of one parameter, or at each\n"
        "combination of several, and at corners.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    _add_target(sweep)
    _add_axes(sweep)
    _add_spreads(sweep, samples="0")
    _add_rest(sweep)


def _add_target(command: argparse.ArgumentParser) -> None:
    command.add_argument("target", metavar="TARGET", help="a neuron, a netlist or a design file")


def _add_axes(command: argparse.ArgumentParser) -> None:
    add = command.add_argument_group("what is swept").add_argument
    add(
        "--over", metavar="NAME=VALUES", action="append", default=[],
        help="FIRST:LAST:POINTS, with :log behind it for equal ratios, or values separated by "
        "commas, such as current=10u:40u:31; may be repeated, which gives a grid",
    )  # fmt: skip
    add(
        "--corner", metavar="NAME:NAME=VALUE,…", action="append", default=[], dest="corners",
        help="a set of values, such as hot:temperature=85,resistance=105k; may be repeated",
    )  # fmt: skip


def _add_spreads(command: argparse.ArgumentParser, *, samples: str) -> None:
    add = command.add_argument_group("what is drawn").add_argument
    add(
        "--spread", metavar="NAME=WIDTH[,…]", action="append", default=[], dest="spreads",
        help="how a value deviates by itself, such as resistance=1%%; may be repeated",
    )  # fmt: skip
    add(
        "--lot", metavar="LOT=WIDTH[,…]:NAME,…", action="append", default=[], dest="lots",
        help="a deviation that several share, such as caps=4%%:c1,c2; may be repeated",
    )  # fmt: skip
    add("--samples", metavar="N", help=f"how many are drawn (default: {samples})")
    add("--seed", metavar="N", help="what the samples follow from (default: 1)")
    add(
        "--sampler", metavar="NAME",
        help="random (default), latin-hypercube or sobol",
    )  # fmt: skip


def _add_rest(command: argparse.ArgumentParser) -> None:
    add = command.add_argument_group("what passes").add_argument
    add(
        "--within", metavar="NAME=TOLERANCE", action="append", default=[],
        help="how far a circuit may be from the design: rate, tau, threshold, reset, refractory or "
        "shift; may be repeated (default: rate=5%%)",
    )  # fmt: skip
    add(
        "--until", metavar="yield±PRECISION",
        help="stop as soon as the yield is known so well, such as yield±1%%",
    )  # fmt: skip
    add("--require-yield", metavar="FRACTION", help="exit with 1 where the yield is lower")

    add = command.add_argument_group("how it runs").add_argument
    add("--workers", metavar="N", help="how many at once (default: all cores)")
    add("--scheduler", metavar="ADDRESS", help="of a Dask cluster, such as tcp://host:8786")
    add(
        "--store", metavar="FILE",
        help="journal of finished runs; the same command goes on from it (default: runs.sqlite in "
        "the folder of --out, or a temporary file)",
    )  # fmt: skip
    add("--deadline", metavar="TIME", default="60", help="longest wall time of a run (60 s)")
    add("--retries", metavar="N", default="1", help="of a run that died or hung (default: 1)")
    add(
        "--out", metavar="DIR",
        help="write report.html, result.json, runs.csv and runs.parquet there",
    )  # fmt: skip

    add = command.add_argument_group("the neuron and how it is compared").add_argument
    add(
        "-p", "--parameter", metavar="NAME=VALUE", action="append", default=[], dest="parameters",
        help="a nominal parameter; may be repeated",
    )  # fmt: skip
    add("--level", help="of which parts a neuron's circuit is built (default: ideal)")
    add(
        "--part", metavar="NAME=VALUE", action="append", default=[], dest="parts",
        help="a nominal part of the circuit at its level; may be repeated",
    )  # fmt: skip
    add("--temperature", metavar="CELSIUS", help="of the circuit's parts (default: 27 °C)")
    add("--stimulus", metavar="KIND:NAME=VALUE,…", help="as in compare")
    add("--duration", "--stop", metavar="TIME", dest="duration", help="of each run")
    add("--tolerance", metavar="FRACTION", help="largest shift that agrees, as in compare")
    add("--max-step", metavar="TIME", help="the first run's longest step")
    add("--max-points", metavar="N", help="refuse a run of more time points (default: 3M)")

    add = command.add_argument_group("a netlist of your own, as in validate").add_argument
    add("--membrane", metavar="NODE", help="the membrane")
    add("--spike", metavar="NODE", help="the spike output")
    add("--input", metavar="SOURCE", help="the source that drives the membrane")
    add("--model", metavar="NEURON", help="what it is meant to be")
    add(
        "--include", metavar="DIR", action="append", default=[],
        help="a further folder to include files from; may be repeated",
    )  # fmt: skip
    add("--dialect", metavar="NAME", help="whose netlist it is")
