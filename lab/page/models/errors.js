// What a model refuses, in a form that a page can put into words of any language.

/**
 * A parameter, a stimulus or a duration breaks a rule.
 *
 * `code` is the rule: "number" (finite), "positive", "not-negative", "above-reset", "at-least",
 * "increasing", "as-many", "whole", "within", "kind", "function", "too-many-spikes",
 * "too-many-corners", "too-many-periods" or "too-short". `field` is the name of what breaks it,
 * `value` what was given, and `limit` the number that the rule speaks of, where it has one.
 */
export class ParameterError extends Error {
  constructor(code, field, value, limit = null) {
    const beside = limit === null ? "" : ` (${limit})`;
    super(`${field} breaks the rule "${code}"${beside}, got ${String(value)}`);
    this.name = "ParameterError";
    this.code = code;
    this.field = field;
    this.value = value;
    this.limit = limit;
  }
}

/** Refuse what is not a finite number. */
export function requireFinite(field, value) {
  if (typeof value !== "number" || !Number.isFinite(value)) {
    throw new ParameterError("number", field, value);
  }
}

/** Refuse what is not a finite number above zero. */
export function requirePositive(field, value) {
  requireFinite(field, value);
  if (value <= 0) throw new ParameterError("positive", field, value);
}

/** Refuse what is not a finite number from zero on. */
export function requireNotNegative(field, value) {
  requireFinite(field, value);
  if (value < 0) throw new ParameterError("not-negative", field, value);
}
