"""Questions as people type them into the search field, judged by hand against the first content (questions.csv).

The right items of a question are named best first, milestones by their number in the fixtures.
"""

import csv
import random
from collections.abc import Iterable
from io import StringIO
from pathlib import Path

import pymorphy3
import pytest
from django.core.management import call_command
from english_words import get_english_words_set

from initiatives.models import Milestone, Quote, Source
from initiatives.models.choices import Kind
from initiatives.pages.lists.groups import FIRST
from initiatives.search import Criteria, parse, search
from initiatives.search.analysis import stems_in_all_languages, words
from initiatives.search.content import KINDS
from initiatives.search.known_words import is_real_word, is_stop_word
from initiatives.search.vocabulary import FEW

pytestmark = pytest.mark.django_db

EVERYTHING = Criteria(frozenset(Kind))

QUESTIONS = list(csv.DictReader((Path(__file__).parent / "questions.csv").read_text().splitlines()))
# Rows on the first screen of the search page: the first results of two or three kinds.
SCREEN = 7


def shown(question: str) -> list[str]:
    """Return what the search page shows for a question, in order: by kind, or the closest matches."""
    results = search(EVERYTHING.with_words(parse(question)))
    hits = [hit for group in results.by_kind(FIRST) for hit in group.best]
    if not hits and (near := results.closest()):
        hits = near.hits
    return [name_of(hit.kind, hit.object_id) for hit in hits]


def name_of(kind: str, key: int) -> str:
    model = KINDS[kind].model
    item = model._default_manager.get(pk=key)
    if model in (Milestone, Quote):
        number = model._default_manager.filter(pk__lte=key).count()
    return (
        f"{kind}/{number if model in (Milestone, Quote) else getattr(item, 'slug', '') or getattr(item, 'number', key)}"
    )


def test_the_right_item_comes_first_or_on_the_first_screen(content):
    answered = [row for row in QUESTIONS if row["right"]]
    found = {row["question"]: shown(row["question"]) for row in QUESTIONS}
    first = [
        row for row in answered if found[row["question"]][:1] and found[row["question"]][0] in row["right"].split()
    ]
    seen = [row for row in answered if {*found[row["question"]][:SCREEN]} & {*row["right"].split()}]
    unrelated = [row["question"] for row in QUESTIONS if not row["right"] and found[row["question"]]]
    assert len(first) >= 0.75 * len(answered), [row for row in answered if row not in first]
    assert len(seen) >= 0.95 * len(answered), [row for row in answered if row not in seen]
    assert unrelated == []
    # What is missing is said, not replaced.
    assert len(answered) >= 45
    assert len(QUESTIONS) - len(answered) >= 10


# Everyday words, most of which the record lacks.
KAZAKH = """
    адам ай айна алма алтын ана апта ара арба арыстан асхана ат ата ағаш аю бала балық бас бақша бауырсақ бесік бидай
    бие бір бөдене бұлақ бұлт бүркіт дала дауыл дәптер домбыра дос дүкен емхана ерін есік ет жаз жаңбыр жапырақ жарық
    жол жолбарыс жүзім жүк жүрек жылқы зат иық ит кеме кент кесе кілем кілт кітап көл көпір көше күз күміс күн күріш
    қабырға қазан қала қалам қант қар қасқыр қауын қой қонақ қоян құлақ құм құмыра құс қыз қыс май мал мектеп мысық
    нан орман отбасы өзен пышақ сабын саз сандық сәбіз сөмке сұлу сүт табақ тауық тау терезе тұз түйе үй ұшақ шай
""".split()  # noqa: SIM905


@pytest.fixture
def content(db):
    call_command("load_first_content", verbosity=0, stdout=StringIO())


def drawn(words: Iterable[str], number: int) -> list[str]:
    """Return some of these words, the same in every run."""
    return random.Random(24).sample(sorted(words), number)


def reading(typed: str) -> tuple[str, list[str]]:
    """Return the words that were searched for, and the spellings offered."""
    results = search(EVERYTHING.with_words(parse(typed)))
    offered = results.spellings(parse(typed)) if results.count < FEW and not results.read_as else []
    return results.query.typed, [spelling.query.typed for spelling in offered]


def test_real_words_are_never_replaced(content):
    english = [word for word in get_english_words_set(["gcide"], alpha=True, lower=True) if 4 <= len(word) <= 12]
    known = pymorphy3.MorphAnalyzer(lang="ru").dictionary.words
    russian = {word for prefix in ("пол", "гор", "мор", "зем", "стр") for word in known.keys(prefix) if word.isalpha()}
    for word in [*drawn(english, 100), *drawn(russian, 100)]:
        assert reading(word) == (word, []), word
    for word in drawn(KAZAKH, 100):
        assert reading(word)[0] == word


def test_misspelt_words_are_found_or_offered(content):
    chance = random.Random(24)
    pages = [*Source.objects.values_list("title", "description"), *Milestone.objects.values_list("text")]
    texts = [word.form for page in pages for text in page for word in words(text)]
    known = sorted({form for form in texts if form.isalpha() and len(form) >= 5 and not is_stop_word(form)})
    missed, tried = [], 0
    for word in chance.choices(known, k=600):
        typed = word
        for _slip in range(2 if len(word) >= 8 else 1):
            typed = slip(typed, chance)
        if tried == 300 or is_real_word(typed):
            continue
        tried += 1
        searched, offered = reading(typed)
        if word not in {searched, *offered} and not stems(word) & stems(searched, *offered):
            missed.append((word, typed, searched, offered))
    assert tried == 300
    assert len(missed) <= 15, missed


def slip(word: str, chance: random.Random) -> str:
    """Return a word with one typing error: a letter left out, doubled or changed, or two swapped."""
    at = chance.randrange(1, len(word) - 1)
    letter = chance.choice("abcdefghijklmnopqrstuvwxyz" if word.isascii() else "абвгдежзийклмнопрстуфхцчшщыьэюя")
    middle = chance.choice(["", word[at] * 2, letter, word[at + 1] + word[at]])
    return word[:at] + middle + word[at + (2 if len(middle) == 2 and middle[0] != middle[1] else 1) :]


def stems(*typed: str) -> set[str]:
    return {stem for one in typed for (stem,) in stems_in_all_languages([one])}
