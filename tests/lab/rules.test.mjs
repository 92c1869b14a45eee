// What the page's models and decks refuse, and the raw file's reader: node --test, PAGE in the
// environment.

import assert from "node:assert/strict";
import { test } from "node:test";
import { pathToFileURL } from "node:url";

const load = (path) => import(pathToFileURL(`${process.env.PAGE}/${path}`));
const leaky = await load("models/leaky.js");
const bucket = await load("models/bucket.js");
const { respond } = await load("models/artificial.js");
const { currentAt } = await load("models/stimuli.js");
const { readRaw, rises } = await load("engine/simulation.js");

const LEAKY = {
  resistance: 1e5, capacitance: 1e-7, threshold: 1, reset: 0, leak_potential: 0, refractory: 2e-3,
};
const BUCKET = { capacitance: 1e-7, threshold: 1, reset: 0, refractory: 0, fill_time: 5e-3 };
const STEP = { kind: "step", current: 2e-5, onset: 0 };

function refusal(act) {
  try {
    act();
  } catch (error) {
    if (error.name !== "ParameterError") throw error;
    return [error.code, error.field];
  }
  return null;
}

test("each rule of a parameter is told by its code and the parameter's name", () => {
  const broken = [
    [{ resistance: 0 }, "positive", "resistance"],
    [{ capacitance: -1e-9 }, "positive", "capacitance"],
    [{ capacitance: Number.NaN }, "number", "capacitance"],
    [{ threshold: "1" }, "number", "threshold"],
    [{ threshold: 0 }, "above-reset", "threshold"],
    [{ refractory: -1e-3 }, "not-negative", "refractory"],
    [{ resistance: 1e-200, capacitance: 1e-200 }, "positive", "time_constant"],
  ];
  assert.equal(refusal(() => leaky.solve(LEAKY, STEP, 0.1)), null);
  for (const [change, code, field] of broken) {
    const act = () => leaky.solve({ ...LEAKY, ...change }, STEP, 0.1);
    assert.deepEqual(refusal(act), [code, field]);
  }
  assert.deepEqual(refusal(() => bucket.solve({ ...BUCKET, fill_time: 0 }, STEP, 0.1)), [
    "positive", "fill_time",
  ]);
});

test("each rule of a stimulus is told by its code and the field's name", () => {
  const broken = [
    [{ kind: "ramp" }, "kind", "kind"],
    [{ kind: "step", current: Infinity, onset: 0 }, "number", "current"],
    [{ kind: "pulses", current: 1, width: 0, gap: 1, onset: 0 }, "positive", "width"],
    [{ kind: "train", current: 1, width: 2, period: 2, onset: 0 }, "at-least", "period"],
    [{ kind: "train", current: 1, width: 1e-6, period: 3e-6, onset: 0 }, "too-many-corners", "period"],
    [{ kind: "sine", amplitude: 1, offset: 0, frequency: 0 }, "positive", "frequency"],
    [{ kind: "sine", amplitude: 1, offset: 0, frequency: 1e9 }, "too-many-periods", "frequency"],
    [{ kind: "noise", mean: 0, sigma: 1, hold: 1, seed: 0.5 }, "whole", "seed"],
    [{ kind: "drawn", times: [0, 0], currents: [0, 0] }, "increasing", "times[1]"],
    [{ kind: "drawn", times: [0, 1], currents: [0] }, "as-many", "currents"],
    [{ kind: "drawn", times: [], currents: [] }, "as-many", "currents"],
  ];
  for (const [stimulus, code, field] of broken) {
    assert.deepEqual(refusal(() => bucket.solve(BUCKET, stimulus, 1)), [code, field]);
  }
});

test("too many spikes for a page are refused before they are sought", () => {
  const act = () => bucket.solve(BUCKET, { ...STEP, current: 1e3 }, 1);
  assert.deepEqual(refusal(act), ["too-many-spikes", "duration"]);
});

test("a time outside the run has no voltage", () => {
  const { voltageAt } = leaky.solve(LEAKY, STEP, 0.1);
  assert.deepEqual(refusal(() => voltageAt(Float64Array.of(0.2))), ["within", "times"]);
});

test("the artificial neuron takes as many inputs as weights, and small weights", () => {
  const neuron = { function: "relu", weights: [1, 2], bias: 0 };
  assert.deepEqual(respond(neuron, [1, 2]), { sum: 5, output: 5 });
  assert.deepEqual(refusal(() => respond(neuron, [1])), ["as-many", "inputs"]);
  assert.deepEqual(refusal(() => respond({ ...neuron, weights: [1e3, 0] }, [0, 0])), [
    "within", "weights[0]",
  ]);
  assert.deepEqual(refusal(() => respond({ ...neuron, function: "cosh" }, [0, 0])), [
    "function", "function",
  ]);
});

test("the leaky neuron's laws are those of its equation", () => {
  // twice the rheobase reaches the threshold after τ·ln 2
  assert.equal(leaky.timeConstant(LEAKY), 0.01);
  // the float 1e-5 is above the decimal; the one below it is the last that is silent
  const silent = leaky.rheobase(LEAKY);
  assert.ok(silent < 1e-5 && 1e-5 - silent < 2e-21);
  assert.ok(Math.abs(leaky.firingPeriod(LEAKY, 2e-5) - (2e-3 + 0.01 * Math.LN2)) < 1e-17);
  assert.equal(leaky.firingPeriod(LEAKY, silent), null);
  assert.ok(Math.abs(bucket.firingPeriod(BUCKET, 1e-5) - 0.01) < 1e-17);
  assert.equal(bucket.firingPeriod(BUCKET, -1e-5), null);
});

test("a current is known between its corners and beyond them", () => {
  const drawn = { kind: "drawn", times: [1, 3], currents: [10, 20] };
  assert.deepEqual([0, 1, 2.5, 3, 9].map((time) => currentAt(drawn, time)), [10, 10, 17.5, 20, 20]);
  const pulses = { kind: "pulses", current: 5, width: 1, gap: 2, onset: 1 };
  const times = [0.5, 1.5, 3, 4.5, 6];
  assert.deepEqual(times.map((time) => currentAt(pulses, time)), [0, 5, 0, 5, 0]);
  const sine = { kind: "sine", amplitude: 2, offset: 1, frequency: 0.25 };
  assert.deepEqual([0, 1, 3].map((time) => currentAt(sine, time)), [1, 3, -1]);
});

test("a rise is read between the solver's points, and a touch is none", () => {
  const time = Float64Array.of(0, 1, 2, 4, 5, 6);
  assert.deepEqual([...rises(time, Float64Array.of(0, 0.25, 0.75, 0, 0.5, 0))], [1.5]);
  assert.deepEqual([...rises(time, Float64Array.of(1, 1, 0, 1, 1, 1))], [3]);
});

test("a raw file's numbers begin right after its header, at any byte", () => {
  const header =
    "Title: x\nFlags: real\nNo. Variables: 2\nNo. Points: 2\nVariables:\n" +
    "\t0\ttime\ttime\n\t1\tv(mem)\tvoltage\nBinary:\n";
  for (const padded of [header, `Date: y\n${header}`]) {
    const numbers = new Uint8Array(Float64Array.of(0, 1.5, 2, -3).buffer);
    const bytes = new Uint8Array(padded.length + numbers.length);
    bytes.set(new TextEncoder().encode(padded));
    bytes.set(numbers, padded.length);
    const { time, mem } = readRaw(bytes);
    assert.deepEqual([[...time], [...mem]], [[0, 2], [1.5, -3]]);
  }
});
