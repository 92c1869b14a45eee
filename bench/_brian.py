"""The leaky neuron in Brian2: exact from point to point of a grid, and spikes on the grid's points.

Source: Stimberg, Brette and Goodman (eLife 8:e47314, 2019); the integrator is ``exact``.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import brian2
import numpy as np
from brian2 import amp, farad, ohm, second, volt

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from spiketwin.models import LeakyNeuron

VERSION = brian2.__version__


def trains(
    neuron: LeakyNeuron,
    offsets: NDArray[np.float64],
    levels: NDArray[np.float64],
    hold: float,
    *,
    step: float,
) -> tuple[list[NDArray[np.float64]], float]:
    """Return each neuron's spikes in seconds, and the wall time of the simulation in seconds.

    Neuron i is driven by offsets[i] + levels[k] amperes from k·hold to (k + 1)·hold. A spike's time
    is the begin of the step in which the threshold is crossed. Code generation is not in the time.
    """
    brian2.start_scope()
    brian2.defaultclock.dt = step * second
    group = brian2.NeuronGroup(
        offsets.size,
        """
        dv/dt = (leak - v + resistance * (offset + level(t))) / tau : volt (unless refractory)
        offset : amp (constant)
        """,
        threshold="v >= threshold",
        reset="v = reset",
        refractory=neuron.refractory * second,
        method="exact",
        namespace={
            "leak": neuron.leak_potential * volt,
            "resistance": neuron.resistance * ohm,
            "tau": neuron.resistance * ohm * neuron.capacitance * farad,
            "threshold": neuron.threshold * volt,
            "reset": neuron.reset * volt,
            "level": brian2.TimedArray(levels * amp, dt=hold * second),
        },
    )
    group.v = neuron.initial_potential * volt
    group.offset = offsets * amp
    monitor = brian2.SpikeMonitor(group)
    network = brian2.Network(group, monitor)
    network.store()
    network.run(step * second)
    network.restore()
    begin = time.perf_counter()
    network.run(step * second)
    prepared = time.perf_counter()
    network.restore()
    resumed = time.perf_counter()
    network.run(hold * levels.size * second)
    seconds = time.perf_counter() - resumed - (prepared - begin)
    spikes = monitor.spike_trains()
    return [np.asarray(spikes[k] / second) for k in range(offsets.size)], seconds


def code() -> str:
    """Return what Brian2 runs its loops in: ``cython``, or ``numpy`` where there is no compiler."""
    return str(brian2.get_device().code_object_class().class_name)
