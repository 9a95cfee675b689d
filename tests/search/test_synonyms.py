"""Synonyms and aliases: a search includes them, and says so."""

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from initiatives.models import SynonymSet
from initiatives.models.choices import Kind
from initiatives.search import Criteria, parse, search, search_for_editors
from initiatives.search.widening import MOST_ADDED
from tests.factories import InitiativeFactory, PersonFactory, QuoteFactory, SourceFactory, ThemeFactory
from tests.helpers import count_queries, few_examples, found, rolled_back
from tests.search.test_search_commands import rebuild

pytestmark = pytest.mark.django_db


def synonym_set(*words, language="en"):
    return SynonymSet.objects.create(words="\n".join(words), language=language)


def added(typed):
    """Return the synonyms that a search reports as included."""
    results = search(Criteria(frozenset({Kind.QUOTE}), parse(typed)))
    return [synonym.text for synonym in results.synonyms]


class TestSynonyms:
    @pytest.fixture
    def quotes(self):
        synonym_set("SME", "small business", "small and medium-sized enterprises")
        texts = {
            "sme": "Each SME counts.",
            "business": "Help for small businesses.",
            "enterprises": "Small and medium-sized enterprises grow.",
            "apart": "A small state, a big business.",
            "other": "Schools.",
        }
        return {name: QuoteFactory(public=True, text=text).pk for name, text in texts.items()}

    @pytest.mark.parametrize(
        ("typed", "names"),
        [
            ("sme", {"sme", "business", "enterprises"}),
            ("small business", {"sme", "business", "enterprises", "apart"}),
            ("small businesses help", {"business"}),
            ("counts small business", {"sme"}),
            ("small and medium-sized enterprises", {"sme", "business", "enterprises"}),
            ("sme or schools", {"sme", "business", "enterprises", "other"}),
            # Not adjacent, or only a part: not a synonym.
            ("business small", {"business", "apart"}),
            ("small", {"business", "enterprises", "apart"}),
            # In quotation marks.
            ('"SME"', {"sme"}),
            ('"small business"', {"business"}),
            ("small -sme", {"business", "enterprises", "apart"}),
            ("sme*", {"sme"}),
        ],
    )
    def test_each_synonym_finds_the_others(self, quotes, typed, names):
        assert set(found(typed)) == {quotes[name] for name in names}

    def test_the_page_lists_the_included_synonyms(self, quotes, client):
        html = client.get("/quotes/?q=SME").content.decode()
        assert "Also searched for:" in html
        assert '<span lang="en">small business</span>' in html
        assert "Help for <mark>small businesses</mark>." in html
        assert "Also searched for:" not in client.get("/quotes/?q=%22SME%22").content.decode()

    def test_each_language_has_its_own_forms(self):
        synonym_set("митинг", "мирное собрание", language="ru")
        quote = QuoteFactory(public=True, text="О мирных собраниях", language="ru")
        assert found("митингах") == [quote.pk]
        assert added("митингах") == ["мирное собрание"]

    def test_synonyms_work_for_editors(self):
        synonym_set("SME", "small business")
        draft = QuoteFactory(text="A small business.")
        assert search_for_editors(Kind.QUOTE, "sme ") == [draft.pk]
        assert found("sme") == []

    def test_changes_take_effect_at_once(self):
        synonyms_ = synonym_set("rally", "assembly")
        quote = QuoteFactory(public=True, text="An assembly.")
        assert found("rally") == [quote.pk]
        synonyms_.words = "protest\nassembly"
        synonyms_.save()
        assert (found("rally"), found("protest")) == ([], [quote.pk])
        synonyms_.delete()
        assert found("protest") == []

    def test_the_number_of_included_synonyms_is_limited(self):
        for number in range(3):
            synonym_set("word", *(f"other {number} {n}" for n in range(8)))
        assert len(added("word")) == MOST_ADDED

    def test_sets_are_read_with_one_query_after_a_change(self):
        QuoteFactory(public=True, text="alpha")
        without_words = count_queries(lambda: found(""))
        assert count_queries(lambda: found("alpha")) == without_words + 1
        for number in range(20):
            synonym_set("alpha", f"beta {number}")
        assert count_queries(lambda: found("alpha")) == without_words + 1
        with CaptureQueriesContext(connection) as queries:
            assert len(found("beta 1")) == 1
        assert len(queries) == without_words

    def test_changes_by_sql_take_effect_after_a_rebuild(self):
        synonym_set("rally", "assembly")
        assert added("rally") == ["assembly"]
        SynonymSet.objects.update(words="rally\nprotest")
        rebuild()
        assert added("rally") == ["protest"]

    @pytest.mark.parametrize(
        ("words", "message"),
        [
            ("rally", "at least two"),
            ("rally\n\n  \n", "at least two"),
            ("rally\n- …", "“- …” contains no word"),
            ("rally\nprotest\nRALLY ", "“RALLY” is listed twice"),
            ("rally\n" + "a" * 81, "longer than 80"),
            ("\n".join(f"word {n}" for n in range(13)), "Enter up to 12"),
        ],
    )
    def test_an_invalid_set_is_refused(self, words, message):
        with pytest.raises(ValidationError, match=message):
            SynonymSet(words=words).full_clean()

    def test_a_set_is_normalised(self):
        tidy = SynonymSet(words="  peaceful \t assembly \n\n rally ")
        tidy.full_clean()
        assert tidy.words == "peaceful assembly\nrally"


WORDS = ["law", "court", "judge", "reform", "state", "tax"]
MEMBERS = st.lists(st.sampled_from(WORDS), min_size=1, max_size=3, unique=True).map(" ".join)
TEXTS = st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=6).map(" ".join), min_size=1, max_size=6)


def to_the_letter(words):
    """Return a query for each word, without expanding names and synonyms."""
    return " ".join(f'"{word}"' for word in words.split())


@few_examples
@given(
    texts=TEXTS, members=st.lists(MEMBERS, min_size=2, max_size=4, unique=True), beside=st.sampled_from(["", *WORDS])
)
def test_a_search_with_synonyms_is_the_union_of_the_searches_for_each(texts, members, beside, db):
    # An adjacent word that is part of a member could turn it into another member.
    beside = "" if any(beside in member.split() for member in members) else beside
    with rolled_back():
        synonym_set(*members)
        for text in dict.fromkeys(texts):
            QuoteFactory(public=True, text=text)
        for member in members:
            within = [other for other in members if other != member and f" {other} " in f" {member} "]
            expected = set(found(to_the_letter(f"{member} {beside}")))
            for other in members:
                if other == member:
                    continue
                expected |= set(found(f'"{other}" {to_the_letter(beside)}'))
            result = set(found(f"{member} {beside}"))
            # A member within a member is expanded too, which can only find more.
            assert result >= expected if within else result == expected, (member, beside)


@few_examples
@given(sets=st.lists(st.lists(st.text(max_size=12), max_size=4), max_size=3), typed=st.text(max_size=60))
def test_no_set_breaks_a_search(sets, typed, db):
    with rolled_back():
        for words in sets:
            synonym_set(*(word.replace("\0", "") for word in words))
        assert found(typed.replace("\0", "")) == []


class TestOtherNames:
    @pytest.fixture
    def theme(self):
        theme = ThemeFactory(public=True, slug="dialogue", name="Dialogue with society", aliases="Hearing State")
        QuoteFactory(public=True, text="Words.", themes=[theme])
        return theme

    def test_the_page_explains_an_alias_of_a_theme_but_not_its_name(self, theme, client):
        said = "“Hearing State” is another name for the theme"
        page = client.get("/quotes/?q=hearing+state")
        assert page.context["listing"].results.count == 1
        html = page.content.decode()
        assert said in html
        assert '<a href="/themes/dialogue/">Dialogue with society</a>' in html
        own = client.get("/quotes/?q=dialogue+with+society")
        assert own.context["listing"].results.count == 1
        assert "another name" not in own.content.decode()
        # A phrase is not read as a name, and sources have no themes.
        assert "another name" not in client.get("/quotes/?q=%22hearing+state%22").content.decode()
        assert "another name" not in client.get("/sources/?q=hearing+state").content.decode()
        assert said in client.get("/search/?q=hearing+state").content.decode()
        assert said not in client.get("/search/?q=hearing+state&kind=person").content.decode()

    def test_the_page_explains_an_alias_of_a_person(self, client):
        person = PersonFactory(public=True, slug="abai", name="Abai Qunanbaiuly", aliases="Ibrahim")
        QuoteFactory(public=True, speaker=person)
        html = client.get("/quotes/?q=ibrahim").content.decode()
        assert "“Ibrahim” is another name for" in html
        assert '<a href="/people/abai/">Abai Qunanbaiuly</a>. Their quotes are included' in html
        assert "another name" not in client.get("/quotes/?q=abai").content.decode()
        assert "another name" not in client.get("/initiatives/?q=ibrahim").content.decode()

    @pytest.mark.parametrize("name", ["Law on peaceful assembly", "Rally law", "Заң туралы", "Зан  ТУРАЛЫ"])
    def test_an_initiative_of_that_name_is_linked_first(self, client, name):
        law = InitiativeFactory(
            public=True, slug="rallies", title="Law on peaceful assembly", aliases="Rally law\nЗаң туралы"
        )
        InitiativeFactory(aliases="Rally law")
        html = client.get("/quotes/", {"q": name}).content.decode()
        assert 'Initiative: <a href="/initiatives/rallies/">Law on peaceful assembly</a>' in html
        assert html.count("Initiative: <a") == 1
        assert ("also called" in html) == (name != law.title)
        assert "Initiative: <a" not in client.get("/quotes/", {"q": f"{name} draft"}).content.decode()
        # Where it is the first result, it is not named twice.
        assert "Initiative: <a" not in client.get("/search/", {"q": law.title}).content.decode()

    def test_aliases_of_drafts_are_not_shown(self, client):
        ThemeFactory(name="Open", aliases="Secret plan")
        assert "Secret plan" not in client.get("/search/?q=secret+plan").content.decode().replace('"secret plan"', "")
        assert "another name" not in client.get("/quotes/?q=secret+plan").content.decode()

    @pytest.mark.parametrize(("typed", "number"), [("Абайдың", 1), ("Құнанбайұлы", 0), ("Kunanbaev", 0), ('"Абай"', 0)])
    def test_a_person_is_found_as_their_other_names_spell_them(self, typed, number):
        PersonFactory(public=True, name="Abai Qunanbaiuly", aliases="Абай Құнанбайұлы\nKunanbaev")
        SourceFactory(public=True, title="Abai and Kazakhstan")
        assert len(found(typed, Kind.SOURCE)) == number

    @pytest.mark.parametrize("path", ["/search/", "/sources/"])
    def test_a_card_found_by_an_alias_shows_it(self, client, path):
        SourceFactory(public=True, title="Time for action", aliases="The address\nTime to act")
        html = client.get(f"{path}?q=time+to+act").content.decode()
        assert 'Also known as <span lang="en"><mark>Time</mark> to <mark>act</mark></span>' in html
        assert "Also known as" not in client.get(f"{path}?q=time").content.decode()

    def test_the_card_of_an_initiative_shows_its_alias(self, client):
        InitiativeFactory(public=True, title="Law on assemblies", aliases="Rally law")
        assert "Also known as" in client.get("/initiatives/?q=rally").content.decode()
        assert "Also known as" not in client.get("/initiatives/?q=law").content.decode()
