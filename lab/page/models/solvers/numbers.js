// Sums and products whose rounding errors are kept, and the zero of a function to its last digits.
// Source: Knuth's two-sum and Dekker's two-product (T. J. Dekker, Numer. Math. 18, 1971), as in
// models/solvers/compensated.py and roots.py.

const SPLITTER = 134217729; // 2**27 + 1 cuts 53 bits into two halves that multiply exactly
const NEWTON_STEPS = 40; // a double zero, where a spike grazes, gains one bit a step

/** The least number above zero: rounding must not carry a membrane over its threshold. */
export const LEAST = Number.MIN_VALUE;

/** Return [fl(a + b), its rounding error]. */
export function twoSum(a, b) {
  const total = a + b;
  const part = total - a;
  return [total, a - (total - part) + (b - part)];
}

function halves(a) {
  const scaled = SPLITTER * a;
  const high = scaled - (scaled - a);
  return [high, a - high];
}

/** Return [fl(a·b), its rounding error]. */
export function twoProduct(a, b) {
  const product = a * b;
  const [aHigh, aLow] = halves(a);
  const [bHigh, bLow] = halves(b);
  return [product, aLow * bLow - (product - aHigh * bHigh - aLow * bHigh - aHigh * bLow)];
}

/**
 * Return the instant `delay` seconds later. An instant is [time, what its rounding left out], so
 * that many may be added up.
 */
export function later([time, error], delay) {
  const [sum, left] = twoSum(time, delay);
  return twoSum(sum, left + error);
}

/**
 * Return R·I + E − V_th in volts, nearly correctly rounded: the plain sum loses all digits near the
 * rheobase, where the period depends on this number alone.
 */
export function overdrive(resistance, current, leakPotential, threshold) {
  const [drive, productError] = twoProduct(resistance, current);
  const [level, firstError] = twoSum(drive, leakPotential);
  const [excess, secondError] = twoSum(level, -threshold);
  return excess + (productError + firstError + secondError);
}

/**
 * Return where a function passes zero upwards, once, between `low` (under zero) and `high` (not).
 *
 * Newton's steps from `low`, with a bisection in the place of each that leaves the bracket, and
 * bisections only when Newton has not settled. The function gives [value, slope].
 */
export function risingZero(valueAndSlope, low, high) {
  let x = low;
  for (let step = 0; ; step += 1) {
    const [value, slope] = valueAndSlope(x);
    if (value < 0) low = x;
    else high = x;
    const newton = slope > 0 ? x - value / slope : Infinity;
    if (Math.abs(newton - x) <= 2e-16 * Math.abs(x)) return Math.min(Math.max(newton, low), high);
    x = step < NEWTON_STEPS && low < newton && newton < high ? newton : low + 0.5 * (high - low);
    if (!(low < x && x < high)) return high;
  }
}

/** Return the index of the last entry of a rising array that is at most `value`; −1 where none. */
export function lastAtMost(sorted, value) {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle] <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
