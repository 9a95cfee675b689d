"use strict";
/* Help while the words of a quote are being typed: shows similar quotes on record, and suggests themes. */
{
  const PAUSE = 600;
  const LEAST = 12;

  /* Sends the words to an address whenever they have changed, and passes on the response; at once if `now`. */
  function follow(field, address, now, show) {
    const form = field.form;
    const language = form.elements[field.name.replace(/text$/, "language")];
    const typed = () => field.value + (language ? language.value : "");
    let timer = 0;
    let asking = null;
    let asked = now ? null : typed();

    async function ask() {
      if (typed() === asked) {
        return;
      }
      asked = typed();
      if (asking) {
        asking.abort();
      }
      const text = field.value.trim();
      if (text.length < LEAST) {
        show("");
        return;
      }
      asking = new AbortController();
      const body = new URLSearchParams({
        csrfmiddlewaretoken: form.elements.csrfmiddlewaretoken.value,
        text,
        language: language ? language.value : "",
        but: field.dataset.but,
      });
      try {
        const answer = await fetch(address, { method: "POST", body, signal: asking.signal, redirect: "manual" });
        if (answer.ok) {
          show((await answer.text()).trim());
        }
      } catch {
        // If the request fails, there is no help.
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
    if (now) {
      ask();
    }
  }

  function warn(field) {
    const region = document.createElement("div");
    region.className = "near-duplicates";
    region.setAttribute("role", "status");
    field.closest(".form-row").append(region);
    follow(field, field.dataset.nearDuplicates, false, (html) => {
      if (html !== region.innerHTML.trim()) {
        region.innerHTML = html;
      }
    });
  }

  function offer(field) {
    const themes = field.form.elements[field.name.replace(/text$/, "themes")];
    if (!themes) {
      return;
    }
    const region = document.createElement("div");
    region.className = "fitting-themes";
    const said = document.createElement("p");
    said.className = "visually-hidden";
    said.setAttribute("role", "status");
    themes.closest(".form-row").append(said, region);

    function refresh() {
      const chosen = new Set([...themes.selectedOptions].map((option) => option.value));
      for (const button of region.querySelectorAll("button")) {
        button.parentElement.hidden = chosen.has(button.value);
      }
      region.hidden = !region.querySelector("li:not([hidden])");
    }

    follow(field, field.dataset.fittingThemes, !themes.selectedOptions.length, (html) => {
      // The focused element stays where it is.
      if (html !== region.innerHTML.trim() && !region.contains(document.activeElement)) {
        region.innerHTML = html;
        refresh();
        said.textContent = region.hidden ? "" : region.firstElementChild.dataset.said;
      }
    });

    region.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (!button) {
        return;
      }
      const name = button.textContent.trim();
      if (![...themes.options].some((option) => option.value === button.value)) {
        themes.add(new Option(name, button.value));
      }
      [...themes.options].find((option) => option.value === button.value).selected = true;
      themes.dispatchEvent(new Event("change", { bubbles: true }));
      said.textContent = region.firstElementChild.dataset.added.replace("%(theme)s", name);
      const next = region.querySelector("li:not([hidden]) button") || themes.parentElement.querySelector("input");
      (next || themes).focus();
    });
    // Select2 reports a choice only through jQuery.
    window.django.jQuery(themes).on("change", refresh);
  }

  document.addEventListener("DOMContentLoaded", () => {
    for (const field of document.querySelectorAll("textarea[data-near-duplicates]")) {
      warn(field);
      offer(field);
    }
  });
}
