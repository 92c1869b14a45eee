"""``spiketwin stimuli``: what can drive a neuron, with a small plot of an example of each kind."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np
from rich.table import Table
from rich.text import Text

from spiketwin.cli.terminal import Output
from spiketwin.compare.sparkline import sparkline
from spiketwin.models.quantities import UNITS, engineering
from spiketwin.models.stimuli import PiecewiseLinear
from spiketwin.models.stimuli.presynaptic import GivenTrain
from spiketwin.models.stimuli.synapses import FilteredSynapse, PulseSynapse
from spiketwin.models.stimuli.typed import TRAINS, parse_stimulus

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spiketwin.models import Stimulus

# what one would type, and how many seconds show it
EXAMPLES = (
    ("constant:current=20u", 0.1),
    ("step:current=20u,onset=20m", 0.1),
    ("staircase:initial=5u,increment=5u,hold=20m,steps=4", 0.1),
    ("pulses:current=60u,width=5m,period=25m,onset=5m", 0.1),
    ("poisson:current=20u,width=5m,rate=100,seed=2", 0.1),
    ("pulse-synapse:weight=20u,width=5m,period=15m,onset=5m", 0.1),
    ("exponential-synapse:weight=20u,time_constant=5m,rate=100,seed=2", 0.1),
    ("alpha-synapse:weight=20u,time_constant=5m,rate=100,seed=2", 0.1),
    ("ramp:initial=0,final=30u,length=60m,onset=20m", 0.1),
    ("sine:amplitude=10u,frequency=30,offset=15u", 0.1),
    ("chirp:amplitude=10u,initial_frequency=5,final_frequency=100,length=200m,offset=15u", 0.2),
    ("noise:mean=15u,sigma=5u,tau=5m,seed=1", 0.1),
    ("held-noise:mean=15u,sigma=5u,hold=2m,seed=1", 0.1),
    ("step:current=15u,onset=20m + sine:amplitude=3u,frequency=50", 0.1),
)
RECORDING = PiecewiseLinear(
    times=np.array([0, 20e-3, 30e-3, 60e-3, 70e-3]),
    currents=np.array([5e-6, 5e-6, 25e-6, 10e-6, 18e-6]),
)
WIDTH = 60  # characters


def run_stimuli() -> int:
    """Print each kind with its parameters, their units and defaults; return the exit code."""
    console = Output()
    for text, stimulus, duration in _examples():
        about = (type(stimulus).__doc__ or "").splitlines()[0]
        console.print(Text.assemble((stimulus.kind, "bold"), f": {about}"))
        for line in sparkline(stimulus.current_at(np.linspace(0, duration, 2 * WIDTH))):
            console.print(f"  {line}", style="cyan", highlight=False)
        console.print(f"  --stimulus '{text}'", highlight=False, soft_wrap=True)
        table = Table("parameter", "unit", "default", box=None, header_style="dim")
        for row in _parameters(stimulus):
            table.add_row(*row)
        if table.row_count:
            console.print(table)
        console.print()
    return 0


def _examples() -> Iterator[tuple[str, Stimulus, float]]:
    yield from ((text, parse_stimulus(text), duration) for text, duration in EXAMPLES)
    yield "pwl:file=CURRENT.csv", RECORDING, 0.1


def _parameters(stimulus: Stimulus) -> Iterator[tuple[str, str, str]]:
    if isinstance(stimulus, PiecewiseLinear):
        yield "file", "a path", "needed: time in seconds, current in amperes"
        return
    for field in dataclasses.fields(stimulus):
        if field.name in UNITS:
            yield field.name, UNITS[field.name], _default(field)
    if isinstance(stimulus, PulseSynapse | FilteredSynapse):
        yield from _train_parameters()


def _train_parameters() -> Iterator[tuple[str, str, str]]:
    """Yield the settings of each kind of spike train; a synapse takes those of one."""
    for train in TRAINS:
        about = f"for a {train.kind} train"
        if train is GivenTrain:
            yield "file", "a path", f"{about}: spike times in seconds"
        else:
            for field in dataclasses.fields(train):
                yield field.name, UNITS[field.name], f"{_default(field)}, {about}"


def _default(field: dataclasses.Field[float]) -> str:
    if field.default is dataclasses.MISSING:
        return "needed"
    if field.default is None:
        return str(field.metadata["default"])
    return engineering(field.default, UNITS[field.name])
