// The page's circuit: asks the worker for runs, the newest first, and replaces a worker that fails.

const DEADLINE = 20; // s, of a run where none is given
const PATIENCE = 3; // s that a run may still take when a newer one waits
const LOADING = 60; // s for 6 MB over a slow line
const MOST_FAILED_STARTS = 3;
const RUNS_OF_A_WORKER = 250; // each leaves 20 kB behind in ngspice's memory, which never shrinks

/**
 * Why a run has no result. `code` is "replaced" (a newer one was asked for), "refused" (ngspice
 * says why in `lines`), "deadline", "crashed", "stopped", or, where there is no circuit at all,
 * "no-webassembly", "no-worker", "not-loaded".
 */
export class CircuitError extends Error {
  constructor(code, lines = []) {
    super(lines.length ? `${code}: ${lines.join("; ")}` : code);
    this.name = "CircuitError";
    this.code = code;
    this.lines = lines;
  }
}

/**
 * @typedef {object} CircuitRun
 * @property {Float64Array} time seconds, the solver's own uneven axis
 * @property {Float64Array} mem volts, membrane
 * @property {Float64Array} spike volts, the pulse
 * @property {Float64Array} spikes seconds, where the pulse rises through 0.5 V
 * @property {Object<string, Float64Array>} vectors all that was saved, by node, and time
 * @property {number} seconds that ngspice took
 */

/**
 * ngspice in a worker. Its `state` is "loading", "ready", "running" or "broken"; each change is an
 * event "state" of detail {state, reason}, where reason is the code of what broke it, or null.
 */
export class Circuit extends EventTarget {
  #makeWorker;
  #runsOfAWorker;
  #worker = null;
  #successor = null;
  #runs = 0;
  #failedStarts = 0;
  #current = null;
  #waiting = null;
  #timer = null;
  #state = "loading";
  #reason = null;
  #id = 0;

  /**
   * @param {object} [options]
   * @param {() => Worker} [options.makeWorker]
   * @param {number} [options.runsOfAWorker] after which a new one is made, and takes over once it is
   *   there and nothing runs
   */
  constructor({ makeWorker = newWorker, runsOfAWorker = RUNS_OF_A_WORKER } = {}) {
    super();
    this.#makeWorker = makeWorker;
    this.#runsOfAWorker = runsOfAWorker;
  }

  get state() {
    return this.#state;
  }

  /** The code of what broke it, or null. */
  get reason() {
    return this.#reason;
  }

  /** Load ngspice; again, where it was broken. */
  start() {
    if (this.#worker !== null) return;
    this.#failedStarts = 0;
    this.#open();
  }

  /**
   * Run a deck. One runs and one waits at a time: a run asked for replaces the one that waits.
   *
   * @param {string} deck
   * @param {{deadline?: number}} [options] seconds
   * @returns {Promise<CircuitRun>} rejected with a CircuitError
   */
  run(deck, { deadline = DEADLINE } = {}) {
    return new Promise((resolve, reject) => {
      if (this.#state === "broken") {
        reject(new CircuitError(this.#reason));
        return;
      }
      this.#waiting?.reject(new CircuitError("replaced"));
      this.#id += 1;
      this.#waiting = { id: this.#id, deck, deadline, resolve, reject };
      if (this.#current) this.#setTimer(Math.min(PATIENCE, this.#current.deadline));
      this.#next();
    });
  }

  /** End the worker; what runs and waits is rejected. */
  stop() {
    this.#close();
    for (const each of [this.#current, this.#waiting]) each?.reject(new CircuitError("stopped"));
    this.#current = this.#waiting = null;
    this.#become("loading");
  }

  #open() {
    const missing = whatIsMissing(this.#makeWorker);
    if (missing) {
      this.#break(missing);
      return;
    }
    this.#become("loading");
    try {
      this.#adopt(this.#makeWorker());
    } catch {
      this.#break("no-worker");
      return;
    }
    this.#setTimer(LOADING);
  }

  #adopt(worker) {
    this.#worker = worker;
    this.#runs = 0;
    worker.onmessage = ({ data }) => {
      if (worker === this.#worker) this.#hear(data);
    };
    worker.onerror = worker.onmessageerror = (event) => {
      event.preventDefault?.();
      if (worker === this.#worker) this.#fail("crashed");
    };
  }

  #close() {
    clearTimeout(this.#timer);
    this.#worker?.terminate();
    this.#successor?.worker.terminate();
    this.#worker = this.#successor = null;
  }

  // the worker serves on while the one after it loads
  #prepare() {
    const worker = this.#makeWorker();
    const successor = { worker, ready: false };
    this.#successor = successor;
    const giveUp = (event) => {
      event.preventDefault?.();
      worker.terminate();
      this.#successor = null;
      this.#runs = 0; // another try after as many runs again
    };
    worker.onerror = giveUp;
    worker.onmessage = ({ data }) => {
      if (successor !== this.#successor) return;
      if (data.failed === undefined) {
        successor.ready = true;
        this.#succeed();
      } else giveUp({});
    };
  }

  #succeed() {
    if (!this.#successor?.ready || this.#current !== null) return;
    this.#worker.terminate();
    this.#adopt(this.#successor.worker);
    this.#successor = null;
  }

  #hear(message) {
    if (message.failed !== undefined) {
      this.#fail("crashed");
      return;
    }
    clearTimeout(this.#timer);
    this.#failedStarts = 0;
    const done = this.#current;
    this.#current = null;
    if (done !== null && message.id === done.id) {
      this.#runs += 1;
      if (message.refused) done.reject(new CircuitError("refused", message.refused));
      else done.resolve(result(message));
    }
    if (this.#runs >= this.#runsOfAWorker && this.#successor === null) this.#prepare();
    this.#succeed();
    this.#become("ready");
    this.#next();
  }

  #next() {
    if (this.#state !== "ready" || this.#waiting === null) return;
    this.#current = this.#waiting;
    this.#waiting = null;
    this.#become("running");
    this.#setTimer(this.#current.deadline);
    this.#worker.postMessage({ id: this.#current.id, deck: this.#current.deck });
  }

  #setTimer(seconds) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#fail("deadline"), 1000 * seconds);
  }

  // the worker did not answer, or not in time
  #fail(code) {
    this.#close();
    const lost = this.#current;
    this.#current = null;
    if (lost === null) this.#failedStarts += 1;
    else lost.reject(new CircuitError(code));
    if (this.#failedStarts >= MOST_FAILED_STARTS) this.#break("not-loaded");
    else this.#open();
  }

  #break(reason) {
    this.#close();
    this.#reason = reason;
    const waiting = this.#waiting;
    this.#waiting = null;
    this.#become("broken");
    waiting?.reject(new CircuitError(reason));
  }

  #become(state) {
    if (state !== "broken") this.#reason = null;
    if (state === this.#state && state !== "broken") return;
    this.#state = state;
    const detail = { state, reason: this.#reason };
    this.dispatchEvent(new CustomEvent("state", { detail }));
  }
}

function newWorker() {
  return new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
}

function whatIsMissing(makeWorker) {
  if (typeof WebAssembly === "undefined") return "no-webassembly";
  if (makeWorker === newWorker && typeof Worker === "undefined") return "no-worker";
  return null;
}

function result({ vectors, spikes, seconds }) {
  const { time, mem = null, spike = null } = vectors;
  return { time, mem, spike, spikes, vectors, seconds };
}
