/** What the names in a lesson's formulas stand for: a bench, what its model does, what was measured. */

import { artificialOf, settingsOf } from "../bench/session.js";
import { respond } from "../models/artificial.js";
import { solve as solveBucket } from "../models/bucket.js";
import { solve as solveLeaky } from "../models/leaky.js";

/**
 * @typedef {import("../share/state.js").BenchState} BenchState
 * @typedef {import("../bench/bench.js").Results} Results
 */

/**
 * The names of a bench as a step has set it, or as it stands, in SI units. Of a membrane:
 * the parameters, the stimulus's fields, duration; part_offset, part_response, part_on_resistance of real parts; tau, rheobase, charge; count, spike(k), first, interval,
 * rate and variation of the model's spikes; v(t) and peak(t1, t2) of its membrane. Of the artificial neuron: w1, x1,
 * …, bias, sum, output. Where something was measured: tau63, taufit, points (of the f–I curve), circuit_count,
 * circuit_interval.
 * @param {any} catalogue
 * @param {BenchState} state
 * @param {Results | null} [results]
 * @returns {import("./expression.js").Lookup}
 */
export function namesOf(catalogue, state, results = null) {
  /** @type {Record<string, number>} */
  const plain = state.bench === "artificial" ? ofArtificial(catalogue, state) : ofMembrane(state);
  /** @type {any} */
  let solved;
  const model = () => (solved ??= (state.bench === "bucket" ? solveBucket : solveLeaky)(settingsOf(catalogue, state), state.stimulus, state.duration));
  /** @type {Record<string, () => number | ((...given: number[]) => number)>} */
  const worked = state.bench === "artificial" ? {} : {
    count: () => model().spikes.length,
    first: () => model().spikes[0] ?? NaN,
    interval: () => intervalOf(model().spikes),
    rate: () => 1 / intervalOf(model().spikes),
    variation: () => variationOf(model().spikes),
    spike: () => (k) => model().spikes[k - 1] ?? NaN,
    v: () => (time) => model().voltageAt(Float64Array.of(time))[0],
    peak: () => (from, to) => Math.max(...model().voltageAt(Float64Array.from({ length: 1000 }, (_, k) => from + ((to - from) * k) / 999))),
  };
  /** @type {Record<string, number>} */
  const measured = results === null ? {} : {
    tau63: results.tau63 ?? NaN,
    taufit: results.tauFit?.tau ?? NaN,
    points: results.fi.length,
    circuit_count: results.circuitSpikes?.length ?? NaN,
    circuit_interval: intervalOf(results.circuitSpikes ?? []),
  };
  return (name) => {
    if (Object.hasOwn(plain, name)) return plain[name];
    if (Object.hasOwn(worked, name)) return worked[name]();
    return Object.hasOwn(measured, name) ? measured[name] : undefined;
  };
}

/** @param {BenchState} state @returns {Record<string, number>} */
function ofMembrane({ parameters, stimulus, duration, parts }) {
  const { resistance, capacitance, threshold, reset, leak_potential } = parameters;
  const numbers = Object.entries(stimulus).filter(([, value]) => typeof value === "number");
  return {
    ...parameters, ...Object.fromEntries(numbers), duration,
    ...(parts && { part_offset: parts.offset, part_response: parts.response, part_on_resistance: parts.on_resistance }), tau: resistance * capacitance,
    rheobase: (threshold - leak_potential) / resistance, charge: capacitance * (threshold - reset),
  };
}

/** @param {any} catalogue @param {BenchState} state @returns {Record<string, number>} */
function ofArtificial(catalogue, state) {
  const { weights, inputs, bias } = state.artificial;
  const { sum, output } = respond(artificialOf(catalogue, state), [...inputs]);
  const each = (/** @type {string} */ letter, /** @type {readonly number[]} */ list) => list.map((value, k) => [`${letter}${k + 1}`, value]);
  return { ...Object.fromEntries([...each("w", weights), ...each("x", inputs)]), bias, sum, output };
}

/** The last interval, in seconds: the first may begin elsewhere than at the reset. @param {ArrayLike<number>} spikes */
const intervalOf = (spikes) => (spikes.length < 2 ? NaN : spikes[spikes.length - 1] - spikes[spikes.length - 2]);

/** The intervals' coefficient of variation. @param {Float64Array} spikes */
function variationOf(spikes) {
  const intervals = Array.from(spikes.subarray(1), (time, k) => time - spikes[k]);
  if (intervals.length < 2) return NaN;
  const mean = intervals.reduce((sum, each) => sum + each, 0) / intervals.length;
  return Math.sqrt(intervals.reduce((sum, each) => sum + (each - mean) ** 2, 0) / (intervals.length - 1)) / mean;
}
