/** Files that the page makes: handed to the browser's own download. */

import { valueAt } from "../scope/scope_line.js";

/**
 * @param {string} name
 * @param {Blob | string} content
 */
export function download(name, content) {
  const address = URL.createObjectURL(content instanceof Blob ? content : new Blob([content], { type: "text/plain;charset=utf-8" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

/**
 * Rows as comma-separated values; every cell is a number or a plain word of ours.
 * @param {string[]} header
 * @param {(string | number | null)[][]} rows null is an empty cell
 */
export const csv = (header, rows) => [header, ...rows].map((row) => row.map((cell) => cell ?? "").join(",")).join("\n") + "\n";

/**
 * The waveforms at the circuit's own time points, or at the model's where there is no circuit.
 * @param {import("../bench/session.js").Outcome} outcome of a bench that has a time
 * @param {boolean} artificial whether the axis is the first input instead of time
 */
export function waveformsCsv({ circuit, stale, modelLine, stimulusLine, model }, artificial) {
  const run = circuit && !stale ? circuit.line : null;
  const axis = Array.from((run ?? /** @type {any} */ (modelLine)).times, Number);
  const modelled = model ? model.voltageAt(Float64Array.from(axis)) : axis.map((x) => valueAt(/** @type {any} */ (modelLine), x));
  const rows = axis.map((x, k) => [x, ...(stimulusLine ? [valueAt(stimulusLine, x)] : []), run ? run.values[k] : null, modelled[k]]);
  return csv(artificial ? ["input", "circuit_output", "model_output"] : ["time_s", "current_A", "circuit_V", "model_V"], rows);
}

/**
 * @param {{circuit: number | null, model: number | null}[]} pairs seconds
 */
export const spikesCsv = (pairs) =>
  csv(["circuit_s", "model_s", "difference_s"], pairs.map(({ circuit, model }) => [circuit, model, circuit === null || model === null ? null : circuit - model]));

/** @param {readonly {current: number, rate: number, source: string}[]} points */
export const fiCsv = (points) => csv(["current_A", "rate_Hz", "measured_on"], points.map(({ current, rate, source }) => [current, rate, source]));
