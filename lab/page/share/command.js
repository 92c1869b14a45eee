/** What the bench is in Python: the exact command, and the stimulus as a file where it needs one. */

import { fillTime, neuronOf } from "../bench/steps.js";
import { corners, EDGE } from "../models/stimuli.js";

/**
 * @typedef {import("./state.js").BenchState} BenchState
 * @typedef {import("./state.js").Stimulus} Stimulus
 */

export const CURRENT_FILE = "current.csv";

/**
 * @param {BenchState} state
 * @returns {{command: string, file: string | null}} for a shell; the text of current.csv, if it takes one
 */
export function pythonCommand(state) {
  if (state.bench === "artificial") {
    const { function: shape, weights, bias } = state.artificial;
    return { command: `spiketwin compare artificial -p function=${shape} -p weights=${weights.join(",")} -p bias=${bias} --out report`, file: null };
  }
  const { resistance: _R, leak_potential: _E, ...common } = state.parameters;
  const settings = state.bench === "bucket" ? { ...common, fill_time: fillTime(state) } : state.parameters;
  const typed = Object.entries(settings).map(([name, value]) => `-p ${name}=${value}`);
  const stimulus = stimulusOption(state.stimulus);
  return {
    command: [`spiketwin compare ${neuronOf(state)}`, ...realParts(state), ...typed, `--stimulus '${stimulus ?? `pwl:file=${CURRENT_FILE}`}'`, `--duration ${state.duration}`, "--out report"].join(" "),
    file: stimulus === null ? currentCsv(state) : null,
  };
}

/** @param {BenchState} state @returns {string[]} */
const realParts = ({ bench, parts }) =>
  bench === "leaky" && parts ? ["--level macro", ...Object.entries(parts).map(([name, value]) => `--part ${name}=${value}`)] : [];

/** @param {Stimulus} stimulus @returns {string | null} null where Python has it from a file only */
function stimulusOption(stimulus) {
  const { current, width, gap, period, onset } = stimulus;
  switch (stimulus.kind) {
    case "step":
      return `step:current=${current},onset=${onset}`;
    case "pulses": {
      // edge by edge: Python's pulses go on for ever
      const second = onset + width + 2 * EDGE + gap;
      const edges = [[current, onset], [-current, onset + EDGE + width], [current, second], [-current, second + EDGE + width]];
      return edges.map(([jump, at]) => `step:current=${jump},onset=${at}`).join(" + ");
    }
    case "train":
      return `pulses:current=${current},width=${width},period=${period},onset=${onset}`;
    case "sine":
      return `sine:amplitude=${stimulus.amplitude},offset=${stimulus.offset},frequency=${stimulus.frequency}`;
    default:
      return null;
  }
}

/** The current's corners as a file that `pwl:file=` reads. @param {BenchState} state */
function currentCsv({ stimulus, duration }) {
  const { times, currents } = corners(stimulus, duration);
  return ["time,current", ...Array.from(times, (time, k) => `${time},${currents[k]}`), ""].join("\n");
}
