/** The page's colours, as its style sheet has them now: a canvas cannot read them itself. */

/**
 * @returns {{circuit: string, model: string, modelLine: string, threshold: string, ink: string,
 *   faint: string, grid: string, band: string, input: string, mark: string, paper: string}}
 */
export function colours() {
  const style = getComputedStyle(document.documentElement);
  const named = (/** @type {string} */ name) => style.getPropertyValue(`--${name}`).trim();
  return {
    circuit: named("circuit"), model: named("model"), modelLine: named("model-line"), threshold: named("threshold"),
    ink: named("ink"), faint: named("faint"), grid: named("grid"), band: named("band"), input: named("input"),
    mark: named("mark"), paper: named("paper"),
  };
}
