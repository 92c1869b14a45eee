/** The scale: what speaks for a spike on one pan, what speaks against on the other; it knows no time. */

import { quantity } from "../bench/quantities.js";
import { s, say, set } from "../dom.js";
import { t } from "../text.js";

const STEEPEST = 17; // degrees
const ARM = 96; // pixels from the pivot to a pan's hook
const [X, Y] = [150, 84]; // the pivot

/**
 * @returns {{element: SVGElement, show: (parts: {name: string, share: number}[], sum: number, output: number) => void}}
 */
export function createScale() {
  const beam = s("path.beam", { d: `M${-ARM} 0H${ARM}M0 0V-30` });
  const turning = s("g.turning", {}, beam, s("path.needle", { d: "M0 0V-44" }));
  const pans = [-1, 1].map((side) => ({ side, cord: s("path.cord", {}), pan: s("g", {}), load: s("g", {}) }));
  for (const { pan, load } of pans) pan.append(s("path.pan", { d: "M-44 74Q0 92 44 74Z" }), load);
  const lamp = s("circle.lamp", { cx: 150, cy: 246, r: 22 });
  const [sum, output] = [s("text.live", { x: 150, y: 20, "text-anchor": "middle" }), s("text.value", { x: 182, y: 251 })];
  const element = s("svg.analogy-picture", { viewBox: "0 0 300 284", role: "img", "aria-label": t("analogy.scale") },
    s("path.stand", { d: `M${X} ${Y}V214M${X - 40} 218h80` }), turning, pans.map(({ cord, pan }) => [cord, pan]),
    s("circle.pivot", { cx: X, cy: Y, r: 5 }),
    s("text.letter", { x: 54, y: 214, "text-anchor": "middle" }, t("analogy.against")), s("text.letter", { x: 246, y: 214, "text-anchor": "middle" }, t("analogy.for")),
    lamp, sum, output);
  return {
    element: /** @type {any} */ (element),
    show(parts, total, result) {
      const angle = STEEPEST * Math.tanh(total / 1.5);
      set(turning, { transform: `translate(${X} ${Y}) rotate(${angle.toFixed(2)})` });
      for (const { side, cord, pan, load } of pans) {
        const x = X + side * ARM * Math.cos((angle * Math.PI) / 180);
        const y = Y + side * ARM * Math.sin((angle * Math.PI) / 180);
        set(cord, { d: `M${x.toFixed(1)} ${y.toFixed(1)}l-40 74M${x.toFixed(1)} ${y.toFixed(1)}l40 74` });
        set(pan, { transform: `translate(${x.toFixed(1)} ${y.toFixed(1)})` });
        load.replaceChildren(...weights(parts.filter(({ share }) => Math.sign(share) === side)));
      }
      set(lamp, { "fill-opacity": Math.min(1, Math.max(0.05, Math.abs(result))).toFixed(2) });
      say(sum, t("analogy.sum", { sum: quantity(total, "", 3) }));
      say(output, t("schematic.output", { output: quantity(result, "", 3) }));
    },
  };
}

/** Blocks on a pan, as high as what they stand for. @param {{name: string, share: number}[]} parts */
function weights(parts) {
  const width = Math.min(32, 76 / Math.max(1, parts.length));
  return parts.map(({ name, share }, k) => {
    const height = Math.min(62, 8 + 20 * Math.sqrt(Math.abs(share)));
    const x = (k - (parts.length - 1) / 2) * (width + 1);
    return s("g", {}, s("rect.weight", { x: x - width / 2, y: 76 - height, width, height, rx: 3 }),
      s("text.weight-name", { x, y: 76 - height / 2 + 4, "text-anchor": "middle" }, name));
  });
}
