// The artificial neuron: y = φ(Σ wᵢ·xᵢ + b), all plain numbers, with no time in it. As
// models/neurons/artificial.py has it.

import { ParameterError, requireFinite } from "./errors.js";

const MOST_INPUTS = 3; // the circuit has no more
const LARGEST_WEIGHT = 100; // a ratio of resistors; larger ones ask too much of an op-amp

/** The functions φ by name. */
export const FUNCTIONS = Object.freeze({
  relu: (sum) => Math.max(sum, 0),
  // by tanh, which overflows nowhere
  sigmoid: (sum) => 0.5 * (1 + Math.tanh(0.5 * sum)),
  tanh: Math.tanh,
  step: (sum) => (sum > 0 ? 1 : 0),
});

/**
 * @typedef {object} ArtificialParameters
 * @property {string} function relu, sigmoid, tanh, or step
 * @property {number[]} weights one to three, one an input, within ±100
 * @property {number} bias within ±100
 */

/** Refuse parameters that break a rule; throws ParameterError. */
function requireArtificial(parameters) {
  if (!Object.hasOwn(FUNCTIONS, parameters.function)) {
    throw new ParameterError("function", "function", parameters.function);
  }
  const { weights } = parameters;
  if (!Array.isArray(weights) || weights.length < 1 || weights.length > MOST_INPUTS) {
    throw new ParameterError("as-many", "weights", weights, MOST_INPUTS);
  }
  for (const [k, weight] of weights.entries()) requireWithin(`weights[${k}]`, weight);
  requireWithin("bias", parameters.bias);
}

function requireWithin(field, value) {
  requireFinite(field, value);
  if (Math.abs(value) > LARGEST_WEIGHT) {
    throw new ParameterError("within", field, value, LARGEST_WEIGHT);
  }
}

/**
 * Return {sum, output}: Σ wᵢ·xᵢ + b, and φ of it. Throws ParameterError.
 *
 * @param {ArtificialParameters} parameters
 * @param {number[]} inputs as many as weights
 */
export function respond(parameters, inputs) {
  requireArtificial(parameters);
  const { weights, bias } = parameters;
  if (inputs.length !== weights.length) {
    throw new ParameterError("as-many", "inputs", inputs.length, weights.length);
  }
  for (const [k, input] of inputs.entries()) requireFinite(`inputs[${k}]`, input);
  const sum = weights.reduce((total, weight, k) => total + weight * inputs[k], 0) + bias;
  return { sum, output: FUNCTIONS[parameters.function](sum) };
}
