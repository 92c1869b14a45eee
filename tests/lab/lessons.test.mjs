// How lessons are read and answers judged: node --test, PAGE in the environment.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { pathToFileURL } from "node:url";

const load = (path) => import(pathToFileURL(`${process.env.PAGE}/${path}`));
const { evaluate } = await load("lessons/expression.js");
const { formulaParts, inlines, parseLesson } = await load("lessons/parse.js");
const { judgeChoice, judgeNumber, judgeTask } = await load("lessons/check.js");

const nothing = () => undefined;

test("a formula binds as in mathematics, and takes SI prefixes", () => {
  const worth = {
    "1 + 2 * 3": 7, "(1 + 2) * 3": 9, "2 ^ 3 ^ 2": 512, "-2 ^ 2": -4, "2 - 3 - 4": -5, "8 / 4 / 2": 1, "20u * 100k": 2,
    "1.5e-3 * 2": 3e-3, "ln(exp(2))": 2, "max(1, 2, 3) - min(4, 5)": -1, "1 < 2 and 2 < 1": 0, "1 < 2 or 2 < 1": 1, "3 >= 3": 1, "2 * -3": -6,
  };
  for (const [text, value] of Object.entries(worth)) assert.ok(Math.abs(evaluate(text, nothing) - value) < 1e-12, text);
});

test("a formula can do nothing but reckon", () => {
  const asked = [];
  const lookup = (name) => {
    asked.push(name);
    return undefined;
  };
  for (const text of ["constructor", "process.exit(1)", "a = 1", "globalThis", "`x`", "x => x", "toString(1)", "1; 2", "", "1 +", "(1", "ln 2", "2 3"]) {
    assert.throws(() => evaluate(text, lookup), SyntaxError, text);
  }
  assert.ok(asked.includes("constructor") && asked.includes("toString"));
  // what is not known fulfils nothing
  assert.equal(evaluate("tau63 > 1 or tau63 <= 1", () => NaN), 0);
});

const HEAD = "---\ntitle: A\nminutes: 5\ngoal: B.\n---\n\n";
const refusal = (text) => {
  try {
    parseLesson(text);
  } catch (error) {
    return error.message;
  }
  return null;
};

test("a lesson's mistakes are told with their line", () => {
  assert.equal(refusal(`${HEAD}## S\n\ntext\n`), null);
  assert.match(refusal("## S\n"), /^line 1: a lesson begins with ---/);
  assert.match(refusal("---\ntitle: A\n---\n## S\n"), /lacks “minutes”/);
  assert.match(refusal(`${HEAD}text\n`), /^line 7: before the first step/);
  assert.match(refusal(`${HEAD}## S\n\`\`\`question\nprompt: x\nanswer: 1\nunit: s\ntolerance: 2\n\`\`\`\n`), /tolerance is a percentage/);
  assert.match(refusal(`${HEAD}## S\n\`\`\`question\nprompt: x\nanwser: 1\n\`\`\`\n`), /^line 10: .*no such field/);
  assert.match(refusal(`${HEAD}## S\n\`\`\`question\nprompt: x\n- a | b\n\`\`\`\n`), /one right answer/);
  assert.match(refusal(`${HEAD}## S\n\`\`\`bench\ncolour: red\n\`\`\`\n`), /^line 9: a bench has no such field/);
  assert.match(refusal(`${HEAD}## S\n\`\`\`python\n1\n\`\`\`\n`), /a block is a bench/);
  assert.match(refusal(`${HEAD}## S\n\`\`\`bench\n`), /no end/);
});

test("markup in a text is never anything but text", () => {
  const found = inlines("<b onclick=x>a</b> *e* **s** `V_th` [8 ms](= ln(exp(2) * (1))) <script>");
  assert.deepEqual(found.map(({ kind }) => kind), ["text", "em", "text", "strong", "text", "formula", "text", "number", "text"]);
  assert.equal(found[0].text, "<b onclick=x>a</b> ");
  assert.deepEqual(found[7], { kind: "number", text: "8 ms", formula: "ln(exp(2) * (1))" });
});

const question = {
  kind: "number", answer: "tau", unit: "s", tolerance: 0.02, done: "", options: [], prompt: [],
  hints: [{ formula: "tau * ln(2)", words: [{ kind: "text", text: "half-life" }] }],
};
const names = (name) => ({ tau: 0.01 })[name];
const judged = (typed, of = question) => {
  const { verdict, key, words } = judgeNumber(of, typed, names);
  return [verdict, key ?? words?.[0].text];
};

test("a number is right within its tolerance and in any prefix", () => {
  for (const typed of ["10 ms", "0.01 s", "10,1ms", "9900 µs", " 10 m "]) assert.deepEqual(judged(typed), ["right", undefined], typed);
  assert.equal(judged("10.3 ms")[0], "wrong");
});

test("what cannot be read, or has no unit, does not count as a try", () => {
  assert.deepEqual(judged("10"), ["unread", "lesson.unitless"]);
  assert.deepEqual(judged(""), ["unread", "lesson.empty"]);
  assert.deepEqual(judged("ten ms"), ["unread", "lesson.letters"]);
  assert.deepEqual(judged("10 mV"), ["unread", "lesson.unit"]);
});

test("a wrong number is recognised: a known mistake, a lost prefix, a sign, or only too large", () => {
  assert.deepEqual(judged("6.9 ms"), ["wrong", "half-life"]);
  assert.deepEqual(judged("10 s"), ["wrong", "lesson.thousand"]);
  assert.deepEqual(judged("10 µs"), ["wrong", "lesson.thousandth"]);
  assert.deepEqual(judged("10 ns"), ["wrong", "lesson.millionth"]);
  assert.deepEqual(judged("10 ks"), ["wrong", "lesson.million"]);
  assert.deepEqual(judged("100 ms"), ["wrong", "lesson.power"]);
  assert.deepEqual(judged("-10 ms"), ["wrong", "lesson.sign"]);
  assert.deepEqual(judged("12 ms"), ["wrong", "lesson.toolarge"]);
  assert.deepEqual(judged("8 ms"), ["wrong", "lesson.toosmall"]);
});

test("a share is taken as per cent or as a fraction", () => {
  const share = { ...question, answer: "0.37", unit: "%", hints: [] };
  for (const typed of ["37 %", "37", "0.37", "37%"]) assert.equal(judged(typed, share)[0], "right", typed);
  assert.equal(judged("63 %", share)[0], "wrong");
});

test("a task is judged by the bench as it stands, a choice by what was chosen", () => {
  const task = { ...question, kind: "task", done: "tau > 20m", hints: [{ formula: "tau > 5m", words: [{ kind: "text", text: "on" }] }] };
  assert.equal(judgeTask(task, (name) => ({ tau: 0.03 })[name]).verdict, "right");
  assert.equal(judgeTask(task, names).words[0].text, "on");
  assert.equal(judgeTask(task, (name) => ({ tau: 0.001 })[name]).key, "lesson.notyet");
  const choice = { ...question, kind: "choice", options: [{ right: false, words: [], answer: [] }, { right: true, words: [], answer: [] }] };
  assert.deepEqual([-1, 0, 1].map((k) => judgeChoice(choice, k).verdict), ["unread", "wrong", "right"]);
});

test("real parts, a lesson's place and a challenge's level go through the address", async () => {
  const { check, decode, encode } = await load("share/state.js");
  const usual = {
    bench: "leaky", parameters: { resistance: 1e5, capacitance: 1e-7, threshold: 1, reset: 0, leak_potential: 0, refractory: 2e-3 },
    artificial: { function: "step", weights: [1, 1], bias: 0, inputs: [0, 0] }, stimulus: { kind: "step", current: 2e-5, onset: 0 },
    duration: 0.1, cursors: null, parts: null, lesson: null, step: 0, challenge: null, hard: false,
  };
  const parts = { offset: -5e-3, response: 2e-6, on_resistance: 220 };
  for (const state of [{ ...usual, parts, lesson: "real", step: 3 }, { ...usual, challenge: 42, hard: true }, { ...usual, challenge: 42 }]) {
    const read = decode(encode(state, usual), usual);
    assert.deepEqual(read, { state, refused: [] });
    assert.equal(check(state), null);
  }
  for (const wrong of ["parts=1;2", "parts=1;1e-6;100", "parts=0;0;100", "parts=0;1e-6;0", "hard=2", "lesson=<b>"]) {
    assert.deepEqual(decode(wrong, usual).refused, [wrong], wrong);
  }
});

test("an index stands below and an exponent above, and no lesson shows their signs", () => {
  assert.deepEqual(formulaParts("V_∞ = e^(−t/τ)").map(({ kind, text }) => `${kind} ${text}`), ["text V", "sub ∞", "text  = e", "sup −t/τ", "text "]);
  const folder = `${process.env.PAGE}/lessons`;
  const shown = [];
  const collect = (value) => {
    if (Array.isArray(value)) value.forEach(collect);
    else if (typeof value !== "object" || value === null) return;
    else if (value.kind === "formula") [...(value.lines ?? []), value.text ?? ""].forEach((line) => shown.push(...formulaParts(line).filter(({ kind }) => kind === "text").map(({ text }) => text)));
    else if (["text", "em", "strong"].includes(value.kind)) shown.push(value.text);
    else Object.values(value).forEach(collect);
  };
  for (const name of readdirSync(folder).filter((each) => each.endsWith(".md"))) collect(parseLesson(readFileSync(`${folder}/${name}`, "utf8")).steps);
  assert.ok(shown.length > 500);
  assert.deepEqual(shown.filter((text) => /[_^]/.test(text)), []);
});
