"""Stimuli as one types them, and the list of them."""

from __future__ import annotations

from typing import get_args

import pytest

from spiketwin.cli.main import main
from spiketwin.cli.stimulus_grammar import parse_stimulus
from spiketwin.models import (
    Constant,
    OrnsteinUhlenbeck,
    ParameterError,
    PiecewiseLinear,
    Sine,
    Step,
    Sum,
)
from spiketwin.models.stimuli import Part


def test_stimuli_joined_by_a_plus_are_a_sum() -> None:
    step, sine = Step(current=10e-6), Sine(amplitude=3e-6, frequency=50.0)
    for text in (
        "step:current=10u + sine:amplitude=3u,frequency=50",
        "step:current=10u+sine:amplitude=3u,frequency=50",
    ):
        assert parse_stimulus(text) == Sum(parts=(step, sine))


def test_the_plus_of_a_number_and_of_a_file_joins_nothing(tmp_path) -> None:
    assert parse_stimulus("constant:current=+1e+0") == Constant(current=1.0)
    path = tmp_path / "a+b.csv"
    path.write_text("0,1e-6\n1,2e-6\n")
    assert isinstance(parse_stimulus(f"pwl:file={path}"), PiecewiseLinear)
    both = parse_stimulus(f"pwl:file={path} + constant:current=1u")
    assert isinstance(both, Sum)
    assert [part.kind for part in both.parts] == ["pwl", "constant"]


def test_noise_is_typed_as_mean_deviation_memory_and_seed() -> None:
    assert parse_stimulus("noise:mean=15u,sigma=5uA,tau=5ms,seed=1") == OrnsteinUhlenbeck(
        mean=15e-6, sigma=5e-6, tau=5e-3, seed=1
    )


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("stp:current=1u + sine:amplitude=1u,frequency=1", "did you mean 'step'"),
        ("step:current=1u + sine:amplitude=1u", "sine needs frequency"),
        ("step:current=1u + ", "there is no stimulus ''"),
        ("sum:parts=1", "there is no stimulus 'sum'; there are: constant, step"),
        ("noise:mean=1u,sigma=1u,hold=1m,seed=1", "noise has no parameter 'hold'"),
    ],
)
def test_a_bad_part_is_named(text: str, says: str) -> None:
    with pytest.raises(ParameterError, match=says):
        parse_stimulus(text)


def test_the_list_shows_each_kind_with_its_parameters_and_a_plot(capsys) -> None:
    assert main(["stimuli"]) == 0
    said = capsys.readouterr().out
    kinds = [kind.kind for kind in get_args(Part)]
    assert len(kinds) >= 10
    for kind in (*kinds, "sum"):
        assert f"\n{kind}: " in f"\n{said}"
    for line in ("tau / 10", "hold / 100", "initial_frequency", "increment", "1 µs", "needed"):
        assert line in said
    plots = [line for line in said.splitlines() if any("\u2801" <= c <= "\u28ff" for c in line)]
    assert len(plots) >= 2 * len(kinds)
    # what the list tells one to type can be typed
    typed = [line.split("'")[1] for line in said.splitlines() if "--stimulus '" in line]
    assert len(typed) == len(kinds) + 1
    for text in typed:
        if "file=" not in text:
            parse_stimulus(text)
