
// What the build adds to the kernel's worker: Python begins to load when the worker starts, not when a notebook asks.
{
  const site = new URL("../../../../", import.meta.url).href;
  const told = (level) => (data) => postMessage({ _logMessage: { type: "text", level, data } });

  // The format is tar's (POSIX ustar): a block of 512 bytes about a file, then the file, up to the next whole block.
  const unpack = (archive, FS) => {
    const [version] = FS.readdir("/lib").filter((name) => /^python3\.\d+$/.test(name));
    const text = (from, length) => new TextDecoder().decode(archive.subarray(from, from + length)).replace(/\0.*$/s, "");
    const made = new Set();
    for (let at = 0; archive[at]; ) {
      const path = `/lib/${version}/site-packages/${[text(at + 345, 155), text(at, 100)].filter(Boolean).join("/")}`;
      const size = parseInt(text(at + 124, 12), 8);
      const folder = path.slice(0, path.lastIndexOf("/"));
      if (!made.has(folder)) {
        made.add(folder);
        FS.mkdirTree(folder);
      }
      FS.writeFile(path, archive.subarray(at + 512, at + 512 + size));
      at += 512 * (1 + Math.ceil(size / 512));
    }
  };

  // The service worker lets the browser fetch WebAssembly itself. Without a network there is only what it has kept.
  const fetchNow = self.fetch;
  self.fetch = (what, how) =>
    fetchNow(what, how).catch(async (error) => (await caches.match(what)) ?? Promise.reject(error));

  const loading = new BroadcastChannel("mfa-course-loading"); // see `first.js`
  const reach = (part) => loading.postMessage(part);

  // Whether the service worker hears what is asked from here: `first.js`.
  addEventListener("message", async ({ data, ports }) => {
    if (data !== "mfa-course") return;
    const answer = await fetchNow("/api/service-worker-heartbeat").catch(() => undefined);
    ports[0].postMessage((await answer?.text()) === "ok");
  });

  const preload = async () => {
    const config = (await (await fetch(`${site}jupyter-lite.json`)).json())["jupyter-config-data"];
    const { pyodideUrl, loadPyodideOptions } = config.litePluginSettings["@jupyterlite/pyodide-kernel-extension:kernel"];
    const place = new URL(".", new URL(pyodideUrl, site)).href;
    self.laterAddress = `${place}later.zip`; // see `later.py`
    const packed = fetch(`${place}packages.bin`);
    const { loadPyodide } = await import(`${place}pyodide.mjs`);
    reach(0.2);
    const starting = loadPyodide({
      ...loadPyodideOptions,
      packages: [],
      indexURL: place,
      stdout: told("info"),
      stderr: told("critical"),
    });
    const { ok, status, body } = await packed;
    if (!ok) throw new Error(`packages.bin: HTTP ${status}. Reload the page.`);
    const files = body.pipeThrough(new DecompressionStream("gzip"));
    const archive = new Uint8Array(await new Response(files).arrayBuffer());
    reach(0.5);
    const python = await starting;
    reach(0.7);
    unpack(archive, python.FS);
    await python.runPythonAsync("import importlib; importlib.invalidate_caches(); import mfa_course_later, piplite.piplite, pyodide_kernel");
    reach(0.9);
    return python;
  };

  const python = preload();
  self.earlyPython = () => python;
}
