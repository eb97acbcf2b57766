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

(self._JUPYTERLAB ??= {})["mfa-course"] = { init: () => {}, get: async () => () => ({ __esModule: true, default: [listOfFiles] }) };
