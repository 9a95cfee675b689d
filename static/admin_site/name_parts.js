"use strict";
/* Fills in the parts of a name that are offered beside it, once an editor accepts them. What is filled in stays. */
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
