"""Which of ngspice's words mean failure; the words are ngspice 39's own."""

from __future__ import annotations

import pytest

from spiketwin.circuits.speech import failures, is_fatal, warnings

STEPPING = [
    "Warning: singular matrix:  check node d",
    "Note: Starting dynamic gmin stepping",
    "Trying gmin =   1.0000E-03 Warning: Further gmin increment",
    "Trying gmin =   5.6234E-03 Note: One successful gmin step",
    "Supplies reduced to   0.1000% Supplies reduced to   0.0000% Warning: source stepping failed",
]


def test_stepping_that_succeeds_is_no_failure() -> None:
    lines = [*STEPPING, "Note: Dynamic gmin stepping completed"]
    assert failures(lines) == ()
    assert warnings(lines) == ("Warning: singular matrix:  check node d",)


def test_a_singular_matrix_passed_by_a_ramp_of_the_sources_is_a_failure() -> None:
    lines = [*STEPPING, "Note: Transient op started", "Note: Transient op finished successfully"]
    assert failures(lines) == ("Warning: singular matrix:  check node d",)


def test_a_ramp_of_the_sources_without_a_singular_matrix_is_no_failure() -> None:
    assert failures(["Note: Transient op finished successfully"]) == ()


def test_an_abort_is_quoted_with_the_singular_matrix_before_it() -> None:
    abort = "doAnalyses: TRAN:  Timestep too small; initial timepoint: cause unrecorded."
    assert failures([*STEPPING, abort]) == (STEPPING[0], abort)


@pytest.mark.parametrize(
    "line",
    [
        "unrecognized parameter (bogus) - ignored",
        "warning, can't find model 'nosuch' from line",
        "Warning: r1: resistance to low, set to 1 mOhm",
        "Warning : IC on non-existent node - nosuch, ignored",
        "Error: circuit not parsed.",
        "anything that nobody has seen before",
    ],
)
def test_what_leaves_a_part_of_the_deck_out_is_a_failure(line: str) -> None:
    assert failures([line]) == (line,)


def test_a_step_out_of_a_functions_domain_is_taken_back_and_no_failure() -> None:
    lines = ["Error: -0.2 out of range for log", "in line b1"]
    assert failures(lines) == ()
    assert warnings(lines) == ("Error: -0.2 out of range for log",)


def test_each_line_is_quoted_once() -> None:
    assert failures(["Fatal error: x", "  Fatal error: x "]) == ("Fatal error: x",)


def test_nothing_said_is_nothing_wrong() -> None:
    assert failures([]) == warnings([]) == ()
    assert not is_fatal([])


def test_ngspice_that_gives_itself_up_is_fatal() -> None:
    assert is_fatal(["Error: ngspice.dll cannot recover and awaits to be detached"])


def test_that_bsim_s_parameters_are_checked_is_no_failure() -> None:
    assert failures(["Checking parameters for BSIM 3.3 model m.mm"]) == ()
