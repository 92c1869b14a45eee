/** Formulas in a lesson, such as "refractory + tau * ln(2)": our own reader, which can do nothing else. */

/**
 * @typedef {(name: string) => number | ((...given: number[]) => number) | undefined} Lookup what a name
 *   stands for
 */

// 20u is 20e-6, where no letter follows: SI prefixes, so m is milli and M is mega
/** @type {Record<string, string>} */
const PREFIXES = { f: "e-15", p: "e-12", n: "e-9", u: "e-6", m: "e-3", k: "e3", M: "e6", G: "e9" };
const TOKEN = /\s*(?:(\d+(?:\.\d*)?(?:e[+-]?\d+)?)([fpnumkMG](?!\w))?|([a-z_]\w*)|(<=|>=|==|!=|[-+*/^(),<>]))/giy;
/** @type {Record<string, (...given: number[]) => number>} */
const FUNCTIONS = { ln: Math.log, exp: Math.exp, sqrt: Math.sqrt, abs: Math.abs, min: Math.min, max: Math.max };
/** @type {Record<string, (a: number, b: number) => number>} */
const OPERATORS = {
  "+": (a, b) => a + b, "-": (a, b) => a - b, "*": (a, b) => a * b, "/": (a, b) => a / b, "^": (a, b) => a ** b,
  "<": (a, b) => Number(a < b), ">": (a, b) => Number(a > b), "<=": (a, b) => Number(a <= b), ">=": (a, b) => Number(a >= b),
  "==": (a, b) => Number(a === b), "!=": (a, b) => Number(a !== b),
  or: (a, b) => Number(a || b), and: (a, b) => Number(a && b),
};
// what binds least comes first; "^" alone goes to the right
const LEVELS = [["or"], ["and"], ["<", ">", "<=", ">=", "==", "!="], ["+", "-"], ["*", "/"]];

/**
 * The value of a formula. What is unknown is NaN, and no comparison with it holds.
 * @param {string} text
 * @param {Lookup} lookup
 * @returns {number} true is 1, false is 0
 * @throws {SyntaxError} where it is no formula, or names what there is not
 */
export function evaluate(text, lookup) {
  const tokens = tokensOf(text);
  let at = 0;
  const fail = () => {
    throw new SyntaxError(`“${text}” is no formula: ${at < tokens.length ? `“${tokens[at]}” is not expected there` : "it ends too soon"}`);
  };
  const take = (/** @type {string[]} */ wanted) => (at < tokens.length && wanted.includes(tokens[at]) ? tokens[at++] : null);
  const expect = (/** @type {string} */ wanted) => take([wanted]) ?? fail();

  /** @param {number} level @returns {number} */
  const chain = (level) => {
    if (level === LEVELS.length) return sign();
    let value = chain(level + 1);
    for (let operator = take(LEVELS[level]); operator !== null; operator = take(LEVELS[level])) value = OPERATORS[operator](value, chain(level + 1));
    return value;
  };
  /** @returns {number} */
  const sign = () => (take(["-"]) ? -sign() : power());
  /** @returns {number} */
  const power = () => {
    const base = atom();
    return take(["^"]) ? OPERATORS["^"](base, sign()) : base;
  };
  /** @returns {number} */
  const atom = () => {
    if (take(["("])) {
      const value = chain(0);
      expect(")");
      return value;
    }
    const token = tokens[at] ?? fail();
    if (/^\d/.test(token)) {
      at += 1;
      return Number(token);
    }
    if (!/^[a-z_]/i.test(token) || token === "and" || token === "or") fail();
    at += 1;
    const meant = Object.hasOwn(FUNCTIONS, token) ? FUNCTIONS[token] : lookup(token);
    if (meant === undefined) throw new SyntaxError(`“${text}” names “${token}”, which is nothing here`);
    if (typeof meant !== "function") return meant;
    expect("(");
    const given = [chain(0)];
    while (take([","])) given.push(chain(0));
    expect(")");
    return meant(...given);
  };
  const value = chain(0);
  if (at < tokens.length) fail();
  return value;
}

/** @param {string} text @returns {string[]} numbers are written out */
function tokensOf(text) {
  const tokens = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.trimEnd().length) {
    const from = TOKEN.lastIndex;
    const found = TOKEN.exec(text);
    if (!found) throw new SyntaxError(`“${text}” is no formula: nothing is known of “${text.slice(from).trim()}”`);
    const [, digits, prefix, name, sign] = found;
    tokens.push(digits ? `${digits}${prefix ? PREFIXES[prefix] : ""}` : (name ?? sign));
  }
  return tokens;
}
