"""The start page of the desk: what is waiting, for whom, how much, and links to it."""

import datetime

import pytest
from django.contrib.auth.models import Permission, User
from django.test import override_settings
from django.urls import reverse
from django.utils import timezone

from initiatives.editorial import dashboard, queues
from initiatives.editorial.dashboard import blocks_for
from initiatives.models import EmptySearch, Initiative, LinkCheck, Source, Theme
from initiatives.models.choices import State
from initiatives.models.partial_dates import months_before
from tests import factories
from tests.admin.support import account, add_url, change_url, desk, list_url, save, saved, superuser

pytestmark = pytest.mark.django_db


def shown(user: User) -> dict[str, dict[str, list[str]]]:
    """Return the names on a user's start page, by block and kind."""
    return {
        block.key: {part.name: [entry.name for entry in part.entries] for part in block.parts}
        for block in blocks_for(user)
        if block.parts
    }


@pytest.fixture
def publisher_account() -> User:
    return account("Publisher")


def test_items_in_review_are_listed_longest_waiting_first(publisher_account):
    first = factories.ThemeFactory(name="First", state=State.IN_REVIEW)
    factories.ThemeFactory(name="Second", state=State.IN_REVIEW)
    factories.SourceFactory(title="Document", state=State.IN_REVIEW)
    factories.ThemeFactory(name="A draft")
    Theme.objects.filter(pk=first.pk).update(updated_at=timezone.now() - datetime.timedelta(days=3))
    assert shown(publisher_account)["review"] == {"Sources": ["Document"], "Themes": ["First", "Second"]}


def test_my_drafts_are_those_i_began():
    me, other = account("Editor"), account("Publisher")
    assert saved(save(desk(me), add_url("theme"), name="Mine", slug="mine"))
    assert saved(save(desk(other), add_url("theme"), name="Another's", slug="another"))
    mine = Theme.objects.get(slug="mine")
    assert saved(save(desk(other), change_url(mine), name="Mine, changed by another"))
    assert shown(me)["mine"] == {"Themes": ["Mine, changed by another"]}
    assert shown(other)["mine"] == {"Themes": ["Another's"]}
    mine.refresh_from_db()
    mine.state = State.IN_REVIEW
    mine.save()
    assert "mine" not in shown(me)


def test_a_returned_draft_shows_its_note():
    me = account("Editor")
    assert saved(save(desk(me), add_url("theme"), name="Courts", slug="courts"))
    Theme.objects.update(review_note="Please\nsay more.")
    (block,) = (block for block in blocks_for(me) if block.key == "mine")
    assert block.parts[0].entries[0].remark == "Note: Please say more."


def test_scheduled_items_are_listed_soonest_first(publisher_account):
    now = timezone.now()
    for name, days in (("Later", 9), ("Soon", 1), ("Long since", -1)):
        factories.ThemeFactory(
            name=name, state=State.PUBLISHED, published_at=now + datetime.timedelta(days=days), description="x"
        )
    assert shown(publisher_account)["scheduled"] == {"Themes": ["Soon", "Later"]}


def test_published_without_a_theme(publisher_account):
    theme = factories.ThemeFactory(public=True)
    factories.QuoteFactory(public=True, text="Without")
    factories.QuoteFactory(public=True, text="With", themes=[theme])
    factories.QuoteFactory(text="A draft without")
    factories.InitiativeFactory(public=True, title="Law without")
    factories.InitiativeFactory(public=True, title="Law with", themes=[theme])
    assert shown(publisher_account)["no-theme"] == {"Quotes": ["Without"], "Initiatives": ["Law without"]}


def test_quotes_without_a_primary_source(publisher_account):
    factories.QuoteFactory(public=True, text="Second hand", verification="secondary")
    factories.QuoteFactory(public=True, text="Compared", verification="primary")
    factories.QuoteFactory(text="A draft", verification="secondary")
    assert shown(publisher_account)["second-hand"] == {"Quotes": ["Second hand"]}


def test_initiatives_without_new_evidence(publisher_account):
    today = timezone.localdate()
    old, new = months_before(today, 10), months_before(today, 8)

    def initiative(title: str, *dates: datetime.date, precision: str = "day", status: str = "") -> None:
        item = factories.InitiativeFactory(public=True, title=title)
        for date in dates:
            factories.MilestoneFactory(initiative=item, date=date, date_precision=precision, status=status)

    initiative("None at all")
    initiative("Old", old)
    initiative("Older", months_before(today, 20))
    initiative("New", old, new)
    initiative("Done", old, status="completed")
    initiative("Given up", old, status="withdrawn")
    initiative("Checked since", old)
    initiative("Checked then", old)
    for title, day in (("Checked since", new), ("Checked then", old)):
        Initiative.objects.filter(title=title).update(checked_on=day)
    # In that month or year, possibly on its last day
    initiative("Of the month", months_before(today, 9).replace(day=1), precision="month")
    initiative("Of the year", months_before(today, 9).replace(day=1, month=1), precision="year")
    factories.InitiativeFactory(title="A draft")
    part = shown(publisher_account)["no-new-evidence"]
    assert set(part) == {"Initiatives"}
    found = queues.without_new_evidence(Initiative.objects.all(), publisher_account)
    assert {item.title for item in found} == {"None at all", "Old", "Older", "Checked then"}


@pytest.mark.parametrize(
    ("day", "months", "before"),
    [
        ("2026-11-24", 9, "2026-02-24"),
        ("2026-09-30", 9, "2025-12-30"),
        ("2026-11-30", 9, "2026-02-28"),
        ("2024-11-30", 9, "2024-02-29"),
        ("2026-01-31", 12, "2025-01-31"),
    ],
)
def test_months_before(day, months, before):
    assert months_before(datetime.date.fromisoformat(day), months).isoformat() == before


def test_addresses_that_no_longer_respond(publisher_account):
    def source(title: str, days: int, **fields) -> Source:
        item = factories.SourceFactory(title=title, **fields)
        LinkCheck.objects.create(
            source=item, address=item.url, checked_at=timezone.now(), answer="404 Not Found", failed_days=days
        )
        return item

    source("Lost", 3)
    source("Failed twice", 2)
    source("Archived", 5, state=State.ARCHIVED)
    copy = source("Its copy is lost", 3)
    LinkCheck.objects.update_or_create(source=copy, defaults={"address": "https://example.org/copy"})
    copy.archived_url = "https://example.org/copy"
    copy.save()
    moved = source("Moved", 5)
    moved.url = "https://example.org/new"
    moved.save()
    assert shown(publisher_account)["unanswered"] == {"Sources": ["Its copy is lost", "Lost"]}


def test_sources_without_an_access_date_or_an_archived_copy(publisher_account):
    copy, day = "https://web.archive.org/web/2026/https://example.org", datetime.date(2026, 11, 1)
    factories.SourceFactory(public=True, title="Both", accessed_on=day, archived_url=copy)
    factories.SourceFactory(public=True, title="Not archived", accessed_on=day)
    factories.SourceFactory(public=True, title="Not dated", archived_url=copy)
    factories.SourceFactory(public=True, title="Neither")
    factories.SourceFactory(title="A draft")
    (block,) = (block for block in blocks_for(publisher_account) if block.key == "no-access-or-copy")
    assert [(entry.name, entry.remark) for entry in block.parts[0].entries] == [
        ("Neither", "no date of access, no archived copy"),
        ("Not dated", "no date of access"),
        ("Not archived", "no archived copy"),
    ]


def test_sources_without_a_kind_of_publisher_are_listed(publisher_account):
    known = factories.SourceFactory(public=True, title="Known", publisher_kind="state_body")
    factories.SourceFactory(public=True, title="Unknown", publisher="Vlast")
    factories.SourceFactory(title="A draft")
    (block,) = (block for block in blocks_for(publisher_account) if block.key == "no-publisher-kind")
    assert [(entry.name, entry.remark) for entry in block.parts[0].entries] == [("Unknown", "Vlast")]
    listed = (
        desk(publisher_account)
        .get(list_url("source"), {"publisher_kind__exact": "state_body"})
        .context["cl"]
        .result_list
    )
    assert listed == [known]


def test_searches_without_results_are_listed_most_frequent_first(publisher_account):
    today = timezone.localdate()
    for words, days, count in (("rare", 0, 1), ("wanted", 0, 2), ("wanted", 3, 2), ("long ago", 7, 99)):
        EmptySearch.objects.create(
            day=today - datetime.timedelta(days=days), words=words, searched="quote", count=count
        )
    (block,) = (block for block in blocks_for(publisher_account) if block.key == "empty-searches")
    assert [(entry.name, entry.remark) for entry in block.parts[0].entries] == [
        ("wanted", "4 searches"),
        ("rare", "1 search"),
    ]
    page = desk(publisher_account).get(block.parts[0].url)
    assert {row.words for row in page.context["cl"].result_list} == {"wanted", "rare"}


def test_every_count_links_to_a_list_of_that_length(publisher_account):
    user = publisher_account
    for number in range(4):
        factories.QuoteFactory(state=State.IN_REVIEW)
        factories.QuoteFactory(public=True, published_at=timezone.now() + datetime.timedelta(days=number + 1))
        factories.InitiativeFactory(public=True)
        source = factories.SourceFactory()
        LinkCheck.objects.create(
            source=source, address=source.url, checked_at=timezone.now(), answer="gone", failed_days=3
        )
        assert saved(save(desk(user), add_url("theme"), name=f"Theme {number}", slug=f"theme-{number}"))
    client = desk(user)
    parts = [part for block in blocks_for(user) for part in block.parts]
    assert len(parts) > 6
    for part in parts:
        page = client.get(part.url)
        assert page.context["cl"].result_count == int(part.count), part
        assert page.context["cl"].is_narrowed


def test_counts_are_bounded_and_say_so(publisher_account, monkeypatch):
    monkeypatch.setattr(dashboard, "COUNTED", 2)
    factories.ThemeFactory.create_batch(2, state=State.IN_REVIEW)
    assert next(block for block in blocks_for(publisher_account)).parts[0].count == "2"
    factories.ThemeFactory(state=State.IN_REVIEW)
    assert next(block for block in blocks_for(publisher_account)).parts[0].count == "2+"


def test_only_the_first_few_are_shown(publisher_account):
    factories.ThemeFactory.create_batch(dashboard.SHOWN + 2, state=State.IN_REVIEW)
    (part,) = next(block for block in blocks_for(publisher_account)).parts
    assert (len(part.entries), part.count) == (dashboard.SHOWN, str(dashboard.SHOWN + 2))


def test_only_recent_changes_are_examined(publisher_account, monkeypatch):
    monkeypatch.setattr(queues, "LOOKED_AT", 2)
    for number in range(4):
        factories.InitiativeFactory(public=True, title=f"Law {number}")
    assert set(shown(publisher_account)["no-theme"]["Initiatives"]) == {"Law 2", "Law 3"}


def test_users_see_only_the_kinds_they_may_view():
    factories.ThemeFactory(name="Theme to review", state=State.IN_REVIEW)
    factories.SourceFactory(title="Source to review", state=State.IN_REVIEW)
    user = User.objects.create_user("reader", is_staff=True)
    assert blocks_for(user) == []
    page = desk(user).get(reverse("admin:index"))
    assert page.status_code == 200
    assert "to review" not in page.content.decode()
    user.user_permissions.add(Permission.objects.get(codename="view_theme"))
    user = User.objects.get(pk=user.pk)
    assert shown(user) == {"review": {"Themes": ["Theme to review"]}}
    content = desk(user).get(reverse("admin:index")).content.decode()
    assert "Source to review" not in content
    assert "Searches that found nothing" not in content


def test_empty_desk_says_how_to_begin():
    content = superuser().get(reverse("admin:index")).content.decode()
    assert "There is nothing to do." in content
    assert add_url("source") in content


def test_empty_blocks_are_named_in_one_line():
    factories.ThemeFactory(state=State.IN_REVIEW)
    content = superuser().get(reverse("admin:index")).content.decode()
    assert "Nothing at the moment:" in content
    assert "my drafts, scheduled" in content


def test_names_with_markup_are_shown_as_text():
    factories.ThemeFactory(name="<script>alert(1)</script>", state=State.IN_REVIEW, review_note="<i>")
    content = superuser().get(reverse("admin:index")).content.decode()
    assert "<script>alert" not in content
    assert "&lt;i&gt;" in content


@override_settings(USE_THOUSAND_SEPARATOR=False)
def test_bounded_number():
    assert queues.bounded_number(12, 1000) == "12"
    assert queues.bounded_number(1001, 1000) == "1,000+"


def test_lists_ignore_unknown_queues():
    factories.QuoteFactory()
    page = superuser().get(list_url("quote"), {"work": "nonsense"})
    assert list(page.context["cl"].result_list) == []
