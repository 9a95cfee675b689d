"""Synonyms on the editors' desk: only publishers edit them, because they affect public searches at once."""

import pytest

from initiatives.models import SynonymSet
from tests.admin.support import add_url, change_url, editor, errors_of, list_url, publisher, save, saved
from tests.factories import QuoteFactory
from tests.helpers import count_queries, found

pytestmark = pytest.mark.django_db


def test_a_publisher_adds_a_set_and_public_searches_use_it():
    quote = QuoteFactory(public=True, text="An assembly.")
    client = publisher()
    page = save(client, add_url("synonymset"), words="rally\n assembly ", note="As visitors say it.")
    assert saved(page)
    assert found("rally") == [quote.pk]
    made = SynonymSet.objects.get()
    assert saved(save(client, change_url(made), words="protest\nassembly"))
    assert (found("rally"), found("protest")) == ([], [quote.pk])
    client.post(f"{list_url('synonymset')}{made.pk}/delete/", {"post": "yes"})
    assert found("protest") == []


def test_errors_are_shown_beside_the_field_and_the_input_is_kept():
    page = save(publisher(), add_url("synonymset"), words="rally\n...\nrally")
    assert errors_of(page) == {"words": ["“...” contains no word.", "“rally” is listed twice."]}
    assert "rally\n...\nrally" in page.content.decode()
    assert not SynonymSet.objects.exists()


def test_an_editor_can_only_view_them():
    made = SynonymSet.objects.create(words="rally\nassembly")
    client = editor()
    assert client.get(add_url("synonymset")).status_code == 403
    page = client.get(change_url(made))
    assert page.status_code == 200
    assert b'name="words"' not in page.content
    assert client.post(change_url(made), {"language": "en", "words": "a\nb"}).status_code == 403
    assert client.post(f"{list_url('synonymset')}{made.pk}/delete/", {"post": "yes"}).status_code == 403
    made.refresh_from_db()
    assert made.words == "rally\nassembly"


def test_the_list_is_searchable_and_queries_do_not_grow():
    client = publisher()
    SynonymSet.objects.create(words="rally\nassembly")
    page = client.get(list_url("synonymset"), {"q": "assem"})
    assert [str(one) for one in page.context["cl"].result_list] == ["rally, assembly"]
    few = count_queries(lambda: client.get(list_url("synonymset")))
    for number in range(10):
        SynonymSet.objects.create(words=f"word {number}\nother {number}")
    assert count_queries(lambda: client.get(list_url("synonymset"))) == few
