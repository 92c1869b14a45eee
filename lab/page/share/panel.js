/** To take away: the link, the command for Python, the deck, the numbers, the picture. */

import { h, say } from "../dom.js";
import { pairSpikes } from "../measure/spike_pairs.js";
import { t } from "../text.js";
import { CURRENT_FILE, pythonCommand } from "./command.js";
import { download, fiCsv, spikesCsv, waveformsCsv } from "./files.js";

/**
 * @param {object} of
 * @param {() => import("./state.js").BenchState} of.state
 * @param {() => import("../bench/session.js").Outcome} of.outcome
 * @param {() => string} of.deck
 * @param {() => Promise<Blob>} of.picture
 * @param {() => readonly {current: number, rate: number, source: string}[]} of.points
 * @param {() => string} of.link
 * @returns {HTMLElement}
 */
export function createSharePanel({ state, outcome, deck, picture, points, link }) {
  const said = h("p.derived", { role: "status" });
  const code = h("code", { id: "command" });
  const shown = h("div.command", { hidden: true }, h("p.hint", {}, t("share.python.how")), h("pre", { tabindex: 0, role: "region", "aria-label": t("share.python") }, code), h("div.row", {}));
  const button = (/** @type {string} */ id, /** @type {() => void} */ onclick) => h("button", { type: "button", id: `share-${id}`, onclick }, t(`share.${id}`));
  const copy = async (/** @type {string} */ text, /** @type {string} */ done) => {
    try {
      await navigator.clipboard.writeText(text);
      say(said, t(done));
    } catch {
      // a page without https, or a browser that asks first: then the text is there to be marked
      say(code, text);
      shown.hidden = false;
      say(said, t("share.mark"));
    }
  };
  const save = (/** @type {string} */ name, /** @type {() => string} */ content) => () => {
    try {
      download(name, content());
      say(said, t("share.saved", { name }));
    } catch {
      say(said, t("share.nothing"));
    }
  };
  const openPython = () => {
    const { command, file } = pythonCommand(state());
    say(code, command);
    shown.hidden = false;
    const row = /** @type {HTMLElement} */ (shown.lastElementChild);
    row.replaceChildren(
      h("button.small", { type: "button", id: "copy-command", onclick: () => copy(command, "share.copied") }, t("share.copy")),
      ...(file ? [h("button.small", { type: "button", id: "save-current", onclick: () => download(CURRENT_FILE, file) }, t("share.current", { name: CURRENT_FILE }))] : []));
    say(said, file ? t("share.python.file", { name: CURRENT_FILE }) : "");
  };
  return h("section.panel", { "aria-label": t("share.title") }, h("h2", {}, t("share.title")),
    h("div.row", {},
      button("link", () => copy(link(), "share.linked")),
      button("python", openPython),
      button("netlist", save("circuit.cir", deck)),
      button("csv", save("waveforms.csv", () => waveformsCsv(outcome(), state().bench === "artificial"))),
      button("spikes", save("spikes.csv", () => spikesCsv(pairSpikes(outcome().circuit?.spikes ?? [], outcome().model?.spikes ?? [])))),
      button("fi", save("fi.csv", () => fiCsv(points()))),
      button("png", () => picture().then((blob) => { download("scope.png", blob); say(said, t("share.saved", { name: "scope.png" })); }, () => say(said, t("share.nothing"))))),
    shown, said);
}
