// Nothing that is seen. It makes the box around it a group with a name: the widgets' own boxes can't have one.

function render({ model, el }) {
  let frame;

  function name() {
    const box = el.parentElement;
    if (!box) {  // a page draws a widget before it puts it into its box
      frame = requestAnimationFrame(name);
      return;
    }
    box.setAttribute("role", "group");
    box.setAttribute("aria-label", model.get("label"));
  }

  name();
  return () => cancelAnimationFrame(frame);
}

export default { render };
