"use strict";
/* Counts the characters of a quotation while it is typed. Excess text is never cut off: pasted text must not be lost
   silently. */
{
  const PAUSE = 300;
  const number = new Intl.NumberFormat(document.documentElement.lang);

  function count(field) {
    const row = field.closest(".form-row");
    let region = row.querySelector(".text-length");
    if (!region) {
      region = document.createElement("div");
      region.className = "text-length";
      region.setAttribute("role", "status");
      row.append(region);
    }
    const length = [...field.value.trim()].length;
    const most = Number(field.dataset.most);
    region.classList.toggle("is-over", length > most);
    region.textContent = length
      ? field.dataset.count.replace("%(count)s", number.format(length)).replace("%(most)s", number.format(most))
      : "";
  }

  let timer = 0;
  document.addEventListener("input", (event) => {
    if (event.target.matches("textarea[data-most]")) {
      window.clearTimeout(timer);
      timer = window.setTimeout(count, PAUSE, event.target);
    }
  });
}
