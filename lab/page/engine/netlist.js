// From a bench's state to the text of a deck: the catalogue's netlists, one instance, its sources. What
// Python's circuits/bench.render writes, in the same order; pure.

import { ParameterError, requirePositive } from "../models/errors.js";
import { corners, requireDrive } from "../models/stimuli.js";

const MEMBRANE = "mem";
const PULSE = "spike";
const INPUTS = ["x1", "x2", "x3"];
const OUTPUT = "y";
const SWEEP = 1e-3; // s: nothing in a circuit without memory takes time, so it is only a label

/**
 * Return the deck of a neuron that spikes.
 *
 * @param {object} catalogue data/catalogue.json
 * @param {string} name of the neuron there: "lif", "if"
 * @param {object} parameters by name, SI units
 * @param {object} stimulus see models/stimuli.js
 * @param {number} duration seconds
 * @param {number} maxStep seconds, the solver's longest time step
 * @param {object | null} [parts] the figures of real parts by name, for the circuit that is built of them
 * @returns {string} it runs in plain `ngspice -b` too
 */
export function deck(catalogue, name, parameters, stimulus, duration, maxStep, parts = null) {
  const entry = catalogue.neurons[name];
  if (!entry?.subcircuit) throw new ParameterError("kind", "neuron", name);
  requireDrive(stimulus, duration);
  requirePositive("max_step", maxStep);
  const built = parts === null ? entry : entry.real;
  if (!built) throw new ParameterError("kind", "parts", name);
  return assembled({
    title: `${built.subcircuit} neuron under a ${stimulus.kind} stimulus`,
    definitions: Object.values(built.netlist_files),
    subcircuit: built.subcircuit,
    nodes: [MEMBRANE, PULSE],
    parameters: {
      ...Object.fromEntries(entry.parameters.map((p) => [p.name, parameters[p.name]])),
      ...parts,
    },
    options: built.options,
    sources: [`Istimulus 0 ${MEMBRANE} ${waveform(stimulus, duration)}`],
    save: [MEMBRANE, PULSE],
    duration,
    maxStep,
  });
}

/**
 * Return the deck that sweeps one input of the artificial neuron on a straight line, while the
 * others stay: its time is only a label, as nothing in it has a memory.
 *
 * @param {object} catalogue data/catalogue.json
 * @param {object} parameters of the artificial neuron, by name
 * @param {number[]} inputs plain numbers; that which sweeps is not looked at
 * @param {{input: number, from: number, to: number}} sweep which input, and between what
 * @param {number} points how many, about
 */
export function transferDeck(catalogue, parameters, inputs, sweep, points = 200) {
  const entry = catalogue.neurons.artificial;
  const shape = entry.functions[parameters.function];
  if (shape === undefined) throw new ParameterError("function", "function", parameters.function);
  const { unit, supply, weights, bias } = parameters;
  const volts = INPUTS.map((node, k) =>
    k === sweep.input
      ? `V${node} ${node} 0 PWL(0 ${unit * sweep.from} ${SWEEP} ${unit * sweep.to})`
      : `V${node} ${node} 0 DC ${unit * (inputs[k] ?? 0)}`,
  );
  const scaled = Object.fromEntries(INPUTS.map((_, k) => [`w${k + 1}`, weights[k] ?? 0]));
  return assembled({
    title: `${shape.subcircuit}, without memory`,
    definitions: shape.files.map((file) => entry.netlist_files[file]),
    subcircuit: shape.subcircuit,
    nodes: [...INPUTS, OUTPUT],
    parameters: { ...scaled, bias, unit, supply },
    sources: volts,
    save: [...INPUTS, OUTPUT],
    duration: SWEEP,
    maxStep: SWEEP / points,
  });
}

function assembled(parts) {
  const { title, definitions, subcircuit, nodes, parameters, sources, save, duration, maxStep } =
    parts;
  const options = Object.entries(parts.options ?? {}).map(([name, value]) => ` ${name}=${value}`);
  const settings = Object.entries(parameters).map((pair) => `${pair[0]}=${number(...pair)}`);
  return [
    `.title ${title}`,
    ...definitions.map((text) => text.trimEnd()),
    `Xneuron ${[...nodes, subcircuit, ...settings].join(" ")}`,
    ...sources,
    ...(options.length ? [`.options${options.join("")}`] : []),
    `.save ${save.map((node) => `v(${node})`).join(" ")}`,
    `.tran ${maxStep} ${duration} 0 ${maxStep} uic`,
    ".end",
    "",
  ].join("\n");
}

function waveform(stimulus, duration) {
  if (stimulus.kind === "sine") {
    const { offset, amplitude, frequency } = stimulus;
    return `SIN(${offset} ${amplitude} ${frequency} 0 0 0)`;
  }
  const { times, currents } = corners(stimulus, duration);
  const pairs = Array.from(times, (time, k) => `${time} ${currents[k]}`);
  return `PWL(${pairs.join(" ")})`; // on one line: ngspice takes n² to join n continuation lines
}

// JavaScript writes the shortest decimal that reads back exactly, and SPICE reads its exponents
function number(name, value) {
  if (typeof value !== "number" || !Number.isFinite(value)) {
    throw new ParameterError("number", name, value);
  }
  return String(value);
}
