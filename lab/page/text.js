/** Every sentence that the page says, from one file: another language is another file. */

const address = new URL(`./texts/${document.documentElement.lang}.json`, import.meta.url);

/** @type {Record<string, string>} */
const TEXTS = await (await fetch(address)).json();

/**
 * Return a text with its values put in.
 * @param {string} key its name in the file
 * @param {Record<string, string | number>} [values] what stands for {name} in it
 * @returns {string} the key itself where the file has no such text, so that it shows
 */
export function t(key, values = {}) {
  const one = values.count === 1 || values.count === "1" ? TEXTS[`${key}.one`] : undefined;
  const text = one ?? TEXTS[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
}
