"""What the catalogue's own circuits are, run by ngspice and looked at as if nothing were known."""

from __future__ import annotations

from dataclasses import asdict, replace
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pytest

from spiketwin.circuits.bench import render
from spiketwin.circuits.engine import simulate
from spiketwin.compare.catalogue import find_twin
from spiketwin.compare.durations import default_duration
from spiketwin.compare.levels import find_level
from spiketwin.compare.validate.waveforms.figures import NeuronClass
from spiketwin.compare.validate.waveforms.observation import Drive, Observation
from spiketwin.compare.validate.waveforms.understanding import Understanding, understand

if TYPE_CHECKING:
    from spiketwin.models import Neuron, Stimulus


@cache
def observed(name: str, level: str = "ideal") -> tuple[Observation, ...]:
    """A twin's circuit at its defaults, at two accuracies."""
    twin = find_twin(name)
    neuron: Neuron = twin.neuron()
    stimulus: Stimulus = twin.default_stimulus(neuron)
    circuit = find_level(name, twin.levels, level)
    runs = []
    for refinement in (1, 2):
        deck = render(
            circuit.netlist,
            neuron,
            stimulus,
            duration=default_duration(neuron, stimulus),
            max_step=neuron.time_scale / (120 * refinement),
            parts={} if circuit.parts is None else asdict(circuit.parts),
            options={k: v / 4 ** (refinement - 1) for k, v in circuit.options.items()},
        )
        traces = simulate(deck).traces
        drive = Drive(stimulus=stimulus, unit="A", name="Iin")
        runs.append(Observation(membrane=traces["mem"], spike=traces["spike"], drive=drive))
    return tuple(runs)


def value(found: Understanding, key: str) -> float:
    figure = found.figure(key)
    assert figure is not None, f"{key} is not shown"
    return figure.value


@pytest.mark.parametrize("level", ["ideal", "transistor"])
@pytest.mark.parametrize("seen", ["all", "membrane alone"])
def test_the_leaky_circuit_is_a_leaky_neuron_of_its_own_parameters(level: str, seen: str) -> None:
    # R = 100 kΩ, C = 100 nF, threshold 1 V, reset 0 V, 2 ms
    runs = observed("lif", level)
    if seen != "all":
        runs = tuple(replace(run, spike=None, drive=None) for run in runs)
    found = understand(runs)
    assert found.kind is NeuronClass.LIF
    assert len(found.events.spikes.train) > 20
    assert value(found, "tau") == pytest.approx(10e-3, rel=1e-4)
    # of MOS transistors the threshold is a few millivolts off, as docs/levels.md says
    assert value(found, "threshold") == pytest.approx(1.0, abs=1e-4 if level == "ideal" else 1e-2)
    assert value(found, "reset") == pytest.approx(0.0, abs=1e-4 if level == "ideal" else 1e-2)
    assert value(found, "refractory") == pytest.approx(2e-3, rel=1e-3)
    if seen == "all":
        assert value(found, "capacitance") == pytest.approx(100e-9, rel=1e-4)
        assert value(found, "rheobase") == pytest.approx(10e-6, rel=1e-2)
    assert [c.name for c in found.candidates[:1]] == ["lif-refractory"]
    assert found.candidates[0].weight == pytest.approx(1.0, abs=1e-6)


def test_the_leakless_circuit_is_a_perfect_integrator_of_its_own_capacitance() -> None:
    found = understand(observed("if"))
    assert found.kind is NeuronClass.PERFECT_INTEGRATOR
    assert found.figure("tau") is None
    assert value(found, "capacitance") == pytest.approx(100e-9, rel=1e-4)
    assert found.candidates[0].name == "if-refractory"


def test_the_adaptive_circuit_adapts_with_its_own_two_time_constants() -> None:
    found = understand(observed("alif"))
    assert found.kind is NeuronClass.ADAPTING
    assert value(found, "tau") == pytest.approx(10e-3, rel=1e-4)
    assert value(found, "adaptation_increment") == pytest.approx(1e-6, rel=1e-4)
    assert value(found, "adaptation_time_constant") == pytest.approx(100e-3, rel=1e-4)
    by_name = {candidate.name: candidate for candidate in found.candidates}
    assert by_name["alif"].rms < 1e-3 * by_name["lif-refractory"].rms


@pytest.mark.parametrize("seen", ["all", "membrane alone"])
def test_a_lifted_threshold_is_found_also_without_its_first_spike(seen: str) -> None:
    runs = observed("lif-threshold")
    if seen != "all":
        # of an unknown drive the time before the first spike is left out
        runs = tuple(replace(run, spike=None, drive=None) for run in runs)
    found = understand(runs)
    assert found.kind is NeuronClass.ADAPTING
    assert value(found, "threshold") == pytest.approx(1.0, rel=1e-4)
    assert value(found, "threshold_increment") == pytest.approx(0.2, rel=1e-3)
    assert value(found, "threshold_time_constant") == pytest.approx(30e-3, rel=1e-3)


def test_the_axon_hillock_is_an_integrator_whose_reset_takes_time() -> None:
    found = understand(observed("axon-hillock"))
    assert found.kind is NeuronClass.PERFECT_INTEGRATOR
    # C_mem + C_fb; V_sw; V_sw − V_dd·C_fb/C; C_fb·V_dd/(I_reset − I) at I = 20 nA
    assert value(found, "capacitance") == pytest.approx(150e-12, rel=1e-4)
    assert value(found, "threshold") == pytest.approx(1.65, rel=1e-4)
    assert value(found, "reset") == pytest.approx(0.55, rel=1e-4)
    assert value(found, "refractory") == pytest.approx(50e-12 * 3.3 / 80e-9, rel=1e-4)


def test_a_membrane_that_follows_no_exponential_gets_no_time_constant() -> None:
    found = understand(observed("fitzhugh-nagumo"))
    assert found.kind is NeuronClass.RELAXATION
    assert len(found.events.spikes.train) > 3
    assert found.figure("tau") is None


def test_figures_say_how_far_two_accuracies_are_apart() -> None:
    coarse, fine = observed("lif")
    alone, both = understand([fine]), understand([coarse, fine])
    before = value(understand([coarse]), "tau")
    tau = both.figure("tau")
    assert tau is not None
    assert tau.standard_error is not None
    change = abs(before - value(alone, "tau"))
    assert 0 < change <= tau.standard_error
    # the trapezoidal rule's error falls to a quarter: what is left is a third of the change
    assert abs(tau.value - 10e-3) < tau.standard_error
    assert np.isfinite([f.value for f in both.figures]).all()
