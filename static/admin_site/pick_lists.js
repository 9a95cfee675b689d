"use strict";
/* Labels select fields for screen readers: the fields that Select2 makes have no name. */
document.addEventListener("DOMContentLoaded", () => {
  const $ = window.django.jQuery;

  function nameOf(field) {
    return field.labels?.[0]?.textContent.replace(/:\s*$/, "").trim() ?? "";
  }

  function nameAll() {
    for (const field of document.querySelectorAll("select.select2-hidden-accessible")) {
      const label = nameOf(field);
      const made = field.nextElementSibling;
      const chosen = made.querySelector(".select2-selection__rendered").title;
      for (const named of made.querySelectorAll("[role=combobox], [role=textbox]")) {
        named.setAttribute("aria-label", chosen ? `${label}: ${chosen}` : label);
      }
      made.querySelector(".select2-search__field")?.setAttribute("aria-label", label);
    }
  }

  // After Select2 has made its fields: on this page, and in added parts and quotes.
  for (const name of ["formset:added", "entry:added"]) {
    document.addEventListener(name, () => window.setTimeout(nameAll));
  }
  $(document).on("change", ".select2-hidden-accessible", () => window.setTimeout(nameAll));
  $(document).on("select2:open", (event) => {
    document.querySelector(".select2-dropdown .select2-search__field")?.setAttribute("aria-label", nameOf(event.target));
  });
  window.setTimeout(nameAll);
});
