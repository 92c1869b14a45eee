/** One question: the prediction is asked for, judged, and then the step goes on. */

import { h, say } from "../dom.js";
import { t } from "../text.js";
import { judgeChoice, judgeNumber, judgeTask } from "./check.js";
import { renderInlines } from "./render.js";

const PLENTY = 2; // wrong answers, after which one may as well be shown

/**
 * @param {object} of
 * @param {import("./parse.js").Question} of.question
 * @param {() => import("./expression.js").Lookup} of.lookup what the names stand for, now
 * @param {() => string} of.answer the right one, as it is shown
 * @param {(right: boolean) => void} of.onsettled once, when it is answered or given up
 * @returns {HTMLElement}
 */
export function createQuestion({ question, lookup, answer, onsettled }) {
  let tries = 0;
  const said = h("div.judgement", { role: "status", id: "lesson-judgement", tabindex: -1 });
  const field = h("input", { type: "text", id: "lesson-answer", autocomplete: "off", spellcheck: "false", "aria-describedby": "lesson-prompt lesson-judgement" });
  const options = question.options.map(({ words }, k) => h("label.option", {}, h("input", { type: "radio", name: "lesson-option", value: k }), h("span", {}, renderInlines(words))));
  const submit = h("button.primary", { type: "submit", id: "lesson-check" }, t(question.kind === "task" ? "lesson.check.task" : "lesson.check"));
  const show = h("button.small", { type: "button", id: "lesson-show", onclick: () => settle(false) }, t("lesson.show"));
  show.hidden = true;

  const settle = (/** @type {boolean} */ right) => {
    const here = form.contains(document.activeElement);
    for (const control of form.querySelectorAll("input, button")) control.disabled = true;
    submit.hidden = show.hidden = true;
    if (!right) tell("given", [question.kind === "task" ? t("lesson.answer.task") : t("lesson.answer", { answer: answer() })]);
    onsettled(right);
    // what had the focus is off now: on with what is read next
    if (here) said.focus({ preventScroll: true });
  };
  const tell = (/** @type {string} */ verdict, /** @type {(string | Node)[]} */ words) => {
    said.dataset.verdict = verdict;
    said.replaceChildren(h("p", {}, words));
  };
  const judge = () => {
    if (question.kind === "number") return judgeNumber(question, field.value, lookup());
    if (question.kind === "task") return judgeTask(question, lookup());
    return judgeChoice(question, Number(form.querySelector("input:checked")?.value ?? -1));
  };
  const form = h("form.question", { "aria-labelledby": "lesson-prompt", novalidate: true, onsubmit: (/** @type {Event} */ event) => {
    event.preventDefault();
    const { verdict, key, values, words } = judge();
    const told = words ? renderInlines(words) : key ? [t(key, values)] : [];
    if (verdict === "right") {
      tell("right", [h("strong", {}, t(tries ? "lesson.right.now" : "lesson.right")), " ", ...told]);
      settle(true);
      return;
    }
    if (verdict === "wrong") tries += 1;
    tell(verdict, told);
    show.hidden = tries < PLENTY;
    say(submit, t(question.kind === "task" ? "lesson.check.task" : tries ? "lesson.again" : "lesson.check"));
    if (question.kind === "number") {
      field.focus();
      field.select();
    }
  } },
    h("p.prompt", { id: "lesson-prompt" }, h("span.kind", {}, t(`lesson.kind.${question.kind}`)), " ", renderInlines(question.prompt)),
    question.kind === "number" && h("label.typed", {}, h("span.unseen", {}, t("lesson.yours")), field, question.unit && h("span.unit-note", {}, t(`lesson.unit.${question.unit}`))),
    question.kind === "choice" && h("div.options", { role: "radiogroup", "aria-labelledby": "lesson-prompt" }, options),
    h("div.row", {}, submit, show), said);
  return form;
}
