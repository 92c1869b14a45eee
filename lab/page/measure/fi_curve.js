/** The rate over the current, point by point, as the learner measures it. */

import { quantity } from "../bench/quantities.js";
import { h, s, say, set } from "../dom.js";
import { t } from "../text.js";
import { formulaRate, measuredRate } from "./rate.js";

/**
 * @typedef {import("../share/state.js").BenchState} BenchState
 * @typedef {{current: number, rate: number, source: "circuit" | "model", neuron: string}} Point amperes, hertz
 */

const [WIDTH, HEIGHT, LEFT, BOTTOM] = [360, 220, 62, 34];

/** What a point was measured on. @param {BenchState} state */
const neuronKey = ({ bench, parameters }) => JSON.stringify([bench, parameters]);

/**
 * @param {(points: readonly Point[]) => void} onchange
 */
export function createFiCurve(onchange) {
  /** @type {Point[]} */
  let points = [];
  /** @type {{state: BenchState, spikes: ArrayLike<number>, source: "circuit" | "model"} | null} */
  let now = null;
  const chart = s("svg.chart", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img" });
  const said = h("p.derived", { role: "status" });
  const formula = h("input", { type: "checkbox", id: "fi-formula", onchange: () => draw() });
  const add = h("button", { type: "button", id: "fi-add", onclick: () => addPoint() }, t("fi.add"));
  const clear = h("button.small", { type: "button", id: "fi-clear", onclick: () => put([], t("fi.cleared")) }, t("fi.clear"));
  const list = h("tbody");
  const table = h("table", { hidden: true }, h("caption.unseen", {}, t("fi.title")),
    h("thead", {}, h("tr", {}, ["fi.current", "fi.rate", "fi.source"].map((key) => h("th", { scope: "col" }, t(key))))), list);
  const element = h("section.panel", { "aria-label": t("fi.title") }, h("h2", {}, t("fi.title")), h("p.hint", {}, t("fi.how")),
    h("div.row", {}, add, clear, h("label.check", { for: "fi-formula" }, formula, t("fi.formula"))), said, chart, h("div.scroll", { tabindex: 0, role: "region", "aria-label": t("fi.title") }, table));

  const put = (/** @type {Point[]} */ next, /** @type {string} */ words) => {
    points = next;
    say(said, words);
    draw();
    onchange(points);
  };
  const addPoint = () => {
    if (!now) return;
    const { state, spikes, source } = now;
    if (state.stimulus.kind !== "step") return say(said, t("fi.step"));
    const rate = measuredRate(spikes);
    if (rate === null) return say(said, t("fi.one"));
    const { current } = state.stimulus;
    const point = { current, rate, source, neuron: neuronKey(state) };
    const others = points.filter((old) => old.current !== current || old.neuron !== point.neuron);
    put([...others, point].sort((a, b) => a.current - b.current), t("fi.added", { current: quantity(current, "A"), rate: quantity(rate, "Hz", 4) }));
  };
  const draw = () => {
    if (!now) return;
    const { state } = now;
    const most = Math.max(...points.map(({ current }) => current), state.stimulus.kind === "step" ? state.stimulus.current : 0, 2 * rheobase(state));
    const asked = formula.checked;
    const line = asked ? Array.from({ length: 241 }, (_, k) => (1.05 * most * k) / 240).map((current) => ({ current, rate: formulaRate(state, current) })) : [];
    const top = 1.12 * Math.max(10, ...points.map(({ rate }) => rate), ...line.map(({ rate }) => rate));
    const x = (/** @type {number} */ current) => LEFT + ((WIDTH - LEFT - 12) * current) / (1.05 * most);
    const y = (/** @type {number} */ rate) => HEIGHT - BOTTOM - ((HEIGHT - BOTTOM - 10) * rate) / top;
    const key = neuronKey(state);
    const limit = state.parameters.refractory > 0 ? 1 / state.parameters.refractory : Infinity;
    chart.replaceChildren(
      ...ticks(1.05 * most, 4).map((current) => s("g", {}, s("path.grid", { d: `M${x(current)} ${y(0)}V10` }), s("text.letter", { x: x(current), y: HEIGHT - 14, "text-anchor": "middle" }, quantity(current, "A")))),
      ...ticks(top, 4).map((rate) => s("g", {}, s("path.grid", { d: `M${LEFT} ${y(rate)}H${WIDTH - 12}` }), s("text.letter", { x: LEFT - 6, y: y(rate) + 4, "text-anchor": "end" }, quantity(rate, "Hz")))),
      ...(asked && limit < top ? [s("path.brim", { d: `M${LEFT} ${y(limit)}H${WIDTH - 12}` }), s("text.value", { x: WIDTH - 14, y: y(limit) - 4, "text-anchor": "end" }, t("fi.limit"))] : []),
      ...(asked ? [s("path.formula", { d: `M${line.map(({ current, rate }) => `${x(current).toFixed(1)} ${y(rate).toFixed(1)}`).join("L")}` })] : []),
      ...points.filter(({ current }) => current >= 0).map((point) => s(point.neuron === key ? "circle.point" : "circle.point.other", { cx: x(point.current), cy: y(point.rate), r: 5 })),
    );
    set(chart, { "aria-label": t("fi.chart", { count: points.length }) });
    table.hidden = !points.length;
    list.replaceChildren(...points.map((point) => h("tr", {}, h("td", {}, quantity(point.current, "A")), h("td", {}, quantity(point.rate, "Hz", 4)), h("td", {}, t(`fi.from.${point.source}${point.neuron === key ? "" : ".other"}`)))));
  };
  return {
    element,
    points: () => /** @type {readonly Point[]} */ (points),
    /** @param {BenchState} state @param {ArrayLike<number>} spikes @param {"circuit" | "model"} source @param {boolean} ready */
    show(state, spikes, source, ready) {
      const before = now?.state;
      now = { state, spikes, source };
      set(add, { disabled: ready ? null : "" });
      // a run's answer changes no point, and neither do the cursors
      if (!before || before.bench !== state.bench || before.parameters !== state.parameters || before.stimulus !== state.stimulus) draw();
    },
  };
}

/** @param {BenchState} state */
function rheobase({ bench, parameters }) {
  const { resistance, capacitance, threshold, reset, leak_potential, refractory } = parameters;
  if (bench === "leaky") return Math.max(1e-12, (threshold - leak_potential) / resistance);
  return (capacitance * (threshold - reset)) / Math.max(refractory, 5e-3);
}

/** Round numbers up to an end. @param {number} end @param {number} about */
function ticks(end, about) {
  const rough = end / about;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((m) => m * power).find((size) => size >= rough) ?? rough;
  return Array.from({ length: Math.floor(end / step + 1e-9) + 1 }, (_, k) => Number((k * step).toPrecision(6)));
}
