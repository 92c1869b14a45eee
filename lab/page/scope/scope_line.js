/** A line on the scope: values at increasing times. */

/** @typedef {{times: ArrayLike<number>, values: ArrayLike<number>}} Line seconds, and volts or amperes */

/**
 * A line's value at a time, by linear interpolation.
 * @param {Line} line
 * @param {number} time
 */
export function valueAt({ times, values }, time) {
  let low = 0;
  let high = times.length - 1;
  if (high < 0) return NaN;
  if (time <= times[0]) return values[0];
  if (time >= times[high]) return values[high];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (times[middle] <= time) low = middle;
    else high = middle;
  }
  return values[low] + ((values[high] - values[low]) * (time - times[low])) / (times[high] - times[low]);
}
