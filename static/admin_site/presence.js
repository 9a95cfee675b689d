"use strict";
/* Tells the server that this form is open while it is visible, and shows who else has it open or has saved it. */
document.addEventListener("DOMContentLoaded", () => {
  const EVERY = 20000;
  const region = document.querySelector("[data-presence]");
  if (!region) {
    return;
  }
  const fields = region.closest("form").elements;
  const shown = () => document.visibilityState === "visible";
  let timer = 0;
  let said = "";

  async function ask() {
    window.clearTimeout(timer);
    if (!shown()) {
      return;
    }
    const body = new URLSearchParams({
      csrfmiddlewaretoken: fields.csrfmiddlewaretoken.value,
      _version: fields._version ? fields._version.value : "",
    });
    try {
      // Polling must not keep an unused session alive.
      const headers = { "X-By-Itself": "1" };
      const answer = await fetch(region.dataset.presence, { method: "POST", body, headers, redirect: "manual" });
      if (answer.type === "opaqueredirect" || [403, 404].includes(answer.status)) {
        // Logged out, or the item is gone: saving will say so.
        return;
      }
      const html = answer.ok ? (await answer.text()).trim() : said;
      // Unchanged text is not announced again.
      if (html !== said) {
        said = html;
        region.innerHTML = html;
      }
    } catch {
      // Ignore the failure: the next request may succeed.
    }
    timer = window.setTimeout(ask, EVERY);
  }

  document.addEventListener("visibilitychange", ask);
  ask();
});
