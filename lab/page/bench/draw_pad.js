/** A current drawn by hand: with the mouse, a finger, or the arrow keys. */

import { h, s, set } from "../dom.js";
import { t } from "../text.js";
import { quantity, rounded } from "./quantities.js";
import { DRAWN_POINTS, drawnLine } from "./usual.js";

const [WIDTH, HEIGHT] = [320, 130];
const STRONGEST = 3; // rheobases at the top of the pad
const KEY = 1 / 40; // of the height, a press of an arrow

/**
 * @typedef {import("../share/state.js").Stimulus} Stimulus
 * @typedef {import("../share/state.js").BenchState} BenchState
 */

/**
 * @param {(stimulus: Stimulus) => void} onchange
 * @returns {{element: HTMLElement, show: (state: BenchState) => void}}
 */
export function createDrawPad(onchange) {
  const line = s("polyline.drawn-line", { points: "" });
  const zero = s("line.drawn-zero", { x1: 0, x2: WIDTH });
  const dot = s("circle.drawn-dot", { r: 5 });
  const ruler = h("span.drawn-ruler", { "aria-hidden": "true" });
  const pad = s("svg.draw-pad", {
    viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", tabindex: 0, role: "slider", id: "draw-pad",
    "aria-label": t("draw.label"), "aria-valuemin": 0,
  }, zero, line, dot);
  const clear = h("button.small", { type: "button", onclick: () => state && onchange(drawnLine(state.duration, () => 0)) }, t("draw.clear"));
  const element = h("div.draw", {}, ruler, pad, h("p.derived", {}, t("draw.keys")), clear);

  /** @type {BenchState | null} */
  let state = null;
  let chosen = 0;
  let last = /** @type {number | null} */ (null);
  /** The currents at the pad's points, whatever points the stimulus has. */
  const currents = () => {
    const { stimulus, duration } = /** @type {BenchState} */ (state);
    return Array.from({ length: DRAWN_POINTS }, (_, k) => between(stimulus, (duration * k) / (DRAWN_POINTS - 1)));
  };
  const scale = () => {
    const { resistance, threshold, leak_potential } = /** @type {BenchState} */ (state).parameters;
    const rheobase = Math.abs(threshold - leak_potential) / resistance || 1e-6;
    const strongest = /** @type {BenchState} */ (state).stimulus.currents.reduce((/** @type {number} */ most, /** @type {number} */ I) => Math.max(most, Math.abs(I)), 0);
    return { top: Math.max(STRONGEST * rheobase, strongest), bottom: -rheobase };
  };
  const put = (/** @type {number[]} */ values) => state && onchange({ kind: "drawn", times: drawnLine(state.duration, () => 0).times, currents: values });

  const draw = (/** @type {PointerEvent} */ event) => {
    const box = pad.getBoundingClientRect();
    const { top, bottom } = scale();
    const k = Math.round(Math.min(1, Math.max(0, (event.clientX - box.left) / box.width)) * (DRAWN_POINTS - 1));
    const share = Math.min(1, Math.max(0, (event.clientY - box.top) / box.height));
    const value = rounded(top + share * (bottom - top), 2);
    const values = currents();
    // a quick hand skips points: those between are filled on a straight line
    const from = last ?? k;
    const begin = values[from];
    for (let j = Math.min(from, k); j <= Math.max(from, k); j += 1) {
      values[j] = j === k ? value : rounded(begin + ((value - begin) * (j - from)) / (k - from || 1), 2);
    }
    last = chosen = k;
    put(values);
  };
  pad.addEventListener("pointerdown", (/** @type {PointerEvent} */ event) => {
    pad.setPointerCapture(event.pointerId);
    last = null;
    draw(event);
  });
  pad.addEventListener("pointermove", (/** @type {PointerEvent} */ event) => {
    if (pad.hasPointerCapture(event.pointerId)) draw(event);
  });
  pad.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
    const { top, bottom } = scale();
    const values = currents();
    const step = KEY * (top - bottom);
    const moves = /** @type {Record<string, () => void>} */ ({
      ArrowLeft: () => { chosen = Math.max(0, chosen - 1); },
      ArrowRight: () => { chosen = Math.min(DRAWN_POINTS - 1, chosen + 1); },
      Home: () => { chosen = 0; },
      End: () => { chosen = DRAWN_POINTS - 1; },
      ArrowUp: () => { values[chosen] = rounded(Math.min(top, values[chosen] + step), 3); },
      ArrowDown: () => { values[chosen] = rounded(Math.max(bottom, values[chosen] - step), 3); },
    });
    if (!Object.hasOwn(moves, event.key)) return;
    event.preventDefault();
    moves[event.key]();
    if (event.key.startsWith("ArrowU") || event.key.startsWith("ArrowD")) put(values);
    if (state) show(state);
  });

  /** @param {BenchState} next */
  const show = (next) => {
    state = next;
    const { top, bottom } = scale();
    const values = currents();
    const y = (/** @type {number} */ current) => (HEIGHT * (current - top)) / (bottom - top);
    const x = (/** @type {number} */ k) => (WIDTH * k) / (DRAWN_POINTS - 1);
    set(line, { points: values.map((current, k) => `${x(k).toFixed(1)},${y(current).toFixed(1)}`).join(" ") });
    set(zero, { y1: y(0), y2: y(0) });
    set(dot, { cx: x(chosen), cy: y(values[chosen]) });
    ruler.textContent = quantity(top, "A");
    set(pad, {
      "aria-valuemax": DRAWN_POINTS - 1, "aria-valuenow": chosen,
      "aria-valuetext": t("draw.at", { time: quantity((next.duration * chosen) / (DRAWN_POINTS - 1), "s"), current: quantity(values[chosen], "A") }),
    });
  };
  return { element, show };
}

/** @param {Stimulus} stimulus @param {number} time */
function between({ times, currents }, time) {
  const next = times.findIndex((/** @type {number} */ at) => at >= time);
  if (next === -1) return currents[currents.length - 1];
  if (next === 0) return currents[0];
  const share = (time - times[next - 1]) / (times[next] - times[next - 1]);
  return currents[next - 1] + share * (currents[next] - currents[next - 1]);
}
