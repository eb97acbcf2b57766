// The page's own part of the extension that begins in `binder/labextension`: what JupyterLab does not do by itself for a
// page that no server stands behind.

// Once a notebook's Python is there.
async function ready(shell) {
  const isReady = (one) => one.context?.sessionContext?.session?.kernel?.status === "idle";
  while (![...shell.widgets("main")].some(isReady)) await new Promise((done) => setTimeout(done, 200));
}

// Who runs a notebook as soon as they see it is too early for JupyterLab: it drops what is run before Python is there, or
// begins a second one and asks which to take. Here everybody waits for the same one.
const early = {
  id: "mfa-course:early",
  autoStart: true,
  activate: ({ shell, serviceManager: { sessions } }) => {
    function prepare({ context }) {
      const one = context?.sessionContext;
      if (!one || Object.hasOwn(one, "startKernel")) return;
      const begun = new Promise((begin) => {
        const initialize = one.initialize.bind(one);
        one.initialize = () => (begin(), initialize());
        if (one._initializing) begin();
      });
      const start = one.startKernel.bind(one);
      const startOne = async () => {
        await begun; // JupyterLab knows which Python the notebook wants
        await sessions.refreshRunning(); // and has looked whether it is there
        return start();
      };
      let starting;
      one.startKernel = () => (starting ??= startOne().finally(() => (starting = undefined)));
      Object.defineProperty(one, "hasNoKernel", { get: () => !one.session?.kernel });
    }
    for (const happened of [shell.currentChanged, shell.layoutModified]) {
      happened.connect(() => [...shell.widgets("main")].forEach(prepare));
    }
  },
};

// All notebooks share the memory of one page, and each has a Python of over 100 MB. The two that were seen last keep
// theirs; another one loses it as soon as it has nothing to do. Whoever comes back to another one gets it back: its cells run again, and their place on the screen is as before.
const kernels = {
  id: "mfa-course:kernels",
  autoStart: true,
  activate: ({ shell, commands, serviceManager: { sessions } }) => {
    const AT_MOST = 2;
    const AGAIN = "This notebook's cells are running again. Only the two notebooks that you used last stay ready.";
    const asleep = new Set(); // the panels that have lost their Python
    const waking = new Set(); // those of them that get it back just now
    const finishing = new Set(); // those that lose it as soon as they have nothing to do
    let recent = []; // panels, the one that was seen last first
    const panels = () => [...shell.widgets("main")].filter((one) => one.context?.sessionContext);
    const frame = () => new Promise(requestAnimationFrame);

    // JupyterLab would start a Python for each notebook that was open before a reload. Each begins when it is seen.
    const startNew = sessions.startNew.bind(sessions);
    sessions.startNew = async (options, ...more) => {
      const mine = () => panels().find((one) => one.context.path.endsWith(options.name));
      while (mine()?.isVisible === false) await frame();
      return startNew(options, ...more);
    };

    const isBeyond = (panel) => !panel.isDisposed && !panel.isVisible && recent.indexOf(panel) >= AT_MOST;

    // Between two cells that run, its Python is idle, too.
    function isBusy({ context, content }) {
      const isRunning = [...content.model.cells].some((cell) => cell.executionState === "running");
      return isRunning || context.sessionContext.session?.kernel?.status !== "idle";
    }

    // What a notebook does is finished first.
    async function rest(panel) {
      if (asleep.has(panel) || finishing.has(panel)) return;
      finishing.add(panel);
      while (isBeyond(panel) && isBusy(panel)) await new Promise((done) => setTimeout(done, 200));
      finishing.delete(panel);
      if (!isBeyond(panel)) return;
      asleep.add(panel);
      await panel.context.sessionContext.shutdown();
    }

    async function wake(panel) {
      const hasRun = [...panel.content.model.cells].some((cell) => cell.executionCount);
      waking.add(panel);
      if (hasRun) {
        panel.content.node.dataset.mfaWoken = "yes"; // its learner isn't at its beginning: `notebook_page.js`
        commands.execute("apputils:notify", { message: AGAIN, type: "info", options: { autoClose: 5000 } });
        for (const button of panel.node.querySelectorAll(".mfa-gone button")) button.disabled = true;
      }
      try {
        await panel.context.sessionContext.startKernel();
        if (hasRun) await commands.execute("notebook:run-all-cells", { semanticWidget: panel.id });
      } finally {
        waking.delete(panel);
        asleep.delete(panel);
      }
      if (hasRun && places.has(panel)) lead(panel, places.get(panel));
    }

    // Where each panel was left, seen from the first cell on the screen: once the panel is hidden, it is too late to look.
    const places = new Map();
    const scroller = (panel) => panel.node.querySelector(".jp-WindowedPanel-outer");
    const above = (panel, cell) => cell.node.getBoundingClientRect().top - scroller(panel).getBoundingClientRect().top;

    function note() {
      const panel = shell.currentWidget;
      if (!panel?.isVisible || !panels().includes(panel) || asleep.has(panel) || leading) return;
      const cells = panel.content.widgets;
      const index = cells.findIndex((cell) => cell.node.isConnected && above(panel, cell) + cell.node.offsetHeight > 0);
      if (index >= 0) places.set(panel, { index, top: above(panel, cells[index]), active: panel.content.activeCellIndex });
    }
    for (const event of ["pointerdown", "keydown"]) document.addEventListener(event, note, { capture: true, passive: true });

    // What the cells show takes its space little by little. Whoever scrolls themselves is not led any more.
    let leading;
    async function lead(panel, { index, top, active }) {
      const mine = (leading = Symbol());
      const stop = () => (leading = undefined);
      const events = ["wheel", "pointerdown", "keydown", "touchstart"];
      for (const event of events) panel.node.addEventListener(event, stop, { once: true, capture: true });
      panel.content.activeCellIndex = active;
      const cell = panel.content.widgets[index];
      for (const end = Date.now() + 3000; leading === mine && cell && Date.now() < end; await frame()) {
        if (!panel.isVisible) break;
        if (cell.node.isConnected) scroller(panel).scrollTop += above(panel, cell) - top;
        else await panel.content.scrollToItem(index, "start");
      }
      if (leading === mine) stop();
      for (const event of events) panel.node.removeEventListener(event, stop, { capture: true });
    }

    shell.currentChanged.connect(() => {
      const panel = shell.currentWidget;
      if (!panels().includes(panel)) return;
      recent = [panel, ...recent.filter((one) => one !== panel && !one.isDisposed)];
      recent.slice(AT_MOST).forEach(rest);
      if (asleep.has(panel) && !waking.has(panel)) wake(panel);
    });
  },
};

// What `first.js` has begun ends here: the bar, and what somebody has to know about their browser.
const first = {
  id: "mfa-course:first",
  autoStart: true,
  activate: ({ commands, serviceManager, shell, started }) => {
    ready(shell).then(() => {
      self.mfaLoaded();
      name(); // JupyterLab has taken the path out of the address meanwhile
    });
    started.then(() => {
      const options = { autoClose: false };
      if (self.mfaTrouble) commands.execute("apputils:notify", { message: self.mfaTrouble, type: "warning", options });
    });
    // The address names the notebook, so that it can be kept or sent. First it says which one to show, after a reload, too.
    let wanted = new URL(location).searchParams.get("path");
    // It may be one that can't be shown. Whoever does something decides themselves.
    for (const event of ["pointerdown", "keydown"]) {
      addEventListener(event, () => (wanted = undefined), { once: true, capture: true });
    }
    // On a slow machine, JupyterLab opens that one first and then restores the others in its place.
    shell.restored.then(async () => {
      const isShown = () => shell.currentWidget?.context?.path === wanted;
      for (const end = Date.now() + 3000; wanted && !isShown() && Date.now() < end; ) {
        await new Promise((done) => setTimeout(done, 100)); // on a fast one, it opens it now
      }
      const isGone = wanted && !isShown();
      const exists = isGone && (await serviceManager.contents.get(wanted, { content: false }).then(() => true, () => false));
      if (exists && wanted) await commands.execute("docmanager:open", { path: wanted });
      wanted = undefined;
    });
    function name() {
      const path = shell.currentWidget?.context?.path;
      if (!path || (wanted && path !== wanted)) return;
      const address = new URL(location);
      address.searchParams.set("path", path);
      history.replaceState(history.state, "", address);
    }
    shell.currentChanged.connect(name);
  },
};

// The whole course is kept for a visit without a network. The first form must not wait for that.
const offline = {
  id: "mfa-course:offline",
  autoStart: true,
  activate: ({ shell }) => {
    ready(shell).then(async () => {
      const soon = (seconds) => new Promise((done) => setTimeout(done, 1000 * seconds));
      for (const end = Date.now() + 30000; !document.querySelector(".mfa-form") && Date.now() < end; ) await soon(0.5);
      await soon(10);
      (await navigator.serviceWorker?.ready)?.active.postMessage("keep");
    });
  },
};

// The browser's copy of a notebook that was saved once would hide each new edition for good. So it gives way to the new
// one when it is opened, and what the learner has written is kept beside it.
const editions = {
  id: "mfa-course:editions",
  autoStart: true,
  activate: ({ commands, serviceManager: { contents } }) => {
    const { mfaCourseVersions: versions } = JSON.parse(document.getElementById("jupyter-config-data").textContent);
    const get = contents.get.bind(contents);
    const isThere = (path) => get(path, { content: false }).then(() => true, () => false);

    contents.get = async (path, options) => {
      const found = await get(path, options);
      const version = versions[path];
      if (!version || !found.content || found.content.metadata.mfa_course?.version === version) return found;
      const asked = await fetch(new URL(`../files/${path}`, location), { cache: "no-cache" }).catch(() => undefined);
      if (!asked?.ok) return found; // without a network, the older one will do
      const { text } = found.content.metadata.mfa_course ?? {};
      if ((await textOf(found.content)) !== text) {
        const yours = await freeName(path);
        await contents.save(yours, { type: "notebook", format: "json", content: found.content });
        const message = `${path} has changed in the course. Your own version is kept as “${yours}”.`;
        commands.execute("apputils:notify", { message, type: "info", options: { autoClose: false } });
      }
      await contents.save(path, { type: "notebook", format: "json", content: await asked.json() });
      return get(path, options);
    };

    async function freeName(path) {
      for (let number = 1; ; number++) {
        const name = path.replace(/\.ipynb$/, ` (yours${number > 1 ? ` ${number}` : ""}).ipynb`);
        if (!(await isThere(name))) return name;
      }
    }

    // As `build.py` does it: outputs and numbers don't count as a change.
    async function textOf({ cells }) {
      const text = JSON.stringify(cells.map(({ cell_type, source }) => [cell_type, [source].flat().join("")]));
      const digest = await crypto.subtle?.digest("SHA-256", new TextEncoder().encode(text));
      return digest && Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
    }
  },
};

(self._JUPYTERLAB ??= {})["mfa-course"] = { init: () => {}, get: async () => () => ({ __esModule: true, default: [listOfFiles, early, first, kernels, offline, editions] }) };
