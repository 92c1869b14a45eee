// Prints the lessons as the page reads them: node read_lessons.mjs BUILT
// By name, each step with its benches, its numbers, its words, its question, and what the page's own evaluator says.

import { readFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";

const [built] = process.argv.slice(2);
const load = (path) => import(pathToFileURL(`${built}/${path}`));
const { parseLesson } = await load("lessons/parse.js");
const { benchOf } = await load("lessons/bench_lines.js");
const { usualParts, usualState } = await load("bench/usual.js");
const { namesOf } = await load("lessons/names.js");
const { evaluate } = await load("lessons/expression.js");
const { judgeNumber } = await load("lessons/check.js");
const { quantity } = await load("bench/quantities.js");
const catalogue = JSON.parse(await readFile(`${built}/data/catalogue.json`, "utf8"));
const usual = usualState(catalogue);
const parts = usualParts(catalogue);

const inlinesOf = (blocks) => blocks.flatMap((block) => (block.kind === "list" ? block.items.flat() : (block.inlines ?? [])));
const numbers = (inlines) => inlines.filter(({ kind }) => kind === "number");
const words = (inlines) => inlines.filter(({ kind }) => kind !== "number").map(({ text }) => text).join("");

function stepOf({ title, start, before, question, then, after }) {
  const begin = benchOf(start ?? {}, usual, parts);
  const end = then ? benchOf(then, usual, parts) : begin;
  const lookup = namesOf(catalogue, end);
  const asked = question && {
    ...question,
    prompt: words(question.prompt),
    said: [...question.hints.flatMap((hint) => hint.words), ...question.options.flatMap((option) => [...option.words, ...option.answer])].map(({ text }) => text).join(" "),
  };
  if (question?.kind === "number") {
    const value = evaluate(question.answer, lookup);
    const judged = (worth, digits) => judgeNumber(question, question.unit === "%" ? `${100 * worth} %` : `${worth}${question.unit && ` ${question.unit}`}`, lookup, digits);
    asked.value = value;
    asked.verdict = judged(value).verdict;
    asked.rounded = judgeNumber(question, question.unit === "%" ? `${(100 * value).toPrecision(3)} %` : quantity(value, question.unit), lookup).verdict;
    asked.mistakes = question.hints.map((hint) => {
      const told = judged(evaluate(hint.formula, lookup));
      return { formula: hint.formula, verdict: told.verdict, hit: told.words === hint.words };
    });
  }
  return {
    title, begin, end, question: asked, ends: then !== null,
    before: { numbers: numbers(inlinesOf(before)), words: words(inlinesOf(before)) },
    after: { numbers: numbers(inlinesOf(after)), words: words(inlinesOf(after)) },
  };
}

const lessons = {};
for (const name of JSON.parse(await readFile(`${built}/lessons/index.json`, "utf8"))) {
  const lesson = parseLesson(await readFile(`${built}/lessons/${name}.en.md`, "utf8"));
  lessons[name] = { ...lesson, steps: lesson.steps.map(stepOf) };
}
console.log(JSON.stringify(lessons));
