"""The leaky neuron in NEST: ``iaf_psc_delta_ps``, whose spikes lie between the grid's points.

Source: Hanuschkin et al. (Front. Neuroinform. 4:113, 2010), who state machine precision for it.
"""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

os.environ["PYNEST_QUIET"] = "1"  # no banner; read when nest is imported

import nest
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from spiketwin.models import LeakyNeuron

VERSION = nest.__version__


def trains(
    neuron: LeakyNeuron,
    offsets: NDArray[np.float64],
    levels: NDArray[np.float64],
    hold: float,
    *,
    step: float,
) -> tuple[list[NDArray[np.float64]], float]:
    """Return each neuron's spikes in seconds, and the wall time of the simulation in seconds.

    Neuron i is driven by offsets[i] + levels[k] amperes from k·hold to (k + 1)·hold. One thread.
    """
    nest.ResetKernel()
    nest.verbosity = nest.VerbosityLevel.ERROR
    nest.resolution = 1e3 * step
    nest.local_num_threads = 1
    neurons = nest.Create(
        "iaf_psc_delta_ps",
        offsets.size,
        params={
            "tau_m": 1e3 * neuron.time_constant,
            "C_m": 1e12 * neuron.capacitance,
            "E_L": 1e3 * neuron.leak_potential,
            "V_m": 1e3 * neuron.initial_potential,
            "V_th": 1e3 * neuron.threshold,
            "V_reset": 1e3 * neuron.reset,
            "t_ref": 1e3 * neuron.refractory,
        },
    )
    neurons.I_e = (1e12 * (offsets + levels[0])).tolist()
    if levels.size > 1:
        # a generator's current arrives one delay after it is sent, and the least delay is a step
        sent = np.round(hold * np.arange(1, levels.size) / step - 1) * step
        generator = nest.Create(
            "step_current_generator",
            params={
                "amplitude_times": 1e3 * sent,
                "amplitude_values": 1e12 * (levels[1:] - levels[0]),
            },
        )
        nest.Connect(generator, neurons, syn_spec={"delay": 1e3 * step})
    recorder = nest.Create("spike_recorder")
    nest.Connect(neurons, recorder)

    begin = time.perf_counter()
    nest.Simulate(1e3 * hold * levels.size)
    seconds = time.perf_counter() - begin

    events = recorder.events
    order = np.lexsort((events["times"], events["senders"]))
    bounds = np.searchsorted(events["senders"][order], neurons.tolist())
    return np.split(1e-3 * events["times"][order], bounds[1:]), seconds
