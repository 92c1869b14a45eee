"""The grammar of ``spiketwin validate`` and ``init``; light, as ``--help`` needs it."""

from __future__ import annotations

import argparse

EPILOG = """\
FILE is a netlist of ngspice, LTspice, PSpice, HSPICE, KiCad or xschem, an LTspice schematic (.asc),
a design (.toml), or an oscilloscope's recording (.csv). A netlist and a recording together give
three columns: circuit, model, bench.
Exit codes: 0 the circuit is the neuron, 1 it is not, 2 bad input, 3 the simulator failed,
4 undecided at this accuracy.
"""


def add_validate(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    shared: argparse.ArgumentParser,
) -> None:
    """Add ``validate`` to the commands."""
    validate = commands.add_parser(
        "validate",
        parents=[shared],
        help="judge whether your own netlist is the neuron that you think it is",
        description="Find out what a circuit really is, and judge whether it is the neuron that "
        "was meant.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = validate.add_argument
    add("files", metavar="FILE", nargs="+", help="a netlist, a design, a recording; see below")
    add("--membrane", metavar="NODE", help="the membrane, or the recording's channel of it")
    add("--spike", metavar="NODE", help="the spike output, or the recording's channel of it")
    add("--input", metavar="SOURCE", help="the source that drives the membrane")
    add(
        "--model", metavar="NEURON",
        help="what it is meant to be: a name from 'spiketwin neurons' (default: what it looks "
        "like, or lif where a parameter is given)",
    )  # fmt: skip
    add(
        "-p", "--parameter", metavar="NAME=VALUE", action="append", default=[], dest="parameters",
        help="what a parameter is meant to be; may be repeated. Others are as drawn or as built",
    )  # fmt: skip
    add(
        "--include", metavar="DIR", action="append", default=[],
        help="a further folder from which the netlist may include files; may be repeated",
    )  # fmt: skip
    add(
        "--set", metavar="NAME=VALUE", action="append", default=[], dest="settings",
        help="a value in place of the netlist's own: of a .param, of an element by its flat name "
        "such as x1.r1, or of the temperature in °C; may be repeated",
    )  # fmt: skip
    add("--dialect", metavar="NAME", help="whose netlist it is (default: by its own words)")
    add(
        "--stop", "--duration", metavar="TIME", dest="stop",
        help="how long to run (default: the netlist's .tran, or by its time constants)",
    )  # fmt: skip
    add("--max-step", metavar="TIME", help="the first run's longest step (default: likewise)")
    add(
        "--max-points", metavar="N",
        help="refuse a run that would need more time points (default: 3M)",
    )  # fmt: skip
    add("--deadline", metavar="TIME", help="longest wall time of a run (default: 20 s)")
    add(
        "--tolerance", metavar="FRACTION",
        help="largest shift of a spike that agrees, as a fraction of an interval (default: 1%%)",
    )  # fmt: skip
    add(
        "--out", metavar="DIR",
        help="write report.html, result.json, spikes.csv and circuit.cir there; of a design with "
        "several runs, each in a folder of its own",
    )  # fmt: skip
    add("--junit", metavar="FILE", help="write JUnit's XML there")
    add("--github", action="store_true", help="print annotations for GitHub's workflows")


def add_init(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], shared: argparse.ArgumentParser
) -> None:
    """Add ``init`` to the commands."""
    init = commands.add_parser(
        "init",
        parents=[shared],
        help="write a design file for your own netlist, to keep beside it",
        description="Run a netlist, infer what it is, and write it down as a design file (TOML) "
        "for 'spiketwin validate', with comments.",
    )
    init.add_argument("deck", metavar="DECK", nargs="?", help="a netlist, or an LTspice .asc")
    init.add_argument("--membrane", metavar="NODE", help="the membrane's node")
    init.add_argument("--spike", metavar="NODE", help="a node that rises at each spike")
    init.add_argument("--input", metavar="SOURCE", help="the source that drives the neuron")
    init.add_argument(
        "--include", metavar="DIR", action="append", default=[],
        help="a further folder to include files from; may be repeated",
    )  # fmt: skip
    init.add_argument("--dialect", metavar="NAME", help="ngspice, ltspice, pspice, hspice, …")
    init.add_argument("--out", metavar="FILE", help="default: the deck's name with .toml")
    init.add_argument(
        "--deadline",
        metavar="TIME",
        default="20",
        help="longest wall time of a run (default: 20 s)",
    )
    init.add_argument(
        "--schema", action="store_true", help="print the JSON schema of design files, for editors"
    )
