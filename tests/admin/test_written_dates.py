"""One field for a date and its precision, in the forms of items and parts, the same in each language."""

import datetime

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from initiatives.models import Quote
from tests.admin.support import (
    change_url,
    editor,
    errors_of,
    errors_of_parts,
    fields_of,
    form_of,
    publisher,
    save,
    saved,
    send,
)
from tests.factories import InitiativeFactory, MilestoneFactory, QuoteFactory, SourceFactory

pytestmark = pytest.mark.django_db


def iso(item) -> str:
    item.refresh_from_db()
    return item.iso_date


@pytest.mark.parametrize("language", ["en", "ru", "kk"])
def test_typed_dates_mean_the_same_in_each_language(language):
    client = publisher()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    quote, source = QuoteFactory(), SourceFactory(date=None)
    milestone = MilestoneFactory(initiative=InitiativeFactory())
    for item, owner, field in ((quote, quote, "date"), (source, source, "date"), (milestone, milestone.initiative, "")):
        name = field or "milestones__0__date"
        every = (("09/08/2026", "2026-08-09"), ("09.2026", "2026-09"), ("2026", "2026"))
        for written, known in every if item is quote else every[:1]:
            assert saved(save(client, change_url(owner), **{name: written}))
            assert iso(item) == known
            # The form displays it so that it is read back unchanged.
            assert form_of(client, change_url(owner))[name.replace("__", "-")] == [known]
            assert saved(save(client, change_url(owner)))
            assert iso(item) == known
    assert saved(save(client, change_url(quote), date=""))
    assert (iso(quote), quote.date_precision) == ("", "")


def test_an_invalid_date_stays_in_the_form_with_advice():
    client, quote = editor(), QuoteFactory(date="2020-01-01")
    page = save(client, change_url(quote), date="08/13/2026")
    assert "the day before the month" in errors_of(page)["date"][0]
    assert 'value="08/13/2026"' in page.content.decode()
    assert iso(quote) == "2020-01-01"


def test_the_form_shows_how_it_understands_a_date():
    client = editor()
    quote = QuoteFactory(date="2026-09-08", date_precision="month")
    assert "September 2026, known to the month" in client.get(change_url(quote)).content.decode()
    url = reverse("written_date")
    assert client.get(url, {"written": "8.9.2026"}).content.decode() == "8 September 2026"
    assert "is not a date" in client.get(url, {"written": "<b>soon"}).content.decode()
    assert client.get(url, {"written": "<b>soon"})["Content-Type"].startswith("text/plain")
    assert client.get(url).content == b""
    assert Client().get(url).status_code == 302


def test_an_untouched_date_takes_the_other_editors_precision():
    quote = QuoteFactory(date="2020-01-01", date_precision="day", context="")
    mine, theirs = editor(), publisher()
    form = form_of(mine, change_url(quote))
    assert saved(save(theirs, change_url(quote), date="2020"))
    page = send(mine, change_url(quote), form, context="At the opening.")
    (conflict,) = page.context["conflict"].differences
    assert (conflict.before, conflict.theirs, conflict.is_yours) == ("2020-01-01", "2020", False)
    assert saved(send(mine, change_url(quote), fields_of(page)))
    assert (iso(quote), Quote.objects.get(pk=quote.pk).context) == ("2020", "At the opening.")


def tomorrow() -> str:
    return (timezone.localdate() + datetime.timedelta(days=1)).isoformat()


@pytest.mark.parametrize("written", ["11.2062", "2062", "tomorrow"])
def test_a_source_or_milestone_cannot_be_in_the_future(written):
    written = tomorrow() if written == "tomorrow" else written
    client = publisher()
    source, milestone = SourceFactory(date="2020-01-01"), MilestoneFactory(initiative=InitiativeFactory())
    page = save(client, change_url(source), date=written)
    assert "in the future" in errors_of(page)["date"][0]
    page = save(
        client, change_url(milestone.initiative), milestones__0__date=written, milestones__0__status="completed"
    )
    assert "in the future" in errors_of_parts(page)[0]["date"][0]
    assert (iso(source), iso(milestone)) == ("2020-01-01", "2020-05-25")


def test_the_current_month_and_year_are_not_in_the_future():
    client, source = publisher(), SourceFactory(date=None)
    today = timezone.localdate()
    for written, known in ((f"{today:%m.%Y}", f"{today:%Y-%m}"), (f"{today:%Y}", f"{today:%Y}")):
        assert saved(save(client, change_url(source), date=written))
        assert iso(source) == known


def test_access_and_check_dates_cannot_be_in_the_future():
    client = publisher()
    for item, field in ((SourceFactory(), "accessed_on"), (InitiativeFactory(), "checked_on")):
        page = save(client, change_url(item), **{field: tomorrow()})
        assert "in the future" in errors_of(page)[field][0]
        assert saved(save(client, change_url(item), **{field: timezone.localdate().isoformat()}))


@pytest.mark.parametrize(
    ("written", "known"), [("826", ""), ("0826", "0826"), ("11.2062", "2062-11"), ("1899", "1899")]
)
def test_an_unusual_quote_date_is_saved_once_confirmed(written, known):
    client, quote = editor(), QuoteFactory(date="2020-01-01")
    assert "date_is_right" not in form_of(client, change_url(quote))
    page = save(client, change_url(quote), date=written)
    assert errors_of(page)["date"]
    assert iso(quote) == "2020-01-01"
    if not known:
        return
    assert f'name="date_is_right" value="{known}"' in page.content.decode()
    # The tick applies to this date only, and remains while there are other errors.
    assert not saved(send(client, change_url(quote), fields_of(page), date="1066", date_is_right=known))
    again = send(client, change_url(quote), fields_of(page), text="", date_is_right=known)
    assert list(errors_of(again)) == ["text"]
    assert saved(send(client, change_url(quote), fields_of(again), text="Words"))
    assert iso(quote) == known
    # A stored date needs no second confirmation.
    assert saved(save(client, change_url(quote), context="At the opening"))
