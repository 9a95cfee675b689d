"""Completion and spelling, based on the words of all texts in the index and the names of public items.

The index also contains the words of drafts, so each suggestion is counted by the public search before it is shown, and
drafts do not leak. Items are loaded as the public sees them.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, NamedTuple

import tantivy
from rapidfuzz import process
from rapidfuzz.distance import OSA
from tantivy import Occur

from initiatives.models import Publishable
from initiatives.models.choices import Kind, Language
from initiatives.search import analysis, kazakh, matching, schema
from initiatives.search.content import KINDS, token
from initiatives.search.criteria import Criteria
from initiatives.search.documents import called_token, words_of_name
from initiatives.search.execution import DEEPEST, Run
from initiatives.search.known_words import is_real_word, is_stop_word
from initiatives.search.query import MAX_TERMS, Query, QueryError, parse, plain_words
from initiatives.search.widening import Session
from initiatives.text.scripts import KAZAKH_LETTERS

# Chinese is written without spaces between words.
LANGUAGES = tuple(language for language in Language.values if language != Language.CHINESE)
SHORTEST, LONGEST = 3, 30
# The shortest words matched despite one slip, and the shortest for which two are allowed.
ONE_SLIP, TWO_SLIPS = 3, 8
# The most characters completed.
LONGEST_BEGUN = 200
# The letters of the Russian keyboard on the keys of the Latin one, leaving out keys that type a sign on either.
_LATIN = "qwertyuiopasdfghjklzxcvbnm"
_RUSSIAN = "йцукенгшщзфывапролдячсмить"
_TO_RUSSIAN = str.maketrans(_LATIN, _RUSSIAN)
_TO_LATIN = str.maketrans(_RUSSIAN, _LATIN)

# A search or a word that finds fewer items than this may be misspelt.
FEW = 3
# A known word counts as a slip only if the other word occurs in this many times as many items.
MANY_TIMES = 10
# The most replacements tried for a word, and the most queries returned.
MOST_OTHERS, MOST_QUERIES = 3, 4

_EVERYTHING = Criteria(frozenset(Kind))

# The kinds of items suggested by name, each with the facet for it on quotes.
NAMED: dict[str, str] = {
    Kind.THEME: "theme",
    Kind.PERSON: "speaker",
    Kind.INITIATIVE: "initiative",
    Kind.SOURCE: "source",
    Kind.PRINCIPLE: "",
    Kind.BODY: "",
}

# The fewest letters that are completed, of a name and of a word (two letters begin too many words).
SHORTEST_NAME, SHORTEST_WORD = 2, 3
# The most words used to search for a name.
MOST_TYPED = 8
# The most items of a kind, items of all kinds, and words suggested; the most words tried.
MOST_OF_A_KIND, MOST_ITEMS, MOST_WORDS, MOST_TRIED = 3, 6, 3, 6


class Word(NamedTuple):
    """A word of the texts: its normal form, its language (ISO 639-1), and the number of texts that have it."""

    form: str
    language: str
    number: int

    @property
    def stem(self) -> str:
        """Its stem."""
        return analysis.stem(self.form, self.language)


class Near(NamedTuple):
    """A word that may have been meant, and how many slips away it is."""

    slips: int
    word: Word


def nearest(run: Run, form: str, most: int) -> list[Near]:
    """Return the words that may have been meant by a mistyped word: nearest first, then most common.

    None for a real word or a stop word, which mean themselves. Stop words are never meant. Words with the same stem are
    left out, because search finds them anyway.
    """
    if is_stop_word(form) or is_real_word(form):
        return []
    stems = {stem for (stem,) in analysis.stems_in_all_languages([form])}
    found = []
    other_layout = in_other_layout(form)
    for language in LANGUAGES:
        words, words_by_length, forms_of, stems_by_length = _dictionary(run, language)
        for other, slips in _within_slips(form, words_by_length):
            found.append(Near(slips, Word(other, language, words[other])))
        # The texts may have only another form of the intended word.
        for stem, slips in _within_slips(analysis.stem(form, language), stems_by_length):
            found.append(Near(slips + 1, Word(forms_of[stem], language, words[forms_of[stem]])))
        if other_layout in words:
            found.append(Near(1, Word(other_layout, language, words[other_layout])))
    found = [near for near in found if near.word.stem not in stems and not is_stop_word(near.word.form)]
    found.sort(key=lambda near: (near.slips, near.word.form[:1] != form[:1], -near.word.number, near.word.form))
    # Keep the first of several words with one stem, or of a word in several languages.
    kept: dict[str, Near] = {}
    known: set[tuple[str, str]] = set()
    for near in found:
        of_language = (near.word.stem, near.word.language)
        if near.word.form not in kept and of_language not in known:
            kept[near.word.form] = near
            known.add(of_language)
    return list(kept.values())[:most]


def beginning(searcher: tantivy.Searcher, form: str, among: tantivy.Query, most: int) -> list[Word]:
    """Return longer words with this beginning from the documents `among`, most common first.

    Letters without Kazakh marks also match the Kazakh letters that look like them.
    """
    form = form.replace("'", "")
    found: dict[tuple[str, str], int] = {}
    for language in LANGUAGES:
        prefixes = [f"{language}/{form}"]
        if KAZAKH_LETTERS.isdisjoint(form):
            prefixes.append(f"{language}~{form}")
        for prefix in prefixes:
            for name, number in searcher.terms_with_prefix(schema.FORMS, prefix, among, None):
                written = name.rpartition("/")[2]
                if written != form and SHORTEST <= len(written) <= LONGEST and written.isalpha():
                    found[written, language] = number
    words = [Word(written, language, number) for (written, language), number in found.items()]
    return sorted(words, key=lambda word: (-word.number, word.form))[:most]


def in_other_layout(word: str) -> str:
    """Return what the same keys type in the other layout, Russian or Latin; empty if any key has no letter in both."""
    if set(word) <= set(_LATIN):
        return word.translate(_TO_RUSSIAN)
    if set(word) <= set(_RUSSIAN):
        return word.translate(_TO_LATIN)
    return ""


def _within_slips(form: str, words: dict[int, list[str]]) -> Iterator[tuple[str, int]]:
    """Yield the words, given by length, that may have been mistyped as a form, with the number of slips."""
    near = [word for length in range(len(form) - 2, len(form) + 3) for word in words.get(length, [])]
    if len(form) >= ONE_SLIP and near:
        for word, slips, _place in process.extract(form, near, scorer=OSA.distance, score_cutoff=2, limit=None):
            if slips <= _slips_allowed(form, word):
                yield word, int(slips)


def _slips_allowed(typed: str, meant: str) -> int:
    return 2 if max(len(typed), len(meant)) >= TWO_SLIPS else 1


def _by_length(words: Iterable[str]) -> dict[int, list[str]]:
    by_length = defaultdict(list)
    for word in words:
        by_length[len(word)].append(word)
    return by_length


class _Dictionary(NamedTuple):
    """The words of a language with the number of texts that have them, and the most common form of each stem."""

    words: dict[str, int]
    words_by_length: dict[int, list[str]]
    forms: dict[str, str]
    stems_by_length: dict[int, list[str]]


def _dictionary(run: Run, language: str) -> _Dictionary:
    """Return the dictionary of a language, read once for each state of the index."""

    def read() -> _Dictionary:
        terms = run.searcher.terms_with_prefix(schema.FORMS, f"{language}/", None, None)
        known = ((name.partition("/")[2], number) for name, number in terms)
        words = {form: number for form, number in known if SHORTEST <= len(form) <= LONGEST and form.isalpha()}
        forms = {analysis.stem(form, language): form for form in sorted(words, key=words.__getitem__)}
        return _Dictionary(words, _by_length(words), forms, _by_length(forms))

    return run.keep(f"dictionary {language}", read)


@dataclass(frozen=True)
class Spelling:
    """A suggested spelling of a query, with the language (ISO 639-1) of the first word that was replaced."""

    query: Query
    language: str


def spellings(query: Query, session: Session) -> list[Spelling]:
    """Return suggested spellings of a query, likeliest first; every replacement finds something public.

    Only single words that fewer than FEW public items have are considered; phrases, prefixes and excluded words stay as
    typed.
    """
    return _combined(query.typed, _better(query, session, rare=FEW))


def unknown_words(query: Query, session: Session) -> dict[str, Near]:
    """Return the replacement for each word of a query that is certainly a slip: no public item has it.

    A word in Cyrillic may be Kazakh, for which there is no list of real words, so only a spelling is suggested; what
    other keys would have typed is certain.
    """
    return {
        form: others[0]
        for form, others in _better(query, session, rare=1).items()
        if others[0].word.form == in_other_layout(form)
        or (form.isascii() and others[0].slips <= _slips_allowed(form, others[0].word.form))
    }


def _better(query: Query, session: Session, rare: int) -> dict[str, list[Near]]:
    """Return replacements for words that fewer than `rare` public items have."""
    typed = list(dict.fromkeys(form for form, _start, _end in plain_words(query.typed)))[:MAX_TERMS]
    numbers = dict(zip(typed, session.count_each([_alone(form) for form in typed]), strict=True))
    others = {form: near for form in typed if numbers[form] < rare and (near := nearest(session, form, MOST_OTHERS))}
    nearby = list(dict.fromkeys(near.word.form for row in others.values() for near in row))
    numbers |= zip(nearby, session.count_each([_alone(form) for form in nearby]), strict=True)
    better = {}
    for form, row in others.items():
        if meant := [near for near in row if numbers[near.word.form] > numbers[form] * MANY_TIMES]:
            better[form] = meant
    return better


def _alone(form: str) -> Criteria:
    return _EVERYTHING.with_words(parse(form))


def _combined(typed: str, better: dict[str, list[Near]]) -> list[Spelling]:
    """Return queries with words replaced: first all by their first choice, then one at a time by its next choices."""
    choices = [{form: others[0] for form, others in better.items()}] if better else []
    choices += [{**choices[0], form: other} for form, others in better.items() for other in others[1:]]
    found = []
    for choice in choices[:MOST_QUERIES]:
        # A longer word can make the query too long.
        with suppress(QueryError):
            found.append(Spelling(replaced(typed, choice), next(iter(choice.values())).word.language))
    return found


def replaced(typed: str, choice: Mapping[str, Near]) -> Query:
    """Return the query for what was typed with some words replaced. Raises QueryError if it becomes too long."""
    written, last = [], 0
    for form, start, end in plain_words(typed):
        if form in choice:
            written += [typed[last:start], choice[form].word.form]
            last = end
    return parse("".join([*written, typed[last:]]))


@dataclass(frozen=True)
class Named:
    """A suggested item, found by its own name or, if `other` is not empty, by that alias."""

    kind: Kind
    item: Publishable
    name: str
    other: str = ""


@dataclass(frozen=True)
class Begun:
    """A query with its last word completed, the language (ISO 639-1) of that word, and the number of results."""

    query: Query
    language: str
    count: int


def named_items(typed: str, run: Run) -> list[Named]:
    """Return the public items whose name or alias has all typed words, the last one possibly as a prefix.

    Sorted by kind, themes first; within a kind, items with the most quotes first.
    """
    if len(typed) > LONGEST_BEGUN:
        return []
    forms = [kazakh.plain(word.form) for word in analysis.words(typed)]
    if not 1 <= len(forms) <= MOST_TYPED or max(map(len, forms)) < SHORTEST_NAME:
        return []
    begun = forms.pop() if _is_open(typed) else None
    found = []
    for kind, ids in _best_named(run, forms, begun).items():
        found += enumerate(_load(Kind(kind), ids, [*forms, begun] if begun else forms))
    # If there are too many, drop the last of each kind.
    found = sorted(found, key=lambda placed: placed[0])[:MOST_ITEMS]
    return sorted((named for _place, named in found), key=lambda named: list(NAMED).index(named.kind))


def called(query: Query, run: Run) -> list[Named]:
    """Return the public items whose name or alias is exactly the words typed, by kind."""
    words = words_of_name(query.typed)
    if not words or query.excluded:
        return []
    found = _with_all(run, [matching.filter_query(called_token(words))], MOST_ITEMS)
    return [named for kind, ids in found.items() for named in _load(Kind(kind), ids, words.split())]


def begun_words(typed: str, criteria: Criteria, session: Session) -> list[Begun]:
    """Return queries that complete the last word of what was typed, most common words first.

    Each finds something that meets the criteria. Words with one stem find the same, so only the most common is used.
    """
    words = list(plain_words(typed)) if _is_open(typed) else []
    if not words or words[-1][2] != len(typed) or len(words[-1][0]) < SHORTEST_WORD or len(typed) > LONGEST_BEGUN:
        return []
    form, start, _end = words[-1]
    trials: dict[tuple[str, str], tuple[Query, str]] = {}
    tried: set[str] = set()
    for word in beginning(session.searcher, form, session.query(criteria), 4 * MOST_TRIED):
        # A word may belong to several languages.
        if word.form not in tried and (word.stem, word.language) not in trials:
            tried.add(word.form)
            with suppress(QueryError):
                trials[word.stem, word.language] = parse(typed[:start].lstrip() + word.form), word.language
        if len(trials) == MOST_TRIED:
            break
    counts = session.count_each([criteria.with_words(query) for query, _language in trials.values()])
    found = [Begun(query, language, count) for (query, language), count in zip(trials.values(), counts, strict=True)]
    return [begun for begun in found if begun.count][:MOST_WORDS]


def _is_open(typed: str) -> bool:
    """Return whether the last word of what was typed may be unfinished."""
    return typed[-1:].isalnum()


def _best_named(run: Run, forms: list[str], begun: str | None) -> dict[str, list[int]]:
    """Return, by kind, the items with the most quotes whose names have all the words, and one with the prefix."""
    field = schema.NAME_WORDS
    words = [tantivy.Query.term_query(schema.SCHEMA, field, form, "basic") for form in forms]
    if begun is not None:
        words.append(tantivy.Query.regex_query(schema.SCHEMA, field, f"{re.escape(begun)}.*"))
    kinds = matching.any_filter(token("kind", kind) for kind in NAMED)
    quotes, best = _quotes_of(run), _with_all(run, [kinds, *words], DEEPEST)
    for kind, ids in best.items():
        of_item = quotes.get(NAMED[kind], {})
        ids.sort(key=lambda pk: (-of_item.get(str(pk), 0), pk))
        del ids[MOST_OF_A_KIND:]
    return best


def _with_all(run: Run, parts: list[tantivy.Query], most: int) -> dict[str, list[int]]:
    """Return the public items that match all these queries, by kind in the order of NAMED; best first."""
    musts = [(Occur.Must, part) for part in parts]
    hits = run.best_of(tantivy.Query.boolean_query([*musts, *run.hidden]), most)
    found = {kind: [hit.object_id for hit in hits if hit.kind == kind] for kind in NAMED}
    return {kind: ids for kind, ids in found.items() if ids}


def _quotes_of(run: Run) -> dict[str, dict[str, int]]:
    """Return the number of public quotes of each theme, person, initiative and source; cached with the index."""
    facets = [facet for facet in NAMED.values() if facet]
    return run.keep("quotes", lambda: run.facets(Criteria(frozenset({Kind.QUOTE})), facets))


def _load(kind: Kind, ids: list[int], forms: list[str]) -> list[Named]:
    """Load these items in the order given, leaving out those that are not public."""
    items: Any = KINDS[kind].model._default_manager
    related = ["set"] if kind == Kind.PRINCIPLE else []
    public = items.published().select_related(*related).in_bulk(ids) if ids else {}
    return [_named(kind, public[pk], forms) for pk in ids if pk in public]


def _named(kind: Kind, item, forms: list[str]) -> Named:
    """Return an item with the name that contains the most of these words: its own unless an alias contains more."""
    name = item.title if hasattr(item, "title") else item.name
    best = max([name, *getattr(item, "alias_list", [])], key=lambda text: _held(text, forms))
    return Named(kind, item, name, "" if best == name else best)


def _held(text: str, forms: list[str]) -> int:
    """Return how many of these prefixes occur among the words of a text."""
    words = [kazakh.plain(word.form) for word in analysis.words(text)]
    return sum(any(word.startswith(form) for word in words) for form in forms)
