/** The page without a network, from its second load on. */

/**
 * Have sw.js keep the page, once the circuit was loaded: the first curve comes first.
 * @param {import("./engine/client.js").Circuit} circuit
 */
export function keepOffline(circuit) {
  // a file: address, or a host without https, has none; the page works all the same
  if (!("serviceWorker" in navigator)) return;
  const keep = () => {
    if (circuit.state === "loading") return;
    circuit.removeEventListener("state", keep);
    navigator.serviceWorker.register(new URL("./sw.js", import.meta.url)).catch(() => {});
  };
  circuit.addEventListener("state", keep);
  keep();
}
