/* What a reader can do on every page: choose light or dark colours, copy or share a quote, go back to the list that led
   to it, and have words completed in search boxes (static/js/suggest.js).

   It runs in the <head>, before anything is drawn: no page flashes in other colours, and no control appears late.
   Without script, storage or clipboard the controls stay hidden, and the page works without them. */

{
  const root = document.documentElement;

  // Light or dark: "auto" follows the device. The style sheets use the attribute (static/css/base.css).

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

  // A page with Cyrillic words is not shown before its fonts arrive, so that no word is first shown in another font. The
  // wait is limited; fonts that arrive later are used on the next page (docs/fonts.md).

  const PATIENCE = 3000; // milliseconds

  function waitForFonts() {
    root.dataset.waiting = "";
    const show = () => delete root.dataset.waiting;
    setTimeout(show, PATIENCE);
    document.addEventListener("DOMContentLoaded", async () => {
      const faces = [...document.querySelectorAll("link[data-family]")].map(
        ({ href, dataset }) => new FontFace(dataset.family, `url(${href})`, { weight: dataset.weight }),
      );
      try {
        await Promise.all(faces.map((face) => face.load()));
        if ("waiting" in root.dataset) {
          faces.forEach((face) => document.fonts.add(face));
        }
      } catch {
        // No font arrived: use the fallbacks.
      }
      show();
    });
  }

  if (document.querySelector("link[data-waits]")) {
    waitForFonts();
  }

  // Copying, where the browser allows it: over HTTPS, or on the reader's own machine.

  const LONG_ENOUGH_TO_READ = 3000; // milliseconds

  // Replaced by the card's words in its citation.
  const WORDS = "\uFFFC";

  function textOf(button) {
    const card = button.closest(".quote-card");
    const text = button.dataset.copy || card.querySelector("a.onward").href;
    return text.replace(WORDS, () => card.querySelector(".words").textContent);
  }

  // Over its button, in a live region.
  function say(button, line) {
    const group = button.closest(".copies");
    const said = group.querySelector(".copies__said") ?? group.appendChild(element("span", { className: "copies__said" }, ""));
    said.style.insetInlineStart = `${button.offsetLeft}px`;
    said.textContent = line;
    clearTimeout(said.timer);
    said.timer = setTimeout(() => said.replaceChildren(), LONG_ENOUGH_TO_READ);
  }

  async function copy(button) {
    const { copied, notCopied } = document.body.dataset;
    try {
      await navigator.clipboard.writeText(textOf(button));
      say(button, copied);
    } catch {
      say(button, notCopied);
    }
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

  // Sharing, where the browser has a share sheet.

  if (navigator.share) {
    root.dataset.share = "";
    document.addEventListener("click", ({ target }) => {
      const url = target.closest("button[data-share]")?.dataset.share;
      if (url) {
        navigator.share({ title: document.title, url }).catch(() => {}); // the reader cancelled
      }
    });
  }

  // From a list to a quote and back. A list stores its address, its quotes and its next pages whenever it is shown
  // (static/js/listing.js); a quote opened from it, or from one of its quotes, links back to it and to its neighbours in
  // it. At the end of a page, those of the next page are fetched, until the list ends.

  const here = location.pathname;
  const BEGINNING = 16; // number of first words that identify a quote

  function quotesIn(listing) {
    return [...listing.querySelectorAll(".quote-card, [data-quote]")].map((card) => {
      const words = card.querySelector(".words");
      const all = words.textContent.trim().split(/\s+/);
      return {
        path: (card.querySelector(".onward") ?? card.querySelector("a")).pathname,
        words: all.length > BEGINNING ? `${all.slice(0, BEGINNING).join(" ")} …` : all.join(" "),
        language: words.lang,
        by: card.querySelector(".attribution, .meta").textContent.trim().replace(/\s+/g, " "),
      };
    });
  }

  const pageBeside = (listing, rel) => listing.querySelector(`.pages a[rel=${rel}]`)?.getAttribute("href");

  document.addEventListener("listed", () => {
    const listing = document.querySelector(".listing");
    const list = {
      address: location.pathname + location.search,
      heading: listing.querySelector("h1").textContent,
      quotes: quotesIn(listing),
      prev: pageBeside(listing, "prev"),
      next: pageBeside(listing, "next"),
    };
    try {
      sessionStorage.setItem("list", JSON.stringify(list));
    } catch {
      // The browser forbids storage, or it is full: quotes lead back to the plain list.
    }
  });

  async function extend(list, rel) {
    const response = await fetch(list[rel]);
    const listing = new DOMParser().parseFromString(await response.text(), "text/html").querySelector(".listing");
    if (!response.ok || !listing) {
      return;
    }
    // If the list has changed, a quote may be on both pages.
    const more = quotesIn(listing).filter(({ path }) => list.quotes.every((own) => own.path !== path));
    list.quotes = rel === "next" ? [...list.quotes, ...more] : [...more, ...list.quotes];
    list[rel] = pageBeside(listing, rel);
    sessionStorage.setItem("list", JSON.stringify(list));
  }

  function listLeftFor(quote) {
    const list = JSON.parse(sessionStorage.getItem("list"));
    if (!list || !document.referrer) {
      return null;
    }
    const from = new URL(document.referrer);
    const known = (path) => list.quotes.some(({ path: own }) => own === path);
    const led = from.origin === location.origin && (from.pathname + from.search === list.address || known(from.pathname));
    return led && known(quote) ? list : null;
  }

  function element(name, attributes, text) {
    const made = Object.assign(document.createElement(name), attributes);
    made.append(text);
    return made;
  }

  function neighbour(quote, rel, way) {
    const link = element("a", { className: `neighbour neighbour--${rel}`, href: quote.path, rel }, "");
    link.append(
      element("span", { className: "neighbour__way" }, way),
      " ",
      element("span", { className: "words words--entry", lang: quote.language }, quote.words),
      " ",
      element("span", { className: "meta" }, quote.by),
    );
    return link;
  }

  async function leadBack() {
    const nav = document.querySelector(".neighbours");
    const list = nav && listLeftFor(here);
    if (!list) {
      return;
    }
    const trail = document.querySelector(".trail a");
    trail.href = list.address;
    trail.textContent = list.heading;
    const known = list.quotes.findIndex(({ path }) => path === here);
    const ends = [...(known === 0 ? ["prev"] : []), ...(known === list.quotes.length - 1 ? ["next"] : [])];
    for (const rel of ends.filter((one) => list[one])) {
      await extend(list, rel).catch(() => {}); // without a connection the page ends here
    }
    const place = list.quotes.findIndex(({ path }) => path === here);
    const [before, after] = [list.quotes[place - 1], list.quotes[place + 1]];
    if (before || after) {
      nav.hidden = false;
      nav.querySelector("h3").textContent = nav.dataset.inList;
      nav.querySelectorAll("a").forEach((link) => link.remove());
      nav.append(
        ...(before ? [neighbour(before, "prev", nav.dataset.previous)] : []),
        ...(after ? [neighbour(after, "next", nav.dataset.next)] : []),
      );
    }
  }

  document.addEventListener("DOMContentLoaded", () => {
    // If the browser forbids storage, the page links to its neighbours in the source.
    leadBack().catch(() => {});
    // A reader who opens the header's search box on a phone wants to type.
    document.querySelector(".masthead__fold--search")?.addEventListener("toggle", ({ target }) => {
      if (target.open) {
        target.querySelector("input").focus();
      }
    });
  });

  // Completion is fetched when the reader first touches the page: most only read.

  const complete = () => import(document.body.dataset.suggestScript).catch(() => {}); // the boxes work without it
  for (const sign of ["focusin", "keydown", "pointerdown"]) {
    addEventListener(sign, complete, { once: true });
  }
}
