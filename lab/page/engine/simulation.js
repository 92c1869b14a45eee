// ngspice, as WebAssembly, behind one function: a deck's text in, waveforms out. For the worker of the
// page and for tests in Node alike.
//
// The package eecircuit-engine feeds ngspice commands and hands back out.raw. Left alone it parses that
// file twice, number by number, hands back an old one where a run failed, and never forgets a circuit.
// So the commands are ours, our results go to a file of ours, and what it parses is a file without points.

const RESULT = "/spiketwin.raw";
const NOTHING =
  "Title: none\nFlags: real\nNo. Variables: 1\nNo. Points: 0\nVariables:\n\t0\ttime\ttime\nBinary:\n";
const COMMANDS = [
  " ",
  "source test.cir",
  "run",
  `write ${RESULT}`,
  // without these two every run takes longer than the one before, and more memory
  "destroy all",
  "remcirc",
];
// beside what ngspice says on stderr of a sound run
const HARMLESS = /^\s*$|^(note|warning)\b|^Using SPARSE|^Doing analysis|spinit/i;

/** ngspice would not run a deck, or not to its end; `lines` are what it said. */
export class EngineError extends Error {
  constructor(lines) {
    super(lines.join("; ") || "ngspice gave no reason");
    this.name = "EngineError";
    this.lines = lines;
  }
}

/**
 * Start ngspice and return {run}: run(deck) promises {vectors, seconds}, where vectors has a
 * Float64Array for "time" and for each saved node, and seconds is how long it took. One run at a time.
 *
 * @param {new () => object} Simulation of eecircuit-engine
 */
export async function startNgspice(Simulation) {
  const simulation = new Simulation();
  await simulation.start();
  const { FS } = simulation.__getSpiceModuleForTests();
  FS.writeFile("/out.raw", NOTHING);

  async function run(deck) {
    if (FS.analyzePath(RESULT).exists) FS.unlink(RESULT);
    simulation.setNetList(deck);
    simulation.commandList = COMMANDS;
    const begun = performance.now();
    await simulation.runSim();
    const seconds = (performance.now() - begun) / 1000;
    const said = simulation.getError().filter((line) => !HARMLESS.test(line));
    if (!FS.analyzePath(RESULT).exists) throw new EngineError(said);
    const vectors = readRaw(FS.readFile(RESULT));
    // where it took no deck, it writes its constants
    if (vectors.time === undefined) throw new EngineError(said);
    const reached = vectors.time.at(-1);
    if (reached < finalTime(deck) * (1 - 1e-9)) {
      throw new EngineError([...said, `the run ended at ${reached} s`]);
    }
    return { vectors, seconds };
  }

  return { run };
}

/** Return the vectors of a binary raw file of real numbers, by node name. */
export function readRaw(bytes) {
  const text = new TextDecoder().decode(bytes.subarray(0, 4096));
  const header = text.slice(0, text.indexOf("Binary:\n"));
  const whole = (label) => Number(header.match(new RegExp(`^No\\. ${label}\\s*:\\s*(\\d+)`, "m"))[1]);
  const [variables, points] = [whole("Variables"), whole("Points")];
  const names = header
    .slice(header.indexOf("Variables:\n", header.indexOf("No. Points")) + 11)
    .split("\n", variables)
    .map((line) => line.trim().split(/\s+/)[1].replace(/^v\((.*)\)$/, "$1"));
  // the numbers begin where the header ends, which need not be a multiple of eight
  const begin = header.length + 8;
  const numbers = new Float64Array(bytes.slice(begin, begin + 8 * variables * points).buffer);
  const vectors = {};
  for (const [k, name] of names.entries()) {
    const vector = new Float64Array(points);
    for (let n = 0; n < points; n += 1) vector[n] = numbers[n * variables + k];
    vectors[name] = vector;
  }
  return vectors;
}

/**
 * Return the times in seconds, Float64Array, at which a pulse rises through `level` volts, by linear
 * interpolation between the solver's own points. As circuits/events.detect_spikes: a pulse that is
 * high from the start is no spike.
 */
export function rises(time, pulse, level = 0.5) {
  const times = [];
  for (let n = 1; n < time.length; n += 1) {
    if (pulse[n - 1] <= level && pulse[n] > level) {
      const share = (level - pulse[n - 1]) / (pulse[n] - pulse[n - 1]);
      times.push(time[n - 1] + (time[n] - time[n - 1]) * share);
    }
  }
  return Float64Array.from(times);
}

function finalTime(deck) {
  return Number(deck.match(/^\.tran\s+\S+\s+(\S+)/im)?.[1] ?? 0);
}
