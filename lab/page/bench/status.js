/** How the circuit fares, and what went wrong: in plain words, with what to do. */

import { h, say } from "../dom.js";
import { t } from "../text.js";
import { rounded } from "./quantities.js";
import { fittingDuration } from "./usual.js";

/**
 * @typedef {import("./session.js").Outcome} Outcome
 * @typedef {import("../share/state.js").BenchState} BenchState
 */

const MOST_CYCLES = 5000; // four corners each are as many as an input may have
const CYCLES = 20; // of an input too quick for the time shown
const FEW = 100; // spikes that a circuit has answered for before one waits
const MENDABLE = new Set(["circuit.toolong.leaky", "circuit.toolong.bucket", "circuit.toomany", "model.too-many-spikes", "model.too-many-corners", "model.too-many-periods"]);

/**
 * @param {() => void} restart starts a broken circuit anew
 * @param {import("../store.js").Store<BenchState>} store
 */
export function createStatus(restart, store) {
  const chip = h("p.chip", { id: "circuit-state" });
  const sentence = h("span");
  const mend = h("button.small", { type: "button", id: "mend-duration", onclick: () => store.set({ duration: shorter(store.get(), spikes) }) }, t("controls.fit"));
  let spikes = 0;
  const again = h("button.small", { type: "button", id: "restart", onclick: restart }, t("circuit.again"));
  const trouble = h("p.notice", { role: "alert", id: "trouble", hidden: true }, sentence, " ", mend, again);
  const link = h("span");
  const refused = h("p.notice", { role: "alert", id: "refused", hidden: true }, link, " ",
    h("button.small", { type: "button", onclick: () => { refused.hidden = true; } }, t("page.dismiss")));
  return {
    chip,
    notices: h("div.notices", {}, refused, trouble),
    /** @param {BenchState} _state @param {Outcome} outcome */
    show(_state, outcome) {
      const { circuit, circuitState, modelProblem, circuitProblem } = outcome;
      chip.dataset.state = circuitState;
      say(chip, circuitState === "done" && circuit
        ? t("chip.done", { milliseconds: Math.round(1000 * circuit.seconds), points: circuit.line.times.length })
        : t(`chip.${circuitState}`));
      const problem = modelProblem ?? circuitProblem;
      spikes = modelProblem ? 0 : (outcome.model?.spikes.length ?? 0);
      trouble.hidden = problem === null;
      if (problem) say(sentence, t(`${problem.code}`, { ...problem.values, lines: (problem.lines ?? []).slice(0, 2).join("; ") }));
      mend.hidden = !problem || !MENDABLE.has(problem.code);
      again.hidden = circuitState !== "broken" || problem?.code === "circuit.no-webassembly";
    },
    /** What stands where circuit and model are compared, while there is nothing to compare. @param {Outcome} outcome */
    waiting: ({ circuitState, model, output }) =>
      circuitState === "broken" || circuitState === "failed"
        ? t(output ? "agreement.modelonly.artificial" : "agreement.modelonly", { count: model?.spikes.length ?? 0 })
        : t(circuitState === "loading" ? "agreement.loading" : "agreement.running", {}),
    /** @param {string[]} parts of an address that could not be read */
    refuse(parts) {
      refused.hidden = parts.length === 0;
      say(link, t("page.refused", { parts: parts.join(", ") }));
    },
  };
}

/**
 * A time that circuit and model have answers for.
 * @param {BenchState} state @param {number} spikes that it would have now; zero where nobody counted
 */
function shorter(state, spikes) {
  const { kind, frequency, hold, period, onset = 0 } = state.stimulus;
  const cycle = { sine: 1 / frequency, noise: hold, train: period }[/** @type {string} */ (kind)];
  if (cycle && state.duration > MOST_CYCLES * cycle) return rounded(onset + CYCLES * cycle, 2);
  const fitting = fittingDuration(state);
  if (fitting < state.duration / 2) return fitting;
  return rounded(Math.min(fitting, spikes > FEW ? (state.duration * FEW) / spikes : state.duration / 100), 2);
}
