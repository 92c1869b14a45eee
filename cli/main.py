"""The command ``spiketwin``: reads the arguments, calls one function, says the exit code.

Nothing heavy is imported before a command is chosen, so that ``--help`` is instant.
"""

from __future__ import annotations

import argparse
import errno
import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

AGREE, DISAGREE, BAD_INPUT, SIMULATOR_FAILED, UNDECIDED, INTERRUPTED = 0, 1, 2, 3, 4, 130
NOT_READ = 141  # as of a program that SIGPIPE ends
VERDICT_CODES = {"agree": AGREE, "disagree": DISAGREE, "undecided": UNDECIDED}

EPILOG = """\
Values take SI prefixes and units (100k, 100nF, 2ms; M is mega, m is milli) and SPICE's MEG.
Exit codes: 0 the twins agree, 1 they disagree, 2 bad input, 3 the simulator failed,
4 undecided at this accuracy.
"""


def parser() -> argparse.ArgumentParser:
    """Return the command's grammar."""
    top = argparse.ArgumentParser(
        prog="spiketwin",
        description="Run a spiking neuron as a circuit and as an equation: do the two agree?",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    top.add_argument("--version", action="store_true", help="print the version and exit")
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--debug", action="store_true", help="show a traceback on errors")
    commands = top.add_subparsers(dest="command", metavar="COMMAND")

    commands.add_parser(
        "neurons", parents=[shared], help="list the catalogue, with parameters, units and defaults"
    )
    commands.add_parser(
        "stimuli", parents=[shared], help="list the stimuli, with parameters and a small plot"
    )
    commands.add_parser(
        "doctor", parents=[shared], help="show the engine and versions, and what is missing"
    )
    compare = commands.add_parser(
        "compare",
        parents=[shared],
        help="compare a neuron's circuit with its model",
        description="Compare a neuron's circuit with its model under one stimulus.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    compare.add_argument("neuron", metavar="NEURON", help="a name from 'spiketwin neurons'")
    compare.add_argument(
        "-p", "--parameter", metavar="NAME=VALUE", action="append", default=[], dest="parameters",
        help="a parameter of the neuron; may be repeated",
    )  # fmt: skip
    compare.add_argument(
        "--level", default="ideal",
        help="of which parts the circuit is built: ideal (default); for lif also macro and "
        "transistor, for axon-hillock transistor",
    )  # fmt: skip
    compare.add_argument(
        "--part", metavar="NAME=VALUE", action="append", default=[], dest="parts",
        help="a part of the circuit at its level, such as offset=2m at level macro; may be "
        "repeated",
    )  # fmt: skip
    compare.add_argument(
        "--temperature", metavar="CELSIUS",
        help="of the circuit's parts (default: 27 °C); ideal ones do not change with it",
    )  # fmt: skip
    compare.add_argument(
        "--stimulus", metavar="KIND:NAME=VALUE,…",
        help="one of 'spiketwin stimuli', such as sine:amplitude=20u,frequency=50, or several "
        "joined by ' + ' (default: a step to twice the threshold)",
    )  # fmt: skip
    compare.add_argument("--duration", metavar="TIME", help="default: some 20 spikes")
    compare.add_argument(
        "--tolerance", metavar="FRACTION",
        help="largest shift that agrees, as a fraction of the median interval (default: 1e-3); "
        "for a neuron without spikes, the largest error, of full scale (default: 5e-3)",
    )  # fmt: skip
    compare.add_argument(
        "--max-step", metavar="TIME", help="the first run's longest step (default: τ/120)"
    )
    compare.add_argument(
        "--max-points", metavar="N", default="3M",
        help="refuse a run that would need more time points (default: 3M)",
    )  # fmt: skip
    compare.add_argument(
        "--deadline",
        metavar="TIME",
        default="600",
        help="longest wall time of a run (default: 600 s)",
    )
    compare.add_argument(
        "--out", metavar="DIR",
        help="write report.html, result.json, spikes.csv (or transfer.csv) and circuit.cir there",
    )  # fmt: skip
    contrast = commands.add_parser(
        "contrast",
        parents=[shared],
        help="one input into a neuron without time, one without a leak, and one with",
    )
    contrast.add_argument(
        "--deadline", metavar="TIME", default="600",
        help="longest wall time of a run (default: 600 s)",
    )  # fmt: skip
    contrast.add_argument("--out", metavar="DIR", help="write report.html and result.json there")
    from spiketwin.cli.analyses_grammar import add_analyses

    add_analyses(commands, shared)
    from spiketwin.cli.validate_grammar import add_init, add_validate

    add_validate(commands, shared)
    add_init(commands, shared)
    from spiketwin.cli.studies_grammar import add_studies

    add_studies(commands, shared)
    lab = commands.add_parser(
        "lab", parents=[shared], help="serve the teaching page on this machine, open the browser"
    )
    lab.add_argument(
        "--port", type=int, metavar="N", help="where to listen (default: one that is free)"
    )
    lab.add_argument("--no-browser", action="store_true", help="open no browser")
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code."""
    # before numpy is imported: on vectors as long as a run its threads cost more than they bring
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    try:
        try:
            return _run(list(sys.argv[1:] if arguments is None else arguments))
        finally:
            if sys.stdout:  # there is none where it was closed
                sys.stdout.flush()  # also of a help, which ends the command
    except BrokenPipeError:
        print_no_more()
        return NOT_READ
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        print_no_more()
        print(
            f"spiketwin: the answer cannot be printed ({error.strerror}); make room where standard "
            f"output goes, then give the same command again",
            file=sys.stderr,
        )
        return BAD_INPUT
    except KeyboardInterrupt:
        print("spiketwin: interrupted; nothing was written", file=sys.stderr)
        return INTERRUPTED


def print_no_more() -> None:
    """Send what is printed from now on nowhere: who took it takes no more, and Python complains."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _run(typed: list[str]) -> int:
    options = parser().parse_args(typed)
    if options.version:
        from importlib.metadata import version

        print(f"spiketwin {version('spiketwin')}")
        return AGREE
    if options.command is None:
        parser().print_help()
        return AGREE
    return _dispatch(options, typed)


def _on_a_circuit(options: argparse.Namespace, typed: Sequence[str]) -> int:
    if options.command == "validate":
        from spiketwin.cli.validate import run_validate

        return run_validate(options, typed)
    from spiketwin.cli.init import run_init

    return run_init(options)


def _without_a_run(options: argparse.Namespace) -> int:
    if options.command == "neurons":
        from spiketwin.cli.neurons import run_neurons

        return run_neurons()
    if options.command == "stimuli":
        from spiketwin.cli.stimuli import run_stimuli

        return run_stimuli()
    if options.command == "lab":
        from spiketwin.cli.lab import run_lab

        return run_lab(options)
    from spiketwin.cli.doctor import run_doctor

    return run_doctor()


def _dispatch(options: argparse.Namespace, typed: Sequence[str]) -> int:
    from spiketwin.models.errors import SimulationError, SpiketwinError

    try:
        if options.command == "compare":
            from spiketwin.cli.compare import run_compare

            return run_compare(options, typed)
        if options.command in {"fi", "sensitivity", "check"}:
            from spiketwin.cli import analyses

            run = {
                "fi": analyses.run_fi,
                "sensitivity": analyses.run_sensitivity,
                "check": analyses.run_check,
            }[options.command]
            return run(options, typed)
        if options.command == "coding":
            from spiketwin.cli.coding import run_coding

            return run_coding(options, typed)
        if options.command in {"validate", "init"}:
            return _on_a_circuit(options, typed)
        if options.command in {"montecarlo", "sweep"}:
            from spiketwin.cli.studies import run_montecarlo, run_sweep

            return {"montecarlo": run_montecarlo, "sweep": run_sweep}[options.command](
                options, typed
            )
        if options.command == "contrast":
            from spiketwin.cli.contrast import run_contrast

            return run_contrast(options, typed)
        return _without_a_run(options)
    except SpiketwinError as error:
        if options.debug:
            raise
        print(f"spiketwin: {error}", file=sys.stderr)
        return SIMULATOR_FAILED if isinstance(error, SimulationError) else BAD_INPUT
