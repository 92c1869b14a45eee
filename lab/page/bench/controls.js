/** All that can be turned on a bench: the neuron's parameters, the input, the time shown. */

import { h, say } from "../dom.js";
import { PARTS, possible, STIMULUS_FIELDS } from "../share/state.js";
import { t } from "../text.js";
import { createControl } from "./control.js";
import { createDrawPad } from "./draw_pad.js";
import { quantity } from "./quantities.js";
import { RANGES } from "./ranges.js";
import { fittingDuration, usualParts, usualStimulus } from "./usual.js";

/**
 * @typedef {import("../share/state.js").BenchState} BenchState
 * @typedef {import("../store.js").Store<BenchState>} Bench
 */

/** @type {Record<string, string>} */
const SYMBOLS = {
  resistance: "R", capacitance: "C", threshold: "V_th", reset: "V_reset", leak_potential: "E", refractory: "t_ref", current: "I",
};
/** @type {Record<string, string[]>} */
const SHOWN = {
  leaky: ["resistance", "capacitance", "threshold", "refractory"],
  bucket: ["capacitance", "threshold", "refractory"],
};
/** Those that a first lesson does without. @type {Record<string, string[]>} */
const MORE = { leaky: ["reset", "leak_potential"], bucket: ["reset"] };

/**
 * @param {Bench} bench
 * @param {any} catalogue
 * @returns {{element: HTMLElement, show: (state: BenchState) => void}}
 */
export function createControls(bench, catalogue) {
  const parts = usualParts(catalogue);
  const neuron = h("div.controls-group");
  const tau = h("p.derived");
  const note = h("p.derived");
  const kinds = h("select", { id: "stimulus-kind", onchange: () => {
    const { parameters, duration } = bench.get();
    bench.set({ stimulus: usualStimulus(kinds.value, parameters, duration) });
  } }, Object.keys(STIMULUS_FIELDS).map((kind) => h("option", { value: kind }, t(`stimulus.${kind}`))));
  const duration = createControl({ id: "duration", label: t("name.duration"), range: RANGES.duration, onchange: (value) => {
    bench.set({ duration: value });
    return null;
  } });
  const fit = h("button.small", { type: "button", id: "fit-duration", onclick: () => bench.set({ duration: fittingDuration(bench.get()) }) }, t("controls.fit"));
  const stimulus = h("div");
  const heading = (/** @type {string} */ key) => h("h2", {}, t(key));
  const inputGroup = h("section.panel", { "aria-label": t("controls.input") }, heading("controls.input"),
    h("div.control.choice", {}, h("label", { for: "stimulus-kind" }, t("controls.kind")), kinds), stimulus, note,
    duration.element, h("p", {}, fit));
  const element = h("div.controls", {},
    h("section.panel", { "aria-label": t("controls.neuron") }, heading("controls.neuron"), neuron, tau), inputGroup);

  /** @type {{bench: string, kind: string, shows: ((state: BenchState) => void)[]}} */
  let built = { bench: "", kind: "", shows: [] };
  const build = (/** @type {BenchState} */ state) => {
    const of = state.bench === "artificial" ? artificialControls(bench) : membraneControls(bench, state.bench, parts);
    neuron.replaceChildren(...of.elements);
    inputGroup.hidden = state.bench === "artificial";
    const drive = state.bench === "artificial" ? { elements: [], shows: [] } : stimulusControls(bench, state.stimulus.kind);
    stimulus.replaceChildren(...drive.elements);
    built = { bench: state.bench, kind: state.stimulus.kind, shows: [...of.shows, ...drive.shows] };
  };
  return {
    element,
    show(state) {
      if (built.bench !== state.bench || built.kind !== state.stimulus.kind) build(state);
      for (const show of built.shows) show(state);
      kinds.value = state.stimulus.kind;
      duration.show(state.duration);
      say(tau, derived(state));
      say(note, state.bench !== "artificial" && state.stimulus.kind === "drawn" ? t("controls.drawn") : "");
    },
  };
}

/** What follows from the parameters. @param {BenchState} state */
function derived({ bench, parameters, artificial }) {
  const { resistance, capacitance, threshold, reset, leak_potential } = parameters;
  if (bench === "artificial") return t("controls.derived.artificial", { count: artificial.weights.length });
  if (bench === "bucket") return t("controls.derived.bucket", { charge: quantity(capacitance * (threshold - reset), "C") });
  return t("controls.derived.leaky", { tau: quantity(resistance * capacitance, "s"), rheobase: quantity((threshold - leak_potential) / resistance, "A") });
}

/** @param {Bench} bench @param {"bucket" | "leaky"} name @param {import("../share/state.js").Parts} parts */
function membraneControls(bench, name, parts) {
  const make = (/** @type {string} */ field) =>
    createControl({ id: field, label: t(`name.${field}`), symbol: SYMBOLS[field], range: RANGES[field], onchange: (value) => {
      const parameters = { ...bench.get().parameters, [field]: value };
      if (parameters.reset >= parameters.threshold) {
        return t("control.order", { threshold: quantity(parameters.threshold, "V", 4), reset: quantity(parameters.reset, "V", 4) });
      }
      bench.set({ parameters });
      return null;
    } });
  const first = SHOWN[name].map((field) => ({ field, control: make(field) }));
  const more = MORE[name].map((field) => ({ field, control: make(field) }));
  const real = name === "leaky" ? partsControls(bench, parts) : { elements: [], shows: [] };
  return {
    elements: [
      ...first.map(({ control }) => control.element),
      h("details", {}, h("summary", {}, t("controls.more")), more.map(({ control }) => control.element)),
      ...real.elements,
    ],
    shows: [...real.shows, ...[...first, ...more].map(({ field, control }) => (/** @type {BenchState} */ { parameters }) =>
      control.show(parameters[/** @type {keyof typeof parameters} */ (field)]))],
  };
}

/** Whether the circuit is of ideal or of real parts, and of which. @param {Bench} bench @param {import("../share/state.js").Parts} usual */
function partsControls(bench, usual) {
  const box = h("input", { type: "checkbox", id: "real-parts", onchange: () => bench.set({ parts: box.checked ? usual : null }) });
  const controls = PARTS.map((name) => ({ name, control: createControl({ id: `part-${name}`, label: t(`part.${name}`), range: RANGES[`part_${name}`], onchange: (value) => {
    bench.set({ parts: { ...(bench.get().parts ?? usual), [name]: value } });
    return null;
  } }) }));
  const fields = h("div", {}, controls.map(({ control }) => control.element), h("p.derived", {}, t("part.what")));
  return {
    elements: [h("label.check", { for: "real-parts" }, box, t("part.real")), fields],
    shows: [(/** @type {BenchState} */ { parts }) => {
      box.checked = parts !== null;
      fields.hidden = parts === null;
      for (const { name, control } of controls) control.show((parts ?? usual)[name]);
    }],
  };
}

/** @param {Bench} bench @param {string} kind */
function stimulusControls(bench, kind) {
  if (kind === "drawn") {
    const pad = createDrawPad((stimulus) => bench.set({ stimulus }));
    return { elements: [pad.element], shows: [pad.show] };
  }
  const controls = STIMULUS_FIELDS[kind].map((field) => ({ field, control: createControl({
    id: `stimulus-${field}`, label: t(`name.${field}`), symbol: SYMBOLS[field], range: RANGES[field], onchange: (value) => {
      const stimulus = { ...bench.get().stimulus, [field]: value };
      if (!possible(stimulus)) return t("control.period", { width: quantity(stimulus.width, "s"), period: quantity(stimulus.period, "s") });
      bench.set({ stimulus });
      return null;
    } }) }));
  return {
    elements: controls.map(({ control }) => control.element),
    shows: controls.map(({ field, control }) => (/** @type {BenchState} */ { stimulus }) => control.show(stimulus[field])),
  };
}

/** @param {Bench} bench */
function artificialControls(bench) {
  const put = (/** @type {object} */ patch) => {
    bench.set({ artificial: { ...bench.get().artificial, ...patch } });
    return null;
  };
  const { weights, inputs } = bench.get().artificial;
  const at = (/** @type {readonly number[]} */ list, /** @type {number} */ k, /** @type {number} */ value) => list.map((old, j) => (j === k ? value : old));
  const list = (/** @type {"weights" | "inputs"} */ field, /** @type {string} */ name, /** @type {string} */ symbol) =>
    (field === "weights" ? weights : inputs).map((_, k) => ({
      control: createControl({ id: `${name}-${k + 1}`, label: t(`name.${name}`, { number: k + 1 }), symbol: `${symbol}_${k + 1}`, range: RANGES[name],
        onchange: (value) => put({ [field]: at(bench.get().artificial[field], k, value) }) }),
      value: (/** @type {BenchState} */ state) => state.artificial[field][k],
    }));
  const controls = [
    ...list("inputs", "input", "x"), ...list("weights", "weight", "w"),
    { control: createControl({ id: "bias", label: t("name.bias"), symbol: "b", range: RANGES.bias, onchange: (value) => put({ bias: value }) }),
      value: (/** @type {BenchState} */ state) => state.artificial.bias },
  ];
  const choice = h("select", { id: "function", onchange: () => put({ function: choice.value }) },
    ["sigmoid", "tanh", "relu", "step"].map((name) => h("option", { value: name }, t(`function.${name}`))));
  return {
    elements: [...controls.map(({ control }) => control.element),
      h("div.control.choice", {}, h("label", { for: "function" }, t("name.function")), choice)],
    shows: [...controls.map(({ control, value }) => (/** @type {BenchState} */ state) => control.show(value(state))),
      (/** @type {BenchState} */ state) => { choice.value = state.artificial.function; }],
  };
}
