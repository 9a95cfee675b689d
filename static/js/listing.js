/* Lists that update in place: a filter, an order, a view, a page or a search loads the new results into the page.

   It requests the addresses of the plain links and the form, and takes the parts of the list from the plain page that
   the server returns. If anything fails, the browser navigates to the address as usual. */

// These elements stay, with their input and focus; everything around them is replaced. The count is announced.
const STAYING = [
  ".listing__head",
  ".search-form",
  ".filters",
  ".filters__body",
  ".years",
  ".years__fields",
  ".listing__results",
  ".listing__bar",
  ".listing__count",
];

const listing = document.querySelector(".listing");
let shown = location.pathname + location.search;
let request = new AbortController();

// Input that has not been submitted yet is left alone.
function renewForm(form, fresh) {
  for (const carried of form.querySelectorAll("input[type=hidden]")) {
    carried.remove();
  }
  form.append(...fresh.querySelectorAll("input[type=hidden]"));
  for (const field of form.querySelectorAll(".field")) {
    const { value } = fresh.elements[field.name];
    if (field.value === field.defaultValue) {
      field.value = value;
    }
    field.defaultValue = value;
  }
}

function renew(part, fresh) {
  // The nodes that both pages have: the new page's, and the existing one that replaces it.
  const kept = new Map();
  for (const name of STAYING) {
    const [own, node] = [part, fresh].map((parent) => parent.querySelector(`:scope > ${name}`));
    if (own && node) {
      kept.set(node, own);
    }
  }
  part.className = fresh.className;
  for (const node of [...part.childNodes]) {
    if (![...kept.values()].includes(node)) {
      node.remove();
    }
  }
  let last = null;
  for (const node of [...fresh.childNodes]) {
    const own = kept.get(node);
    if (own) {
      (own.matches("form, fieldset") ? renewForm : renew)(own, node);
    } else if (last) {
      last.after(node);
    } else {
      part.prepend(node);
    }
    last = own ?? node;
  }
}

// Identifies the same control before and after by its kind, position and name (its number may change).
function nameOf(control) {
  const group = control.closest("[aria-labelledby]")?.getAttribute("aria-labelledby");
  const label = control.matches("summary") ? "" : (control.querySelector(".option__label") ?? control).textContent;
  return [control.tagName, control.classList[0], group, label.trim()].join("|");
}

const controls = () => [...listing.querySelectorAll("a, summary")];

function put(page) {
  const results = document.getElementById("results");
  const focused = listing.contains(document.activeElement) ? document.activeElement : null;
  const name = focused && nameOf(focused);
  const open = new Set(controls().filter((control) => control.matches("[open] > summary")).map(nameOf));

  renew(listing, page.querySelector(".listing"));
  document.title = page.title;
  for (const rel of ["canonical", "alternate"]) {
    document.head.querySelectorAll(`link[rel=${rel}]`).forEach((link) => link.remove());
    document.head.append(...page.head.querySelectorAll(`link[rel=${rel}]`));
  }

  for (const control of controls()) {
    if (open.has(nameOf(control))) {
      control.parentElement.open = true;
    }
  }
  if (focused && !focused.isConnected) {
    (controls().find((control) => nameOf(control) === name) ?? results).focus({ preventScroll: true });
  }
}

// Has the list stored, so that a quote leads back here (static/js/reader.js).
const remember = () => document.dispatchEvent(new Event("listed"));

// A view may have its own style sheet, which must be loaded before the view is shown.
function styles(page) {
  const here = new Set([...document.styleSheets].map((sheet) => sheet.href));
  const missing = [...page.querySelectorAll("link[rel=stylesheet]")].filter((link) => !here.has(link.href));
  return Promise.all(missing.map((link) => new Promise((loaded, failed) => {
    link.addEventListener("load", loaded);
    link.addEventListener("error", failed);
    document.head.append(link);
  })));
}

async function follow(address, { back = false, toResults = false } = {}) {
  const results = document.getElementById("results");
  request.abort();
  request = new AbortController();
  const { signal } = request;
  results.setAttribute("aria-busy", "true");
  try {
    const response = await fetch(address, { signal });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    if (!response.ok || !page.querySelector(".listing") || page.querySelector(".error-summary")) {
      throw new Error("not a list to be put in place");
    }
    const { pathname, search } = new URL(response.url);
    await styles(page);
    signal.throwIfAborted();
    put(page);
    results.removeAttribute("aria-busy");
    if (back) {
      scrollTo(0, history.state?.scroll ?? 0);
    } else if (pathname + search !== shown) {
      history.replaceState({ scroll: scrollY }, "");
      history.pushState(null, "", pathname + search);
    }
    shown = pathname + search;
    remember();
    if (toResults) {
      results.focus();
      results.scrollIntoView();
    }
  } catch {
    // Superseded by a later request; otherwise the browser navigates.
    if (!signal.aborted) {
      location[back ? "replace" : "assign"](address);
    }
  }
}

function clicked(event) {
  const link = event.target.closest("a[href]");
  if (!link || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) {
    return;
  }
  const url = new URL(link.getAttribute("href"), location.href); // for an SVG link, `href` is not a string
  if (url.origin === location.origin && url.pathname === location.pathname && !url.hash) {
    event.preventDefault();
    follow(url, { toResults: Boolean(link.closest(".pages")) });
  }
}

function sent(event) {
  const url = new URL(event.target.action);
  for (const [name, value] of new FormData(event.target)) {
    if (value) {
      url.searchParams.append(name, value);
    }
  }
  event.preventDefault();
  // An on-screen keyboard would cover the results.
  follow(url, { toResults: matchMedia("(pointer: coarse)").matches });
}

remember();

addEventListener("pagehide", () => {
  // Of this tab's lists, the last one left is the one that led to the quote.
  remember();
  request.abort();
  document.getElementById("results").removeAttribute("aria-busy");
});

// A page with errors has messages beside its fields: load the next page completely.
if (!listing.querySelector(".error-summary")) {
  listing.addEventListener("click", clicked);
  listing.addEventListener("submit", sent);
  addEventListener("popstate", () => {
    if (location.pathname + location.search !== shown) {
      follow(location.href, { back: true });
    }
  });
}
