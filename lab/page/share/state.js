/** The whole bench as one value, and as the part of the address behind the "#". */

/**
 * @typedef {"artificial" | "bucket" | "leaky"} BenchName
 * @typedef {{resistance: number, capacitance: number, threshold: number, reset: number,
 *   leak_potential: number, refractory: number}} Membrane in Ω, F, V, V, V and s
 * @typedef {{function: string, weights: readonly number[], bias: number,
 *   inputs: readonly number[]}} Artificial plain numbers
 * @typedef {{kind: string, [field: string]: any}} Stimulus SI units; its fields by its kind
 * @typedef {{offset: number, response: number, on_resistance: number}} Parts comparators' offset in V and response at 5 mV of
 *   overdrive in s, reset switch in Ω
 * @typedef {object} BenchState
 * @property {BenchName} bench
 * @property {Membrane} parameters of the bucket and of the leaky bucket
 * @property {Artificial} artificial
 * @property {Stimulus} stimulus
 * @property {number} duration seconds
 * @property {readonly [number, number] | null} cursors seconds; null where none are shown
 * @property {Parts | null} parts of the leaky neuron's circuit where it is built of real ones; null for ideal ones
 * @property {string | null} lesson
 * @property {number} step of the lesson
 * @property {number | null} challenge its seed
 * @property {boolean} hard whether the challenge shows the spikes only
 */

const VERSION = 1;
/** @type {BenchName[]} */
export const BENCHES = ["artificial", "bucket", "leaky"];
export const PARTS = /** @type {const} */ (["offset", "response", "on_resistance"]);
export const FUNCTIONS = ["sigmoid", "tanh", "relu", "step"];
const MOST_POINTS = 400;

/** The fields of each kind of stimulus, in the order they are shown. @type {Record<string, string[]>} */
export const STIMULUS_FIELDS = {
  step: ["current", "onset"],
  pulses: ["current", "width", "gap", "onset"],
  train: ["current", "width", "period", "onset"],
  sine: ["amplitude", "offset", "frequency"],
  noise: ["mean", "sigma", "hold", "seed"],
  drawn: ["times", "currents"],
};
const POSITIVE = new Set(["resistance", "capacitance", "width", "gap", "period", "frequency", "hold", "duration"]);
const NOT_NEGATIVE = new Set(["refractory", "onset", "sigma", "seed"]);

/**
 * Write what differs from the usual bench.
 * @param {BenchState} state
 * @param {BenchState} usual
 * @returns {string} such as "v=1&bench=leaky&resistance=220000"
 */
export function encode(state, usual) {
  const parts = [`v=${VERSION}`, `bench=${state.bench}`];
  for (const [name, value] of Object.entries(state.parameters)) {
    if (value !== usual.parameters[/** @type {keyof Membrane} */ (name)]) parts.push(`${name}=${value}`);
  }
  const { function: shape, weights, bias, inputs } = state.artificial;
  const artificial = { function: shape, weights: weights.join(";"), bias, inputs: inputs.join(";") };
  const plain = { ...usual.artificial, weights: usual.artificial.weights.join(";"), inputs: usual.artificial.inputs.join(";") };
  for (const [name, value] of Object.entries(artificial)) {
    if (value !== plain[/** @type {keyof typeof plain} */ (name)]) parts.push(`${name}=${value}`);
  }
  const stimulus = stimulusText(state.stimulus);
  if (stimulus !== stimulusText(usual.stimulus)) parts.push(`stimulus=${stimulus}`);
  if (state.duration !== usual.duration) parts.push(`duration=${state.duration}`);
  if (state.cursors) parts.push(`cursors=${state.cursors.join(";")}`);
  if (state.parts) parts.push(`parts=${PARTS.map((name) => state.parts?.[name]).join(";")}`);
  if (state.lesson !== null) parts.push(`lesson=${encodeURIComponent(state.lesson)}&step=${state.step}`);
  if (state.challenge !== null) parts.push(`challenge=${state.challenge}${state.hard ? "&hard=1" : ""}`);
  return parts.join("&");
}

/**
 * Read it back. What cannot be read stays as usual, and is named.
 * @param {string} hash with or without its "#"
 * @param {BenchState} usual
 * @returns {{state: BenchState, refused: string[]}} the parts that were refused, as written
 */
export function decode(hash, usual) {
  const refused = /** @type {string[]} */ ([]);
  const given = new URLSearchParams(hash.replace(/^#/, ""));
  if (given.has("v") && given.get("v") !== String(VERSION)) {
    return { state: usual, refused: [`v=${given.get("v")}`] };
  }
  /** @type {<T>(name: string, read: (text: string) => T | undefined, otherwise: T) => T} */
  const take = (name, read, otherwise) => {
    const text = given.get(name);
    if (text === null) return otherwise;
    const value = read(text);
    if (value === undefined) refused.push(`${name}=${text}`);
    return value === undefined ? otherwise : value;
  };
  const parameters = { ...usual.parameters };
  for (const name of /** @type {(keyof Membrane)[]} */ (Object.keys(parameters))) {
    parameters[name] = take(name, (text) => numberOf(name, text), parameters[name]);
  }
  const ordered = parameters.reset < parameters.threshold;
  if (!ordered) refused.push(`threshold=${parameters.threshold}`, `reset=${parameters.reset}`);
  const state = {
    bench: take("bench", (text) => BENCHES.find((name) => name === text), usual.bench),
    parameters: ordered ? parameters : { ...parameters, threshold: usual.parameters.threshold, reset: usual.parameters.reset },
    artificial: {
      function: take("function", (text) => FUNCTIONS.find((name) => name === text), usual.artificial.function),
      weights: take("weights", (text) => numbersWithin(text, usual.artificial.weights.length), usual.artificial.weights),
      bias: take("bias", (text) => numbersWithin(text, 1)?.[0], usual.artificial.bias),
      inputs: take("inputs", (text) => numbersWithin(text, usual.artificial.inputs.length), usual.artificial.inputs),
    },
    stimulus: take("stimulus", stimulusOf, usual.stimulus),
    duration: take("duration", (text) => numberOf("duration", text), usual.duration),
    cursors: take("cursors", cursorsOf, usual.cursors),
    parts: take("parts", partsOf, usual.parts),
    lesson: take("lesson", (text) => (/^[\w-]+$/.test(text) ? text : undefined), usual.lesson),
    step: take("step", (text) => wholeOf(text), usual.step),
    challenge: take("challenge", (text) => wholeOf(text), usual.challenge),
    hard: take("hard", (text) => ({ 0: false, 1: true })[text], usual.hard),
  };
  return { state, refused };
}

/**
 * Say which parts of a state break a rule.
 * @param {BenchState} state
 * @returns {string | null} such as "resistance=0"; null where all is well
 */
export function check(state) {
  if (!Object.hasOwn(STIMULUS_FIELDS, state.stimulus?.kind)) return `stimulus=${state.stimulus?.kind}`;
  // against nothing usual, so that every part is written and read
  const nothing = { ...state, parameters: /** @type {any} */ ({}), artificial: { ...state.artificial, bias: NaN }, stimulus: { kind: "step" }, duration: NaN };
  const { refused } = decode(encode(state, nothing), state);
  return refused.length ? refused.join(", ") : null;
}

/** @param {Stimulus} stimulus */
function stimulusText(stimulus) {
  const fields = STIMULUS_FIELDS[stimulus.kind].map((name) => {
    const value = stimulus[name];
    return `${name}=${Array.isArray(value) ? value.join(";") : value}`;
  });
  return `${stimulus.kind}:${fields.join(",")}`;
}

/** @param {string} text @returns {Stimulus | undefined} */
function stimulusOf(text) {
  const [kind, rest = ""] = text.split(/:(.*)/s);
  const names = Object.hasOwn(STIMULUS_FIELDS, kind) ? STIMULUS_FIELDS[kind] : undefined;
  if (!names) return undefined;
  const given = new Map(rest.split(",").map((pair) => /** @type {[string, string]} */ (pair.split("=", 2))));
  /** @type {Stimulus} */
  const stimulus = { kind };
  for (const name of names) {
    const written = given.get(name);
    if (written === undefined) return undefined;
    const value = kind === "drawn" ? listOf(written) : name === "seed" ? wholeOf(written) : numberOf(name, written);
    if (value === undefined) return undefined;
    stimulus[name] = value;
  }
  return possible(stimulus) ? stimulus : undefined;
}

/**
 * Whether a stimulus's fields go together.
 * @param {Stimulus} stimulus
 */
export function possible(stimulus) {
  if (stimulus.kind === "train") return stimulus.width < stimulus.period;
  if (stimulus.kind !== "drawn") return true;
  const { times, currents } = stimulus;
  return (
    times.length === currents.length && times.length >= 2 && times[0] >= 0 &&
    times.every((/** @type {number} */ time, /** @type {number} */ k) => k === 0 || time > times[k - 1])
  );
}

/** @param {string} name @param {string} text */
function numberOf(name, text) {
  const value = text.trim() === "" ? NaN : Number(text);
  if (!Number.isFinite(value) || Math.abs(value) > 1e15) return undefined;
  if (POSITIVE.has(name) && !(value > 1e-18)) return undefined;
  if (NOT_NEGATIVE.has(name) && value < 0) return undefined;
  return value;
}

/** @param {string} text */
const wholeOf = (text) => (/^\d{1,9}$/.test(text) ? Number(text) : undefined);

/** @param {string} text @returns {number[] | undefined} */
function listOf(text) {
  const values = text.split(";").map((part) => (part.trim() === "" ? NaN : Number(part)));
  return values.length <= MOST_POINTS && values.every(Number.isFinite) ? values : undefined;
}

/** @param {string} text @param {number} count */
function numbersWithin(text, count) {
  const values = listOf(text);
  return values?.length === count && values.every((value) => Math.abs(value) <= 100) ? values : undefined;
}

/** @param {string} text @returns {import("./state.js").Parts | undefined} */
function partsOf(text) {
  const [offset, response, on_resistance] = listOf(text) ?? [];
  const sound = Math.abs(offset) <= 0.1 && response >= 1e-7 && response <= 1e-4 && on_resistance >= 1 && on_resistance <= 1e4;
  return sound ? { offset, response, on_resistance } : undefined;
}

/** @param {string} text @returns {[number, number] | undefined} */
function cursorsOf(text) {
  const values = listOf(text);
  return values?.length === 2 && values.every((value) => value >= 0) ? [values[0], values[1]] : undefined;
}
