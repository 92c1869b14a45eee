// The thread that ngspice runs in, so that the page stays alive.
//
// in   {id, deck}
// out  {ready: true} once; then for each deck {id, vectors, spikes, seconds} or {id, refused: lines};
//      {failed: message} where this worker is of no more use

import { Simulation } from "../vendor/eecircuit-engine.js";
import { EngineError, rises, startNgspice } from "./simulation.js";

// the engine puts all that ngspice says there, sound runs too; what matters comes back as refused
console.error = () => {};

const engine = startNgspice(Simulation);

// ngspice that ends itself, or runs into the wall of its memory, rejects a promise of the engine's own
onunhandledrejection = (event) => {
  event.preventDefault();
  postMessage({ failed: String(event.reason) });
};

engine.then(() => postMessage({ ready: true }));

onmessage = async ({ data: { id, deck } }) => {
  try {
    const { vectors, seconds } = await (await engine).run(deck);
    const spikes = vectors.spike ? rises(vectors.time, vectors.spike) : new Float64Array();
    const buffers = [...Object.values(vectors), spikes].map((vector) => vector.buffer);
    postMessage({ id, vectors, spikes, seconds }, buffers);
  } catch (error) {
    if (!(error instanceof EngineError)) throw error; // WebAssembly is no longer sound
    postMessage({ id, refused: error.lines });
  }
};
