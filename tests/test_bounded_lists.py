"""Lists of any length: counted, leafed through and acted on up to a bound, and honest about it."""

import datetime

import pytest

from initiatives.admin import lists
from initiatives.choices import State
from initiatives.models import Theme
from tests.factories import QuoteFactory, SourceFactory, ThemeFactory
from tests.test_admin_support import add_url, list_url, messages_of, publisher, save, saved, superuser

pytestmark = pytest.mark.django_db


@pytest.fixture
def bound(monkeypatch) -> int:
    monkeypatch.setattr(lists, "COUNTED", 3)
    return 3


def test_a_list_within_the_bound_is_counted_and_so_are_its_filters(bound):
    ThemeFactory.create_batch(bound)
    page = publisher().get(list_url("theme"))
    assert "3 themes" in " ".join(page.content.decode().split())
    assert "draft (3)" in page.content.decode()
    assert not page.context["cl"].capped


def test_a_longer_one_says_that_there_are_more_and_counts_no_filter(bound):
    ThemeFactory.create_batch(bound + 1)
    page = publisher().get(list_url("theme"))
    content = " ".join(page.content.decode().split())
    assert "3+ themes" in content
    assert "filters and the search box lead to the others" in content
    assert "draft (" not in content
    # Nor while a filter shows few of many: the others' counts would be of them all.
    page = superuser().get(list_url("theme"), {"state__exact": "archived"})
    assert "archived (" not in page.content.decode()
    assert page.context["cl"].result_count == 0


def test_no_page_lies_beyond_the_bound(bound, monkeypatch):
    from django.contrib import admin

    monkeypatch.setattr(admin.site._registry[Theme], "list_per_page", 2)
    ThemeFactory.create_batch(9)
    client = publisher()
    assert len(client.get(list_url("theme"), {"p": 2}).context["cl"].result_list) == 1
    assert client.get(list_url("theme"), {"p": 3}).status_code == 302, "Django's answer to a page that there is not"


def test_an_action_on_all_of_a_longer_list_is_refused(bound):
    themes = ThemeFactory.create_batch(bound + 1)
    client = publisher()
    for action in ("publish", "delete_selected"):
        page = client.post(
            list_url("theme"),
            {"action": action, "select_across": "1", "_selected_action": [themes[0].pk], "post": "yes"},
            follow=True,
        )
        assert "These are more than 3" in messages_of(page)
    assert Theme.objects.filter(state=State.DRAFT).count() == bound + 1
    assert "across all pages" not in client.get(list_url("theme")).content.decode()


def test_numbers_beside_items_are_bounded(monkeypatch):
    monkeypatch.setattr(lists, "COUNTED_BESIDE", 2)
    monkeypatch.setattr("initiatives.admin.base.COUNTED_BESIDE", 2)
    few, many = SourceFactory(title="Few"), SourceFactory(title="Many")
    QuoteFactory.create_batch(2, source=few)
    QuoteFactory.create_batch(5, source=many)
    content = publisher().get(list_url("source")).content.decode()
    assert f'?source__id__exact={few.pk}">2</a>' in content
    assert f'?source__id__exact={many.pk}">2+</a>' in content


@pytest.mark.parametrize(
    ("year", "texts"),
    [
        ("2020", {"In 2020"}),
        ("2022", {"In 2022"}),
        ("2021", set()),
        ("none", {"Some day"}),
        ("1999", set()),
        ("x", set()),
    ],
)
def test_quotes_of_a_year(year, texts):
    QuoteFactory(text="In 2020", date=datetime.date(2020, 12, 31))
    QuoteFactory(text="In 2022", date=datetime.date(2022, 1, 1))
    QuoteFactory(text="Some day")
    page = publisher().get(list_url("quote"), {"year": year})
    assert {quote.text for quote in page.context["cl"].result_list} == texts
    for offered in ("?year=2020", "?year=2021", "?year=2022", "?year=none"):
        assert offered in page.content.decode()


def test_part_of_a_form_keeps_what_was_chosen_when_it_is_sent_back():
    """Pick lists of parts know the names of what is stored, and ask for those of what was just chosen."""
    first, second = SourceFactory(title="First document"), SourceFactory(title="Second document")
    client = publisher()
    part = {
        "milestones__TOTAL_FORMS": "1",
        "milestones__0__date": "2020-01-01",
        "milestones__0__date_precision": "day",
        "milestones__0__text": "A step.",
        "milestones__0__source": first.pk,
        "milestones__0__further_sources": [second.pk],
    }
    item = {"title": "Law", "slug": "law", "kind": "law", "summary": "What was announced.", "source": first.pk}
    page = save(client, add_url("initiative"), **item, **part | {"milestones__0__text": ""})
    assert not saved(page)
    assert f'<option value="{second.pk}" selected>Second document</option>' in page.content.decode()
    page = save(client, add_url("initiative"), **item, **part, _continue="yes")
    assert saved(page)
    content = page.content.decode()
    assert f'<option value="{second.pk}" selected>Second document</option>' in content
    assert content.count(f'<option value="{first.pk}" selected>First document</option>') == 2
