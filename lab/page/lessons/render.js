/** A lesson's text as elements: text stays text, whatever stands in it. */

import { h } from "../dom.js";
import { formulaParts } from "./parse.js";

/**
 * @typedef {import("./parse.js").Block} Block
 * @typedef {import("./parse.js").Inline} Inline
 */

/** @param {readonly Block[]} blocks @returns {Node[]} */
export function renderBlocks(blocks) {
  return blocks.map((block) => {
    if (block.kind === "paragraph") return h("p", {}, renderInlines(block.inlines));
    if (block.kind === "formula") return h("p.formula-line", {}, block.lines.map((line, k) => [k > 0 && h("br"), formula(line)]));
    return h(block.ordered ? "ol" : "ul", {}, block.items.map((item) => h("li", {}, renderInlines(item))));
  });
}

/** @param {readonly Inline[]} inlines @returns {Node[]} */
export function renderInlines(inlines) {
  return inlines.map((inline) => {
    if (inline.kind === "em") return h("em", {}, inline.text);
    if (inline.kind === "strong") return h("strong", {}, inline.text);
    if (inline.kind === "formula") return h("span.math", {}, formula(inline.text));
    // a number and its unit stay on one line
    if (inline.kind === "number") return h("span.number", {}, inline.text.replaceAll(" ", "\u00a0"));
    return document.createTextNode(inline.text);
  });
}

/** @param {string} text */
const formula = (text) => formulaParts(text).map(({ kind, text: part }) => (kind === "text" ? part : h(kind, {}, part)));
