/** How far each control goes, in SI units, and on what scale. Units and defaults are the catalogue's. */

/**
 * @typedef {object} Range
 * @property {string} unit
 * @property {"log" | "linear"} scale of the slider
 * @property {number} from where the slider begins
 * @property {number} to where it ends
 * @property {number} least what may be typed
 * @property {number} most
 * @property {boolean} [whole] only whole numbers
 */

/** @param {string} unit @param {number} from @param {number} to @param {number} [least] @param {number} [most] @returns {Range} */
const log = (unit, from, to, least = from / 1e3, most = to * 1e3) => ({ unit, scale: "log", from, to, least, most });
/** @param {string} unit @param {number} from @param {number} to @param {number} [least] @param {number} [most] @returns {Range} */
const linear = (unit, from, to, least = from, most = to) => ({ unit, scale: "linear", from, to, least, most });

/** @type {Record<string, Range>} */
export const RANGES = {
  resistance: log("Ω", 1e3, 1e7),
  capacitance: log("F", 1e-9, 1e-5),
  threshold: linear("V", 0.05, 5, -100, 100),
  reset: linear("V", -1, 2, -100, 100),
  leak_potential: linear("V", -1, 3, -100, 100),
  refractory: linear("s", 0, 20e-3, 0, 100),
  duration: log("s", 1e-3, 10, 1e-6, 1e4),
  current: log("A", 1e-7, 1e-3, -1, 1),
  onset: linear("s", 0, 0.1, 0, 1e3),
  width: log("s", 1e-4, 0.1),
  gap: log("s", 1e-4, 1),
  period: log("s", 5e-4, 1),
  amplitude: log("A", 1e-7, 1e-3, -1, 1),
  offset: linear("A", -20e-6, 60e-6, -1, 1),
  frequency: log("Hz", 1, 1e3),
  mean: linear("A", -20e-6, 60e-6, -1, 1),
  sigma: log("A", 1e-7, 1e-3, 0, 1),
  hold: log("s", 2e-4, 0.1),
  part_offset: linear("V", -20e-3, 20e-3, -0.1, 0.1),
  part_response: log("s", 1e-7, 1e-4, 1e-7, 1e-4),
  part_on_resistance: log("Ω", 1, 1e4, 1, 1e4),
  seed: { unit: "", scale: "linear", from: 0, to: 99, least: 0, most: 999_999_999, whole: true },
  weight: linear("", -3, 3, -100, 100),
  bias: linear("", -3, 3, -11, 11),
  input: linear("", -3, 3, -100, 100),
};

export const STEPS = 1000; // of a slider

/**
 * Where on its slider a value stands, 0 to STEPS.
 * @param {Range} range @param {number} value
 */
export function position({ scale, from, to }, value) {
  const share = scale === "log" ? Math.log(Math.max(value, from) / from) / Math.log(to / from) : (value - from) / (to - from);
  return Math.round(STEPS * Math.min(1, Math.max(0, share)));
}

/**
 * The value that a slider's position stands for, to three digits that count.
 * @param {Range} range @param {number} at
 */
export function valueAtPosition({ scale, from, to, whole }, at) {
  const share = at / STEPS;
  if (whole) return Math.round(from + share * (to - from));
  if (scale === "log") return Number((from * (to / from) ** share).toPrecision(3));
  // a two-hundredth of the way is as fine as a hand is, and gives round numbers
  const grid = 10 ** Math.floor(Math.log10((to - from) / 200));
  return Number((Math.round((from + share * (to - from)) / grid) * grid).toPrecision(12));
}
