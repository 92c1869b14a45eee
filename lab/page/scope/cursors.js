/** Two cursors on the scope, moved by mouse, finger or keys. */

import { quantity } from "../bench/quantities.js";
import { h, set } from "../dom.js";
import { t } from "../text.js";

const FINE = 1 / 1000;
const COARSE = 1 / 50;

/**
 * @param {ReturnType<typeof import("./scope.js").createScope>} scope
 * @param {(cursors: [number, number]) => void} onmove seconds
 */
export function createCursors(scope, onmove) {
  let duration = 0;
  /** @type {readonly [number, number] | null} */
  let at = null;
  const grips = [0, 1].map((which) => {
    const name = "AB"[which];
    const grip = h("div.cursor", { role: "slider", tabindex: 0, "aria-label": t("cursor.name", { name }), "aria-orientation": "horizontal", hidden: true },
      h("span.grip", { "aria-hidden": "true" }, name));
    grip.addEventListener("pointerdown", (/** @type {PointerEvent} */ event) => {
      grip.setPointerCapture(event.pointerId);
      grip.focus();
      event.preventDefault();
    });
    grip.addEventListener("pointermove", (/** @type {PointerEvent} */ event) => {
      if (grip.hasPointerCapture(event.pointerId)) move(which, scope.timeAt(event.clientX));
    });
    grip.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
      const time = at && steps(event, at[which], duration);
      if (time === null) return;
      event.preventDefault();
      move(which, time);
    });
    scope.over.append(grip);
    return grip;
  });
  /** @param {number} which @param {number} time */
  const move = (which, time) => {
    if (!at) return;
    const clipped = Math.min(duration, Math.max(0, Number(time.toPrecision(5))));
    onmove(which === 0 ? [clipped, at[1]] : [at[0], clipped]);
  };
  const place = () => {
    grips.forEach((grip, which) => {
      grip.hidden = at === null;
      if (!at) return;
      grip.style.transform = `translateX(${scope.place(at[which])}px)`;
      set(grip, { "aria-valuemin": 0, "aria-valuemax": duration, "aria-valuenow": at[which], "aria-valuetext": quantity(at[which], "s", 4) });
    });
  };
  scope.onlayout(place);
  return {
    /** @param {readonly [number, number] | null} cursors @param {number} length seconds */
    show(cursors, length) {
      at = cursors && /** @type {[number, number]} */ (cursors.map((time) => Math.min(time, length)));
      duration = length;
      place();
    },
  };
}

/** @param {KeyboardEvent} event @param {number} time @param {number} duration @returns {number | null} */
function steps(event, time, duration) {
  const step = duration * (event.shiftKey ? COARSE : FINE);
  switch (event.key) {
    case "ArrowLeft":
    case "ArrowDown":
      return time - step;
    case "ArrowRight":
    case "ArrowUp":
      return time + step;
    case "PageDown":
      return time - duration * COARSE;
    case "PageUp":
      return time + duration * COARSE;
    case "Home":
      return 0;
    case "End":
      return duration;
    default:
      return null;
  }
}
