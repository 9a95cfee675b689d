"use strict";
/* Shows below a date, while it is typed, how the server understands it. */
{
  const PAUSE = 250;
  const timers = new WeakMap();

  async function ask(field, region) {
    const written = field.value;
    const answer = await fetch(`${region.dataset.writtenDate}?${new URLSearchParams({ written })}`, {
      redirect: "manual",
    }).catch(() => null);
    if (answer && answer.ok && field.value === written) {
      region.textContent = await answer.text();
    }
  }

  document.addEventListener("input", (event) => {
    const region = event.target.parentElement.querySelector(":scope > [data-written-date]");
    if (region) {
      window.clearTimeout(timers.get(event.target));
      timers.set(event.target, window.setTimeout(ask, PAUSE, event.target, region));
    }
  });
}
