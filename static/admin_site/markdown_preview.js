"use strict";
/* A preview below each Markdown field, rendered by the server as on the site. */
{
  const PAUSE = 400;
  let count = 0;

  function equip(field) {
    const words = document.getElementById("markdown-preview-words").dataset;
    const row = field.closest(".form-row");
    count += 1;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button markdown-preview__button";
    button.textContent = words.show;
    button.setAttribute("aria-expanded", "false");
    const region = document.createElement("div");
    region.id = `markdown-preview-${count}`;
    region.className = "markdown-preview";
    region.hidden = true;
    region.tabIndex = 0;
    region.setAttribute("role", "region");
    const label = field.labels[0] ? field.labels[0].textContent.replace(/:\s*$/, "").trim() : "";
    region.setAttribute("aria-label", `${words.region} ${label}`);
    button.setAttribute("aria-controls", region.id);
    button.setAttribute("aria-label", `${words.show}: ${label}`);
    row.append(button, region);
    let timer = 0;

    async function fill() {
      const body = new URLSearchParams({
        csrfmiddlewaretoken: field.form.elements.csrfmiddlewaretoken.value,
        text: field.value,
      });
      try {
        const answer = await fetch(field.dataset.markdownPreview, { method: "POST", body, redirect: "manual" });
        if (answer.ok) {
          region.innerHTML = (await answer.text()) || `<p class="help">${words.empty}</p>`;
          return;
        }
      } catch {
        // Reported below.
      }
      region.textContent = words.failed;
    }

    button.addEventListener("click", () => {
      region.hidden = !region.hidden;
      button.setAttribute("aria-expanded", String(!region.hidden));
      if (!region.hidden) {
        fill();
      }
    });
    field.addEventListener("input", () => {
      if (!region.hidden) {
        window.clearTimeout(timer);
        timer = window.setTimeout(fill, PAUSE);
      }
    });
  }

  function start(root) {
    for (const field of root.querySelectorAll("textarea[data-markdown-preview]")) {
      // Not the fields in the blank form that Django copies for each new part.
      if (!field.name.includes("__prefix__")) {
        equip(field);
      }
    }
  }

  document.addEventListener("DOMContentLoaded", () => start(document));
  document.addEventListener("formset:added", (event) => start(event.target));
}
