/** What is drawn on the scope beside the two lines: threshold, spikes, refractory times, levels. */

import { t } from "../text.js";

/**
 * @typedef {ReturnType<typeof import("./colours.js").colours>} Colours
 * @typedef {object} Marks
 * @property {number} threshold volts
 * @property {ArrayLike<number>} modelSpikes seconds
 * @property {ArrayLike<number> | null} circuitSpikes seconds; null where there is no run
 * @property {boolean} stale whether the circuit's are of a bench before the last turn
 * @property {number} refractory seconds
 * @property {boolean} veiled whether the neuron is hidden: then nothing of the model is drawn
 * @property {{start: number, stop: number, levels: number[], crossing: number} | null} tau63
 * @property {{times: number[], values: number[]} | null} fit
 */

export const RASTER = 40; // CSS pixels above the membrane, for two rows of spikes
const MOST_BANDS = 400;

/**
 * Shade the refractory times, under everything else.
 * @param {any} plot uPlot
 * @param {Marks} marks
 * @param {Colours} colour
 */
export function drawBands(plot, marks, colour) {
  if (marks.veiled || !marks.refractory || marks.modelSpikes.length > MOST_BANDS) return;
  const { ctx, bbox } = plot;
  ctx.save();
  clip(ctx, bbox);
  ctx.fillStyle = colour.band;
  for (const spike of Array.from(marks.modelSpikes)) {
    const left = plot.valToPos(spike, "x", true);
    ctx.fillRect(left, bbox.top, plot.valToPos(spike + marks.refractory, "x", true) - left, bbox.height);
  }
  ctx.restore();
}

/**
 * Draw what stands above the lines.
 * @param {any} plot uPlot
 * @param {Marks} marks
 * @param {Colours} colour
 */
export function drawMarks(plot, marks, colour) {
  const { ctx, bbox } = plot;
  const dot = devicePixelRatio;
  ctx.save();
  clip(ctx, bbox);
  ctx.font = `${12 * dot}px system-ui, sans-serif`;
  if (!marks.veiled) level(plot, marks.threshold, colour.threshold, t("scope.threshold"), [7, 5]);
  if (marks.tau63) drawTau63(plot, marks.tau63, colour);
  if (marks.fit) drawFit(plot, marks.fit, colour);
  ctx.globalAlpha = marks.stale ? 0.35 : 1;
  if (marks.circuitSpikes) ticks(plot, marks.circuitSpikes, 0, colour.circuit);
  ctx.globalAlpha = 1;
  if (!marks.veiled) ticks(plot, marks.modelSpikes, 1, colour.modelLine);
  ctx.restore();
}

/** @param {any} plot @param {ArrayLike<number>} spikes @param {0 | 1} row @param {string} colour */
function ticks(plot, spikes, row, colour) {
  const { ctx, bbox } = plot;
  const dot = devicePixelRatio;
  const height = RASTER / 2 - 5;
  const top = bbox.top + (3 + row * (height + 3)) * dot;
  ctx.strokeStyle = colour;
  ctx.lineWidth = Math.max(1, Math.min(2, bbox.width / dot / 4 / (spikes.length || 1))) * dot;
  ctx.beginPath();
  for (const spike of Array.from(spikes)) {
    const x = plot.valToPos(spike, "x", true);
    ctx.moveTo(x, top);
    ctx.lineTo(x, top + height * dot);
  }
  ctx.stroke();
}

/** @param {any} plot @param {number} value @param {string} colour @param {string} label @param {number[]} dash */
function level(plot, value, colour, label, dash) {
  const { ctx, bbox } = plot;
  const dot = devicePixelRatio;
  const y = plot.valToPos(value, "y", true);
  ctx.strokeStyle = ctx.fillStyle = colour;
  ctx.lineWidth = 1.5 * dot;
  ctx.setLineDash(dash.map((length) => length * dot));
  ctx.beginPath();
  ctx.moveTo(bbox.left, y);
  ctx.lineTo(bbox.left + bbox.width, y);
  ctx.stroke();
  ctx.setLineDash([]);
  ctx.textAlign = "left";
  ctx.textBaseline = "bottom";
  ctx.fillText(label, bbox.left + 6 * dot, y - 2 * dot);
}

/** @param {any} plot @param {NonNullable<Marks["tau63"]>} tau63 @param {Colours} colour */
function drawTau63(plot, { start, levels, crossing }, colour) {
  const { ctx, bbox } = plot;
  const dot = devicePixelRatio;
  const [low, middle, high] = levels.map((value) => plot.valToPos(value, "y", true));
  const [left, at] = [start, crossing].map((time) => plot.valToPos(time, "x", true));
  ctx.strokeStyle = ctx.fillStyle = colour.mark;
  ctx.lineWidth = 1.25 * dot;
  ctx.setLineDash([2 * dot, 3 * dot]);
  ctx.beginPath();
  for (const y of [low, high, middle]) {
    ctx.moveTo(left, y);
    ctx.lineTo(y === middle ? at : bbox.left + bbox.width, y);
  }
  ctx.moveTo(at, middle);
  ctx.lineTo(at, bbox.top + bbox.height);
  ctx.stroke();
  ctx.setLineDash([]);
  ctx.textBaseline = "bottom";
  ctx.textAlign = "right";
  ctx.fillText("100 %", bbox.left + bbox.width - 6 * dot, high - 2 * dot);
  ctx.textAlign = "left";
  ctx.fillText("63 %", at + 6 * dot, middle);
  ctx.beginPath();
  ctx.arc(at, middle, 4 * dot, 0, 2 * Math.PI);
  ctx.fill();
}

/** @param {any} plot @param {NonNullable<Marks["fit"]>} fit @param {Colours} colour */
function drawFit(plot, { times, values }, colour) {
  const { ctx } = plot;
  ctx.strokeStyle = colour.mark;
  ctx.lineWidth = 2.5 * devicePixelRatio;
  ctx.setLineDash([5 * devicePixelRatio, 4 * devicePixelRatio]);
  ctx.beginPath();
  times.forEach((time, k) => ctx.lineTo(plot.valToPos(time, "x", true), plot.valToPos(values[k], "y", true)));
  ctx.stroke();
  ctx.setLineDash([]);
}

/** @param {CanvasRenderingContext2D} ctx @param {{left: number, top: number, width: number, height: number}} bbox */
function clip(ctx, { left, top, width, height }) {
  ctx.beginPath();
  ctx.rect(left, top, width, height);
  ctx.clip();
}
