/** The artificial neuron's scope: its output over its first input, as there is no time to plot. */

import uPlot from "../vendor/uPlot.esm.js";
import { quantity } from "../bench/quantities.js";
import { h } from "../dom.js";
import { colours } from "./colours.js";

/**
 * @typedef {import("./scope_line.js").Line} Line
 * @returns {{element: HTMLElement, show: (model: Line, circuit: Line | null, stale: boolean) => void,
 *   mark: (input: number, output: number) => void, canvases: () => HTMLCanvasElement[]}}
 */
export function createTransferScope() {
  const place = h("div.plot");
  const element = h("div.scope", {}, h("div.plots", {}, place));
  /** @type {any} */
  let plot = null;
  let shown = /** @type {{model: Line, circuit: Line | null, stale: boolean} | null} */ (null);
  let at = { input: 0, output: 0 };
  const height = () => (innerWidth <= 760 ? 230 : innerHeight < 700 ? 360 : 480);
  const build = () => {
    const colour = colours();
    const axis = (/** @type {object} */ settings) => ({ stroke: colour.faint, grid: { stroke: colour.grid, width: 1 }, ticks: { stroke: colour.grid, width: 1, size: 4 }, font: "12px system-ui, sans-serif", ...settings });
    return new uPlot({
      width: place.clientWidth, height: height(), padding: [10, 14, 0, 0], legend: { show: false },
      cursor: { drag: { x: false, y: false, setScale: false }, points: { show: false } },
      scales: { x: { time: false, range: [-3, 3] }, y: { range: (_plot, low, high) => [Math.min(-0.1, low) - 0.1, Math.max(1.1, high) + 0.1] } },
      axes: [axis({ values: (/** @type {any} */ _plot, /** @type {number[]} */ list) => list.map((x) => quantity(x, "")) }), axis({ size: 44, values: (/** @type {any} */ _plot, /** @type {number[]} */ list) => list.map((y) => quantity(y, "")) })],
      series: [{}, { stroke: colour.model, width: 6, points: { show: false } }, { stroke: colour.circuit, width: 2, points: { show: false } }],
      hooks: { draw: [(drawn) => {
        const { ctx, bbox } = drawn;
        const [x, y] = [drawn.valToPos(at.input, "x", true), drawn.valToPos(at.output, "y", true)];
        ctx.save();
        ctx.strokeStyle = ctx.fillStyle = colours().mark;
        ctx.lineWidth = 1.25 * devicePixelRatio;
        ctx.setLineDash([3 * devicePixelRatio, 3 * devicePixelRatio]);
        ctx.beginPath();
        ctx.moveTo(x, bbox.top + bbox.height);
        ctx.lineTo(x, y);
        ctx.lineTo(bbox.left, y);
        ctx.stroke();
        ctx.beginPath();
        ctx.arc(x, y, 6 * devicePixelRatio, 0, 2 * Math.PI);
        ctx.fill();
        ctx.restore();
      }] },
    }, [[], [], []], place);
  };
  const draw = () => {
    if (!shown || !place.clientWidth) return;
    plot ??= build();
    const tables = [shown.model, shown.circuit ?? { times: [-3, 3], values: [null, null] }].map(({ times, values }) => [times, values]);
    plot.series[2].alpha = shown.stale ? 0.3 : 1;
    plot.setData(uPlot.join(/** @type {any} */ (tables)));
  };
  new ResizeObserver(() => {
    if (!place.clientWidth) return;
    if (!plot) draw();
    else if (plot.width !== place.clientWidth) plot.setSize({ width: place.clientWidth, height: height() });
  }).observe(place);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
    plot?.destroy();
    plot = null;
    draw();
  });
  return {
    element,
    show(model, circuit, stale) {
      shown = { model, circuit, stale };
      draw();
    },
    mark(input, output) {
      at = { input, output };
      plot?.redraw(false);
    },
    canvases: () => (plot ? [plot.ctx.canvas] : []),
  };
}
