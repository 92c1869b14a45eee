"""From a neuron and a stimulus to its spikes and voltage, exact where closed forms are."""
