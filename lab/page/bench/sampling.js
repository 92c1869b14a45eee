/** A model's answer as points to draw: dense enough for a screen, with every spike's edge. */

import { corners, currentsAt } from "../models/stimuli.js";

/**
 * @typedef {import("./words.js").Solution} Solution
 * @typedef {import("../share/state.js").Stimulus} Stimulus
 */

const POINTS = 1200;
const MOST_EDGES = 3000;

/**
 * @param {Solution} model
 * @param {Stimulus} stimulus
 * @param {number} refractory seconds
 * @param {number} duration seconds
 * @returns {{times: Float64Array, values: Float64Array}} seconds and volts
 */
export function sampleModel(model, stimulus, refractory, duration) {
  const times = evenly(duration);
  const instant = 1e-9 * duration;
  for (const spike of model.spikes.subarray(0, MOST_EDGES)) {
    times.push(spike - instant, spike, spike + refractory);
  }
  times.push(...edges(stimulus, duration));
  const sorted = strictlyIncreasing(times, duration);
  return { times: sorted, values: model.voltageAt(sorted) };
}

/**
 * @param {Stimulus} stimulus
 * @param {number} duration seconds
 * @returns {{times: Float64Array, values: Float64Array}} seconds and amperes
 */
export function sampleStimulus(stimulus, duration) {
  if (stimulus.kind === "sine") {
    const times = Float64Array.from(evenly(duration));
    return { times, values: currentsAt(stimulus, times) };
  }
  const course = corners(stimulus, duration);
  return { times: course.times, values: course.currents };
}

/** @param {Stimulus} stimulus @param {number} duration */
const edges = (stimulus, duration) =>
  stimulus.kind === "sine" ? [] : corners(stimulus, duration).times.subarray(0, MOST_EDGES);

/** @param {number} duration */
const evenly = (duration) => Array.from({ length: POINTS + 1 }, (_, k) => (duration * k) / POINTS);

/** @param {number[]} times @param {number} duration */
function strictlyIncreasing(times, duration) {
  const sorted = Float64Array.from(times).sort();
  return sorted.filter((time, k) => time >= 0 && time <= duration && (k === 0 || time > sorted[k - 1]));
}
