// The first that the page does, before it loads anything: it looks whether the browser keeps something for it, and shows
// how far the loading is. The build puts this into the page itself.
{
  try {
    localStorage.getItem("mfa-course");
    indexedDB.open("mfa-course");
  } catch {
    self.mfaStopped = true;
    const told = document.createElement("p");
    told.setAttribute("role", "alert");
    told.style.cssText = "max-width: 40rem; margin: 15vh auto; padding: 0 1rem; font: 1.1rem/1.5 system-ui, sans-serif";
    told.textContent =
      "The course can't start, because your browser doesn't let this site store data. In the browser's settings, allow " +
      "this site to store data and cookies. Then reload the page. Nothing that you do here leaves your browser.";
    document.addEventListener("DOMContentLoaded", () => document.body.replaceChildren(told));
  }
  if (!isSecureContext) {
    self.mfaTrouble =
      "Over plain HTTP, the browser stores nothing for this page. Open it at an address that begins with https:// or " +
      "http://localhost.";
  }

  // Python must not start before the service worker can give it the storage. On the first visit it has begun to load
  // before, and a browser may leave it without for good: then another one begins.
  const soon = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));
  self.mfaStorage = async (manager) => {
    const workers = navigator.serviceWorker;
    if (!workers || !manager) return false;
    await manager.ready.catch(() => undefined);
    const isSettled = ({ active, installing, waiting }) => active && workers.controller === active && !installing && !waiting;
    for (const end = Date.now() + 5000; Date.now() < end; await soon(20)) {
      const found = await workers.getRegistration();
      if (!found) return false;
      if (isSettled(found)) break;
    }
    const [python] = self.earlyWorkers ?? [];
    if (python && !(await isServed(python))) {
      python.terminate();
      self.earlyWorkers = [];
    }
    return !!workers.controller;
  };
  const isServed = (python) =>
    new Promise((done) => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = ({ data }) => done(data);
      python.postMessage("mfa-course", [port2]);
      setTimeout(done, 10000, false);
    });

  // One half are the files of JupyterLab, the other is what Python says of itself: `preload.js`.
  const FILES = 110;
  const bar = document.createElement("progress");
  bar.id = "mfa-loading";
  bar.setAttribute("aria-label", "Loading the course");
  bar.style.cssText = "position: fixed; inset: 0 0 auto; width: 100%; height: 8px; z-index: 10001";
  bar.value = 0;
  const parts = { lab: 0, python: 0 };
  const reach = (name, part) => {
    parts[name] = Math.max(parts[name], part);
    bar.value = (parts.lab + parts.python) / 2;
  };
  const files = new PerformanceObserver(() =>
    reach("lab", Math.min(1, performance.getEntriesByType("resource").length / FILES)),
  );
  files.observe({ type: "resource" });
  const python = new BroadcastChannel("mfa-course-loading");
  python.onmessage = ({ data }) => reach("python", data);
  document.addEventListener("DOMContentLoaded", () => self.mfaStopped || document.body.append(bar));
  self.mfaLoaded = () => {
    files.disconnect();
    python.close();
    bar.remove();
  };
}
