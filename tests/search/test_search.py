"""The search contract: what any engine must do, on each database."""

import datetime

import pytest

from initiatives.models import Quote
from initiatives.models.choices import Kind
from initiatives.search import Criteria, PageOutOfRange, QueryError, Sort, parse, search, search_for_editors
from initiatives.search.check import check
from initiatives.search.in_step import rebuild
from initiatives.search.query import highlight
from tests.factories import (
    InitiativeFactory,
    MilestoneFactory,
    PersonFactory,
    PrincipleFactory,
    QuoteFactory,
    QuoteTranslationFactory,
    SourceFactory,
    ThemeFactory,
)
from tests.helpers import count_queries, found, rolled_back
from tests.search.support import QUOTES, tampering

pytestmark = pytest.mark.django_db


class TestWords:
    @pytest.mark.parametrize(
        ("text", "language", "typed"),
        [
            ("a state that hears", "en", "hearing"),
            ("Сильное государство", "ru", "государства"),
            ("Жаңа мектеп", "kk", "мектептерде"),
            ("учёт", "ru", "учет"),
            ("COVID-19", "en", "covid"),
            ("economic co-operation", "en", "cooperation"),
            ("economic cooperation", "en", "co-operation"),
            ("economic co-operation", "en", "co-operation"),
            ("by e-mail", "en", "email"),
            ("the law cannot wait", "en", "can not"),
            ("the law can not wait", "en", "cannot wait"),
            ("социально-экономический", "ru", "социальноэкономические"),
            ("\u0043овет", "ru", "совет"),  # Latin C
            ("совет", "ru", "c\u043eвет\u044b"),  # Latin c
            ("бiлiм", "kk", '"білім"'),  # Latin i
            ("children’s rights", "en", "children"),
            ("The people's voice", "en", "people’s"),
            ("accountable government", "en", "governm*"),
            ("fair state", "en", '"fair state"'),
            ("socio-economic", "en", "socio-economic"),
            ("law", "en", "court or law"),
            ("law", "en", "law -court"),
            ("reform of the law", "en", "law court or reform"),
        ],
    )
    def test_found(self, text, language, typed):
        quote = QuoteFactory(public=True, text=text, language=language)
        assert found(typed) == [quote.pk]

    @pytest.mark.parametrize(
        ("text", "typed"),
        [
            ("a fair and just state", '"fair state"'),
            ("the state is fair", '"fair state"'),
            ("law and court", "law -court"),
            ("law and court", '-"and court"'),
            ("law and courts", "-cour*"),
            ("law", "law court"),
            ("kindness", "quo*"),
            ("kindness", "theme"),
            ("kindness", "2020"),
        ],
    )
    def test_not_found(self, text, typed):
        QuoteFactory(public=True, text=text, date="2020-01-01")
        assert found(typed) == []

    def test_a_phrase_does_not_span_two_passages(self):
        quote = QuoteFactory(public=True, text="the end is fair", context="state of things")
        QuoteTranslationFactory(quote=quote, text="суд есть")
        assert found('"fair state"') == []
        assert found('"fair суд"') == []
        assert found("fair state суд") == [quote.pk]

    def test_a_translation_finds_its_quote_once(self):
        quote = QuoteFactory(public=True, text="a fair state")
        translation = QuoteTranslationFactory(quote=quote, language="ru", text="справедливое государство, state")
        assert found("государства") == [quote.pk]
        assert found("state") == [quote.pk]
        translation.delete()
        assert found("государства") == []

    def test_aliases_find_an_item(self):
        source = SourceFactory(public=True, title="Time for action", aliases="Time to act\nA third name")
        assert found("time to act", Kind.SOURCE) == [source.pk]
        assert found('"time for action"', Kind.SOURCE) == [source.pk]
        assert found('"act a third"', Kind.SOURCE) == []

    def test_a_name_weighs_more_than_a_text(self):
        body = InitiativeFactory(public=True, title="Something else", summary="Export of grain.")
        title = InitiativeFactory(public=True, title="Support of exports", summary="For companies.")
        older = InitiativeFactory(public=True, title="A third thing", body="They export.")
        assert found("export", Kind.INITIATIVE)[0] == title.pk
        assert set(found("export", Kind.INITIATIVE)) == {body.pk, title.pk, older.pk}

    def test_phrases_match_exactly_and_names_loosely(self):
        theme = ThemeFactory(public=True, name="Rule of law", aliases="Fair courts")
        quote = QuoteFactory(public=True, text="Judges decide.", themes=[theme])
        speaker = PersonFactory(public=True, name="Abai Qunanbaiuly")
        said = QuoteFactory(public=True, text="Words.", speaker=speaker)
        assert found("rule of law") == [quote.pk]
        assert found("fair courts judges") == [quote.pk]
        assert found("law") == []
        assert found('"rule of law"') == []
        assert found("qunanbaiuly words") == [said.pk]

    def test_names_of_drafts_are_ignored(self):
        theme = ThemeFactory(name="Secret plan")
        QuoteFactory(public=True, text="Judges decide.", themes=[theme])
        assert found("secret plan") == []


class TestKazakhTypedWithoutItsLetters:
    @pytest.mark.parametrize(
        ("text", "typed"),
        [
            ("Қазақстанда", "казакстан"),
            ("Қазақстан", "Казакстаннын"),
            ("тіл", "тилдин"),
            ("мектебінде", "мектеби"),
            ("мектеп", "мектебы"),
            ("оқыту сапасы", "окыту сапа"),
            ("заң", "зан or окыту"),
            ("Ұлттық кеңес", "улттык кенеси"),
        ],
    )
    def test_found(self, text, typed):
        quote = QuoteFactory(public=True, text=text, language="kk")
        assert found(typed) == [quote.pk]

    def test_a_kazakh_name_in_another_language(self):
        quote = QuoteFactory(public=True, text="Президент Қазақстана Тоқаев", language="ru")
        assert found("токаев") == [quote.pk]

    def test_words_that_match_as_typed_are_not_read_as_kazakh(self):
        kind = QuoteFactory(public=True, text="Түрлер", language="kk")
        assert found("тур") == [kind.pk]
        tour = QuoteFactory(public=True, text="Второй тур", language="ru", date="2020-01-01")
        assert found("тур") == [tour.pk]
        # Nor if only a filter excludes the matches.
        assert search(QUOTES.with_words(parse("тур")).choose("language", ["kk"])).hits == []
        assert search(QUOTES.with_words(parse("тур")).since(datetime.date(2021, 1, 1))).hits == []

    def test_the_kazakh_reading_has_pages_only_if_the_first_finds_nothing(self):
        kinds = [QuoteFactory(public=True, text=f"Бұл түр, {number}", language="kk") for number in range(3)]
        second = search(QUOTES.with_words(parse("тур")), page=2, page_size=2)
        assert (second.count, len(second.hits)) == (3, 1)
        assert second.ids("quote")[0] in {kind.pk for kind in kinds}
        with pytest.raises(PageOutOfRange):
            search(QUOTES.with_words(parse("тур")), page=3, page_size=2)
        QuoteFactory(public=True, text="Второй тур", language="ru")
        with pytest.raises(PageOutOfRange):
            search(QUOTES.with_words(parse("тур")), page=2, page_size=2)

    @pytest.mark.parametrize("typed", ["құкык", "тур*", '"тур реформа"', "tur"])
    def test_only_single_words_without_kazakh_letters(self, typed):
        QuoteFactory(public=True, text="түр реформа құқық", language="kk")
        assert found(typed) == []

    def test_excluded_words_are_read_as_typed(self):
        quote = QuoteFactory(public=True, text="түр реформа", language="kk")
        assert found("-тур") == [quote.pk]
        assert found("кукык -тур") == []

    def test_pages_facets_and_marks(self):
        theme = ThemeFactory(public=True)
        quotes = [
            QuoteFactory(public=True, text="Қазақстан", language="kk", date=f"20{n:02}-01-01", themes=[theme] * (n % 2))
            for n in range(10, 15)
        ]
        criteria = QUOTES.with_words(parse("казакстан")).sorted_by(Sort.NEWEST)
        pages = [search(criteria, page, page_size=2, facets=["theme"]) for page in (1, 2, 3)]
        assert [pk for page in pages for pk in page.ids(Kind.QUOTE)] == [q.pk for q in reversed(quotes)]
        assert {page.count for page in pages} == {5}
        with pytest.raises(PageOutOfRange):
            search(criteria, 4, page_size=2)
        on_theme = search(criteria.choose("theme", [theme.pk]), facets=["theme", "year"])
        assert on_theme.facets == {"theme": {str(theme.pk): 2}, "year": {"2011": 1, "2013": 1}}
        (piece,) = highlight("Қазақстанда", on_theme.query, "kk")
        assert piece.marked

    def test_the_page_says_that_words_were_read_as_kazakh(self, client):
        QuoteFactory(public=True, text="Қазақстанда", language="kk")
        said = "read as Kazakh"
        page = client.get("/quotes/", {"q": "казакстан"}).content.decode()
        assert said in page
        assert "<mark>Қазақстанда</mark>" in page
        for typed in ("қазақстан", "барак"):
            assert said not in client.get("/quotes/", {"q": typed}).content.decode()

    def test_it_works_for_editors(self):
        quote = QuoteFactory(text="Қазақстанда", language="kk")
        assert search_for_editors(Kind.QUOTE, "казакстан") == [quote.pk]


class TestFilters:
    def test_any_chosen_value_matches_and_excluded_values_do_not(self):
        law, trade, health = (ThemeFactory(public=True) for _ in range(3))
        one = QuoteFactory(public=True, themes=[law])
        two = QuoteFactory(public=True, themes=[trade, health])
        three = QuoteFactory(public=True, themes=[trade])
        QuoteFactory(public=True)

        def ids(criteria):
            return set(search(criteria).ids(Kind.QUOTE))

        assert ids(QUOTES.choose("theme", [law.pk, trade.pk])) == {one.pk, two.pk, three.pk}
        assert ids(QUOTES.choose("theme", [law.pk, trade.pk]).exclude("theme", [health.pk])) == {one.pk, three.pk}
        assert ids(QUOTES.choose("theme", [])) == set()

    def test_dates(self):
        early = QuoteFactory(public=True, date="2019-09-02")
        late = QuoteFactory(public=True, date="2020-09-17", date_precision="month")
        undated = QuoteFactory(public=True)

        def ids(criteria):
            return search(criteria).ids(Kind.QUOTE)

        assert ids(QUOTES) == [late.pk, early.pk, undated.pk]
        assert ids(QUOTES.sorted_by(Sort.OLDEST)) == [early.pk, late.pk, undated.pk]
        assert ids(QUOTES.since(datetime.date(2020, 1, 1))) == [late.pk]
        assert ids(QUOTES.since(datetime.date(2020, 9, 1)).until(datetime.date(2020, 9, 1))) == [late.pk]
        assert ids(QUOTES.choose("year", [2019])) == [early.pk]
        assert ids(QUOTES.choose("year", ["undated"])) == [undated.pk]

    def test_facets_count_the_results_of_each_choice(self):
        law, trade = ThemeFactory(public=True), ThemeFactory(public=True)
        for themes, year in (([law], 2019), ([law, trade], 2020), ([trade], 2020), ([], 2020)):
            QuoteFactory(public=True, themes=themes, date=f"{year}-01-01")
        results = search(QUOTES.choose("theme", [law.pk]), facets=["theme", "year"])
        assert results.count == 2
        # The chosen theme narrows the counts of years, but not those of themes.
        assert results.facets == {
            "theme": {str(law.pk): 2, str(trade.pk): 2},
            "year": {"2019": 1, "2020": 1},
        }

    def test_pages(self):
        quotes = [QuoteFactory(public=True, date=f"20{n:02}-01-01") for n in range(10, 15)]
        pages = [search(QUOTES, page, page_size=2) for page in (1, 2, 3)]
        assert [pk for page in pages for pk in page.ids(Kind.QUOTE)] == [q.pk for q in reversed(quotes)]
        assert {page.count for page in pages} == {5}
        for page in (0, -1, 4, 10**30):
            with pytest.raises(PageOutOfRange):
                search(QUOTES, page, page_size=2)
        assert search(QUOTES.choose("year", [1900])).pages == 1

    def test_pages_are_limited_and_counts_are_exact(self, monkeypatch):
        monkeypatch.setattr("initiatives.search.execution.DEEPEST", 4)
        quotes = [QuoteFactory(public=True, date=f"20{n:02}-01-01") for n in range(10, 15)]
        results = search(QUOTES, page_size=2, page=2, facets=["kind"])
        assert (results.count, results.pages, results.facets) == (5, 2, {"kind": {"quote": 5}})
        assert results.ids(Kind.QUOTE) == [quotes[2].pk, quotes[1].pk]
        with pytest.raises(PageOutOfRange):
            search(QUOTES, page_size=2, page=3)


class TestIndexFollowsTheRecord:
    """Each change is searchable at once, and `check` has nothing to report."""

    @pytest.fixture(autouse=True)
    def no_drift(self, db):
        yield
        assert list(check()) == []

    def test_saving_and_deleting(self):
        quote = QuoteFactory(public=True, text="old words", date="2020-01-01")
        quote.text, quote.date = "new words", datetime.date(2021, 1, 1)
        quote.save()
        assert (found("old"), found("new")) == ([], [quote.pk])
        quote.delete()
        assert found("new") == []

    def test_publishing_a_source_makes_its_dependents_searchable(self):
        source = SourceFactory()
        speaker = PersonFactory(state="published", source=source)
        quote = QuoteFactory(state="published", source=source, speaker=speaker, text="waiting")
        initiative = InitiativeFactory(state="published", source=source, title="waiting")
        milestone = MilestoneFactory(initiative=initiative, source=source, text="waiting", status="adopted")
        principle = PrincipleFactory(set__source=source, title="waiting")
        kinds = (Kind.QUOTE, Kind.INITIATIVE, Kind.MILESTONE, Kind.PRINCIPLE)
        assert [found("waiting", kind) for kind in kinds] == [[], [], [], []]
        source.state = "published"
        source.save()
        assert [found("waiting", kind) for kind in kinds] == [
            [quote.pk],
            [initiative.pk],
            [milestone.pk],
            [principle.pk],
        ]
        adopted = Criteria(frozenset({Kind.INITIATIVE})).choose("status", ["adopted"])
        assert search(adopted).ids(Kind.INITIATIVE) == [initiative.pk]
        source.state = "draft"
        source.save()
        assert [found("waiting", kind) for kind in kinds] == [[], [], [], []]

    def test_themes_are_added_and_removed_from_either_side(self):
        theme = ThemeFactory(public=True)
        quote, other = QuoteFactory(public=True), QuoteFactory(public=True)

        def on_theme():
            return set(search(QUOTES.choose("theme", [theme.pk])).ids(Kind.QUOTE))

        quote.themes.add(theme)
        theme.quotes.add(other)
        assert on_theme() == {quote.pk, other.pk}
        quote.themes.clear()
        assert on_theme() == {other.pk}
        theme.quotes.clear()
        assert on_theme() == set()

    def test_milestones_have_the_themes_of_their_initiative(self):
        theme = ThemeFactory(public=True)
        milestone = MilestoneFactory()
        milestone.initiative.themes.add(theme)
        criteria = Criteria(frozenset({Kind.MILESTONE})).choose("theme", [theme.pk])
        assert search(criteria).ids(Kind.MILESTONE) == [milestone.pk]

    def test_a_milestone_is_found_by_the_name_of_its_owner(self):
        milestone = MilestoneFactory(initiative__title="Barley", text="A law was signed.")
        milestone.initiative.title = "Wheat"
        milestone.initiative.save()
        life = MilestoneFactory(initiative=None, person=PersonFactory(public=True, name="Bauyrzhan"), text="Elected.")
        life.person.name = "Qasym"
        life.person.save()
        assert (found("wheat", Kind.MILESTONE), found("barley", Kind.MILESTONE)) == ([milestone.pk], [])
        assert (found("qasym elected", Kind.MILESTONE), found("bauyrzhan", Kind.MILESTONE)) == ([life.pk], [])

    def test_deleting_a_theme_or_initiative_of_a_quote(self):
        theme = ThemeFactory(public=True)
        initiative = InitiativeFactory(public=True, themes=[theme])
        MilestoneFactory(initiative=initiative)
        quote = QuoteFactory(public=True, themes=[theme], initiatives=[initiative])
        on_theme, of_initiative = QUOTES.choose("theme", [theme.pk]), QUOTES.choose("initiative", [initiative.pk])
        assert search(on_theme).ids(Kind.QUOTE) == search(of_initiative).ids(Kind.QUOTE) == [quote.pk]
        theme.delete()
        assert (search(on_theme).hits, search(of_initiative).ids(Kind.QUOTE)) == ([], [quote.pk])
        initiative.delete()
        assert search(of_initiative).hits == search(Criteria(frozenset({Kind.MILESTONE}))).hits == []
        assert found() == [quote.pk]

    @pytest.mark.parametrize(
        ("factory", "kind"),
        [(QuoteFactory, Kind.QUOTE), (MilestoneFactory, Kind.MILESTONE), (QuoteTranslationFactory, Kind.QUOTE)],
    )
    def test_a_rolled_back_change_is_not_found(self, factory, kind):
        item = factory(text="as it was", **({"public": True} if factory is QuoteFactory else {}))
        with rolled_back():
            item.text = "never kept"
            item.save()
            assert len(found("never", kind)) == 1
        assert (len(found("never", kind)), len(found('"as it was"', kind))) == (0, 1)


def test_check_reports_each_difference_and_rebuild_fixes_it():
    kept, changed, lost, gone = (QuoteFactory(public=True) for _ in range(4))
    with tampering() as writer:
        writer.delete_documents_by_term("key", f"quote:{lost.pk}")
    Quote.objects.filter(pk=changed.pk).update(text="changed behind the index")
    Quote.objects.filter(pk=gone.pk)._raw_delete("default")
    lines = "\n".join(check())
    for quote in (changed, lost, gone):
        assert f"quote {quote.pk}:" in lines
    assert f"quote {kept.pk}:" not in lines
    rebuild()
    assert list(check()) == []
    assert found("behind") == [changed.pk]


def test_editors_find_drafts_by_an_unfinished_word():
    quote = QuoteFactory(text="A state that hears", speaker__name="Abai Qunanbaiuly")
    assert search_for_editors(Kind.QUOTE, "a stat") == [quote.pk]
    assert search_for_editors(Kind.QUOTE, "hearing") == [quote.pk]
    assert search_for_editors(Kind.QUOTE, "stat ") == []
    assert search_for_editors(Kind.QUOTE, "-state") == []
    assert search_for_editors(Kind.QUOTE, "Abai Qunanbaiuly") == [quote.pk]
    with pytest.raises(QueryError):
        search_for_editors(Kind.QUOTE, "a" * 3000)


def test_the_number_of_queries_does_not_grow_with_rows():
    def one():
        search(QUOTES.with_words(parse("words said")), facets=["theme", "year"])

    QuoteFactory.create_batch(3, public=True)
    few = count_queries(one)
    QuoteFactory.create_batch(20, public=True)
    assert count_queries(one) == few
