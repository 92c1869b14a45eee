/** Whether an answer is right, and if not, which mistake it looks like. Pure. */

import { parseQuantity } from "../bench/quantities.js";
import { evaluate } from "./expression.js";

/**
 * @typedef {import("./parse.js").Question} Question
 * @typedef {import("./parse.js").Inline} Inline
 * @typedef {{verdict: "right" | "wrong" | "unread", key?: string, values?: Record<string, string | number>, words?: Inline[]}} Judgement
 *   `words` are the lesson's, `key` and `values` a text of the page's; "unread" does not count as a try
 */

// figures that are right but for a power of ten, by their text
const POWERS = [[3, "thousand"], [-3, "thousandth"], [6, "million"], [-6, "millionth"], [9, "power"], [-9, "power"], [1, "power"], [-1, "power"], [2, "power"], [-2, "power"]];

/**
 * Judge a typed number.
 * @param {Question} question
 * @param {string} typed
 * @param {import("./expression.js").Lookup} lookup
 * @returns {Judgement}
 */
export function judgeNumber(question, typed, lookup) {
  const { unit, tolerance } = question;
  const read = readNumber(typed, unit);
  if ("problem" in read) return { verdict: "unread", key: `lesson.${read.problem}`, values: { part: read.part, unit, example: EXAMPLES[unit] ?? "" } };
  const right = evaluate(question.answer, lookup);
  const { values } = read;
  const near = (/** @type {number} */ target, /** @type {number} */ width) => values.some((value) => Math.abs(value - target) <= width * Math.abs(target) + 1e-15 * Math.abs(right));
  if (near(right, tolerance)) return { verdict: "right" };
  for (const { formula, words } of question.hints) if (near(evaluate(formula, lookup), tolerance)) return { verdict: "wrong", words };
  if (right !== 0) {
    if (near(-right, tolerance)) return { verdict: "wrong", key: "lesson.sign" };
    for (const [power, name] of POWERS) if (near(right * 10 ** Number(power), tolerance)) return { verdict: "wrong", key: `lesson.${name}` };
  }
  return { verdict: "wrong", key: values[0] > right ? "lesson.toolarge" : "lesson.toosmall" };
}

/** @type {Record<string, string>} */
const EXAMPLES = { s: "5 ms", V: "0.8 V", A: "20 µA", "Ω": "47 kΩ", F: "100 nF", Hz: "120 Hz", C: "3 nC", "%": "50 %", "": "0.5" };

/**
 * @param {string} typed @param {string} unit
 * @returns {{values: number[]} | {problem: string, part: string}} several where it can be read in several ways
 */
function readNumber(typed, unit) {
  if (unit === "%") {
    const bare = typed.trim().replace(/%$/, "");
    const share = parseQuantity(bare, "");
    if ("problem" in share) return share;
    return { values: bare === typed.trim() ? [share.value / 100, share.value] : [share.value / 100] };
  }
  const read = parseQuantity(typed, unit);
  if ("problem" in read) return read;
  // "10" for 10 ms: which unit it is, is half of the answer
  if (unit && read.value !== 0 && /[\d.,]\s*$/.test(typed)) return { problem: "unitless", part: typed.trim() };
  return { values: [read.value] };
}

/**
 * Judge the bench as it stands against what a task asks for.
 * @param {Question} question
 * @param {import("./expression.js").Lookup} lookup
 * @returns {Judgement}
 */
export function judgeTask(question, lookup) {
  if (evaluate(question.done, lookup)) return { verdict: "right" };
  const hint = question.hints.find(({ formula }) => evaluate(formula, lookup));
  return hint ? { verdict: "wrong", words: hint.words } : { verdict: "wrong", key: "lesson.notyet" };
}

/**
 * @param {Question} question
 * @param {number} chosen
 * @returns {Judgement}
 */
export function judgeChoice(question, chosen) {
  if (chosen < 0) return { verdict: "unread", key: "lesson.choose" };
  const { right, answer } = question.options[chosen];
  return { verdict: right ? "right" : "wrong", words: answer };
}
