// As much of a browser as auth0-spa-js asks for, in Node.js.
function storage() {
  const kept = new Map();
  return {
    getItem: (name) => kept.get(name) ?? null,
    setItem: (name, value) => kept.set(name, value),
    removeItem: (name) => kept.delete(name),
    key: (index) => [...kept.keys()][index] ?? null,
    get length() {
      return kept.size;
    },
  };
}
globalThis.window = globalThis;
globalThis.document = { cookie: "" };
globalThis.location = { href: process.env.CALLBACK, origin: new URL(process.env.CALLBACK).origin, search: "" };
globalThis.sessionStorage = storage();
globalThis.localStorage = storage();
globalThis.addEventListener = () => {};
globalThis.removeEventListener = () => {};
