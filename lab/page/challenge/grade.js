/** Points for a hidden neuron: for each value, and for whether the experiments could tell it. Pure. */

import { solve } from "../models/leaky.js";
import { uncertainty } from "./identify.js";

/**
 * @typedef {import("../share/state.js").Membrane} Membrane
 * @typedef {import("./identify.js").Experiment} Experiment
 * @typedef {"tau" | "threshold" | "refractory"} Quantity
 * @typedef {{quantity: Quantity, answer: number, truth: number, off: number, band: "exact" | "good" | "rough" | "off", points: number,
 *   mistake: string | null, uncertain: number, told: boolean, why: string | null}} Mark `off` and `uncertain` are shares of the truth;
 *   `mistake` and `why` name a text
 * @typedef {{marks: Mark[], points: number, most: number}} Grade
 */

/** @type {Quantity[]} */
export const QUANTITIES = ["tau", "threshold", "refractory"];
export const BUDGET = 6; // experiments
const BANDS = /** @type {const} */ ([[0.02, "exact", 3], [0.05, "good", 2], [0.15, "rough", 1], [Infinity, "off", 0]]);
const TELLS = 0.05; // an uncertainty up to which an experiment tells a value
const LIKE = 0.03; // how near to a known mistake an answer lies

/**
 * @param {Record<Quantity, number>} answers in s, V and s; NaN where nothing was given
 * @param {Membrane} neuron
 * @param {readonly Experiment[]} experiments
 * @param {boolean} spikesOnly
 * @returns {Grade}
 */
export function grade(answers, neuron, experiments, spikesOnly) {
  const truths = { tau: neuron.resistance * neuron.capacitance, threshold: neuron.threshold, refractory: neuron.refractory };
  const uncertain = uncertainty(neuron, experiments, spikesOnly);
  const seen = whatWasSeen(neuron, experiments);
  const marks = QUANTITIES.map((quantity) => {
    const truth = truths[quantity];
    const answer = answers[quantity];
    const off = Math.abs(answer / truth - 1);
    const [, band, points] = BANDS.find(([most]) => off <= most) ?? BANDS[3];
    const told = uncertain[quantity] <= TELLS;
    return {
      quantity, answer, truth, off, band, points: points + Number(told), told, uncertain: uncertain[quantity],
      mistake: band === "off" || band === "rough" ? mistakeOf(quantity, answer, truths, seen) : null,
      why: told ? null : whyNot(quantity, seen, spikesOnly),
    };
  });
  return { marks, points: marks.reduce((sum, mark) => sum + mark.points, 0), most: 4 * QUANTITIES.length };
}

/**
 * @typedef {{runs: number, moved: number, fired: number, twice: number, strengths: number, latencies: number[], intervals: number[]}} Seen
 * @param {Membrane} neuron @param {readonly Experiment[]} experiments @returns {Seen}
 */
function whatWasSeen(neuron, experiments) {
  const trains = experiments.map(({ stimulus, duration }) => ({ stimulus, spikes: solve(neuron, stimulus, duration).spikes }));
  const firing = trains.filter(({ spikes }) => spikes.length > 0);
  return {
    runs: trains.length,
    moved: trains.filter(({ stimulus }) => stimulus.kind !== "step" || stimulus.current !== 0).length,
    fired: firing.length,
    twice: firing.filter(({ spikes }) => spikes.length > 1).length,
    strengths: new Set(firing.map(({ stimulus }) => JSON.stringify({ ...stimulus, onset: 0 }))).size,
    latencies: firing.filter(({ stimulus }) => stimulus.kind === "step").map(({ stimulus, spikes }) => spikes[0] - stimulus.onset),
    intervals: firing.filter(({ spikes }) => spikes.length > 1).map(({ spikes }) => spikes[1] - spikes[0]),
  };
}

/** @param {Quantity} quantity @param {number} answer @param {Record<Quantity, number>} truths @param {Seen} seen */
function mistakeOf(quantity, answer, truths, { latencies, intervals }) {
  const like = (/** @type {number} */ value) => Math.abs(answer / value - 1) < LIKE;
  if (!Number.isFinite(answer)) return "none";
  if ([1e3, 1e-3, 1e6, 1e-6].some((power) => like(power * truths[quantity]))) return "prefix";
  if (quantity === "tau" && like(truths.tau * Math.LN2)) return "halflife";
  if (quantity === "tau" && latencies.some(like)) return "latency";
  if (quantity === "refractory" && intervals.some(like)) return "interval";
  if (quantity === "threshold" && like(truths.threshold * (1 - Math.exp(-1)))) return "share";
  return null;
}

/** @param {Quantity} quantity @param {Seen} seen @param {boolean} spikesOnly */
function whyNot(quantity, { runs, moved, fired, twice, strengths }, spikesOnly) {
  if (!runs) return "nothing";
  if (!moved) return "silence";
  if (!fired && (quantity !== "tau" || spikesOnly)) return "nospike";
  if (quantity === "refractory" && !twice) return "onespike";
  if (spikesOnly && strengths < 2) return "onestrength";
  if (quantity === "tau" && !spikesOnly) return "tooshort";
  return "coarse";
}
