/** A value that others watch: state in, drawing out. */

/**
 * @template T
 * @typedef {object} Store
 * @property {() => T} get
 * @property {(patch: Partial<T>) => void} set replaces the fields given, and tells the listeners
 *   if one of them is another value
 * @property {(listener: (now: T, before: T) => void) => () => void} subscribe returns what ends it
 */

/**
 * @template {object} T
 * @param {T} initial
 * @returns {Store<T>}
 */
export function createStore(initial) {
  let state = Object.freeze({ ...initial });
  /** @type {Set<(now: T, before: T) => void>} */
  const listeners = new Set();
  return {
    get: () => state,
    set(patch) {
      const fields = /** @type {(keyof T)[]} */ (Object.keys(patch));
      if (fields.every((field) => Object.is(patch[field], state[field]))) return;
      const before = state;
      state = Object.freeze({ ...state, ...patch });
      for (const listener of [...listeners]) listener(state, before);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
