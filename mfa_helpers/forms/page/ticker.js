// No view: a clock in the page. It asks the kernel every so many seconds while the page is seen,
// and again only when the kernel has answered: a busy kernel is not buried in questions.

function initialize({ model }) {
  let timer;

  function later() {
    clearTimeout(timer);
    const seconds = model.get("seconds");
    if (seconds) timer = setTimeout(ask, 1000 * seconds);
  }

  function ask() {
    if (document.hidden) later();
    else model.send({ tick: true });
  }

  model.on("msg:custom", later);
  model.on("change:seconds", later);
  later();
  return () => {
    clearTimeout(timer);
    model.off("msg:custom", later);
    model.off("change:seconds", later);
  };
}

export default { initialize };
