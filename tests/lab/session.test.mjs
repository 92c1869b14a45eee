// What the bench shows of runs that come late: node --test, PAGE in the environment.

import assert from "node:assert/strict";
import { test } from "node:test";
import { pathToFileURL } from "node:url";

const load = (path) => import(pathToFileURL(`${process.env.PAGE}/${path}`));
const { createSession } = await load("bench/session.js");
const { usualState } = await load("bench/usual.js");
const { createStore } = await load("store.js");

const fields = (values) => Object.entries(values).map(([name, value]) => ({ name, default: value }));
const MEMBRANE = { resistance: 1e5, capacitance: 1e-7, threshold: 1, reset: 0, leak_potential: 0, refractory: 2e-3 };
const CATALOGUE = {
  neurons: {
    lif: { parameters: fields(MEMBRANE), netlist_files: { "lif.cir": "" }, subcircuit: "lif" },
    artificial: { parameters: fields({ function: "sigmoid", weights: [1, -0.5], bias: 0.25 }) },
  },
};
const RUN = { time: Float64Array.of(0, 1), mem: Float64Array.of(0, 0.5), spikes: new Float64Array(), seconds: 0.1 };

/** A bench with a circuit that answers when it is told to. */
function bench() {
  const waiting = [];
  const circuit = Object.assign(new EventTarget(), { state: "ready", run: () => new Promise((resolve) => waiting.push(resolve)) });
  const store = createStore(usualState(CATALOGUE));
  return { store, session: createSession(CATALOGUE, circuit, store), answer: async () => {
    waiting.shift()(RUN);
    await new Promise((resolve) => setImmediate(resolve));
  } };
}

test("amid a drag the run of a moment ago is shown, and said to be stale", async () => {
  const { store, session, answer } = bench();
  store.set({ duration: 0.2 });
  await answer();
  assert.equal(session.outcome.get().circuit.line.values, RUN.mem);
  assert.equal(session.outcome.get().stale, true);
  await answer();
  assert.equal(session.outcome.get().stale, false);
});

test("a run of the bench that comes after a neuron was hidden is not shown in its place", async () => {
  const { session, answer } = bench();
  session.conceal({ parameters: MEMBRANE, spikesOnly: false });
  await answer();
  assert.equal(session.outcome.get().circuit, null);
  assert.equal(session.outcome.get().circuitState, "held");
  void session.experiment();
  await answer();
  assert.equal(session.outcome.get().circuit.line.values, RUN.mem);
});
