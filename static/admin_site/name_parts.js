"use strict";
/* Fills in the suggested parts of a name when an editor accepts them. Filled-in parts stay. */
{
  document.addEventListener("DOMContentLoaded", () => {
    for (const button of document.querySelectorAll("button[data-fill]")) {
      button.hidden = false;
      button.addEventListener("click", () => {
        const fields = Object.entries(JSON.parse(button.dataset.fill)).map(([name, part]) => {
          const field = button.form.elements[name];
          if (!field.value) {
            field.value = part;
            field.dispatchEvent(new Event("input", { bubbles: true }));
          }
          return field;
        });
        fields[0].focus();
      });
    }
  });
}
