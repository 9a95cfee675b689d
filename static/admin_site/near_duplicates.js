"use strict";
/* Looks for similar quotes while the words of a quote are being typed, and shows them. */
{
  const PAUSE = 600;
  const LEAST = 12;

  function watch(field) {
    const form = field.form;
    const region = document.createElement("div");
    region.className = "near-duplicates";
    region.setAttribute("role", "status");
    field.closest(".form-row").append(region);
    const language = form.elements[field.name.replace(/text$/, "language")];
    let timer = 0;
    let asking = null;
    let asked = field.value + (language ? language.value : "");

    async function ask() {
      const text = field.value.trim();
      const now = field.value + (language ? language.value : "");
      if (now === asked) {
        return;
      }
      asked = now;
      if (asking) {
        asking.abort();
      }
      if (text.length < LEAST) {
        region.replaceChildren();
        return;
      }
      asking = new AbortController();
      const body = new URLSearchParams({
        csrfmiddlewaretoken: form.elements.csrfmiddlewaretoken.value,
        text,
        language: language ? language.value : "",
        but: field.dataset.nearDuplicatesBut,
      });
      try {
        const answer = await fetch(field.dataset.nearDuplicates, {
          method: "POST",
          body,
          signal: asking.signal,
          redirect: "manual",
        });
        if (answer.ok) {
          const html = (await answer.text()).trim();
          if (html !== region.innerHTML.trim()) {
            region.innerHTML = html;
          }
        }
      } catch {
        // If the warning cannot be fetched, show none.
      }
    }

    function later() {
      window.clearTimeout(timer);
      timer = window.setTimeout(ask, PAUSE);
    }
    field.addEventListener("input", later);
    if (language) {
      language.addEventListener("change", later);
    }
  }

  function start(root) {
    for (const field of root.querySelectorAll("textarea[data-near-duplicates]")) {
      watch(field);
    }
  }

  document.addEventListener("DOMContentLoaded", () => start(document));
  document.addEventListener("entry:added", (event) => start(event.target));
}
