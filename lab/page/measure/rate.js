/** How often a neuron fires under a steady current: measured, and by the formula; pure. */

import { firingPeriod } from "../models/leaky.js";

/** @typedef {import("../share/state.js").BenchState} BenchState */

/**
 * The rate of a train, from its first spike to its last.
 * @param {ArrayLike<number>} spikes seconds
 * @returns {number | null} hertz; zero without spikes, null of a single one
 */
export function measuredRate(spikes) {
  if (spikes.length === 0) return 0;
  return spikes.length === 1 ? null : (spikes.length - 1) / (spikes[spikes.length - 1] - spikes[0]);
}

/**
 * The model's formula: 1/T, with T = t_ref + τ·ln(1 + (V_th − V_reset)/(R·I + E − V_th)) where
 * there is a leak, and T = t_ref + C·(V_th − V_reset)/I where there is none.
 * @param {BenchState} state
 * @param {number} current amperes
 * @returns {number} hertz
 */
export function formulaRate({ bench, parameters }, current) {
  const { capacitance, threshold, reset, refractory } = parameters;
  if (bench === "bucket") return current > 0 ? 1 / (refractory + (capacitance * (threshold - reset)) / current) : 0;
  const period = firingPeriod(parameters, current);
  return period === null ? 0 : 1 / period;
}
