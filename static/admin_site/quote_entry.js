"use strict";
/* Fast entry (see initiatives/admin/mixins/quote_entry.py): saves each quote when it is complete, and keeps unsaved
   text in this browser, for this user and source. */
document.addEventListener("DOMContentLoaded", () => {
  const $ = window.django.jQuery;
  const form = document.getElementById("entry_form");
  const rows = form.querySelector("[data-rows]");
  const blank = document.querySelector("[data-blank]");
  const lines = document.querySelector("[data-lines]");
  const said = form.querySelector("p[data-said]");
  const key = form.dataset.key;

  /* Rows. */

  function prepare(root) {
    for (const button of root.querySelectorAll("[data-do]")) {
      button.hidden = false;
    }
    $(root)
      .find(".entry-themes")
      .select2({ theme: "admin-autocomplete", width: "100%", closeOnSelect: true });
    for (const field of root.querySelectorAll(".entry-themes")) {
      // Select2 does not give its replacement field a name.
      // The help on multiple choices without JavaScript is no use here.
      field.closest(".form-row").querySelector(".help").hidden = true;
      const search = field.parentElement.querySelector(".select2-search__field");
      search.setAttribute("aria-label", field.labels[0].textContent.replace(":", "").trim());
    }
    // Select2 reports a choice only through jQuery.
    $(root).find("select").on("change", keepSoon);
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

  /* Keep what is typed until it is saved. */

  function valueOf(field) {
    return field.multiple
      ? [...field.selectedOptions].map((option) => option.value)
      : field.value;
  }

  function keep() {
    const typed = [...rows.querySelectorAll("[data-row]")]
      .filter((row) => !isEmpty(row))
      .map((row) =>
        Object.fromEntries(fieldsOf(row).map((field) => [field.name.replace(/^quotes-\d+-/, ""), valueOf(field)])),
      );
    if (!typed.length) {
      window.localStorage.removeItem(key);
      return;
    }
    const head = {};
    for (const field of form.querySelectorAll(".entry-head [name]")) {
      const label = field.tagName === "SELECT" && field.selectedOptions[0] ? field.selectedOptions[0].text : "";
      head[field.name] = [field.value, label];
    }
    window.localStorage.setItem(key, JSON.stringify({ head, rows: typed }));
  }

  let timer = 0;
  function keepSoon() {
    window.clearTimeout(timer);
    timer = window.setTimeout(keep, 300);
  }

  function restore() {
    let kept = null;
    try {
      kept = JSON.parse(window.localStorage.getItem(key));
    } catch {
      // Not written by this script, so there is nothing to restore.
    }
    if (!kept || !kept.rows || !kept.rows.length) {
      return;
    }
    for (const [name, [value, label]] of Object.entries(kept.head || {})) {
      const field = form.elements[name];
      if (field && value) {
        if (field.tagName === "SELECT" && ![...field.options].some((option) => option.value === value)) {
          field.add(new Option(label, value));
        }
        field.value = value;
        $(field).trigger("change.select2");
      }
    }
    for (const values of kept.rows) {
      const row = [...rows.querySelectorAll("[data-row]")].find(isEmpty) || addRow();
      for (const field of fieldsOf(row)) {
        const value = values[field.name.replace(/^quotes-\d+-/, "")];
        if (field.multiple) {
          for (const option of field.options) {
            option.selected = (value || []).includes(option.value);
          }
          $(field).trigger("change.select2");
        } else if (value !== undefined) {
          field.value = value;
        }
      }
    }
    form.querySelector("[data-restored]").hidden = false;
  }

  function forget() {
    window.localStorage.removeItem(key);
    rows.replaceChildren();
    form.querySelector("[data-restored]").hidden = true;
    focusOn(addRow());
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
      $(newHead).find("select").on("change", keepSoon);
    }
    const newRow = parts.querySelector("[data-row]");
    if (newRow) {
      row.replaceWith(newRow);
      prepare(newRow);
      newRow.dispatchEvent(new CustomEvent("entry:added", { bubbles: true }));
    }
    const error = form.querySelector(".errorlist");
    said.textContent = error ? error.textContent.trim() : "";
    // If the user has gone on to the next quote, tell them and leave the focus there.
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
    keep();
    const body = new FormData();
    body.set("one", "1");
    body.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    for (const field of form.querySelectorAll(".entry-head [name]")) {
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
    keep();
  }

  /* What the user does. */

  form.addEventListener("input", keepSoon);
  form.addEventListener("change", keepSoon);
  window.addEventListener("pagehide", keep);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") {
      keep();
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
      keep();
      focusOn(rows.querySelector("[data-row]") || addRow());
    } else if (button.dataset.do === "forget") {
      forget();
    }
  });

  // Enter in a field of one line saves the quotes that are open, one by one.
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
  restore();
  if (!rows.querySelector("[data-row]")) {
    addRow();
  }
});
