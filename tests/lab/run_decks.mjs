// Writes decks by the page's netlist.js and runs them by its engine: node run_decks.mjs BUILT FILE
// FILE is a JSON list of {neuron, parameters, stimulus, duration, maxStep, parts?}, or of {parameters, inputs,
// sweep} for the artificial neuron, or of {deck}. Prints a list of {deck, points, vectors, spikes}, or
// {deck, refused}; of the vectors the last values.

import { readFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";

const [built, file] = process.argv.slice(2);
const load = (path) => import(pathToFileURL(`${built}/${path}`));
// Node fetches no files, which is how the engine asks for its WebAssembly
globalThis.fetch = async (path) =>
  new Response(await readFile(path), { headers: { "Content-Type": "application/wasm" } });
console.error = () => {};

const { deck, transferDeck } = await load("engine/netlist.js");
const { EngineError, rises, startNgspice } = await load("engine/simulation.js");
const { Simulation } = await load("vendor/eecircuit-engine.js");
const catalogue = JSON.parse(await readFile(`${built}/data/catalogue.json`, "utf8"));

function textOf(each) {
  if (each.deck) return each.deck;
  const { neuron, parameters, stimulus, duration, maxStep, parts, inputs, sweep } = each;
  if (sweep) return transferDeck(catalogue, parameters, inputs, sweep);
  return deck(catalogue, neuron, parameters, stimulus, duration, maxStep, parts);
}

const ngspice = await startNgspice(Simulation);
const answers = [];
for (const each of JSON.parse(await readFile(file, "utf8"))) {
  const text = textOf(each);
  try {
    const { vectors } = await ngspice.run(text);
    const { time, spike } = vectors;
    const values = each.sweep ? vectors : {};
    answers.push({
      deck: text,
      points: time.length,
      spikes: spike ? Array.from(rises(time, spike)) : [],
      vectors: Object.fromEntries(
        Object.entries(values).map(([name, vector]) => [name, Array.from(vector)]),
      ),
    });
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    answers.push({ deck: text, refused: error.lines });
  }
}
console.log(JSON.stringify(answers));
