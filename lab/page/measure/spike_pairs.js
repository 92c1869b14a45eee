/** Which spike of the circuit goes with which of the model; pure. */

/**
 * Pair two trains by time: each spike goes with the nearest that is within half the model's shortest
 * interval; what is left stands alone.
 * @param {ArrayLike<number>} circuit seconds, increasing
 * @param {ArrayLike<number>} model seconds, increasing
 * @returns {{circuit: number | null, model: number | null}[]} in the order of time
 */
export function pairSpikes(circuit, model) {
  const reach = 0.5 * shortestInterval(model.length > 1 ? model : circuit);
  const pairs = [];
  let [i, j] = [0, 0];
  while (i < circuit.length || j < model.length) {
    const apart = Math.abs(circuit[i] - model[j]); // NaN where one of them has no more
    const nearer = Math.abs(circuit[i + 1] - model[j]) < apart || Math.abs(circuit[i] - model[j + 1]) < apart;
    if (apart <= reach && !nearer) pairs.push({ circuit: circuit[i++], model: model[j++] });
    else if (j >= model.length || circuit[i] < model[j]) pairs.push({ circuit: circuit[i++], model: null });
    else pairs.push({ circuit: null, model: model[j++] });
  }
  return pairs;
}

/** @param {ArrayLike<number>} spikes @returns {number} infinite where there are not two */
function shortestInterval(spikes) {
  let shortest = Infinity;
  for (let k = 1; k < spikes.length; k += 1) shortest = Math.min(shortest, spikes[k] - spikes[k - 1]);
  return shortest;
}
