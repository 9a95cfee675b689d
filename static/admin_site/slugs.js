"use strict";
/* Makes slugs from titles, transliterating Russian and Kazakh as initiatives/text/slugs.py does on the server. */
{
  const LETTERS = {
    а: "a", б: "b", в: "v", г: "g", д: "d", е: "e", ё: "yo", ж: "zh", з: "z", и: "i", й: "y",
    к: "k", л: "l", м: "m", н: "n", о: "o", п: "p", р: "r", с: "s", т: "t", у: "u", ф: "f",
    х: "kh", ц: "ts", ч: "ch", ш: "sh", щ: "shch", ъ: "", ы: "y", ь: "", э: "e", ю: "yu", я: "ya",
    ә: "a", ғ: "g", қ: "k", ң: "n", ө: "o", ұ: "u", ү: "u", һ: "h", і: "i",
  };

  document.addEventListener("DOMContentLoaded", () => {
    const plain = window.URLify;
    if (plain) {
      window.URLify = (title, length) => {
        const latin = [...title.normalize("NFC").toLowerCase()].map((letter) => LETTERS[letter] ?? letter).join("");
        return plain(latin, Math.min(length, 110), true);
      };
    }
  });
}
