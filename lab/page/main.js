/** Put the bench together: the state at one end, the drawing at the other. */

import { createBench } from "./bench/bench.js";
import { createSession } from "./bench/session.js";
import { usualState } from "./bench/usual.js";
import { createView } from "./bench/view.js";
import { Circuit } from "./engine/client.js";
import { createChallenge } from "./challenge/panel.js";
import { createEntrance } from "./lessons/entrance.js";
import { createGuide } from "./lessons/guide.js";
import { keepOffline } from "./offline.js";
import { decode, encode } from "./share/state.js";
import { createStore } from "./store.js";

const WRITING = 250; // ms after the last turn, the address is written

const catalogue = await (await fetch(new URL("./data/catalogue.json", import.meta.url))).json();
const usual = usualState(catalogue);
const opened = decode(location.hash, usual);
const store = createStore(opened.state);
const circuit = new Circuit();
const session = createSession(catalogue, circuit, store);

/** The address of the bench as it stands; of a hidden neuron the state knows its seed only. */
const link = () => `${location.origin}${location.pathname}${location.search}#${encode(store.get(), usual)}`;
const view = createView({ store, session, circuit, link, catalogue });
const bench = createBench({
  store, outcome: session.outcome, measured: view.measured, catalogue, guide: view.guide,
  conceal(neuron) {
    view.veil(neuron !== null);
    session.conceal(neuron);
  },
  experiment: session.experiment,
});

document.getElementById("page")?.replaceWith(view.element);
view.refuse(opened.refused);
view.render();
// the model stands on the page before the six megabytes of ngspice are asked for
requestAnimationFrame(() => setTimeout(() => circuit.start()));
keepOffline(circuit);

let writing = 0;
let written = location.hash;
store.subscribe(() => {
  clearTimeout(writing);
  writing = setTimeout(() => {
    written = new URL(link()).hash;
    history.replaceState(null, "", written);
  }, WRITING);
});
addEventListener("hashchange", () => {
  if (location.hash === written) return;
  const other = decode(location.hash, usual);
  view.refuse(other.refused);
  store.set(other.state);
});
store.subscribe(bench.changed);
session.outcome.subscribe(bench.changed);
view.onmeasure(bench.changed);

const guide = createGuide(bench);
view.element.querySelector(".chip")?.before(createEntrance({ lessons: guide.open, challenge: createChallenge(bench).open }));
