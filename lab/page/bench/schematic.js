/** The circuit as drawn by hand, with the values it has now. */

import { s, say, set } from "../dom.js";
import { t } from "../text.js";
import { quantity } from "./quantities.js";

/**
 * @typedef {import("../share/state.js").BenchState} BenchState
 * @typedef {object} Moment of a run
 * @property {number} current amperes
 * @property {number} voltage volts
 * @property {boolean} held whether the one-shot's pulse is high
 * @typedef {{element: SVGElement, show: (state: BenchState) => void, at: (moment: Moment) => void}} Schematic
 */

const [SHUT, OPEN] = ["M284 150v34", "M284 184l18 -31"]; // the switch's lever

/** @param {string} d */
const wire = (d) => s("path.wire", { d });
/** @param {number} x @param {number} y */
const node = (x, y) => s("circle.node", { cx: x, cy: y, r: 3 });
/** @param {number} x @param {number} y */
const ground = (x, y) => wire(`M${x} ${y}v8m-10 0h20m-16 5h12m-8 5h4`);
/** @param {number} x @param {number} y @param {string} [anchor] @param {string} [kind] */
const label = (x, y, anchor = "start", kind = "value") => s(`text.${kind}`, { x, y, "text-anchor": anchor });
/** @param {string} text @param {number} x @param {number} y @param {string} [anchor] */
const letter = (text, x, y, anchor = "start") => s("text.letter", { x, y, "text-anchor": anchor }, text);

/**
 * The bucket's circuit, and the leaky bucket's: with a resistor.
 * @param {boolean} leaky
 * @returns {Schematic}
 */
export function createMembraneSchematic(leaky) {
  const [current, resistance, capacitance, threshold, reset, leak] = [
    label(27, 194, "middle"), label(99, 156), label(leaky ? 205 : 165, 156), label(338, 121), label(298, 226), label(76, 238, "end"),
  ];
  const [voltage, pulse] = [label(leaky ? 192 : 152, 30, "start", "live"), label(430, 30, "end", "live")];
  const lever = s("path.wire.lever", { d: SHUT });
  const x = leaky ? 184 : 144;
  const element = s("svg.schematic", { viewBox: "0 0 434 268", role: "img", "aria-label": t(leaky ? "schematic.leaky" : "schematic.bucket") },
    // the input
    s("circle.part", { cx: 27, cy: 132, r: 20 }), s("path.wire", { d: "M27 144V120m-6 8l6-8l6 8" }),
    wire("M27 112V46H312M27 152V174M27 202V242"), letter("I", 53, 138), ground(27, 242),
    // the membrane
    leaky && [wire("M84 46V104M84 160V242"), s("path.part", { d: "M75 104h18v56h-18z" }), letter("R", 99, 132), ground(84, 242), node(84, 46)],
    wire(`M${x} 46V128M${x} 136V242`), s("path.part.plates", { d: `M${x - 15} 128h30M${x - 15} 136h30` }), letter("C", x + 21, 132), ground(x, 242), node(x, 46),
    letter("V =", x + 4, 30, "end"),
    // the switch to the reset
    wire("M284 46V150"), lever, s("circle.part", { cx: 284, cy: 150, r: 3.5 }), s("circle.part", { cx: 284, cy: 184, r: 3.5 }), wire("M284 188V242"), ground(284, 242), node(284, 46),
    // comparator and one-shot
    s("path.part", { d: "M312 28v68l48-34z" }), letter("+", 315, 52), letter("−", 315, 87), wire("M312 80H302V116H332"),
    wire("M360 62H376"), s("path.part", { d: "M376 42h40v40h-40z" }), s("path.wire", { d: "M382 72h8v-20h12v20h8" }), wire("M416 62H432"),
    s("path.wire.dashed", { d: "M396 82V167H298" }),
    current, leaky && [resistance, leak], capacitance, threshold, reset, voltage, pulse);
  return {
    element: /** @type {any} */ (element),
    show({ parameters }) {
      say(resistance, quantity(parameters.resistance, "Ω"));
      say(capacitance, quantity(parameters.capacitance, "F"));
      say(threshold, quantity(parameters.threshold, "V"));
      say(reset, parameters.reset === 0 ? "" : quantity(parameters.reset, "V"));
      say(leak, parameters.leak_potential === 0 ? "" : quantity(parameters.leak_potential, "V"));
    },
    at({ current: amperes, voltage: volts, held }) {
      say(current, quantity(amperes, "A", 2));
      say(voltage, quantity(volts, "V", 2));
      say(pulse, held ? t("schematic.pulse") : "");
      set(lever, { d: held ? SHUT : OPEN });
      element.classList.toggle("held", held);
    },
  };
}

/**
 * The artificial neuron's: weights are resistors, the sum an op-amp, then the function.
 * @param {number} count of inputs
 * @returns {{element: SVGElement, show: (state: BenchState, inputs: readonly number[], sum: number, output: number) => void}}
 */
export function createSumSchematic(count) {
  const rows = [...Array(count).keys(), count].map((k) => ({ y: 40 + 68 * k, bias: k === count }));
  const values = rows.map(({ y }) => ({ input: label(62, y - 8, "end"), weight: label(103, y - 13, "middle") }));
  const middle = 40 + 34 * (rows.length - 1);
  const [sum, output, shape] = [label(250, middle - 40, "end", "live"), label(432, middle - 12, "end", "live"), s("path.wire.curve", { d: "" })];
  const element = s("svg.schematic", { viewBox: `0 0 434 ${68 * rows.length + 14}`, role: "img", "aria-label": t("schematic.artificial") },
    rows.map(({ y, bias }, k) => [
      letter(bias ? "" : `x${"₁₂₃"[k]}`, 4, y - 8), wire(`M4 ${y}H76M130 ${y}H156V${middle}H190`), s("path.part", { d: `M76 ${y - 7}h54v14h-54z` }),
      letter(bias ? "b" : `w${"₁₂₃"[k]}`, 103, y + 26, "middle"),
    ]),
    s("path.part", { d: `M190 ${middle - 28}v56l54-28z` }), letter("Σ", 202, middle + 6), wire(`M244 ${middle}H262M326 ${middle}H430`),
    s("path.part", { d: `M262 ${middle - 34}h64v68h-64z` }), s("path.grid", { d: `M266 ${middle}h56M294 ${middle - 30}v60` }), shape,
    values.map(({ input, weight }) => [input, weight]), sum, output);
  return {
    element: /** @type {any} */ (element),
    show({ artificial }, inputs, total, result) {
      values.forEach(({ input, weight }, k) => {
        say(input, k === count ? "1" : quantity(inputs[k], "", 3));
        say(weight, quantity(k === count ? artificial.bias : artificial.weights[k], "", 3));
      });
      say(sum, t("schematic.sum", { sum: quantity(total, "", 3) }));
      say(output, t("schematic.output", { output: quantity(result, "", 3) }));
      set(shape, { d: curve(artificial.function, 294, middle) });
    },
  };
}

/** A function's shape between −3 and 3, in a box of 60. @param {string} name @param {number} x @param {number} y */
function curve(name, x, y) {
  const shapes = /** @type {Record<string, (u: number) => number>} */ ({
    sigmoid: (u) => 1 / (1 + Math.exp(-2 * u)), tanh: (u) => Math.tanh(u), relu: (u) => Math.max(0, u) / 3, step: (u) => (u > 0 ? 1 : 0),
  });
  const points = Array.from({ length: 61 }, (_, k) => -3 + k / 10).map((u) => `${(x + 9.5 * u).toFixed(1)} ${(y - 26 * shapes[name](u)).toFixed(1)}`);
  return `M${points.join("L")}`;
}
