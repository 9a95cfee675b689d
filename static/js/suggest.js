// Completion in the search boxes: a combobox with a list (https://www.w3.org/WAI/ARIA/apg/patterns/combobox/).
// The form gives the address: <form data-suggest="/suggest/?in=quotes">. Without this script it is a plain form.

const PAUSE = 120; // milliseconds without a key press before a request
const SHORTEST = 2;
const BOXES = "[data-suggest] input[name=q]";
const attached = new WeakSet();

const element = (tag, attributes, ...children) => {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
};

// The style sheet of the suggestions, requested once.
let styled;
function style() {
  styled ??= new Promise((loaded) => {
    const sheet = element("link", { rel: "stylesheet", href: document.body.dataset.suggestStyles });
    sheet.onload = sheet.onerror = loaded;
    document.head.append(sheet);
  });
  return styled;
}

function attach(input) {
  if (attached.has(input)) return;
  attached.add(input);
  const { form } = input;
  const list = element("ul", { class: "suggestions", role: "listbox", id: `${input.id}-suggestions`, hidden: "" });
  const status = element("span", { class: "visually-hidden", "aria-live": "polite" });
  input.after(list, status);
  for (const [name, value] of Object.entries({
    role: "combobox",
    autocomplete: "off",
    "aria-autocomplete": "list",
    "aria-expanded": "false",
    "aria-controls": list.id,
  })) {
    input.setAttribute(name, value);
  }

  let found = [];
  let current = -1; // index in `found`; -1 is the box itself
  let typed = "";
  let timer;
  let asking;

  function close() {
    clearTimeout(timer);
    asking?.abort();
    list.hidden = true;
    current = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function show({ title, message, suggestions }) {
    found = suggestions;
    list.setAttribute("aria-label", title);
    current = -1;
    // A count is for the words alone, without the filters that the form also submits.
    const alone = [...new FormData(form)].every(([name, value]) => name === "q" || !value);
    list.replaceChildren(
      ...found.map((row, place) => {
        const label = element("span", { class: "suggestions__label" }, row.label);
        if (row.language) label.lang = row.language;
        if (row.other) label.append(" ", element("span", { class: "suggestions__other" }, `(${row.other})`));
        const option = element("li", { role: "option", id: `${list.id}-${place}`, "aria-selected": "false" }, label);
        if (row.kind !== "word" || alone) {
          option.append(" ", element("span", { class: "suggestions__note" }, row.note));
        }
        return option;
      }),
    );
    if (!found.length) return close();
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
    status.textContent = message;
  }

  async function ask() {
    asking = new AbortController();
    const address = new URL(form.dataset.suggest, location.href);
    address.searchParams.set("q", typed);
    const { signal } = asking;
    let answer;
    try {
      const ready = style();
      answer = await (await fetch(address, { signal })).json();
      await ready;
      signal.throwIfAborted();
    } catch {
      return; // aborted for a newer request, or failed: the box works without it
    }
    show(answer);
  }

  function mark(place) {
    list.children[current]?.setAttribute("aria-selected", "false");
    current = place;
    const option = list.children[current];
    if (!option) return input.removeAttribute("aria-activedescendant");
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", option.id);
  }

  function choose(row) {
    close();
    if (row.kind !== "word") return location.assign(row.url);
    typed = input.value = row.label;
    form.requestSubmit();
  }

  input.addEventListener("input", () => {
    close();
    typed = input.value;
    status.textContent = "";
    if (typed.trim().length >= SHORTEST) timer = setTimeout(ask, PAUSE);
  });

  input.addEventListener("keydown", (event) => {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "ArrowDown" && list.hidden && input.value.trim().length >= SHORTEST) {
      typed = input.value;
      ask();
    } else if (list.hidden) {
      return;
    } else if (event.key === "ArrowDown") {
      mark(current + 1 < found.length ? current + 1 : -1);
    } else if (event.key === "ArrowUp") {
      mark(current < 0 ? found.length - 1 : current - 1);
    } else if (event.key === "Enter" && current >= 0) {
      choose(found[current]);
    } else if (event.key === "Escape") {
      close();
    } else {
      return;
    }
    event.preventDefault();
  });

  input.addEventListener("blur", close);
  form.addEventListener("submit", close);
  list.addEventListener("mousedown", (event) => event.preventDefault()); // the box keeps the focus
  list.addEventListener("click", ({ target }) => {
    const place = [...list.children].indexOf(target.closest("[role=option]"));
    if (place >= 0) choose(found[place]);
  });
}

// static/js/reader.js fetches this file when the reader first touches the page, so words may already have been typed.
document.querySelectorAll(BOXES).forEach(attach);
if (document.activeElement.matches(BOXES) && document.activeElement.value !== document.activeElement.defaultValue) {
  document.activeElement.dispatchEvent(new Event("input"));
}
// Boxes added later.
document.addEventListener("focusin", ({ target }) => target.matches(BOXES) && attach(target));
