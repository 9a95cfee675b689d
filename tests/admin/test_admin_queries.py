"""The number of queries on each desk page does not grow with the record: from half a list page to more than two."""

import datetime
from collections.abc import Iterator
from functools import partial

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.contrib.contenttypes.models import ContentType
from django.test import RequestFactory
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from initiatives.admin import lists as admin_lists
from initiatives.admin.publishable import PublishableAdmin
from initiatives.editorial.queues import queues_of
from initiatives.models import (
    Body,
    EmptySearch,
    ErrorReport,
    Found,
    Initiative,
    LinkCheck,
    Milestone,
    OldSlug,
    Person,
    Principle,
    PrincipleSet,
    Quote,
    QuoteTranslation,
    Source,
    SynonymSet,
    Theme,
    Watch,
)
from initiatives.models.choices import Compared, Kind, State, Verification
from initiatives.search import in_step
from tests import factories
from tests.admin.support import add_url, change_url, desk, list_url
from tests.helpers import count_queries

pytestmark = pytest.mark.django_db

# Many fills more than two list pages, few does not fill one.
PAGE, FEW, MANY = 20, 10, 50
# Parts of one item
PARTS = 20
LANGUAGES = ["ru", "kk", "de", "fr", "it", "es"]


class Record:
    """One of every item with parts, and as many rows of each kind as given, in every state in turn."""

    def __init__(self, user: User):
        self.user = user
        self.rows = self.parts = 0
        theme = factories.ThemeFactory()
        self.quote = factories.QuoteFactory(public=True, themes=[theme], date="2020-01-01")
        self.copy = factories.copy_of(self.quote.source, "Nothing of it.")
        self.initiative = factories.InitiativeFactory(public=True, themes=[theme])
        self.principles = factories.PrincipleSetFactory(public=True)
        self.person = self.quote.speaker
        self.items = [
            self.quote,
            self.initiative,
            self.principles,
            self.person,
            self.quote.source,
            theme,
            factories.BodyFactory(public=True),
            SynonymSet.objects.create(words="fair\njust"),
            ErrorReport.objects.create(kind="quote", object_id=self.quote.pk, name="Words", text="Wrong."),
        ]

    def fill(self, rows: int, parts: int) -> None:
        """Fill every table up to a number of rows, and the items with parts up to a number of parts."""
        numbers = range(self.rows, rows)
        made = {model: self._make(model, numbers) for model in (Theme, Source, Person, Body, PrincipleSet, Initiative)}
        quotes = Quote.objects.bulk_create(
            Quote(
                text=f"Words that were said, number {n}.",
                speaker=made[Person][n - self.rows],
                source=made[Source][n - self.rows],
                date=datetime.date(2000, 1, 1) + datetime.timedelta(days=n),
                date_precision="day",
                # A tenth, all drafts, is marked as verified.
                verification=Verification.SECONDARY if n % 10 else Verification.PRIMARY,
                **self._state(n),
            )
            for n in numbers
        )
        in_step.note(Kind.QUOTE, [quote.pk for quote in quotes])
        # Those in review were not found in a copy.
        lost = {"source_text": self.copy, "level": Compared.NOT_FOUND, "start": 0, "end": 7}
        Found.objects.bulk_create(Found(quote=quote, **lost) for quote in quotes if quote.state == State.IN_REVIEW)
        for items in (*made.values(), quotes):
            type(items[0]).history.bulk_history_create(items, default_user=self.user)
        Milestone.objects.bulk_create(
            Milestone(initiative=item, source=made[Source][0], date="2020-01-01", date_precision="day", text="A step.")
            for item in made[Initiative]
        )
        # A tenth of the quotes, all published, have no theme.
        Quote.themes.through.objects.bulk_create(
            Quote.themes.through(quote=quote, theme=theme)
            for n, (quote, theme) in enumerate(zip(quotes, made[Theme], strict=True))
            if n % 10 != 2
        )
        LinkCheck.objects.bulk_create(
            LinkCheck(
                source=source, address=source.url, checked_at=timezone.now(), answer="404 Not Found", failed_days=3
            )
            for source in made[Source]
        )
        Watch.objects.bulk_create(
            Watch(source=source, address=source.url, live="changed", live_since=timezone.now())
            for source in made[Source]
        )
        today = timezone.localdate()
        EmptySearch.objects.bulk_create(EmptySearch(day=today, words=f"lost {n}", searched="quote") for n in numbers)
        OldSlug.objects.bulk_create(OldSlug(kind="theme", slug=f"old-{n}", object_id=n + 1) for n in numbers)
        report = {"kind": "quote", "text": "Wrong.", "answered_by": self.user}
        ErrorReport.objects.bulk_create(ErrorReport(name=f"Item {n}", object_id=n + 1, **report) for n in numbers)
        SynonymSet.objects.bulk_create(SynonymSet(words=f"word{n}\nother{n}") for n in numbers)
        User.objects.bulk_create(User(username=f"user-{n}", is_staff=True) for n in numbers)
        Group.objects.bulk_create(Group(name=f"group-{n}") for n in numbers)
        self._add_parts(range(self.parts, parts), made)
        self.rows, self.parts = rows, parts

    @staticmethod
    def _state(number: int) -> dict:
        now = timezone.now()
        return [
            {"state": State.DRAFT},
            {"state": State.IN_REVIEW},
            {"state": State.PUBLISHED, "published_at": now - datetime.timedelta(days=1)},
            {"state": State.PUBLISHED, "published_at": now + datetime.timedelta(days=1)},
            {"state": State.ARCHIVED},
        ][number % 5]

    def _make(self, model, numbers) -> list:
        def fields(n: int) -> dict:
            name = {"slug": f"{model._meta.model_name}-row-{n}", **self._state(n)}
            if model in {Theme, Person, Body}:
                name["name"] = f"Name {n}"
            else:
                name["title"] = f"Title {n}"
            if model is Source:
                name |= {"kind": "news", "url": f"https://example.org/{n}"}
            elif model is not Theme:
                name["source"] = self.quote.source
            if model is Initiative:
                name |= {"kind": "law", "summary": "What was announced."}
            return name

        return model.objects.bulk_create(model(**fields(n)) for n in numbers)

    def _add_parts(self, numbers, made) -> None:
        sources, themes = made[Source], made[Theme]
        for n in numbers:
            for owner in ({"initiative": self.initiative}, {"person": self.person}):
                milestone = Milestone.objects.create(
                    **owner,
                    source=sources[n % len(sources)],
                    date="2021-01-01",
                    date_precision="day",
                    text=f"Step {n}.",
                )
                milestone.further_sources.add(*sources[:2])
            principle = Principle.objects.create(set=self.principles, title=f"Maxim {n}")
            principle.themes.add(*themes[:2])
            principle.initiatives.add(made[Initiative][0])
            self.quote.themes.add(themes[n % len(themes)])
        for language in LANGUAGES[: len(numbers)]:
            QuoteTranslation.objects.get_or_create(
                quote=self.quote, language=language, defaults={"text": "Words", "provenance": "official"}
            )


def lists(user: User) -> list[str]:
    """Return the address of every list: plain, searched, in every order, and with every queue and filter."""
    addresses = []
    for model, page in admin.site._registry.items():
        url = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        addresses += [url, f"{url}?q=words", *orders_and_choices(url, page, user)]
        if isinstance(page, PublishableAdmin):
            addresses += [f"{url}?work={queue.key}" for queue in queues_of(model)]
    return list(dict.fromkeys(addresses))


def orders_and_choices(url: str, page: admin.ModelAdmin, user: User) -> Iterator[str]:
    """Yield the addresses of a list in each order, both ways, and with the first two choices of each filter."""
    request = RequestFactory().get(url)
    request.user = user
    shown = page.get_changelist_instance(request)
    for number, column in enumerate(shown.list_display):
        if column in shown.sortable_by and shown.get_ordering_field(column):
            yield f"{url}?o={number}"
            yield f"{url}?o=-{number}"
    for spec in shown.filter_specs:
        choices = [choice for choice in spec.choices(shown) if not choice["selected"]]
        yield from (url + choice["query_string"] for choice in choices[:2])


def forms(record: Record) -> list[str]:
    """Return the address of every form, empty and of an item."""
    addresses = [change_url(item) for item in record.items]
    addresses += [f"{change_url(item)}?check=yes" for item in record.items]
    for model in admin.site._registry:
        addresses.append(reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_add"))
    return addresses


def pick_lists() -> list[str]:
    """Return the address of every pick list, both complete and searched."""
    addresses = []
    for page in admin.site._registry.values():
        for form in (page, *page.inlines):
            for name in form.autocomplete_fields:
                url = reverse("admin:autocomplete")
                query = f"app_label=initiatives&model_name={form.model._meta.model_name}&field_name={name}"
                addresses += [f"{url}?{query}", f"{url}?{query}&term=words"]
    return addresses


def test_queries_do_not_grow_with_the_record(monkeypatch):
    for page in admin.site._registry.values():
        monkeypatch.setattr(page, "list_per_page", PAGE)
    # Filter counts are queries too: without them, many rows would need fewer queries than few.
    monkeypatch.setattr(admin_lists, "FACETED", MANY * 2)
    # On a slow machine this takes longer than the minutes after which a session is recorded as seen again.
    monkeypatch.setattr("initiatives.accounts.sessions._NOTED_EVERY", float("inf"))
    user = User.objects.create_superuser("root")
    client = desk(user)
    record = Record(user)
    record.fill(FEW, FEW)
    addresses = [reverse("admin:index"), *lists(user), *forms(record), *pick_lists()]

    def counts() -> dict[str, int]:
        return {address: count_queries(partial(client.get, address)) for address in addresses}

    # Cached values are queried once.
    ContentType.objects.get_for_models(*apps.get_models())
    client.get(reverse("admin:index"))
    few = counts()
    record.fill(MANY, PARTS)
    many = counts()
    assert {address: (few[address], many[address]) for address in few if many[address] > few[address]} == {}
    assert many[reverse("admin:index")] < 75, "the start page asks a fixed number, and not a large one"


def test_every_list_shows_the_rows_that_were_created():
    """The test above does not measure empty pages."""
    user = User.objects.create_superuser("root")
    client = desk(user)
    record = Record(user)
    record.fill(FEW, 2)
    items = ("quote", "initiative", "principleset", "theme", "person", "body", "source")
    for model in (*items, "oldslug", "emptysearch", "errorreport"):
        assert len(client.get(list_url(model)).context["cl"].result_list) >= FEW
    for model in (Quote, Initiative, Source, Theme, ErrorReport):
        for queue in queues_of(model):
            page = client.get(f"{list_url(model._meta.model_name)}?work={queue.key}")
            assert page.context["cl"].result_list, (model, queue.key)
    with pytest.raises(NoReverseMatch):
        add_url("milestone")
