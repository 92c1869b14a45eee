/** What the two cursors say: values, differences, τ at 63 %, and τ by a fit. */

import { quantity } from "../bench/quantities.js";
import { h, say } from "../dom.js";
import { valueAt } from "../scope/scope_line.js";
import { t } from "../text.js";
import { fitBetween, obstacle, readAt63 } from "./time_constant.js";

/**
 * @typedef {import("../share/state.js").BenchState} BenchState
 * @typedef {import("../scope/scope_line.js").Line} Line
 * @typedef {{tau: number, standardError: number, residual: number, window: [number, number], source: "circuit" | "model"}} TauFit
 * @typedef {{state: BenchState, circuit: Line | null, model: Line, spikes: ArrayLike<number>}} Measured
 */

/**
 * @param {import("../store.js").Store<BenchState>} bench
 * @param {() => void} onuse when a tool is chosen or put away, so that the scope is drawn anew
 */
export function createCursorPanel(bench, onuse) {
  /** @type {Measured | null} */
  let measured = null;
  let tool = /** @type {null | "63" | "fit"} */ (null);
  let results = { tauFit: /** @type {TauFit | null} */ (null), tau63: /** @type {number | null} */ (null) };
  const rows = ["A", "B", "B − A"].map((name) => ({ name, cells: [0, 1, 2].map(() => h("td")) }));
  const table = h("table", { hidden: true }, h("caption.unseen", {}, t("cursor.title")),
    h("thead", {}, h("tr", {}, h("th", { scope: "col" }, t("cursor.cursor")), ["cursor.time", "cursor.circuit", "cursor.model"].map((key) => h("th", { scope: "col" }, t(key))))),
    h("tbody", {}, rows.map(({ name, cells }) => h("tr", {}, h("th", { scope: "row" }, name), cells))));
  const toggle = h("button", { type: "button", id: "cursors", "aria-pressed": "false", onclick: () => bench.set({ cursors: bench.get().cursors ? null : places(bench.get()) }) }, t("cursor.show"));
  const press = (/** @type {"63" | "fit"} */ which) => () => {
    tool = tool === which ? null : which;
    if (!bench.get().cursors) bench.set({ cursors: places(bench.get()) });
    onuse();
  };
  const at63 = h("button", { type: "button", id: "tau-63", "aria-pressed": "false", onclick: press("63") }, t("tau.read"));
  const fit = h("button", { type: "button", id: "tau-fit", "aria-pressed": "false", onclick: press("fit") }, t("tau.fit"));
  const answer = h("p.answer", { role: "status", id: "tau-answer" });
  const element = h("section.panel.cursors", { "aria-label": t("cursor.title") }, h("h2", {}, t("cursor.title")), h("p.hint", {}, t("cursor.how")), h("div.row", {}, toggle, at63, fit), table, answer);

  /** @returns {Pick<import("../scope/marks.js").Marks, "tau63" | "fit">} */
  const update = () => {
    if (!measured) return { tau63: null, fit: null };
    const { circuit, model, spikes } = measured;
    const state = bench.get();
    const { cursors } = state;
    if (!cursors) tool = null;
    toggle.setAttribute("aria-pressed", String(cursors !== null));
    say(toggle, t(cursors ? "cursor.hide" : "cursor.show"));
    at63.setAttribute("aria-pressed", String(tool === "63"));
    fit.setAttribute("aria-pressed", String(tool === "fit"));
    table.hidden = !cursors;
    at63.hidden = fit.hidden = state.bench !== "leaky"; // nothing else has a τ
    results = { tauFit: null, tau63: null };
    /** @type {Pick<import("../scope/marks.js").Marks, "tau63" | "fit">} */
    let marks = { tau63: null, fit: null };
    if (cursors) {
      fillTable(cursors, state.duration);
      if (tool && state.bench === "leaky") marks = measure(state, circuit ?? model, spikes, circuit ? "circuit" : "model");
      else say(answer, "");
    } else say(answer, "");
    return marks;
  };
  /** @param {readonly [number, number]} cursors @param {number} duration */
  const fillTable = (cursors, duration) => {
    const { circuit, model } = /** @type {Measured} */ (measured);
    const [a, b] = cursors.map((time) => Math.min(time, duration));
    const lines = [circuit, model].map((line) => line && [valueAt(line, a), valueAt(line, b)]);
    const volts = (/** @type {number | undefined} */ value) => (value === undefined ? "…" : quantity(value, "V", 4));
    rows.forEach(({ cells }, k) => {
      const pick = (/** @type {number[] | null} */ pair) => pair?.[k] ?? (pair && k === 2 ? pair[1] - pair[0] : undefined);
      say(cells[0], quantity(k === 2 ? b - a : [a, b][k], "s", 4));
      say(cells[1], volts(pick(lines[0])));
      say(cells[2], volts(pick(lines[1])));
    });
  };
  // of a hidden neuron R·C and the rheobase are not known
  const NOMINAL = ["tau.read.answer", "tau.read.early", "tau.fit.answer", "tau.spike"];
  const tell = (/** @type {string} */ key, /** @type {Record<string, string | number>} */ values) =>
    say(answer, t(element.closest(".veiled") && NOMINAL.includes(key) ? `${key}.veiled` : key, values));
  /** @param {BenchState} state @param {Line} line @param {ArrayLike<number>} spikes @param {"circuit" | "model"} source */
  const measure = (state, line, spikes, source) => {
    const [start, stop] = [...(state.cursors ?? [0, 0])].sort((x, y) => x - y).map((time) => Math.min(time, state.duration));
    const { resistance, capacitance, threshold, leak_potential } = state.parameters;
    const product = resistance * capacitance;
    const common = { product: quantity(product, "s", 4), rheobase: quantity((threshold - leak_potential) / resistance, "A"), source: t(`tau.of.${source}`) };
    const none = { tau63: null, fit: null };
    const trouble = obstacle(state, spikes, start, stop);
    const refuse = (/** @type {string} */ problem, values = {}) => {
      tell(`tau.${problem}`, { ...common, ...values });
      return none;
    };
    if (trouble) return refuse(trouble.problem, trouble.values?.spike === undefined ? {} : { spike: quantity(trouble.values.spike, "s") });
    if (tool === "63") {
      const read = readAt63(line, start, stop);
      if ("problem" in read) return refuse(read.problem);
      results = { ...results, tau63: read.tau };
      tell(read.flat ? "tau.read.answer" : "tau.read.early", { ...common, tau: quantity(read.tau, "s", 4), off: percentOff(read.tau, product) });
      return { tau63: { start, stop, levels: read.levels, crossing: read.crossing }, fit: null };
    }
    const fitted = fitBetween(line, start, stop);
    if ("problem" in fitted) return refuse(fitted.problem, { least: quantity(fitted.atLeast ?? NaN, "s") });
    results = { ...results, tauFit: { tau: fitted.tau, standardError: fitted.standardError, residual: fitted.residual, window: [start, stop], source } };
    tell("tau.fit.answer", { ...common, tau: quantity(fitted.tau, "s", 5), error: quantity(fitted.standardError, "s", 2), residual: quantity(fitted.residual, "V", 2), off: percentOff(fitted.tau, product) });
    const times = Array.from({ length: 120 }, (_, k) => start + ((stop - start) * k) / 119);
    return { tau63: null, fit: { times, values: times.map(fitted.at) } };
  };
  return {
    element,
    results: () => results,
    /** Show what is measured, and return what the scope is to draw of it. @param {Measured} next */
    show(next) {
      measured = next;
      return update();
    },
  };
}

/** Where the cursors first stand: at the begin of the charging, and some τ later. @param {BenchState} state @returns {[number, number]} */
function places({ stimulus, duration }) {
  const onset = stimulus.onset ?? 0.1 * duration;
  const start = onset < 0.9 * duration ? onset : 0.1 * duration;
  return [start, Number((start + 0.6 * (duration - start)).toPrecision(3))];
}

/** @param {number} value @param {number} nominal */
function percentOff(value, nominal) {
  const off = 100 * (value / nominal - 1);
  if (Math.abs(off) < 1e-3) return "< 0.001\u00a0%";
  return `${off < 0 ? "−" : "+"}${quantity(Math.abs(off), "", 2)}\u00a0%`;
}
