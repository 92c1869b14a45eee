// The currents that drive a neuron: plain objects in SI units, such as stand in the page's address.
//
//   {kind: "step", current, onset}
//   {kind: "pulses", current, width, gap, onset}      two of them; the gap is from foot to foot
//   {kind: "train", current, width, period, onset}
//   {kind: "sine", amplitude, offset, frequency}
//   {kind: "noise", mean, sigma, hold, seed}          normal currents, each held for a while
//   {kind: "drawn", times, currents}                  straight lines between points
//
// All but the sine are continuous, piecewise-linear functions of time: an edge is a rise of EDGE, as
// no SPICE source has a vertical one. `corners` is that function exactly, for circuit and model.

import {
  ParameterError,
  requireFinite,
  requireNotNegative,
  requirePositive,
} from "./errors.js";
import { lastAtMost } from "./solvers/numbers.js";

/** Seconds of an edge: Python's default (Step.rise). */
export const EDGE = 1e-6;
/** Of an edge of the noise: this part of what it is held for, as Python's HeldNoise has it. */
export const NOISE_EDGE = 0.01;
/** More than a page shows, and few enough for a drag. */
const MOST_CORNERS = 20_000;
/** Of a sine in a run: each may hold a crest, which is looked for. */
const MOST_PERIODS = 10_000;

const CURRENTS = { step: ["current"], pulses: ["current"], train: ["current"], noise: ["mean"] };

/** Refuse a stimulus that breaks a rule; throws ParameterError. */
function requireStimulus(stimulus) {
  const { kind } = stimulus;
  for (const field of CURRENTS[kind] ?? []) requireFinite(field, stimulus[field]);
  switch (kind) {
    case "step":
      requireNotNegative("onset", stimulus.onset);
      return;
    case "pulses":
      requirePositive("width", stimulus.width);
      requireNotNegative("gap", stimulus.gap);
      requireNotNegative("onset", stimulus.onset);
      return;
    case "train": {
      requirePositive("width", stimulus.width);
      requirePositive("period", stimulus.period);
      requireNotNegative("onset", stimulus.onset);
      // a sum of decimal fractions may exceed the decimal period by its rounding
      const pulse = stimulus.width + 2 * EDGE;
      if (pulse > stimulus.period * (1 + 1e-12)) {
        throw new ParameterError("at-least", "period", stimulus.period, pulse);
      }
      return;
    }
    case "sine":
      requireFinite("amplitude", stimulus.amplitude);
      requireFinite("offset", stimulus.offset);
      requirePositive("frequency", stimulus.frequency);
      return;
    case "noise":
      requireNotNegative("sigma", stimulus.sigma);
      requirePositive("hold", stimulus.hold);
      if (!Number.isInteger(stimulus.seed) || stimulus.seed < 0) {
        throw new ParameterError("whole", "seed", stimulus.seed);
      }
      return;
    case "drawn":
      requireDrawn(stimulus);
      return;
    default:
      throw new ParameterError("kind", "kind", kind);
  }
}

/** Refuse a stimulus, a duration in seconds, or a sine of too many periods in it. */
export function requireDrive(stimulus, duration) {
  requireStimulus(stimulus);
  requirePositive("duration", duration);
  if (stimulus.kind === "sine" && stimulus.frequency * duration > MOST_PERIODS) {
    throw new ParameterError("too-many-periods", "frequency", stimulus.frequency, MOST_PERIODS);
  }
}

function requireDrawn({ times, currents }) {
  if (!times?.length || times.length !== currents?.length) {
    throw new ParameterError("as-many", "currents", currents?.length, times?.length);
  }
  requireNotNegative("times[0]", times[0]);
  for (let k = 0; k < times.length; k += 1) {
    requireFinite(`times[${k}]`, times[k]);
    requireFinite(`currents[${k}]`, currents[k]);
    if (k > 0 && times[k] <= times[k - 1]) {
      throw new ParameterError("increasing", `times[${k}]`, times[k], times[k - 1]);
    }
  }
}

/**
 * Return {times, currents}, the corners on [0, duration]; the current is held before its first and
 * after its last corner. Not of a sine. Throws ParameterError.
 */
export function corners(stimulus, duration) {
  requireStimulus(stimulus);
  requirePositive("duration", duration);
  switch (stimulus.kind) {
    case "step": {
      const { current, onset } = stimulus;
      return within([onset, onset + EDGE], [0, current], duration);
    }
    case "pulses": {
      const { current, width, gap, onset } = stimulus;
      return pulses({ current, width, period: width + 2 * EDGE + gap, onset }, 2, duration);
    }
    case "train": {
      const { period, onset } = stimulus;
      const count = Math.ceil(Math.max(0, (duration - onset) / period));
      requireFew("period", period, 4 * count);
      return pulses(stimulus, count, duration);
    }
    case "noise":
      return noise(stimulus, duration);
    case "drawn":
      requireFew("times", stimulus.times.length, stimulus.times.length);
      return within(stimulus.times, stimulus.currents, duration);
    default:
      throw new ParameterError("kind", "kind", stimulus.kind);
  }
}

/** Return the current in amperes at a time in seconds. Throws ParameterError. */
export function currentAt(stimulus, time) {
  return currentsAt(stimulus, [time])[0];
}

/** Return the currents in amperes, Float64Array, at times in seconds. Throws ParameterError. */
export function currentsAt(stimulus, times) {
  requireStimulus(stimulus);
  const last = times.reduce((most, time) => Math.max(most, time), 0);
  if (stimulus.kind === "sine") {
    const { amplitude, offset, frequency } = stimulus;
    return Float64Array.from(
      times,
      (time) => offset + amplitude * Math.sin(2 * Math.PI * frequency * time),
    );
  }
  const course = corners(stimulus, last > 0 ? last : 1);
  return Float64Array.from(times, (time) => between(course.times, course.currents, time));
}

// pulse k begins to rise at onset + k·period
function pulses({ current, width, period, onset }, count, duration) {
  const times = [];
  const currents = [];
  for (let k = 0; k < count; k += 1) {
    // onset + k·period, not a running sum: pulse k does not depend on how many came before it
    const begin = onset + period * k;
    const top = begin + EDGE;
    const fall = top + width;
    const end = fall + EDGE;
    times.push(begin, top, fall);
    currents.push(0, current, current);
    // back to back, the end of a fall is the begin of the next rise, whatever their rounding
    if (k + 1 === count || end < onset + period * (k + 1) - 1e-9 * EDGE) {
      times.push(end);
      currents.push(0);
    }
  }
  return times.length ? within(times, currents, duration) : within([0], [0], duration);
}

function noise({ mean, sigma, hold, seed }, duration) {
  const samples = Math.ceil(Math.max(1, duration / hold));
  requireFew("hold", hold, 2 * samples);
  const normal = normals(seed);
  const times = [0];
  const currents = [mean + sigma * normal()];
  for (let k = 1; k < samples; k += 1) {
    times.push(k * hold, k * hold + NOISE_EDGE * hold);
    currents.push(currents[currents.length - 1], mean + sigma * normal());
  }
  return within(times, currents, duration);
}

/**
 * Return a generator of standard normal numbers, the same for the same seed: pairs by Box and Muller
 * (Ann. Math. Stat. 29:610, 1958) of uniform numbers by `uniforms`.
 */
export function normals(seed) {
  const uniform = uniforms(seed);
  let second = null;
  return () => {
    if (second !== null) {
      const value = second;
      second = null;
      return value;
    }
    // 1 − u is never zero
    const radius = Math.sqrt(-2 * Math.log(1 - uniform()));
    const angle = 2 * Math.PI * uniform();
    second = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  };
}

/**
 * Return a generator of numbers in [0, 1) from a whole seed: a counter in steps of the golden ratio
 * times 2³², each mixed by the finaliser of MurmurHash3, in 32 bits.
 */
export function uniforms(seed) {
  let state = mixed(seed >>> 0) ^ mixed((Math.floor(seed / 2 ** 32) + 0x9e3779b9) >>> 0);
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    return mixed(state) / 2 ** 32;
  };
}

function mixed(bits) {
  let h = bits;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

// the corners inside, and the ends; as Python's breakpoints.window
function within(times, currents, duration) {
  const kept = [0];
  // a corner that only rounding puts before the end would make a last segment of one ulp, on which
  // a simulator gives up
  const last = duration * (1 - 1e-12);
  for (const time of times) {
    if (!(time > 0 && time < last)) continue;
    if (time <= kept[kept.length - 1]) throw new ParameterError("too-short", "edge", time);
    kept.push(time);
  }
  kept.push(duration);
  return {
    times: Float64Array.from(kept),
    currents: Float64Array.from(kept, (time) => between(times, currents, time)),
  };
}

function between(times, currents, time) {
  const k = lastAtMost(times, time);
  if (k < 0) return currents[0];
  if (k === times.length - 1 || times[k] === time) return currents[k];
  const slope = (currents[k + 1] - currents[k]) / (times[k + 1] - times[k]);
  return currents[k] + slope * (time - times[k]);
}

function requireFew(field, value, count) {
  if (count > MOST_CORNERS) throw new ParameterError("too-many-corners", field, value, MOST_CORNERS);
}
