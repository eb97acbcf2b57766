// No view: a place in the page that stays, so that a screen reader has it before anything is said there.

function initialize({ model }) {
  const region = document.createElement("div");
  region.className = "mfa-live";
  region.setAttribute("role", "status");
  region.setAttribute("aria-live", "polite");
  region.style.cssText = "position: fixed; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%)";
  document.body.append(region);

  let soon;
  function say({ said }) {
    clearTimeout(soon);  // "Working …" and the like are not worth a word when they are over at once
    soon = setTimeout(() => {
      const sentence = document.createElement("p");  // a new one each time: the same words again are news, too
      sentence.textContent = said;
      region.replaceChildren(sentence);
    }, 200);
  }

  model.on("msg:custom", say);
  return () => {
    clearTimeout(soon);
    model.off("msg:custom", say);
    region.remove();
  };
}

export default { initialize };
