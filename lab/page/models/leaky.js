// The leaky bucket: τ dV/dt = −(V − E) + R·I with τ = R·C; a spike at the first instant at which V
// reaches the threshold; then V = reset for the refractory time. Solved in closed form, as
// models/neurons/leaky.py and models/solvers/ have it.

import { ParameterError, requireFinite, requireNotNegative, requirePositive } from "./errors.js";
import { fire } from "./solvers/firing.js";
import { LeakyLines } from "./solvers/leaky_lines.js";
import { LeakySine } from "./solvers/leaky_sine.js";
import { overdrive } from "./solvers/numbers.js";
import { corners, requireDrive } from "./stimuli.js";

/**
 * @typedef {object} LeakyParameters
 * @property {number} resistance ohm, positive
 * @property {number} capacitance farad, positive
 * @property {number} threshold volt, above reset
 * @property {number} reset volt
 * @property {number} leak_potential volt, where the membrane rests without input
 * @property {number} refractory second, not negative
 */

/** Refuse parameters that break a rule; throws ParameterError. */
function requireLeaky(parameters) {
  requirePositive("resistance", parameters.resistance);
  requirePositive("capacitance", parameters.capacitance);
  requireFinite("threshold", parameters.threshold);
  requireFinite("reset", parameters.reset);
  requireFinite("leak_potential", parameters.leak_potential);
  requireNotNegative("refractory", parameters.refractory);
  const { threshold, reset } = parameters;
  if (threshold <= reset) throw new ParameterError("above-reset", "threshold", threshold, reset);
  // each may pass, and their product still not
  requirePositive("time_constant", timeConstant(parameters));
}

/** Return τ = R·C in seconds. */
export function timeConstant({ resistance, capacitance }) {
  return resistance * capacitance;
}

/** Return the current in amperes up to which the neuron is silent: (threshold − E)/R. */
export function rheobase({ resistance, threshold, leak_potential }) {
  let current = (threshold - leak_potential) / resistance;
  // rounding may have put the quotient above the true one, where the neuron fires, if rarely
  while (overdrive(resistance, current, leak_potential, threshold) > 0) {
    current -= Math.abs(current) * Number.EPSILON * 0.5 || Number.MIN_VALUE;
  }
  return current;
}

/** Return the seconds between spikes under a constant current in amperes; null where it is silent. */
export function firingPeriod(parameters, current) {
  const { resistance, leak_potential, threshold, reset, refractory } = parameters;
  const excess = overdrive(resistance, current, leak_potential, threshold);
  if (excess <= 0) return null;
  return refractory + timeConstant(parameters) * Math.log1p((threshold - reset) / excess);
}

/**
 * Return {spikes, voltageAt}: the spikes in [0, duration] in seconds, and a function from times in
 * seconds (Float64Array, any order) to volts (Float64Array).
 *
 * The membrane starts at the leak potential, or at the reset where that is not under the threshold.
 * Throws ParameterError.
 *
 * @param {LeakyParameters} parameters
 */
export function solve(parameters, stimulus, duration) {
  requireLeaky(parameters);
  requireDrive(stimulus, duration);
  const { leak_potential, threshold, reset } = parameters;
  const neuron = {
    ...parameters,
    initialPotential: leak_potential < threshold ? leak_potential : reset,
  };
  const response =
    stimulus.kind === "sine"
      ? new LeakySine(neuron, stimulus, duration)
      : new LeakyLines(neuron, corners(stimulus, duration));
  return fire(neuron, response, duration);
}
