/** The way in: buttons for lessons and challenge, and the teachers' page. */

import { h } from "../dom.js";
import { t } from "../text.js";

/**
 * @param {{lessons: () => void, challenge: () => void}} opens
 * @returns {HTMLElement}
 */
export function createEntrance({ lessons, challenge }) {
  return h("nav.entrance", { "aria-label": t("entrance.title") },
    h("button.small.primary", { type: "button", id: "open-lessons", onclick: lessons }, t("entrance.lessons")),
    h("button.small", { type: "button", id: "open-challenge", onclick: challenge }, t("entrance.challenge")),
    h("a", { href: new URL("../teacher.html", import.meta.url).href }, t("entrance.teacher")));
}
