"use strict";
/* Fast entry (see initiatives/admin/quote_entry.py): saves each quote once it is complete.
   typed_text.js keeps what is typed until then. */
document.addEventListener("DOMContentLoaded", () => {
  const $ = window.django.jQuery;
  const form = document.getElementById("entry_form");
  const rows = form.querySelector("[data-rows]");
  const blank = document.querySelector("[data-blank]");
  const lines = document.querySelector("[data-lines]");
  const said = form.querySelector("p[data-said]");

  /* Rows. */

  function prepare(root) {
    for (const button of root.querySelectorAll("[data-do]")) {
      button.hidden = false;
    }
    $(root)
      .find(".entry-themes")
      .select2({ theme: "admin-autocomplete", width: "100%", closeOnSelect: true });
    for (const field of root.querySelectorAll(".entry-themes")) {
      // The help on multiple choices without JavaScript does not apply here.
      field.closest(".form-row").querySelector(".help").hidden = true;
    }
  }

  function addRow(number) {
    const numbers = [...rows.querySelectorAll("[data-row]")].map((row) => Number(row.dataset.row));
    const next = number ?? Math.max(-1, ...numbers, counter) + 1;
    counter = Math.max(counter, next);
    rows.insertAdjacentHTML("beforeend", blank.innerHTML.replaceAll("__prefix__", String(next)));
    const row = rows.lastElementChild;
    prepare(row);
    row.dispatchEvent(new CustomEvent("entry:added", { bubbles: true }));
    return row;
  }

  function fieldsOf(row) {
    return [...row.querySelectorAll("textarea[name], input[name]:not([name=row]), select[name]")];
  }

  function languageOf(row) {
    return row.querySelector("[name$=-language]");
  }

  function isEmpty(row) {
    return fieldsOf(row).every((field) =>
      field.name.endsWith("-language") ? true : field.multiple ? field.selectedOptions.length === 0 : !field.value.trim(),
    );
  }

  function focusOn(row) {
    const wrong = row.querySelector("[aria-invalid=true]");
    (wrong || row.querySelector("textarea")).focus();
  }

  let counter = -1;

  function valueOf(field) {
    return field.multiple
      ? [...field.selectedOptions].map((option) => option.value)
      : field.value;
  }

  /* typed_text.js keeps typed input; notify it of other changes. */
  function changed() {
    const isEmptyPage = [...rows.querySelectorAll("[data-row]")].every(isEmpty);
    form.dispatchEvent(isEmptyPage ? new CustomEvent("typed:settled") : new Event("change"));
  }

  /* Saving. */

  function show(name) {
    for (const message of form.querySelectorAll("[data-message]")) {
      message.hidden = message.dataset.message !== name;
    }
  }

  function mend(row, html) {
    const parts = document.createElement("div");
    parts.innerHTML = html;
    const head = form.querySelector(".entry-head");
    const newHead = parts.querySelector(".entry-head");
    if (newHead && (newHead.querySelector(".errorlist") || head.querySelector(".errorlist"))) {
      head.replaceWith(newHead);
      $(newHead).find(".admin-autocomplete").djangoAdminSelect2();
    }
    const newRow = parts.querySelector("[data-row]");
    if (newRow) {
      row.replaceWith(newRow);
      prepare(newRow);
      newRow.dispatchEvent(new CustomEvent("entry:added", { bubbles: true }));
    }
    const error = form.querySelector(".errorlist");
    said.textContent = error ? error.textContent.trim() : "";
    // If the user has moved on to the next quote, notify them and leave the focus there.
    const here = document.activeElement.closest("[data-row]");
    if (newRow && (!here || isEmpty(here))) {
      const wrongHead = newHead && newHead.isConnected && newHead.querySelector("[aria-invalid=true]");
      (wrongHead || newRow.querySelector("[aria-invalid=true]") || newRow.querySelector("textarea")).focus();
    }
  }

  async function save(row) {
    if (row.inert) {
      return;
    }
    if (isEmpty(row)) {
      focusOn(row);
      return;
    }
    const body = new FormData();
    body.set("one", "1");
    body.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    for (const field of form.querySelectorAll(".entry-head [name]:not([type=checkbox]:not(:checked))")) {
      body.set(field.name, field.value);
    }
    body.set("row", row.dataset.row);
    for (const field of fieldsOf(row)) {
      for (const value of [valueOf(field)].flat()) {
        body.append(field.name, value);
      }
    }
    // Lock it while it is being sent; the next one is already open.
    row.inert = true;
    const next = [...rows.querySelectorAll("[data-row]")].find((other) => other !== row && isEmpty(other)) || addRow();
    languageOf(next).value = languageOf(row).value;
    focusOn(next);
    try {
      const answer = await fetch(form.action || window.location.href, { method: "POST", body, redirect: "manual" });
      if (answer.status === 201) {
        lines.insertAdjacentHTML("afterbegin", await answer.text());
        document.querySelector("[data-none]").hidden = true;
        said.textContent = lines.firstElementChild.dataset.said;
        row.remove();
        show(null);
      } else if (answer.status === 200) {
        mend(row, await answer.text());
        show(null);
      } else if (answer.type === "opaqueredirect") {
        show("logged-out");
      } else {
        show(answer.status === 403 ? "outdated" : "failed");
      }
    } catch {
      show("failed");
    }
    row.inert = false;
    changed();
  }

  /* User actions. */

  form.addEventListener("typed:missing", (event) => {
    const number = /^quotes-(\d+)-/.exec(event.detail);
    if (number) {
      addRow(Number(number[1]));
    }
  });

  form.addEventListener(
    "keydown",
    (event) => {
      const row = event.target.closest("[data-row]");
      if (row && event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        event.stopPropagation();
        save(row);
      }
    },
    true,
  );

  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-do]");
    if (!button) {
      return;
    }
    const row = button.closest("[data-row]");
    if (button.dataset.do === "save") {
      save(row);
    } else if (button.dataset.do === "drop") {
      row.remove();
      focusOn(rows.querySelector("[data-row]") || addRow());
      changed();
    }
  });

  // Enter in a one-line field saves the open quotes, one by one.
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    for (const row of rows.querySelectorAll("[data-row]")) {
      if (!isEmpty(row)) {
        save(row);
      }
    }
  });

  form.querySelector("[data-with-script]").hidden = false;
  form.querySelector("[data-without-script]").hidden = true;
  prepare(rows);
  if (!rows.querySelector("[data-row]")) {
    addRow();
  }
});
