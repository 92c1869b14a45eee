"""Compare the leaky integrate-and-fire neuron's circuit with its model: the README's example."""

from spiketwin.compare import compare
from spiketwin.models import LeakyNeuron, Step

neuron = LeakyNeuron(resistance=100e3, capacitance=100e-9, threshold=1.0, refractory=2e-3)
comparison = compare("lif", neuron, Step(current=20e-6, onset=5e-3), duration=0.2)
print(comparison.verdict, comparison.agreement.max_shift, comparison.as_built.tau)
