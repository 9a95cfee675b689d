"""check_search finds what rebuild_search mends."""

import io

import pytest
from django.core.management import CommandError, call_command

from initiatives.choices import Kind
from initiatives.models import Quote, SearchDocument
from tests.factories import MilestoneFactory, PrincipleFactory, QuoteFactory, ThemeFactory
from tests.helpers import found

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
        [f"quote {quote.pk}: indexed otherwise than it stands", "1 difference. Run rebuild_search."],
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
        "5 differences. Run rebuild_search.",
    }
    assert rebuild() == "5 documents changed.\n"
