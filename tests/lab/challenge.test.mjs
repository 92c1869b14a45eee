// The hidden neuron, what experiments can tell of it, and the grade: node --test, PAGE in the environment.

import assert from "node:assert/strict";
import { test } from "node:test";
import { pathToFileURL } from "node:url";

const load = (path) => import(pathToFileURL(`${process.env.PAGE}/${path}`));
const { hiddenNeuron } = await load("challenge/hidden.js");
const { uncertainty } = await load("challenge/identify.js");
const { grade } = await load("challenge/grade.js");

const step = (current, duration = 0.1) => ({ stimulus: { kind: "step", current, onset: 0.01 }, duration });
const NEURON = { resistance: 1e5, capacitance: 1e-7, threshold: 1, reset: 0, leak_potential: 0, refractory: 2e-3 };
const RIGHT = { tau: 0.01, threshold: 1, refractory: 2e-3 };
const told = (experiments, spikesOnly) => Object.values(uncertainty(NEURON, experiments, spikesOnly)).map((share) => share <= 0.05);
const marksOf = (answers, experiments, spikesOnly = false) => grade(answers, NEURON, experiments, spikesOnly);

test("a seed hides one neuron, the same for all, of parts that are sold", () => {
  assert.deepEqual(hiddenNeuron(42), hiddenNeuron(42));
  const many = Array.from({ length: 500 }, (_, seed) => hiddenNeuron(seed));
  assert.ok(new Set(many.map((each) => JSON.stringify(each))).size > 400);
  for (const { resistance, capacitance, threshold, reset, leak_potential, refractory } of many) {
    const tau = resistance * capacitance;
    assert.ok(tau > 1.5e-3 && tau < 34e-3 && reset === 0 && leak_potential === 0);
    assert.ok(threshold >= 0.5 && threshold <= 1.5 && refractory >= 1e-3 && refractory < 5e-3);
    // a generator's current of 100 µA, or less, makes each of them fire
    assert.ok(threshold / resistance < 40e-6);
  }
});

test("spikes of one steady current do not tell τ from the threshold, and of two they do", () => {
  assert.deepEqual(told([step(2e-5)], true), [false, false, true]);
  assert.deepEqual(told([step(2e-5), step(2e-5), step(2e-5)], true), [false, false, true]);
  assert.deepEqual(told([step(1.3e-5), step(4e-5)], true), [true, true, true]);
});

test("what never fires tells no threshold, and what fires once no refractory time", () => {
  assert.deepEqual(told([step(8e-6)], false), [true, false, false]);
  assert.deepEqual(told([step(8e-6)], true), [false, false, false]);
  // one spike, at 16.9 ms; where the release at 18.9 ms is seen, it tells the refractory time as well
  assert.equal(told([step(2e-5, 0.018)], true)[2], false);
  assert.deepEqual(told([step(8e-6), step(2e-5, 0.018)], false), [true, true, false]);
  assert.equal(told([step(2e-5, 0.021)], false)[2], true);
  assert.deepEqual(told([], false), [false, false, false]);
});

test("a membrane that hardly moves, or hardly bends, tells no τ", () => {
  assert.equal(told([step(0)], false)[0], false);
  // 0.4 ms of a climb with a τ of 10 ms is a straight line
  assert.equal(told([step(8e-6, 0.0104)], false)[0], false);
});

test("the uncertainty is Cramér and Rao's, from the derivatives of the formula", () => {
  // spike n, from 0 on, comes at climb + n·(t_ref + climb) with climb = τ·ln(RI/(RI − V)), so that its derivatives
  // by ln τ, ln V and ln t_ref are (n + 1)·climb, (n + 1)·τ·V/(RI − V) and n·t_ref
  const information = [[1, 0, 0], [0, 1, 0], [0, 0, 1]];
  const experiments = [step(1.3e-5, 0.2), step(4e-5, 0.2)];
  for (const { stimulus, duration } of experiments) {
    const drive = 1e5 * stimulus.current;
    const climb = 0.01 * Math.log(drive / (drive - 1));
    for (let n = 0; 0.01 + climb + n * (climb + 2e-3) < duration; n += 1) {
      const row = [(n + 1) * climb, ((n + 1) * 0.01) / (drive - 1), n * 2e-3].map((each) => each / (1e-3 * duration));
      row.forEach((x, i) => row.forEach((y, j) => { information[i][j] += x * y; }));
    }
  }
  const minor = (k) => {
    const [a, b] = [0, 1, 2].filter((index) => index !== k);
    return information[a][a] * information[b][b] - information[a][b] * information[b][a];
  };
  const [[a, b, c], [d, e, f], [g, h, i]] = information;
  const determinant = a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g);
  const found = uncertainty(NEURON, experiments, true);
  ["tau", "threshold", "refractory"].forEach((name, k) => {
    const expected = Math.sqrt(minor(k) / determinant);
    // differences of 1e-4 to both sides are off by 1e-8 of the third derivative; an edge of 1 µs is 1e-4 of τ
    assert.ok(Math.abs(found[name] / expected - 1) < 1e-3, `${name}: ${found[name]} ${expected}`);
  });
});

test("right values from experiments that tell them get all the points", () => {
  const { points, most, marks } = marksOf(RIGHT, [step(8e-6), step(2e-5)]);
  assert.deepEqual([points, most], [12, 12]);
  assert.ok(marks.every(({ band, why, mistake }) => band === "exact" && why === null && mistake === null));
});

test("right values from experiments that cannot tell them are lucky, and said to be", () => {
  const { points, marks } = marksOf(RIGHT, [step(2e-5)], true);
  assert.equal(points, 10);
  assert.deepEqual(marks.map(({ why }) => why), ["onestrength", "onestrength", null]);
  assert.deepEqual(marksOf(RIGHT, []).marks.map(({ why }) => why), ["nothing", "nothing", "nothing"]);
  assert.deepEqual(marksOf(RIGHT, [step(0)]).marks.map(({ why }) => why), ["silence", "silence", "silence"]);
  assert.deepEqual(marksOf(RIGHT, [step(8e-6)]).marks.map(({ why }) => why), [null, "nospike", "nospike"]);
  assert.deepEqual(marksOf(RIGHT, [step(8e-6), step(2e-5, 0.018)]).marks.map(({ why }) => why), [null, null, "onespike"]);
  assert.equal(marksOf(RIGHT, [step(8e-6, 0.0104)]).marks[0].why, "tooshort");
});

test("a value is graded by how far off it is, and a known mistake is named", () => {
  const experiments = [step(8e-6), step(2e-5)];
  const marked = (answers) => marksOf({ ...RIGHT, ...answers }, experiments).marks.map(({ band, mistake }) => `${band} ${mistake}`);
  assert.equal(marked({ tau: 0.0101 })[0], "exact null");
  assert.equal(marked({ tau: 0.0104 })[0], "good null");
  assert.equal(marked({ tau: 0.0112 })[0], "rough null");
  assert.equal(marked({ tau: 0.013 })[0], "off null");
  assert.equal(marked({ tau: 10 })[0], "off prefix");
  assert.equal(marked({ tau: 0.01 * Math.LN2 })[0], "off halflife");
  assert.equal(marked({ tau: NaN })[0], "off none");
  assert.equal(marked({ refractory: 8.93e-3 })[2], "off interval");
  assert.equal(marked({ threshold: 0.632 })[1], "off share");
});
