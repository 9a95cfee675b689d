"""The numbers of the record are exact, count only public items, and are cached."""

import datetime

import pytest
from django.core.cache import cache
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from initiatives.models import Initiative, Theme
from initiatives.models.choices import NO_STATUS, Kind, State, Status
from initiatives.pages.front import _front
from initiatives.pages.totals import counted_themes, counts_of_record
from tests.factories import InitiativeFactory, MilestoneFactory, PersonFactory, QuoteFactory, ThemeFactory
from tests.helpers import count_queries, few_examples, rolled_back

pytestmark = pytest.mark.django_db

TOMORROW = timezone.now() + datetime.timedelta(days=1)


def test_each_kind_is_counted():
    QuoteFactory(public=True)
    QuoteFactory()
    MilestoneFactory()
    counts = counts_of_record().kinds
    assert counts[Kind.QUOTE] == 1
    assert counts[Kind.MILESTONE] == 1
    assert counts[Kind.THEME] == 0


def test_themes_are_in_order_with_their_quotes_and_initiatives():
    first, second = ThemeFactory(public=True, position=1), ThemeFactory(public=True, position=2)
    ThemeFactory()
    QuoteFactory(public=True, themes=[second])
    InitiativeFactory(public=True, themes=[first, second])
    assert [(entry.theme, entry.quotes, entry.initiatives) for entry in counted_themes()] == [
        (first, 0, 1),
        (second, 1, 1),
    ]


def test_the_home_page_lists_the_ten_largest_public_themes_and_links_to_all(client):
    draft, *themes = [ThemeFactory(public=number > 0, name=f"Theme {number:02}") for number in range(13)]
    quotes = [QuoteFactory(public=True) for _number in range(3)]
    quotes[0].themes.set([draft, *themes])
    quotes[1].themes.set([draft, *themes[2:]])
    quotes[2].themes.set([draft, themes[-1]])
    page = client.get("/")
    expected = [(themes[-1], 3), *((theme, 2) for theme in themes[2:-1]), (themes[0], 1)]
    assert page.context["front"].themes == expected[:10]
    html = page.content.decode()
    assert html.count('href="/quotes/?theme=') == 10
    assert '<a class="theme-links__all" href="/themes/">All themes</a>' in html


def test_the_home_page_loads_no_more_themes_when_there_are_many(client):
    def grow(number):
        for _number in range(number):
            theme = ThemeFactory(public=True)
            QuoteFactory(public=True, themes=[theme])
            MilestoneFactory(initiative__themes=[theme])

    grow(2)
    few = count_queries(_front)
    grow(12)
    assert count_queries(_front) == few
    assert (len(_front().themes), len(_front().theme_years)) == (10, 8)


# The states of a quote and its speaker.
STATES = st.sampled_from(
    [
        {"public": True},
        {"state": State.PUBLISHED, "published_at": TOMORROW, "speaker": "public"},
        {"state": State.ARCHIVED},
        {},
    ]
)


@few_examples
@given(made=st.lists(st.tuples(STATES, st.sets(st.integers(0, 2)), st.booleans()), max_size=6))
def test_themes_count_only_what_the_public_sees(made):
    with rolled_back():
        themes = [ThemeFactory(public=True) for _number in range(3)]
        for state, tied, speaker_goes in made:
            options = dict(state)
            if options.pop("speaker", ""):
                speaker = PersonFactory(public=True)
                options |= {"speaker": speaker, "source": speaker.source}
            quote = QuoteFactory(themes=[themes[n] for n in tied], **options)
            if speaker_goes:
                quote.speaker.state = State.DRAFT
                quote.speaker.save()
        cache.clear()
        counted = counts_of_record().quotes_by_theme
        for theme in themes:
            assert counted.get(theme.pk, 0) == theme.quotes.published().count()


def test_initiatives_are_counted_by_their_visible_status():
    for status in ("adopted", "adopted", "announced"):
        MilestoneFactory(status=status)
    InitiativeFactory(public=True)
    InitiativeFactory()
    MilestoneFactory(status="completed", source__state=State.DRAFT)
    none = dict.fromkeys(Status, 0)
    assert dict(counts_of_record().statuses) == none | {"announced": 1, "adopted": 2, NO_STATUS: 2}
    assert [status for status, _x, _width in counts_of_record().bar] == ["announced", "adopted", NO_STATUS]
    shown = Initiative.objects.published().with_status().values_list("status", flat=True)
    assert sorted(shown) == ["", "", "adopted", "adopted", "announced"]


def test_unchanged_counts_need_one_query(settings):
    theme = ThemeFactory(public=True)
    QuoteFactory(public=True, themes=[theme])
    counts_of_record()
    assert count_queries(counts_of_record) == 1
    assert count_queries(counted_themes) == 2  # the themes themselves too
    assert Theme.objects.published().count() == 1
    QuoteFactory(public=True, themes=[theme])
    assert counts_of_record().quotes_by_theme == {theme.pk: 2}
