/* What a reader may do on every page: choose light or dark colours, and copy a quote or its address.

   It runs in the head, before anything is drawn: no page shows in other colours first, and no control appears late.
   Without script, storage or clipboard the controls stay hidden, and the page is as it is without them. */

{
  const root = document.documentElement;

  // Light or dark: "auto" follows the device. The style sheets go by the attribute (static/css/base.css).

  const KEY = "scheme";
  const SCHEMES = ["auto", "light", "dark"];

  function chosen() {
    const kept = localStorage.getItem(KEY);
    return SCHEMES.includes(kept) ? kept : "auto";
  }

  function follow() {
    const scheme = chosen();
    root.dataset.scheme = scheme;
    for (const meta of document.querySelectorAll("meta[data-scheme]")) {
      const own = meta.dataset.scheme;
      meta.media = scheme === "auto" ? `(prefers-color-scheme: ${own})` : scheme === own ? "all" : "not all";
    }
    for (const choice of document.querySelectorAll("input[name=scheme]")) {
      choice.checked = choice.value === scheme;
    }
  }

  try {
    follow();
    document.addEventListener("DOMContentLoaded", follow);
    document.addEventListener("change", ({ target }) => {
      if (target.name === "scheme") {
        localStorage.setItem(KEY, target.value);
        follow();
      }
    });
    // Chosen in another tab, or before the reader came back to this page.
    addEventListener("storage", follow);
    addEventListener("pageshow", follow);
  } catch {
    // The browser forbids storage: the device decides.
  }

  // Copying, where the browser allows it: over HTTPS, or on the reader's own machine.

  const LONG_ENOUGH_TO_READ = 3000; // milliseconds

  async function copy(button) {
    const { copied, notCopied } = document.body.dataset;
    const said = button.parentElement.querySelector("[aria-live]");
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
      said.textContent = copied;
    } catch {
      said.textContent = notCopied;
    }
    clearTimeout(said.timer);
    said.timer = setTimeout(() => said.replaceChildren(), LONG_ENOUGH_TO_READ);
  }

  if (navigator.clipboard) {
    root.dataset.copy = "";
    document.addEventListener("click", ({ target }) => {
      const button = target.closest("button[data-copy]");
      if (button) {
        copy(button);
      }
    });
  }
}
