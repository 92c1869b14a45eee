"""Stimuli as one types them, and the list of them."""

from __future__ import annotations

from typing import get_args

import pytest

from spiketwin.cli.main import main
from spiketwin.models import (
    AlphaSynapse,
    Constant,
    GivenTrain,
    OrnsteinUhlenbeck,
    ParameterError,
    PiecewiseLinear,
    PoissonTrain,
    PulseSynapse,
    RegularTrain,
    Sine,
    Step,
    Sum,
)
from spiketwin.models.stimuli import Part
from spiketwin.models.stimuli.typed import parse_stimulus


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


def test_a_synapse_takes_the_settings_of_one_spike_train_among_its_own(tmp_path) -> None:
    path = tmp_path / "spikes.csv"
    path.write_text("time\n0.002  # the first\n\n0.0051\n")
    for text, train in (
        ("rate=0.1k,seed=2", PoissonTrain(rate=100.0, seed=2)),
        ("period=5m", RegularTrain(period=5e-3)),
        ("onset=1m,period=5m", RegularTrain(period=5e-3, onset=1e-3)),
        (f"file={path}", GivenTrain(times=(0.002, 0.0051))),
    ):
        alpha = parse_stimulus(f"alpha-synapse:weight=-20u,{text},time_constant=5ms")
        assert alpha == AlphaSynapse(weight=-20e-6, time_constant=5e-3, spikes=train)
        pulse = parse_stimulus(f"pulse-synapse:{text},weight=20uA,width=1m,rise=1u")
        assert pulse == PulseSynapse(weight=20e-6, width=1e-3, rise=1e-6, spikes=train)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("weight=1u", "exponential-synapse needs one spike train, got none; give rate and seed"),
        ("weight=1u,rate=1,seed=1,period=1", "needs one spike train, got 2; give rate and seed"),
        ("rate=1,seed=1", "exponential-synapse needs weight and time_constant; add weight=…"),
        ("weight=1u,time_constant=1m,rate=9", "exponential-synapse needs seed; add seed=…"),
        ("wieght=1u,rate=1,seed=1", "has no parameter 'wieght'; did you mean 'weight'"),
        ("spikes=1,rate=1,seed=1", "exponential-synapse has no parameter 'spikes'; it has: weight"),
        ("weight=1u,time_constant=0,rate=1,seed=1", r"ExponentialSynapse\.time_constant must be"),
        ("weight=1u,time_constant=1m,rate=-1,seed=1", r"PoissonTrain\.rate must be positive"),
        ("weight=1u,time_constant=1m,file=no.csv", "no.csv: cannot be read .*; check the path"),
    ],
)
def test_a_synapse_typed_wrongly_is_told_what_is_missing(text: str, says: str) -> None:
    with pytest.raises(ParameterError, match=says):
        parse_stimulus(f"exponential-synapse:{text}")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("", "holds no data; write one spike's time in seconds a line"),
        ("1e-3,2\n", "line 1: must have one column, a spike's time in seconds; got 2"),
        ("time\n1m\n", "line 2: a spike's time in seconds must be a finite number, got '1m'"),
        ("0.2\n0.1\n", "line 2: time must increase, got '0.1' s after 0.2 s; sort the lines"),
        ("-0.2\n", "line 1: time must not be negative, got '-0.2' s"),
    ],
)
def test_a_file_of_spike_times_is_refused_by_its_line(tmp_path, content: str, says: str) -> None:
    path = tmp_path / "spikes.csv"
    path.write_text(content)
    with pytest.raises(ParameterError, match=says):
        parse_stimulus(f"pulse-synapse:weight=1u,width=1m,file={path}")


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
