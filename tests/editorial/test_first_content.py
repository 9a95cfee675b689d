"""The first content agrees with its sources, and search finds it."""

import datetime
import html
import re
from collections import Counter
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import transaction
from django.utils.formats import date_format

from initiatives.editorial.first_content import RECORD, read_first_content
from initiatives.models import (
    Body,
    Initiative,
    Milestone,
    Person,
    Principle,
    PrincipleSet,
    Quote,
    Source,
    Theme,
)
from initiatives.models.choices import DatePrecision, Kind, State, Status, Verification
from initiatives.search.check import check
from initiatives.search.content import KINDS
from tests.editorial.first_content_rows import (
    ADDRESS,
    ARTICLE,
    EVIDENCE,
    OF_THE_ADDRESS,
    PRINCIPLES,
    ROWS,
    RULE_OF_LAW,
    STATUSES,
    THEMES_OF_QUOTES,
    VERBATIM,
    Row,
    read_table,
)
from tests.helpers import found

# The sources were accessed again on this day.
LAST_READ = datetime.date(2026, 11, 28)


@pytest.fixture(scope="module")
def content(django_db_setup, django_db_blocker):
    """The first content, loaded once for the read-only tests of this module."""
    with django_db_blocker.unblock():
        outermost = transaction.atomic()
        outermost.__enter__()
        call_command("load_first_content", stdout=StringIO())
    yield
    with django_db_blocker.unblock():
        transaction.set_rollback(True)
        outermost.__exit__(None, None, None)


@pytest.fixture
def record(content, db):
    """The first content, for one test."""


def item_of(row: Row):
    """Return the item that a row's search must find."""
    objects = KINDS[row.kind].model.objects
    if row.kind == Kind.QUOTE:
        return objects.get(text=row.key)
    if row.kind == Kind.MILESTONE:
        owner = row.path.strip("/").split("/")
        by_owner = {"people": "person__slug", "initiatives": "initiative__slug"}[owner[0]]
        return objects.get(**{by_owner: owner[1]}, date=row.key, text__contains=row.shown)
    if row.kind == Kind.PRINCIPLE:
        return objects.get(number=row.key)
    return objects.get(slug=row.key)


def text_of(response) -> str:
    """Return the text of a page without markup, with normalised spaces."""
    assert response.status_code == 200
    return " ".join(html.unescape(re.sub(r"<[^>]+>", "", response.content.decode())).split())


# Faithful to the sources


def test_quotations_are_verbatim_and_in_order(record):
    assert [quote.text for quote in Quote.objects.order_by("pk")] == VERBATIM


def test_quotations_are_as_quoted_by_the_article(record):
    for quote in Quote.objects.select_related("speaker", "source"):
        assert quote.speaker.slug == "kassym-jomart-tokayev"
        assert quote.source.url == ARTICLE
        assert quote.verification == Verification.SECONDARY


def test_only_quotations_of_the_address_are_dated_and_without_a_day(record):
    dated = {quote.text: quote.iso_date for quote in Quote.objects.exclude(date=None)}
    assert dated == dict.fromkeys(OF_THE_ADDRESS, "2020-09")


def test_undated_quotations_say_that_the_source_does_not_date_them(record):
    for quote in Quote.objects.filter(date=None):
        assert "does not date" in quote.context or "neither a date nor an occasion" in quote.context


def test_quotations_have_their_themes(record):
    themes = [set(quote.themes.values_list("slug", flat=True)) for quote in Quote.objects.order_by("pk")]
    assert themes == THEMES_OF_QUOTES


def test_editors_notes_on_quotations_are_shown(record):
    notes = [quote.editors_note for quote in Quote.objects.order_by("pk")]
    assert "he stated" in notes[5]
    assert "brackets" in notes[8]


def test_slogans_are_linked_from_their_quotations(record):
    slogans = Initiative.objects.filter(kind="slogan")
    assert slogans
    for initiative in slogans:
        assert initiative.quotes.filter(text__iexact=initiative.title).exists()


def test_seven_principles(record):
    numbered = Principle.objects.order_by("number").values_list("number", "title")
    assert list(numbered) == list(enumerate(PRINCIPLES, start=1))
    assert "semicolon" in PrincipleSet.objects.get().editors_note


def test_everything_is_public_with_a_source_that_has_an_address(record):
    for model in RECORD:
        if hasattr(model.objects.all(), "published"):
            assert model.objects.published().count() == model.objects.count(), model
    for model in (Quote, Initiative, Milestone, PrincipleSet, Person, Body):
        for item in model.objects.select_related("source"):
            assert item.source.url.startswith("https://"), item
            assert item.source.state == State.PUBLISHED


def test_every_source_but_one_was_read_on_the_same_day(record):
    """No access date is invented: the article of 2020 was not found again, so it has none."""
    assert [source.url for source in Source.objects.filter(accessed_on=None)] == [ARTICLE]
    assert set(Source.objects.exclude(accessed_on=None).values_list("accessed_on", flat=True)) == {LAST_READ}


def test_every_initiative_continues_after_2021_or_says_where_its_evidence_ends(record):
    for initiative in Initiative.objects.prefetch_related("milestones"):
        latest = max(milestone.date for milestone in initiative.milestones.all())
        ends = f"No evidence after {date_format(latest, 'j F Y')} was found; last looked for on 28 November 2026."
        assert (latest.year > 2021) != (ends in initiative.editors_note), initiative


def test_every_milestone_is_a_fact_with_evidence(record):
    """The record has no milestone that is not in the table."""
    listed = {(date, address) for date, _words, address in EVIDENCE}
    for milestone in Milestone.objects.select_related("source"):
        assert (milestone.iso_date, milestone.source.url) in listed, milestone


def test_dated_facts_are_shown_with_their_evidence(record, subtests):
    for date, words, address in EVIDENCE:
        with subtests.test(date=date, words=words):
            milestones = Milestone.objects.filter(source__url=address, text__contains=words)
            assert date in [milestone.iso_date for milestone in milestones]


def test_statuses_agree_with_the_latest_evidence(record):
    statuses = dict(Initiative.objects.with_status().values_list("slug", "status"))
    assert {slug: statuses.get(slug) for slug in STATUSES} == STATUSES


def test_announcements_of_the_address_cite_the_address(record):
    announced = Milestone.objects.filter(date="2020-09-01", status=Status.ANNOUNCED)
    assert announced.count() == 18
    for milestone in announced.select_related("source", "initiative__source"):
        assert milestone.source.url == milestone.initiative.source.url == ADDRESS
        # On two subjects the article quotes the president without naming the address.
        undated = milestone.initiative.slug in {"rule-of-law", "response-to-covid-19"}
        assert [source.url for source in milestone.further_sources.all()] == ([] if undated else [ARTICLE])


def test_dates_known_to_the_month_or_year_keep_their_precision(record):
    assert Source.objects.get(url=ARTICLE).iso_date == "2020"
    assert Source.objects.get(url=ADDRESS).iso_date == "2020-09-01"
    months = Milestone.objects.filter(person__slug="kassym-jomart-tokayev", date_precision=DatePrecision.MONTH)
    assert [milestone.iso_date for milestone in months.order_by("date")] == ["2020-08", "2022-11"]


def test_every_theme_is_used(record):
    assert not Theme.objects.filter(quotes=None, initiatives=None, principles=None).exists()


def test_links_in_texts_reach_pages(record, client):
    items = [item["fields"].items() for _file, item in read_first_content()]
    texts = [str(value) for fields in items for name, value in fields if name != "url"]
    paths = {path for text in texts for path in re.findall(r"\]\((/[^)]*)\)", text)}
    assert paths
    for path in paths:
        assert client.get(path).status_code == 200, path


# Search finds everything.


def test_each_item_has_one_version(record):
    for model in (Source, Theme, Initiative, Quote):
        assert model.history.count() == model.objects.count()
    quote = Quote.objects.filter(themes__isnull=False).first()
    assert {row.theme for row in quote.history.get().themes.all()} == set(quote.themes.all())


def test_the_index_is_up_to_date(record):
    assert list(check()) == []


def test_one_form_of_a_word_finds_the_others(record):
    assert Quote.objects.get(text="a state that hears").pk in found("hearing")


def test_a_phrase_finds_the_one_quotation_that_has_it(record):
    assert found('"fair state"') == [Quote.objects.get(text=RULE_OF_LAW).pk]


@pytest.mark.parametrize("words", ["time to act", "time for action", '"time to act"', '"time for action"'])
def test_either_title_finds_the_address(record, words):
    assert found(words, Kind.SOURCE)[0] == Source.objects.get(url=ADDRESS).pk


def test_every_row_is_found_by_search(record, subtests):
    for row in ROWS:
        with subtests.test(row.label):
            assert item_of(row).pk in found(row.words, row.kind)


def test_every_row_is_on_its_page(record, client, subtests):
    for row in ROWS:
        with subtests.test(row.label):
            path = row.path if row.path.startswith("/") else Quote.objects.get(text=row.path).get_absolute_url()
            assert row.shown in text_of(client.get(path))


def test_every_row_is_among_the_results_of_the_search_page(record, client, subtests):
    for row in ROWS:
        with subtests.test(row.label):
            page = html.unescape(client.get("/search/", {"q": row.words}).content.decode())
            assert f'"{item_of(row).get_absolute_url()}"' in page


def test_the_page_of_a_source_links_to_it_and_shows_what_uses_it(record, client, subtests):
    for date, words, address in EVIDENCE:
        with subtests.test(date=date, words=words):
            source = Source.objects.get(url=address)
            response = client.get(f"/sources/{source.slug}/")
            assert f'href="{address}"' in html.unescape(response.content.decode())
            assert words in text_of(response)


def test_the_tables_of_law_and_of_publishers_agree_with_the_record(record, subtests):
    """Each milestone and source has its row with a reason, and each row its item."""
    law, publishers = (read_table(f"first_content_{name}.csv") for name in ("law", "publishers"))
    judged = Counter(
        (
            row["initiative"],
            row["source"],
            row["new_status"],
            row["effect"],
            row["date_is_report"] == "yes",
            row["attributed_to"],
        )
        for row in law
    )
    stored = Counter(
        (step.owner.slug, step.source.slug, step.status, step.effect, step.date_is_report, step.attributed_to)
        for step in Milestone.objects.select_related("initiative", "person", "source")
    )
    assert stored - judged == judged - stored == Counter()
    assert all(row["reason"] for row in law)
    kinds = {(row["publisher"], row["source"]): row["kind"] for row in publishers}
    used = set()
    for source in Source.objects.all():
        key = (source.publisher, source.slug if (source.publisher, source.slug) in kinds else "")
        used.add(key)
        with subtests.test(source.slug):
            assert source.publisher_kind == kinds[key]
    assert used == kinds.keys()
