// An extension of JupyterLab, written as its bundler would have it. Whoever opens a notebook by its address needs the
// room more for it than for the list of files, which JupyterLab opens where nothing is open yet.

const listOfFiles = {
  id: "mfa-course:list-of-files",
  autoStart: true,
  activate: ({ shell }) => {
    if (!/\.ipynb\b/.test(location.href)) return;
    let isUsed = false;
    for (const event of ["pointerdown", "keydown"]) addEventListener(event, () => (isUsed = true), { once: true, capture: true });
    shell.restored.then(async (layout) => {
      if (!layout?.fresh) return;
      for (const end = Date.now() + 5000; !isUsed && Date.now() < end; await new Promise(requestAnimationFrame)) {
        if (!shell.leftCollapsed) shell.collapseLeft();
      }
    });
  },
};

// The extra `lite` brings the browser edition's Python, too, with which JupyterLab can do nothing but report an error, even
// where it is disabled: it loads it all the same. A JupyterLite needs it.
if (!document.getElementById("jupyter-config-data")?.hasAttribute("data-jupyter-lite-root")) {
  const nothing = { init: () => {}, get: async () => () => ({ __esModule: true, default: [] }) };
  const name = "@jupyterlite/pyodide-kernel-extension";
  Object.defineProperty((self._JUPYTERLAB ??= {}), name, { get: () => nothing, set: () => {} });
}

(self._JUPYTERLAB ??= {})["mfa-course"] = { init: () => {}, get: async () => () => ({ __esModule: true, default: [listOfFiles] }) };
