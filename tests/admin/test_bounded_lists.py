"""Lists of any length: counts, pages and actions are bounded, and pages say so."""

import datetime

import pytest
from django.contrib import admin

from initiatives.admin import lists
from initiatives.models import Body, Change, Quote, Theme
from initiatives.models.choices import Nature, State
from tests.admin.support import add_url, list_url, messages_of, publisher, save, saved, superuser
from tests.factories import BodyFactory, QuoteFactory, SourceFactory, ThemeFactory

pytestmark = [pytest.mark.database, pytest.mark.django_db]


@pytest.fixture
def bound(monkeypatch) -> int:
    monkeypatch.setattr(lists, "COUNTED", 3)
    monkeypatch.setattr(lists, "FACETED", 3)
    return 3


def test_a_list_within_the_bound_and_its_filters_are_counted(bound):
    ThemeFactory.create_batch(bound)
    page = publisher().get(list_url("theme"))
    assert "3 themes" in " ".join(page.content.decode().split())
    assert "draft (3)" in page.content.decode()
    assert not page.context["cl"].capped


def test_a_longer_list_says_that_there_are_more_and_counts_no_filter(bound):
    ThemeFactory.create_batch(bound + 1)
    page = publisher().get(list_url("theme"))
    content = " ".join(page.content.decode().split())
    assert "3+ themes" in content
    assert "Use the filters or the search box to find the others" in content
    assert "draft (" not in content
    # Nor when a filter shows only a few: the counts of the others would cover the whole list.
    page = superuser().get(list_url("theme"), {"state__exact": "archived"})
    assert "archived (" not in page.content.decode()
    assert page.context["cl"].result_count == 0


def test_there_is_no_page_beyond_the_bound(bound, monkeypatch):
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
        assert "You selected more than 3 items" in messages_of(page)
    assert Theme.objects.filter(state=State.DRAFT).count() == bound + 1
    assert "across all pages" not in client.get(list_url("theme")).content.decode()


def test_counts_beside_items_are_bounded(monkeypatch):
    monkeypatch.setattr(lists, "COUNTED_BESIDE", 2)
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
    (spec,) = (spec for spec in page.context["cl"].filter_specs if isinstance(spec, lists.DateYearFilter))
    assert [value for value, _label in spec.lookup_choices] == ["2022", "2020", "none"]


def test_a_part_keeps_its_choice_when_the_form_is_shown_again():
    """Pick lists of parts know the names of stored choices, and query those just chosen."""
    first, second = SourceFactory(title="First document"), SourceFactory(title="Second document")
    client = publisher()
    part = {
        "milestones__TOTAL_FORMS": "1",
        "milestones__0__date": "2020-01-01",
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


def listed(client, model: str, **parameters) -> list:
    """Return the items of a list page in order."""
    return list(client.get(list_url(model), parameters).context["cl"].result_list)


def column(model, name: str) -> int:
    """Return the number of a column as used in list addresses: the checkbox column is number 0."""
    return 1 + list(admin.site._registry[model].list_display).index(name)


def test_equal_items_are_in_order_of_entry_reversed_with_the_column():
    first, second = (QuoteFactory(date="2020-01-01") for _number in range(2))
    last = QuoteFactory(date="2021-01-01")
    client = publisher()
    number = column(Quote, "shown_date")
    assert listed(client, "quote") == [last, second, first]
    assert listed(client, "quote", o=number) == [first, second, last]
    assert listed(client, "quote", o=f"-{number}") == [last, second, first]


def test_a_list_is_sorted_by_the_column_chosen_last():
    b = BodyFactory(name="B", state=State.IN_REVIEW)
    a, c = BodyFactory(name="A"), BodyFactory(name="C")
    name, state = column(Body, "name"), column(Body, "state")
    client = publisher()
    assert listed(client, "body", o=f"{state}.-{name}") == [a, c, b], "those in one state as they were entered"
    page = client.get(list_url("body"), {"o": f"-{name}.{state}"})
    assert list(page.context["cl"].result_list) == [c, b, a]
    assert page.context["cl"].get_ordering_field_columns() == {name: "desc"}


@pytest.mark.parametrize("name", ["words", "state", "spoken_by", "shown_source"])
def test_quotes_cannot_be_sorted_in_an_order_without_an_index(name):
    quotes = [QuoteFactory(date=f"{year}-01-01") for year in (2021, 2023, 2022)]
    newest_first = [quotes[1], quotes[2], quotes[0]]
    client = publisher()
    for chosen in (column(Quote, name), f"-{column(Quote, name)}", "99", "-", "x.1"):
        assert listed(client, "quote", o=chosen) == newest_first


@pytest.mark.parametrize("few", [0, 100])
def test_quotes_on_a_theme_of_any_size(few, monkeypatch):
    monkeypatch.setattr(lists, "FEW", few)
    theme, other = ThemeFactory(), ThemeFactory()
    old, new = (QuoteFactory(themes=[theme, other], date=f"{year}-01-01") for year in (2020, 2021))
    QuoteFactory(themes=[other], date="2022-01-01")
    client = publisher()
    assert listed(client, "quote", themes__id__exact=theme.pk) == [new, old]
    assert listed(client, "quote", themes__id__exact=theme.pk, year="2020") == [old]
    assert listed(client, "quote", themes__id__exact="9" * 30) == []
    assert listed(client, "quote", themes__id__exact="x") == []
    assert f"{other} (3)" in client.get(list_url("quote")).content.decode()


@pytest.mark.parametrize("few", [0, 1, 100])
def test_quotes_with_a_choice_of_any_size(few, monkeypatch):
    monkeypatch.setattr(lists, "FEW", few)
    english, russian, drafted = (
        QuoteFactory(language=language, state=state, date=date)
        for language, state, date in (
            ("en", State.IN_REVIEW, "2020-01-01"),
            ("ru", State.IN_REVIEW, "2021-01-01"),
            ("en", State.DRAFT, "2022-01-01"),
        )
    )
    client = publisher()
    assert listed(client, "quote", state__exact="in_review") == [russian, english]
    assert listed(client, "quote", language__exact="en") == [drafted, english]
    assert listed(client, "quote", language__exact="en", state__exact="in_review") == [english]
    assert listed(client, "quote", language__exact="ru", state__exact="draft") == []
    assert listed(client, "quote", state__exact="none") == []


@pytest.mark.parametrize("model", ["quote", "initiative"])
def test_the_first_of_many_themes_are_offered_and_a_box_finds_the_others(model, monkeypatch):
    monkeypatch.setattr(lists.ThemeFilter, "OFFERED", 2)
    names = ["Courts", "Taxes", "Schools", "Water"]
    themes = [ThemeFactory(name=name, position=number) for number, name in enumerate(names)]
    client = publisher()

    def offered(**parameters) -> list[str]:
        page = client.get(list_url(model), parameters)
        (spec,) = (spec for spec in page.context["cl"].filter_specs if isinstance(spec, lists.ThemeFilter))
        assert ("Find another theme" in page.content.decode()) is spec.has_box
        return [str(choice["display"]).split(" (")[0] for choice in spec.choices(page.context["cl"])][1:]

    assert offered() == ["Courts", "Taxes"]
    assert offered(themes__id__exact=themes[3].pk) == ["Courts", "Taxes", "Water"]
    assert offered(themes_named="school") == ["Schools"]
    assert offered(themes_named="school", themes__id__exact=themes[3].pk) == ["Schools", "Water"]
    for nothing in ("zeppelin", "-", "x" * 1000):
        assert offered(themes_named=nothing) == []
    page = client.get(list_url(model), {"themes_named": "zeppelin", "state__exact": "draft", "p": "1"})
    content = page.content.decode()
    assert "No theme has this name." in content
    kept = content.split('class="more-themes"')[1].split("</form>")[0]
    assert '<input type="hidden" name="state__exact" value="draft">' in kept
    assert 'name="p"' not in kept
    Theme.objects.filter(pk__in=[theme.pk for theme in themes[2:]]).delete()
    assert "Find another theme" not in client.get(list_url(model)).content.decode()


def test_a_truncated_search_says_so_whatever_the_filters_leave(monkeypatch):
    monkeypatch.setattr("initiatives.admin.base.MOST_FOR_EDITORS", 3)
    monkeypatch.setattr("initiatives.admin.base.MOST_FOR_EDITORS", 3)
    QuoteFactory.create_batch(2, text="Common words")
    client = publisher()
    stopped = "The search stops after the best 3"
    assert stopped not in client.get(list_url("quote"), {"q": "common"}).content.decode()
    QuoteFactory.create_batch(2, text="Common, too")
    for more in ({}, {"state__exact": "archived"}):
        assert stopped in client.get(list_url("quote"), {"q": "common", **more}).content.decode()
    assert len(listed(client, "quote", q="common")) == 3
    assert stopped not in client.get(list_url("quote"), {"q": "too"}).content.decode()


def test_public_changes_are_counted_up_to_the_bound_and_filtered_by_year(bound):
    for year in (2020, 2021, 2021, 2022, 2022):
        Change.objects.create(
            at=datetime.datetime(year, 6, 1, tzinfo=datetime.UTC),
            nature=Nature.CORRECTION,
            **dict.fromkeys(("item_kind", "kind"), "quote"),
            **dict.fromkeys(("item_id", "object_id"), year),
        )
    client = superuser()
    assert "3+ public changes" in " ".join(client.get(list_url("change")).content.decode().split())
    assert [change.item_id for change in listed(client, "change", year="2021")] == [2021, 2021]


def test_years_without_a_quote_are_not_offered_even_between_distant_years():
    for date in ("0826-01-01", "1961-04-12", "2025-12-31", "2026-01-01", "2026-06-01"):
        QuoteFactory(date=date)
    client = publisher()
    page = client.get(list_url("quote"))
    (spec,) = (spec for spec in page.context["cl"].filter_specs if isinstance(spec, lists.DateYearFilter))
    assert [value for value, _label in spec.lookup_choices] == ["2026", "2025", "1961", "826", "none"]
    assert [quote.date.year for quote in listed(client, "quote", year="826")] == [826]
    assert listed(client, "quote", year="1962") == []
