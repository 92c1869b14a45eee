/** What stands in a bucket at one time of a run; pure. */

import { valueAt } from "../scope/scope_line.js";

const SHOWN = 0.03; // of the run: a bucket that tips is seen to tip, however short the reset

/**
 * @param {import("../share/state.js").BenchState} state
 * @param {import("../bench/words.js").Solution} model
 * @param {import("../scope/scope_line.js").Line} stimulus seconds, amperes
 * @param {number} time seconds
 * @param {number} flow pixels that the water has run
 * @returns {import("./bucket.js").Level & {held: boolean}}
 */
export function moment({ parameters, duration }, model, stimulus, time, flow) {
  const { spikes } = model;
  let count = 0;
  while (count < spikes.length && spikes[count] <= time) count += 1;
  const since = count ? time - spikes[count - 1] : Infinity;
  const interval = count && count < spikes.length ? spikes[count] - spikes[count - 1] : Infinity;
  const tip = Math.max(parameters.refractory, Math.min(SHOWN * duration, interval / 2));
  let strongest = 0;
  for (let k = 0; k < stimulus.values.length; k += 1) strongest = Math.max(strongest, Math.abs(stimulus.values[k]));
  return {
    voltage: model.voltageAt(Float64Array.of(time))[0], current: valueAt(stimulus, time), strongest,
    tipping: since < tip ? since / tip : null, spikes: count, flow, held: since < parameters.refractory,
  };
}
