// The charge that a piecewise-linear current brings to a membrane without a leak, as
// models/solvers/charge_piecewise.py has it.
//
// y = V − V_th in volts, s the seconds since the begin of a segment, on which I = I₀ + m·s.
// C dV/dt = I makes y a parabola,
//
//     y(s) = y₀ + (I₀·s + m·s²/2) / C,
//
// whose one extremum, at s = −I₀/m, is a crest where I₀ > 0 > m.

import { lastAtMost, later, twoProduct, twoSum } from "./numbers.js";

/** Return the first s > 0 at which I₀·s + m·s²/2 reaches `charge` > 0, or null. */
function timeOfCharge(charge, current, slope) {
  if (slope === 0) return current > 0 ? charge / current : null;
  if (slope < 0 && current <= 0) return null;
  const discriminant = sumOfProducts(current, current, 2 * slope, charge);
  if (discriminant < 0) return null;
  const root = Math.sqrt(discriminant);
  // two forms of the same root: each adds where the other would cancel
  return current >= 0 ? (2 * charge) / (current + root) : (root - current) / slope;
}

// a·b + c·d with the rounding errors kept: a touch is where they cancel
function sumOfProducts(a, b, c, d) {
  const [first, firstError] = twoProduct(a, b);
  const [second, secondError] = twoProduct(c, d);
  const [total, error] = twoSum(first, second);
  return total + (error + (firstError + secondError));
}

/** A perfect integrator's membrane between corners, as far as known without knowing its spikes. */
export class BucketLines {
  constructor(neuron, { times, currents }) {
    this.neuron = neuron;
    this.times = times;
    this.currents = currents;
    this.segments = times.length - 1;
  }

  mostSpikes() {
    const charge = this.#charge();
    let count = 0;
    for (let k = 0; k < this.segments; k += 1) {
      const strongest = Math.max(this.currents[k], this.currents[k + 1]);
      if (strongest <= 0) continue;
      const period = this.neuron.refractory + charge / strongest;
      count += (this.times[k + 1] - this.times[k]) / period;
    }
    return count;
  }

  steadyFrom(start) {
    const k = lastAtMost(this.times, start);
    if (k >= this.segments) return [Infinity, start];
    const current = this.currents[k];
    if (current <= 0 || this.currents[k + 1] !== current) return [Infinity, start];
    return [this.neuron.refractory + this.#charge() / current, this.times[k + 1]];
  }

  firstCrossing(start, below) {
    // without a leak a rounding error stays for ever, so what each sum leaves out is kept
    let y = below;
    let error = 0;
    let k = lastAtMost(this.times, start[0]);
    for (let from = start; k < this.segments; k += 1, from = [this.times[k], 0]) {
      const { current, gain } = this.#part(k, from);
      const found = this.#crossingIn(k, from, y + error, current, y + error + gain);
      if (found !== null) return found;
      let left;
      [y, left] = twoSum(y, gain);
      error += left;
    }
    return null;
  }

  from(start, below, stop) {
    const first = Math.max(0, Math.min(lastAtMost(this.times, start), this.segments - 1));
    const begun = [below];
    const part = (k) => this.#part(k, k === first ? [start, 0] : [this.times[k], 0]);
    return (time) => {
      const k = Math.max(first, Math.min(lastAtMost(this.times, time), this.segments - 1));
      while (begun.length <= k - first) {
        begun.push(begun[begun.length - 1] + part(first + begun.length - 1).gain);
      }
      const { current, slope, begin } = part(k);
      const since = Math.min(time, stop) - begin;
      return begun[k - first] + (since * (current + 0.5 * slope * since)) / this.neuron.capacitance;
    };
  }

  #charge() {
    return this.neuron.capacitance * (this.neuron.threshold - this.neuron.reset);
  }

  // what is left of segment k from an instant in it on
  #part(k, [time, error]) {
    const begin = this.times[k];
    const end = this.times[k + 1];
    const last = this.currents[k + 1];
    const rise = last - this.currents[k];
    const current = this.currents[k] + rise * ((time - begin + error) / (end - begin));
    const gain = ((end - time - error) * (0.5 * current + 0.5 * last)) / this.neuron.capacitance;
    return { current, gain, slope: rise / (end - begin), begin: time };
  }

  // the first crossing from `from` to the end of segment k, where y is `after`; or null
  #crossingIn(k, from, y, current, after) {
    const end = this.times[k + 1];
    const length = end - from[0] - from[1];
    const slope = (this.currents[k + 1] - current) / length;
    // rounding must not carry a membrane over the threshold from a segment to the next
    if (y >= 0) return from;
    let since = timeOfCharge(-y * this.neuron.capacitance, current, slope);
    const late = since === null || since > length;
    if (after < 0 && (late || !(slope < 0 && current >= 0))) return null;
    if (late) since = length;
    const found = later(from, since);
    return found[0] < end ? found : [end, 0];
  }
}
