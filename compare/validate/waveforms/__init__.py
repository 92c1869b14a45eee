"""From waveforms to what a neuron is: its spikes, its figures, its class."""
