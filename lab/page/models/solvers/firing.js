// Integrate-and-fire, whatever the membrane: spike, hold at the reset, begin anew. As in
// models/solvers/integrate_and_fire.py.
//
// A response is a membrane that knows when it next crosses, and nothing of spikes. Throughout,
// y = V − threshold in volts. It has
//   mostSpikes() -> a bound on the number of spikes
//   steadyFrom(start) -> [period, until]: at what period the drive of `start` fires, and until when
//   firstCrossing(instant, below) -> the instant at which a membrane at y = below < 0 crosses, or null
//   from(start, below, stop) -> (t) => y, of a membrane at `below` at `start`, for t in [start, stop]

import { ParameterError } from "../errors.js";
import { lastAtMost, later } from "./numbers.js";

/** More than a screen shows, and few enough for a drag. */
const MOST_SPIKES = 100_000;

/**
 * Return {spikes, voltageAt} of a neuron with threshold, reset, refractory and initialPotential.
 *
 * spikes are all in [0, duration] in seconds. voltageAt(times) returns volts at times in seconds,
 * in any order; at the time of a spike itself it is the reset.
 */
export function fire(neuron, response, duration) {
  const expected = response.mostSpikes();
  if (expected > MOST_SPIKES) {
    throw new ParameterError("too-many-spikes", "duration", duration, MOST_SPIKES);
  }
  const { threshold, reset, refractory, initialPotential } = neuron;
  const swing = threshold - reset;
  const found = [];
  let start = [0, 0];
  let below = initialPotential - threshold;
  for (;;) {
    const spike = response.firstCrossing(start, below);
    if (spike === null) break;
    found.push(spike[0]);
    start = later(spike, refractory);
    below = -swing;
    const [period, until] = response.steadyFrom(start[0]);
    if (period < until - spike[0]) {
      // spike + k·T, not a running sum: rounding does not accumulate over a steady drive
      const count = Math.ceil((until - spike[0]) / period);
      let last = 0;
      for (let k = 1; k <= count && spike[0] + k * period <= until; k += 1) {
        found.push(spike[0] + k * period);
        last = k;
      }
      if (last > 0) start = later(later(spike, last * period), refractory);
    }
  }
  const spikes = Float64Array.from(found);
  return { spikes, voltageAt: (times) => voltages(neuron, response, spikes, duration, times) };
}

function voltages(neuron, response, spikes, duration, times) {
  const { threshold, reset, refractory, initialPotential } = neuron;
  const volts = new Float64Array(times.length);
  let run = -2;
  let course = null;
  for (let k = 0; k < times.length; k += 1) {
    const time = times[k];
    if (!(time >= 0 && time <= duration)) {
      throw new ParameterError("within", "times", time, duration);
    }
    const last = lastAtMost(spikes, time);
    if (last >= 0 && time <= spikes[last] + refractory) {
      volts[k] = reset;
      continue;
    }
    if (last !== run) {
      const stop = last + 1 < spikes.length ? spikes[last + 1] : duration;
      course =
        last < 0
          ? response.from(0, initialPotential - threshold, stop)
          : response.from(spikes[last] + refractory, reset - threshold, stop);
      run = last;
    }
    volts[k] = threshold + course(time);
  }
  return volts;
}
