"""Lists as data: the rows of the page, in its order, in every format."""

import csv
import io
import json

import pytest

from tests.factories import InitiativeFactory, QuoteFactory, SourceFactory, ThemeFactory

pytestmark = pytest.mark.django_db


def content_of(response) -> str:
    assert response.status_code == 200, response.content
    return b"".join(response).decode()


def rows_of(response) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content_of(response))))


def test_a_list_of_quotes_as_csv_and_json(client):
    theme, draft = ThemeFactory(public=True, name="Courts"), ThemeFactory(name="Not yet")
    quotes = [QuoteFactory(public=True, text=f"Law {n}", date=f"2020-01-{n:02}", themes=[theme, draft]) for n in (1, 2)]
    QuoteFactory(public=True, text="Water")
    QuoteFactory(text="Law of a draft")
    rows = rows_of(client.get("/quotes.csv?q=law&sort=oldest"))
    assert [row["id"] for row in rows] == [str(quote.pk) for quote in quotes]
    assert rows[0]["themes"] == "Courts"
    assert rows[0]["url"] == f"http://testserver{quotes[0].get_absolute_url()}"
    answer = json.loads(content_of(client.get("/quotes.json?q=law&sort=oldest")))
    assert [item["id"] for item in answer["items"]] == [quote.pk for quote in quotes]
    assert answer["items"][0]["themes"] == ["Courts"]
    assert answer["page"] == "http://testserver/quotes/?q=law&sort=oldest"


@pytest.mark.parametrize("name", ["initiatives", "sources", "timeline", "search"])
def test_other_lists(client, name):
    source = SourceFactory(public=True, date="2020-01-01")
    InitiativeFactory(public=True, source=source)
    rows = rows_of(client.get(f"/{name}.csv"))
    assert rows
    assert len(json.loads(content_of(client.get(f"/{name}.json")))["items"]) == len(rows)


def test_formulas_are_guarded_and_a_mark_is_sent_on_request(client):
    QuoteFactory(public=True, text="=1+1")
    assert rows_of(client.get("/quotes.csv"))[0]["text"] == "'=1+1"
    assert not content_of(client.get("/quotes.csv")).startswith("\ufeff")
    assert content_of(client.get("/quotes.csv?bom=1")).startswith("\ufeff")


def test_what_the_page_would_mark_as_wrong_is_refused_with_a_reason(client):
    response = client.get("/quotes.csv?from=2020-13")
    assert response.status_code == 400
    assert "from: " in response.content.decode()
