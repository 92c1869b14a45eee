// The charge that a sinusoidal current brings to a membrane without a leak, as
// models/solvers/charge_sinusoid.py has it.
//
// y = V − V_th in volts, s the seconds since a start t₀. With ω = 2πf and I = o + A·sin(θ₀ + ωs),
// A ≥ 0, C dV/dt = I has the solution
//
//     y(s) = y₀ + (o·s + (2A/ω)·sin(θ₀ + ωs/2)·sin(ωs/2)) / C.
//
// Where |o| < A it has a crest in each period, where the current falls through zero; from crest to
// crest it changes by 2π·o/(ω·C), so the first crest that is not under zero is known without a
// search.

import { later, risingZero } from "./numbers.js";

/** A perfect integrator's membrane under a sinusoid, as far as known without knowing its spikes. */
export class BucketSine {
  constructor(neuron, { amplitude, offset, frequency }, duration) {
    this.neuron = neuron;
    this.duration = duration;
    this.offset = offset;
    this.amplitude = Math.abs(amplitude);
    this.frequency = frequency;
    this.phase = amplitude >= 0 ? 0 : Math.PI;
    this.pace = 2 * Math.PI * frequency;
  }

  mostSpikes() {
    const strongest = this.offset + this.amplitude;
    if (strongest <= 0) return 0;
    const { capacitance, threshold, reset, refractory } = this.neuron;
    return this.duration / (refractory + (capacitance * (threshold - reset)) / strongest);
  }

  steadyFrom(start) {
    return [Infinity, start]; // a sinusoid is never steady
  }

  firstCrossing(start, below) {
    const stop = this.duration - start[0] - start[1];
    if (stop <= 0 || this.offset + this.amplitude <= 0) return null;
    const angle = this.#angle(start[0]);
    const { capacitance } = this.neuron;
    const valueAndSlope = (since) => {
      const current = this.offset + this.amplitude * Math.sin(angle + this.pace * since);
      return [below + this.#charge(angle, since) / capacitance, current / capacitance];
    };
    const bracket =
      this.offset >= this.amplitude
        ? this.#monotoneBracket(below)
        : this.#riseToACrest(angle, valueAndSlope, stop);
    if (bracket === null) return null;
    let left = Math.min(bracket[0], stop);
    const right = Math.min(bracket[1], stop);
    if (valueAndSlope(right)[0] < 0) return null;
    if (valueAndSlope(left)[0] >= 0) left = 0; // its bound, rounded
    const found = later(start, risingZero(valueAndSlope, left, right));
    return found[0] < this.duration ? found : [this.duration, 0];
  }

  // the sinusoid brings between −2A/ω and 2A/ω beside o·s
  #monotoneBracket(below) {
    const need = -below * this.neuron.capacitance;
    const extra = (2 * this.amplitude) / this.pace;
    const margin = 1e-12 * (need + extra);
    return [
      Math.max(0, (need - extra - margin) / this.offset),
      (need + extra + margin) / this.offset,
    ];
  }

  // the seconds of a valley, or 0, and of the first crest not under zero after it; where that crest
  // would come after `stop`, the last of both that matter before it
  #riseToACrest(angle, valueAndSlope, stop) {
    const period = 1 / this.frequency;
    const half = Math.acos(-this.offset / this.amplitude); // from a valley to the extreme, in radians
    // the current falls through zero at π/2 + half, where y has its crest
    const turn = (Math.PI / 2 + half - angle) / (2 * Math.PI);
    const first = (turn - Math.floor(turn)) * period;
    const growth = (this.offset * period) / this.neuron.capacitance;
    const height = valueAndSlope(first)[0];
    let wanted = 0;
    if (height < 0) {
      if (growth <= 0) return null; // the crests after it are no higher
      wanted = Math.ceil(Math.min(-height / growth, stop * this.frequency + 1));
    }
    // rounding may have put it one off
    while (wanted > 0 && valueAndSlope(first + (wanted - 1) * period)[0] >= 0) wanted -= 1;
    let crest = first + wanted * period;
    while (crest < stop && valueAndSlope(crest)[0] < 0) {
      wanted += 1;
      crest = first + wanted * period;
    }
    const valley = Math.max(0, crest - (2 * half) / this.pace);
    return valley >= stop ? null : [valley, crest];
  }

  from(start, below) {
    const angle = this.#angle(start);
    return (time) => below + this.#charge(angle, time - start) / this.neuron.capacitance;
  }

  #charge(angle, since) {
    const half = 0.5 * this.pace * since;
    const wave = Math.sin(angle + half) * Math.sin(half);
    return this.offset * since + ((2 * this.amplitude) / this.pace) * wave;
  }

  #angle(time) {
    return this.pace * time + this.phase;
  }
}
