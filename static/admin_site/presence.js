"use strict";
/* Tells the desk that this form is open, as long as it can be seen, and shows who else has it open or has saved it. */
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
      // It must not keep a session alive that nobody uses.
      const headers = { "X-By-Itself": "1" };
      const answer = await fetch(region.dataset.presence, { method: "POST", body, headers, redirect: "manual" });
      if (answer.type === "opaqueredirect" || [403, 404].includes(answer.status)) {
        // Logged out, or the item is gone: saving will say so.
        return;
      }
      const html = answer.ok ? (await answer.text()).trim() : said;
      // What has not changed is not read out again.
      if (html !== said) {
        said = html;
        region.innerHTML = html;
      }
    } catch {
      // The next answer may come.
    }
    timer = window.setTimeout(ask, EVERY);
  }

  document.addEventListener("visibilitychange", ask);
  ask();
});
