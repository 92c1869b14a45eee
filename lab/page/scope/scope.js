/** The scope: membrane of circuit and model, threshold and spikes; the stimulus below. */

import uPlot from "../vendor/uPlot.esm.js";
import { quantity } from "../bench/quantities.js";
import { h, say, set } from "../dom.js";
import { t } from "../text.js";
import { colours } from "./colours.js";
import { decimate } from "./decimate.js";
import { valueAt } from "./scope_line.js";
import { drawBands, drawMarks, RASTER } from "./marks.js";

/**
 * @typedef {import("./scope_line.js").Line} Line
 * @typedef {object} Shown
 * @property {number} duration seconds
 * @property {Line} stimulus seconds, amperes
 * @property {Line | null} model seconds, volts
 * @property {Line | null} circuit seconds, volts
 * @property {import("./marks.js").Marks} marks
 */

const AXIS = 62; // CSS pixels left of both plots, so that their times stand in line
const BINS = 1000;
const MOST_VOLTS_BEYOND = 3; // of the swing: where a negative input runs away, the threshold stays in sight

/**
 * @returns {{element: HTMLElement, show: (shown: Shown) => void, playhead: (time: number | null) => void,
 *   timeAt: (clientX: number) => number, place: (time: number) => number, over: HTMLElement,
 *   canvases: () => HTMLCanvasElement[], onlayout: (listener: () => void) => void}}
 */
export function createScope() {
  const membrane = h("div.plot");
  const current = h("div.plot");
  const head = h("div.playhead", { hidden: true });
  const over = h("div.scope-over", {}, head);
  const readout = h("p.readout", { "aria-hidden": "true" });
  const element = h("div.scope", {}, h("div.plots", {}, membrane, current, over), readout);
  /** @type {(() => void)[]} */
  const listeners = [];
  /** @type {Shown | null} */
  let shown = null;
  /** @type {ReturnType<typeof build> | null} */
  let plots = null;
  /** @type {{of: Line | null, line: Line}} a circuit's line is thinned once, however often it is drawn */
  let thinned = { of: null, line: { times: [], values: [] } };
  /** @type {{duration: number, line: Line} | null} the input as it is drawn */
  let input = null;
  let headTime = /** @type {number | null} */ (null);

  let width = 0; // pixels of the plots' inside: to ask the page for it on every drag costs a layout
  const layout = () => {
    if (!plots) return;
    const box = plots.top.over;
    width = box.offsetWidth;
    set(over, { style: `left:${box.offsetLeft}px;width:${width}px;top:${box.offsetTop}px;bottom:0` });
    movePlayhead();
    for (const listener of listeners) listener();
  };
  const movePlayhead = () => {
    head.hidden = headTime === null || !shown;
    if (headTime !== null && shown) head.style.transform = `translateX(${place(headTime)}px)`;
  };
  const place = (/** @type {number} */ time) => (shown ? (time / shown.duration) * width : 0);
  const rebuild = () => {
    plots?.top.destroy();
    plots?.bottom.destroy();
    plots = null;
    input = null;
    if (shown && membrane.clientWidth) draw(shown);
  };
  /** @param {Shown} next */
  const draw = (next) => {
    shown = next;
    if (thinned.of !== next.circuit) {
      thinned = {
        of: next.circuit,
        line: next.circuit ? decimate(next.circuit.times, next.circuit.values, BINS) : { times: [], values: [] },
      };
    }
    plots ??= build(membrane, current, () => /** @type {Shown} */ (shown), tell, layout);
    const model = next.model ?? { times: [], values: [] };
    plots.top.setData(joined(model, thinned.line, next.duration));
    // a turn of the neuron leaves the input as it is drawn
    if (!(input?.duration === next.duration && same(input.line.times, next.stimulus.times) && same(input.line.values, next.stimulus.values))) {
      plots.bottom.setData([next.stimulus.times, next.stimulus.values]);
      input = { duration: next.duration, line: next.stimulus };
    }
    plots.top.series[2].alpha = next.marks.stale ? 0.3 : 1;
  };
  const tell = (/** @type {number | null} */ time) => say(readout, time === null || !shown ? "" : readings(shown, time));
  new ResizeObserver(() => {
    if (!membrane.clientWidth || !shown) return;
    if (!plots) return draw(shown);
    const { width, heights } = size(membrane);
    if (plots.top.width !== width || plots.top.height !== heights[0]) {
      plots.top.setSize({ width, height: heights[0] });
      plots.bottom.setSize({ width, height: heights[1] });
    }
  }).observe(membrane);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", rebuild);

  return {
    element,
    over,
    show: (next) => {
      shown = next;
      if (plots || membrane.clientWidth) draw(next);
    },
    playhead(time) {
      headTime = time;
      movePlayhead();
    },
    timeAt(clientX) {
      const box = over.getBoundingClientRect();
      const share = Math.min(1, Math.max(0, (clientX - box.left) / box.width));
      return share * (shown?.duration ?? 0);
    },
    place,
    canvases: () => (plots ? [plots.top.ctx.canvas, plots.bottom.ctx.canvas] : []),
    onlayout: (listener) => listeners.push(listener),
  };
}

/** @param {HTMLElement} place */
function size(place) {
  const heights = innerWidth <= 760 ? [184, 74] : innerHeight < 700 ? [300, 110] : [430, 140];
  return { width: place.clientWidth, heights };
}

/**
 * @param {HTMLElement} above
 * @param {HTMLElement} below
 * @param {() => Shown} shown
 * @param {(time: number | null) => void} tell
 * @param {() => void} onsize when the plots have their size
 */
function build(above, below, shown, tell, onsize) {
  const colour = colours();
  const { width, heights } = size(above);
  const sync = uPlot.sync("scope");
  const common = {
    width,
    legend: { show: false },
    cursor: { drag: { x: false, y: false, setScale: false }, sync: { key: sync.key }, y: false, points: { show: false } },
  };
  const x = { time: false, range: () => /** @type {[number, number]} */ ([0, shown().duration]) };
  const axis = (/** @type {object} */ settings) => ({
    stroke: colour.faint, grid: { stroke: colour.grid, width: 1 }, ticks: { stroke: colour.grid, width: 1, size: 4 },
    font: "12px system-ui, sans-serif", ...settings,
  });
  const side = (/** @type {string} */ unit, /** @type {number} */ space) =>
    axis({ size: AXIS, space, values: (/** @type {any} */ _plot, /** @type {number[]} */ at) => at.map((value) => quantity(value, unit)) });
  const top = new uPlot(
    {
      ...common,
      height: heights[0],
      padding: [6, 24, 4, 0],
      scales: { x, y: { range: (plot, low, high) => voltages(shown(), low, high, plot.bbox.height / devicePixelRatio) } },
      axes: [axis({ size: 6, values: () => [] }), side("V", 44)],
      series: [
        {},
        { stroke: colour.model, width: 6, points: { show: false } },
        { stroke: colour.circuit, width: 2, points: { show: false } },
      ],
      hooks: {
        setSize: [() => onsize()],
        drawAxes: [(plot) => drawBands(plot, shown().marks, colour)],
        draw: [(plot) => drawMarks(plot, shown().marks, colour)],
        setCursor: [(plot) => tell(plot.cursor.left >= 0 ? plot.posToVal(plot.cursor.left, "x") : null)],
      },
    },
    [[], [], []],
    above,
  );
  const bottom = new uPlot(
    {
      ...common,
      height: heights[1],
      padding: [8, 24, 0, 0],
      scales: { x, y: { range: (_plot, low, high) => currents(low, high) } },
      axes: [
        axis({ size: 34, space: 64, values: (/** @type {any} */ _plot, /** @type {number[]} */ at) => at.map((value) => quantity(value, "s")) }),
        side("A", Math.max(18, heights[1] / 4)),
      ],
      series: [{}, { stroke: colour.input, width: 1.75, fill: colour.band, points: { show: false } }],
    },
    [[], []],
    below,
  );
  return { top, bottom };
}

/**
 * The range of volts: all of the lines, but the threshold always in sight, and room for the spikes.
 * @param {Shown} shown @param {number} low @param {number} high @param {number} height pixels
 * @returns {[number, number]}
 */
function voltages({ marks }, low, high, height) {
  const ground = Math.min(0, Number.isFinite(low) ? low : 0);
  const swing = Math.max(Math.abs(marks.threshold), 1e-12);
  const bottom = Math.max(Math.min(ground, marks.threshold - 0.5 * swing), marks.threshold - (1 + MOST_VOLTS_BEYOND) * swing);
  const top = Math.max(marks.threshold, Math.min(Number.isFinite(high) ? high : 0, marks.threshold + MOST_VOLTS_BEYOND * swing));
  const span = (top - bottom) * 1.08;
  const room = Math.min(0.5, (RASTER + 14) / Math.max(height, 1));
  return [bottom - 0.04 * span, bottom - 0.04 * span + span / (1 - room)];
}

/** @param {number} low @param {number} high @returns {[number, number]} */
function currents(low, high) {
  const bottom = Math.min(0, low ?? 0);
  const top = Math.max(0, high ?? 0);
  const span = top - bottom || 1e-6;
  return [bottom - (bottom < 0 ? 0.08 : 0.02) * span, top + 0.12 * span];
}

/**
 * Both lines on one axis of time.
 * @param {Line} model @param {Line} circuit @param {number} duration
 */
function joined(model, circuit, duration) {
  const edge = [[0, duration], [null, null]];
  const tables = [model, circuit].map(({ times, values }) => (times.length ? [times, values] : edge));
  return uPlot.join(/** @type {any} */ (tables));
}

/** @param {ArrayLike<number>} some @param {ArrayLike<number>} others */
const same = (some, others) => some.length === others.length && Array.prototype.every.call(some, (value, k) => value === others[k]);

/** @param {Shown} shown @param {number} time */
function readings({ circuit, model, stimulus }, time) {
  const values = { time: quantity(time, "s"), current: quantity(valueAt(stimulus, time), "A") };
  const modelled = model ? quantity(valueAt(model, time), "V") : "–";
  if (!circuit) return t("scope.readout.model", { ...values, model: modelled });
  return t("scope.readout", { ...values, circuit: quantity(valueAt(circuit, time), "V"), model: modelled });
}
