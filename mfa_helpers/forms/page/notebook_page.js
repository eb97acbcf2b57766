// No view. What the page of a notebook does for its kernel: it asks the kernel to look again when
// somebody sees the notebook, goes where a button leads and runs the notebook there, submits a form
// with Enter, and offers to run the notebook again when its kernel was restarted.

const PANEL = ".jp-NotebookPanel, .jp-Notebook";

function initialize({ model }) {
  const mine = `.${model.get("kernel_class")}`;
  const isInBrowser = model.get("is_in_browser");
  const manager = model.widget_manager;
  const session = manager?.context?.sessionContext;  // of JupyterLab, Notebook, and JupyterLite
  const undo = [];
  const tick = () => new Promise((done) => setTimeout(done, 100));

  function listen(target, event, act, ...options) {
    target.addEventListener(event, act, ...options);
    undo.push(() => target.removeEventListener(event, act, ...options));
  }

  function connect(signal, act) {
    signal?.connect(act);
    undo.push(() => signal?.disconnect(act));
  }

  function cells() {
    return [...(manager?.context?.model?.cells ?? [])];
  }

  function tell(what) {
    if (covering) return;  // nobody is there any more
    model.send({ ...what, cells: cells().map((cell) => cell.id) });
  }

  // Looking again

  const others = new BroadcastChannel("mfa-course");
  let panel, isStale = false, soon;
  let isUsed = false;  // whether somebody has pressed a button here last, and not in another page with this kernel

  // Known once the first form is in the page; JupyterLab takes cells that are out of sight away.
  const searching = setInterval(() => {
    panel = document.querySelector(mine)?.closest(PANEL);
    if (!panel) return;
    clearInterval(searching);
    begin();
    const seen = new IntersectionObserver(look);
    seen.observe(panel);
    undo.push(() => seen.disconnect());
  }, 300);

  function look() {
    if (!isStale || document.hidden || (panel && !panel.offsetParent)) return;
    isStale = false;
    tell({ look: true });
  }

  function mustLook() {
    isStale = true;
    look();
  }

  others.onmessage = ({ data }) => data.used ? (isUsed &&= data.used !== mine) : mustLook();
  listen(document, "visibilitychange", look);
  listen(window, "focus", look);

  // Going somewhere

  function follow(prepare) {
    const link = document.createElement("a");
    prepare(link);
    document.body.append(link);
    link.click();
    link.remove();
  }

  // Run All leads JupyterLab to the last cell. Who has just begun wants to read from the first.
  function begin() {
    if (panel.dataset.mfaWoken) {  // in the browser edition, it has run before: whoever comes back goes on where they were
      delete panel.dataset.mfaWoken;
      return;
    }
    const all = [...panel.querySelectorAll(".jp-Cell")];
    const isElsewhere = !panel.contains(document.activeElement) && document.activeElement !== document.body;
    const active = all.find((one) => one.matches(".jp-mod-active"));
    if (isElsewhere || (active && active !== all.at(-1))) return;
    document.activeElement.blur();  // where the last cell isn't drawn yet, the first has the focus and isn't active
    all[0].focus();
    stayAtBeginning(all[0]);
  }

  // JupyterLab gets to the last cell when it has drawn it, which may be later.
  function stayAtBeginning(first) {
    const scroller = first.closest(".jp-WindowedPanel-outer");
    const left = new AbortController();
    const leave = () => left.abort();
    const options = { signal: left.signal, capture: true };
    for (const event of ["wheel", "pointerdown", "keydown", "touchstart"]) document.addEventListener(event, leave, options);
    // A screen reader keeps its keys to itself, and then only the focus says that somebody moves.
    document.addEventListener("focusin", ({ target }) => first.contains(target) || leave(), options);
    const place = (one) => one?.getBoundingClientRect();
    const showsLast = () => place([...scroller.querySelectorAll(".jp-Cell")].at(-1))?.top < place(scroller).bottom;
    scroller?.addEventListener("scroll", () => {
      if (!showsLast()) return;
      scroller.scrollTo(0, 0);
      setTimeout(leave, 1000);  // JupyterLab goes there in a few steps, and only once
    }, options);
    setTimeout(leave, 10000);
    undo.push(leave);
  }

  async function go({ file, form, cell }) {
    if (!isUsed) return;  // the button was pressed in another page, which shows this notebook, too
    const here = manager?.context?.path ?? "";
    const path = file ? here.replace(/[^/]*$/, file) : here;
    follow((link) => manager?.rendermime?.linkHandler?.handleLink(link, path, cell && `#cell-id=${cell}`));
    if (file) runNew(file);
    for (let tries = 0; form && tries < 30; tries++) {
      const found = document.querySelector(`.${form}`);
      if (found) {
        found.scrollIntoView({ block: "nearest" });
        const field = [...found.querySelectorAll("input, button")].filter((one) => one.offsetParent && !one.disabled);
        (field.find((one) => one.matches(".mod-primary")) ?? field[0])?.focus();
        return;
      }
      await tick();
    }
  }

  // Run the notebook that was just opened, unless its kernel has made forms that are in the page. Notebook 7
  // opens it in another page, where somebody has to click Run all.
  async function runNew(file) {
    const path = session?.session?.path.replace(/[^/]*$/, file);
    const running = session?.sessionManager;
    let model, opened;
    for (let tries = 0; !opened && tries < 600; tries++) {
      await tick();
      opened = panelOf(path);
    }
    // Over a slow line, a Python in the browser takes its time.
    for (let tries = 0; opened?.isConnected && !model && (isInBrowser || tries < 600); tries++) {
      model = await running.findByPath(path);
      await tick();
    }
    if (!model) return;
    const other = running.connectTo({ model, kernelConnectionOptions: { handleComms: false } });
    const hasForms = () => opened.querySelector(".mfa-form");
    await other.kernel.info;  // so it's there
    const isRunning = () => [...opened.querySelectorAll(".jp-InputPrompt")].some((one) => one.textContent.includes("*"));
    while (opened.isConnected && isRunning()) await tick();  // somebody has begun that already
    // A kernel in the browser doesn't tell which widgets it has. It lives no longer than the page that shows them.
    const isAlive = isInBrowser ? hasForms() : await hasWidgets(other.kernel);
    other.dispose();
    for (let tries = 0; isAlive && tries < 30 && !hasForms(); tries++) await tick();  // they take a moment to be drawn
    if (!isAlive || !hasForms()) run(opened);
  }

  async function hasWidgets(kernel) {
    const { content } = await kernel.requestCommInfo({ target_name: "jupyter.widget" });
    return Object.keys(content.comms ?? {}).length > 0;
  }

  // The panel of a notebook in this page: only its tab tells the path.
  function panelOf(path) {
    const tab = [...document.querySelectorAll(".lm-TabBar-tab[data-id]")]
      .find((one) => one.title.split("\n").some((line) => line.endsWith(`: ${path}`)));
    return tab && document.getElementById(tab.dataset.id);
  }

  // Run all cells in a panel. JupyterLab's command is given by a link, as in its own texts, because a toolbar
  // may have no room for its button.
  function run(panel) {
    follow((link) => {
      link.dataset.commandlinkerCommand = "notebook:run-all-cells";
      link.dataset.commandlinkerArgs = JSON.stringify({ semanticWidget: panel.id });
      manager.rendermime.trustHandler?.markTrusted(link);
    });
  }

  function runHere() {
    const whole = panel?.closest(".jp-NotebookPanel");
    if (whole) run(whole);
  }

  // A page that was reloaded has forgotten which output has which display ID.
  function replace({ cell: id, output: name, data }) {
    for (const cell of cells().filter((one) => !id || one.id === id)) {
      const outputs = cell.outputs;
      for (let index = 0; index < (outputs?.length ?? 0); index++) {
        const output = outputs.get(index).toJSON();
        if (output.metadata?.mfa === name) outputs.set(index, { ...output, data });
      }
    }
  }

  function told(message) {
    if (message.go) go(message.go);
    if (message.run && isUsed) runHere();
    if (message.output) replace(message);
    if (message.news) others.postMessage({});
    if ("again" in message) {
      clearTimeout(soon);
      if (message.again) soon = setTimeout(mustLook, 1000 * message.again);
    }
  }

  model.on("msg:custom", told);

  // Whoever does something else meanwhile is not led back to what they pressed.
  for (const event of ["pointerdown", "keydown"]) listen(document, event, () => (used = undefined), true);

  // Enter does what the main button below the field does

  listen(document, "keydown", (event) => {
    const field = event.target;
    if (event.key !== "Enter" || event.isComposing || !field.matches?.("input[type=text], input[type=password]")) return;
    const form = field.closest(".mfa-form");
    if (!form?.matches(mine)) return;
    const buttons = [...form.querySelectorAll(".mfa-enter")].filter((one) => one.closest(".mfa-form") === form);
    const isBelow = (one) => field.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING;
    const button = buttons.find(isBelow);  // a form with several steps has several
    if (!button || button.disabled) return;
    event.preventDefault();
    event.stopPropagation();
    used = field;
    field.dispatchEvent(new Event("change", { bubbles: true }));  // so that the kernel has what was typed
    button.click();
  }, true);

  // What rests while the kernel works loses the focus, which a person at the keyboard needs back

  let used, waking, hadChanged = false;

  listen(document, "click", (event) => {
    const button = event.target.closest?.("button");
    if (!button?.closest(".mfa-form")?.matches(mine)) return;
    isUsed = true;
    others.postMessage({ used: mine });
    // Before the kernel hears of the click: an exercise must not judge what an older text of a cell has defined.
    const changed = cells().filter((cell) => cell.isDirty).map((cell) => cell.sharedModel.getSource());
    if (changed.length || hadChanged) tell({ changed });
    hadChanged = changed.length > 0;
    if (event.isTrusted) used = button;  // after Enter's click, the focus belongs in the field
    watch();
  }, true);

  const open = (one) => one.isConnected && !one.disabled && one.offsetParent;

  // What was pressed may rest, and go for good, at any moment from now on.
  function watch() {
    waking?.disconnect();
    const form = used?.closest(mine);
    if (!form) return;
    waking = new MutationObserver(() => giveFocus(form));
    waking.observe(form, { subtree: true, childList: true, attributes: true, attributeFilter: ["disabled", "class", "style"] });
  }

  function giveFocus(form) {
    const { activeElement } = document;
    // The browser takes the focus from what is hidden only when it draws the page again.
    const isLost = activeElement?.contains(form) || (activeElement === used && !open(used));
    if (!used || !isLost || !form.offsetParent) return;  // or somebody has gone elsewhere
    const rests = (one) => one.isConnected && one.disabled && one.offsetParent;
    const others = [".mod-primary", ".mfa-next", "button"].flatMap((kind) => [...form.querySelectorAll(kind)]);
    const found = [used, ...others].find(open);
    if (rests(used) || (!found && others.some(rests))) return;
    const next = found ?? form;
    if (!found) form.tabIndex = -1;
    next.focus({ preventScroll: true });
    used = next;
  }

  // A kernel that was restarted knows nothing of the forms in the page

  const GONE = ["restarting", "autorestarting", "terminating", "dead"];
  let covering, isSaid = false;

  // From now on, this is done for the next kernel by its own page.
  function leave() {
    clearInterval(searching);
    clearTimeout(soon);
    waking?.disconnect();
    others.close();
    model.off("msg:custom", told);
    undo.splice(0).forEach((act) => act());
  }

  function gone() {
    if (covering) return;
    leave();
    covering = new MutationObserver(cover);
    covering.observe(document.body, { childList: true, subtree: true });
    cover();
  }

  // JupyterLab takes cells that are out of sight away, and brings them back.
  function cover() {
    for (const form of document.querySelectorAll(mine)) {
      if (form.querySelector(":scope > .mfa-gone")) continue;
      const hadFocus = form.contains(document.activeElement);
      const [heading, ...parts] = form.children;
      for (const part of parts) part.inert = true;
      const again = document.createElement("button");
      again.type = "button";
      again.className = "lm-Widget jupyter-widgets jupyter-button widget-button mod-primary";
      again.textContent = "Run this notebook's cells again";
      again.addEventListener("click", () => runAgain(form, again));
      const notice = document.createElement("div");
      notice.className = "mfa-gone";
      if (!isSaid) notice.setAttribute("role", "status");  // once is enough for who listens
      isSaid = true;
      notice.append("The kernel was stopped or restarted, so this form no longer responds. Your progress is kept.", again);
      heading.after(notice);
      if (hadFocus) again.focus({ preventScroll: true });
    }
  }

  async function runAgain(form, button) {
    button.disabled = true;
    button.textContent = "Waiting for the kernel …";
    if (!session?.session?.kernel || ["dead", "terminating"].includes(session.session.kernel.status)) {
      await session?.startKernel?.();
    }
    // JupyterLab drops what is run before the kernel is there.
    for (let tries = 0; tries < 600 && session?.session?.kernel?.status !== "idle"; tries++) await tick();
    const panel = form.closest(".jp-NotebookPanel");
    button.textContent = panel ? "Running …" : "Run all cells of this notebook";
    if (!panel) return;
    run(panel);
    covering.disconnect();  // other forms take their places
  }

  connect(session?.statusChanged, (_, status) => GONE.includes(status) && gone());
  connect(session?.kernelChanged, (_, change) => change.oldValue && gone());

  tell({ loaded: true });

  return () => {
    leave();
    covering?.disconnect();
  };
}

export default { initialize };
