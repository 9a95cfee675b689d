"use strict";
/* Moves themes up and down in the browser; without JavaScript, the server does it. */
{
  const form = document.getElementById("order_form");
  const said = form.querySelector("[data-said]");

  form.addEventListener("click", (event) => {
    const button = event.target.closest("button[name]");
    if (!button) {
      return;
    }
    event.preventDefault();
    const item = button.closest("li");
    if (button.name === "up" && item.previousElementSibling) {
      item.previousElementSibling.before(item);
    } else if (button.name === "down" && item.nextElementSibling) {
      item.nextElementSibling.after(item);
    }
    button.focus();
    const items = [...item.parentElement.children];
    said.textContent = said.dataset.said
      .replace("%(theme)s", item.querySelector(".order__name").textContent.trim())
      .replace("%(place)s", items.indexOf(item) + 1)
      .replace("%(count)s", items.length);
  });
}
