"""Neurons with linear membranes under synapses and sums, against a solution in 80 digits.

The solution is written with exponentials alone, which differ where paces are equal: paces that
coincide are put 1e-20 apart, and a missing leak is one of 1e-20 per second; of 80 digits, forty
are left. The currents are the exact answer of the stages to the pulses.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import mpmath
import pytest

from spiketwin.models import (
    AdaptiveNeuron,
    Constant,
    IntegratorNeuron,
    LeakyNeuron,
    MovingThresholdNeuron,
    Sine,
    Sum,
    predict_next,
    predict_next_integrated,
    predict_next_remembering,
    solve,
    solve_integrator,
    solve_remembering,
)
from spiketwin.models.stimuli.presynaptic import PoissonTrain, RegularTrain
from spiketwin.models.stimuli.synapses import AlphaSynapse, ExponentialSynapse, FilteredSynapse

if TYPE_CHECKING:
    from collections.abc import Iterator

LINEAR = LeakyNeuron | IntegratorNeuron | AdaptiveNeuron | MovingThresholdNeuron
NEAR = mpmath.mpf("1e-20")
STOP = 0.07


@pytest.fixture(autouse=True)
def _digits() -> Iterator[None]:
    with mpmath.workdps(80):
        yield


class Exact:
    """V between spikes: C dV/dt = −(V − E)/R + i(t) − P·m/R, under synapses, a sine, a constant."""

    def __init__(
        self, neuron: LINEAR, synapses: list[FilteredSynapse], sine: Sine, constant: Constant
    ) -> None:
        self.neuron, self.farads = neuron, mpmath.mpf(neuron.capacitance)
        leaky = not isinstance(neuron, IntegratorNeuron)
        self.leak = 1 / (mpmath.mpf(neuron.resistance) * self.farads) if leaky else NEAR
        self.rest = mpmath.mpf(neuron.leak_potential if leaky else neuron.reset)
        remembers = isinstance(neuron, AdaptiveNeuron | MovingThresholdNeuron)
        self.forget = 1 / mpmath.mpf(neuron.memory.time_constant) if remembers else mpmath.mpf(7)
        self.pull = mpmath.mpf(neuron.memory.pull if remembers else 0) * self.leak
        self.lift = mpmath.mpf(neuron.memory.lift if remembers else 0)
        self.sine = sine
        self.level = mpmath.mpf(sine.offset) + constant.current
        self.corners = sorted(
            {t for synapse in synapses for t in synapse.presynaptic(STOP)[0].tolist()}
        )
        self.synapses = [(synapse, self._stages(synapse)) for synapse in synapses]

    def _stages(self, synapse: FilteredSynapse) -> list[tuple[Any, ...]]:
        """p, its slope, x₁ and x₂ at each corner of all."""
        times, pulses = (part.tolist() for part in synapse.presynaptic(STOP))
        tau, state, found, n = mpmath.mpf(synapse.time_constant), (mpmath.mpf(0),) * 2, [], 0
        for begin, end in pairwise(self.corners):
            while times[n + 1] <= begin:
                n += 1
            t0, t1 = mpmath.mpf(times[n]), mpmath.mpf(times[n + 1])
            slope = (mpmath.mpf(pulses[n + 1]) - pulses[n]) / (t1 - t0)
            p, u = pulses[n] + slope * (begin - t0), (mpmath.mpf(end) - begin) / tau
            found.append((p, slope, *state))
            c, keep = state[0] - p + slope * tau, mpmath.exp(-u)
            after = p + slope * tau * u - slope * tau
            d = state[1] - p + 2 * slope * tau
            state = (after + c * keep, after - slope * tau + (d + c * u) * keep)
        return found

    def at(self, t: mpmath.mpf, start: mpmath.mpf, voltage: mpmath.mpf, m: mpmath.mpf) -> Any:
        """V at t, from V and m at the start."""
        k = max(k for k, corner in enumerate(self.corners[:-1]) if corner <= start)
        while True:
            end = min(t, mpmath.mpf(self.corners[k + 1])) if k + 2 < len(self.corners) else t
            voltage = self._within(k, start, end - start, voltage, m)
            m = m * mpmath.exp(-self.forget * (end - start))
            if end >= t:
                return voltage
            start, k = end, k + 1

    def _within(self, k: int, start: Any, s: Any, voltage: Any, m: Any) -> Any:
        leak, since = self.leak, start - self.corners[k]
        decay = mpmath.exp(-leak * s)
        line, slope, fades = (
            self.level,
            mpmath.mpf(0),
            [(self.forget, -self.pull * self.farads * m, 0)],
        )
        for synapse, stages in self.synapses:
            p, rise, x1, x2 = stages[k]
            tau, gain, n = (
                mpmath.mpf(synapse.time_constant),
                mpmath.mpf(synapse.gain),
                synapse.stages,
            )
            c, keep = x1 - p + rise * tau, mpmath.exp(-since / tau)
            a, b = (c, 0) if n == 1 else (x2 - p + 2 * rise * tau, c / tau)
            line += gain * (p + rise * since - n * rise * tau)
            slope += gain * rise
            fades.append((1 / tau, gain * (a + b * since) * keep, gain * b * keep))
        step = (1 - decay) / leak
        total = line * step + slope * (s - step) / leak
        for pace, a, b in fades:
            gap = leak - pace * (1 + NEAR)
            left = mpmath.exp(-pace * (1 + NEAR) * s)
            total += a * (left - decay) / gap + b * (s * left * gap - left + decay) / gap**2
        omega = 2 * mpmath.pi * mpmath.mpf(self.sine.frequency)
        begun = mpmath.expj(omega * start + self.sine.phase)
        swing = begun * (mpmath.expj(omega * s) - decay) / mpmath.mpc(leak, omega)
        total += self.sine.amplitude * swing.imag
        return self.rest + (voltage - self.rest) * decay + total / self.farads

    def check(self, spikes: list[float]) -> None:
        """Each spike is the first time at threshold, within 1e-13 of the run; there is no other."""
        neuron = self.neuron
        start, voltage = mpmath.mpf(0), mpmath.mpf(neuron.initial_potential)
        m = mpmath.mpf(0)

        def distance(t: Any) -> Any:
            lifted = self.lift * m * mpmath.exp(-self.forget * (t - start))
            return self.at(t, start, voltage, m) - neuron.threshold - lifted

        for spike in map(mpmath.mpf, spikes):
            tiny = mpmath.mpf("1e-30")
            over = distance(spike)
            slope = (over - distance(spike - tiny)) / tiny
            assert slope > 0
            assert abs(over / slope) < 1e-13 * STOP
            assert all(distance(start + (spike - start) * k / 6) < 0 for k in range(1, 6))
            m = (m * mpmath.exp(-self.forget * (spike - start)) + 1) * mpmath.exp(
                -self.forget * mpmath.mpf(neuron.refractory)
            )
            start, voltage = spike + neuron.refractory, mpmath.mpf(neuron.reset)
        if start < STOP:
            assert all(distance(start + (STOP - start) * k / 8) < 0 for k in range(1, 8))


NEURONS: dict[str, LINEAR] = {
    "if": IntegratorNeuron(),
    "lif": LeakyNeuron(leak_potential=0.1),
    "lif-threshold": MovingThresholdNeuron(threshold_time_constant=4e-3, refractory=0.0),
    "alif": AdaptiveNeuron(adaptation_time_constant=100e3 * 100e-9),
}
TAU = 100e3 * 100e-9
TIMES = {
    "equal": TAU,
    "nearly equal, longer": TAU * (1 + 1e-9),
    "nearly equal, shorter": TAU * (1 - 1e-9),
    "a three-hundredth": TAU / 300,
    "three hundred times": TAU * 300,
}
SOLVERS = {
    IntegratorNeuron: (solve_integrator, predict_next_integrated),
    LeakyNeuron: (solve, predict_next),
    MovingThresholdNeuron: (solve_remembering, predict_next_remembering),
    AdaptiveNeuron: (solve_remembering, predict_next_remembering),
}


@pytest.mark.parametrize("time", TIMES)
@pytest.mark.parametrize("kind", [ExponentialSynapse, AlphaSynapse])
@pytest.mark.parametrize("name", NEURONS)
def test_spikes_and_voltage_are_those_of_80_digits(
    name: str, kind: type[FilteredSynapse], time: str
) -> None:
    neuron, tau = NEURONS[name], TIMES[time]
    spikes = PoissonTrain(rate=250.0, seed=11)
    # a mean of some 25 µA by the end of the run
    grown = 1 - float(mpmath.exp(-STOP / tau)) * (1 + (kind.stages - 1) * STOP / tau)
    weight = 25e-6 / (spikes.rate * kind.unit_charge * tau * grown)
    width = min(tau / 10, 1e-3)
    excitation = kind(weight=weight, time_constant=tau, spikes=spikes, width=width)
    inhibition = AlphaSynapse(
        weight=-6e-6, time_constant=2.7e-3, spikes=RegularTrain(period=19e-3, onset=2e-3)
    )
    sine = Sine(amplitude=5e-6, frequency=170.0, phase=0.7, offset=1e-6)
    constant = Constant(current=2e-6)
    stimulus = Sum(parts=(excitation, sine, inhibition, constant))
    solve_it, predict = SOLVERS[type(neuron)]
    solution = solve_it(neuron, stimulus, STOP)  # type: ignore[operator]
    times = solution.spikes.times.tolist()
    assert len(times) >= 3
    exact = Exact(neuron, [excitation, inhibition], sine, constant)
    exact.check(times)

    # the first interval's voltage, and each spike from the one before it
    start = mpmath.mpf(neuron.initial_potential)
    for share in (0.02, 0.4, 0.83, 0.999):
        expected = exact.at(mpmath.mpf(share * times[0]), mpmath.mpf(0), start, mpmath.mpf(0))
        assert float(solution.voltage(share * times[0])) == pytest.approx(
            float(expected), abs=3e-14
        )
    following = predict(neuron, stimulus, times, STOP)  # type: ignore[operator]
    assert following[:-1].tolist() == pytest.approx(times[1:], rel=1e-13)
