// Solves the cases of a JSON file by the page's models: node solve_vectors.mjs PAGE FILE
// Prints a list of {spikes, voltages}, or of {times, currents} where a case asks for corners alone.

import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [page, file] = process.argv.slice(2);
const load = (path) => import(pathToFileURL(`${page}/models/${path}.js`));
const models = { lif: await load("leaky"), if: await load("bucket") };
const { corners } = await load("stimuli");

const answers = JSON.parse(readFileSync(file, "utf8")).map((each) => {
  const { neuron, parameters, stimulus, duration, times } = each;
  if (neuron === null) {
    const found = corners(stimulus, duration);
    return { times: Array.from(found.times), currents: Array.from(found.currents) };
  }
  const { spikes, voltageAt } = models[neuron].solve(parameters, stimulus, duration);
  return { spikes: Array.from(spikes), voltages: Array.from(voltageAt(Float64Array.from(times))) };
});
console.log(JSON.stringify(answers));
