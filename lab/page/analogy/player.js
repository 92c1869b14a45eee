/** The clock that the picture moves by: play, pause, and a slider through the run. */

import { h, say, set } from "../dom.js";
import { t } from "../text.js";

const SECONDS = 12; // of wall time, a run from begin to end
const STEPS = 1000;

/**
 * @param {number} begin how far through the run it stands at first, 0 to 1
 * @param {(share: number, flow: number) => void} onframe how far through the run, 0 to 1; and how
 *   many seconds it has moved in all
 * @returns {{element: HTMLElement, playing: () => boolean, play: () => void, pause: () => void, label: (words: string) => void}}
 */
export function createPlayer(begin, onframe) {
  let share = begin;
  let flow = 0;
  let frame = 0;
  let before = 0;
  const button = h("button.play", { type: "button", id: "play", onclick: () => (frame ? pause() : play()) });
  const slider = h("input", { type: "range", id: "scrub", min: 0, max: STEPS, value: begin * STEPS, "aria-label": t("player.scrub"), oninput: () => {
    pause();
    share = Number(slider.value) / STEPS;
    onframe(share, flow);
  } });
  const clock = h("output.clock", { for: "scrub" });
  const element = h("div.player", {}, button, slider, clock);

  const tick = (/** @type {number} */ now) => {
    const passed = Math.min(0.1, (now - before) / 1000);
    before = now;
    flow += passed;
    share = (share + passed / SECONDS) % 1;
    slider.value = String(Math.round(share * STEPS));
    onframe(share, flow);
    frame = requestAnimationFrame(tick);
  };
  const dress = () => {
    say(button, frame ? "❚❚" : "▶");
    set(button, { "aria-label": t(frame ? "player.pause" : "player.play"), title: t(frame ? "player.pause" : "player.play") });
  };
  const play = () => {
    if (frame) return;
    before = performance.now();
    frame = requestAnimationFrame(tick);
    dress();
  };
  const pause = () => {
    cancelAnimationFrame(frame);
    frame = 0;
    dress();
  };
  dress();
  return {
    element, play, pause,
    playing: () => frame !== 0,
    label(words) {
      say(clock, words);
      set(slider, { "aria-valuetext": words });
    },
  };
}
