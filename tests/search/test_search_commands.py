"""check_search finds what rebuild_search mends."""

import datetime
import io

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from initiatives.models import EmptySearch, Quote, SearchDocument, Theme
from initiatives.models.choices import Kind
from initiatives.search import documents
from tests.factories import (
    MilestoneFactory,
    PersonFactory,
    PrincipleFactory,
    QuoteFactory,
    SourceFactory,
    ThemeFactory,
)
from tests.helpers import found, rolled_back, very_few_examples

pytestmark = pytest.mark.django_db


def check() -> tuple[int, str]:
    """Return the exit code of check_search and what it printed."""
    out = io.StringIO()
    try:
        call_command("check_search", stdout=out)
    except CommandError as error:
        return error.returncode, f"{out.getvalue()}{error}"
    return 0, out.getvalue()


def rebuild() -> str:
    out = io.StringIO()
    call_command("rebuild_search", stdout=out)
    return out.getvalue()


@pytest.fixture
def quote():
    """A public quote amid items of other kinds."""
    MilestoneFactory()
    PrincipleFactory()
    return QuoteFactory(public=True, text="A state that hears.", themes=[ThemeFactory(public=True)])


def test_a_record_in_step():
    assert check() == (0, "The search index matches the record: 0 items.\n")
    QuoteFactory()
    # The quote, its speaker and their sources.
    assert check() == (0, "The search index matches the record: 4 items.\n")
    assert rebuild() == "0 documents changed.\n"


def test_a_change_behind_the_index_s_back(quote):
    Quote.objects.filter(pk=quote.pk).update(text="A court that judges.")
    code, said = check()
    assert (code, said.splitlines()) == (
        1,
        [
            f"quote {quote.pk}: indexed otherwise than it stands",
            "1 difference. To correct it, run: manage.py rebuild_search",
        ],
    )
    assert rebuild() == "1 document changed.\n"
    assert check()[0] == 0
    assert (found("judging"), found("hearing")) == ([quote.pk], [])


def test_a_lost_document(quote):
    SearchDocument.objects.filter(kind=Kind.QUOTE, object_id=quote.pk).delete()
    code, said = check()
    assert code == 1
    assert f"quote {quote.pk}: not indexed\n" in said
    assert found("hearing") == []
    rebuild()
    assert check()[0] == 0
    assert found("hearing") == [quote.pk]


def test_documents_of_what_is_gone(quote):
    theme = quote.themes.get()
    SearchDocument.objects.filter(kind=Kind.THEME, object_id=theme.pk).update(object_id=theme.pk + 1000)
    code, said = check()
    assert code == 1
    assert f"theme {theme.pk}: not indexed" in said
    assert f"theme {theme.pk + 1000}: indexed, but not in the record" in said
    rebuild()
    assert check()[0] == 0


def test_every_difference_has_its_line():
    QuoteFactory.create_batch(5)
    Quote.objects.update(language="ru")
    code, said = check()
    assert code == 1
    assert set(said.splitlines()) == {
        *(f"quote {quote.pk}: indexed otherwise than it stands" for quote in Quote.objects.all()),
        "5 differences. To correct them, run: manage.py rebuild_search",
    }
    assert rebuild() == "5 documents changed.\n"


# Whatever is done to one document behind the index's back is named, and put right to the last byte.

ON_POSTGRES = connection.vendor == "postgresql"
LATER = datetime.datetime(2100, 1, 1, tzinfo=datetime.UTC)


def execute(statement: str, *params) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)


def everything_stored() -> list[tuple]:
    """Return all rows, and on SQLite all that its index keeps."""
    rows = list(SearchDocument.objects.order_by("position").values_list())
    if not ON_POSTGRES:
        with connection.cursor() as cursor:
            cursor.execute("SELECT rowid, * FROM initiatives_searchindex ORDER BY rowid")
            rows += cursor.fetchall()
    return rows


def updated(**values):
    """Return what sets columns of a row, and names the item that the row was of."""

    def update(row: SearchDocument) -> str:
        SearchDocument.objects.filter(position=row.position).update(**values)
        return f"{row}:"

    return update


def deleted(row: SearchDocument) -> str:
    SearchDocument.objects.filter(position=row.position).delete()
    return f"{row}: not indexed"


def without_stems(row: SearchDocument) -> str:
    if ON_POSTGRES:
        execute("UPDATE initiatives_searchdocument SET stems = NULL WHERE position = %s", row.position)
    else:
        execute("DELETE FROM initiatives_searchindex WHERE rowid = %s", row.position)
    return f"{row}: its stems are missing or not its own"


def with_other_stems(row: SearchDocument) -> str:
    if ON_POSTGRES:
        execute("UPDATE initiatives_searchdocument SET stems = stems || 'x:1A' WHERE position = %s", row.position)
    else:
        execute("UPDATE initiatives_searchindex SET names = names || ' x' WHERE rowid = %s", row.position)
    return f"{row}: its stems are missing or not its own"


def with_other_filter_values(row: SearchDocument) -> str:
    if ON_POSTGRES:
        execute("UPDATE initiatives_searchdocument SET stems = stems || '#year:1' WHERE position = %s", row.position)
    else:
        execute("UPDATE initiatives_searchindex SET tokens = tokens || ' #year:1' WHERE rowid = %s", row.position)
    return f"{row}: its stems are missing or not its own"


def orphan_beside(row: SearchDocument) -> str:
    SearchDocument.objects.create(position=row.position + 500, kind=row.kind, object_id=row.object_id + 500)
    return f"{row.kind} {row.object_id + 500}: indexed, but not in the record"


def orphaned_stems(row: SearchDocument) -> str:
    if ON_POSTGRES:
        return orphan_beside(row)
    execute("INSERT INTO initiatives_searchindex (rowid, names) VALUES (%s, 'x')", row.position + 500)
    return f"position {row.position + 500}: stems without a document"


@pytest.fixture
def small_pages(monkeypatch):
    """Two items or rows a page, so that a few make several."""
    monkeypatch.setattr("initiatives.search.documents.CHUNK", 2)
    monkeypatch.setattr("initiatives.search.sqlite.CHUNK", 2)


TAMPERINGS = [
    deleted,
    without_stems,
    with_other_stems,
    with_other_filter_values,
    orphan_beside,
    orphaned_stems,
    updated(tokens="#kind:quote #theme:1"),
    updated(words="law"),
    updated(visible_from=LATER),
    updated(visible_from=None),
    updated(fingerprint="0" * 32),
    updated(position=2**62),
    updated(position=-1),
    updated(object_id=10**9),
    updated(kind="nonsense"),
]


@pytest.mark.parametrize("tamper", TAMPERINGS)
@very_few_examples
@given(data=st.data())
def test_any_tampering_is_named_and_mended(data, tamper, quote, small_pages):
    rows = list(SearchDocument.objects.order_by("position"))
    with rolled_back():
        before = everything_stored()
        named = tamper(data.draw(st.sampled_from(rows)))
        assert everything_stored() != before
        code, said = check()
        assert code == 1
        assert named in said
        rebuild()
        assert everything_stored() == before
        assert check()[0] == 0


def test_many_differences_are_looked_at_page_by_page(small_pages):
    themes = ThemeFactory.create_batch(5)
    SearchDocument.objects.filter(kind=Kind.THEME, object_id__in=[theme.pk for theme in themes[:2]]).delete()
    Theme.objects.filter(pk__in=[theme.pk for theme in themes[2:]])._raw_delete("default")
    code, said = check()
    assert code == 1
    for theme in themes[:2]:
        assert f"theme {theme.pk}: not indexed" in said
    for theme in themes[2:]:
        assert f"theme {theme.pk}: indexed, but not in the record" in said
    rebuild()
    assert check()[0] == 0


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite keeps rows in the order of dates")
def test_documents_are_laid_in_the_order_of_dates():
    for day in (3, 1, 2):
        QuoteFactory(date=datetime.date(2020, 9, day))
    table = SearchDocument._meta.db_table

    def as_they_lie() -> list[int]:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT position FROM {table} ORDER BY ctid")
            return [position for (position,) in cursor.fetchall()]

    assert as_they_lie() != sorted(as_they_lie())
    call_command("rebuild_search", "--arrange", stdout=io.StringIO())
    assert as_they_lie() == sorted(as_they_lie())


def test_to_arrange_loses_nothing():
    quote = QuoteFactory(public=True, text="A state that hears.")
    call_command("rebuild_search", "--arrange", stdout=io.StringIO())
    assert check()[0] == 0
    assert found("hears") == [quote.pk]


@pytest.mark.skipif(ON_POSTGRES, reason="PostgreSQL renews its statistics by itself")
def test_after_a_bulk_change_sqlite_looks_items_up_by_their_keys():
    source, speaker = SourceFactory(public=True), PersonFactory(public=True)
    published = {"state": "published", "published_at": timezone.now(), "source": source, "speaker": speaker}
    with documents.bulk():
        Quote.objects.bulk_create(Quote(text=f"Words {number}", **published) for number in range(500))
    keys = list(Quote.objects.values_list("pk", flat=True)[:20])
    plan = Quote.objects.published().filter(pk__in=keys).order_by().explain()
    assert "initiatives_quote USING INTEGER PRIMARY KEY" in plan
    with connection.cursor() as cursor:
        cursor.execute("SELECT tbl FROM sqlite_stat1")
        analysed = {table for (table,) in cursor.fetchall()}
    # FTS5 would go by the statistics of its tables, and they are never renewed as it writes.
    assert "initiatives_quote" in analysed
    assert not [table for table in analysed if table.startswith("initiatives_searchindex")]


@pytest.mark.skipif(ON_POSTGRES, reason="PostgreSQL renews its statistics by itself")
def test_statistics_are_renewed_where_a_migration_back_took_a_table_away():
    QuoteFactory()
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE {EmptySearch._meta.db_table}")
    documents.renew_statistics()
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM sqlite_stat1 WHERE tbl = 'initiatives_quote'")
        assert cursor.fetchone()
