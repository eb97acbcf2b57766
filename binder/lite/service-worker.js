// The page's service worker, in the place of JupyterLite's. It lets Python read and write the browser's storage, gives
// one of several pages at a time a lock, and keeps a whole edition, so that the course works without a network.

const here = new URL("./", self.location).href;
const EDITIONS = "mfa-course ";
const pages = new BroadcastChannel("/sw-api.v1"); // JupyterLite's name and messages

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim()));

addEventListener("fetch", (event) => {
  const { request } = event;
  const { pathname } = new URL(request.url);
  // If this site's data is cleared, an open page keeps its service worker, but that is registered no more.
  if (pathname === "/api/service-worker-heartbeat") event.respondWith(new Response(registration.active ? "ok" : "gone"));
  else if (!request.url.startsWith(here)) return;
  else if (/\/api\/(drive|stdin\/)/.test(pathname)) event.respondWith(ask(request, pathname));
  else if (pathname.endsWith("/api/lock")) event.respondWith(request.method === "POST" ? lock(request) : unlock(request));
  // The browser keeps what it has compiled of a file (WebAssembly: a second of work), if it has fetched the file itself.
  else if (request.method === "GET" && !pathname.endsWith(".wasm")) event.respondWith(answer(request));
});

addEventListener("message", (event) => {
  if (event.data === "keep") event.waitUntil(keep());
});

// What is named by its content never changes.
const isForEver = (url) => /\/static\/pyodide-|\.[0-9a-f]{7,}\.js$|\?_=[0-9a-f]{7,}$/.test(url);

async function answer(request) {
  if (isForEver(request.url)) return (await caches.match(request)) ?? fetch(request);
  try {
    return await fetch(request, { cache: "no-cache" }); // so that a new edition is noticed at the next visit
  } catch (error) {
    const kept = await caches.match(request, { ignoreSearch: true });
    if (kept) return kept;
    throw error;
  }
}

// Keep the edition that the host has now, and drop the others. What both have is not fetched again.
let keeping;
const keep = () => (keeping ??= keepAll().finally(() => (keeping = undefined)));

async function keepAll() {
  const told = await fetch(`${here}edition.json`, { cache: "no-cache" });
  const { name, files } = await told.json();
  const cache = await caches.open(EDITIONS + name);
  const there = new Set((await cache.keys()).map(({ url }) => url));
  for (const file of files) {
    const url = here + file;
    if (there.has(url)) continue;
    const response = (isForEver(url) && (await caches.match(url))) || (await fetch(url, { cache: isForEver(url) ? "force-cache" : "no-cache" }));
    if (!response.ok) throw new Error(`${url}: HTTP ${response.status}`);
    await cache.put(url, response);
  }
  for (const other of await caches.keys()) {
    if (other.startsWith(EDITIONS) && other !== EDITIONS + name) await caches.delete(other);
  }
}

// Python waits for the page to read or write a file, also when the page cannot (its storage is full), and would wait
// for ever. After some seconds the answer is an error, which Python knows as an `OSError`.
async function ask(request, pathname) {
  const message = await request.json();
  message.requestId ??= crypto.randomUUID();
  message.pathname = pathname;
  const { requestId, browsingContextId } = message;
  return new Promise((done) => {
    const hear = ({ data }) => {
      if (data.requestId === requestId && data.browsingContextId === browsingContextId && "response" in data) {
        finish(new Response(JSON.stringify(data.response)));
      }
    };
    const finish = (response) => {
      pages.removeEventListener("message", hear);
      done(response);
    };
    pages.addEventListener("message", hear);
    pages.postMessage(message);
    if (pathname.includes("/api/drive")) setTimeout(() => finish(new Response("", { status: 504 })), 5000);
  });
}

// One of several pages at a time. Who ends while it holds a lock, or forgets it, has lost it after some seconds.
const held = new Map();

function lock({ url }) {
  const { searchParams } = new URL(url);
  const signal = AbortSignal.timeout(1000 * searchParams.get("wait"));
  return new Promise((done) => {
    const hold = () => new Promise((release) => {
      const token = crypto.randomUUID();
      held.set(token, release);
      setTimeout(() => end(token), 5000);
      done(new Response(token));
    });
    navigator.locks.request(searchParams.get("name"), { signal }, hold).catch(() => done(new Response("", { status: 423 })));
  });
}

function end(token) {
  held.get(token)?.();
  held.delete(token);
}

function unlock({ url }) {
  end(new URL(url).searchParams.get("token"));
  return new Response("");
}
