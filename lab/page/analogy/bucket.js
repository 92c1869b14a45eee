/** The bucket, and the bucket with a hole as wide as 1/R: filled by the input, emptied at the brim. */

import { quantity } from "../bench/quantities.js";
import { s, say, set } from "../dom.js";
import { t } from "../text.js";

/**
 * @typedef {import("../share/state.js").BenchState} BenchState
 * @typedef {object} Level of a bucket at one time
 * @property {number} voltage volts
 * @property {number} current amperes
 * @property {number} strongest amperes, of the whole input
 * @property {number | null} tipping how far it is through emptying itself, 0 to 1; null where it stands
 * @property {number} spikes so far
 * @property {number} flow how far the water has run, in pixels: it moves its ripples
 */

const BRIM = 96; // y of the threshold
const FLOOR = 224; // y of the bucket's bottom
const MIDDLE = 134; // x
const TILT = 64; // degrees, when it pours
const SPOUT = 18; // pixels, the widest stream of the tap

/**
 * @param {boolean} leaky
 * @returns {{element: SVGElement, show: (state: BenchState) => void, at: (level: Level) => void}}
 */
export function createBucket(leaky) {
  const tap = s("path.water.stream", {});
  const suction = s("path.suction", { d: `M${MIDDLE} 78v-26m-7 9l7-9l7 9` });
  const leak = s("path.water.stream", {});
  const glints = [s("path.glint", {}), s("path.glint", {})];
  const water = s("path.water", {});
  const ripple = s("path.ripple", {});
  const walls = s("path.bucket", {});
  const hole = s("path.hole", {});
  const body = s("g", {}, water, ripple, walls, leaky && hole);
  const pour = s("path.water.pour", {});
  const brim = s("path.brim", { d: `M20 ${BRIM}H280` });
  const [brimLabel, level, count, holeLabel, leakLabel] = [
    s("text.value", { x: 294, y: BRIM - 6, "text-anchor": "end" }), s("text.live", { x: 4, "text-anchor": "start" }),
    s("text.count", { x: 294, y: 34, "text-anchor": "end" }), s("text.value", { x: 294, y: 254, "text-anchor": "end" }), s("text.value", { x: 294, y: 272, "text-anchor": "end" }),
  ];
  const flash = s("path.flash", { d: "M-22 0L-7-5L-11-18L0-8L11-18L7-5L22 0L7 5L11 18L0 8L-11 18L-7 5Z", transform: `translate(238 66)` });
  const element = s("svg.analogy-picture", { viewBox: "0 0 300 284", role: "img", "aria-label": t(leaky ? "analogy.leaky" : "analogy.bucket") },
    s("path.pipe", { d: `M${MIDDLE - 62} 14h74v26h-24v-8h-50z` }), tap, suction, brim, leak, pour, body, glints, brimLabel, level, count, holeLabel, leakLabel, flash);

  let shape = { half: 60, hole: 10, base: 0, threshold: 1, rest: 0, reset: 0 };
  return {
    element: /** @type {any} */ (element),
    show({ parameters }) {
      const { resistance, capacitance, threshold, reset, leak_potential } = parameters;
      shape = {
        half: clamp(64 + 13 * Math.log10(capacitance / 1e-7), 34, 92),
        hole: clamp(22 * (1e5 / resistance) ** 0.35, 3, 60),
        base: leaky ? Math.min(reset, leak_potential) : reset, threshold, rest: leak_potential, reset,
      };
      const { half } = shape;
      const foot = 0.8 * half;
      set(walls, { d: `M${-half} ${BRIM}L${-foot} ${FLOOR}H${foot}L${half} ${BRIM}` });
      set(hole, { d: `M${-Math.min(shape.hole, 1.5 * foot) / 2} ${FLOOR}h${Math.min(shape.hole, 1.5 * foot)}` });
      say(brimLabel, t("analogy.brim", { threshold: quantity(threshold, "V") }));
      say(holeLabel, t(leaky ? "analogy.hole" : "analogy.nohole"));
      say(leakLabel, t(leaky ? "analogy.hole.width" : "analogy.nohole.why", { resistance: quantity(resistance, "Ω") }));
    },
    at({ voltage, current, strongest, tipping, spikes, flow }) {
      const { half, base, threshold } = shape;
      const full = tipping === null ? clamp((voltage - base) / (threshold - base), 0, 1) : 1 - clamp(2 * tipping, 0, 1);
      const foot = 0.8 * half;
      const y = FLOOR - full * (FLOOR - BRIM);
      const wide = foot + full * (half - foot);
      set(water, { d: full > 0.002 ? `M${-foot} ${FLOOR}L${-wide} ${y}H${wide}L${foot} ${FLOOR}Z` : "" });
      set(ripple, { d: full > 0.02 ? wave(wide, y, flow) : "" });
      const angle = tipping === null ? 0 : TILT * Math.sin(Math.PI * clamp(tipping, 0, 1)) ** 0.7;
      set(body, { transform: `translate(${MIDDLE} 0) rotate(${angle.toFixed(2)} ${foot} ${FLOOR})` });
      set(pour, { d: tipping !== null && tipping < 0.6 ? `M${MIDDLE + foot + 52} ${FLOOR - 62}Q${MIDDLE + foot + 96} ${FLOOR - 30} ${MIDDLE + foot + 84} 276` : "", "stroke-width": (14 * (1 - full)).toFixed(1) });
      const width = strongest > 0 ? SPOUT * Math.sqrt(Math.max(0, current) / strongest) : 0;
      // while the bucket lies on its side the input runs past it
      const fall = width > 0 ? `M${MIDDLE} 40V${tipping === null ? y : 280}` : "";
      set(tap, { d: fall, "stroke-width": width.toFixed(1) });
      set(glints[0], { d: fall, "stroke-width": (width / 5).toFixed(1), "stroke-dashoffset": (-flow).toFixed(1) });
      set(suction, { opacity: current < 0 ? 1 : 0 });
      const drop = leakWidth(voltage, tipping);
      const below = drop > 0 ? `M${MIDDLE} ${FLOOR + 2}V280` : "";
      set(leak, { d: below, "stroke-width": drop.toFixed(1) });
      set(glints[1], { d: below, "stroke-width": (drop / 5).toFixed(1), "stroke-dashoffset": (-flow).toFixed(1) });
      say(level, quantity(voltage, "V", 3));
      set(level, { y: clamp(y + 4, BRIM + 16, FLOOR) });
      say(count, t("analogy.spikes", { count: spikes }));
      set(flash, { opacity: tipping !== null && tipping < 0.35 ? 1 : 0 });
    },
  };

  /** The leak's stream, in pixels: as wide as the hole, and the more the higher the level. @param {number} voltage @param {number | null} tipping */
  function leakWidth(voltage, tipping) {
    const push = leaky && tipping === null ? (voltage - shape.rest) / (shape.threshold - Math.min(shape.rest, shape.reset) || 1) : 0;
    return push > 0.004 ? Math.min(shape.hole, 1.2 * shape.half) * clamp(push, 0.12, 1) : 0;
  }
}

/** @param {number} wide @param {number} y @param {number} flow */
function wave(wide, y, flow) {
  const points = Array.from({ length: 25 }, (_, k) => {
    const x = -wide + (2 * wide * k) / 24;
    return `${x.toFixed(1)} ${(y + 1.6 * Math.sin(x / 9 + flow / 14)).toFixed(1)}`;
  });
  return `M${points.join("L")}`;
}

/** @param {number} value @param {number} low @param {number} high */
const clamp = (value, low, high) => Math.min(high, Math.max(low, value));
