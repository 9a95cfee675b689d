"""How PostgreSQL looks no further back than it must: the words of spans, their lengths, and that nothing is lost."""

import datetime
import importlib
import math
from itertools import pairwise

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from initiatives.models import Quote, SearchDocument
from initiatives.models.choices import Kind
from initiatives.search import Criteria, Sort, documents, execution, frequencies, parse, postgres, spans
from initiatives.search.positions import DATED, end_of, start_of
from initiatives.search.spans import Distribution, Walk, words_of_date, words_of_span
from tests.factories import PersonFactory, QuoteFactory, SourceFactory
from tests.helpers import count_queries

DATES = st.dates(min_value=datetime.date(1, 1, 1), max_value=datetime.date(9999, 12, 31))

TYPED = ["law", "court", "fair", "law -court", "law or fair", "law fair", "absent"]
NARROWED = {
    "all": lambda criteria: criteria,
    "since": lambda criteria: criteria.since(datetime.date(1995, 6, 15)),
    "until": lambda criteria: criteria.until(datetime.date(1999, 2, 1)),
    "early": lambda criteria: criteria.until(datetime.date(950, 1, 1)),
    "year": lambda criteria: criteria.choose("year", ["2000"]),
}


def ten_of(date: datetime.date) -> tuple[int, int, int]:
    return date.year, date.month, date.day // 10


def forget_statistics() -> None:
    spans._distribution.cache_clear()
    frequencies._frequencies.cache_clear()


@given(first=DATES, years=st.integers(0, 40), days=st.lists(st.integers(-20_000, 20_000), max_size=20))
def test_a_span_has_a_word_of_each_date_in_its_tens_of_days_and_of_no_other(first, years, days):
    last = min(first + datetime.timedelta(days=365 * years), datetime.date.max) if first.year < 9950 else first
    words = set(words_of_span(range(start_of(first), end_of(last))))
    for day in days:
        ordinal = min(max(first.toordinal() + day, 1), datetime.date.max.toordinal())
        date = datetime.date.fromordinal(ordinal)
        within = ten_of(first) <= ten_of(date) <= ten_of(last)
        assert bool(words & set(words_of_date(date))) == within


def test_undated_items_have_no_word_and_no_span():
    assert words_of_date(None) == []
    with pytest.raises(ValueError, match="dated positions"):
        words_of_span(range(10))


@given(bounds=st.lists(st.integers(0, 2**62), min_size=2, max_size=30, unique=True).map(sorted), data=st.data())
def test_shares_and_positions_are_each_others_inverse(bounds, data):
    known = Distribution(bounds)
    position = data.draw(st.integers(bounds[0], bounds[-1]))
    share = known.share_before(position)
    assert 0 <= share <= 1
    shortest = min(later - earlier for earlier, later in pairwise(bounds))
    if shortest > 2**20:  # shares are floating-point numbers
        assert abs(known.position_at(share) - position) <= (bounds[-1] - bounds[0]) * 1e-6
    assert known.share_before(bounds[0]) == 0
    assert known.share_before(bounds[-1] + 1) == 1


@pytest.mark.parametrize(
    ("together", "expected", "found", "goes_on"),
    [
        # Of one word none at first: it may be a word of the past. Unless there are so few that all are soon read.
        (False, 100_000, 0, True),
        (False, 10_000, 0, False),
        # Of two words, none of 1,500 or so: they are hardly ever together. None of a dozen: that may be chance.
        (True, 100_000, 0, False),
        (True, 10_000_000, 0, False),
        (True, 100_000, 1, True),
    ],
)
def test_the_rest_is_read_at_once_where_none_are_found_that_should_be(together, expected, found, goes_on, monkeypatch):
    bounds = [start_of(datetime.date(year, 1, 1)) for year in range(1900, 2001)]
    monkeypatch.setattr(spans, "distribution", lambda: Distribution(bounds))
    walk = Walk(range(bounds[0], bounds[-1]), expected, newest_first=True, together=together)
    assert walk.next_part(1_500)
    walk.learn(found)
    assert bool(walk.next_part(10)) == goes_on


def test_chance_does_not_make_the_rest_be_read_at_once(monkeypatch):
    bounds = [start_of(datetime.date(year, 1, 1)) for year in range(1900, 2001)]
    monkeypatch.setattr(spans, "distribution", lambda: Distribution(bounds))
    walk = Walk(range(bounds[0], bounds[-1]), 30_000, newest_first=True, together=True)
    parts = 0
    while walk.next_part(11):
        walk.learn(0)
        parts += 1
    assert parts > 1


def everything_asked(test):
    """Run a test for filters of time and both orders."""
    test = pytest.mark.parametrize("sort", [Sort.NEWEST, Sort.OLDEST])(test)
    return pytest.mark.parametrize("narrowed", NARROWED.values(), ids=NARROWED)(test)


def asked(sort, narrowed):
    """Return searches of quotes for words of all kinds."""
    quotes = Criteria(frozenset({Kind.QUOTE})).sorted_by(sort)
    return [narrowed(quotes.with_words(parse(typed))) for typed in TYPED]


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite reads its index in the order of dates")
class TestNothingIsLost:
    """Searches that look back in spans find what those that look at everything find."""

    @pytest.fixture(autouse=True)
    def record(self, db, monkeypatch):
        monkeypatch.setattr(execution, "BOUND", 3)
        speaker, source = PersonFactory(public=True), SourceFactory(public=True)
        for number in range(60):
            year = 900 + number % 3 if number < 6 else 1990 + number // 2
            date = None if number % 10 == 9 else datetime.date(year, 1 + number % 12, 1)
            text = f"law {number}" + (" court" if number % 3 == 0 else "") + (" fair" if number < 8 else "")
            QuoteFactory(public=True, text=text, date=date, speaker=speaker, source=source)
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {documents.ROWS}")
        forget_statistics()
        yield
        forget_statistics()

    @everything_asked
    def test_as_found_without_spans(self, sort, narrowed, monkeypatch):
        expected = [execution.candidates(criteria, None) for criteria in asked(sort, narrowed)]
        monkeypatch.setattr(postgres, "FEW", 0)
        assert [execution.candidates(criteria, None) for criteria in asked(sort, narrowed)] == expected

    @everything_asked
    def test_as_many_as_without_spans(self, sort, narrowed, monkeypatch):
        # Since the last ANALYZE: later than all others, earlier, and undated.
        for number, date in enumerate([datetime.date(2030, 5, 1), datetime.date(800, 5, 1), None]):
            QuoteFactory(public=True, text=f"Fair law of the court, late {number}", date=date)
        bounds = [1, 2, 10, 100]
        expected = [execution.counts(asked(sort, narrowed), None, bound) for bound in bounds]
        monkeypatch.setattr(postgres, "FEW", 0)
        assert [execution.counts(asked(sort, narrowed), None, bound) for bound in bounds] == expected

    @everything_asked
    def test_as_found_where_words_are_tested_on_the_rows(self, sort, narrowed, monkeypatch):
        expected = [execution.candidates(criteria, None) for criteria in asked(sort, narrowed)]
        monkeypatch.setattr(postgres, "OFTEN", 1)
        assert [execution.candidates(criteria, None) for criteria in asked(sort, narrowed)] == expected

    def test_a_common_word_beside_a_rare_one_is_tested_on_the_rows(self, monkeypatch):
        looks = []
        read = postgres._read
        monkeypatch.setattr(postgres, "_read", lambda look: looks.append(look) or read(look))
        monkeypatch.setattr(postgres, "OFTEN", 100)
        execution.candidates(Criteria(frozenset({Kind.QUOTE})).with_words(parse("law absent -court")), None)
        (look,) = looks
        assert [("law" in some, "absent" in some) for some in map(str, (look.query, look.tested))] == [
            (False, True),
            (True, False),
        ]
        assert "!" in str(look.query)

    def test_to_count_everything_no_statement_asks_where_the_newest_lies(self, monkeypatch):
        monkeypatch.setattr(postgres, "FEW", 0)
        criteria = Criteria(frozenset({Kind.QUOTE})).with_words(parse("law"))
        execution.counts([criteria], None, 2)
        assert count_queries(lambda: execution.counts([criteria], None, 2)) == 1

    def test_where_a_span_has_none_of_few_that_were_expected_the_rest_is_read_at_once(self, monkeypatch):
        monkeypatch.setattr(postgres, "FEW", 0)
        # Expected, by the statistics, all along the years; but there are old ones only.
        Quote.objects.filter(date__year__gt=1992).delete()
        criteria = Criteria(frozenset({Kind.QUOTE})).with_words(parse("law"))
        few = execution.counts([criteria], None, 2)
        looks = []
        counted = postgres._counted
        monkeypatch.setattr(postgres, "_counted", lambda some: looks.extend(some) or counted(some))
        assert count_queries(lambda: execution.counts([criteria], None, 2)) == 2
        # As if it were a word of another kind, whose rows are none to read.
        first, rest = (look.query[-1] for look in looks)
        assert "'@2018'" in first
        assert rest.startswith("!('#kind:body' | '#kind:initiative'")
        monkeypatch.setattr(spans, "FEW_TO_BE_WRONG", 0)
        assert count_queries(lambda: execution.counts([criteria], None, 2)) > 2
        assert execution.counts([criteria], None, 2) == few == [(2, True)]

    def test_a_common_word_is_looked_for_in_a_span(self, monkeypatch):
        looks = []
        read = postgres._read
        monkeypatch.setattr(postgres, "_read", lambda look: looks.append(look.query) or read(look))
        monkeypatch.setattr(postgres, "FEW", 0)
        assert Quote.objects.count() == 60
        found, capped = execution.candidates(Criteria(frozenset({Kind.QUOTE})).with_words(parse("law")), None)
        assert (len(found), capped) == (3, True)
        (query,) = looks
        assert "@2019" in query[-1]
        assert "@1995" not in query[-1]

    @pytest.mark.parametrize(
        "typed",
        [
            "law",
            "court",
            "law court",
            "law or fair",
            "law -court",
            "cour*",
            "l*",
            '"court fair"',
            '"law 3 court"',
            "none",
        ],
    )
    def test_as_many_are_expected_as_the_planner_expects(self, typed):
        wanted = execution._wanted(Criteria(frozenset({Kind.QUOTE})).with_words(parse(typed)), None, 3)
        parts = [part for some in postgres._tsquery(wanted) for part in some]
        expected = frequencies.frequencies().documents * math.prod(part.share for part in parts)
        with connection.cursor() as cursor:
            cursor.execute(
                f"EXPLAIN (FORMAT JSON) SELECT FROM {documents.ROWS} WHERE stems @@ %s::tsquery",
                [" & ".join(part.text for part in parts)],
            )
            planned = cursor.fetchone()[0][0]["Plan"]["Plan Rows"]
        assert abs(max(expected, 1) - planned) <= max(1, planned / 20)

    def test_statements_are_not_compiled(self):
        with connection.cursor() as cursor:
            cursor.execute("SHOW jit")
            assert cursor.fetchone() == ("off",)

    def test_without_statistics_nothing_is_expected(self):
        assert frequencies.Frequencies().of("law") == frequencies.RARE
        assert 0 < frequencies.Frequencies().of_beginning("la") < 0.01

    def test_the_migration_gives_documents_the_words_that_they_have_today(self):
        migration = importlib.import_module("initiatives.migrations.0013_tens_of_days")
        assert list(documents.check()) == []
        with connection.schema_editor() as editor:
            migration.remove_words(None, editor)
        assert len(list(documents.check())) == SearchDocument.objects.filter(position__gte=DATED.start).count() > 50
        with connection.schema_editor() as editor:
            migration.add_words(None, editor)
        assert list(documents.check()) == []
