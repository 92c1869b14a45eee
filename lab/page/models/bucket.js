// The bucket: C dV/dt = I; a spike at the first instant at which V reaches the threshold; then
// V = reset for the refractory time. So it counts charge, and fires whenever C·(V_th − V_reset) has
// flowed in. Solved in closed form, as models/neurons/perfect_integrator.py has it.

import { ParameterError, requireFinite, requireNotNegative, requirePositive } from "./errors.js";
import { BucketLines } from "./solvers/bucket_lines.js";
import { BucketSine } from "./solvers/bucket_sine.js";
import { fire } from "./solvers/firing.js";
import { corners, requireDrive } from "./stimuli.js";

/**
 * @typedef {object} BucketParameters
 * @property {number} capacitance farad, positive
 * @property {number} threshold volt, above reset
 * @property {number} reset volt
 * @property {number} refractory second, not negative
 * @property {number} fill_time second, positive: how long the strongest input takes from reset to
 *   threshold; the circuit's scale, without which the equation does
 */

/** Refuse parameters that break a rule; throws ParameterError. */
function requireBucket(parameters) {
  requirePositive("capacitance", parameters.capacitance);
  requireFinite("threshold", parameters.threshold);
  requireFinite("reset", parameters.reset);
  requireNotNegative("refractory", parameters.refractory);
  requirePositive("fill_time", parameters.fill_time);
  const { threshold, reset } = parameters;
  if (threshold <= reset) throw new ParameterError("above-reset", "threshold", threshold, reset);
}

/** Return what each spike takes, in coulombs: C·(V_th − V_reset). */
function chargeOfASpike({ capacitance, threshold, reset }) {
  return capacitance * (threshold - reset);
}

/** Return the seconds between spikes under a constant current in amperes; null where it is silent. */
export function firingPeriod(parameters, current) {
  return current > 0 ? parameters.refractory + chargeOfASpike(parameters) / current : null;
}

/**
 * Return {spikes, voltageAt}: the spikes in [0, duration] in seconds, and a function from times in
 * seconds (Float64Array, any order) to volts (Float64Array). The membrane starts at the reset.
 * Throws ParameterError.
 *
 * @param {BucketParameters} parameters
 */
export function solve(parameters, stimulus, duration) {
  requireBucket(parameters);
  requireDrive(stimulus, duration);
  const neuron = { ...parameters, initialPotential: parameters.reset };
  const response =
    stimulus.kind === "sine"
      ? new BucketSine(neuron, stimulus, duration)
      : new BucketLines(neuron, corners(stimulus, duration));
  return fire(neuron, response, duration);
}
