// The page's side of the circuit, with a worker that does as it is told: node --test, PAGE in the
// environment.

import assert from "node:assert/strict";
import { test } from "node:test";
import { pathToFileURL } from "node:url";

const { Circuit } = await import(pathToFileURL(`${process.env.PAGE}/engine/client.js`));

/** A worker that waits for the test to answer. */
class FakeWorker {
  asked = [];
  ended = false;
  postMessage(message) {
    this.asked.push(message);
  }
  terminate() {
    this.ended = true;
  }
  say(data) {
    this.onmessage({ data });
  }
  answer() {
    const { id, deck } = this.asked.at(-1);
    const vectors = { time: Float64Array.of(0, 1), mem: Float64Array.of(0, 0.5) };
    this.say({ id, vectors, spikes: Float64Array.of(deck.length), seconds: 0.1 });
  }
}

function started(options = {}) {
  const workers = [];
  const makeWorker = () => {
    workers.push(new FakeWorker());
    return workers.at(-1);
  };
  const circuit = new Circuit({ makeWorker, ...options });
  const states = [];
  circuit.addEventListener("state", ({ detail }) => states.push(detail.state));
  circuit.start();
  return { circuit, workers, states };
}

const codeOf = (promise) => promise.then(() => "done", (error) => error.code);

test("a run asked for while it loads runs once it is there", async () => {
  const { circuit, workers, states } = started();
  assert.equal(circuit.state, "loading");
  const run = circuit.run("abc");
  assert.equal(workers[0].asked.length, 0);
  workers[0].say({ ready: true });
  assert.equal(circuit.state, "running");
  workers[0].answer();
  const { time, mem, spikes } = await run;
  assert.deepEqual([...time, ...mem, ...spikes], [0, 1, 0, 0.5, 3]);
  assert.deepEqual(states, ["ready", "running", "ready"]);
  circuit.stop();
});

test("the newest of those that wait wins, and the one under way ends", async () => {
  const { circuit, workers } = started();
  workers[0].say({ ready: true });
  const [first, second, third] = ["a", "bb", "ccc"].map((deck) => circuit.run(deck));
  const replaced = codeOf(second);
  workers[0].answer();
  assert.equal((await first).spikes[0], 1);
  assert.equal(await replaced, "replaced");
  assert.deepEqual(workers[0].asked.map(({ deck }) => deck), ["a", "ccc"]);
  workers[0].answer();
  assert.equal((await third).spikes[0], 3);
  circuit.stop();
});

test("a run past its deadline fails, and a new worker takes the next one", async () => {
  const { circuit, workers } = started();
  workers[0].say({ ready: true });
  const stalled = codeOf(circuit.run("slow", { deadline: 0.01 }));
  const next = circuit.run("next");
  assert.equal(await stalled, "deadline");
  assert.equal(workers[0].ended, true);
  assert.equal(circuit.state, "loading");
  workers[1].say({ ready: true });
  workers[1].answer();
  assert.equal((await next).spikes[0], 4);
  // an answer that comes after all is of a worker that is gone
  workers[0].answer();
  assert.equal(circuit.state, "ready");
  circuit.stop();
});

test("a worker that crashes is replaced, and its run is told", async () => {
  const { circuit, workers } = started();
  workers[0].say({ ready: true });
  const lost = codeOf(circuit.run("a"));
  workers[0].onerror({});
  assert.equal(await lost, "crashed");
  assert.equal(workers.length, 2);
  circuit.stop();
});

test("what ngspice refuses is told with its lines, and the worker stays", async () => {
  const { circuit, workers } = started();
  workers[0].say({ ready: true });
  const refused = circuit.run("bad").catch((error) => [error.code, error.lines]);
  workers[0].say({ id: workers[0].asked[0].id, refused: ["no such part"] });
  assert.deepEqual(await refused, ["refused", ["no such part"]]);
  assert.equal(workers.length, 1);
  assert.equal(circuit.state, "ready");
  circuit.stop();
});

test("a circuit that cannot be loaded three times is broken, and start tries again", async () => {
  const { circuit, workers, states } = started();
  const waiting = codeOf(circuit.run("a"));
  for (let k = 0; k < 3; k += 1) workers[k].say({ failed: "no memory" });
  assert.equal(circuit.state, "broken");
  assert.equal(circuit.reason, "not-loaded");
  assert.equal(await waiting, "not-loaded");
  assert.equal(await codeOf(circuit.run("b")), "not-loaded");
  assert.deepEqual(states, ["broken"]);
  circuit.start();
  workers[3].say({ ready: true });
  assert.equal(circuit.state, "ready");
  assert.equal(circuit.reason, null);
  circuit.stop();
});

test("without WebAssembly it is broken at once and says why", async () => {
  const { WebAssembly } = globalThis;
  delete globalThis.WebAssembly;
  try {
    const { circuit, workers } = started();
    assert.equal(circuit.state, "broken");
    assert.equal(circuit.reason, "no-webassembly");
    assert.equal(await codeOf(circuit.run("a")), "no-webassembly");
    assert.equal(workers.length, 0);
  } finally {
    globalThis.WebAssembly = WebAssembly;
  }
});

test("after its share of runs a worker serves on until a new one is there", async () => {
  const { circuit, workers, states } = started({ runsOfAWorker: 2 });
  workers[0].say({ ready: true });
  for (let k = 0; k < 3; k += 1) {
    const run = circuit.run("a");
    workers[0].answer();
    await run;
  }
  assert.equal(workers.length, 2);
  // not amid a run
  const run = circuit.run("b");
  workers[1].say({ ready: true });
  assert.equal(workers[0].ended, false);
  workers[0].answer();
  await run;
  assert.deepEqual(workers.map(({ ended }) => ended), [true, false]);
  assert.equal(states.filter((state) => state === "loading").length, 0);
  const last = circuit.run("cc");
  workers[1].answer();
  assert.equal((await last).spikes[0], 2);
  circuit.stop();
  assert.equal(workers[1].ended, true);
});

test("a new worker that cannot be had leaves the old one at work", async () => {
  const { circuit, workers } = started({ runsOfAWorker: 1 });
  workers[0].say({ ready: true });
  for (let k = 0; k < 2; k += 1) {
    const run = circuit.run("a");
    workers[0].answer();
    await run;
    workers.at(-1).say({ failed: "no memory" });
  }
  assert.deepEqual(workers.map(({ ended }) => ended), [false, true, true]);
  assert.equal(circuit.state, "ready");
  circuit.stop();
});

test("stopped, it rejects what runs and what waits", async () => {
  const { circuit, workers } = started();
  workers[0].say({ ready: true });
  const codes = ["a", "b"].map((deck) => codeOf(circuit.run(deck)));
  circuit.stop();
  assert.deepEqual(await Promise.all(codes), ["stopped", "stopped"]);
  assert.equal(workers[0].ended, true);
});
