/** Least squares of v = a + b·e^(−κt) to a stretch of waveform; pure. */

/**
 * @typedef {object} ExponentialFit
 * @property {number} tau seconds, 1/κ
 * @property {number} standardError seconds, as if the residuals were independent noise
 * @property {number} asymptote volts, a
 * @property {number} residual volts, root mean square
 * @property {(time: number) => number} at volts, at a time in seconds
 */

const ROUNDS = 60;
const STRAIGHT = 0.02; // of an e-fold in the window: less cannot be told from a line

/**
 * Fit an exponential. Time counts from the window's begin and in units of its length, so that all
 * three unknowns are of order one; κ begins where a grid finds the least residual, and
 * Levenberg's damping keeps the steps sound (Quart. Appl. Math. 2:164, 1944).
 *
 * @param {ArrayLike<number>} times seconds, increasing
 * @param {ArrayLike<number>} values volts
 * @returns {ExponentialFit | {problem: "few" | "flat" | "straight", atLeast?: number}} atLeast is
 *   what τ must exceed, in seconds, where the stretch is straight
 */
export function fitExponential(times, values) {
  const count = times.length;
  if (count < 8) return { problem: "few" };
  const start = times[0];
  const length = times[count - 1] - start;
  const s = Array.from(times, (time) => (time - start) / length);
  const v = Array.from(values);
  const span = Math.max(...v) - Math.min(...v);
  if (!(span > 1e-6 * Math.max(1e-3, ...v.map(Math.abs)))) return { problem: "flat" };

  const grid = Array.from({ length: 60 }, (_, k) => 10 ** (-2.5 + (4.5 * k) / 59));
  let rate = grid.reduce((best, next) => (linear(s, v, next).sum < linear(s, v, best).sum ? next : best));
  let { offset, height, sum } = linear(s, v, rate);
  let damping = 1e-3;
  for (let round = 0; round < ROUNDS; round += 1) {
    const step = solve3(...normal(s, v, offset, height, rate, damping));
    if (!step) break;
    const trial = linear(s, v, Math.max(rate + step[2], rate / 10));
    if (trial.sum <= sum) {
      const settled = sum - trial.sum <= 1e-14 * sum;
      rate = Math.max(rate + step[2], rate / 10);
      ({ offset, height, sum } = trial);
      damping /= 10;
      if (settled) break;
    } else damping *= 10;
    if (damping > 1e12) break;
  }
  if (rate < STRAIGHT) return { problem: "straight", atLeast: length / STRAIGHT };
  const [matrix] = normal(s, v, offset, height, rate, 0);
  const variance = sum / (count - 3);
  const column = solve3(matrix, [0, 0, 1]);
  const rateError = Math.sqrt(variance * Math.max(0, column?.[2] ?? Infinity));
  return {
    tau: length / rate,
    standardError: (length / rate) * (rateError / rate),
    asymptote: offset,
    residual: Math.sqrt(sum / count),
    at: (time) => offset + height * Math.exp((-rate * (time - start)) / length),
  };
}

/** The best a and b at a κ. @param {number[]} s @param {number[]} v @param {number} rate */
function linear(s, v, rate) {
  const e = s.map((at) => Math.expm1(-rate * at));
  const n = s.length;
  const [meanE, meanV] = [mean(e), mean(v)];
  let [ee, ev] = [0, 0];
  for (let k = 0; k < n; k += 1) {
    ee += (e[k] - meanE) ** 2;
    ev += (e[k] - meanE) * (v[k] - meanV);
  }
  const height = ev / ee;
  const begin = meanV - height * meanE;
  let sum = 0;
  for (let k = 0; k < n; k += 1) sum += (v[k] - begin - height * e[k]) ** 2;
  // v = begin + height·(e^(−κs) − 1)
  return { offset: begin - height, height, sum };
}

/** @param {number[]} list */
const mean = (list) => list.reduce((sum, value) => sum + value, 0) / list.length;

/**
 * JᵀJ, damped, and Jᵀr.
 * @param {number[]} s @param {number[]} v @param {number} offset @param {number} height @param {number} rate @param {number} damping
 * @returns {[number[][], number[]]}
 */
function normal(s, v, offset, height, rate, damping) {
  const matrix = [[0, 0, 0], [0, 0, 0], [0, 0, 0]];
  const right = [0, 0, 0];
  s.forEach((at, k) => {
    const e = Math.exp(-rate * at);
    const row = [1, e, -height * at * e];
    const residual = v[k] - offset - height * e;
    row.forEach((x, i) => {
      right[i] += x * residual;
      row.forEach((y, j) => { matrix[i][j] += x * y; });
    });
  });
  matrix.forEach((row, i) => { row[i] *= 1 + damping; });
  return [matrix, right];
}

/** Three equations by Cramer's rule. @param {number[][]} m @param {number[]} r @returns {number[] | null} */
function solve3(m, r) {
  const whole = determinant(m);
  if (!whole || !Number.isFinite(whole)) return null;
  return [0, 1, 2].map((column) => determinant(m.map((row, i) => row.map((x, j) => (j === column ? r[i] : x)))) / whole);
}

/** @param {number[][]} m */
const determinant = ([[a, b, c], [d, e, f], [g, h, i]]) => a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g);
