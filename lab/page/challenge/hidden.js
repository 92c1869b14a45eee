/** The neuron that a seed hides: parts as they are sold, the same for all who have the seed. Pure. */

import { uniforms } from "../models/stimuli.js";

const OHMS = [47e3, 56e3, 68e3, 82e3, 100e3, 120e3, 150e3, 180e3, 220e3]; // E12
const FARADS = [33e-9, 47e-9, 68e-9, 100e-9, 150e-9]; // E6 and two of E12
const VOLTS = [0.5, 0.6, 0.7, 0.8, 0.9, 1.1, 1.2, 1.3, 1.4, 1.5]; // not the usual 1 V
const SECONDS = [1.2e-3, 1.5e-3, 1.8e-3, 2.2e-3, 2.7e-3, 3.3e-3, 3.9e-3, 4.7e-3]; // E12

/**
 * It rests at 0 V and is reset to 0 V, which the learner is told.
 * @param {number} seed a whole number
 * @returns {import("../share/state.js").Membrane}
 */
export function hiddenNeuron(seed) {
  const uniform = uniforms(seed);
  const one = (/** @type {number[]} */ list) => list[Math.floor(uniform() * list.length)];
  return { resistance: one(OHMS), capacitance: one(FARADS), threshold: one(VOLTS), reset: 0, leak_potential: 0, refractory: one(SECONDS) };
}
