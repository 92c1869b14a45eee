/** The challenge beside the bench: a hidden neuron, a budget of experiments, three values, a grade. */

import { parseQuantity, quantity } from "../bench/quantities.js";
import { usualState } from "../bench/usual.js";
import { h, say } from "../dom.js";
import { t } from "../text.js";
import { BUDGET, grade, QUANTITIES } from "./grade.js";
import { hiddenNeuron } from "./hidden.js";

/**
 * @typedef {import("../bench/bench.js").Bench} Bench
 * @typedef {import("./identify.js").Experiment} Experiment
 */

const UNITS = { tau: "s", threshold: "V", refractory: "s" };
const LONGEST = 0.5; // s: what the circuit of any hidden neuron runs in a moment
const MOST_SEED = 999_999;

/**
 * @param {Bench} bench
 * @returns {{open: () => void, close: () => void}} open asks for a seed
 */
export function createChallenge(bench) {
  const usual = usualState(bench.catalogue);
  /** @type {Experiment[]} */
  let done = [];
  let shown = "";
  const close = () => {
    shown = "";
    bench.conceal(null);
    bench.setState({ challenge: null, hard: false });
    bench.guide.replaceChildren();
  };
  const fill = (/** @type {string} */ title, /** @type {(Node | string | false)[]} */ ...children) => {
    bench.guide.replaceChildren(h("div.lesson", {},
      h("div.lesson-top", {}, h("h2", { tabindex: -1, id: "challenge-title" }, title), h("button.small", { type: "button", id: "challenge-close", "aria-label": t("challenge.close"), onclick: close }, "×")),
      children));
    /** @type {HTMLElement | null} */ (bench.guide.querySelector("#challenge-title"))?.focus({ preventScroll: true });
  };

  const ask = () => {
    shown = "ask";
    bench.conceal(null);
    bench.setState({ lesson: null, challenge: null, hard: false });
    const seed = h("input", { type: "text", inputmode: "numeric", id: "challenge-seed", autocomplete: "off", value: String(1 + Math.floor(Math.random() * 9999)), "aria-describedby": "challenge-problem" });
    const problem = h("p.problem", { role: "alert", id: "challenge-problem" });
    const level = (/** @type {string} */ name, /** @type {boolean} */ checked) => h("label.option", {}, h("input", { type: "radio", name: "challenge-level", value: name, checked }), h("span", {}, h("strong", {}, t(`challenge.${name}`)), " ", t(`challenge.${name}.what`)));
    const form = h("form.question", { novalidate: true, onsubmit: (/** @type {Event} */ event) => {
      event.preventDefault();
      const value = Number(seed.value.trim());
      if (!/^\d+$/.test(seed.value.trim()) || value > MOST_SEED) return say(problem, t("challenge.badseed", { seed: seed.value, most: MOST_SEED }));
      begin(value, form.querySelector("input:checked").value === "hard");
    } },
      h("label.typed", {}, h("span", {}, t("challenge.seed")), seed), problem,
      h("div.options", { role: "radiogroup", "aria-label": t("challenge.level") }, level("easy", true), level("hard", false)),
      h("div.row", {}, h("button.primary", { type: "submit", id: "challenge-begin" }, t("challenge.begin"))));
    fill(t("challenge.title"), h("p", {}, t("challenge.intro", { budget: BUDGET })), h("p.hint", {}, t("challenge.sameseed")), form);
  };

  const begin = (/** @type {number} */ seed, /** @type {boolean} */ hard) => {
    shown = `${seed} ${hard}`;
    done = [];
    const neuron = hiddenNeuron(seed);
    // the bench's own parameters stay the usual ones, so that nothing drawn from them can tell
    bench.setState({ ...usual, challenge: seed, hard, stimulus: { kind: "step", current: 5e-6, onset: 0.01 }, duration: 0.1 });
    bench.conceal({ parameters: neuron, spikesOnly: hard });

    const left = h("p.budget", { id: "challenge-left", role: "status" });
    const said = h("p.problem", { role: "alert", id: "challenge-said" });
    const run = h("button.primary", { type: "button", id: "challenge-run", onclick: () => experiment() }, t("challenge.run"));
    const log = h("tbody");
    const table = h("table.experiments", { hidden: true }, h("caption.unseen", {}, t("challenge.log")),
      h("thead", {}, h("tr", {}, ["challenge.number", "challenge.input", "challenge.spikes"].map((key) => h("th", { scope: "col" }, t(key))))), log);
    const fields = QUANTITIES.map((name) => ({ name, input: h("input", { type: "text", id: `challenge-${name}`, autocomplete: "off", spellcheck: "false", "aria-describedby": "challenge-answer-problem" }) }));
    const problem = h("p.problem", { role: "alert", id: "challenge-answer-problem" });
    const verdict = h("div.judgement", { role: "status", id: "challenge-grade", tabindex: -1 });
    const hand = h("button.primary", { type: "submit", id: "challenge-hand-in" }, t("challenge.handin"));

    const count = () => say(left, t("challenge.left", { count: BUDGET - done.length, budget: BUDGET }));
    const experiment = async () => {
      const { stimulus, duration } = bench.getState();
      if (duration > LONGEST) return say(said, t("challenge.toolong", { most: quantity(LONGEST, "s") }));
      const before = done.findIndex((each) => JSON.stringify(each) === JSON.stringify({ stimulus, duration }));
      if (before < 0 && done.length >= BUDGET) return say(said, t("challenge.spent"));
      say(said, before < 0 ? "" : t("challenge.seen", { number: before + 1 }));
      run.disabled = true;
      await bench.experiment();
      run.disabled = false;
      if (document.activeElement === document.body) run.focus({ preventScroll: true });
      if (before < 0) note({ stimulus, duration }, bench.results().circuitSpikes?.length ?? 0);
    };
    const note = (/** @type {Experiment} */ each, /** @type {number} */ spikes) => {
      done = [...done, each];
      const again = h("button.small", { type: "button", "aria-label": t("challenge.show", { number: done.length }), onclick: () => {
        bench.setState({ stimulus: each.stimulus, duration: each.duration });
        void bench.experiment();
      } }, String(done.length));
      log.append(h("tr", {}, h("td", {}, again), h("td", {}, inputWords(each)), h("td", {}, spikes)));
      table.hidden = false;
      count();
    };
    const form = h("form.question", { novalidate: true, onsubmit: (/** @type {Event} */ event) => {
      event.preventDefault();
      /** @type {any} */
      const answers = {};
      for (const { name, input } of fields) {
        const read = parseQuantity(input.value, UNITS[name]);
        if ("problem" in read && input.value.trim()) {
          input.focus();
          return say(problem, t("challenge.unread", { name: t(`challenge.${name}`), part: read.part || input.value, example: t(`control.example.${UNITS[name]}`) }));
        }
        if (!("problem" in read) && read.value !== 0 && /[\d.,]\s*$/.test(input.value)) {
          input.focus();
          return say(problem, t("lesson.unitless", { part: input.value, example: t(`control.example.${UNITS[name]}`) }));
        }
        answers[name] = "problem" in read ? NaN : read.value;
      }
      say(problem, "");
      show(grade(answers, neuron, done, hard));
    } },
      h("p.prompt", {}, t("challenge.values")),
      fields.map(({ name, input }) => h("div.control", {}, h("label", { for: `challenge-${name}` }, t(`challenge.${name}`)), input)),
      problem, h("div.row", {}, hand), verdict);
    const show = (/** @type {import("./grade.js").Grade} */ { marks, points, most }) => {
      hand.hidden = run.hidden = true;
      for (const { input } of fields) input.disabled = true;
      bench.conceal(null);
      bench.setState({ parameters: neuron });
      verdict.dataset.verdict = points >= most - 2 ? "right" : "unread";
      verdict.replaceChildren(
        h("p", {}, h("strong", {}, t("challenge.points", { points, most })), " ", t(points === most ? "challenge.perfect" : points >= most / 2 ? "challenge.fair" : "challenge.poor")),
        ...marks.map((mark) => h("div.mark", {}, h("p", {}, h("strong", {}, t(`challenge.${mark.quantity}`)), ": ", markWords(mark)),
          mark.mistake && h("p.hint", {}, t(`challenge.mistake.${mark.mistake}`)),
          h("p.hint", {}, mark.told ? t("challenge.told", { percent: percent(mark.uncertain) }) : [t("challenge.nottold", { percent: percent(mark.uncertain) }), " ", mark.why && t(`challenge.why.${mark.why}`)]))),
        h("div.row", {}, h("button.primary", { type: "button", id: "challenge-again", onclick: ask }, t("challenge.again"))));
      verdict.focus({ preventScroll: true });
    };
    fill(t("challenge.number.title", { seed }),
      h("p", {}, t(hard ? "challenge.task.hard" : "challenge.task.easy", { resistance: quantity(neuron.resistance, "Ω") })),
      h("div.row", {}, run), left, said, table, form);
    count();
  };

  // a link, or the browser's way back, may name a challenge
  const follow = () => {
    const { challenge, hard, lesson } = bench.getState();
    if (challenge !== null && shown !== `${challenge} ${hard}`) begin(challenge, hard);
    else if (challenge === null && shown !== "" && (shown !== "ask" || lesson !== null)) {
      // a lesson, or another link, has taken the bench
      shown = "";
      bench.conceal(null);
      if (bench.guide.querySelector("#challenge-title")) bench.guide.replaceChildren();
    }
  };
  bench.onChange(follow);
  follow();
  return { open: ask, close };
}

/** @param {import("./grade.js").Mark} mark */
function markWords({ quantity: name, answer, truth, off, band }) {
  const values = { truth: quantity(truth, UNITS[name]), answer: quantity(answer, UNITS[name]), off: percent(off) };
  return t(Number.isFinite(answer) ? `challenge.band.${band}` : "challenge.band.none", values);
}

/** @param {number} share */
const percent = (share) => `${quantity(100 * share, "", 2)}\u00a0%`;

/** @param {Experiment} experiment */
function inputWords({ stimulus, duration }) {
  const units = { current: "A", amplitude: "A", mean: "A", width: "s", gap: "s", period: "s", frequency: "Hz" };
  const said = Object.entries(units).filter(([name]) => typeof stimulus[name] === "number").map(([name, unit]) => quantity(stimulus[name], unit));
  return `${t(`stimulus.${stimulus.kind}`)} ${said.join(", ")}; ${quantity(duration, "s")}`;
}
