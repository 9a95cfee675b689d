"""What is published is what was seen: whatever leads to readers, a change made after the page was opened stops it."""

import datetime
import html
import itertools
import re

import pytest
from django.db import models
from django.urls import reverse

from initiatives.data.columns import COLUMNS, record
from initiatives.editorial.facts import ORDER, names_of
from initiatives.models import Import, Proposal, Quote
from initiatives.models.choices import State
from initiatives.models.partial_dates import show_partial_date
from tests.admin.support import (
    account,
    act,
    change_url,
    confirmation_on,
    desk,
    editor,
    fields_of,
    form_of,
    list_url,
    publisher,
    save,
    saved,
    send,
)
from tests.editorial.spreadsheet_support import bring_in, confirm, csv_file, dicts, upload
from tests.factories import PersonFactory, QuoteFactory, SourceFactory, ThemeFactory
from tests.record_support import FACTORIES, KINDS, PARTS

pytestmark = pytest.mark.django_db

MEANWHILE = "Words that the first one never saw"


def form(boss, quote):
    read = form_of(boss, change_url(quote))
    return lambda: send(boss, change_url(quote), read, state="published")


def schedule(boss, quote):
    read = form_of(boss, change_url(quote))
    time = {"published_at_0": "2020-01-01", "published_at_1": "10:00"}
    return lambda: send(boss, change_url(quote), read, state="published", **time)


def many(boss, quote):
    page = act(boss, "publish", quote)
    return lambda: boss.post(list_url("quote"), confirmation_on(page), follow=True)


def spreadsheet(boss, quote):
    page = upload(
        boss, "quote", csv_file(*dicts({"id": quote.pk, "context": "Given by the file", "status": "published"}))
    )
    assert page.status_code == 200
    return lambda: confirm(boss, page)


@pytest.mark.parametrize("route", [form, schedule, many, spreadsheet])
def test_a_draft_that_changed_meanwhile_is_not_published(client, route):
    quote = QuoteFactory(text="Words that were seen", source=SourceFactory(public=True))
    quote.speaker.state = State.PUBLISHED
    quote.speaker.source = quote.source
    quote.speaker.save()
    boss = publisher()
    publish = route(boss, quote)
    assert saved(save(editor(), change_url(quote), text=MEANWHILE))
    publish()
    quote.refresh_from_db()
    assert quote.state == State.DRAFT
    assert client.get(quote.get_absolute_url()).status_code == 404
    # The page opened anew shows the change: now it is published.
    route(boss, quote)()
    quote.refresh_from_db()
    assert (quote.state, quote.text) == (State.PUBLISHED, MEANWHILE)


def put_back(boss, quote):
    first = quote.history.earliest("pk")
    url = reverse("admin:initiatives_quote_revert", args=[quote.pk, "quote", first.pk])
    sent = {"newest": boss.get(url).context["newest"]}
    return lambda: boss.post(url, sent, follow=True)


def proposal(boss, quote):
    dana = desk(account("Editor", name=f"dana-{Proposal.objects.count()}"))
    propose = reverse("admin:initiatives_quote_propose", args=[quote.pk])
    assert saved(save(dana, propose, text="Proposed words", change_reason="Better"))
    url = reverse("admin:initiatives_quote_proposal", args=[quote.pk, Proposal.objects.latest("pk").pk])
    read = fields_of(boss.get(url))
    return lambda: send(boss, url, read)


def change_many(boss, quote):
    theme = ThemeFactory(public=True)
    page = act(boss, "bulk_edit", quote)
    page = boss.post(list_url("quote"), _sent(page) | {"add_themes": [theme.pk]})
    return lambda: boss.post(list_url("quote"), _sent(page), follow=True)


def _sent(page) -> dict[str, list]:
    sent: dict[str, list] = {}
    for name, value in page.context["fields"]:
        sent.setdefault(name, []).append(value)
    return sent


def file_of_changes(boss, quote):
    page = upload(boss, "quote", csv_file(*dicts({"id": quote.pk, "text": "Words of a file"})))
    return lambda: confirm(boss, page)


def undo(boss, quote):
    bring_in(boss, "quote", csv_file(*dicts({"id": quote.pk, "context": f"Imported {Import.objects.count()}"})))
    url = reverse("admin:initiatives_import_undo", args=[Import.objects.latest("pk").pk])
    page = boss.get(url)
    return lambda: boss.post(url, {"digest": page.context["plan"].digest}, follow=True)


@pytest.mark.parametrize("route", [put_back, proposal, change_many, file_of_changes, undo])
def test_what_another_publisher_published_meanwhile_is_not_changed_unseen(client, route):
    quote = QuoteFactory(public=True, text="Words at first")
    quote.text = "Words that were seen"
    quote.save()
    boss, other = publisher(), desk(account("Publisher", name="other"))
    change = route(boss, quote)
    assert saved(save(other, change_url(quote), text=MEANWHILE))
    version = quote.history.first().pk
    change()
    assert Quote.objects.get(pk=quote.pk).text == MEANWHILE
    assert MEANWHILE in client.get(quote.get_absolute_url(), follow=True).content.decode()
    assert quote.history.first().pk == version


def test_the_page_that_asks_shows_what_is_to_be_seen():
    source = SourceFactory(title="The address")
    quote = QuoteFactory(
        text="The law is one and it is for all people of this country",
        speaker=PersonFactory(name="A. Speaker"),
        source=source,
        date="2020-09-01",
        featured_on="2026-11-28",
    )
    QuoteFactory(text="The law is one and it is for all people of our country", source=source)
    boss = publisher()
    boss.post(reverse("admin:initiatives_quote_comments", args=[quote.pk]), {"text": "Is it?"})
    page = act(boss, "publish", quote)
    facts = {fact.label: (fact.value, fact.warns) for line in page.context["plan"].changing for fact in line.facts}
    assert facts["Speaker"] == ("A. Speaker", False)
    assert facts["Source"] == ("The address", False)
    assert facts["Date"] == ("1 September 2020", False)
    assert facts["On the home page from"] == ("28 November 2026", False)
    assert facts["Comments"] == ("1 is open.", True)
    assert facts["Nearly the same"][0].startswith(
        "92% the same: The law is one and it is for all people of our country"
    )
    assert all(f"{label}:</span>" in page.content.decode() for label in facts)


# Everything that readers will see.


def fill_in(item, days, *without: str) -> dict[str, str]:
    """Give an item a value of its own in every field and relation; return how readers see each, by its name."""
    without = ("state", "review_note", "published_at", "date_precision", *without)
    marks = {}
    for field in item._meta.concrete_fields:
        name, mark = field.name, f"{item._meta.model_name}{field.name.replace('_', '')}"
        if field.is_relation or not field.editable or name in without:
            continue
        if field.choices:
            value, mark = field.choices[-1]
        elif isinstance(field, models.DateField):
            value = datetime.date(2013, 3, next(days))
            mark = show_partial_date(value, "day")
        elif isinstance(field, models.URLField):
            value = mark = f"https://example.org/{mark}"
        elif isinstance(field, models.CharField | models.TextField):
            value = mark
        else:
            continue
        setattr(item, name, value)
        marks[name] = str(mark)
    item.save()
    for field in item._meta.many_to_many:
        other = FACTORIES[field.related_model._meta.model_name](public=True)
        getattr(item, field.name).set([other])
        marks[field.name] = str(other)
    for name in ("source", "speaker"):
        if other := getattr(item, name, None):
            marks[name] = str(other)
    return marks


def filled_in(kind: str):
    """Return a public item of a kind with a part, and how readers see everything of both, by its name."""
    days = itertools.count(1)
    item = FACTORIES[kind](public=True)
    marks = fill_in(item, days)
    if kind in PARTS:
        # Only an initiative's milestone has a status.
        part = fill_in(PARTS[kind](item), days, *(["status"] if kind == "person" else []))
        marks |= {f"part {name}": mark for name, mark in part.items()}
    return item, marks


def _fields(item) -> list:
    parts = [relation.related_model for relation in item._meta.related_objects if relation.one_to_many]
    return [field for model in (type(item), *parts) for field in model._meta.concrete_fields]


def read(page) -> str:
    """Return what a page says of an item, in lower case, with the addresses of its links."""
    text = page.content.decode()
    text = text[text.index('<ul class="facts">' if '<ul class="facts">' in text else "<main") :]
    # The title of a quote's page names the speaker before the words; buttons have what they copy.
    text = re.sub(r'<h1 class="quote-page__name".*?</h1>|data-[a-z]+="[^"]*"', "", text, flags=re.DOTALL)
    return html.unescape(text).lower()


@pytest.mark.parametrize("action", ["hand_in", "publish"])
@pytest.mark.parametrize("kind", KINDS)
def test_the_page_that_asks_shows_all_that_readers_will_see_in_the_order_of_the_page(client, kind, action):
    item, marks = filled_in(kind)
    page = client.get(item.get_absolute_url())
    assert page.status_code == 200, item.get_absolute_url()
    public = read(page)
    data = str(record(COLUMNS[kind], type(item).objects.for_data().get(pk=item.pk))) if kind in COLUMNS else ""
    readable = {name: mark for name, mark in marks.items() if mark.lower() in public or mark in data}
    # Nothing is checked that was not found: nearly all of what was filled in is on the page or in the data.
    assert len(readable) > len(marks) - 4, marks.keys() - readable.keys()
    type(item).objects.update(state=State.DRAFT)
    shown = read(act(publisher(), action, item))
    assert {name for name, mark in marks.items() if mark.lower() not in shown} == set()
    # Choices are a word or two, which can be anywhere on a page; the slug is in addresses.
    choices = {str(value) for field in _fields(item) if field.choices for value in dict(field.choices).values()}
    # What a milestone's date is, its initiative's page says first of all.
    ordered = [
        mark.lower()
        for name, mark in readable.items()
        if mark.lower() in public and mark not in choices and (kind, name) != ("initiative", "part date")
    ]
    assert sorted(ordered, key=shown.index) == sorted(ordered, key=public.index)


def test_a_new_field_is_shown_although_nobody_named_it(monkeypatch):
    """What `ORDER` does not name comes last."""
    monkeypatch.setitem(ORDER, Quote, ("text",))
    names_of.cache_clear()
    quote = QuoteFactory(context="On the day of the address", locator="p. 7")
    try:
        shown = read(act(publisher(), "publish", quote))
    finally:
        names_of.cache_clear()
    assert "on the day of the address" in shown
    assert "p. 7" in shown


def test_what_is_long_is_folded_and_whole():
    words = " ".join(f"word{number}" for number in range(200))
    shown = act(publisher(), "publish", QuoteFactory(text=words, language="kk")).content.decode()
    assert '<summary lang="kk">word0 word1' in shown
    assert words in shown
