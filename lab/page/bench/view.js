/** The page: where everything stands, and what is drawn when. */

import { createBucket } from "../analogy/bucket.js";
import { createPlayer } from "../analogy/player.js";
import { createScale } from "../analogy/scale.js";
import { moment } from "../analogy/moment.js";
import { h, say } from "../dom.js";
import { createCursorPanel } from "../measure/cursor_panel.js";
import { createFiCurve } from "../measure/fi_curve.js";
import { createSpikeTable } from "../measure/spike_table.js";
import { createCursors } from "../scope/cursors.js";
import { createScope } from "../scope/scope.js";
import { valueAt } from "../scope/scope_line.js";
import { createTransferScope } from "../scope/transfer.js";
import { createSharePanel } from "../share/panel.js";
import { scopePng } from "../share/picture.js";
import { t } from "../text.js";
import { respond } from "../models/artificial.js";
import { createControls } from "./controls.js";
import { quantity } from "./quantities.js";
import { createMembraneSchematic, createSumSchematic } from "./schematic.js";
import { createStatus } from "./status.js";
import { tooFast } from "./steps.js";
import { createTabs } from "./tabs.js";
import { describe } from "./words.js";

/**
 * @typedef {import("../share/state.js").BenchState} BenchState
 * @typedef {import("./session.js").Outcome} Outcome
 */

const BEGIN = 0.14; // of the run: where the picture stands before it is played
const SWEEP = 3; // units to either side, of the artificial neuron's first input

/**
 * @param {object} of
 * @param {import("../store.js").Store<BenchState>} of.store
 * @param {ReturnType<typeof import("./session.js").createSession>} of.session
 * @param {import("../engine/client.js").Circuit} of.circuit
 * @param {() => string} of.link
 * @param {any} of.catalogue
 */
export function createView({ store, session, circuit, link, catalogue }) {
  const { outcome } = session;
  let veiled = false;
  let said = "";
  let share = BEGIN;
  let flow = 0;
  let swept = false; // whether the player holds the artificial neuron's first input
  /** @type {() => void} */
  let measureChanged = () => {};

  const tabs = createTabs(store);
  const status = createStatus(() => circuit.start(), store);
  const controls = createControls(store, catalogue);
  const scope = createScope();
  const transfer = createTransferScope();
  const cursors = createCursors(scope, (at) => store.set({ cursors: at }));
  const panel = createCursorPanel(store, () => soon());
  const fi = createFiCurve(() => measureChanged());
  const table = createSpikeTable();
  const pictures = { artificial: createScale(), bucket: createBucket(false), leaky: createBucket(true) };
  const schematics = {
    artificial: createSumSchematic(store.get().artificial.weights.length),
    bucket: createMembraneSchematic(false), leaky: createMembraneSchematic(true),
  };
  const player = createPlayer(BEGIN, (at, seconds) => {
    share = at;
    flow = 60 * seconds;
    swept = true;
    animate();
  });
  const words = h("p.words", { id: "words", "aria-live": "polite" });
  const agreement = h("p.agreement", { id: "agreement" });
  const drawing = h("div.drawing");
  const schematic = h("div.drawing");
  const guide = h("section", { id: "guide", "aria-label": t("guide.title") });
  const legend = h("ul.legend", {}, ["circuit", "model", "threshold"].map((name) => h(`li.${name}`, {}, t(`scope.${name}`))));
  const stage = h("section.panel.stage", { "aria-label": t("scope.title") }, legend, scope.element, transfer.element, player.element, agreement);
  const sharing = createSharePanel({
    state: store.get, outcome: outcome.get, link, points: fi.points, deck: () => session.deckOf(store.get()),
    picture: () => {
      const canvases = (store.get().bench === "artificial" ? transfer : scope).canvases();
      return canvases.length ? scopePng(canvases, t(`bench.${store.get().bench}`), said) : Promise.reject(new Error("nothing drawn"));
    },
  });
  const measuring = h("div.measuring", {}, table.element, fi.element);
  const body = h("div.body", { role: "tabpanel", id: "bench", "aria-labelledby": "tab-leaky" },
    h("section.panel.saying", { "aria-label": t("words.title") }, words),
    controls.element, stage,
    h("section.panel.pictures", { "aria-label": t("analogy.title") }, h("h2", {}, t("analogy.title")), drawing, h("h2", {}, t("schematic.title")), schematic),
    panel.element, measuring, sharing);
  const element = h("div.page", {},
    h("header", {}, h("h1", {}, t("page.title")), tabs.element, status.chip), status.notices,
    h("main", {}, guide, body), h("footer", {}, h("p", {}, t("page.footer"), " ",
      h("a", { href: new URL("../../licences.txt", import.meta.url).href }, t("page.licences")))));

  const render = () => {
    const state = store.get();
    const now = outcome.get();
    const artificial = state.bench === "artificial";
    tabs.show(state);
    body.setAttribute("aria-labelledby", `tab-${state.bench}`);
    element.dataset.bench = state.bench;
    // what was drawn is of another bench
    element.classList.toggle("unanswered", now.modelLine === null);
    controls.show(state);
    schematics[state.bench].element.isConnected || schematic.replaceChildren(schematics[state.bench].element);
    pictures[state.bench].element.isConnected || drawing.replaceChildren(pictures[state.bench].element);
    scope.element.hidden = panel.element.hidden = measuring.hidden = artificial;
    transfer.element.hidden = !artificial;
    for (const id of ["share-spikes", "share-fi"]) /** @type {HTMLElement} */ (sharing.querySelector(`#${id}`)).hidden = artificial;
    status.show(state, now);
    if (artificial) renderArtificial(state, now);
    else renderMembrane(state, now);
    say(words, said);
    animate();
    // uPlot draws in a microtask that it has asked for by now
    queueMicrotask(() => {
      performance.clearMarks("rendered");
      performance.mark("rendered", { detail: { circuit: now.circuitState, stale: now.stale } });
    });
  };

  /** @param {BenchState} state @param {Outcome} now */
  const renderArtificial = (state, now) => {
    const { output, modelLine, circuit: run } = now;
    if (!output || !modelLine) {
      said = t("words.waiting");
      return;
    }
    const { artificial } = state;
    const terms = artificial.weights.map((w, k) => `${quantity(w, "")}·${quantity(artificial.inputs[k], "")}`).join(" + ");
    const values = { terms: `${terms} + ${quantity(artificial.bias, "")}`.replaceAll("+ −", "− "), sum: quantity(output.sum, ""), output: quantity(output.output, ""), function: t(`function.${artificial.function}`) };
    said = t(`words.artificial.${artificial.function}`, values);
    transfer.show(modelLine, run?.line ?? null, now.stale);
    say(agreement, run && !now.stale ? t("agreement.artificial", { largest: quantity(largestGap(run.line, modelLine), "", 2) }) : status.waiting(now));
  };

  /** @param {BenchState} state @param {Outcome} now */
  const renderMembrane = (state, now) => {
    const { model, modelLine, stimulusLine, circuit: run, stale } = now;
    if (!model || !modelLine || !stimulusLine) {
      said = t("words.waiting");
      say(agreement, "");
      return;
    }
    const told = describe(state, model);
    said = veiled ? t("words.veiled") : t(told.key, told.values);
    const fresh = run && !stale ? run : null;
    const spikes = fresh ? fresh.spikes : model.spikes;
    const marks = panel.show({ state, circuit: fresh && fresh.line, model: modelLine, spikes });
    scope.show({
      duration: state.duration, stimulus: stimulusLine, model: veiled ? null : modelLine, circuit: run && run.line,
      marks: { threshold: state.parameters.threshold, modelSpikes: model.spikes, circuitSpikes: run && run.spikes, stale, refractory: state.parameters.refractory, veiled, ...marks },
    });
    cursors.show(state.cursors, state.duration);
    table.show(run && run.spikes, model.spikes, stale, status.waiting(now));
    fi.show(state, spikes, fresh ? "circuit" : "model", fresh !== null || now.circuitState === "broken" || now.circuitState === "failed");
    pictures[/** @type {"bucket" | "leaky"} */ (state.bench)].show(state);
    schematics[/** @type {"bucket" | "leaky"} */ (state.bench)].show(state);
    const why = fresh && fresh.spikes.length !== model.spikes.length ? tooFast(state, model.spikes) : null;
    say(agreement, !fresh ? status.waiting(now) : why ? `${table.summary()} ${t(why.key, why.values)}` : table.summary());
  };

  /** The picture at the player's time. */
  const animate = () => {
    const state = store.get();
    const now = outcome.get();
    if (state.bench === "artificial") return sweep(state);
    if (!now.model || !now.stimulusLine) return;
    const at = moment(state, now.model, now.stimulusLine, share * state.duration, flow);
    pictures[state.bench].at(at);
    schematics[state.bench].at({ current: at.current, voltage: at.voltage, held: at.held });
    scope.playhead(share * state.duration);
    player.label(quantity(share * state.duration, "s"));
  };

  /** While the player is used, the first input sweeps; else all stand as set. @param {BenchState} state */
  const sweep = (state) => {
    const { weights, bias, inputs: set, function: shape } = state.artificial;
    const inputs = swept ? [SWEEP * (2 * share - 1), ...set.slice(1)] : [...set];
    const { sum, output } = respond({ function: shape, weights: [...weights], bias }, inputs);
    const parts = weights.map((w, k) => ({ name: `x${"₁₂₃"[k]}`, share: w * inputs[k] }));
    pictures.artificial.show([...parts, { name: "b", share: bias }], sum, output);
    schematics.artificial.show(state, inputs, sum, output);
    transfer.mark(inputs[0], output);
    player.label(t("player.input", { input: quantity(inputs[0], "", 2) }));
  };

  let asked = false;
  // once for all changes of a turn of the event loop, and still before the browser's next frame
  const soon = () => {
    if (asked) return;
    asked = true;
    queueMicrotask(() => {
      asked = false;
      render();
    });
  };
  const moving = !matchMedia("(prefers-reduced-motion: reduce)").matches;
  store.subscribe((now, before) => {
    if (now.bench === "artificial") {
      // what one turns is what one sees
      player.pause();
      swept = false;
    } else if (before.bench === "artificial" && moving) player.play();
    soon();
  });
  outcome.subscribe(soon);
  if (moving && store.get().bench !== "artificial") player.play();

  return {
    element, guide, render,
    refuse: status.refuse,
    measured: () => ({ ...panel.results(), fi: fi.points(), words: said }),
    onmeasure(/** @type {() => void} */ listener) { measureChanged = listener; },
    veil(/** @type {boolean} */ hidden) {
      veiled = hidden;
      element.classList.toggle("veiled", hidden);
      soon();
    },
  };
}

/** @param {import("../scope/scope_line.js").Line} circuit @param {import("../scope/scope_line.js").Line} model */
function largestGap(circuit, model) {
  let largest = 0;
  for (let k = 0; k < circuit.times.length; k += 1) largest = Math.max(largest, Math.abs(circuit.values[k] - valueAt(model, circuit.times[k])));
  return largest;
}
