"""What a study runs at each of its points."""

from spiketwin.compare.studies.targets.deck_target import DeckTarget
from spiketwin.compare.studies.targets.deck_validated import deck_target
from spiketwin.compare.studies.targets.figures import FIGURES, Figure
from spiketwin.compare.studies.targets.neuron_target import NeuronTarget, neuron_target
from spiketwin.compare.studies.targets.static_target import StaticTarget, static_target
from spiketwin.compare.studies.targets.target import Outcome, Target

__all__ = [
    "FIGURES",
    "DeckTarget",
    "Figure",
    "NeuronTarget",
    "Outcome",
    "StaticTarget",
    "Target",
    "deck_target",
    "neuron_target",
    "static_target",
]
