/** What a learner has answered, kept in this browser where it lets the page. */

const KEY = "spiketwin-lab-lessons";

/** @returns {Record<string, number[]>} the steps that are done, by lesson */
function read() {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? "{}");
    return kept !== null && typeof kept === "object" && Object.values(kept).every(Array.isArray) ? kept : {};
  } catch {
    return {}; // no storage, or of another page
  }
}

/** @param {string} lesson @returns {Set<number>} */
export const doneSteps = (lesson) => new Set(read()[lesson] ?? []);

/** @param {string} lesson @param {number} step */
export function markDone(lesson, step) {
  const kept = read();
  const steps = new Set(kept[lesson] ?? []).add(step);
  try {
    localStorage.setItem(KEY, JSON.stringify({ ...kept, [lesson]: [...steps].sort((a, b) => a - b) }));
  } catch {
    // a browser that keeps nothing: the address still holds the place
  }
}
