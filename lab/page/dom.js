/** Elements from values: the only place that makes HTML and SVG elements. Text is text, never HTML. */

const SVG = "http://www.w3.org/2000/svg";

/**
 * @typedef {Node | string | number | null | undefined | false} Leaf
 * @typedef {Leaf | readonly (Leaf | readonly (Leaf | readonly Leaf[])[])[]} Child
 * @typedef {Record<string, string | number | boolean | null | undefined | EventListener>} Settings
 */

/**
 * Return an HTML element.
 * @param {string} name its tag, and perhaps its class: "button.play"
 * @param {Settings} [settings] attributes; a name such as "onclick" with a function listens
 * @param {...Child} children
 * @returns {any} the element; `any`, because the tag's name says what it is
 */
export function h(name, settings = {}, ...children) {
  const [tag, ...classes] = name.split(".");
  return fill(document.createElement(tag), classes, settings, children);
}

/**
 * Return an SVG element; as h().
 * @param {string} name
 * @param {Settings} [settings]
 * @param {...Child} children
 * @returns {any}
 */
export function s(name, settings = {}, ...children) {
  const [tag, ...classes] = name.split(".");
  return fill(document.createElementNS(SVG, tag), classes, settings, children);
}

/**
 * Set an SVG element's or an HTML element's attributes, those only that changed.
 * @param {Element} element
 * @param {Record<string, string | number | null>} attributes null takes one away
 */
export function set(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null) element.removeAttribute(name);
    else if (element.getAttribute(name) !== String(value)) element.setAttribute(name, String(value));
  }
}

/**
 * Set an element's text, if it is another.
 * @param {Element} element
 * @param {string} text
 */
export function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/**
 * @param {Element} element
 * @param {string[]} classes
 * @param {Settings} settings
 * @param {readonly Child[]} children
 */
function fill(element, classes, settings, children) {
  if (classes.length) element.setAttribute("class", classes.join(" "));
  for (const [name, value] of Object.entries(settings)) {
    if (typeof value === "function") element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) {
      element.setAttribute(name, String(value));
    }
  }
  for (const child of /** @type {Leaf[]} */ (/** @type {any[]} */ (children).flat(Infinity))) {
    if (child !== null && child !== undefined && child !== false) {
      element.append(child instanceof Node ? child : String(child));
    }
  }
  return element;
}
