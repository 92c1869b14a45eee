// The page without a network, after its first load. It serves from wherever the folder lies.
//
// From the network where there is one, so that a new version shows at once; else from the cache, which
// holds a whole version: each file under its path and its hash, checked when it was kept.

// the build fills in each file's SHA-256, by path
const FILES = {};

const CACHE = `spiketwin-lab ${self.registration.scope}`;
const PATIENCE = 4000; // ms, for a network that is there and does not answer

self.addEventListener("install", (event) => {
  event.waitUntil(keepAll().then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(forgetOthers().then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
  const path = pathOf(event.request.url);
  if (event.request.method === "GET" && Object.hasOwn(FILES, path)) {
    event.respondWith(answer(event.request, path));
  }
});

// the address under which a file is kept: its own, and the hash of what it holds
function keyOf(path) {
  return new URL(`${path}?sha256=${FILES[path]}`, self.registration.scope).href;
}

function pathOf(address) {
  const { origin, pathname } = new URL(address);
  const scope = new URL(self.registration.scope);
  if (origin !== scope.origin || !pathname.startsWith(scope.pathname)) return null;
  const path = decodeURI(pathname.slice(scope.pathname.length));
  return path === "" || path.endsWith("/") ? `${path}index.html` : path;
}

async function keepAll() {
  const cache = await caches.open(CACHE);
  await Promise.all(Object.keys(FILES).map((path) => keep(cache, path)));
}

async function keep(cache, path) {
  if (await cache.match(keyOf(path))) return; // unchanged since an earlier version
  const response = await fetch(new URL(path, self.registration.scope), { cache: "no-cache" });
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  const hash = await crypto.subtle.digest("SHA-256", await response.clone().arrayBuffer());
  const text = Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, "0"));
  if (text.join("") !== FILES[path]) throw new Error(`${path} is of another version`);
  await cache.put(keyOf(path), response);
}

async function forgetOthers() {
  const cache = await caches.open(CACHE);
  const wanted = new Set(Object.keys(FILES).map(keyOf));
  for (const request of await cache.keys()) {
    if (!wanted.has(request.url)) await cache.delete(request);
  }
}

async function answer(request, path) {
  const late = new Promise((_, reject) => {
    setTimeout(reject, PATIENCE, new Error("the network does not answer"));
  });
  try {
    const response = await Promise.race([fetch(request), late]);
    if (response.ok || response.type === "opaqueredirect") return response;
  } catch {
    // no network: the cache
  }
  const kept = await (await caches.open(CACHE)).match(keyOf(path));
  return kept ?? fetch(request);
}
