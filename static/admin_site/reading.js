"use strict";
/* Reading a copy (see initiatives/admin/reading.py): selects passages by mouse, finger or keyboard, and sends their
   places, counted in characters (code points) of the whole text. The browser's own selection is the only cursor. */
document.addEventListener("DOMContentLoaded", () => {
  const form = document.getElementById("reading_form");
  const text = form.querySelector("[data-text]");
  const bar = text.querySelector("[data-bar]");
  const said = document.querySelector("[data-said]");
  const selectedWords = document.querySelector("[data-selected]");
  const refused = document.querySelector("[data-refused]");
  const lines = document.getElementById("reading-lines");

  /* Places. */

  const paragraphs = () => [...text.querySelectorAll("[data-start]")];
  const startOf = (paragraph) => Number(paragraph.dataset.start);
  // Paragraphs are divided by two characters.
  const letters = [...paragraphs().map((paragraph) => paragraph.textContent).join("\n\n")];
  const base = startOf(paragraphs()[0]);
  const grouped = paragraphs().map((one) =>
    (one.dataset.edges.match(/\S+/g) || []).map((edge) => edge.split("-").map((place) => startOf(one) + Number(place))),
  );
  const sentences = grouped.flat();
  const firsts = grouped.map(([first]) => first).filter(Boolean);

  function placeOf(node, offset) {
    const paragraph = (node.nodeType === Node.TEXT_NODE ? node.parentElement : node).closest("[data-start]");
    const range = document.createRange();
    range.setStart(paragraph || node, paragraph ? 0 : offset);
    if (!paragraph) {
      return startOf(paragraphs().find((one) => range.comparePoint(one, 0) >= 0) || paragraphs().at(-1));
    }
    range.setEnd(node, offset);
    return startOf(paragraph) + [...range.toString()].length;
  }

  function pointOf(place) {
    const paragraph = paragraphs().findLast((one) => startOf(one) <= place) || paragraphs()[0];
    const walker = document.createTreeWalker(paragraph, NodeFilter.SHOW_TEXT);
    let left = place - startOf(paragraph);
    let point = [paragraph, 0];
    while (left >= 0 && walker.nextNode()) {
      const all = [...walker.currentNode.data];
      point = [walker.currentNode, all.slice(0, left).join("").length];
      left -= all.length + (left === all.length ? 1 : 0);
    }
    return point;
  }

  /* The selection, as [start, end]; null if there is none in the text. */
  function selection() {
    const now = document.getSelection();
    if (now.isCollapsed || !text.contains(now.anchorNode) || !text.contains(now.focusNode)) {
      return null;
    }
    const { startContainer, startOffset, endContainer, endOffset } = now.getRangeAt(0);
    const [start, end] = [placeOf(startContainer, startOffset), placeOf(endContainer, endOffset)];
    return start < end ? [start, end] : null;
  }

  function rangeOf(start, end) {
    const range = document.createRange();
    range.setStart(...pointOf(start));
    range.setEnd(...pointOf(end));
    return range;
  }

  // Where the last selection was; the passages that will be joined with […]; and requests, one after another.
  let last = base;
  const held = [];
  let queue = Promise.resolve();

  function select(start, end, { scrolls = true } = {}) {
    last = start;
    said.textContent = scrolls ? "" : said.textContent;
    const range = rangeOf(start, end);
    document.getSelection().removeAllRanges();
    document.getSelection().addRange(range);
    selectedWords.textContent = letters.slice(start - base, end - base).join("").slice(0, 400);
    const box = range.getBoundingClientRect();
    if (scrolls && (box.top < 60 || box.bottom > window.innerHeight - 100)) {
      window.scrollBy(0, box.top - window.innerHeight / 3);
    }
  }

  function clear() {
    held.length = 0;
    document.getSelection().removeAllRanges();
    selectedWords.textContent = "";
    place();
  }

  /* The bar beside the selection. */

  function place() {
    const now = selection();
    bar.hidden = !now && !held.length;
    bar.querySelector("[data-held]").hidden = !held.length;
    window.CSS.highlights?.set("held", new window.Highlight(...held.map((span) => rangeOf(...span))));
    if (now) {
      const box = document.getSelection().getRangeAt(0).getBoundingClientRect();
      const around = text.getBoundingClientRect();
      bar.style.top = `${box.bottom - around.top + 6}px`;
      bar.style.left = `${Math.max(0, Math.min(box.left - around.left, around.width - bar.offsetWidth))}px`;
    }
  }

  function put(html) {
    const now = selection();
    const focused = document.activeElement;
    const answer = document.createElement("div");
    answer.innerHTML = html;
    const failed = answer.querySelector("[data-answer=refused]");
    refused.hidden = !failed;
    refused.replaceChildren(...(failed ? [failed] : []));
    for (const box of failed ? [] : text.querySelectorAll("input:checked")) {
      box.checked = false;
    }
    said.textContent = failed ? "" : answer.querySelector("[data-answer=said]").textContent;
    for (const part of answer.querySelectorAll("template")) {
      const there = document.getElementById(part.dataset.replace || part.dataset.prepend);
      there?.[part.dataset.prepend ? "prepend" : "replaceWith"](part.content);
    }
    window.django.jQuery("#reading-head .admin-autocomplete:not(.select2-hidden-accessible)").djangoAdminSelect2();
    if (!focused.isConnected && focused.value) {
      lines.querySelector(`[name="${focused.name}"][value="${window.CSS.escape(focused.value)}"]`)?.focus();
    }
    if (now) {
      select(...now, { scrolls: false });
    }
  }

  async function post(body) {
    body.set("one", "1");
    const answer = await fetch(window.location.href, { method: "POST", body, redirect: "manual" });
    if (answer.ok) {
      put(await answer.text());
    }
    // 0 is a redirect to the log-in.
    return { 0: "logged-out", 200: "refused", 201: "", 403: "outdated" }[answer.status] ?? "failed";
  }

  /* `make` returns the data, once the requests before it are answered; `mend` is called if nothing was saved. */
  function send(make, mend = () => {}) {
    queue = queue.then(async () => {
      const body = make();
      const failed = body && (await post(body).catch(() => "failed"));
      for (const message of document.querySelectorAll("[data-message]")) {
        message.hidden = message.dataset.message !== failed;
      }
      if (failed) {
        mend();
      }
    });
  }

  function quote() {
    const spans = [...held, selection()].filter(Boolean);
    if (!spans.length) {
      return;
    }
    const body = new FormData(form);
    body.set("pieces", spans.map((span) => span.join("-")).join(","));
    clear();
    [, last] = spans.at(-1);
    // If it was not saved, and nothing else was selected since, it is selected again.
    const mend = () => {
      if (!held.length && !selection()) {
        held.push(...spans.slice(0, -1));
        select(...spans.at(-1), { scrolls: false });
      }
    };
    send(() => body, mend);
  }

  function undo() {
    const button = () => document.querySelector("[data-undo]");
    send(() => button() && new FormData(button().form, button()));
  }

  /* Moving. */

  function skip(at, step, spaces) {
    const letter = () => letters[at - base + (step < 0 ? -1 : 0)];
    while (letter() !== undefined && /\s/.test(letter()) === spaces) {
      at += step;
    }
    return at;
  }

  /* The next or previous passage of a list. */
  function near(list, step) {
    const [start, end] = selection() || [last, last];
    return step > 0 ? list.find((one) => one[0] >= end) : list.findLast((one) => one[0] < start);
  }

  const worth = () =>
    [...text.querySelectorAll(".reading__worth")].map((one) => sentences.find(([, end]) => end > placeOf(one, 0)));
  const present = () => selection() || near(sentences, 1) || sentences.at(-1);

  function more(step) {
    const now = present();
    const ends = sentences.map(([, end]) => end).filter((end) => end > now[0]);
    select(now[0], (step > 0 ? ends.find((end) => end > now[1]) : ends.findLast((end) => end < now[1])) || now[1]);
  }

  function word(step, atStart) {
    const [start, end] = present();
    // Over the spaces and a word if it grows, over a word and the spaces if it shrinks.
    const shrinks = atStart === step > 0;
    const moved = skip(skip(atStart ? start : end, step, !shrinks), step, shrinks);
    if (atStart ? moved < end : moved > start) {
      select(...(atStart ? [moved, end] : [start, moved]));
    }
  }

  const goes = (there) => there && select(...there);
  const keys = {
    ArrowDown: () => goes(near(sentences, 1)),
    ArrowUp: () => goes(near(sentences, -1)),
    ArrowRight: () => goes(near(firsts, 1)),
    ArrowLeft: () => goes(near(firsts, -1)),
    n: () => goes(near(worth(), 1)),
    Enter: quote,
    "+": hold,
    u: undo,
    t: () => lines.querySelector("fieldset input, summary")?.focus(),
    Escape: clear,
    "Shift+ArrowDown": () => more(1),
    "Shift+ArrowUp": () => more(-1),
    "Shift+ArrowRight": () => word(1, false),
    "Shift+ArrowLeft": () => word(-1, false),
    "Alt+Shift+ArrowRight": () => word(1, true),
    "Alt+Shift+ArrowLeft": () => word(-1, true),
  };
  const twins = { j: "ArrowDown", k: "ArrowUp", "Shift+j": "Shift+ArrowDown", "Shift+k": "Shift+ArrowUp" };

  function hold() {
    const now = selection();
    if (now) {
      held.push(now);
      document.getSelection().removeAllRanges();
      [, last] = now;
      selectedWords.textContent = bar.querySelector("[data-held]").textContent;
    }
  }

  /* User actions. */

  text.addEventListener("keydown", (event) => {
    // Letters by their place, so that they work in a Cyrillic layout, too.
    const letter = /^Key(.)$/.exec(event.code);
    const key = letter ? letter[1].toLowerCase() : event.key;
    const isMoved = letter || key.startsWith("Arrow");
    const name = `${event.altKey ? "Alt+" : ""}${event.shiftKey && isMoved ? "Shift+" : ""}${key}`;
    const does = keys[twins[name] || name];
    if (event.target === text && !event.ctrlKey && !event.metaKey && does) {
      event.preventDefault();
      does();
    }
  });

  // A click selects its sentence; with Shift, all sentences up to it.
  text.addEventListener("click", (event) => {
    const now = selection();
    const point = document.caretPositionFromPoint?.(event.clientX, event.clientY);
    const goesOn = event.target.closest("a, label, button, .reading__beside") || event.detail > 1 || (now && !event.shiftKey);
    if (goesOn || !point || !text.contains(point.offsetNode)) {
      return;
    }
    const at = placeOf(point.offsetNode, point.offset);
    const [from, to] = now ? [Math.min(now[0], at), Math.max(now[1], at)] : [at, at];
    const chosen = sentences.filter(([start, end]) => start <= to && end >= from);
    if (chosen.length) {
      select(chosen[0][0], chosen.at(-1)[1], { scrolls: false });
    }
  });

  // A press on the bar keeps the selection.
  bar.addEventListener("mousedown", (event) => event.preventDefault());
  const buttons = { quote, add: hold, longer: () => more(1) };
  bar.addEventListener("click", ({ target }) => buttons[target.dataset.do]?.());
  for (const part of [form, lines]) {
    part.addEventListener("submit", (event) => {
      event.preventDefault();
      const body = new FormData(event.target, event.submitter);
      send(() => body);
    });
  }
  lines.addEventListener("keydown", ({ key }) => key === "Escape" && text.focus({ preventScroll: true }));
  lines.addEventListener("change", (event) => {
    if (event.target.matches("[data-line] [type=checkbox]")) {
      event.target.form.requestSubmit(event.target.form.querySelector("[value=change]"));
    }
  });

  document.addEventListener("selectionchange", place);
  form.querySelector("[data-with-script]").hidden = false;
});
