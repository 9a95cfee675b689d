"""Suggested themes for a quote: those named in its text, and those of the most similar quotes."""

import pytest

from initiatives.editorial.fitting_themes import fitting_themes
from tests.factories import QuoteFactory, ThemeFactory
from tests.helpers import count_queries

pytestmark = pytest.mark.django_db


def offered(text: str, language: str = "en", **more) -> list[str]:
    return [theme.name for theme in fitting_themes(text, language, **more)]


@pytest.mark.parametrize(
    ("name", "aliases", "text", "language"),
    [
        ("Rule of law", "", "Without the rule of law, no state can stand.", "en"),
        ("Elections", "", "Every election was observed.", "en"),
        ("Courts", "judges\nСуды", "The JUDGE’S office is open to all.", "en"),
        ("Courts", "Судебная власть", "Мы обновим судебную власть страны.", "ru"),
        ("Courts", "сот жүйесі", "Біз сот жүйесін жаңартамыз.", "kk"),
    ],
)
def test_a_theme_named_in_the_text_is_offered(name, aliases, text, language):
    ThemeFactory(name=name, aliases=aliases)
    assert offered(text, language) == [name]


@pytest.mark.parametrize(
    "text", ["The law of the rule", "The rule was written into law", "Overrule of lawlessness", "", "…"]
)
def test_words_that_are_not_adjacent_are_not_a_name(text):
    ThemeFactory(name="Rule of law")
    assert offered(text) == []


def test_themes_of_similar_quotes_including_drafts_are_offered_most_frequent_first():
    water, rivers, other = ThemeFactory(name="Water"), ThemeFactory(name="Fishing"), ThemeFactory(name="Schools")
    QuoteFactory(text="Irrigation reservoirs of the southern provinces shrink.", themes=[water], public=True)
    QuoteFactory(text="Reservoirs and irrigation come first.", themes=[water, rivers])
    QuoteFactory(text="Teachers deserve respect.", themes=[other])
    assert offered("We shall build irrigation canals and reservoirs.") == ["Water", "Fishing"]


def test_names_in_the_text_come_before_themes_of_similar_quotes():
    water = ThemeFactory(name="Water")
    ThemeFactory(name="Canals")
    QuoteFactory(text="Irrigation reservoirs shrink.", themes=[water])
    assert offered("Irrigation reservoirs and canals.") == ["Canals", "Water"]


def test_a_quote_is_not_similar_to_itself():
    quote = QuoteFactory(text="Irrigation reservoirs shrink.", themes=[ThemeFactory(name="Water")])
    assert offered(quote.text, but=quote.pk) == []
    assert offered(quote.text) == ["Water"]


def test_archived_themes_are_not_offered():
    theme = ThemeFactory(name="Courts", state="archived")
    QuoteFactory(text="Independent magistrates decide.", themes=[theme])
    assert offered("Independent magistrates and courts.") == []


def test_only_a_few_are_offered_and_queries_do_not_grow_with_the_record():
    def grow(numbers):
        for n in numbers:
            QuoteFactory(text=f"Irrigation reservoirs, number {n}.", themes=[ThemeFactory(name=f"Theme {n}")])

    grow(range(5))
    text = "Irrigation reservoirs of the south"
    offered(text)
    few = count_queries(lambda: offered(text))
    grow(range(5, 30))
    offered(text)
    assert count_queries(lambda: offered(text)) == few
    assert len(offered(text)) == 6
