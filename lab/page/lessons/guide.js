/** The lessons beside the bench: a list of them, and one step at a time. */

import { quantity } from "../bench/quantities.js";
import { usualParts, usualState } from "../bench/usual.js";
import { h } from "../dom.js";
import { t } from "../text.js";
import { benchOf } from "./bench_lines.js";
import { evaluate } from "./expression.js";
import { namesOf } from "./names.js";
import { parseLesson } from "./parse.js";
import { doneSteps, markDone } from "./progress.js";
import { createQuestion } from "./question.js";
import { renderBlocks } from "./render.js";

/**
 * @typedef {import("../bench/bench.js").Bench} Bench
 * @typedef {import("./parse.js").Lesson} Lesson
 */

/** @returns {Promise<Map<string, Lesson>>} by name, in their order */
async function loadLessons() {
  const { lang } = document.documentElement;
  const get = (/** @type {string} */ path) => fetch(new URL(path, import.meta.url)).then((answer) => (answer.ok ? answer.text() : Promise.reject(new Error(path))));
  /** @type {string[]} */
  const names = JSON.parse(await get("./index.json"));
  const texts = await Promise.all(names.map((name) => get(`./${name}.${lang}.md`)));
  return new Map(names.map((name, k) => [name, parseLesson(texts[k])]));
}

/**
 * @param {Bench} bench
 * @returns {{open: () => void, close: () => void}} open shows the list
 */
export function createGuide(bench) {
  const usual = usualState(bench.catalogue);
  const parts = usualParts(bench.catalogue);
  /** @type {Promise<Map<string, Lesson>> | null} */
  let loading = null;
  let shown = "";
  const load = () => (loading ??= loadLessons().catch((error) => {
    loading = null; // the next try may have a network
    throw error;
  }));
  const fill = (/** @type {(Node | string)[]} */ ...children) => bench.guide.replaceChildren(h("div.lesson", {}, ...children));
  const close = () => {
    shown = "";
    bench.setState({ lesson: null, step: 0 });
    bench.guide.replaceChildren();
  };
  const withLessons = (/** @type {(lessons: Map<string, Lesson>) => void} */ act) =>
    load().then(act, () => fill(top(t("lesson.lessons")), h("p", { role: "alert" }, t("lesson.notloaded"))));
  const top = (/** @type {string} */ title, /** @type {Node | false} */ back = false) => h("div.lesson-top", {}, back, h("h2", { tabindex: -1, id: "lesson-title" }, title),
    h("button.small", { type: "button", id: "lesson-close", "aria-label": t("lesson.close"), onclick: close }, "×"));
  const focus = () => /** @type {HTMLElement | null} */ (bench.guide.querySelector("#step-title") ?? bench.guide.querySelector("#lesson-title"))?.focus({ preventScroll: true });

  const list = () => withLessons((lessons) => {
    shown = "list";
    bench.setState({ lesson: null, step: 0, challenge: null, hard: false });
    fill(top(t("lesson.lessons")), h("p.hint", {}, t("lesson.intro")),
      h("ol.lesson-list", {}, [...lessons].map(([name, { title, minutes, goal, steps }]) => {
        const done = doneSteps(name).size;
        const place = done === 0 ? "" : done >= steps.length ? t("lesson.finished") : t("lesson.partly", { done, count: steps.length });
        return h("li", {}, h("button.lesson-entry", { type: "button", "data-lesson": name, onclick: () => go(name, nextOpen(name, steps.length)) },
          h("strong", {}, title), h("span.hint", {}, goal), h("span.hint", {}, t("lesson.minutes", { minutes }), place && ` · ${place}`)));
      })));
    focus();
  });

  /** @param {string} name @param {number} count */
  const nextOpen = (name, count) => {
    const done = doneSteps(name);
    return Array.from({ length: count }, (_, k) => k).find((k) => !done.has(k)) ?? 0;
  };

  const go = (/** @type {string} */ name, /** @type {number} */ at) => withLessons((lessons) => {
    const lesson = lessons.get(name);
    if (!lesson) return list();
    const step = Math.min(at, lesson.steps.length - 1);
    show(lesson, name, step);
    bench.guide.scrollTop = 0;
    if (bench.guide.getBoundingClientRect().top < 0) bench.guide.scrollIntoView();
    focus();
  });

  const show = (/** @type {Lesson} */ lesson, /** @type {string} */ name, /** @type {number} */ at) => {
    const { title, start, before, question, then, after } = lesson.steps[at];
    const count = lesson.steps.length;
    const begin = benchOf(start ?? {}, usual, parts);
    const end = then ? benchOf(then, usual, parts) : null;
    shown = `${name} ${at}`;
    const lay = (/** @type {import("../share/state.js").BenchState} */ state) => bench.setState({ ...state, lesson: name, step: at });
    // what is asked is asked of the bench as the step sets it; a task of the bench as it stands
    const asked = namesOf(bench.catalogue, end ?? begin);
    const lookup = () => (question?.kind === "task" ? namesOf(bench.catalogue, bench.getState(), bench.results()) : asked);
    const answer = () => {
      if (question?.kind === "number") {
        const value = evaluate(question.answer, asked);
        return question.unit === "%" ? `${quantity(100 * value, "")}\u00a0%` : quantity(value, question.unit);
      }
      return (question?.options.find(({ right }) => right)?.words ?? []).map(({ text }) => text).join("");
    };
    const reveal = h("div.reveal", { id: "lesson-reveal" });
    const onward = h("div.row.onward", {},
      at > 0 && h("button.small", { type: "button", id: "lesson-back", onclick: () => go(name, at - 1) }, t("lesson.back")),
      at + 1 < count
        ? h("button.primary", { type: "button", id: "lesson-next", onclick: () => go(name, at + 1) }, t("lesson.next"))
        : h("button.primary", { type: "button", id: "lesson-end", onclick: list }, t("lesson.end")));
    const settled = (/** @type {boolean} */ right) => {
      markDone(name, at);
      // who has found a way keeps it on the bench
      if (end && !(right && question?.kind === "task")) lay(end);
      reveal.replaceChildren(...renderBlocks(after), ...(end ? [h("div.row", {},
        h("button.small", { type: "button", id: "lesson-before", onclick: () => lay(begin) }, t("lesson.before")),
        h("button.small", { type: "button", id: "lesson-after", onclick: () => lay(end) }, t("lesson.after")))] : []));
      onward.classList.remove("waiting");
    };
    if (question) onward.classList.add("waiting");
    lay(begin);
    fill(
      top(lesson.title, h("button.small", { type: "button", id: "lesson-list", onclick: list }, t("lesson.list"))),
      h("div.steps", { role: "img", "aria-label": t("lesson.place", { step: at + 1, count }) }, lesson.steps.map((_, k) => h("span", { "data-state": k === at ? "now" : doneSteps(name).has(k) ? "done" : "" }))),
      h("h3", { tabindex: -1, id: "step-title" }, title),
      h("div.before", {}, renderBlocks(before)),
      question ? createQuestion({ question, lookup, answer, onsettled: settled }) : "",
      reveal,
      h("div.row", {}, h("button.small", { type: "button", id: "lesson-reset", onclick: () => lay(begin) }, t("lesson.reset"))),
      onward,
    );
    if (!question) settled(true);
  };

  // a link, or the browser's way back, may name a step
  const follow = () => {
    const { lesson, step } = bench.getState();
    if (lesson === null && shown !== "list") {
      shown = "";
      if (bench.guide.querySelector("#step-title")) bench.guide.replaceChildren();
    }
    if (lesson !== null && shown !== `${lesson} ${step}`) {
      shown = `${lesson} ${step}`;
      go(lesson, step);
    }
  };
  bench.onChange(follow);
  follow();
  return { open: list, close };
}
