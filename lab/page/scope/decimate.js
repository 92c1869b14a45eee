/** Fewer points for the same picture. */

/**
 * Keep each bin's first, lowest, highest and last point: what a line through all of them covers.
 * @param {ArrayLike<number>} times increasing
 * @param {ArrayLike<number>} values
 * @param {number} bins of equal length in time, such as the screen's columns
 * @returns {{times: number[], values: number[]}} strictly increasing in time
 */
export function decimate(times, values, bins) {
  const kept = { times: /** @type {number[]} */ ([]), values: /** @type {number[]} */ ([]) };
  const count = times.length;
  if (!count) return kept;
  const start = times[0];
  const width = (times[count - 1] - start) / bins || 1;
  let from = 0;
  while (from < count) {
    const bin = Math.floor((times[from] - start) / width);
    let to = from;
    let low = from;
    let high = from;
    while (to + 1 < count && Math.floor((times[to + 1] - start) / width) === bin) {
      to += 1;
      if (values[to] < values[low]) low = to;
      if (values[to] > values[high]) high = to;
    }
    for (const k of [from, Math.min(low, high), Math.max(low, high), to]) {
      if (!kept.times.length || times[k] > /** @type {number} */ (kept.times.at(-1))) {
        kept.times.push(times[k]);
        kept.values.push(values[k]);
      }
    }
    from = to + 1;
  }
  return kept;
}
