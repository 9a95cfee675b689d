"""Property tests of search: it finds what the query means, and no input breaks it."""

import datetime
from collections import Counter
from dataclasses import replace

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from initiatives.models import Person, Quote, Theme
from initiatives.models.choices import Kind
from initiatives.search import (
    Criteria,
    QueryError,
    Sort,
    parse,
    search,
    search_for_editors,
)
from initiatives.search.analysis import words
from initiatives.search.check import check
from initiatives.search.documents import MAX_WORDS
from initiatives.search.query import MAX_LENGTH
from tests.factories import (
    InitiativeFactory,
    MilestoneFactory,
    PersonFactory,
    QuoteFactory,
    QuoteTranslationFactory,
    SourceFactory,
    ThemeFactory,
)
from tests.helpers import few_examples, found, rolled_back
from tests.search import reference

pytestmark = pytest.mark.django_db

# Compare the engine with the reference implementation in plain Python.

VOCABULARY = ["law", "laws", "fair", "state", "states", "hears", "court", "суд", "суда", "закон", "мектеп", "мектептер"]

# The same words, with some letters from the wrong keyboard layout, and Kazakh words without Kazakh letters.
VOCABULARY += ["st\u0430te", "\u0441ourt", "з\u0061к\u006fн", "м\u0065ктеп", "құқық", "кукыктын", "күн", "кун", "қон"]

# Words with two spellings.
VOCABULARY += ["co-operate", "cooperate", "cannot", "can not"]

TEXTS = st.lists(st.sampled_from(VOCABULARY), min_size=2, max_size=6).map(" ".join)

# Items of several kinds, and the reference's view of each.

DATED = st.sampled_from(
    [
        (datetime.date(2018, 12, 31), "day"),
        (datetime.date(2019, 1, 1), "year"),
        (datetime.date(2019, 5, 3), "day"),
        (datetime.date(2019, 12, 31), "day"),
        (datetime.date(2020, 2, 29), "day"),
        (datetime.date(2020, 3, 1), "month"),
    ]
)
DATES = st.none() | DATED
LANGUAGES = st.sampled_from(["en", "ru", "kk"])
# Drafts and scheduled items are never found.
WHEN = st.sampled_from([*["public"] * 6, "draft", "later"])
SOURCE = st.sampled_from([0, 0, 1, 1, 1, 2])

QUOTES = st.fixed_dictionaries(
    {
        "text": TEXTS,
        "language": LANGUAGES,
        "translation": st.none() | TEXTS,
        "themes": st.sets(st.integers(0, 1)),
        "speaker": st.integers(0, 1),
        "source": SOURCE,
        "initiative": st.none() | st.just(0),
        "date": DATES,
        "when": WHEN,
    }
)
INITIATIVES = st.fixed_dictionaries(
    {
        "title": TEXTS,
        "themes": st.sets(st.integers(0, 1)),
        "when": WHEN,
        "milestone": st.none() | st.tuples(TEXTS, DATED, SOURCE),
    }
)


def state(when):
    at = timezone.now() + datetime.timedelta(days=1 if when == "later" else -1)
    return {"state": "draft" if when == "draft" else "published", "published_at": at}


def dated(date):
    return {"date": date[0], "date_precision": date[1]} if date else {}


def known(date):
    """Return the reference's fields for a date."""
    return {"date": date[0], "precision": date[1]} if date else {}


class Record:
    """Creates items, and adds each to the reference."""

    def __init__(self, initiatives, quotes):
        self.items = []
        self.themes = [ThemeFactory(public=True) for _ in range(2)]
        # One is undated, one dated, and one a draft, which hides everything that depends on it.
        self.dates = (None, (datetime.date(2020, 7, 15), "day"), (datetime.date(2019, 1, 1), "year"))
        states = ("public", "public", "draft")
        self.sources = [
            SourceFactory(publisher_kind=kind, **state(when), **dated(date))
            for kind, when, date in zip(("state_body", "party", "party"), states, self.dates, strict=True)
        ]
        for number, source in enumerate(self.sources):
            values = {"source": {source.pk}, "source_kind": {source.kind}, "publisher_kind": {source.publisher_kind}}
            values["language"] = {source.language}
            self.add(Kind.SOURCE, source, [(source.title, "en")], number < 2, self.dates[number], values)
        self.speakers = [PersonFactory(public=True, source=self.sources[0]) for _ in range(2)]
        self.initiatives = [self.add_initiative(**one) for one in initiatives]
        for one in quotes:
            self.add_quote(**one)

    def add(self, kind, item, passages, public, date, values):
        self.items.append(reference.Item(kind, item.pk, passages, public, values=values, **known(date)))

    def add_initiative(self, title, themes, when, milestone):
        chosen = [self.themes[number] for number in themes]
        initiative = InitiativeFactory(title=title, source=self.sources[0], themes=chosen, **state(when))
        values = {"theme": {theme.pk for theme in chosen}}
        latest, status, effect = None, "none", "none"
        if milestone:
            text, date, source = milestone
            step = MilestoneFactory(
                initiative=initiative,
                text=text,
                source=self.sources[source],
                status="adopted",
                effect="contests",
                **dated(date),
            )
            of_step = {**values, "initiative": {initiative.pk}, "source": {step.source_id}}
            public = when == "public" and source < 2
            self.add(Kind.MILESTONE, step, [(text, "en"), (title, "en")], public, date, of_step)
            if source < 2:
                latest, status, effect = date, "adopted", "contested"
        own = {**values, "initiative_kind": {initiative.kind}, "status": {status}, "effect": {effect}}
        passages = [(title, "en"), (initiative.summary, "en")]
        self.add(Kind.INITIATIVE, initiative, passages, when == "public", latest, own)
        return initiative

    def add_quote(self, text, language, translation, themes, speaker, source, initiative, date, when):
        chosen = [self.themes[number] for number in themes]
        about = self.initiatives[:1] if initiative == 0 else []
        if Quote.objects.filter(text=text, speaker=self.speakers[speaker], source=self.sources[source]).exists():
            return
        quote = QuoteFactory(
            text=text,
            language=language,
            speaker=self.speakers[speaker],
            source=self.sources[source],
            themes=chosen,
            initiatives=about,
            **dated(date),
            **state(when),
        )
        passages = [(text, language)]
        if translation:
            other = "en" if language == "kk" else "kk"
            QuoteTranslationFactory(quote=quote, text=translation, language=other)
            passages.append((translation, other))
        values = {
            "theme": {theme.pk for theme in chosen},
            "initiative": {initiative.pk for initiative in about},
            "speaker": {quote.speaker_id},
            "source": {quote.source_id},
            "language": {language},
        }
        # An undated quote has the date of its source.
        of = date or self.dates[source]
        self.add(Kind.QUOTE, quote, passages, when == "public" and source < 2, of, values)

    def values(self):
        """Return the available values of each facet."""
        return {
            "kind": ["quote", "initiative", "milestone"],
            "theme": [theme.pk for theme in self.themes],
            "speaker": [speaker.pk for speaker in self.speakers],
            "source": [source.pk for source in self.sources],
            "initiative": [initiative.pk for initiative in self.initiatives],
            "language": ["en", "ru", "kk"],
            "year": [2018, 2019, 2020, "undated"],
            "status": ["adopted", "none"],
            "effect": ["contested", "none"],
            "publisher_kind": ["state_body", "party"],
        }


FACETS = ["kind", "theme", "speaker", "source", "initiative", "language", "year", "status"]
FACETS += ["effect", "publisher_kind", "initiative_kind", "source_kind", "body"]
# Words that no text has, one of them a typing error; and a year, which may be read as one.
BESIDE = ["", "", "", "2019", "2019", "-court", "-суд", '-"суд court"', "or cuort", "cuort", "zeppelin", "мект*"]
WITHOUT_KAZAKH_LETTERS = str.maketrans("құү", "куу")


def typed_for(random, texts):
    """Return a query that a user might type to find one of these texts."""
    words = random.choice(texts).split()
    at = random.randrange(len(words))
    few = " ".join(words[at : at + random.randint(1, 2)])
    other, beginning = random.choice(VOCABULARY), random.choice(VOCABULARY)[:3]
    typed = random.choice([few, few, few, f'"{few}"', f"{few} {other}", f"{few} or {other}", f"{beginning}*"])
    if random.random() < 0.3:
        typed = typed.translate(WITHOUT_KAZAKH_LETTERS)
    return f"{typed} {random.choice(BESIDE)}" if random.random() < 0.9 else ""


def criteria_for(random, record):
    """Return criteria with which a user might search a record."""
    values = record.values()
    texts = [text for item in record.items if item.kind != Kind.SOURCE for text, _language in item.passages[:1]]
    kinds = random.choice([{Kind.QUOTE}, {Kind.QUOTE, Kind.INITIATIVE, Kind.MILESTONE, Kind.SOURCE}])
    criteria = Criteria(frozenset(kinds), parse(typed_for(random, texts)), sort=random.choice(list(Sort)))
    for facet in random.sample(sorted(values), random.choice([0, 0, 0, 1, 2])):
        criteria = criteria.choose(facet, random.choices(values[facet], k=2))
    if random.random() < 0.3:
        facet = random.choice(["theme", "speaker", "language", "year"])
        criteria = criteria.exclude(facet, [random.choice(values[facet])])
    if random.random() < 0.15:
        criteria = criteria.since(datetime.date(2018, 12, 1) + datetime.timedelta(random.randrange(500)))
    if random.random() < 0.15:
        criteria = criteria.until(datetime.date(2018, 12, 1) + datetime.timedelta(random.randrange(700)))
    return replace(criteria, only_dated=random.random() < 0.1)


def assert_as_meant(record, criteria):
    """Assert that a search finds, counts and groups the same as the reference."""
    items = record.items
    results = search(criteria, page_size=100, facets=FACETS)
    meant = reference.reading(items, criteria)
    if results.read_as:
        # No item has the words as typed, so the nearest known words are searched for.
        assert not reference.found(items, meant)
        everything = Criteria(frozenset(Kind))
        for typed, instead in results.read_as:
            assert not reference.found(items, reference.reading(items, everything.with_words(parse(typed))))
            assert reference.found(items, everything.with_words(parse(instead)))
        meant = replace(criteria, query=parse(results.query.typed))
    expected = reference.found(items, meant)
    by_key = {(item.kind, item.pk): item for item in items}
    hits = [by_key[hit.kind, hit.object_id] for hit in results.hits]
    assert len(hits) == results.count == len(expected)
    assert {(item.kind, item.pk) for item in hits} == {(item.kind, item.pk) for item in expected}
    if criteria.sort in (Sort.NEWEST, Sort.OLDEST):
        assert reference.is_ordered([item.date for item in hits], criteria.sort)
    assert results.facets == {facet: reference.counts(items, meant, facet) for facet in FACETS}
    years = results.by_year()
    of_years = {str(year): number for year, number in years.counts.items()}
    if years.undated:
        of_years[reference.UNDATED] = years.undated
    assert of_years == reference.counts(items, meant, "year")
    assert results.by_month() == reference.months(items, meant)
    groups = {str(group.speaker_id): group.count for group in results.by_speaker(most=10, best=1).groups}
    assert groups == dict(Counter(value for item in expected for value in item.of("speaker")))


@given(
    random=st.randoms(use_true_random=True),
    initiatives=st.lists(INITIATIVES, min_size=1, max_size=2),
    quotes=st.lists(QUOTES, min_size=3, max_size=6),
)
def test_search_agrees_with_the_reference(random, initiatives, quotes, db):
    with rolled_back():
        record = Record(initiatives, quotes)
        for _search in range(10):
            assert_as_meant(record, criteria_for(random, record))


HOSTILE = st.one_of(
    st.text(max_size=MAX_LENGTH),
    st.text("\"'*-|&!():<>\\%#=^~{}[]+, aа\0\t\n", max_size=60),
    st.lists(
        st.sampled_from(
            ["NEAR", "AND", "OR", "NOT", "or", '"', "*", "-", "^a", "a:b", "names:", "<->", "'; DROP", "\\"]
        ),
        max_size=12,
    ).map(" ".join),
)


@few_examples
@given(typed=HOSTILE)
def test_no_query_breaks_the_engine(typed, db):
    try:
        parse(typed)
    except QueryError:
        return
    assert found(typed) == []
    assert search_for_editors(Kind.QUOTE, typed[: MAX_LENGTH - 1]) == []


@few_examples
@given(text=st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1, max_size=80))
def test_any_text_is_indexed_and_found_by_its_own_words(text, db):
    with rolled_back():
        quote = QuoteFactory(public=True, text=text)
        longest = max((word.form for word in words(text)), key=len, default="")
        if longest:
            assert found(longest) == [quote.pk]
            assert found(f'"{longest}"') == [quote.pk]
        assert list(check()) == []


@pytest.mark.parametrize(
    "word_of",
    [
        lambda number: f"w{number}",
        lambda number: "".join("абвгдежзик"[int(digit)] for digit in f"{number:05}") * 8,
        lambda number: "".join("әғқңөұүһіы"[int(digit)] for digit in f"{number:05}"),
        lambda number: chr(0x20000 + number % 40_000) * (60 - number // 40_000),
    ],
    ids=["many", "long", "Kazakh", "four bytes a letter"],
)
def test_the_beginning_of_a_very_long_text_is_indexed(word_of):
    quote = QuoteFactory(public=True, text=" ".join(word_of(number) for number in range(MAX_WORDS + 1)), language="ru")
    assert found(word_of(0)) == found(f'"{word_of(1)} {word_of(2)}"') == [quote.pk]
    # In quotation marks: otherwise the nearest known word is searched for.
    assert found(f'"{word_of(MAX_WORDS - 1)}"') == [quote.pk]
    assert found(f'"{word_of(MAX_WORDS)}"') == []
    assert list(check()) == []


def test_unused_names_do_not_widen_a_search():
    """The models from which names are read have no unexpected rows."""
    QuoteFactory(public=True, text="alpha")
    QuoteFactory(public=True, text="beta")
    assert Theme.objects.count() == 0
    assert Person.objects.count() == 2
    assert len(found("alpha")) == 1
