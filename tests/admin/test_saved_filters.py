"""Saved filters of lists: private to a user, shown above the filters and on the start page."""

import pytest
from django.contrib.auth.models import User
from django.urls import reverse

from initiatives.models import SavedFilter
from tests.admin.support import account, desk, editor, form_of, list_url, messages_of, publisher, send
from tests.factories import QuoteFactory
from tests.helpers import count_queries

pytestmark = pytest.mark.django_db

ADD = reverse("admin:initiatives_quote_save_filter")


def page_of(saved: SavedFilter) -> str:
    return reverse(f"admin:initiatives_{saved.model}_saved_filter", args=[saved.pk])


def save_filter(client, query: str = "state__exact=draft&q=court", name: str = "Drafts on courts"):
    """Save the filters of an address of the list of quotes; return the page that follows."""
    address = f"{ADD}?{query}"
    return send(client, address, form_of(client, address), name=name)


def links(client, query: str = "") -> dict[str, str]:
    """Return the links above the filters: addresses by name."""
    page = client.get(f"{list_url('quote')}?{query}")
    (spec, *_others) = page.context["cl"].filter_specs
    found = {choice["display"]: choice["query_string"] for choice in spec.choices(page.context["cl"])}
    content = page.content.decode()
    return found | {text: text for text in ("Save these filters", "Rename or delete") if text in content}


def test_the_current_filters_are_saved_and_link_back_to_the_same_list():
    QuoteFactory(text="The court is open", state="draft")
    QuoteFactory(text="The court is closed", state="in_review")
    QuoteFactory(text="The school is open", state="draft")
    client = editor()
    page = save_filter(client, "state__exact=draft&q=court&p=1&e=1&_facets=True")
    assert "Saved the filter “Drafts on courts”." in messages_of(page)
    assert page.context["cl"].result_count == 1
    assert links(client) == {"Drafts on courts": "?q=court&state__exact=draft"}
    # A selected filter, with its parameters in any order, can be renamed or deleted; others can be saved.
    assert "Rename or delete" in links(client, "state__exact=draft&q=court&p=0")
    assert "Save these filters" in links(client, "state__exact=in_review")
    start = client.get(reverse("admin:index")).content.decode()
    assert f'href="{list_url("quote")}?q=court&amp;state__exact=draft">Drafts on courts<' in start


def test_without_filters_there_is_nothing_to_save():
    client = editor()
    assert "Save these filters" not in client.get(list_url("quote")).content.decode()
    page = save_filter(client, "p=2", "Everything")
    assert "Choose filters in the list" in page.content.decode()
    assert not SavedFilter.objects.exists()


@pytest.mark.parametrize("name", ["", "   ", "x" * 81, "\0", "Taken"])
def test_an_invalid_name_is_reported_and_kept(name):
    client = editor()
    save_filter(client, name="Taken")
    page = save_filter(client, "q=school", name)
    assert page.context["form"].errors
    assert 'value="q=school"' in page.content.decode()
    assert SavedFilter.objects.count() == 1


def test_the_length_of_a_list_address_is_limited():
    client = editor()
    page = save_filter(client, f"q={'x' * 1001}")
    assert page.context["form"].errors
    assert not SavedFilter.objects.exists()


def test_a_filter_is_renamed_and_deleted():
    client = editor()
    save_filter(client)
    saved = SavedFilter.objects.get()
    send(client, page_of(saved), form_of(client, page_of(saved)), name="Courts")
    saved.refresh_from_db()
    assert (saved.name, saved.query) == ("Courts", "q=court&state__exact=draft")
    page = client.post(page_of(saved), {"_delete": "1"}, follow=True)
    assert "Deleted the saved filter “Courts”." in messages_of(page)
    assert not SavedFilter.objects.exists()


def test_users_cannot_see_or_change_the_filters_of_others():
    mine, other = editor(), publisher()
    save_filter(mine)
    saved = SavedFilter.objects.get()
    assert "Drafts on courts" not in other.get(list_url("quote")).content.decode()
    assert "Drafts on courts" not in other.get(reverse("admin:index")).content.decode()
    for answer in (other.get(page_of(saved)), other.post(page_of(saved), {"_delete": "1"})):
        assert answer.status_code == 404
    assert SavedFilter.objects.get().name == "Drafts on courts"
    # Two users may use the same name, and a filter belongs to its list.
    save_filter(other)
    assert SavedFilter.objects.count() == 2
    assert mine.get(page_of(saved).replace("/quote/", "/theme/")).status_code == 404


def test_users_who_may_not_view_the_list_save_nothing():
    client = desk(User.objects.create_user("viewer", is_staff=True))
    assert client.post(f"{ADD}?q=x", {"name": "x", "query": "q=x"}).status_code == 403


def test_the_number_of_filters_is_limited_and_queries_do_not_grow():
    user = account("Editor")
    client = desk(user)

    def queries() -> int:
        return sum(
            count_queries(lambda url=url: client.get(url)) for url in (list_url("quote"), reverse("admin:index"))
        )

    save_filter(client)
    queries()
    few = queries()
    for number in range(SavedFilter.MOST - 1):
        SavedFilter.objects.create(user=user, model="quote", name=f"{number}", query="q=x")
    assert queries() == few
    page = save_filter(client, name="One more")
    assert "You have 20 saved filters for this list already. Delete one first." in page.content.decode()
    assert SavedFilter.objects.count() == SavedFilter.MOST
