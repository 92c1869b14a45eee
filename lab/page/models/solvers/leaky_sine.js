// The exact leaky membrane under a sinusoidal current, as models/solvers/sinusoid.py has it.
//
// y = V − V_th in volts, σ the time since a start t₀ in units of τ. With ν = 2πfτ the drive is
// j = c₀ + A·sin(θ₀ + νσ), and dy/dσ = −y + j has the solution
//
//     y(σ) = y₀ − K·(1 − e^(−σ)) + B·(sin(α + νσ) − sin α),
//     B = A/√(1 + ν²),  α = θ₀ − arctan ν,  K = y₀ − c₀ − B·sin α.
//
// The derivative of e^σ·dy/dσ is e^σ·dj/dσ: between two extremes of the current it keeps its sign,
// so there dy/dσ has at most one zero, and y at most one crest.

import { later, overdrive, risingZero } from "./numbers.js";

/** A leaky neuron's membrane under a sinusoid, as far as it is known without knowing its spikes. */
export class LeakySine {
  constructor(neuron, { amplitude, offset, frequency }, duration) {
    const { resistance, capacitance, leak_potential, threshold } = neuron;
    this.neuron = neuron;
    this.duration = duration;
    this.tau = resistance * capacitance;
    this.frequency = frequency;
    this.pace = 2 * Math.PI * frequency * this.tau;
    this.centre = overdrive(resistance, offset, leak_potential, threshold);
    this.drive = resistance * amplitude;
    this.swing = this.drive / Math.hypot(1, this.pace);
  }

  mostSpikes() {
    const strongest = this.centre + Math.abs(this.drive);
    if (strongest <= 0) return 0;
    const climb = Math.log1p((this.neuron.threshold - this.neuron.reset) / strongest);
    return this.duration / (this.neuron.refractory + this.tau * climb);
  }

  steadyFrom(start) {
    return [Infinity, start]; // a sinusoid is never steady
  }

  firstCrossing(start, below) {
    const { tau, pace, swing } = this;
    const angle = 2 * Math.PI * this.frequency * start[0];
    const lag = angle - Math.atan(pace);
    const fade = below - this.centre - swing * Math.sin(lag); // K
    const valueAndSlope = (sigma) => {
      const half = 0.5 * pace * sigma;
      const wave = 2 * swing * Math.cos(lag + half) * Math.sin(half);
      const value = below + fade * Math.expm1(-sigma) + wave;
      return [value, swing * pace * Math.cos(lag + 2 * half) - fade * Math.exp(-sigma)];
    };
    const fallAndBend = (sigma) => {
      const bend = fade * Math.exp(-sigma) - swing * pace ** 2 * Math.sin(lag + pace * sigma);
      return [-valueAndSlope(sigma)[1], -bend];
    };
    const [begin, stop] = this.#bounds(fade, (this.duration - start[0] - start[1]) / tau);
    if (!(begin < stop)) return null;
    let left = begin;
    let turn = Math.ceil((angle + pace * left) / Math.PI - 0.5);
    let climbing = valueAndSlope(left)[1] > 0;
    while (left < stop) {
      // the current's next extreme: θ₀ + νσ = π/2 + nπ
      const extreme = ((turn + 0.5) * Math.PI - angle) / pace;
      const right = Math.min(Math.max(extreme, left), stop);
      let [value, slope] = valueAndSlope(right);
      let crest = right;
      if (value < 0 && climbing && slope < 0) {
        crest = risingZero(fallAndBend, left, right);
        [value] = valueAndSlope(crest);
      }
      if (value >= 0) {
        const found = later(start, tau * risingZero(valueAndSlope, left, crest));
        return found[0] < this.duration ? found : [this.duration, 0];
      }
      left = right;
      climbing = slope > 0;
      turn += 1;
    }
    return null;
  }

  // y ≤ crest + K·e^(−σ), the crest of the steady response raised by what rounding may hide
  #bounds(fade, stop) {
    const rounding = 8 * Number.EPSILON * (Math.abs(this.centre) + Math.abs(this.swing));
    const crest = this.centre + Math.abs(this.swing) + rounding;
    if (fade < 0 && crest > 0) return [Math.max(0, Math.log(-fade / crest)), stop];
    if (crest < 0 && fade > 0) return [0, Math.min(stop, Math.max(0, Math.log(-fade / crest)))];
    return [0, crest > 0 || fade > 0 ? stop : 0];
  }

  from(start, below) {
    const lag = 2 * Math.PI * this.frequency * start - Math.atan(this.pace);
    const fade = below - this.centre - this.swing * Math.sin(lag);
    return (time) => {
      const sigma = (time - start) / this.tau;
      const half = 0.5 * this.pace * sigma;
      const wave = 2 * this.swing * Math.cos(lag + half) * Math.sin(half);
      return below + fade * Math.expm1(-sigma) + wave;
    };
  }
}
