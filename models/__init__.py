"""The analytic twins: parameters, stimuli, spike trains, and exact solutions. Knows no circuit."""

from spiketwin.models.errors import (
    DeckError,
    FitError,
    ParameterError,
    SimulationError,
    SpiketwinError,
)
from spiketwin.models.neurons import Neuron
from spiketwin.models.neurons.adaptive import AdaptiveNeuron
from spiketwin.models.neurons.constant_current import constant_current_trains
from spiketwin.models.neurons.leaky import LeakyNeuron, firing_period, firing_rate
from spiketwin.models.neurons.moving_threshold import MovingThresholdNeuron
from spiketwin.models.neurons.perfect_integrator import (
    IntegratorNeuron,
    integrator_period,
    integrator_rate,
    predict_next_integrated,
    solve_integrator,
)
from spiketwin.models.solvers.integrate_and_fire import ResetSolution
from spiketwin.models.solvers.solution import Solution
from spiketwin.models.solvers.solve import predict_next, solve
from spiketwin.models.solvers.solve_remembering import (
    RememberingSolution,
    predict_next_remembering,
    solve_remembering,
)
from spiketwin.models.stimuli import (
    AlphaSynapse,
    Chirp,
    Constant,
    ExponentialSynapse,
    HeldNoise,
    OrnsteinUhlenbeck,
    PiecewiseLinear,
    PiecewiseStimulus,
    PoissonPulses,
    PulseSynapse,
    PulseTrain,
    Ramp,
    Sine,
    Staircase,
    Step,
    Stimulus,
)
from spiketwin.models.stimuli.presynaptic import GivenTrain, PoissonTrain, RegularTrain
from spiketwin.models.stimuli.sums import Sum
from spiketwin.models.waveforms import SpikeTrain, Trace

__all__ = [
    "AdaptiveNeuron",
    "AlphaSynapse",
    "Chirp",
    "Constant",
    "DeckError",
    "ExponentialSynapse",
    "FitError",
    "GivenTrain",
    "HeldNoise",
    "IntegratorNeuron",
    "LeakyNeuron",
    "MovingThresholdNeuron",
    "Neuron",
    "OrnsteinUhlenbeck",
    "ParameterError",
    "PiecewiseLinear",
    "PiecewiseStimulus",
    "PoissonPulses",
    "PoissonTrain",
    "PulseSynapse",
    "PulseTrain",
    "Ramp",
    "RegularTrain",
    "RememberingSolution",
    "ResetSolution",
    "SimulationError",
    "Sine",
    "Solution",
    "SpikeTrain",
    "SpiketwinError",
    "Staircase",
    "Step",
    "Stimulus",
    "Sum",
    "Trace",
    "constant_current_trains",
    "firing_period",
    "firing_rate",
    "integrator_period",
    "integrator_rate",
    "predict_next",
    "predict_next_integrated",
    "predict_next_remembering",
    "solve",
    "solve_integrator",
    "solve_remembering",
]
