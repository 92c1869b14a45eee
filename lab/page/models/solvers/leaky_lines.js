// The exact leaky membrane under a piecewise-linear current, as models/solvers/piecewise.py has it.
//
// y = V − V_th in volts, j(t) = R·I(t) + E − V_th in volts (the overdrive), σ the time since the
// begin of a segment in units of τ. On a segment j = j₀ + Mσ, dy/dσ = −y + j, and so
//
//     y(σ) = y₀ + (j₀ − y₀)·q(σ) + M·p(σ),    q = 1 − e^(−σ),    p = σ − q.
//
// Its derivative (j₀ − y₀ − M)·e^(−σ) + M has at most one zero, at σ* = ln(1 − (j₀ − y₀)/M).

import { LEAST, lastAtMost, later, overdrive, risingZero } from "./numbers.js";

// p(σ) = σ²·(1/2! − σ/3! + σ²/4! − …); up to σ = 1/2 the 14 terms leave less than 1e-17, and beyond
// σ − q loses at most three bits
const SERIES = [];
for (let n = 0, factorial = 2; n < 14; n += 1, factorial *= n + 2) {
  SERIES.push((n % 2 ? -1 : 1) / factorial);
}
const SERIES_END = 0.5;

/** Return p(σ) = σ − (1 − e^(−σ)), the response to a unit ramp, without cancellation. */
function rampResponse(sigma) {
  if (sigma >= SERIES_END) return sigma + Math.expm1(-sigma);
  let total = 0;
  for (let n = SERIES.length - 1; n >= 0; n -= 1) total = total * sigma + SERIES[n];
  return total * sigma * sigma;
}

/**
 * Return the first σ in (0, length] with y(σ) ≥ 0, or null.
 *
 * `below` is y₀ < 0 and `drive` j₀ in volts, `ramp` M in volts per time constant, `length` of the
 * segment in time constants.
 */
export function crossing(below, drive, ramp, length) {
  // at a crossing dy/dσ = j ≥ 0, so a drive that stays at or under zero never crosses; this also
  // keeps the asymptote j = 0 silent, where q rounds to 1
  const strongest = Math.max(drive, drive + ramp * length);
  if (strongest <= 0) return null;
  const pull = drive - below;
  if (ramp === 0) {
    const sigma = Math.log1p(-below / drive);
    return sigma <= length ? sigma : null;
  }
  let end = length;
  // the crest; y falls after it
  if (pull > 0 && ramp < 0) end = Math.min(length, Math.log1p(-pull / ramp));
  const valueAndSlope = (sigma) => {
    const gain = -Math.expm1(-sigma);
    const value = below + pull * gain + ramp * rampResponse(sigma);
    return [value, pull * (1 - gain) + ramp * gain];
  };
  // from a valley or a rise, and up to a crest, y passes zero at most once
  if (valueAndSlope(end)[0] < 0) return null;
  // not before it would under the strongest drive throughout
  return risingZero(valueAndSlope, Math.min(Math.log1p(-below / strongest), end), end);
}

/** A leaky neuron's membrane between corners, as far as it is known without knowing its spikes. */
export class LeakyLines {
  constructor(neuron, { times, currents }) {
    const { resistance, leak_potential, threshold } = neuron;
    this.neuron = neuron;
    this.tau = resistance * neuron.capacitance;
    this.times = times;
    const segments = times.length - 1;
    this.drive = currents.map((current) =>
      overdrive(resistance, current, leak_potential, threshold),
    );
    this.rise = new Float64Array(segments);
    for (let k = 0; k < segments; k += 1) {
      // R·ΔI and not Δj: between two strong currents a weak slope would drown
      this.rise[k] = resistance * (currents[k + 1] - currents[k]);
    }
  }

  mostSpikes() {
    const swing = this.neuron.threshold - this.neuron.reset;
    let count = 0;
    for (let k = 0; k < this.rise.length; k += 1) {
      const strongest = Math.max(this.drive[k], this.drive[k + 1]);
      if (strongest <= 0) continue;
      const period = this.neuron.refractory + this.tau * Math.log1p(swing / strongest);
      count += (this.times[k + 1] - this.times[k]) / period;
    }
    return count;
  }

  steadyFrom(start) {
    const k = lastAtMost(this.times, start);
    if (k >= this.rise.length || this.rise[k] !== 0 || this.drive[k] <= 0) return [Infinity, start];
    const swing = this.neuron.threshold - this.neuron.reset;
    const climb = this.tau * Math.log1p(swing / this.drive[k]);
    return [this.neuron.refractory + climb, this.times[k + 1]];
  }

  firstCrossing(start, below) {
    let k = lastAtMost(this.times, start[0]);
    let y = below;
    for (let from = start; k < this.rise.length; k += 1, from = [this.times[k], 0]) {
      const { drive, ramp, length, end } = this.#part(k, from);
      const sigma = crossing(y, drive, ramp, length);
      if (sigma !== null) {
        const found = later(from, this.tau * sigma);
        return found[0] < end ? found : [end, 0];
      }
      const after = y + (y - drive) * Math.expm1(-length) + ramp * rampResponse(length);
      // not a crossing, so what is not under zero is rounding
      y = Math.min(after, -LEAST);
    }
    return null;
  }

  from(start, below, stop) {
    // y at the begin of each segment from `start` on, as far as it was asked for
    const first = Math.max(0, Math.min(lastAtMost(this.times, start), this.rise.length - 1));
    const begun = [below];
    const part = (k) => this.#part(k, k === first ? [start, 0] : [this.times[k], 0]);
    return (time) => {
      const k = Math.max(first, Math.min(lastAtMost(this.times, time), this.rise.length - 1));
      while (begun.length <= k - first) {
        const { drive, ramp, length } = part(first + begun.length - 1);
        const y = begun[begun.length - 1];
        begun.push(y + (y - drive) * Math.expm1(-length) + ramp * rampResponse(length));
      }
      const { drive, ramp, begin } = part(k);
      const y = begun[k - first];
      const sigma = (Math.min(time, stop) - begin) / this.tau;
      return y + (y - drive) * Math.expm1(-sigma) + ramp * rampResponse(sigma);
    };
  }

  // what is left of segment k from an instant in it on
  #part(k, [time, error]) {
    const begin = this.times[k];
    const end = this.times[k + 1];
    const drive = this.drive[k] + this.rise[k] * ((time - begin + error) / (end - begin));
    const ramp = this.rise[k] / ((end - begin) / this.tau);
    return { drive, ramp, length: (end - time - error) / this.tau, begin: time, end };
  }
}
