// The page's pure modules: how quantities are read, what the address holds, what is said, what is
// measured. node --test, PAGE in the environment.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { pathToFileURL } from "node:url";

const PAGE = process.env.PAGE;
const load = (path) => import(pathToFileURL(`${PAGE}/${path}`));
const { parseQuantity, quantity } = await load("bench/quantities.js");
const { position, RANGES, STEPS, valueAtPosition } = await load("bench/ranges.js");
const { usualState, usualStimulus, fittingDuration } = await load("bench/usual.js");
const { describe } = await load("bench/words.js");
const { sampleModel } = await load("bench/sampling.js");
const { check, decode, encode, STIMULUS_FIELDS } = await load("share/state.js");
const { fitExponential } = await load("measure/exponential_fit.js");
const { pairSpikes } = await load("measure/spike_pairs.js");
const { obstacle, readAt63 } = await load("measure/time_constant.js");
const { formulaRate, measuredRate } = await load("measure/rate.js");
const { decimate } = await load("scope/decimate.js");
const { fillTime, maxStep, shortestRefractory, tooFast, tooManyPoints } = await load("bench/steps.js");
const solvers = { leaky: (await load("models/leaky.js")).solve, bucket: (await load("models/bucket.js")).solve };
const TEXTS = JSON.parse(readFileSync(`${PAGE}/texts/en.json`, "utf8"));

const fields = (values) => Object.entries(values).map(([name, value]) => ({ name, default: value }));
const MEMBRANE = { resistance: 1e5, capacitance: 1e-7, threshold: 1, reset: 0, leak_potential: 0, refractory: 2e-3 };
const USUAL = usualState({
  neurons: {
    lif: { parameters: fields(MEMBRANE) },
    artificial: { parameters: fields({ function: "sigmoid", weights: [1, -0.5], bias: 0.25 }) },
  },
});
const near = (value, expected, part) => assert.ok(Math.abs(value - expected) <= part * Math.abs(expected), `${value} is not ${expected}`);

test("a quantity is read with prefix, unit, both or neither", () => {
  const read = [
    ["100k", "Ω", 1e5], ["4.7 kΩ", "Ω", 4700], ["4,7kohm", "Ω", 4700], ["2.2MEG", "Ω", 2.2e6], ["1M", "Ω", 1e6], ["33", "Ω", 33],
    ["100n", "F", 1e-7], ["2.2 µF", "F", 2.2e-6], ["47 uF", "F", 4.7e-5], ["10pF", "F", 1e-11], ["1m", "F", 1e-3],
    ["20u", "A", 2e-5], ["−3 µA", "A", -3e-6], ["1e-5", "A", 1e-5], [".5m", "A", 5e-4], ["5 ms", "s", 5e-3], ["2s", "s", 2],
    ["800 mV", "V", 0.8], ["1.2 kHz", "Hz", 1200], ["-0.5", "", -0.5],
  ];
  for (const [text, unit, value] of read) assert.deepEqual(parseQuantity(text, unit), { value }, text);
});

test("what is no quantity of that unit is told as such", () => {
  const wrong = [["", "Ω", "empty"], ["abc", "Ω", "letters"], ["12 quux", "Ω", "letters"], ["5 ms", "Ω", "unit"], ["1..2k", "Ω", "letters"], ["3 V", "A", "unit"], ["5k", "", "letters"]];
  for (const [text, unit, problem] of wrong) assert.equal(parseQuantity(text, unit).problem, problem, text);
  // what is named is what was written, and not a piece of it
  for (const text of ["10 000", "1.000,5"]) assert.deepEqual(parseQuantity(text, "Ω"), { problem: "letters", part: text });
  assert.equal(parseQuantity("4.7 quux", "Ω").part, "quux");
});

test("what is written is read back", () => {
  for (const value of [4700, 1e-7, -2.5e-5, 0, 999.9, 1e6, 0.00123]) {
    near(parseQuantity(quantity(value, "V", 4), "V").value, value, 1e-12);
  }
  assert.equal(quantity(999.9996, "V", 4), "1\u00a0kV");
  assert.equal(quantity(20e-6, "A"), "20\u00a0µA");
});

test("a slider keeps the value it shows, and reaches both ends of its range", () => {
  for (const [name, range] of Object.entries(RANGES)) {
    near(valueAtPosition(range, 0), range.from, 1e-9);
    near(valueAtPosition(range, STEPS), range.to, 1e-9);
    let before = -Infinity;
    for (let at = 0; at <= STEPS; at += 50) {
      const value = valueAtPosition(range, at);
      assert.ok(value >= before, name);
      before = value;
      assert.ok(range.whole || Math.abs(position(range, value) - at) <= 10, `${name} at ${at}`);
    }
  }
});

test("the address brings back the bench it was written from", () => {
  for (const kind of Object.keys(STIMULUS_FIELDS)) {
    const state = {
      ...USUAL, bench: "bucket", parameters: { ...MEMBRANE, resistance: 47e3, reset: -0.2 }, stimulus: usualStimulus(kind, MEMBRANE, 0.1),
      duration: 0.25, cursors: [0.01, 0.05], lesson: "leak", step: 3, challenge: 7,
      artificial: { ...USUAL.artificial, inputs: [0.5, -2], function: "tanh" },
    };
    assert.deepEqual(decode(encode(state, USUAL), USUAL), { state, refused: [] }, kind);
    assert.equal(check(state), null);
  }
  assert.equal(encode(USUAL, USUAL), "v=1&bench=leaky");
});

test("what an address should not say is refused, and the rest is taken", () => {
  const wrong = [
    "resistance=abc", "capacitance=0", "capacitance=-1", "refractory=-1", "duration=Infinity", "bench=hodgkin", "stimulus=step:current=1",
    "stimulus=__proto__:a=1", "stimulus=drawn:times=0;0,currents=1;2", "stimulus=train:current=1,width=2,period=1,onset=0", "weights=1;2;3", "weights=1;1e9", "cursors=1", "lesson=<b>", "challenge=1e3",
  ];
  for (const part of wrong) {
    const { state, refused } = decode(`#${part}&threshold=2`, USUAL);
    assert.deepEqual(refused, [part]);
    assert.deepEqual(state, { ...USUAL, parameters: { ...MEMBRANE, threshold: 2 } });
  }
  assert.deepEqual(decode("threshold=-1", USUAL).state.parameters, MEMBRANE);
  assert.deepEqual(decode("v=2&resistance=1", USUAL), { state: USUAL, refused: ["v=2"] });
  assert.notEqual(check({ ...USUAL, parameters: { ...MEMBRANE, resistance: 0 } }), null);
  assert.notEqual(check({ ...USUAL, stimulus: { kind: "chirp" } }), null);
});

const saying = (patch) => {
  const state = { ...USUAL, ...patch, parameters: { ...MEMBRANE, ...patch.parameters } };
  state.stimulus = patch.stimulus ?? { kind: "step", current: patch.current, onset: patch.onset ?? 0.01 };
  const { resistance, leak_potential, ...rest } = state.parameters;
  const settings = state.bench === "bucket" ? { ...rest, fill_time: 5e-3 } : state.parameters;
  const told = describe(state, solvers[state.bench](settings, state.stimulus, state.duration));
  const text = TEXTS[told.key];
  assert.ok(text, `${told.key} has no text`);
  for (const [, name] of text.matchAll(/\{(\w+)\}/g)) assert.ok(told.values[name] !== undefined && !/NaN|undefined/.test(`${told.values[name]}`), `${told.key}: ${name}`);
  return told;
};

test("what is said of the leaky bucket under a step is what its equation does", () => {
  // the rheobase is 1 V / 100 kΩ = 10 µA, τ 10 ms
  const said = [
    [{ current: 0 }, "silence"], [{ current: -1e-5 }, "negative"], [{ current: 9e-6 }, "never"], [{ current: 1e-5 }, "at"], [{ current: 2e-5 }, "fires"],
    [{ current: 1.001e-5, duration: 0.2 }, "slow"], // ln(1 + 1000) = 6.9 τ
    [{ current: 1.0000001e-5, duration: 0.1 }, "notyet"], // 16 τ
    [{ current: 2e-4 }, "refractory"], // charged in ln(20/19) τ = 0.5 ms
    [{ current: 2e-5, parameters: { refractory: 0 } }, "firesfree"], [{ current: 0, parameters: { leak_potential: 2 } }, "restless"],
  ];
  for (const [patch, key] of said) assert.equal(saying(patch).key, `words.leaky.${key}`, JSON.stringify(patch));
  assert.equal(saying({ current: 2e-5, onset: 0.2 }).key, "words.late");
  const { drive, rheobase } = saying({ current: 9e-6 }).values;
  assert.deepEqual([drive, rheobase], ["900\u00a0mV", "10\u00a0µA"]);
  // τ ln 2 = 6.93 ms and the refractory time
  assert.equal(saying({ current: 2e-5 }).values.period, "8.93\u00a0ms");
});

test("two pulses make the bucket fire however far apart, and the leaky one only when close", () => {
  const pulses = (gap) => ({ kind: "pulses", current: 3.5e-5, width: 2e-3, gap, onset: 0.01 });
  assert.equal(saying({ bench: "bucket", stimulus: pulses(0.03) }).key, "words.bucket.pulses.together");
  assert.equal(saying({ stimulus: pulses(0.03) }).key, "words.leaky.pulses.apart");
  assert.equal(saying({ stimulus: pulses(2e-3) }).key, "words.leaky.pulses.together");
  assert.equal(saying({ stimulus: { ...pulses(2e-3), current: 1e-4 } }).key, "words.leaky.pulses.first");
  assert.equal(saying({ bench: "bucket", stimulus: { ...pulses(0.03), current: 2e-5 } }).key, "words.bucket.pulses.short");
  assert.equal(saying({ stimulus: pulses(0.2) }).key, "words.cut");
});

test("a train fills the bucket pulse by pulse, or each of its pulses does alone", () => {
  // 20 mV, 0.7 V and 20 V a pulse, of 1 V
  const train = (current) => saying({ bench: "bucket", stimulus: { kind: "train", current, width: 2e-3, period: 0.01, onset: 5e-3 } });
  assert.equal(train(1e-6).key, "words.bucket.train.notyet");
  assert.equal(train(3.5e-5).key, "words.bucket.train.fires");
  assert.equal(train(1e-3).key, "words.bucket.train.each");
});

test("every input has something to say on both benches, silent or firing", () => {
  const keys = new Set();
  for (const bench of ["leaky", "bucket"]) {
    for (const kind of Object.keys(STIMULUS_FIELDS)) {
      for (const strength of [0.01, 0.3, 1, 3, 30]) {
        const stimulus = { ...usualStimulus(kind, MEMBRANE, 0.1) };
        for (const name of ["current", "amplitude", "offset", "mean", "sigma"]) if (name in stimulus) stimulus[name] *= strength;
        if (kind === "drawn") stimulus.currents = stimulus.currents.map((current) => current * strength);
        keys.add(saying({ bench, stimulus }).key);
      }
    }
  }
  assert.ok(keys.size >= 20, [...keys].join(" "));
});

test("every text that a module asks for is in the file", () => {
  const modules = readdirSync(PAGE, { recursive: true }).filter((name) => /^(analogy|bench|measure|scope|share)\/.*\.js$/.test(name));
  const asked = modules.flatMap((name) => [...readFileSync(`${PAGE}/${name}`, "utf8").matchAll(/\bt\(\s*"([\w.]+)"/g)].map((match) => match[1]));
  assert.ok(asked.length > 80);
  assert.deepEqual(asked.filter((key) => !Object.hasOwn(TEXTS, key)), []);
});

test("the fit finds the time constant that a curve was made with", () => {
  for (const [tau, span] of [[10e-3, 30e-3], [10e-3, 3e-3], [2e-6, 1e-5], [5, 1]]) {
    const times = Array.from({ length: 400 }, (_, k) => 0.1 + (span * k) / 399);
    const fit = fitExponential(times, times.map((time) => 0.9 - 0.7 * Math.exp(-(time - 0.1) / tau)));
    near(fit.tau, tau, 1e-6);
    near(fit.asymptote, 0.9, 1e-6);
  }
});

test("the fit's error is that of the scatter: two thirds of the fits are within one", () => {
  // sums of twelve digits of √2, √3 …: of variance 1, and the same in every run
  let state = 1;
  const uniform = () => (state = (state * 48271) % 2147483647) / 2147483647;
  const normal = () => Array.from({ length: 12 }, uniform).reduce((sum, u) => sum + u, -6);
  const times = Array.from({ length: 200 }, (_, k) => (0.03 * k) / 199);
  const off = Array.from({ length: 200 }, () => {
    const fit = fitExponential(times, times.map((time) => 1 - Math.exp(-time / 0.01) + 0.01 * normal()));
    return Math.abs(fit.tau - 0.01) / fit.standardError;
  });
  const within = off.filter((ratio) => ratio < 1).length / off.length;
  // 0.683 ± 4·√(0.683·0.317/200)
  assert.ok(Math.abs(within - 0.683) < 0.132, `${within}`);
});

test("a straight line has no time constant, and a bound is given", () => {
  const times = Array.from({ length: 100 }, (_, k) => k * 1e-4);
  const fit = fitExponential(times, times.map((time) => 3 * time));
  assert.equal(fit.problem, "straight");
  assert.ok(fit.atLeast > 0.1);
  assert.equal(fitExponential(times, times.map(() => 1)).problem, "flat");
  assert.equal(fitExponential([0, 1], [0, 1]).problem, "few");
});

test("at 63 % of the way one reads the time constant, a trifle short of it where the end is near", () => {
  const times = Array.from({ length: 2001 }, (_, k) => k * 5e-5);
  const line = { times, values: times.map((time) => 1 - Math.exp(-time / 0.01)) };
  const read = readAt63(line, 0, 0.1);
  near(read.tau, 0.01, 1e-4); // ten τ away the end is 5e-5 short
  assert.ok(read.flat);
  assert.equal(readAt63(line, 0, 0.02).flat, false);
});

test("between spikes and under a steady current alone a time constant can be read", () => {
  const state = { ...USUAL, stimulus: { kind: "step", current: 9e-6, onset: 0.01 } };
  assert.equal(obstacle(state, [], 0.01, 0.06), null);
  assert.equal(obstacle(state, [], 0.005, 0.06).problem, "unsteady");
  assert.equal(obstacle(state, [0.03], 0.01, 0.06).problem, "spike");
  assert.equal(obstacle(state, [0.009], 0.0105, 0.06).problem, "spike"); // refractory until 0.011
  assert.equal(obstacle(state, [], 0.02, 0.02).problem, "narrow");
  assert.equal(obstacle({ ...state, stimulus: usualStimulus("sine", MEMBRANE, 0.1) }, [], 0.01, 0.06).problem, "unsteady");
});

test("spikes are paired with the nearest, and those without a partner stand alone", () => {
  const alone = (circuit, model) => pairSpikes(circuit, model).filter((pair) => pair.circuit === null || pair.model === null);
  assert.equal(alone([1, 2, 3], [1.01, 2.01, 3.01]).length, 0);
  assert.deepEqual(alone([1, 3], [1, 2, 3]), [{ circuit: null, model: 2 }]);
  assert.deepEqual(alone([1, 2, 2.5, 3], [1, 2, 3]), [{ circuit: 2.5, model: null }]);
  assert.deepEqual(alone([1, 2, 2.6, 3], [1, 2, 3]), [{ circuit: 2.6, model: null }]);
  assert.equal(pairSpikes([], []).length, 0);
});

test("a rate is that of the intervals, and its formula that of the equation", () => {
  assert.equal(measuredRate([]), 0);
  assert.equal(measuredRate([0.5]), null);
  near(measuredRate([0.1, 0.2, 0.3]), 10, 1e-12);
  near(formulaRate(USUAL, 2e-5), 1 / (2e-3 + 1e-2 * Math.LN2), 1e-12);
  assert.equal(formulaRate(USUAL, 0.999e-5), 0);
  near(formulaRate({ ...USUAL, bench: "bucket" }, 2e-5), 1 / (2e-3 + 5e-3), 1e-12);
});

test("a thinned line keeps every peak", () => {
  const times = Array.from({ length: 10_000 }, (_, k) => k);
  const values = times.map((time) => (time % 977 === 0 ? 1 : 0));
  const thin = decimate(times, values, 200);
  assert.ok(thin.times.length <= 800);
  assert.deepEqual(thin.times.filter((_, k) => thin.values[k] === 1), times.filter((_, k) => values[k] === 1));
  assert.ok(thin.times.every((time, k) => k === 0 || time > thin.times[k - 1]));
});

test("the model's points hold each spike's edge", () => {
  const model = solvers.leaky(MEMBRANE, USUAL.stimulus, 0.1);
  assert.ok(model.spikes.length > 5);
  const { times, values } = sampleModel(model, USUAL.stimulus, 2e-3, 0.1);
  for (const spike of model.spikes) {
    const at = times.indexOf(spike);
    assert.equal(values[at], 0);
    assert.ok(values[at - 1] > 0.999);
  }
});

test("the fitting time shows some spikes and the whole of an input", () => {
  for (const kind of Object.keys(STIMULUS_FIELDS)) {
    const stimulus = usualStimulus(kind, MEMBRANE, 0.1);
    const duration = fittingDuration({ ...USUAL, stimulus });
    // the pulses end at 19 ms, the train runs for 0.1 s, and ten spikes take 0.09 s
    assert.ok(duration > 0.02 && duration <= 1, `${kind}: ${duration}`);
  }
});

test("a run is refused by its length or by its spikes, and not before", () => {
  assert.equal(tooManyPoints(USUAL, 10), null);
  // 120 steps a time constant of 10 ms, and 100,000 points
  assert.equal(tooManyPoints({ ...USUAL, duration: 8 }, 0), null);
  assert.equal(tooManyPoints({ ...USUAL, duration: 9 }, 0).code, "circuit.toolong.leaky");
  assert.equal(tooManyPoints({ ...USUAL, bench: "bucket", duration: 9 }, 0).code, "circuit.toolong.bucket");
  assert.equal(tooManyPoints(USUAL, 1000).code, "circuit.toomany");
  assert.equal(tooManyPoints({ ...USUAL, bench: "artificial", duration: 9 }, 0), null);
  for (const code of ["circuit.toolong.leaky", "circuit.toolong.bucket", "circuit.toomany"]) assert.ok(TEXTS[code]);
});

test("the bucket is built for its strongest input, and its steps are short beside it", () => {
  // 100 nF · 1 V / 20 µA
  near(fillTime(USUAL), 5e-3, 1e-12);
  assert.ok(maxStep({ ...USUAL, bench: "bucket" }) <= 5e-3 / 100);
  assert.equal(fillTime({ ...USUAL, stimulus: { kind: "step", current: 0, onset: 0 } }), USUAL.duration);
  near(shortestRefractory(USUAL), 1.2e-7, 1e-12);
});

test("what a circuit has no time for is told, and nothing else is", () => {
  // τ·1.2e-5 = 120 ns; from 0 to 1 V at 1 A in 100 ns, at 1 mA in 100 µs
  const with_ = (patch, current) => {
    const parameters = { ...MEMBRANE, ...patch };
    const stimulus = { kind: "step", current, onset: 0 };
    return tooFast({ ...USUAL, parameters, stimulus }, solvers.leaky(parameters, stimulus, 0.1).spikes)?.key ?? null;
  };
  assert.equal(with_({}, 1e-3), null);
  assert.equal(with_({}, 1), "agreement.fast");
  assert.equal(with_({ refractory: 1e-7 }, 1e-3), "agreement.reset");
  for (const key of ["agreement.fast", "agreement.reset"]) assert.ok(TEXTS[key]);
});
