/** How finely the circuit is run, and what it is built for: from the state alone. */

import { corners } from "../models/stimuli.js";
import { quantity, rounded } from "./quantities.js";

/** @typedef {import("../share/state.js").BenchState} BenchState */

const STEPS_PER_TIME_SCALE = 120; // as `spiketwin compare` has it
const LEAST_STEPS = 400; // of a run: a screen's worth
const MOST_POINTS = 100_000; // some two seconds of ngspice
const POINTS_OF_A_SPIKE = 140; // around its edges, whatever the step
const SHORTEST_RESET = 1.2e-5; // of the time scale, as netlists/lif.cir and if.cir say
const LIVE_STEPS = 5000; // of a run amid a drag, if the spikes stand it
const LEAST_LIVE_STEPS_PER_TIME_SCALE = 40; // an interval is off by 4e-5 then

/** The catalogue's name of a bench's neuron. @param {BenchState} state */
export const neuronOf = ({ bench }) => ({ artificial: "artificial", bucket: "if", leaky: "lif" })[bench];

/**
 * How long the strongest input takes from reset to threshold, in seconds: what the netlist `if` is
 * built for. The equation does without it, so that a learner need not set it.
 * @param {BenchState} state
 */
export function fillTime({ parameters, stimulus, duration }) {
  const charge = parameters.capacitance * (parameters.threshold - parameters.reset);
  const strongest =
    stimulus.kind === "sine"
      ? Math.abs(stimulus.offset) + Math.abs(stimulus.amplitude)
      : corners(stimulus, duration).currents.reduce((most, current) => Math.max(most, Math.abs(current)), 0);
  // without any input nothing fills it, and the run's own length is as good
  return strongest > 0 ? rounded(Math.min(charge / strongest, duration)) : duration;
}

/** The membrane's own time scale in seconds. @param {BenchState} state */
const timeScale = (state) =>
  state.bench === "bucket" ? fillTime(state) : state.parameters.resistance * state.parameters.capacitance;

/** The circuit's longest step, in seconds. @param {BenchState} state */
export const maxStep = (state) => Math.min(timeScale(state) / STEPS_PER_TIME_SCALE, state.duration / LEAST_STEPS);

/**
 * The circuit's longest step while the bench still changes, in seconds: as fine as that of the run that
 * stays, or coarser where that would take long.
 * @param {BenchState} state
 */
export const liveStep = (state) =>
  Math.max(maxStep(state), Math.min(state.duration / LIVE_STEPS, timeScale(state) / LEAST_LIVE_STEPS_PER_TIME_SCALE));

/**
 * The shortest refractory time that a bench's circuit has, in seconds: its reset takes a while.
 * @param {BenchState} state
 */
export const shortestRefractory = (state) => SHORTEST_RESET * timeScale(state);

/**
 * Why a circuit may have other spikes than its equation: what it takes longer for than is asked of it.
 * @param {BenchState} state
 * @param {Float64Array} spikes of the model, seconds
 * @returns {{key: string, values: Record<string, string>} | null} a sentence, if there is such a reason
 */
export function tooFast(state, spikes) {
  const least = shortestRefractory(state);
  const values = { least: quantity(least, "s", 2) };
  const { refractory } = state.parameters;
  if (refractory < least) return { key: "agreement.reset", values };
  const charging = spikes.length > 1 ? spikes[1] - spikes[0] - refractory : Infinity;
  return charging < least ? { key: "agreement.fast", values: { ...values, charging: quantity(charging, "s", 2) } } : null;
}

/**
 * Why a circuit is not run, if it would take more points than a page should.
 * @param {BenchState} state
 * @param {number} spikes that the model has
 * @returns {import("./session.js").Problem | null}
 */
export function tooManyPoints(state, spikes) {
  if (state.bench === "artificial") return null;
  const steps = state.duration / maxStep(state);
  const points = steps + POINTS_OF_A_SPIKE * spikes;
  if (points <= MOST_POINTS) return null;
  const code = steps < points / 2 ? "circuit.toomany" : `circuit.toolong.${state.bench}`;
  return {
    code,
    values: { points: quantity(points, "", 2), duration: quantity(state.duration, "s"), scale: quantity(timeScale(state), "s"), count: spikes },
  };
}
