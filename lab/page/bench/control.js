/** One quantity to turn: a slider, and a field that takes "4.7k". */

import { h, say, set } from "../dom.js";
import { t } from "../text.js";
import { parseQuantity, quantity } from "./quantities.js";
import { position, STEPS, valueAtPosition } from "./ranges.js";

/**
 * @typedef {{element: HTMLElement, show: (value: number) => void}} Control
 */

/**
 * @param {object} given
 * @param {string} given.id unique on the page
 * @param {string} given.label
 * @param {string} [given.symbol] as in formulas; what follows "_" is its index
 * @param {import("./ranges.js").Range} given.range
 * @param {(value: number) => string | null} given.onchange takes a value in SI units; returns why it
 *   is refused, in words, or null
 * @returns {Control}
 */
export function createControl({ id, label, symbol = "", range, onchange }) {
  let good = NaN;
  const slider = h("input", { type: "range", min: 0, max: STEPS, step: 1, id: `${id}-slider`, "aria-label": label });
  const field = h("input", { type: "text", id, inputmode: "text", autocomplete: "off", spellcheck: "false", "aria-describedby": `${id}-problem` });
  const problem = h("p.problem", { id: `${id}-problem`, role: "alert" });
  const element = h("div.control", {},
    h("label", { for: id }, label, symbol && formula(symbol)), field, slider, problem);

  const complain = (/** @type {string | null} */ words) => {
    say(problem, words ?? "");
    element.classList.toggle("bad", words !== null);
    set(field, { "aria-invalid": words === null ? null : "true" });
  };
  const show = (/** @type {number} */ value) => {
    good = value;
    const text = quantity(value, range.unit, 4);
    slider.value = String(position(range, value));
    set(slider, { "aria-valuetext": text });
    if (document.activeElement !== field) field.value = text;
  };
  const take = (/** @type {boolean} */ leaving) => {
    const words = read(field.value, range, label);
    const refused = typeof words === "string" ? words : onchange(words.value);
    // at once, as the next key may come before the next frame
    if (typeof words !== "string" && refused === null) show(words.value);
    complain(refused && t("control.kept", { problem: refused, value: quantity(good, range.unit, 4) }));
    // what is wrong stays to be mended until one leaves the field for good
    if (leaving && refused === null) field.value = quantity(good, range.unit, 4);
  };
  slider.addEventListener("input", () => {
    const value = valueAtPosition(range, Number(slider.value));
    const refused = onchange(value);
    complain(refused && t("control.kept", { problem: refused, value: quantity(good, range.unit, 4) }));
    show(refused === null ? value : good);
  });
  field.addEventListener("change", () => take(true));
  field.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
    if (event.key === "Enter") take(true);
    if (event.key === "Escape") {
      field.value = quantity(good, range.unit, 4);
      complain(null);
    }
  });
  field.addEventListener("focus", () => field.select());
  return {
    element,
    show(value) {
      const another = !Object.is(value, good);
      show(value);
      if (another) complain(null);
    },
  };
}

/** @param {string} symbol */
function formula(symbol) {
  const [letter, index] = symbol.split("_");
  return h("span.symbol", {}, letter, index && h("sub", {}, index));
}

/**
 * @param {string} text
 * @param {import("./ranges.js").Range} range
 * @param {string} label
 * @returns {{value: number} | string} or why not, in words
 */
function read(text, range, label) {
  const parsed = parseQuantity(text, range.unit);
  const example = t(`control.example.${range.unit || "number"}`);
  if ("problem" in parsed) return t(`control.${parsed.problem}`, { part: parsed.part, unit: range.unit, example });
  const { value } = parsed;
  if (range.whole && !Number.isInteger(value)) return t("control.whole", { value: text });
  if (range.least > 0 && value <= 0) return t("control.positive", { name: label, value: quantity(value, range.unit, 4) });
  if (range.least === 0 && value < 0) return t("control.negative", { name: label, value: quantity(value, range.unit, 4) });
  if (value < range.least || value > range.most) {
    return t("control.range", { name: label, least: quantity(range.least, range.unit), most: quantity(range.most, range.unit) });
  }
  return { value };
}
