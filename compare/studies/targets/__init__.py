"""What a study runs at each of its points."""

from spiketwin.compare.studies.targets.figures import FIGURES, Figure
from spiketwin.compare.studies.targets.neuron_target import NeuronTarget, neuron_target
from spiketwin.compare.studies.targets.static_target import StaticTarget, static_target
from spiketwin.compare.studies.targets.target import Outcome, Target

__all__ = [
    "FIGURES",
    "Figure",
    "NeuronTarget",
    "Outcome",
    "StaticTarget",
    "Target",
    "neuron_target",
    "static_target",
]
