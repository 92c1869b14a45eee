/** From a bench's state to its answers: the model's at once, the circuit's when it comes. */

import { CircuitError } from "../engine/client.js";
import { deck, transferDeck } from "../engine/netlist.js";
import { respond } from "../models/artificial.js";
import { solve as solveBucket } from "../models/bucket.js";
import { ParameterError } from "../models/errors.js";
import { solve as solveLeaky } from "../models/leaky.js";
import { valueAt } from "../scope/scope_line.js";
import { createStore } from "../store.js";
import { sampleModel, sampleStimulus } from "./sampling.js";
import { fillTime, liveStep, maxStep, neuronOf, tooManyPoints } from "./steps.js";

/**
 * @typedef {import("../share/state.js").BenchState} BenchState
 * @typedef {import("../scope/scope.js").Line} Line
 * @typedef {{code: string, values: Record<string, string | number>, lines?: string[]}} Problem
 * @typedef {{parameters: import("../share/state.js").Membrane, spikesOnly: boolean}} Hidden a neuron that is not shown; of it
 *   the membrane is seen too, or the spikes only
 * @typedef {object} Outcome what is known of the bench as it stands
 * @property {import("./words.js").Solution | null} model
 * @property {Line | null} modelLine seconds, volts; or the artificial neuron's input and output
 * @property {Line | null} stimulusLine seconds, amperes
 * @property {{sum: number, output: number} | null} output of the artificial neuron
 * @property {Problem | null} modelProblem
 * @property {{line: Line, spikes: Float64Array, seconds: number} | null} circuit the last run
 * @property {boolean} stale whether that run is of a bench before the last turn
 * @property {"loading" | "running" | "done" | "failed" | "broken" | "held" | "standin"} circuitState the last two of a hidden
 *   neuron: not run yet, and the equation in the place of a circuit that cannot run
 * @property {Problem | null} circuitProblem
 */

const DEADLINE = 10; // s: no deck that the page lets through takes a tenth of it
const QUIET = 250; // ms after which a coarse run is followed by the fine one
const SWEEP = 3; // units, to either side, of the artificial neuron's first input

/** @type {Outcome} */
const NOTHING = {
  model: null, modelLine: null, stimulusLine: null, output: null, modelProblem: null,
  circuit: null, stale: false, circuitState: "loading", circuitProblem: null,
};

/**
 * @param {any} catalogue
 * @param {import("../engine/client.js").Circuit} circuit
 * @param {import("../store.js").Store<BenchState>} bench
 * @returns {{outcome: import("../store.js").Store<Outcome>, deckOf: (state: BenchState) => string,
 *   conceal: (neuron: Hidden | null) => void, experiment: () => Promise<void>}} conceal puts a hidden neuron on
 *   the bench, which runs at each experiment() only, or takes it away
 */
export function createSession(catalogue, circuit, bench) {
  const outcome = createStore(NOTHING);
  let newest = 0;

  const deckOf = (/** @type {BenchState} */ state, step = maxStep(state)) =>
    state.bench === "artificial"
      ? transferDeck(catalogue, artificialOf(catalogue, state), [...state.artificial.inputs], { input: 0, from: -SWEEP, to: SWEEP })
      : deck(catalogue, neuronOf(state), settingsOf(catalogue, state), state.stimulus, state.duration, step, state.bench === "leaky" ? state.parts : null);

  /** @param {BenchState} state @param {boolean} live whether it may be coarse, for a while */
  const runCircuit = async (state, live = true) => {
    newest += 1;
    const mine = newest;
    const step = live && state.bench !== "artificial" ? liveStep(state) : maxStep(state);
    const problem = tooManyPoints(state, outcome.get().model?.spikes.length ?? 0);
    if (problem) {
      outcome.set({ circuit: null, circuitState: "failed", circuitProblem: problem });
      return;
    }
    // the coarse run of the very bench stands until the fine one is there
    if (live) outcome.set({ stale: true, circuitProblem: null, circuitState: circuit.state === "loading" ? "loading" : "running" });
    try {
      const run = await circuit.run(deckOf(state, step), { deadline: DEADLINE });
      if (mine !== newest) {
        // amid a drag: pale, as it is a step behind, but it follows; of a hidden neuron it would be another's
        if (!hidden && bench.get().bench === state.bench && !outcome.get().modelProblem) outcome.set({ circuit: read(run, state), stale: true });
        return;
      }
      outcome.set({ circuit: read(run, state), stale: false, circuitState: "done", circuitProblem: null });
      if (step > maxStep(state)) setTimeout(() => mine === newest && void runCircuit(state, false), QUIET);
    } catch (error) {
      if (!(error instanceof CircuitError)) throw error;
      if (mine !== newest || error.code === "replaced") return;
      outcome.set({
        circuit: null,
        circuitState: circuit.state === "broken" ? "broken" : "failed",
        circuitProblem: { code: `circuit.${error.code}`, values: { deadline: DEADLINE }, lines: error.lines },
      });
    }
  };

  /** @type {Hidden | null} */
  let hidden = null;
  // of a hidden neuron the page knows what its circuit did, and before that nothing
  const blank = (/** @type {BenchState} */ state) => outcome.set({ ...nothingSeen(state), circuit: null, stale: false, circuitState: "held", circuitProblem: null });
  const experiment = async () => {
    if (!hidden) return;
    const { parameters, spikesOnly } = hidden;
    const state = { ...bench.get(), parameters };
    newest += 1;
    const mine = newest;
    outcome.set({ circuitState: "running" });
    // where there is no circuit, the equation stands in for it
    const run = await circuit.run(deckOf(state), { deadline: DEADLINE })
      .then((done) => ({ ...read(done, state), by: /** @type {const} */ ("done") }), () => ({ ...standIn(catalogue, state), by: /** @type {const} */ ("standin") }));
    if (mine !== newest) return;
    const { line, spikes, seconds, by } = spikesOnly ? { ...run, line: nothingSeen(state).modelLine } : run;
    outcome.set({ model: { spikes, voltageAt: (times) => times.map((time) => valueAt(line, time)) }, modelLine: line, circuit: { line, spikes, seconds }, circuitState: by });
  };

  const answer = (/** @type {BenchState} */ state, /** @type {boolean} */ another) => {
    if (hidden) {
      newest += 1;
      blank(state);
      return;
    }
    const solved = solve(catalogue, state);
    outcome.set(another ? { ...solved, circuit: null } : solved);
    if (!solved.modelProblem) void runCircuit(state);
    else {
      newest += 1; // a run under way is of another bench
      outcome.set({ circuit: null, circuitState: "failed", circuitProblem: null });
    }
  };

  circuit.addEventListener("state", (event) => {
    const { state, reason } = /** @type {CustomEvent} */ (event).detail;
    if (state === "broken") outcome.set({ circuitState: "broken", circuitProblem: { code: `circuit.${reason}`, values: {} } });
    else if (state === "running" && outcome.get().circuitState === "loading") outcome.set({ circuitState: "running" });
  });
  bench.subscribe((now, before) => {
    if (PHYSICS.some((field) => now[field] !== before[field])) answer(now, now.bench !== before.bench);
  });
  answer(bench.get(), true);
  return {
    outcome,
    deckOf,
    conceal(neuron) {
      hidden = neuron;
      answer(bench.get(), true);
    },
    experiment,
  };
}

/** The input, and a flat line. @param {BenchState} state */
function nothingSeen({ stimulus, duration }) {
  const modelLine = { times: Float64Array.of(0, duration), values: new Float64Array(2) };
  const model = { spikes: new Float64Array(), voltageAt: (/** @type {Float64Array} */ times) => new Float64Array(times.length) };
  return { model, modelLine, stimulusLine: sampleStimulus(stimulus, duration), output: null, modelProblem: null };
}

/** @param {any} catalogue @param {BenchState} state */
function standIn(catalogue, state) {
  const { spikes, voltageAt } = solveLeaky(settingsOf(catalogue, state), state.stimulus, state.duration);
  return { line: sampleModel({ spikes, voltageAt }, state.stimulus, state.parameters.refractory, state.duration), spikes, seconds: 0 };
}

/** The fields of the state that a membrane feels. @type {(keyof BenchState)[]} */
const PHYSICS = ["bench", "parameters", "artificial", "stimulus", "duration", "parts"];

/** @param {any} catalogue @param {BenchState} state @returns {Partial<Outcome> & {modelProblem: Problem | null}} */
function solve(catalogue, state) {
  try {
    if (state.bench === "artificial") return { ...solveArtificial(catalogue, state), modelProblem: null };
    const settings = settingsOf(catalogue, state);
    const model = (state.bench === "bucket" ? solveBucket : solveLeaky)(settings, state.stimulus, state.duration);
    return {
      model,
      modelLine: sampleModel(model, state.stimulus, state.parameters.refractory, state.duration),
      stimulusLine: sampleStimulus(state.stimulus, state.duration),
      output: null,
      modelProblem: null,
    };
  } catch (error) {
    if (!(error instanceof ParameterError)) throw error;
    const { code, field, value, limit } = error;
    return { model: null, modelLine: null, modelProblem: { code: `model.${code}`, values: { field, value: String(value), limit: String(limit) } } };
  }
}

/** @param {any} catalogue @param {BenchState} state */
function solveArtificial(catalogue, state) {
  const parameters = artificialOf(catalogue, state);
  const inputs = Float64Array.from({ length: 241 }, (_, k) => -SWEEP + (2 * SWEEP * k) / 240);
  const others = state.artificial.inputs.slice(1);
  return {
    model: null,
    modelLine: { times: inputs, values: inputs.map((x) => respond(parameters, [x, ...others]).output) },
    stimulusLine: null,
    output: respond(parameters, [...state.artificial.inputs]),
  };
}

/** @param {any} run @param {BenchState} state */
function read(run, state) {
  if (state.bench !== "artificial") return { line: { times: run.time, values: run.mem }, spikes: run.spikes, seconds: run.seconds };
  return { line: { times: run.vectors.x1, values: run.vectors.y }, spikes: new Float64Array(), seconds: run.seconds };
}

/**
 * The netlist's parameters: the bench's, and those that it derives.
 * @param {any} catalogue @param {BenchState} state @returns {any}
 */
export function settingsOf(catalogue, state) {
  const names = catalogue.neurons[neuronOf(state)].parameters.map((/** @type {any} */ field) => field.name);
  const known = /** @type {Record<string, number>} */ ({ ...state.parameters, fill_time: fillTime(state) });
  return Object.fromEntries(names.map((/** @type {string} */ name) => [name, known[name]]));
}

/** @param {any} catalogue @param {BenchState} state @returns {any} */
export function artificialOf(catalogue, state) {
  const fields = catalogue.neurons.artificial.parameters;
  const usual = Object.fromEntries(fields.map((/** @type {any} */ field) => [field.name, field.default]));
  const { function: shape, weights, bias } = state.artificial;
  return { ...usual, function: shape, weights: [...weights], bias };
}
