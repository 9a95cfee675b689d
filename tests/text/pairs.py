"""Makes labelled pairs of quotation and document from running text: true ones that typesetting changed, false ones.

`python -m tests.text.pairs FILE…` makes 300 from texts (UTF-8, paragraphs divided by empty lines) and prints which were
judged wrongly, so that texts that are not the project's can be tried.
"""

import random
import re
import sys
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

from initiatives.text.comparison import Document, Level

_SENTENCE = re.compile(r"(?:(?<=[.!?] )|^)[^\W\d_][^.!?\n]{30,400}[.!?](?=\s|$)", re.MULTILINE)
_NEGATION = re.compile(r"\b(?:not|never|no|without|cannot|не|ни|нет|нельзя|без)\b ?|n't\b| (?:емес|жоқ)\b")
_LOOK_ALIKES = str.maketrans("асеорху", "aceopxy")
_FOREIGN = ("really", "конечно", "мүлдем")

Change = Callable[[str, random.Random], str | None]


def _rewrapped(text: str, rng: random.Random) -> str:
    width = rng.randint(20, 60)
    lines = [""]
    for word in text.split():
        if len(lines[-1]) + len(word) > width:
            lines.append("")
        lines[-1] += word + " "
    return rng.choice(["\n", "\n    ", "\u00a0\n"]).join(line.strip() for line in lines)


def _marks(text: str, rng: random.Random) -> str | None:
    changed = re.sub("[\"'“”«»‘’„`]", lambda match: rng.choice("“”’\"'„"), text).replace("-", "‑")
    return changed if changed != text else None


def _hyphens(text: str, rng: random.Random) -> str:
    return re.sub(r"(?<=\w\w)(?=\w\w\w)", lambda _m: "\u00ad" if rng.random() < 0.3 else "", text)


def _look_alikes(text: str, rng: random.Random) -> str | None:
    def word(match: re.Match) -> str:
        letters = [c.translate(_LOOK_ALIKES) if rng.random() < 0.6 else c for c in match.group()]
        return "".join(letters) if re.search("[а-я]", "".join(letters)) else match.group()

    changed = re.sub(r"[а-яәғқңөұүһі]{4,}", word, text)
    return changed if changed != text else None


def _omission(text: str, rng: random.Random) -> str | None:
    words = text.split(" ")
    if len(words) < 14:
        return None
    start, count = rng.randint(4, len(words) - 9), rng.randint(1, 4)
    # Without a negation the pair would be a false one.
    if _NEGATION.search(" ".join(words[start : start + count])):
        return None
    return " ".join([*words[:start], rng.choice(["…", "[…]", "...", "(…)"]), *words[start + count :]])


def _negation(text: str, rng: random.Random) -> str | None:
    return _NEGATION.sub("", text, count=1) if _NEGATION.search(text) else None


def _number(text: str, rng: random.Random) -> str | None:
    found = list(re.finditer(r"\d+", text))
    if not found:
        return None
    one = rng.choice(found)
    other = rng.choice([one.group() + "0", one.group()[:-1], str(int(one.group()) + 1)])
    return text[: one.start()] + other + text[one.end() :] if other else None


def _ending(text: str, rng: random.Random) -> str | None:
    words = list(re.finditer(r"[^\W\d_]{5,}", text))
    if not words:
        return None
    one = rng.choice([words[-1], rng.choice(words)])
    return text[: one.end() - 1] + rng.choice(["", "s", "ы", "ға"]) + text[one.end() :]


def _swapped(text: str, rng: random.Random) -> str | None:
    sentences = re.findall(r"[^.!?]+[.!?]", text)
    return " ".join(part.strip() for part in reversed(sentences)) if len(set(sentences)) > 1 else None


def _word_added(text: str, rng: random.Random) -> str:
    words = text.split(" ")
    words.insert(rng.randint(0, len(words)), rng.choice(_FOREIGN))
    return " ".join(words)


TRUE: dict[Level, tuple[Change, ...]] = {
    Level.TYPOGRAPHY: (_rewrapped, _marks, _hyphens, _look_alikes),
    Level.OMISSIONS: (_omission,),
}
FALSE: tuple[Change, ...] = (_negation, _number, _ending, _swapped, _word_added)


def pairs(document: str, count: int, seed: int) -> list[tuple[str, str, Level]]:
    """Return up to `count` true and `count` false quotations: (change, quotation, the level at which it is there)."""
    rng = random.Random(seed)
    running = " ".join(document.split())
    found = [match.group().strip() for match in _SENTENCE.finditer(document)]
    double = [f"{one} {two}" for one, two in pairwise(found) if f"{one} {two}" in document]
    changes = [(Level.NOT_FOUND, change) for change in FALSE for _ in range(len(TRUE[Level.TYPOGRAPHY]) + 1)]
    changes += [(level, change) for level, some in TRUE.items() for change in some for _ in range(len(FALSE))]
    made: list[tuple[str, str, Level]] = []
    for level, change in changes * (count // (len(changes) // 2) + 1):
        source = double if change is _swapped else found
        for text in rng.sample(source, min(len(source), 60)):
            quotation = change(text, rng)
            if quotation and quotation != text and not (level == Level.NOT_FOUND and quotation in running):
                made.append((change.__name__, quotation, level))
                break
    true = [pair for pair in made if pair[2] != Level.NOT_FOUND]
    return true[:count] + [pair for pair in made if pair[2] == Level.NOT_FOUND][:count]


def wrong(document: str, count: int, seed: int) -> tuple[list[tuple[str, str, Level, Level]], int]:
    """Return the pairs that `Document.compare` judges wrongly, and how many pairs were made."""
    compared, made = Document(document), pairs(document, count, seed)
    judged = [(name, text, level, compared.compare(text).level) for name, text, level in made]
    return [pair for pair in judged if pair[2] != pair[3]], len(made)


if __name__ == "__main__":
    for name in sys.argv[1:]:
        mistakes, number = wrong(Path(name).read_text(), 50, 20261202)
        sys.stdout.write(f"{name}: {number} pairs, {len(mistakes)} judged wrongly\n")
        sys.stdout.writelines(f"    {mistake}\n" for mistake in mistakes)
