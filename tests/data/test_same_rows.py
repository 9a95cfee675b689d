"""For any request, a list has the same items in the same order as a page and in every format."""

import csv
import io
import json
import random
import re
from urllib.parse import urlencode

import feedparser
import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from initiatives.data.lists import IN_FEED
from tests.factories import PersonFactory, QuoteFactory, SourceFactory, ThemeFactory

pytestmark = [pytest.mark.database, pytest.mark.django_db]

WORDS = ("law", "water", "courts", "reform", "law courts", '"law of water"', "-law", "la*", "nothing")
SORTS = ("relevance", "newest", "oldest", "added")


@pytest.fixture
def quotes(db):
    """Sixty quotes, some of them drafts, with few words, themes and speakers."""
    chance = random.Random(14)
    source = SourceFactory(public=True, slug="address", date="2020-09-01")
    themes = [ThemeFactory(public=number != 3, slug=f"theme-{number}") for number in range(4)]
    people = [PersonFactory(public=True, slug=f"person-{number}", source=source) for number in range(3)]
    for number in range(60):
        words = chance.choices(["law", "of", "water", "courts", "reform", "and", "for", "all"], k=chance.randint(3, 9))
        QuoteFactory(
            public=chance.random() < 0.9,
            text=f"{' '.join(words)} {number}",
            speaker=chance.choice(people),
            source=source,
            language=chance.choice(["en", "en", "ru"]),
            date=chance.choice([None, "2019-05-01", "2020-09-01", f"2021-0{chance.randint(1, 9)}-10"]),
            themes=chance.sample(themes, chance.randint(0, 2)),
        )


queries = st.fixed_dictionaries(
    {},
    optional={
        "q": st.sampled_from(WORDS),
        "theme": st.lists(st.sampled_from([f"theme-{number}" for number in range(3)]), min_size=1, max_size=2),
        "speaker": st.sampled_from(["person-0", "person-1"]),
        "language": st.sampled_from(["en", "ru"]),
        "year": st.sampled_from(["2020", "2021", "undated"]),
        "from": st.sampled_from(["2020", "2020-09-01"]),
        "to": st.sampled_from(["2021-06", "2020"]),
        "sort": st.sampled_from(SORTS),
    },
)


def on_pages(client, query: dict) -> list[int]:
    """Return the keys of the items on the pages of a list, page by page."""
    found: list[int] = []
    for page in range(1, 10):
        response = client.get(f"/quotes/?{urlencode(query | {'page': page}, doseq=True)}")
        listing = response.context["listing"]
        found += [row.item.pk for row in listing.rows]
        if page >= listing.results.pages:
            break
    return found


def sent(client, suffix: str, query: dict) -> str:
    response = client.get(f"/quotes.{suffix}?{urlencode(query, doseq=True)}")
    assert response.status_code == 200
    return b"".join(response).decode()


def in_csv(text: str) -> list[int]:
    return [int(row["id"]) for row in csv.DictReader(io.StringIO(text))]


def in_json(text: str) -> list[int]:
    return [item["id"] for item in json.loads(text)["items"]]


def in_json_feed(text: str) -> list[int]:
    return [int(item["id"].rpartition("/")[2]) for item in json.loads(text)["items"]]


def in_atom(text: str) -> list[int]:
    feed = feedparser.parse(text)
    assert not feed.bozo
    return [int(entry.id.rpartition("/")[2]) for entry in feed.entries]


def in_bibtex(text: str) -> list[int]:
    return [int(key) for key in re.findall(r"^@\w+\{\D*(\d+),$", text, re.M)]


def from_api(client, query: dict) -> list[int]:
    """Return the keys in the API's responses, part by part."""
    found: list[int] = []
    url = f"/api/v1/quotes?{urlencode(query | {'limit': 25}, doseq=True)}"
    while url:
        answer = client.get(url).json()
        found += [item["id"] for item in answer["items"]]
        url = (answer["next"] or "").removeprefix("http://testserver")
    return found


def test_every_format_has_the_rows_of_the_pages(client, quotes):
    assert settings.PAGE_SIZE < 60

    @hypothesis_settings(max_examples=min(200, hypothesis_settings().max_examples))
    @given(query=queries)
    def compare(query):
        expected = on_pages(client, query)
        assert in_csv(sent(client, "csv", query)) == expected
        assert in_json(sent(client, "json", query)) == expected
        assert in_bibtex(sent(client, "bib", query)) == expected
        assert from_api(client, query) == expected
        # A feed has the latest additions, unless another order is requested.
        newest = expected if "sort" in query else on_pages(client, query | {"sort": "added"})
        assert in_atom(sent(client, "atom", query)) == newest[:IN_FEED]
        assert in_json_feed(sent(client, "feed.json", query)) == newest[:IN_FEED]

    compare()
