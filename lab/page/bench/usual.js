/** The bench as it is when nobody has turned anything; and what a stimulus begins with. */

import { rounded } from "./quantities.js";

/**
 * @typedef {import("../share/state.js").BenchState} BenchState
 * @typedef {import("../share/state.js").Membrane} Membrane
 * @typedef {import("../share/state.js").Stimulus} Stimulus
 */

export const DRAWN_POINTS = 41;

/**
 * @param {any} catalogue of Python's neurons, whose defaults these are
 * @returns {BenchState}
 */
export function usualState(catalogue) {
  const parameters = defaults(catalogue, "lif");
  const { weights, bias } = defaults(catalogue, "artificial");
  const state = {
    bench: /** @type {const} */ ("leaky"),
    parameters,
    artificial: { function: "sigmoid", weights, bias, inputs: weights.map(() => 1) },
    duration: rounded(10 * parameters.resistance * parameters.capacitance),
    cursors: null,
    parts: null,
    lesson: null,
    step: 0,
    challenge: null,
    hard: false,
  };
  return { ...state, stimulus: usualStimulus("step", parameters, state.duration) };
}

/** The figures of real parts that can be turned. @param {any} catalogue @returns {import("../share/state.js").Parts} */
export function usualParts(catalogue) {
  const { offset, response, on_resistance } = catalogue.neurons.lif.real.parts;
  return { offset: offset.default, response: response.default, on_resistance: on_resistance.default };
}

/** @param {any} catalogue @param {string} name @returns {any} */
function defaults(catalogue, name) {
  return Object.fromEntries(
    catalogue.neurons[name].parameters.map((/** @type {any} */ field) => [field.name, field.default]),
  );
}

/**
 * A stimulus of a kind that suits a neuron: strong enough for spikes, slow enough to be seen.
 * @param {string} kind
 * @param {Membrane} parameters
 * @param {number} duration seconds
 * @returns {Stimulus}
 */
export function usualStimulus(kind, parameters, duration) {
  const tau = parameters.resistance * parameters.capacitance;
  const drive = Math.max(parameters.threshold - parameters.leak_potential, 0.1 * (parameters.threshold - parameters.reset));
  const rheobase = drive / parameters.resistance;
  const I = (/** @type {number} */ times) => rounded(times * rheobase);
  const onset = rounded(duration / 10);
  switch (kind) {
    case "step":
      return { kind, current: I(2), onset };
    case "pulses":
      return { kind, current: I(3.5), width: rounded(tau / 5), gap: rounded(tau / 2), onset };
    case "train":
      return { kind, current: I(3.5), width: rounded(tau / 5), period: rounded(duration / 10), onset: rounded(duration / 20) };
    case "sine":
      return { kind, amplitude: I(1), offset: I(1.2), frequency: rounded(3 / duration) };
    case "noise":
      return { kind, mean: I(0.9), sigma: I(0.8), hold: rounded(tau / 5), seed: 1 };
    default:
      return drawnLine(duration, (share) => rounded(1.5 * rheobase * Math.sin(Math.PI * share) ** 2));
  }
}

/**
 * A drawn stimulus of evenly spaced points.
 * @param {number} duration seconds
 * @param {(share: number) => number} currentAt amperes, at a share of the duration
 * @returns {Stimulus}
 */
export function drawnLine(duration, currentAt) {
  const shares = Array.from({ length: DRAWN_POINTS }, (_, k) => k / (DRAWN_POINTS - 1));
  return { kind: "drawn", times: shares.map((share) => rounded(share * duration, 6)), currents: shares.map(currentAt) };
}

/**
 * A length that shows a dozen spikes or more, and the whole of a stimulus.
 * @param {BenchState} state
 * @returns {number} seconds
 */
export function fittingDuration(state) {
  const { stimulus } = state;
  const some = someSpikes(state);
  const course = {
    step: () => stimulus.onset + some,
    pulses: () => 1.3 * (stimulus.onset + 2 * stimulus.width + stimulus.gap) + some / 5,
    train: () => stimulus.onset + 10 * stimulus.period,
    sine: () => Math.max(4 / stimulus.frequency, some),
    noise: () => Math.max(50 * stimulus.hold, some),
    drawn: () => stimulus.times.at(-1),
  }[stimulus.kind];
  return rounded(course ? course() : some, 2);
}

/** How long a dozen spikes take at a stimulus's strongest, or ten τ where that is less. @param {BenchState} state */
function someSpikes({ bench, parameters, stimulus }) {
  const { resistance, capacitance, threshold, reset, leak_potential, refractory } = parameters;
  const { current, amplitude, offset, mean, sigma, currents } = stimulus;
  const strongest = current ?? (currents ? Math.max(...currents) : (offset ?? mean) + Math.abs(amplitude ?? sigma));
  const swing = threshold - reset;
  if (bench === "bucket") return strongest > 0 ? 12 * (refractory + (capacitance * swing) / strongest) : 0.1;
  const tau = resistance * capacitance;
  const over = leak_potential + resistance * strongest - threshold;
  const usual = 10 * (tau + refractory / 2);
  return over > 0 ? Math.min(usual, 30 * (refractory + tau * Math.log1p(swing / over))) : usual;
}
