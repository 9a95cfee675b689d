"""Confirmation pages show everything that readers will see, in the order of the public page, by every route."""

import datetime
import html
import itertools
import re

import pytest
from django.db import models
from django.urls import reverse

from initiatives.data.columns import COLUMNS, record
from initiatives.editorial.facts import ORDER, names_of
from initiatives.editorial.theme_merging import merge
from initiatives.models import Import, Proposal, Quote, QuoteTranslation
from initiatives.models.choices import State
from initiatives.models.partial_dates import show_partial_date
from tests.admin.support import (
    account,
    act,
    change_url,
    desk,
    fields_of,
    publisher,
    save,
    saved,
    send,
)
from tests.editorial.spreadsheet_support import bring_in, confirm, csv_file, dicts, export, rows_of, upload
from tests.factories import QuoteFactory, ThemeFactory
from tests.record_support import FACTORIES, KINDS, PARTS

pytestmark = pytest.mark.django_db


def fill_in(item, days, *without: str) -> dict[str, str]:
    """Give an item a distinct value in every field and relation; return how readers see each, by its name."""
    without = ("state", "review_note", "published_at", "date_precision", *without)
    marks = {}
    for field in item._meta.concrete_fields:
        name, mark = field.name, f"{item._meta.model_name}{field.name.replace('_', '')}"
        if field.is_relation or not field.editable or name in without:
            continue
        if field.choices:
            # A translation has a different language from its quote.
            value, mark = field.choices[-1 if item._meta.model_name in KINDS else 0]
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
    """Return a public item of a kind with a part, and how readers see every field of both, by its name."""
    days = itertools.count(1)
    item = FACTORIES[kind](public=True)
    marks = fill_in(item, days)
    if kind in PARTS:
        # Only the milestones of an initiative have a status and an effect.
        part = fill_in(PARTS[kind](item), days, *(["status", "effect"] if kind == "person" else []))
        marks |= {f"part {name}": mark for name, mark in part.items()}
    return item, marks


def _fields(item) -> list:
    parts = [relation.related_model for relation in item._meta.related_objects if relation.one_to_many]
    return [field for model in (type(item), *parts) for field in model._meta.concrete_fields]


def read(page) -> str:
    """Return the text about an item on a page, in lower case, with the addresses of its links."""
    text = page.content.decode()
    text = text[text.index('<ul class="facts">' if '<ul class="facts">' in text else "<main") :]
    # The title of a quote's page names the speaker before the words; buttons to copy and share contain what they send.
    extra = r'<h1 class="quote-page__name".*?</h1>|<details class="share">.*?</details>|data-[a-z]+="[^"]*"'
    text = re.sub(extra, "", text, flags=re.DOTALL)
    return html.unescape(text).lower()


@pytest.mark.parametrize("action", ["hand_in", "publish"])
@pytest.mark.parametrize("kind", KINDS)
def test_the_confirmation_shows_all_that_readers_will_see_in_page_order(client, kind, action):
    item, marks = filled_in(kind)
    page = client.get(item.get_absolute_url())
    assert page.status_code == 200, item.get_absolute_url()
    public = read(page)
    data = str(record(COLUMNS[kind], type(item).objects.for_data().get(pk=item.pk))) if kind in COLUMNS else ""
    readable = {name: mark for name, mark in marks.items() if mark.lower() in public or mark in data}
    # Make sure that the checks are not empty: nearly all values are on the page or in the data.
    assert len(readable) > len(marks) - 4, marks.keys() - readable.keys()
    type(item).objects.update(state=State.DRAFT)
    shown = read(act(publisher(), action, item))
    assert {name for name, mark in marks.items() if mark.lower() not in shown} == set()
    # Choices are a word or two, which can be anywhere on a page; the slug is in addresses.
    choices = {str(value) for field in _fields(item) if field.choices for value in dict(field.choices).values()}
    # A milestone's date and who reports it appear first at the top of its initiative's page.
    first = {"part date", "part attributed_to", "part source", "part further_sources"}
    ordered = [
        mark.lower()
        for name, mark in readable.items()
        if mark.lower() in public and mark not in choices and not (kind == "initiative" and name in first)
    ]
    assert sorted(ordered, key=shown.index) == sorted(ordered, key=public.index)


def test_a_new_field_is_shown_without_being_listed(monkeypatch):
    """Fields that `ORDER` does not list come last."""
    monkeypatch.setitem(ORDER, Quote, ("text",))
    names_of.cache_clear()
    quote = QuoteFactory(context="On the day of the address", locator="p. 7")
    try:
        shown = read(act(publisher(), "publish", quote))
    finally:
        names_of.cache_clear()
    assert "on the day of the address" in shown
    assert "p. 7" in shown


def test_long_text_is_folded_but_complete():
    words = " ".join(f"word{number}" for number in range(200))
    shown = act(publisher(), "publish", QuoteFactory(text=words, language="kk")).content.decode()
    assert '<summary lang="kk">word0 word1' in shown
    assert words in shown


# Every route to publication: what readers see afterwards was on the confirmation page.

TEXTS = ("text", "context", "editors_note", "locator")


def shown_by(page) -> str:
    return html.unescape(page.content.decode()).lower()


def new_marks(client, item, marks, before: str) -> set[str]:
    """Return the marks that an item's public page has now and did not have before."""
    public = read(client.get(item.get_absolute_url()))
    return {mark.lower() for mark in marks.values() if mark.lower() in public and mark.lower() not in before}


@pytest.mark.parametrize("kind", ["quote", "initiative", "source", "principleset"])
def test_a_file_that_publishes_a_draft_shows_all_of_it(client, kind):
    item, marks = filled_in(kind)
    type(item).objects.update(state=State.DRAFT)
    key = {"id": item.pk} if kind == "quote" else {"slug": item.slug}
    boss = publisher()
    page = upload(boss, kind, csv_file(*dicts(key | {"status": "published"})))
    confirm(boss, page)
    seen = new_marks(client, item, marks, "")
    assert len(seen) > 5
    assert {mark for mark in seen if mark not in shown_by(page)} == set()


@pytest.mark.parametrize("kind", ["quote", "initiative", "source", "principleset"])
def test_a_file_of_new_items_shows_all_of_them_however_many(client, kind, monkeypatch):
    """Including new parts of existing items."""
    monkeypatch.setattr("initiatives.admin.spreadsheets.SHOWN", 1)
    item, _marks = filled_in(kind)
    boss = publisher()
    (row,) = rows_of(export(boss, kind))
    others = [row | {"id": "", "slug": f"{kind}-copy-{number}"} for number in range(3)]
    for number, other in enumerate(others):
        for name in ("text", "title", "summary", "context", "description", "introduction", "translation", "principle"):
            if other.get(name):
                other[name] += f" copy{number}"
        other["milestone_id"] = ""
    header = [name for name in row if name in others[0]]
    page = upload(boss, kind, csv_file(header, *([other[name] for name in header] for other in others)))
    confirm(boss, page)
    made = type(item).objects.exclude(pk=item.pk)
    assert made.count() == 3
    for other in made:
        texts = re.findall(r"\b\w+ copy[0-9]", read(client.get(other.get_absolute_url())))
        assert texts
        assert {text for text in texts if text not in shown_by(page)} == set()


def put_back_to_the_first(boss, quote):
    version = quote.history.filter(context__startswith="quote").first()
    url = reverse("admin:initiatives_quote_revert", args=[quote.pk, "quote", version.pk])
    page = boss.get(url)
    return page, lambda: boss.post(url, {"newest": page.context["newest"]})


def undo_of_the_file(boss, quote):
    bring_in(boss, "quote", csv_file(*dicts({"id": quote.pk, **dict.fromkeys(TEXTS, "Other words")})))
    url = reverse("admin:initiatives_import_undo", args=[Import.objects.latest("pk").pk])
    page = boss.get(url)
    return page, lambda: boss.post(url, {"digest": page.context["plan"].digest})


def change_by_file(boss, quote):
    cells = {name: f"quote{name}".replace("_", "") for name in TEXTS}
    page = upload(boss, "quote", csv_file(*dicts({"id": quote.pk} | cells)))
    return page, lambda: confirm(boss, page)


def recovery_of_a_translation(boss, quote):
    quote.translations.get().delete()
    version = QuoteTranslation.history.filter(history_type="-").get()
    url = reverse("admin:initiatives_quote_revert", args=[quote.pk, "quotetranslation", version.pk])
    page = boss.get(url)
    return page, lambda: boss.post(url, {"newest": page.context["newest"]})


def accepted_proposal(boss, quote):
    dana = desk(account("Editor", name="dana"))
    propose = reverse("admin:initiatives_quote_propose", args=[quote.pk])
    proposed = {name: f"quote{name}".replace("_", "") for name in TEXTS}
    assert saved(save(dana, propose, **proposed, change_reason="Better"))
    url = reverse("admin:initiatives_quote_proposal", args=[quote.pk, Proposal.objects.get().pk])
    page = boss.get(url)
    return page, lambda: send(boss, url, fields_of(page))


@pytest.mark.parametrize(
    ("route", "fewest"),
    [
        (put_back_to_the_first, 4),
        (undo_of_the_file, 4),
        (change_by_file, 4),
        (recovery_of_a_translation, 2),
        (accepted_proposal, 4),
    ],
)
def test_what_a_change_makes_public_was_on_its_page(client, route, fewest):
    quote, marks = filled_in("quote")
    others = dict.fromkeys(TEXTS, "Other words")
    if route is not undo_of_the_file:
        for name, value in others.items():
            setattr(quote, name, value)
        quote.save()
    boss = publisher()
    page, change = route(boss, quote)
    quote.refresh_from_db()
    before = read(client.get(quote.get_absolute_url()))
    change()
    seen = new_marks(client, Quote.objects.get(pk=quote.pk), marks, before)
    assert len(seen) >= fewest
    assert {mark for mark in seen if mark not in shown_by(page)} == set()


def test_undoing_a_merge_of_themes_shows_the_restored_theme(client):
    theme, marks = filled_in("theme")
    root = account("Publisher", name="root")
    log = merge(theme, ThemeFactory(public=True), root, keep_names=True)
    url = reverse("admin:initiatives_thememerge_undo", args=[log.pk])
    page = desk(root).get(url)
    desk(root).post(url)
    seen = new_marks(client, theme, marks, "")
    assert len(seen) > 2
    assert {mark for mark in seen if mark not in shown_by(page)} == set()


@pytest.mark.parametrize("kind", KINDS)
def test_a_form_has_all_that_readers_will_see(kind):
    """What a form publishes was in the form."""
    item, _marks = filled_in(kind)
    page = publisher().get(change_url(item))
    parts = {one.formset.prefix: set(one.formset.forms[0].fields) for one in page.context["inline_admin_formsets"]}
    fields = set(page.context["adminform"].form.fields)
    assert {name for name in names_of(type(item)) if not name.startswith("public_")} <= fields | parts.keys()
    for prefix, names in parts.items():
        part = type(item)._meta.get_field(prefix).related_model
        unset = {"status", "effect"} if kind == "person" else set()
        assert set(names_of(part)) - unset <= names
