/** The bench as lessons and the challenge see it: what stands there, what came out, and a hand on it. */

/**
 * @typedef {import("../share/state.js").BenchState} BenchState
 * @typedef {object} Results
 * @property {Float64Array} modelSpikes seconds; empty where there is no model
 * @property {Float64Array | null} circuitSpikes seconds; null while the circuit has not answered
 *   for the bench as it stands
 * @property {{sum: number, output: number} | null} output of the artificial neuron
 * @property {((times: Float64Array) => Float64Array) | null} voltageAt the model's, seconds to volts
 * @property {import("../scope/scope_line.js").Line | null} circuitLine the circuit's own time points
 * @property {import("../measure/cursor_panel.js").TauFit | null} tauFit from the cursors' window
 * @property {number | null} tau63 seconds, as read at 63 %
 * @property {readonly [number, number] | null} cursors seconds
 * @property {readonly import("../measure/fi_curve.js").Point[]} fi the learner's points
 * @property {import("./session.js").Outcome["circuitState"]} circuitState
 * @property {string} words what is happening, as the page says it
 *
 * @typedef {object} Bench
 * @property {() => BenchState} getState
 * @property {(patch: Partial<BenchState>) => void} setState whole fields: a patch of `parameters` or
 *   `stimulus` replaces them; those that break a rule are refused with an Error and change nothing
 * @property {(listener: (results: Results, state: BenchState) => void) => () => void} onChange after
 *   every change of state or of results; returns what ends it
 * @property {() => Results} results
 * @property {any} catalogue of the neurons: names, units, defaults, meanings
 * @property {HTMLElement} guide an empty place beside the bench; it shows when it has children
 * @property {(neuron: import("./session.js").Hidden | null) => void} conceal puts a hidden neuron on the bench: its
 *   controls, values, model, threshold, words and deck are away; null ends it
 * @property {() => Promise<void>} experiment runs the hidden neuron once under the input as it stands
 */

import { check } from "../share/state.js";

/**
 * @param {object} of
 * @param {import("../store.js").Store<BenchState>} of.store
 * @param {import("../store.js").Store<import("./session.js").Outcome>} of.outcome
 * @param {() => Pick<Results, "tauFit" | "tau63" | "fi" | "words">} of.measured
 * @param {any} of.catalogue
 * @param {HTMLElement} of.guide
 * @param {Bench["conceal"]} of.conceal
 * @param {Bench["experiment"]} of.experiment
 * @returns {Bench & {changed: () => void}} changed tells the listeners, once a turn of the event loop
 */
export function createBench({ store, outcome, measured, catalogue, guide, conceal, experiment }) {
  /** @type {Set<(results: Results, state: BenchState) => void>} */
  const listeners = new Set();
  let told = true;
  const results = () => {
    const { model, circuit, stale, output, circuitState } = outcome.get();
    return {
      modelSpikes: model?.spikes ?? new Float64Array(),
      circuitSpikes: circuit && !stale ? circuit.spikes : null,
      output,
      voltageAt: model?.voltageAt ?? null,
      circuitLine: circuit && !stale ? circuit.line : null,
      cursors: store.get().cursors,
      circuitState,
      ...measured(),
    };
  };
  return {
    getState: store.get,
    setState(patch) {
      const problem = check({ ...store.get(), ...patch });
      if (problem) throw new Error(problem);
      store.set(patch);
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    results,
    catalogue,
    guide,
    conceal,
    experiment,
    changed() {
      if (!told) return;
      told = false;
      queueMicrotask(() => {
        told = true;
        for (const listener of [...listeners]) listener(results(), store.get());
      });
    },
  };
}
