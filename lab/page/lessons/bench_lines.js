/** The bench that a lesson's step starts from, out of its lines. Pure. */

import { parseQuantity } from "../bench/quantities.js";
import { RANGES } from "../bench/ranges.js";
import { check, FUNCTIONS, PARTS } from "../share/state.js";

/** @typedef {import("../share/state.js").BenchState} BenchState */

/**
 * What is not named is as usual, so that a step does not depend on what was turned before it.
 * @param {import("./parse.js").BenchLines} lines such as {bench: "leaky", parameters: "resistance=100k", stimulus:
 *   "step: current=8u, onset=10m", duration: "100m"}
 * @param {BenchState} usual
 * @param {import("../share/state.js").Parts} usualParts of a circuit of real parts
 * @returns {BenchState}
 * @throws {SyntaxError}
 */
export function benchOf(lines, usual, usualParts) {
  const given = pairs(lines.parameters ?? "");
  const unknown = Object.keys(given).find((name) => !Object.hasOwn(usual.parameters, name));
  if (unknown) throw new SyntaxError(`there is no parameter “${unknown}”`);
  const artificial = pairs(lines.artificial ?? "", (name, text) => (name === "function" ? named(text) : text.split(";").map(Number)));
  const [kind, rest = ""] = (lines.stimulus ?? "").split(/:(.*)/s);
  const cursors = lines.cursors?.split(/[\s;]+/).map((text) => number("duration", text));
  const state = {
    ...usual,
    bench: /** @type {BenchState["bench"]} */ (lines.bench ?? usual.bench),
    parameters: { ...usual.parameters, ...given },
    artificial: { ...usual.artificial, ...artificial, bias: artificial.bias?.[0] ?? usual.artificial.bias },
    stimulus: lines.stimulus ? { kind: kind.trim(), ...pairs(rest) } : usual.stimulus,
    duration: lines.duration ? number("duration", lines.duration) : usual.duration,
    cursors: cursors ? /** @type {[number, number]} */ ([cursors[0], cursors[1]]) : null,
    parts: lines.parts ? { ...usualParts, ...pairs(lines.parts, part) } : null,
  };
  const problem = check(state);
  if (problem) throw new SyntaxError(`this bench is refused: ${problem}`);
  return state;
}

/** @param {string} text @param {(name: string, text: string) => any} [read] @returns {any} */
function pairs(text, read = number) {
  const parts = text.split(",").map((part) => part.trim()).filter(Boolean);
  return Object.fromEntries(parts.map((part) => {
    const [name, value = ""] = part.split("=").map((half) => half.trim());
    return [name, read(name, value)];
  }));
}

/** @param {string} name @param {string} text */
function part(name, text) {
  if (!PARTS.some((known) => known === name)) throw new SyntaxError(`there is no part “${name}”`);
  return number(`part_${name}`, text);
}

/** @param {string} name @param {string} text */
function number(name, text) {
  const read = parseQuantity(text, RANGES[name]?.unit || "s");
  if ("problem" in read) throw new SyntaxError(`“${name}=${text}” is no quantity`);
  return read.value;
}

/** @param {string} text */
function named(text) {
  if (!FUNCTIONS.includes(text)) throw new SyntaxError(`there is no function “${text}”`);
  return text;
}
