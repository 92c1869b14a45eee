/**
 * Whether experiments could tell a parameter: from how much what was seen would change with it. Pure.
 *
 * What is seen is y(θ) with an error of reading σ; θ are the logarithms of τ, threshold, refractory
 * time and, where the membrane is seen, resistance. The least standard error that any estimate can
 * have is then that of Cramér and Rao, the root of the diagonal of (JᵀJ + P)⁻¹ with J = ∂y/∂θ / σ and
 * a weak prior P, so that what nothing tells is uncertain by its whole size, and not infinitely.
 */

import { solve } from "../models/leaky.js";

/**
 * @typedef {import("../share/state.js").Membrane} Membrane
 * @typedef {{stimulus: import("../share/state.js").Stimulus, duration: number}} Experiment
 * @typedef {{tau: number, threshold: number, refractory: number}} Uncertainty shares of the value: 0.05 is 5 %
 */

const TIME_ERROR = 1e-3; // of the time shown: a spike read from the table, rounded
const VOLTAGE_ERROR = 0.01; // of the threshold: a curve read by eye, at SAMPLES places
const SAMPLES = 40;
const CHANGE = 1e-4; // of a parameter, for the derivative
const QUANTITIES = /** @type {const} */ (["tau", "threshold", "refractory"]);

/**
 * @param {Membrane} neuron
 * @param {readonly Experiment[]} experiments
 * @param {boolean} spikesOnly then the resistance is told, and the membrane not seen
 * @returns {Uncertainty}
 */
export function uncertainty(neuron, experiments, spikesOnly) {
  const names = spikesOnly ? [...QUANTITIES] : [...QUANTITIES, "resistance"];
  const information = names.map((_, i) => names.map((_name, j) => (i === j ? 1 : 0)));
  for (const experiment of experiments) {
    for (const row of sensitivities(neuron, experiment, names, spikesOnly)) {
      for (let i = 0; i < names.length; i += 1) for (let j = 0; j < names.length; j += 1) information[i][j] += row[i] * row[j];
    }
  }
  const [tau, threshold, refractory] = inverse(information).map((row, k) => Math.sqrt(row[k]));
  return { tau, threshold, refractory };
}

/**
 * The rows of J: one for each spike, and for each place on the curve.
 * @param {Membrane} neuron @param {Experiment} experiment @param {readonly string[]} names @param {boolean} spikesOnly
 * @returns {number[][]}
 */
function sensitivities(neuron, { stimulus, duration }, names, spikesOnly) {
  const runs = names.map((name) => [1, -1].map((sign) => solve(changed(neuron, name, 1 + sign * CHANGE), stimulus, duration)));
  const run = solve(neuron, stimulus, duration);
  const common = Math.min(run.spikes.length, ...runs.flat().map(({ spikes }) => spikes.length));
  const rows = Array.from({ length: common }, (_, k) => runs.map(([up, down]) => (up.spikes[k] - down.spikes[k]) / (2 * CHANGE) / (TIME_ERROR * duration)));
  if (spikesOnly) return rows;
  const times = Float64Array.from({ length: SAMPLES }, (_, k) => ((k + 0.5) * duration) / SAMPLES);
  const curves = runs.map((pair) => pair.map(({ voltageAt }) => voltageAt(times)));
  const spikesBefore = (/** @type {Float64Array} */ spikes, /** @type {number} */ time) => spikes.filter((spike) => spike <= time).length;
  times.forEach((time, k) => {
    // where a spike moves past, the difference is a jump and no derivative
    const counts = new Set(runs.flat().map(({ spikes }) => spikesBefore(spikes, time)));
    const last = run.spikes.findLast((spike) => spike <= time) ?? -Infinity;
    if (counts.size > 1 || Math.abs(time - last - neuron.refractory) < 0.01 * neuron.refractory) return;
    rows.push(curves.map(([up, down]) => (up[k] - down[k]) / (2 * CHANGE) / (VOLTAGE_ERROR * neuron.threshold)));
  });
  return rows;
}

/** With one of τ, threshold, refractory time and resistance larger, the others being kept. @param {Membrane} neuron @param {string} name @param {number} factor */
function changed(neuron, name, factor) {
  if (name === "tau") return { ...neuron, capacitance: neuron.capacitance * factor };
  if (name === "resistance") return { ...neuron, resistance: neuron.resistance * factor, capacitance: neuron.capacitance / factor };
  return { ...neuron, [name]: neuron[/** @type {keyof Membrane} */ (name)] * factor };
}

/** By Gauss and Jordan; it is positive definite, so that no pivot is zero. @param {number[][]} matrix @returns {number[][]} */
function inverse(matrix) {
  const n = matrix.length;
  const rows = matrix.map((row, i) => [...row, ...row.map((_, j) => (i === j ? 1 : 0))]);
  for (let k = 0; k < n; k += 1) {
    const pivot = rows[k][k];
    rows[k] = rows[k].map((value) => value / pivot);
    for (let i = 0; i < n; i += 1) {
      const factor = rows[i][k];
      if (i !== k) rows[i] = rows[i].map((value, j) => value - factor * rows[k][j]);
    }
  }
  return rows.map((row) => row.slice(n));
}
