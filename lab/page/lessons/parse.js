/**
 * A lesson from its text: a small part of Markdown, and three kinds of fenced block. Pure.
 *
 *   ---                      the head: title, minutes, goal
 *   ## A step's title        and then, in this order:
 *   ```bench                 the bench to start from, one field a line
 *   paragraphs, lists
 *   ```question              asked before what follows is shown
 *   ```bench                 the bench once it is answered, if another
 *   paragraphs, lists        what is seen then, and why
 *
 * In a text: *emphasis*, **strong**, `formula`, and [8.93 ms](= refractory + tau * ln(2)), which shows
 * the number and says what it is; a test holds the one against the other.
 */

/**
 * @typedef {{kind: "text" | "em" | "strong" | "formula", text: string} | {kind: "number", text: string, formula: string}} Inline
 * @typedef {{kind: "paragraph", inlines: Inline[]} | {kind: "list", ordered: boolean, items: Inline[][]} | {kind: "formula", lines: string[]}} Block
 * @typedef {{formula: string, words: Inline[]}} Hint
 * @typedef {{words: Inline[], right: boolean, answer: Inline[]}} Option
 * @typedef {object} Question
 * @property {"number" | "choice" | "task"} kind
 * @property {Inline[]} prompt
 * @property {string} answer of a number: a formula
 * @property {string} unit of a number; "" for a plain one, "%" for a share
 * @property {number} tolerance of a number: a share of the answer
 * @property {Hint[]} hints of a number: what a common mistake gives; of a task: what holds on the way
 * @property {string} done of a task: a formula of the bench as it stands
 * @property {Option[]} options of a choice
 * @typedef {Record<string, string>} BenchLines
 * @typedef {{title: string, start: BenchLines | null, before: Block[], question: Question | null, then: BenchLines | null, after: Block[]}} Step
 * @typedef {{title: string, minutes: number, goal: string, steps: Step[]}} Lesson
 */

const HEAD = ["title", "minutes", "goal"];
const FIELDS = { number: ["prompt", "answer", "unit", "tolerance", "hint"], task: ["prompt", "done", "hint"], choice: ["prompt", "+", "-"] };
const BENCH = ["bench", "parameters", "artificial", "stimulus", "duration", "cursors", "parts"];

/**
 * @param {string} text
 * @returns {Lesson}
 * @throws {SyntaxError} that names the line
 */
export function parseLesson(text) {
  const lines = text.replaceAll("\r\n", "\n").split("\n");
  const fail = (/** @type {number} */ at, /** @type {string} */ why) => {
    throw new SyntaxError(`line ${at + 1}: ${why}: “${lines[at] ?? ""}”`);
  };
  if (lines[0] !== "---") fail(0, "a lesson begins with --- and its head");
  const end = lines.indexOf("---", 1);
  const head = fields(lines, 1, end, fail);
  for (const name of HEAD) if (!head.some((field) => field.name === name)) fail(end, `the head lacks “${name}”`);
  const said = Object.fromEntries(head.map(({ name, value }) => [name, value]));

  /** @type {Step[]} */
  const steps = [];
  for (let at = end + 1; at < lines.length; ) {
    const line = lines[at];
    const step = steps.at(-1);
    if (line.trim() === "") at += 1;
    else if (line.startsWith("## ")) {
      steps.push({ title: line.slice(3).trim(), start: null, before: [], question: null, then: null, after: [] });
      at += 1;
    } else if (!step) fail(at, "before the first step (## …) there is only the head");
    else if (line.startsWith("```")) {
      const close = lines.indexOf("```", at + 1);
      if (close < 0) fail(at, "this block has no end");
      const kind = line.slice(3).trim();
      const target = step.question ? step.after : step.before;
      if (kind === "formula") target.push({ kind, lines: lines.slice(at + 1, close) });
      else if (kind === "question") {
        if (step.question) fail(at, "a step asks one question");
        step.question = question(fields(lines, at + 1, close, fail), at, fail);
      } else if (kind === "bench") {
        const wanted = Object.fromEntries(fields(lines, at + 1, close, fail).map(({ name, value, line: where }) => {
          if (!BENCH.includes(name)) fail(where, "a bench has no such field");
          return [name, value];
        }));
        if (step.question) step.then = wanted;
        else step.start = wanted;
      } else fail(at, "a block is a bench, a question or a formula");
      at = close + 1;
    } else {
      let stop = at;
      while (stop < lines.length && lines[stop].trim() !== "" && !/^(## |```)/.test(lines[stop])) stop += 1;
      (step.question ? step.after : step.before).push(block(lines.slice(at, stop)));
      at = stop;
    }
  }
  if (!steps.length) fail(lines.length - 1, "there is no step (## …)");
  return { title: said.title, minutes: Number(said.minutes), goal: said.goal, steps };
}

/**
 * @typedef {(at: number, why: string) => void} Fail
 * @param {string[]} lines @param {number} from @param {number} to @param {Fail} fail
 */
function fields(lines, from, to, fail) {
  /** @type {{name: string, value: string, line: number}[]} */
  const found = [];
  for (let at = from; at < to; at += 1) {
    const pair = /^(\w+):(?: (.*))?$/.exec(lines[at]) ?? /^([+-]) (.*)$/.exec(lines[at]);
    // a line that is moved in goes on with the one before
    if (pair) found.push({ name: pair[1], value: (pair[2] ?? "").trim(), line: at });
    else if (/^ +\S/.test(lines[at]) && found.length) found[found.length - 1].value += ` ${lines[at].trim()}`;
    else if (lines[at].trim()) fail(at, "here stand lines such as “name: value”");
  }
  return found;
}

/** @param {{name: string, value: string, line: number}[]} given @param {number} at @param {Fail} fail @returns {Question} */
function question(given, at, fail) {
  const kind = given.some(({ name }) => name === "answer") ? "number" : given.some(({ name }) => name === "done") ? "task" : "choice";
  for (const { name, line } of given) if (!FIELDS[kind].includes(name)) fail(line, `a question of kind ${kind} has no such field`);
  const one = (/** @type {string} */ name) => given.find((field) => field.name === name)?.value ?? "";
  if (!one("prompt")) fail(at, "a question has a prompt");
  const halves = (/** @type {{value: string, line: number}} */ { value, line }) => {
    const cut = value.indexOf("|");
    if (cut < 0) fail(line, "a “|” parts the two halves of this line");
    return [value.slice(0, cut).trim(), value.slice(cut + 1).trim()];
  };
  const hints = given.filter(({ name }) => name === "hint").map((field) => {
    const [formula, words] = halves(field);
    return { formula, words: inlines(words) };
  });
  const options = given.filter(({ name }) => name === "+" || name === "-").map((field) => {
    const [words, answer] = halves(field);
    return { words: inlines(words), right: field.name === "+", answer: inlines(answer) };
  });
  const tolerance = kind === "number" ? Number(one("tolerance").replace(/ ?%$/, "")) / 100 : 0;
  if (kind === "number" && !(tolerance > 0 && /%$/.test(one("tolerance")))) fail(at, "a tolerance is a percentage above zero");
  if (kind === "choice" && options.filter(({ right }) => right).length !== 1) fail(at, "a choice has one right answer (+)");
  return { kind, prompt: inlines(one("prompt")), answer: one("answer"), unit: one("unit"), tolerance, hints, done: one("done"), options };
}

/** @param {string[]} lines @returns {Block} */
function block(lines) {
  const item = /^(?:[-*]|(\d+)\.) (.*)$/;
  const first = item.exec(lines[0]);
  if (!first) return { kind: "paragraph", inlines: inlines(lines.map((line) => line.trim()).join(" ")) };
  /** @type {string[]} */
  const items = [];
  for (const line of lines) {
    const begun = item.exec(line);
    if (begun) items.push(begun[2]);
    else items[items.length - 1] += ` ${line.trim()}`;
  }
  return { kind: "list", ordered: first[1] !== undefined, items: items.map(inlines) };
}

const INLINE = /\[([^\]]+)\]\(= ?((?:[^()]|\((?:[^()]|\([^()]*\))*\))+)\)|\*\*([^*]+)\*\*|\*([^*]+)\*|`([^`]+)`/g;

/** @param {string} text @returns {Inline[]} */
export function inlines(text) {
  /** @type {Inline[]} */
  const found = [];
  let from = 0;
  for (const match of text.matchAll(INLINE)) {
    if (match.index > from) found.push({ kind: "text", text: text.slice(from, match.index) });
    const [whole, number, formula, strong, em, code] = match;
    if (number !== undefined) found.push({ kind: "number", text: number, formula: formula.trim() });
    else if (strong !== undefined) found.push({ kind: "strong", text: strong });
    else if (em !== undefined) found.push({ kind: "em", text: em });
    else found.push({ kind: "formula", text: code });
    from = match.index + whole.length;
  }
  if (from < text.length) found.push({ kind: "text", text: text.slice(from) });
  return found;
}

/**
 * A formula's line as it is set: what follows "_" is an index, what follows "^" an exponent.
 * @param {string} text
 * @returns {{kind: "text" | "sub" | "sup", text: string}[]}
 */
export function formulaParts(text) {
  return text.split(/([_^](?:\([^)]*\)|[\p{L}\d∞.,−-]+))/u).map((part) => {
    const kind = /** @type {const} */ ({ _: "sub", "^": "sup" })[part[0]];
    return kind ? { kind, text: part.slice(1).replace(/^\((.*)\)$/, "$1") } : { kind: /** @type {const} */ ("text"), text: part };
  });
}
