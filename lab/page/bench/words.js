/** What is happening, as a text's name and its values: pure, from the state and the model's answer. */

import { quantity } from "./quantities.js";

/**
 * @typedef {import("../share/state.js").BenchState} BenchState
 * @typedef {{spikes: Float64Array, voltageAt: (times: Float64Array) => Float64Array}} Solution
 * @typedef {{key: string, values: Record<string, string | number>}} Sentence
 */

// a drive this near to the threshold is "just at it": no slider is finer
const NEAR = 1e-9;
// a wait this many times longer than τ is worth a sentence of its own
const SLOW = 3;

/**
 * @param {BenchState} state
 * @param {Solution} model
 * @returns {Sentence}
 */
export function describe(state, model) {
  const told = state.bench === "bucket" ? BUCKET[state.stimulus.kind] : LEAKY[state.stimulus.kind];
  return told(state, model);
}

/** @type {Record<string, (state: BenchState, model: Solution) => Sentence>} */
const LEAKY = { step: leakyStep, pulses: leakyPulses, train: leakyTrain, sine: leakySine, noise: leakyNoise, drawn: leakyDrawn };
/** @type {Record<string, (state: BenchState, model: Solution) => Sentence>} */
const BUCKET = { step: bucketStep, pulses: bucketPulses, train: bucketTrain, sine: bucketFlow, noise: bucketFlow, drawn: bucketFlow };

/** @param {BenchState} state @param {Solution} model @returns {Sentence} */
function leakyStep(state, model) {
  const { resistance: R, capacitance: C, threshold, reset, leak_potential: E, refractory } = state.parameters;
  const { current, onset } = state.stimulus;
  const tau = R * C;
  const drive = E + R * current;
  const over = drive - threshold;
  const words = {
    sum: E === 0 ? "RI" : "E + RI", drive: volts(drive), threshold: volts(threshold),
    tau: seconds(tau), current: amperes(current), rheobase: amperes((threshold - E) / R),
  };
  if (E >= threshold && model.spikes.length && model.spikes[0] < onset) return { key: "words.leaky.restless", values: { ...words, rest: volts(E) } };
  if (onset >= state.duration) return { key: "words.late", values: { onset: seconds(onset), duration: seconds(state.duration) } };
  const at = Math.abs(over) <= NEAR * Math.max(Math.abs(drive), Math.abs(threshold));
  if (at && !model.spikes.length) return { key: "words.leaky.at", values: words };
  if (current === 0) return { key: "words.leaky.silence", values: { rest: volts(E) } };
  if (current < 0 && over < 0) return { key: "words.leaky.negative", values: words };
  if (over < 0) return { key: "words.leaky.never", values: words };
  const charging = tau * Math.log1p((threshold - reset) / over);
  const first = onset + tau * Math.log1p((threshold - Math.min(E, threshold)) / over);
  const period = refractory + charging;
  const firing = { ...words, period: seconds(period), rate: hertz(1 / period), charging: seconds(charging), refractory: seconds(refractory) };
  if (!model.spikes.length) return { key: "words.leaky.notyet", values: { ...firing, first: seconds(first), duration: seconds(state.duration) } };
  if (refractory > charging) {
    return { key: "words.leaky.refractory", values: { ...firing, share: percent(refractory / period), most: hertz(1 / refractory) } };
  }
  if (charging > SLOW * tau) return { key: "words.leaky.slow", values: { ...firing, over: volts(over) } };
  return { key: refractory > 0 ? "words.leaky.fires" : "words.leaky.firesfree", values: firing };
}

/** @param {BenchState} state @param {Solution} model @returns {Sentence} */
function leakyPulses(state, model) {
  const { resistance, capacitance, threshold, leak_potential: rest } = state.parameters;
  const { current, width, gap, onset } = state.stimulus;
  const tau = resistance * capacitance;
  const shown = onset + 2 * width + gap;
  if (shown > state.duration * (1 + 1e-9)) return { key: "words.cut", values: { end: seconds(shown), duration: seconds(state.duration) } };
  const values = {
    gap: seconds(gap), tau: seconds(tau), threshold: volts(threshold), ratio: plain(gap / tau),
    kept: percent(Math.exp(-gap / tau)), first: volts(peak(model, onset, onset + width)),
    second: volts(peak(model, onset + width + gap, Math.min(shown, state.duration))), count: model.spikes.length, current: amperes(current),
  };
  if (rest >= threshold) return leakyDrawn(state, model);
  const inFirst = between(model.spikes, onset, onset + width + Math.min(gap, 1e-3 * tau));
  const inSecond = between(model.spikes, onset + width + gap, Infinity);
  if (inFirst) return { key: "words.leaky.pulses.first", values: { ...values, count: inFirst, later: inSecond } };
  if (inSecond) return { key: "words.leaky.pulses.together", values };
  return { key: "words.leaky.pulses.apart", values };
}

/** @param {BenchState} state @param {Solution} model @returns {Sentence} */
function leakyTrain(state, model) {
  const { resistance, capacitance, threshold } = state.parameters;
  const { period, onset } = state.stimulus;
  const tau = resistance * capacitance;
  const pulses = Math.max(0, Math.ceil((state.duration - onset) / period - 1e-9));
  const values = {
    pulses, count: model.spikes.length, period: seconds(period), tau: seconds(tau), threshold: volts(threshold),
    highest: volts(peak(model, 0, state.duration)), kept: percent(Math.exp(-period / tau)), rhythm: plain(pulses / Math.max(1, model.spikes.length)),
  };
  if (!pulses) return { key: "words.late", values: { onset: seconds(onset), duration: seconds(state.duration) } };
  if (!model.spikes.length) return { key: "words.leaky.train.never", values };
  if (model.spikes.length < pulses - 1) return { key: "words.leaky.train.some", values };
  if (model.spikes.length > pulses) return { key: "words.leaky.train.bursts", values };
  return { key: "words.leaky.train.each", values };
}

/** @param {BenchState} state @param {Solution} model @returns {Sentence} */
function leakySine(state, model) {
  const { resistance, capacitance, threshold, leak_potential } = state.parameters;
  const { amplitude, offset, frequency } = state.stimulus;
  const corner = 1 / (2 * Math.PI * resistance * capacitance);
  const passed = 1 / Math.hypot(1, frequency / corner);
  const values = {
    frequency: hertz(frequency), corner: hertz(corner), passed: percent(passed), swing: volts(Math.abs(resistance * amplitude) * passed),
    middle: volts(leak_potential + resistance * offset), threshold: volts(threshold), count: model.spikes.length,
    cycles: plain(frequency * state.duration), each: plain(model.spikes.length / (frequency * state.duration)),
  };
  if (!model.spikes.length) return { key: frequency > corner ? "words.leaky.sine.fast" : "words.leaky.sine.never", values };
  return { key: "words.leaky.sine.fires", values };
}

/** @param {BenchState} state @param {Solution} model @returns {Sentence} */
function leakyNoise(state, model) {
  const { resistance, threshold, leak_potential } = state.parameters;
  const drive = leak_potential + resistance * state.stimulus.mean;
  const values = {
    mean: volts(drive), threshold: volts(threshold), count: model.spikes.length,
    sigma: amperes(state.stimulus.sigma), scatter: percent(variation(model.spikes)),
  };
  if (!model.spikes.length) return { key: drive < threshold ? "words.leaky.noise.never" : "words.leaky.noise.notyet", values };
  if (drive < threshold) return { key: model.spikes.length > 2 ? "words.leaky.noise.chance" : "words.leaky.noise.rare", values };
  return { key: model.spikes.length > 2 ? "words.leaky.noise.driven" : "words.leaky.noise.few", values };
}

/** @param {BenchState} state @param {Solution} model @returns {Sentence} */
function leakyDrawn(state, model) {
  const { resistance, capacitance, threshold } = state.parameters;
  const values = {
    count: model.spikes.length, threshold: volts(threshold), tau: seconds(resistance * capacitance),
    highest: volts(peak(model, 0, state.duration)), first: seconds(model.spikes[0] ?? NaN),
  };
  return { key: model.spikes.length ? "words.leaky.drawn.fires" : "words.leaky.drawn.never", values };
}

/** @param {BenchState} state @param {Solution} model @returns {Sentence} */
function bucketStep(state, model) {
  const { capacitance, threshold, reset, refractory } = state.parameters;
  const { current, onset } = state.stimulus;
  const charge = capacitance * (threshold - reset);
  const filling = charge / current;
  const period = refractory + filling;
  const values = {
    current: amperes(current), charge: coulombs(charge), period: seconds(period), rate: hertz(1 / period), filling: seconds(filling),
    refractory: seconds(refractory), first: seconds(onset + filling), duration: seconds(state.duration),
    share: percent(refractory / period), most: hertz(1 / refractory), level: volts(reset), threshold: volts(threshold),
  };
  if (onset >= state.duration) return { key: "words.late", values: { onset: seconds(onset), duration: seconds(state.duration) } };
  if (current === 0) return { key: "words.bucket.silence", values };
  if (current < 0) return { key: "words.bucket.negative", values };
  if (!model.spikes.length) return { key: "words.bucket.notyet", values };
  if (refractory > filling) return { key: "words.bucket.refractory", values };
  return { key: refractory > 0 ? "words.bucket.fires" : "words.bucket.firesfree", values };
}

/** @param {BenchState} state @param {Solution} model @returns {Sentence} */
function bucketPulses(state, model) {
  const { capacitance, threshold } = state.parameters;
  const { current, width, gap, onset } = state.stimulus;
  const shown = onset + 2 * width + gap;
  if (shown > state.duration * (1 + 1e-9)) return { key: "words.cut", values: { end: seconds(shown), duration: seconds(state.duration) } };
  const inFirst = between(model.spikes, onset, onset + width + Math.min(gap, 1e-6));
  const highest = peak(model, 0, state.duration);
  const values = {
    gap: seconds(gap), each: volts((current * width) / capacitance), threshold: volts(threshold), kept: volts(highest),
    count: model.spikes.length, missing: volts(threshold - highest),
  };
  if (!model.spikes.length) return { key: current > 0 ? "words.bucket.pulses.short" : "words.bucket.negative", values };
  return { key: inFirst ? "words.bucket.pulses.first" : "words.bucket.pulses.together", values };
}

/** @param {BenchState} state @param {Solution} model @returns {Sentence} */
function bucketTrain(state, model) {
  const { capacitance, threshold, reset } = state.parameters;
  const { current, width, period, onset } = state.stimulus;
  const each = (current * width) / capacitance;
  const values = {
    each: volts(each), needed: plain((threshold - reset) / each), count: model.spikes.length, period: seconds(period), threshold: volts(threshold),
    level: volts(peak(model, 0, state.duration)),
  };
  if (onset >= state.duration) return { key: "words.late", values: { onset: seconds(onset), duration: seconds(state.duration) } };
  if (current <= 0) return { key: "words.bucket.negative", values };
  if (!model.spikes.length) return { key: "words.bucket.train.notyet", values };
  return { key: each < threshold - reset ? "words.bucket.train.fires" : "words.bucket.train.each", values };
}

/** @param {BenchState} state @param {Solution} model @returns {Sentence} */
function bucketFlow(state, model) {
  const { capacitance, threshold, reset } = state.parameters;
  const charge = capacitance * (threshold - reset);
  const values = {
    charge: coulombs(charge), count: model.spikes.length, threshold: volts(threshold), highest: volts(peak(model, 0, state.duration)),
    mean: amperes(state.stimulus.offset ?? state.stimulus.mean ?? 0), scatter: percent(variation(model.spikes)),
  };
  return { key: `words.bucket.${state.stimulus.kind}.${model.spikes.length ? "fires" : "never"}`, values };
}

/**
 * The highest voltage in a span, as densely as a screen shows it.
 * @param {Solution} model @param {number} start @param {number} stop
 */
function peak(model, start, stop) {
  const times = Float64Array.from({ length: 400 }, (_, k) => Math.min(stop, start + ((stop - start) * k) / 399));
  return model.voltageAt(times).reduce((highest, voltage) => Math.max(highest, voltage), -Infinity);
}

/** @param {Float64Array} spikes @param {number} start @param {number} stop */
const between = (spikes, start, stop) => spikes.filter((time) => time >= start && time <= stop).length;

/** The coefficient of variation of the intervals. @param {Float64Array} spikes */
function variation(spikes) {
  const intervals = Array.from(spikes.subarray(1), (time, k) => time - spikes[k]);
  if (intervals.length < 2) return 0;
  const mean = intervals.reduce((sum, interval) => sum + interval, 0) / intervals.length;
  const squares = intervals.reduce((sum, interval) => sum + (interval - mean) ** 2, 0);
  return Math.sqrt(squares / (intervals.length - 1)) / mean;
}

/** @param {number} value */
const volts = (value) => quantity(value, "V");
/** @param {number} value */
const amperes = (value) => quantity(value, "A");
/** @param {number} value */
const seconds = (value) => quantity(value, "s");
/** @param {number} value */
const hertz = (value) => quantity(value, "Hz");
/** @param {number} value */
const coulombs = (value) => quantity(value, "C");
/** @param {number} value */
const plain = (value) => quantity(value, "", 2);
/** @param {number} share */
const percent = (share) => `${quantity(100 * share, "", 2)}\u00a0%`;
