// Tabs as the WAI-ARIA Authoring Practices describe them: one stop for the Tab key, arrows move and choose.

function element(kind, attributes, ...children) {
  const made = document.createElement(kind);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

// navigator.clipboard exists only on https, localhost and 127.0.0.1.
function copyByHand(text) {
  const area = element("textarea", { "aria-hidden": "true", style: "position: fixed; opacity: 0" });
  area.value = text;
  document.body.append(area);
  area.select();
  try {
    return document.execCommand("copy");
  } finally {
    area.remove();
  }
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyByHand(text);
  }
}

function render({ model, el }) {
  const names = Object.keys(model.get("programs"));
  const id = `mfa-code-${Math.random().toString(36).slice(2)}`;

  const tabs = names.map((name, index) =>
    element("button", { type: "button", role: "tab", id: `${id}-${index}`, "aria-controls": id }, name));
  // JupyterLab has shortcuts on the arrows; here they belong to the tabs.
  const list = element("div",
    { role: "tablist", "aria-label": "Language or SDK of the program", "data-lm-suppress-shortcuts": "true" }, ...tabs);
  const button = element("button", { type: "button", class: "mfa-code-copy" }, "Copy");
  const said = element("span", { role: "status", "aria-live": "polite" });
  const text = element("code", {});
  const scrolling = element("pre", { tabindex: "0", role: "group" }, text);
  const asProgram = element("input", { type: "checkbox" });
  const choice = element("label", {}, asProgram, "As a program that prints no secrets");
  const panel = element("div", { role: "tabpanel", id },
    element("div", { class: "mfa-code-bar" }, choice, said, button), scrolling);

  function show() {
    const chosen = Math.max(names.indexOf(model.get("chosen")), 0);
    tabs.forEach((tab, index) => {
      tab.setAttribute("aria-selected", String(index === chosen));
      tab.tabIndex = index === chosen ? 0 : -1;
    });
    panel.setAttribute("aria-labelledby", tabs[chosen].id);
    const program = model.get("as_programs")[names[chosen]];
    const isCommand = program !== undefined && !asProgram.checked;
    const kind = isCommand ? "command" : "program";
    choice.hidden = program === undefined;
    button.setAttribute("aria-label", `Copy the ${names[chosen]} ${kind}`);
    scrolling.setAttribute("aria-label", `The ${kind}`);
    text.textContent = isCommand || program === undefined ? model.get("programs")[names[chosen]] : program;
    scrolling.scrollTo(0, 0);
    said.textContent = "";
  }

  function choose(index) {
    model.set("chosen", names[index]);
    model.save_changes();
    tabs[index].focus();
  }

  tabs.forEach((tab, index) => tab.addEventListener("click", () => choose(index)));
  list.addEventListener("keydown", (event) => {
    const at = tabs.indexOf(event.target);
    const last = tabs.length - 1;
    const to = { ArrowRight: at === last ? 0 : at + 1, ArrowLeft: at === 0 ? last : at - 1, Home: 0, End: last }[event.key];
    if (to === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    event.stopPropagation();
    choose(to);
  });
  button.addEventListener("click", async () => {
    said.textContent = "";  // so that a second copy is announced, too
    const copied = await copy(text.textContent);
    button.focus();
    said.textContent = copied ? "Copied" : "Not copied. Select the text and copy it with the keyboard.";
  });
  asProgram.addEventListener("change", show);
  model.on("change:chosen change:programs", show);

  el.classList.add("mfa-code");
  el.append(list, panel);
  show();
  return () => model.off("change:chosen change:programs", show);
}

export default { render };
