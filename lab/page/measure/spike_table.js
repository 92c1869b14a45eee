/** The spikes of both, side by side. */

import { quantity } from "../bench/quantities.js";
import { h, say } from "../dom.js";
import { t } from "../text.js";
import { pairSpikes } from "./spike_pairs.js";

const MOST_ROWS = 200;

/**
 * @returns {{element: HTMLElement, summary: () => string,
 *   show: (circuit: ArrayLike<number> | null, model: ArrayLike<number>, stale: boolean, waiting: string) => void}} waiting
 *   says what is known while the circuit has not answered
 */
export function createSpikeTable() {
  const body = h("tbody");
  const summary = h("p.derived");
  const rest = h("p.derived");
  const table = h("table", {}, h("caption.unseen", {}, t("spikes.title")),
    h("thead", {}, h("tr", {}, ["spikes.number", "spikes.circuit", "spikes.model", "spikes.difference"].map((key) => h("th", { scope: "col" }, t(key))))), body);
  const element = h("section.panel.spikes", { "aria-label": t("spikes.title") }, h("h2", {}, t("spikes.title")), summary,
    h("div.scroll", { tabindex: 0, role: "region", "aria-label": t("spikes.title") }, table), rest);
  return {
    element,
    summary: () => summary.textContent,
    show(circuit, model, stale, waiting) {
      element.classList.toggle("stale", stale);
      if (stale) {
        // the rows are of the bench before; the next come with the circuit's answer
        say(summary, waiting);
        return;
      }
      const pairs = pairSpikes(circuit ?? [], model);
      const both = pairs.filter((pair) => pair.circuit !== null && pair.model !== null);
      const largest = both.reduce((most, pair) => Math.max(most, Math.abs(Number(pair.circuit) - Number(pair.model))), 0);
      table.hidden = !pairs.length;
      say(summary, circuit ? sentence(circuit, model.length, pairs.length - both.length, largest) : waiting);
      say(rest, pairs.length > MOST_ROWS ? t("spikes.more", { count: pairs.length - MOST_ROWS }) : "");
      body.replaceChildren(...pairs.slice(0, MOST_ROWS).map((pair, k) => h("tr", {}, h("td", {}, k + 1), cell(pair.circuit, circuit !== null), cell(pair.model, true),
        h("td", {}, pair.circuit === null || pair.model === null ? "–" : quantity(pair.circuit - pair.model, "s", 2)))));
    },
  };
}

/** @param {number | null} time @param {boolean} known */
const cell = (time, known) => h("td", {}, time === null ? (known ? t("spikes.none") : "…") : quantity(time, "s", 6));

/** @param {ArrayLike<number>} circuit @param {number} model @param {number} alone @param {number} largest */
function sentence(circuit, model, alone, largest) {
  if (!circuit.length && !model) return t("spikes.silent");
  if (alone) return t("spikes.unequal", { circuit: circuit.length, model, alone });
  return t("spikes.equal", { count: model, largest: quantity(largest, "s", 2) });
}
