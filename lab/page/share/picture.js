/** The scope as a PNG: both plots, what they are of, and whose the lines are. */

import { colours } from "../scope/colours.js";
import { t } from "../text.js";

const PAD = 16;

/**
 * @param {HTMLCanvasElement[]} plots one under the other
 * @param {string} title
 * @param {string} words what is happening
 * @returns {Promise<Blob>}
 */
export function scopePng(plots, title, words) {
  const colour = colours();
  const dot = devicePixelRatio;
  const width = plots[0].width + 2 * PAD * dot;
  const canvas = document.createElement("canvas");
  canvas.width = width;
  const ctx = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  const font = (/** @type {string} */ weight, /** @type {number} */ size) => `${weight} ${size * dot}px system-ui, sans-serif`;
  ctx.font = font("", 14);
  const lines = wrapped(ctx, words, width - 2 * PAD * dot);
  const head = (64 + 20 * lines.length) * dot;
  canvas.height = head + plots.reduce((sum, plot) => sum + plot.height, 0) + PAD * dot;
  ctx.fillStyle = colour.paper;
  ctx.fillRect(0, 0, canvas.width, canvas.height);
  ctx.fillStyle = colour.ink;
  ctx.font = font("600", 16);
  ctx.fillText(title, PAD * dot, 28 * dot);
  ctx.font = font("", 14);
  lines.forEach((line, k) => ctx.fillText(line, PAD * dot, (52 + 20 * k) * dot));
  let x = PAD * dot;
  const y = head - 10 * dot;
  for (const [stroke, name, wide] of /** @type {[string, string, number][]} */ ([[colour.circuit, t("scope.circuit"), 2], [colour.model, t("scope.model"), 6], [colour.threshold, t("scope.threshold"), 2]])) {
    ctx.fillStyle = stroke;
    ctx.fillRect(x, y - (4 + wide / 2) * dot, 22 * dot, wide * dot);
    ctx.fillStyle = colour.ink;
    ctx.fillText(name, x + 28 * dot, y);
    x += ctx.measureText(name).width + 48 * dot;
  }
  let top = head;
  for (const plot of plots) {
    ctx.drawImage(plot, PAD * dot, top);
    top += plot.height;
  }
  return new Promise((resolve, reject) => canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("no PNG"))), "image/png"));
}

/** @param {CanvasRenderingContext2D} ctx @param {string} text @param {number} width */
function wrapped(ctx, text, width) {
  const lines = [""];
  for (const word of text.split(" ")) {
    const longer = `${lines.at(-1)} ${word}`.trim();
    if (ctx.measureText(longer).width > width) lines.push(word);
    else lines[lines.length - 1] = longer;
  }
  return lines;
}
