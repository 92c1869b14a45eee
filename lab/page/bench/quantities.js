/** Quantities as people write them: 4.7k, 4.7 kΩ, 2,2 µF; and back, with a prefix. */

/** @type {Record<string, number>} */
const PREFIXES = {
  a: -18, f: -15, p: -12, n: -9, u: -6, "µ": -6, "μ": -6, m: -3, "": 0, k: 3, K: 3, M: 6, meg: 6, G: 9, T: 12,
};
/** @type {Record<string, RegExp>} */
const UNITS = {
  "Ω": /^(Ω|Ω|ohms?)$/i, F: /^(F|farads?)$/, V: /^(V|volts?)$/i, A: /^(A|amps?|amperes?)$/,
  s: /^(s|sec|seconds?)$/i, Hz: /^(Hz|hertz)$/i, C: /^(C|coulombs?)$/,
};
const SHOWN = ["a", "f", "p", "n", "µ", "m", "", "k", "M", "G", "T"];

/**
 * Read a quantity.
 * @param {string} text such as "100k", "4.7 kΩ", "1e-3", "2,2n"
 * @param {string} unit that it is in; "" for a plain number
 * @returns {{value: number} | {problem: "empty" | "letters" | "unit" | "prefix", part: string}}
 */
export function parseQuantity(text, unit) {
  const typed = text.trim().replace(/[−–]/g, "-");
  if (!typed) return { problem: "empty", part: "" };
  const number = /^([+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:[eE][+-]?\d+)?)\s*(.*)$/.exec(typed);
  if (!number) return { problem: "letters", part: typed };
  const value = Number(number[1].replace(",", "."));
  const rest = number[2].replace(/\s+/g, "");
  const exponent = exponentOf(rest, unit);
  if (exponent === null || !Number.isFinite(value)) {
    const known = Object.entries(UNITS).some(([, named]) => named.test(rest.replace(/^[afpnuµμmkKMGT]/, "")) || named.test(rest));
    // 10 000 and 1.000,5 are one word to who wrote them
    return { problem: known && unit ? "unit" : "letters", part: /\d/.test(rest) ? typed : rest || typed };
  }
  // through decimal text: 4.7 · 1e3 has the rounding of a product, "4.7e3" has none
  const [digits, shift] = String(value).split("e");
  return { value: Number(`${digits}e${Number(shift ?? 0) + exponent}`) };
}

/**
 * @param {string} rest what follows the digits: prefix, unit, both or neither
 * @param {string} unit
 * @returns {number | null} the prefix's power of ten
 */
function exponentOf(rest, unit) {
  if (rest === "") return 0;
  const named = UNITS[unit];
  if (named?.test(rest)) return 0;
  if (!unit) return null;
  for (const [prefix, exponent] of Object.entries(PREFIXES)) {
    if (!prefix) continue;
    const head = rest.slice(0, prefix.length);
    if (prefix.length > 1 ? head.toLowerCase() !== prefix : head !== prefix) continue;
    const tail = rest.slice(prefix.length);
    if (tail === "" || named?.test(tail)) return exponent;
  }
  return null;
}

/**
 * Write a quantity with an SI prefix: 20 µA.
 * @param {number} value in the unit
 * @param {string} unit
 * @param {number} [digits] that count
 */
export function quantity(value, unit, digits = 3) {
  if (!Number.isFinite(value)) return value > 0 ? "∞" : value < 0 ? "−∞" : "–";
  if (value === 0) return joined("0", unit);
  if (!unit) return minus(plain(Number(value.toPrecision(digits)), digits));
  const rounded = Number(value.toPrecision(digits));
  const power = Math.floor(Math.log10(Math.abs(rounded)) + 1e-12);
  const exponent = Math.min(Math.max(3 * Math.floor(power / 3), -18), 12);
  const mantissa = Number(`${rounded}`.includes("e") ? (rounded / 10 ** exponent).toPrecision(digits) : rounded / 10 ** exponent);
  return joined(minus(plain(mantissa, digits)), `${SHOWN[exponent / 3 + 6]}${unit}`);
}

/**
 * @param {number} value
 * @param {number} digits
 */
function plain(value, digits) {
  const shown = Number(value.toPrecision(digits));
  return Math.abs(shown) >= 1e6 || (shown !== 0 && Math.abs(shown) < 1e-4) ? shown.toExponential() : String(shown);
}

/** @param {string} number @param {string} unit */
const joined = (number, unit) => (unit ? `${number}\u00a0${unit}` : number);
/** @param {string} number */
const minus = (number) => number.replace("-", "−");

/**
 * Round to digits that count, as a slider does.
 * @param {number} value
 * @param {number} digits
 */
export const rounded = (value, digits = 3) => (value === 0 ? 0 : Number(value.toPrecision(digits)));
