"""The catalogue: every neuron that exists as a circuit and as a model. One entry a neuron, here."""

from __future__ import annotations

from difflib import get_close_matches
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from spiketwin.compare.as_built import measure_as_built
from spiketwin.compare.as_built.axon_hillock import measure_axon_hillock
from spiketwin.compare.as_built.integrator import measure_integrator
from spiketwin.compare.as_built.remembering import measure_adaptive, measure_moving_threshold
from spiketwin.compare.as_built.resetting import measure_resetting
from spiketwin.compare.as_built.upstroke import measure_upstroke
from spiketwin.compare.axon_hillock_levels import AXON_HILLOCK_LEVELS
from spiketwin.compare.default_stimuli import (
    sine_of_three_units,
    step_beyond_rheobase,
    step_beyond_threshold,
    step_of_the_membrane,
    step_onto_the_rising_branch,
    step_that_fills,
    step_to_a_fifth_of_the_reset,
    step_to_repetitive_firing,
    step_to_tonic_firing,
    step_to_twice_threshold,
)
from spiketwin.compare.lif_levels import LIF_LEVELS
from spiketwin.compare.schematics.alif import draw_alif
from spiketwin.compare.schematics.artificial import draw_artificial
from spiketwin.compare.schematics.axon_hillock import draw_axon_hillock
from spiketwin.compare.schematics.fitzhugh_nagumo import draw_fitzhugh_nagumo
from spiketwin.compare.schematics.hodgkin_huxley import draw_hodgkin_huxley
from spiketwin.compare.schematics.integrator import draw_integrator
from spiketwin.compare.schematics.lif import draw_lif
from spiketwin.compare.schematics.lif_threshold import draw_lif_threshold
from spiketwin.compare.schematics.runaway import (
    draw_adaptive_exponential,
    draw_exponential,
    draw_izhikevich,
    draw_quadratic,
)
from spiketwin.compare.transfer.static_twin import StaticTwin
from spiketwin.compare.twin import Twin
from spiketwin.models import (
    AdaptiveNeuron,
    IntegratorNeuron,
    LeakyNeuron,
    MovingThresholdNeuron,
    firing_rate,
    integrator_rate,
    predict_next,
    predict_next_integrated,
    predict_next_remembering,
    solve,
    solve_integrator,
    solve_remembering,
)
from spiketwin.models.errors import ParameterError
from spiketwin.models.neurons.adex import (
    AdaptiveExponentialNeuron,
    ExponentialNeuron,
    predict_next_adaptive_exponential,
    predict_next_exponential,
    solve_adaptive_exponential,
    solve_exponential,
)
from spiketwin.models.neurons.artificial import ArtificialNeuron
from spiketwin.models.neurons.axon_hillock import (
    AxonHillockNeuron,
    axon_hillock_latency,
    axon_hillock_rate,
)
from spiketwin.models.neurons.fitzhugh_nagumo import FitzHughNagumoNeuron, solve_fitzhugh_nagumo
from spiketwin.models.neurons.hodgkin_huxley import HodgkinHuxleyNeuron, solve_hodgkin_huxley
from spiketwin.models.neurons.izhikevich import (
    IzhikevichNeuron,
    predict_next_izhikevich,
    solve_izhikevich,
)
from spiketwin.models.neurons.latency import integrator_latency, leaky_latency
from spiketwin.models.neurons.qif import (
    QuadraticNeuron,
    predict_next_quadratic,
    quadratic_rate,
    solve_quadratic,
)
from spiketwin.models.solvers.solve_axon_hillock import (
    predict_next_axon_hillock,
    solve_axon_hillock,
)

if TYPE_CHECKING:
    from collections.abc import Mapping


IF = Twin(
    name="if",
    title="Perfect integrate-and-fire neuron",
    summary="a bucket without a hole: a capacitor, comparator, one-shot and reset switch",
    neuron=IntegratorNeuron,
    netlist="if",
    solve=solve_integrator,
    predict_next=predict_next_integrated,
    measure=measure_integrator,
    measured=("threshold", "reset", "refractory", "capacitance"),
    default_stimulus=step_that_fills,
    draw=draw_integrator,
    firing_rate=integrator_rate,
    first_spike=integrator_latency,
)

LIF = Twin(
    name="lif",
    title="Leaky integrate-and-fire neuron",
    summary="a leaky bucket: RC membrane, comparator, one-shot and reset switch",
    neuron=LeakyNeuron,
    netlist="lif",
    solve=solve,
    predict_next=predict_next,
    measure=measure_as_built,
    default_stimulus=step_to_twice_threshold,
    draw=draw_lif,
    firing_rate=firing_rate,
    first_spike=leaky_latency,
    real_levels=LIF_LEVELS,
)

MOVING_THRESHOLD = Twin(
    name="lif-threshold",
    title="Leaky integrate-and-fire neuron with a moving threshold",
    summary="a second RC lifts the threshold after each spike: relative refractoriness",
    neuron=MovingThresholdNeuron,
    netlist="lif_threshold",
    solve=solve_remembering,
    predict_next=predict_next_remembering,
    measure=measure_moving_threshold,
    measured=(
        *("tau", "threshold", "reset", "refractory"),
        *("threshold_increment", "threshold_time_constant"),
    ),
    default_stimulus=step_of_the_membrane,
    draw=draw_lif_threshold,
    first_spike=leaky_latency,
)

ADAPTIVE = Twin(
    name="alif",
    title="Adaptive leaky integrate-and-fire neuron",
    summary="a second RC takes current from the membrane after each spike: adaptation",
    neuron=AdaptiveNeuron,
    netlist="alif",
    solve=solve_remembering,
    predict_next=predict_next_remembering,
    measure=measure_adaptive,
    measured=(
        *("tau", "threshold", "reset", "refractory"),
        *("adaptation_increment", "adaptation_time_constant"),
    ),
    default_stimulus=step_of_the_membrane,
    draw=draw_alif,
    first_spike=leaky_latency,
)

QUADRATIC = Twin(
    name="qif",
    title="Quadratic integrate-and-fire neuron",
    summary="a parabola makes the spike's upstroke: the simplest membrane that runs away",
    neuron=QuadraticNeuron,
    netlist="qif",
    solve=solve_quadratic,
    predict_next=predict_next_quadratic,
    measure=measure_resetting,
    measured=("reset",),
    default_stimulus=step_beyond_rheobase,
    draw=draw_quadratic,
    firing_rate=quadratic_rate,
)

EXPONENTIAL = Twin(
    name="eif",
    title="Exponential integrate-and-fire neuron",
    summary="a diode makes the spike's upstroke; it rounds off the threshold",
    neuron=ExponentialNeuron,
    netlist="eif",
    solve=solve_exponential,
    predict_next=predict_next_exponential,
    measure=measure_resetting,
    measured=("reset",),
    default_stimulus=step_beyond_threshold,
    draw=draw_exponential,
)

ADAPTIVE_EXPONENTIAL = Twin(
    name="adex",
    title="Adaptive exponential integrate-and-fire neuron",
    summary="the diode's upstroke, and a second RC that tires it: tonic, adapting, bursting",
    neuron=AdaptiveExponentialNeuron,
    netlist="adex",
    solve=solve_adaptive_exponential,
    predict_next=predict_next_adaptive_exponential,
    measure=measure_resetting,
    measured=("reset",),
    default_stimulus=step_beyond_threshold,
    draw=draw_adaptive_exponential,
)

IZHIKEVICH = Twin(
    name="izhikevich",
    title="Izhikevich's neuron",
    summary="a quadratic membrane and a recovery current: many firing patterns from four numbers",
    neuron=IzhikevichNeuron,
    netlist="izhikevich",
    solve=solve_izhikevich,
    predict_next=predict_next_izhikevich,
    measure=measure_resetting,
    measured=("reset",),
    default_stimulus=step_to_tonic_firing,
    draw=draw_izhikevich,
)

AXON_HILLOCK = Twin(
    name="axon-hillock",
    title="Axon-Hillock neuron",
    summary="an amplifier whose output lifts its own input by a capacitor: a pulse with a width",
    neuron=AxonHillockNeuron,
    netlist="axon_hillock",
    solve=solve_axon_hillock,
    predict_next=predict_next_axon_hillock,
    measure=measure_axon_hillock,
    measured=("capacitance", "switching_voltage", "reset_current"),
    default_stimulus=step_to_a_fifth_of_the_reset,
    draw=draw_axon_hillock,
    firing_rate=axon_hillock_rate,
    first_spike=axon_hillock_latency,
    real_levels=AXON_HILLOCK_LEVELS,
)

# no switch restarts the solver, and what Newton's method leaves over adds up from spike to spike
SMOOTH = MappingProxyType({"reltol": 1e-6, "vntol": 1e-9, "abstol": 1e-15})

FITZHUGH_NAGUMO = Twin(
    name="fitzhugh-nagumo",
    title="FitzHugh and Nagumo's neuron",
    summary="a cubic conductance and a coil: spikes that nothing resets",
    neuron=FitzHughNagumoNeuron,
    netlist="fitzhugh_nagumo",
    solve=solve_fitzhugh_nagumo,
    predict_next=None,
    measure=measure_upstroke,
    measured=(),
    default_stimulus=step_onto_the_rising_branch,
    draw=draw_fitzhugh_nagumo,
    options=SMOOTH,
)

HODGKIN_HUXLEY = Twin(
    name="hodgkin-huxley",
    title="Hodgkin and Huxley's membrane",
    summary="sodium and potassium through gates on capacitors: the squid's axon of 1952",
    neuron=HodgkinHuxleyNeuron,
    netlist="hodgkin_huxley",
    solve=solve_hodgkin_huxley,
    predict_next=None,
    measure=measure_upstroke,
    measured=(),
    default_stimulus=step_to_repetitive_firing,
    draw=draw_hodgkin_huxley,
    options=SMOOTH,
)

TWINS: Mapping[str, Twin[Any]] = MappingProxyType(
    {
        twin.name: twin
        for twin in (
            IF,
            AXON_HILLOCK,
            LIF,
            MOVING_THRESHOLD,
            ADAPTIVE,
            QUADRATIC,
            EXPONENTIAL,
            ADAPTIVE_EXPONENTIAL,
            IZHIKEVICH,
            FITZHUGH_NAGUMO,
            HODGKIN_HUXLEY,
        )
    }
)

ARTIFICIAL = StaticTwin(
    name="artificial",
    title="Artificial neuron",
    summary="adds and squashes, with no time in it: op-amps, a rectifier or a transistor pair",
    neuron=ArtificialNeuron,
    netlists=MappingProxyType(
        {
            "relu": ("artificial_sum", "artificial_relu"),
            "sigmoid": ("artificial_sum", "artificial_pair"),
            "tanh": ("artificial_sum", "artificial_pair"),
            "step": ("artificial_sum", "artificial_step"),
        }
    ),
    default_stimulus=sine_of_three_units,
    draw=draw_artificial,
)

# what spikes and what does not
ENTRIES: Mapping[str, Twin[Any] | StaticTwin] = MappingProxyType(
    {ARTIFICIAL.name: ARTIFICIAL, **TWINS}
)


def find_entry(name: str) -> Twin[Any] | StaticTwin:
    """Return the catalogue's entry, of either kind.

    Raises:
        ParameterError: where there is none of that name; the message suggests the nearest.
    """
    if name in ENTRIES:
        return ENTRIES[name]
    near = get_close_matches(name, ENTRIES, n=1, cutoff=0.4)
    hint = f"did you mean {near[0]!r}?" if near else f"there are: {', '.join(ENTRIES)}"
    raise ParameterError(f"there is no neuron {name!r} in the catalogue; {hint}")


def find_twin(name: str) -> Twin[Any]:
    """Return the catalogue's entry of a neuron that spikes.

    Raises:
        ParameterError: where there is none of that name, the message suggesting the nearest; or
            where the neuron does not spike.
    """
    entry = find_entry(name)
    if isinstance(entry, StaticTwin):
        raise ParameterError(
            f"the neuron {name!r} has no spikes; 'spiketwin compare {name}' compares its transfer, "
            f"'spiketwin check {name}' under 7 stimuli; those that spike are: {', '.join(TWINS)}"
        )
    return entry
