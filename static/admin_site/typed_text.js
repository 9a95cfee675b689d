"use strict";
/* Keeps input typed into a form of the desk in this browser, for its user and form, until it is saved (see
   initiatives/admin/forms.py), and offers it on return. Warns before leaving. Ctrl+S or ⌘S saves. */
{
  const PREFIX = "typed:";
  const SAVED_COOKIE = "typed_saved";
  const LONGEST = 30 * 24 * 3600 * 1000;
  const PAUSE = 300;
  // Never kept: values that belong to the page or its session, and secrets.
  const LEFT_OUT = /^csrfmiddlewaretoken$|^_typed$|__prefix__/;
  const TYPES_LEFT_OUT = new Set(["password", "file", "submit", "button", "reset", "image"]);

  function kept(start) {
    return Object.keys(window.localStorage).filter((key) => key.startsWith(start));
  }

  function read(key) {
    try {
      const { at, fields } = JSON.parse(window.localStorage.getItem(key));
      return Array.isArray(fields) && Date.now() - at < LONGEST ? { at, fields } : null;
    } catch {
      return null;
    }
  }

  /* The server identifies in a cookie the text that it has saved. */
  function forgetSaved() {
    const saved = document.cookie.split("; ").find((cookie) => cookie.startsWith(`${SAVED_COOKIE}=`));
    for (const key of kept(PREFIX)) {
      if ((saved && key.endsWith(`:${saved.slice(SAVED_COOKIE.length + 1)}`)) || !read(key)) {
        window.localStorage.removeItem(key);
      }
    }
  }

  /* Logging out deletes everything. A page stores its text once more when it is left, so this runs after that. */
  let loggingOut = null;
  function watchLogOut() {
    const form = document.getElementById("logout-form");
    if (form) {
      form.addEventListener("submit", () => {
        loggingOut = form.dataset.user;
      });
    }
  }

  function fieldsOf(form) {
    return [...form.elements].filter(
      (field) => field.name && !LEFT_OUT.test(field.name) && !TYPES_LEFT_OUT.has(field.type),
    );
  }

  /* A field as [name, value]; a select as [name, [[value, label], …]]; a tick box as [name, [value, ticked]]. */
  function valueOf(field) {
    if (field.tagName === "SELECT") {
      return [field.name, [...field.selectedOptions].map((option) => [option.value, option.text])];
    }
    if (field.type === "checkbox" || field.type === "radio") {
      return [field.name, [field.value, field.checked]];
    }
    return [field.name, field.value];
  }

  function fill(field, value) {
    if (field.tagName === "SELECT") {
      for (const option of field.options) {
        option.selected = false;
      }
      for (const [key, label] of value) {
        const option = [...field.options].find((one) => one.value === key) || new Option(label, key);
        field.add(option);
        option.selected = true;
      }
    } else if (field.type === "checkbox" || field.type === "radio") {
      field.checked = value[1];
    } else {
      field.value = value;
    }
  }

  /* Clicks Django's link that adds a part until the form has the field. */
  function addPart(form, name) {
    const [, prefix, number] = name.match(/^(.+)-(\d+)-/) || [];
    const link = prefix && document.querySelector(`#${window.CSS.escape(prefix)}-group .add-row a`);
    for (let tries = 0; link && !form.elements[name] && tries <= Number(number); tries += 1) {
      link.click();
    }
  }

  function watch(panel) {
    const $ = window.django.jQuery;
    const form = panel.closest("form");
    const start = `${PREFIX}${panel.dataset.typedText}:${window.location.pathname}:`;
    const id = form.elements._typed.value || window.crypto.getRandomValues(new Uint32Array(2)).join("-");
    form.elements._typed.value = id;
    const key = start + id;
    const shown = () => JSON.stringify(fieldsOf(form).map(valueOf));
    // A form returned with errors contains unsaved input.
    let before = "unsaved" in panel.dataset ? "" : shown();
    let leaving = false;
    let timer = 0;

    const isUnsaved = () => shown() !== before;

    function keep() {
      window.clearTimeout(timer);
      try {
        if (isUnsaved()) {
          window.localStorage.setItem(key, JSON.stringify({ at: Date.now(), fields: fieldsOf(form).map(valueOf) }));
        } else {
          window.localStorage.removeItem(key);
        }
      } catch {
        // The browser cannot store it; the warning before leaving remains.
      }
    }

    function keepSoon() {
      loggingOut = null;
      window.clearTimeout(timer);
      timer = window.setTimeout(keep, PAUSE);
    }

    function others() {
      const found = kept(start).filter((other) => other !== key && read(other));
      return found.sort((one, other) => read(other).at - read(one).at);
    }

    function offer() {
      const [newest] = form.querySelector("[type=submit]") ? others() : [];
      panel.hidden = !newest;
      if (newest) {
        const at = new Date(read(newest).at);
        const isToday = at.toDateString() === new Date().toDateString();
        const time = panel.querySelector("time");
        time.dateTime = at.toISOString();
        time.textContent = new Intl.DateTimeFormat(document.documentElement.lang, {
          ...(isToday ? {} : { day: "numeric", month: "long" }),
          hour: "2-digit",
          minute: "2-digit",
          hourCycle: "h23",
        }).format(at);
      }
    }

    function restore() {
      const [newest] = others();
      const fields = newest ? read(newest).fields : [];
      const places = new Map();
      // First make all fields: Django counts the parts in one of them.
      for (const [name] of fields) {
        if (!form.elements[name]) {
          addPart(form, name);
        }
      }
      for (const [name, value] of fields) {
        const place = places.get(name) || 0;
        places.set(name, place + 1);
        const field = fieldsOf(form).filter((one) => one.name === name)[place];
        if (field && JSON.stringify(valueOf(field)) !== JSON.stringify([name, value])) {
          fill(field, value);
          for (const event of ["input", "change"]) {
            field.dispatchEvent(new Event(event, { bubbles: true }));
          }
        }
      }
      keep();
      forget(newest);
    }

    function forget(other) {
      window.localStorage.removeItem(other);
      offer();
      form.querySelector("textarea, input:not([type=hidden])").focus();
    }

    panel.querySelector("[data-restore]").addEventListener("click", restore);
    panel.querySelector("[data-discard]").addEventListener("click", () => forget(others()[0]));
    // Select2 and the calendar report a choice only through jQuery.
    $(form).on("input change", keepSoon);
    form.addEventListener("submit", (event) => {
      keep();
      leaving = !event.defaultPrevented;
    });
    // The buttons at the bottom of the window may cover a field that gets keyboard focus.
    form.addEventListener("focusin", (event) => {
      if (event.target.matches(":focus-visible")) {
        event.target.scrollIntoView({ block: "nearest" });
      }
    });
    form.addEventListener("click", (event) => {
      // A link to log in again: the input is kept for the return.
      leaving = leaving || Boolean(event.target.closest("a[data-comes-back]"));
    });
    window.addEventListener("beforeunload", (event) => {
      if (!leaving && isUnsaved()) {
        event.preventDefault();
      }
    });
    window.addEventListener("pageshow", () => {
      leaving = false;
    });
    window.addEventListener("pagehide", keep);
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") {
        keep();
      }
    });
    // In the capture phase: Select2 stops key events in its lists.
    document.addEventListener(
      "keydown",
      (event) => {
        if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.code === "KeyS") {
          event.preventDefault();
          (form.querySelector("[name=_continue]") || form.querySelector("[name=_save]"))?.click();
        }
      },
      true,
    );
    offer();
  }

  document.addEventListener("DOMContentLoaded", () => {
    forgetSaved();
    watchLogOut();
    // After other scripts have made their fields.
    window.setTimeout(() => document.querySelectorAll("[data-typed-text]").forEach(watch));
    window.addEventListener("pagehide", () => {
      for (const key of loggingOut ? kept(`${PREFIX}${loggingOut}:`) : []) {
        window.localStorage.removeItem(key);
      }
    });
  });
}
