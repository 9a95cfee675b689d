"""Completion: names of public items and words of public texts by prefix, as JSON and for browsers."""

import datetime
import json
from xml.etree import ElementTree

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from initiatives.models.choices import State
from initiatives.search.vocabulary import MOST_ITEMS, MOST_OF_A_KIND, MOST_WORDS
from tests.factories import (
    BodyFactory,
    InitiativeFactory,
    PersonFactory,
    PrincipleFactory,
    QuoteFactory,
    SourceFactory,
    ThemeFactory,
)
from tests.helpers import count_queries, few_examples, found, rolled_back
from tests.models.test_visibility import SECRETS, STATES, build, public_kinds

pytestmark = [pytest.mark.django_db]


def suggested(client, typed, **parameters):
    """Return the suggestions for what was typed."""
    response = client.get("/suggest/", {"q": typed, **parameters})
    assert response.status_code == 200, typed
    answer = response.json()
    assert answer["query"] == typed
    return answer["suggestions"]


def labels(client, typed, kind=None, **parameters):
    return [row["label"] for row in suggested(client, typed, **parameters) if kind in (None, row["kind"])]


class TestNames:
    def test_each_kind_links_to_its_page(self, client):
        theme = ThemeFactory(public=True, name="Zebra themes", slug="zt")
        person = PersonFactory(public=True, name="Zebra Person")
        initiative = InitiativeFactory(public=True, title="The zebra plan")
        source = SourceFactory(public=True, title="Zebras at work", language="kk")
        principle = PrincipleFactory(title="No zebra behind")
        body = BodyFactory(public=True, name="Council of zebras")
        rows = suggested(client, "zeb")
        assert [(row["kind"], row["note"], row["label"], row["url"]) for row in rows if row["kind"] != "word"] == [
            ("theme", "Theme", theme.name, "/quotes/?theme=zt"),
            ("person", "Person", person.name, person.get_absolute_url()),
            ("initiative", "Initiative", initiative.title, initiative.get_absolute_url()),
            ("source", "Source", source.title, source.get_absolute_url()),
            ("principle", "Principle", principle.title, principle.get_absolute_url()),
            ("body", "Institution", body.name, body.get_absolute_url()),
        ]
        assert next(row for row in rows if row["kind"] == "source")["language"] == "kk"
        for row in rows:
            assert client.get(row["url"]).status_code == 200

    @pytest.mark.parametrize(
        "typed", ["rul", "RUL", "law", "rule of l", "law rul", "of law", "rule of law", "rule of "]
    )
    def test_a_prefix_of_any_word_matches(self, client, typed):
        ThemeFactory(public=True, name="Rule of law")
        ThemeFactory(public=True, name="Trade")
        assert labels(client, typed, "theme") == ["Rule of law"]

    @pytest.mark.parametrize("typed", ["r", "ule", "rule x", "ru ", "rule off", "lawx", "", " ", "-", "x " * 9])
    def test_other_text_does_not_match(self, client, typed):
        ThemeFactory(public=True, name="Rule of law")
        assert labels(client, typed, "theme") == []

    @pytest.mark.parametrize(
        ("name", "typed"),
        [
            ("Учёт и отчётность", "отчет"),
            ("Учет", "учёт"),
            ("Қазақстан", "казак"),
            ("Қазақстан", "қаз"),
            ("Әділет", "адил"),
            ("Éducation", "éduc"),
        ],
    )
    def test_equivalent_letters_match(self, client, name, typed):
        ThemeFactory(public=True, name=name)
        assert labels(client, typed, "theme") == [name]

    def test_a_matching_alias_is_shown(self, client):
        ThemeFactory(public=True, name="Rule of law", aliases="courts\nlegality")
        (row,) = suggested(client, "cour")[:1]
        assert (row["label"], row["other"]) == ("Rule of law", "courts")
        assert "other" not in suggested(client, "rule")[0]

    def test_themes_with_the_most_quotes_come_first(self, client):
        themes = [ThemeFactory(public=True, name=f"Law {letter}") for letter in "abcde"]
        for theme, number in zip(themes, [1, 0, 3, 0, 2], strict=True):
            QuoteFactory.create_batch(number, public=True, themes=[theme])
        assert labels(client, "law", "theme") == ["Law c", "Law e", "Law a"]

    def test_changed_and_removed_names_take_effect_at_once(self, client):
        theme = ThemeFactory(public=True, name="Law")
        theme.name = "Justice"
        theme.save()
        assert (labels(client, "law", "theme"), labels(client, "just", "theme")) == ([], ["Justice"])
        theme.slug = "another"
        theme.save()
        assert suggested(client, "just")[0]["url"] == "/quotes/?theme=another"
        theme.state = State.ARCHIVED
        theme.save()
        assert labels(client, "just") == []
        theme.state = State.PUBLISHED
        theme.save()
        theme.delete()
        assert labels(client, "just") == []

    def test_the_number_of_suggestions_is_limited(self, client):
        for number in range(10):
            ThemeFactory(public=True, name=f"Zebra {number}")
            InitiativeFactory(public=True, title=f"Zebra zebras zebra-like {number}")
            SourceFactory(public=True, title=f"Zebra {number}")
        rows = suggested(client, "zeb")
        kinds = [row["kind"] for row in rows if row["kind"] != "word"]
        assert len(kinds) == MOST_ITEMS
        assert max(map(kinds.count, kinds)) <= MOST_OF_A_KIND
        assert kinds == sorted(kinds, key=["theme", "initiative", "source"].index)
        assert len(rows) - len(kinds) <= MOST_WORDS
        assert len({row["url"] for row in rows}) == len(rows)


class TestWords:
    @pytest.fixture(autouse=True)
    def record(self):
        for number in range(3):
            QuoteFactory(public=True, text=f"Parliament decides, {number}.")
        QuoteFactory(public=True, text="The parliament hears a court. Particular parties.")
        QuoteFactory(public=True, text="Қазақстан елі", language="kk")
        InitiativeFactory(public=True, title="Parking")

    def test_counts_are_those_of_the_current_list(self, client):
        assert [
            (row["label"], row["count"], row["note"], row["url"])
            for row in suggested(client, "parli", **{"in": "quotes"})
        ] == [("parliament", 4, "4 results", "/quotes/?q=parliament")]
        assert labels(client, "park", "word", **{"in": "quotes"}) == []
        for here in ("search", "nonsense"):
            (row,) = [row for row in suggested(client, "park", **{"in": here}) if row["kind"] == "word"]
            assert row["url"] == "/search/?q=parking"

    def test_the_last_of_several_words_is_completed(self, client):
        assert labels(client, "court parl", "word") == ["court parliament"]
        assert labels(client, "decides cou", "word") == []  # no quote has both
        assert labels(client, '"hears a" -zeppelin parl', "word") == ['"hears a" -zeppelin parliament']

    def test_the_most_common_come_first_and_each_stem_appears_once(self, client):
        QuoteFactory(public=True, text="Parliaments, parliaments. A party.")
        assert labels(client, "par", "word")[0] == "parliament"
        assert not {"parliaments"} & set(labels(client, "par", "word"))

    def test_kazakh_words_typed_without_kazakh_letters(self, client):
        assert labels(client, "казак", "word") == ["қазақстан"]
        assert labels(client, "қаза", "word") == ["қазақстан"]
        assert labels(client, "қаса", "word") == []

    def test_a_word_in_several_languages_is_offered_once(self, client):
        for language in ("ru", "kk", "ky"):
            QuoteFactory(public=True, text="Парламент", language=language)
        assert labels(client, "парл", "word") == ["парламент"]

    @pytest.mark.parametrize(
        "typed", ["pa", "parl ", "-parl", '"parl', "parl*", "x-parl", "arliament", "parl|", "parliament"]
    )
    def test_other_syntax_is_not_completed(self, client, typed):
        assert labels(client, typed, "word") == []

    def test_words_are_offered_once_published_and_never_from_drafts(self, client):
        draft = QuoteFactory(text="Zeppelins.", themes=[ThemeFactory(name="Zebras")])
        for item in (draft.source, draft.speaker.source, draft.speaker, draft):
            assert labels(client, "zep") == []
            item.state = State.PUBLISHED
            item.save()
        assert labels(client, "zep") == ["zeppelins"]
        assert labels(client, "zeb") == []

    def test_words_of_hidden_and_scheduled_items_are_not_offered(self, client, monkeypatch):
        soon = timezone.now() + datetime.timedelta(hours=1)
        quote = QuoteFactory(public=True, text="Zeppelins rise.")
        assert labels(client, "zepp", "word") == ["zeppelins"]
        quote.published_at = soon
        quote.save()
        assert labels(client, "zepp", "word") == []
        assert labels(client, "zepp", "word") == []
        monkeypatch.setattr(timezone, "now", lambda: soon)
        assert labels(client, "zepp", "word") == ["zeppelins"]
        quote.delete()
        assert labels(client, "zepp", "word") == []


class TestTheAnswer:
    def test_it_may_be_cached_for_a_minute_and_is_the_same_for_all_users(self, client):
        response = client.get("/suggest/?q=x")
        assert response["Cache-Control"] == "public, max-age=60"
        assert "Cookie" not in response.get("Vary", "")
        assert not response.cookies
        assert client.post("/suggest/?q=x").status_code == 405

    def test_for_browsers(self, client):
        theme = ThemeFactory(public=True, name="Parliament", slug="p")
        QuoteFactory(public=True, text="Parliaments decide.", themes=[theme])
        response = client.get("/suggest/?q=parl&format=opensearch")
        assert response["Content-Type"] == "application/x-suggestions+json"
        assert json.loads(response.content) == [
            "parl",
            ["Parliament", "parliament"],
            ["Theme", "2 results"],
            ["http://testserver/quotes/?theme=p", "http://testserver/search/?q=parliament"],
        ]
        assert json.loads(client.get("/suggest/?format=opensearch").content) == ["", [], [], []]

    def test_the_search_description_has_both_addresses(self, client, settings):
        settings.SITE_URL = "https://reforms.example"
        response = client.get("/opensearch.xml")
        assert response["Content-Type"].startswith("application/opensearchdescription+xml")
        root = ElementTree.fromstring(response.content)
        names = {"o": "http://a9.com/-/spec/opensearch/1.1/"}
        assert len(root.findtext("o:ShortName", namespaces=names)) <= 16
        templates = {url.get("type"): url.get("template") for url in root.findall("o:Url", names)}
        assert templates["text/html"] == "https://reforms.example/search/?q={searchTerms}"
        assert (
            templates["application/x-suggestions+json"]
            == "https://reforms.example/suggest/?format=opensearch&q={searchTerms}"
        )
        assert (
            'rel="search" type="application/opensearchdescription+xml" href="/opensearch.xml"'
            in client.get("/").content.decode()
        )

    @pytest.mark.parametrize(
        "typed",
        [
            "\x00",
            "a\x00b",
            "%",
            "_a",
            "\\",
            "'",
            '"',
            "q" * 5000,
            "пар" * 70,
            "😀 😀",
            "ﷺ",
            "x" * 61,
            "\ud7ff a",
            "*",
            "a or b",
        ],
    )
    def test_any_input_is_safe(self, client, typed):
        QuoteFactory(public=True, text="Words.")
        assert suggested(client, typed) == []

    def test_no_more_queries_for_more_rows(self, client):
        def ask():
            return client.get("/suggest/?q=zeb")

        def add():
            ThemeFactory(public=True, name=f"Zebra {timezone.now()}")
            QuoteFactory(public=True, text=f"Zebras, {timezone.now()}")

        add()
        # The edition, which also shows whether the index is up to date; the items of one kind; themes; synonyms.
        assert count_queries(ask) == 4
        for _more in range(5):
            add()
        assert count_queries(ask) == 4


@few_examples
@given(
    before=st.fixed_dictionaries({kind: STATES for kind in SECRETS if kind != "milestone"}),
    after=st.fixed_dictionaries({kind: STATES for kind in SECRETS if kind != "milestone"}),
)
def test_only_public_names_and_words_are_offered(before, after, client, db):
    """Items change their states: suggestions are only what the public can find now."""
    with rolled_back():
        items = build(before)
        for kind, (state, hours) in after.items():
            item = items[kind].set if kind == "principle" else items[kind]
            item.state, item.published_at = state, timezone.now() + datetime.timedelta(hours=hours)
            item.save()
        public = public_kinds(after)
        for kind, word in SECRETS.items():
            for typed in (word[:3], word[:6], word):
                for row in suggested(client, typed):
                    if row["kind"] == "word":
                        assert found(row["label"], "quote") or any(found(row["label"], kind) for kind in SECRETS)
                    else:
                        assert row["kind"] in public
            own = [row for row in suggested(client, word) if row["kind"] == kind]
            if kind != "milestone" and kind != "quote":
                assert bool(own) == (kind in public), kind
