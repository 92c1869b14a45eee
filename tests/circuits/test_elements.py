"""The faults found in ngspice's expanded listing; the listings here are ngspice 39's own words."""

from __future__ import annotations

import pytest

from spiketwin.circuits.elements import complaints, watched


@pytest.mark.parametrize(
    "line",
    [
        "15 : r.x1.r1 mem x1.el   1.000000000000000e+07   ",
        "17 : c.x1.c1 mem 0   1.000000000000000e-09   ic=   0.000000000000000e+00   ",
        "33 : iin 0 mem dc 0.2u",
        "22 : s.x1.sc x1.vdd spike x1.e 0 x1:sc ",
        "7 : e2 c 0 e2_int1 0 1",
        "26 : b.x1.bc spike 0 i= (    9.9e-12    ) *   8.0e-01 / (    2.0e-03    ) * min ( 1 , 2 )",
        "8 : b2 c 0 v= v(b) / (   1.0000000000e+00 - 3 )",
        "34 : .tran 100u 0.35 0 100u uic",
        "36 : .end",
        "lif bench",
        "",
    ],
)
def test_a_sound_line_is_not_complained_of(line: str) -> None:
    assert complaints([line]) == []
    assert watched([line]) == []


@pytest.mark.parametrize(
    "divisor",
    [
        "0.0000000000e+00",
        "-0.0000000000e+00",
        "(    0.000000000000000e+00    )",
        "(   2.0000000000e+00 -   2.0000000000e+00 )",
        "( 3 * ( 1 - 1 ) )",
        "( -( 1 ) + 1 )",
    ],
)
def test_a_constant_divisor_of_zero_is_complained_of(divisor: str) -> None:
    (complaint,) = complaints([f"7 : b2 c 0 v=   1.0000000000e+00 / {divisor} + v(b)"])
    assert "divides by zero" in complaint


def test_what_divides_by_the_circuit_is_watched() -> None:
    listing = [
        "7 : b2 c 0 v=   1.0000000000e+00 / v(b)",
        "8 : b.x1.b3 q 0 i= (   1.0000000000e+00 / ( v(b) ) )",
        "9 : b4 q 0 v= v(b) / 2",
        "10 : r1 q 0 1",
    ]
    assert complaints(listing) == []
    assert watched(listing) == ["@b2[v]", "@b.x1.b3[i]"]


def test_a_name_that_is_a_command_to_ngspice_is_complained_of_and_not_watched() -> None:
    listing = ["7 : b`id` c 0 v=   1.0000000000e+00 / v(b)"]
    (complaint,) = complaints(listing)
    assert "no plain name" in complaint
    assert watched(listing) == []
