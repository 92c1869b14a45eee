/** The three benches, as tabs. */

import { h } from "../dom.js";
import { BENCHES } from "../share/state.js";
import { t } from "../text.js";

/**
 * @param {import("../store.js").Store<import("../share/state.js").BenchState>} store
 * @returns {{element: HTMLElement, show: (state: import("../share/state.js").BenchState) => void}}
 */
export function createTabs(store) {
  const tabs = BENCHES.map((name) => h("button.tab", { type: "button", role: "tab", id: `tab-${name}`, "aria-controls": "bench", onclick: () => store.set({ bench: name }) },
    h("span.tab-name", {}, t(`bench.${name}`)), h("span.tab-what", {}, t(`bench.${name}.what`))));
  const element = h("div.tabs", { role: "tablist", "aria-label": t("bench.list") }, tabs);
  element.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
    const now = BENCHES.indexOf(store.get().bench);
    const next = { ArrowRight: now + 1, ArrowLeft: now - 1, Home: 0, End: BENCHES.length - 1 }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    const at = (next + BENCHES.length) % BENCHES.length;
    store.set({ bench: BENCHES[at] });
    tabs[at].focus();
  });
  return {
    element,
    show({ bench }) {
      tabs.forEach((tab, k) => {
        tab.setAttribute("aria-selected", String(BENCHES[k] === bench));
        tab.tabIndex = BENCHES[k] === bench ? 0 : -1;
      });
    },
  };
}
