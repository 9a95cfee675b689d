"use strict";
/* The page on which an editor reads a copy (see initiatives/admin/reading.py): selects passages by mouse, finger or
   keyboard, and sends their places. The browser's own selection is the only cursor. Places are counted in characters
   (code points) of the whole text, as the server counts them. */
document.addEventListener("DOMContentLoaded", () => {
  const $ = window.django.jQuery;
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
  const edges = (paragraph) => paragraph.dataset.edges.split(" ").filter(Boolean);
  const grouped = paragraphs().map((one) =>
    edges(one).map((edge) => edge.split("-").map((place) => startOf(one) + Number(place))),
  );
  const sentences = grouped.flat();
  const firsts = grouped.map(([first]) => first).filter(Boolean);

  function placeOf(node, offset) {
    const paragraph = (node.nodeType === Node.TEXT_NODE ? node.parentElement : node).closest("[data-start]");
    const range = document.createRange();
    range.setStart(paragraph || node, paragraph ? 0 : offset);
    if (!paragraph) {
      const next = paragraphs().find((one) => range.comparePoint(one, 0) >= 0);
      return next ? startOf(next) : base + letters.length;
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
    if (!now.rangeCount || now.isCollapsed) {
      return null;
    }
    const range = now.getRangeAt(0);
    if (!range.intersectsNode(text) || !text.contains(now.anchorNode) || !text.contains(now.focusNode)) {
      return null;
    }
    const [start, end] = [placeOf(range.startContainer, range.startOffset), placeOf(range.endContainer, range.endOffset)];
    return start < end ? [start, end] : null;
  }

  let last = base;

  function select(start, end, { scrolls = true } = {}) {
    last = start;
    document.getSelection().setBaseAndExtent(...pointOf(start), ...pointOf(end));
    selectedWords.textContent = letters.slice(start - base, end - base).join("").slice(0, 400);
    const box = document.getSelection().getRangeAt(0).getBoundingClientRect();
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

  const held = [];

  function place() {
    const now = selection();
    bar.hidden = !now && !held.length;
    bar.querySelector("[data-held]").hidden = !held.length;
    if (now) {
      const box = document.getSelection().getRangeAt(0).getBoundingClientRect();
      const around = text.getBoundingClientRect();
      bar.style.top = `${box.bottom - around.top + 6}px`;
      bar.style.left = `${Math.max(0, Math.min(box.left - around.left, around.width - bar.offsetWidth))}px`;
    }
  }

  /* Requests, one after another. */

  let queue = Promise.resolve();

  function show(name) {
    for (const message of document.querySelectorAll("[data-message]")) {
      message.hidden = message.dataset.message !== name;
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
    said.textContent = failed ? "" : answer.querySelector("[data-answer=said]").textContent;
    for (const part of answer.querySelectorAll("template")) {
      const there = document.getElementById(part.dataset.replace || part.dataset.prepend);
      if (part.dataset.prepend) {
        there.prepend(part.content);
      } else if (there) {
        there.replaceWith(part.content);
      }
    }
    $("#reading-head .admin-autocomplete:not(.select2-hidden-accessible)").djangoAdminSelect2();
    if (!focused.isConnected && focused.value) {
      lines.querySelector(`[name="${focused.name}"][value="${window.CSS.escape(focused.value)}"]`)?.focus();
    }
    if (now) {
      select(...now, { scrolls: false });
    }
  }

  /* `make` returns the data to send, or null; it is called once the requests before it are answered. */
  function send(make) {
    queue = queue.then(async () => {
      const body = make();
      if (!body) {
        return;
      }
      body.set("one", "1");
      try {
        const answer = await fetch(window.location.href, { method: "POST", body, redirect: "manual" });
        if (answer.status === 201 || answer.status === 200) {
          put(await answer.text());
          show(null);
        } else if (answer.type === "opaqueredirect") {
          show("logged-out");
        } else {
          show(answer.status === 403 ? "outdated" : "failed");
        }
      } catch {
        show("failed");
      }
    });
  }

  function quote() {
    const now = selection();
    const spans = [...held, ...(now ? [now] : [])];
    if (!spans.length) {
      return;
    }
    const body = new FormData(form);
    body.set("pieces", spans.map((span) => span.join("-")).join(","));
    send(() => body);
    clear();
    [, last] = spans.at(-1);
  }

  function undo() {
    send(() => {
      const button = document.querySelector("[data-undo]");
      return button && new FormData(button.form, button);
    });
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

  function more(step) {
    const now = selection() || near(sentences, 1);
    const ends = sentences.map(([, end]) => end).filter((end) => end > now[0]);
    select(now[0], (step > 0 ? ends.find((end) => end > now[1]) : ends.findLast((end) => end < now[1])) || now[1]);
  }

  function word(step, atStart) {
    const [start, end] = selection() || near(sentences, 1);
    // At the far side of a word in the direction of the step, and then over the spaces if it shrinks.
    const shrinks = atStart === step > 0;
    const moved = skip(skip(atStart ? start : end, step, !shrinks), step, shrinks);
    const [from, to] = atStart ? [moved, end] : [start, moved];
    if (from < to) {
      select(from, to);
    }
  }

  function press(event) {
    const to = { ArrowDown: 1, j: 1, J: 1, ArrowUp: -1, k: -1, K: -1 }[event.key];
    const side = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const goes = (there) => there && select(...there);
    if (event.ctrlKey || event.metaKey || (event.altKey && !event.shiftKey)) {
      return false;
    }
    if (to) {
      event.shiftKey ? more(to) : goes(near(sentences, to));
    } else if (side) {
      event.shiftKey ? word(side, event.altKey) : goes(near(firsts, side));
    } else if (event.key === "n") {
      goes(near(worth(), 1));
    } else if (event.key === "Enter" || event.key === "q") {
      quote();
    } else if (event.key === "+" || event.key === "a") {
      hold();
    } else if (event.key === "u") {
      undo();
    } else if (event.key === "Escape") {
      clear();
    } else {
      return false;
    }
    return true;
  }

  function hold() {
    const now = selection();
    if (now) {
      held.push(now);
      document.getSelection().removeAllRanges();
      [, last] = now;
      place();
      selectedWords.textContent = bar.querySelector("[data-held]").textContent;
    }
  }

  /* User actions. */

  text.addEventListener("keydown", (event) => {
    if (event.target === text && press(event)) {
      event.preventDefault();
    }
  });

  // A click selects its sentence; with Shift, all sentences up to it.
  text.addEventListener("click", (event) => {
    if (event.target.closest("a, label, button") || event.detail > 1) {
      return;
    }
    const now = selection();
    if (now && !event.shiftKey) {
      return;
    }
    const point = document.caretPositionFromPoint
      ? document.caretPositionFromPoint(event.clientX, event.clientY)
      : document.caretRangeFromPoint(event.clientX, event.clientY);
    const node = point && (point.offsetNode || point.startContainer);
    if (!node || !text.contains(node)) {
      return;
    }
    const at = placeOf(node, point.offset ?? point.startOffset);
    const [from, to] = now ? [Math.min(now[0], at), Math.max(now[1], at)] : [at, at];
    const chosen = sentences.filter(([start, end]) => start <= to && end >= from);
    if (chosen.length) {
      select(chosen[0][0], chosen.at(-1)[1], { scrolls: false });
    }
  });

  // A press on the bar keeps the selection.
  bar.addEventListener("mousedown", (event) => event.preventDefault());
  bar.addEventListener("click", (event) => {
    const does = { quote, add: hold, longer: () => more(1) };
    const button = event.target.closest("[data-do]");
    if (button) {
      does[button.dataset.do]();
    }
  });

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const body = new FormData(form);
    send(() => body);
    for (const box of text.querySelectorAll("input:checked")) {
      box.checked = false;
    }
  });

  lines.addEventListener("submit", (event) => {
    event.preventDefault();
    const body = new FormData(event.target, event.submitter);
    send(() => body);
  });
  lines.addEventListener("change", (event) => {
    if (event.target.matches("[data-line] [type=checkbox]")) {
      event.target.form.requestSubmit(event.target.form.querySelector("[value=change]"));
    }
  });

  document.addEventListener("selectionchange", place);
  form.querySelector("[data-with-script]").hidden = false;
});
