"""What the waveform of a neuron without a reset shows of its parameters: none of them alone."""

from __future__ import annotations

from spiketwin.compare.as_built import AsBuilt


def measure_upstroke(*_given: object) -> AsBuilt:
    """Read off nothing: every instant of this membrane depends on all of its parameters.

    There is no exponential and no hold. What the circuit is like shows in its whole waveform, which
    is compared as such.
    """
    return AsBuilt(
        fit=None, fit_failure=None, tau=None, threshold=None, reset=None, refractory=None
    )
