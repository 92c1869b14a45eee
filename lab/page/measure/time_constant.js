/** τ as one measures it in a lab: at 63 % of the way, and by a fit between the cursors; pure. */

import { corners, EDGE } from "../models/stimuli.js";
import { valueAt } from "../scope/scope_line.js";
import { fitExponential } from "./exponential_fit.js";

/**
 * @typedef {import("../scope/scope_line.js").Line} Line
 * @typedef {import("../share/state.js").BenchState} BenchState
 * @typedef {{problem: string, values?: Record<string, number>}} Trouble
 */

const PART = 1 - Math.exp(-1); // 63 %
const FLAT = 0.01; // of the way: what the last tenth before B may still rise
const POINTS = 400;

/**
 * Why no exponential can be read between two times, or null.
 * @param {BenchState} state
 * @param {ArrayLike<number>} spikes seconds
 * @param {number} start
 * @param {number} stop
 * @returns {Trouble | null}
 */
export function obstacle(state, spikes, start, stop) {
  const { stimulus, duration, parameters } = state;
  if (!(stop - start > 1e-4 * duration)) return { problem: "narrow" };
  if (stimulus.kind === "sine") return { problem: "unsteady" };
  const spike = Array.from(spikes).find((time) => time + parameters.refractory > start && time < stop);
  if (spike !== undefined) return { problem: "spike", values: { spike } };
  const { times, currents } = corners(stimulus, duration);
  // an edge at the very begin is what one puts the cursor on
  const grace = start + 2 * EDGE + 2e-3 * (stop - start);
  const moving = times.findIndex((_, k) => k > 0 && times[k] > grace && times[k - 1] < stop && currents[k] !== currents[k - 1]);
  return moving === -1 ? null : { problem: "unsteady" };
}

/**
 * Read where a curve has gone 63 % of the way from its value at the first cursor to that at the second.
 * @param {Line} line
 * @param {number} start seconds
 * @param {number} stop seconds
 * @returns {{tau: number, crossing: number, levels: number[], flat: boolean} | Trouble}
 */
export function readAt63(line, start, stop) {
  const [low, high] = [valueAt(line, start), valueAt(line, stop)];
  if (!(Math.abs(high - low) > 1e-9)) return { problem: "flat" };
  const level = low + PART * (high - low);
  const rising = Math.sign(high - low);
  const times = [start, ...Array.from(line.times).filter((time) => time > start && time < stop), stop];
  for (let k = 1; k < times.length; k += 1) {
    const [before, after] = [valueAt(line, times[k - 1]), valueAt(line, times[k])];
    if (rising * (after - level) < 0) continue;
    const crossing = times[k - 1] + ((level - before) / (after - before)) * (times[k] - times[k - 1]);
    const late = valueAt(line, stop - 0.1 * (stop - start));
    return { tau: crossing - start, crossing, levels: [low, level, high], flat: Math.abs(high - late) < FLAT * Math.abs(high - low) };
  }
  return { problem: "flat" };
}

/**
 * Fit an exponential to a line between two times.
 * @param {Line} line
 * @param {number} start seconds
 * @param {number} stop seconds
 */
export function fitBetween(line, start, stop) {
  // evenly, so that where the solver took short steps does not weigh more
  const times = Array.from({ length: POINTS }, (_, k) => start + ((stop - start) * k) / (POINTS - 1));
  return fitExponential(times, times.map((time) => valueAt(line, time)));
}
