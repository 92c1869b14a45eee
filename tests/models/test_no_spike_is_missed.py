"""Ten thousand random cases against brute force: fine steps, each exact, and bisection.

The brute force shares nothing with the solver but the equation. It looks at the voltage at the end
of each of many fine steps only, so it can miss two crossings within one step; a case on which the
two differ is therefore stepped again, forty times finer, and that answer is final.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from spiketwin.models import LeakyNeuron, PiecewiseLinear, Sine, solve

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Indices = NDArray[np.intp]

# τ = 1 s, R = 1 Ω and the threshold 1 V throughout: that scales do not matter is a law of its own


@dataclass(frozen=True, kw_only=True)
class LineCases:
    """Cases with a current that runs straight from corner to corner; rows are cases."""

    reset: Floats
    leak: Floats
    refractory: Floats
    corners: Floats
    currents: Floats

    def voltage(self, case: Indices, n: int, t0: Floats, v0: Floats, t1: Floats) -> Floats:
        """V(t₁) from V(t₀) in segment n: V' = −(V − E) + I with I(t₀), the slope of I, and E."""
        begin, end = self.corners[case, n], self.corners[case, n + 1]
        first = self.currents[case, n]
        slope = (self.currents[case, n + 1] - first) / (end - begin)
        level = self.leak[case] + first + slope * (t0 - begin)
        decayed = -np.expm1(t0 - t1)
        return v0 + (level - v0) * decayed + slope * ((t1 - t0) - decayed)

    def solved(self, k: int) -> list[float]:
        stimulus = PiecewiseLinear(times=self.corners[k], currents=self.currents[k])
        return solve(neuron(self, k), stimulus, self.corners[k, -1]).spikes.times.tolist()


@dataclass(frozen=True, kw_only=True)
class SineCases:
    """Cases with a current offset + amplitude·sin(ωt + phase); rows are cases."""

    reset: Floats
    leak: Floats
    refractory: Floats
    corners: Floats
    offset: Floats
    amplitude: Floats
    omega: Floats
    phase: Floats

    def voltage(self, case: Indices, n: int, t0: Floats, v0: Floats, t1: Floats) -> Floats:
        """V(t₁) from V(t₀): E + offset + A·(sin − ω·cos)/(1 + ω²) solves V' = −(V − E) + I."""
        del n
        w = self.omega[case]

        def steady(t: Floats) -> Floats:
            angle = w * t + self.phase[case]
            wave = self.amplitude[case] * (np.sin(angle) - w * np.cos(angle)) / (1 + w**2)
            return self.leak[case] + self.offset[case] + wave

        return steady(t1) + (v0 - steady(t0)) * np.exp(t0 - t1)

    def solved(self, k: int) -> list[float]:
        stimulus = Sine(
            amplitude=self.amplitude[k],
            frequency=self.omega[k] / (2 * np.pi),
            offset=self.offset[k],
            phase=self.phase[k],
        )
        return solve(neuron(self, k), stimulus, self.corners[k, -1]).spikes.times.tolist()


def neuron(cases: LineCases | SineCases, k: int) -> LeakyNeuron:
    return LeakyNeuron(
        resistance=1.0,
        capacitance=1.0,
        threshold=1.0,
        reset=cases.reset[k],
        leak_potential=cases.leak[k],
        refractory=cases.refractory[k],
    )


def brute_force(cases: LineCases | SineCases, chosen: Indices, steps: int) -> list[list[float]]:
    trains: dict[int, list[float]] = {int(k): [] for k in chosen}
    voltage = np.where(cases.leak < 1.0, cases.leak, cases.reset)
    now = np.zeros_like(voltage)
    for n in range(cases.corners.shape[1] - 1):
        left, right = cases.corners[:, n], cases.corners[:, n + 1]
        for step in range(1, steps + 1):
            end = right if step == steps else left + (right - left) * (step / steps)
            live = chosen[now[chosen] < end[chosen]]
            while live.size:
                after = cases.voltage(live, n, now[live], voltage[live], end[live])
                fires = after >= 1.0
                fired, calm = live[fires], live[~fires]
                voltage[calm], now[calm] = after[~fires], end[calm]
                if not fired.size:
                    break
                low, high = now[fired], end[fired]
                for _ in range(45):
                    middle = 0.5 * (low + high)
                    below = cases.voltage(fired, n, now[fired], voltage[fired], middle) < 1.0
                    low, high = np.where(below, middle, low), np.where(below, high, middle)
                for k, spike in zip(fired.tolist(), high.tolist(), strict=True):
                    trains[k].append(spike)
                voltage[fired], now[fired] = cases.reset[fired], high + cases.refractory[fired]
                live = fired[now[fired] < end[fired]]
    return list(trains.values())


def disagreeing(mine: list[list[float]], brute: list[list[float]]) -> list[int]:
    # a spike that grazes is only as certain as the root of the rounding, 1e-8, and hands that on
    return [
        i
        for i, (a, b) in enumerate(zip(mine, brute, strict=True))
        if len(a) != len(b) or not np.allclose(a, b, rtol=1e-7, atol=1e-9)
    ]


def check(cases: LineCases | SineCases, steps: int) -> None:
    everyone = np.arange(cases.reset.size)
    mine = [cases.solved(k) for k in everyone.tolist()]
    coarse = disagreeing(mine, brute_force(cases, everyone, steps))
    fine = brute_force(cases, everyone[coarse], 40 * steps)
    still = disagreeing([mine[k] for k in coarse], fine)
    # with spikes to compare, with silent cases, and with crests that the coarse steps did not see
    counts = np.array([len(train) for train in mine])
    assert counts.sum() > 2 * everyone.size
    assert 0.01 < np.mean(counts == 0) < 0.6
    assert 0 < len(coarse) < 0.05 * everyone.size
    assert [coarse[i] for i in still] == []


def test_no_spike_is_missed_in_ten_thousand_random_piecewise_linear_currents() -> None:
    rng = np.random.default_rng(2024)
    m, n = 10_000, 8
    kind = rng.choice(4, m, p=[0.5, 0.2, 0.15, 0.15])[:, np.newaxis]
    lengths = 10 ** rng.uniform(-2.0, 0.7, (m, n))
    currents = rng.normal(1.0, 1.2, (m, n + 1))
    # round numbers: corners, refractory ends and asymptotes that coincide to the last bit
    lengths = np.where(kind == 1, rng.choice([0.25, 0.5, 1.0, 2.0], (m, n)), lengths)
    currents = np.where(kind == 1, rng.choice([0.0, 0.5, 1.0, 1.5, 2.0, 4.0], (m, n + 1)), currents)
    # steep edges between level stretches, up and down
    edge = (kind == 2) & (np.arange(n) % 2 == 1)
    lengths = np.where(edge, 10 ** rng.uniform(-7.0, -3.0, (m, n)), lengths)
    currents = np.where(kind == 2, np.repeat(rng.normal(1, 2, (m, 5)), 2, axis=1)[:, :9], currents)
    # many spikes in each segment
    lengths = np.where(kind == 3, 10 ** rng.uniform(-2.0, -0.5, (m, n)), lengths)
    currents = np.where(kind == 3, rng.normal(10.0, 15.0, (m, n + 1)), currents)
    kind = kind.ravel()
    refractory = np.where(rng.random(m) < 0.3, 0.0, 10 ** rng.uniform(-3.0, 0.5, m))
    reset = np.where(rng.random(m) < 0.5, 0.0, rng.uniform(-1.0, 0.8, m))
    leak = np.where(rng.random(m) < 0.5, 0.0, rng.uniform(-0.6, 1.2, m))
    cases = LineCases(
        reset=np.where(kind == 1, 0.0, reset),
        leak=np.where(kind == 1, 0.0, leak),
        refractory=np.where(kind == 1, rng.choice([0.0, 0.25, 0.5, 2.0], m), refractory),
        corners=np.column_stack([np.zeros(m), np.cumsum(lengths, axis=1)]),
        currents=currents,
    )
    check(cases, steps=20)


def test_no_spike_is_missed_in_two_thousand_random_sinusoids() -> None:
    rng = np.random.default_rng(2025)
    m = 2_000
    omega = 10 ** rng.uniform(-1.5, 1.5, m)
    # amplitudes such that the crest of the steady response lies about the threshold
    crest = rng.normal(1.3, 0.5, m)
    offset = rng.normal(0.5, 0.6, m)
    cases = SineCases(
        reset=rng.uniform(-1.0, 0.8, m),
        leak=np.zeros(m),
        refractory=np.where(rng.random(m) < 0.3, 0.0, 10 ** rng.uniform(-3.0, 0.5, m)),
        # a sinusoid can drive chaos, where the rounding of a spike grows until nothing is left of
        # it after fifty spikes; ten time constants are too few for that
        corners=np.column_stack([np.zeros(m), 10 ** rng.uniform(0.5, 1.0, m)]),
        offset=offset,
        amplitude=(crest - offset) * np.hypot(1.0, omega),
        omega=omega,
        phase=rng.uniform(-np.pi, np.pi, m),
    )
    check(cases, steps=400)
