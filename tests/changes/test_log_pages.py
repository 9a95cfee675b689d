"""The page and the feed of changes reveal no secrets."""

import datetime
import re
import xml.etree.ElementTree as ET

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from initiatives.changes.log import changes, entries
from initiatives.models import Change, Initiative, Milestone, Person, Quote, QuoteTranslation, Source, Theme
from initiatives.models.choices import Nature, State
from initiatives.models.history import one_version
from initiatives.text.diff import compare, shortened
from initiatives.text.pieces import Piece
from tests.changes.support import ATOM, log, save, words
from tests.factories import (
    InitiativeFactory,
    MilestoneFactory,
    PersonFactory,
    QuoteFactory,
    QuoteTranslationFactory,
    SourceFactory,
    ThemeFactory,
)
from tests.helpers import count_queries, few_examples, rolled_back

pytestmark = pytest.mark.django_db

# No secrets

SECRET = re.compile(r"zq\d+")

KINDS = ["quote", "speaker", "source", "theme", "initiative", "milestone", "evidence", "translation"]


@few_examples
@given(
    steps=st.lists(
        st.tuples(
            st.sampled_from(KINDS),
            st.sampled_from(["words", "words", "draft", "publish", "schedule", "archive", "delete"]),
        ),
        max_size=12,
    ),
    begin=st.sampled_from([State.DRAFT, State.PUBLISHED]),
)
def test_only_words_that_were_public_of_items_still_public_are_shown(client, clock, steps, begin):
    """Each wording is a unique word: the log shows only those that readers saw, of items that they still see."""
    with rolled_back():
        counter = iter(range(1_000_000))
        public = begin == State.PUBLISHED
        owner: dict[str, tuple] = {}
        seen: set[str] = set()

        def secret(item) -> str:
            word = f"zq{next(counter)}"
            owner[word] = (type(item), item.pk)
            return word

        source, evidence = SourceFactory(public=public), SourceFactory(public=public)
        speaker = PersonFactory(public=public, source=source)
        theme = ThemeFactory(public=public)
        initiative = InitiativeFactory(public=public, source=source)
        quote = QuoteFactory(public=public, source=source, speaker=speaker, themes=[theme])
        items = {
            "quote": quote,
            "speaker": speaker,
            "source": source,
            "theme": theme,
            "initiative": initiative,
            "milestone": MilestoneFactory(initiative=initiative, source=evidence),
            "evidence": evidence,
            "translation": QuoteTranslationFactory(quote=quote),
        }
        fields = {Quote: "text", Person: "name", Source: "title", Theme: "name", Initiative: "title"}

        def look() -> None:
            """Record what readers see now."""
            for item in items.values():
                for stored in type(item).objects.published().filter(pk=item.pk):
                    seen.update(SECRET.findall(getattr(stored, fields.get(type(item), "text"))))

        for item in items.values():
            save(item, **{fields.get(type(item), "text"): secret(item)})
        look()
        for number, (kind, what) in enumerate(steps):
            clock.forward(hours=1)
            look()
            item = items[kind]
            if what == "words":
                save(item, **{fields.get(type(item), "text"): secret(item)})
            elif what == "delete":
                if isinstance(item, (Milestone, QuoteTranslation)) and item.pk:
                    del items[kind]
                    item.delete()
                    items[kind] = (
                        MilestoneFactory(initiative=initiative, source=evidence)
                        if kind == "milestone"
                        else QuoteTranslationFactory(quote=quote)
                    )
            elif hasattr(item, "state"):
                state = {"draft": State.DRAFT, "archive": State.ARCHIVED}.get(what, State.PUBLISHED)
                delay = datetime.timedelta(minutes=90 if what == "schedule" else -1)
                save(item, state=state, published_at=clock() + delay)
            look()
            hidden = {
                (model, pk)
                for model, pk in set(owner.values())
                if not model.objects.published().filter(pk=pk).exists() and model.objects.filter(pk=pk).exists()
            }
            standing = {word for word, item in owner.items() if item not in hidden}
            # The page and the feed in turn, because each takes a while
            shown = set(SECRET.findall(client.get(("/changes/", "/changes.atom")[number % 2]).content.decode()))
            withdrawn = [entry.name for entry in entries(changes()) if entry.is_withdrawal]
            assert shown <= seen, "readers have not seen this before"
            assert shown <= standing | set(SECRET.findall(str(withdrawn))), "this is not public now"
            assert Quote not in {owner[word][0] for word in SECRET.findall(str(withdrawn))}, "no words are repeated"


# The page and the feed


def test_pages_link_to_the_next_without_counting(client, clock, settings):
    settings.PAGE_SIZE = 2
    sources = SourceFactory.create_batch(5, public=True)
    clock.forward(hours=1)
    for source in sources:
        save(source, publisher="Another")
    seen, address = [], "/changes/?kind=source"
    for _page in range(3):
        page = client.get(address)
        seen += [entry.item for entry in page.context["entries"]]
        address = page.context["older_url"]
    assert seen == sources[::-1]
    assert address == ""
    assert page.context["newest_url"] == "/changes/?kind=source"


@pytest.mark.parametrize(
    ("address", "status", "expected"),
    [
        ("/changes/?what=nonsense&kind=quote", 200, "Type of change: Select a valid choice"),
        ("/changes/?item=quote-99999", 200, "Item: There is no public item “quote-99999”."),
        ("/changes/?item=../etc", 200, "There is no"),
        ("/changes/?item=quote-%00", 200, ""),
        ("/changes/?before=1", 404, ""),
        ("/changes/?before=x", 404, ""),
        ("/changes/?before=٣", 404, ""),
        ("/changes/?before=99999999999999999999", 404, ""),
        ("/changes.atom?what=nonsense&item=x", 200, ""),
    ],
)
def test_no_address_causes_an_error(client, address, status, expected):
    response = client.get(address)
    assert response.status_code == status
    assert expected in response.content.decode()


def test_filters_and_an_empty_result(client, clock):
    milestone = MilestoneFactory(status="announced")
    clock.forward(hours=1)
    save(milestone, status="adopted")
    assert [e.change.nature for e in client.get("/changes/?what=statuses").context["entries"]] == ["status"]
    assert [e.change.nature for e in client.get("/changes/?what=corrections").context["entries"]] == ["correction"]
    assert "No changes match these filters." in words(client, "/changes/?kind=body")
    assert client.get("/changes/?what=&kind=body").context["canonical_path"] == "/changes/?kind=body"


def test_the_feed_is_atom(client, clock):
    quote = QuoteFactory(public=True, text="Old & <b>bold</b>")
    clock.forward(hours=1)
    save(quote, text="New & <b>bold</b>")
    response = client.get("/changes.atom")
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    feed = ET.fromstring(response.content)
    assert feed.get("{http://www.w3.org/XML/1998/namespace}lang") == "en"
    (entry,) = feed.findall("a:entry", ATOM)
    number = entry.find("a:id", ATOM).text
    assert number == f"http://testserver/changes/#change-{Change.objects.get().pk}"
    assert entry.find("a:updated", ATOM).text.startswith("2026-03-01T13:00")
    assert "<del>Old</del>" in entry.find("a:content", ATOM).text
    assert "removed:" not in entry.find("a:content", ATOM).text
    page = client.get("/changes/?kind=quote").content.decode()
    assert '<link rel="alternate" type="application/atom+xml" href="/changes.atom?kind=quote"' in page
    save(quote, locator="p. 4")
    again = ET.fromstring(client.get("/changes.atom").content).find("a:entry/a:id", ATOM)
    assert again.text == number, "what is mended at once is the same entry"


@pytest.mark.parametrize(("setting", "named"), [(False, False), (True, True)])
def test_editors_are_named_if_settings_say_so(client, clock, settings, setting, named):
    settings.CHANGES_NAME_EDITORS = setting
    quote = QuoteFactory(public=True)
    clock.forward(hours=1)
    quote._history_user = User.objects.create_user("aigul", first_name="Aigul", last_name="Omarova")
    save(quote, text="Other words")
    for address in ("/changes/", "/changes.atom"):
        assert ("Aigul Omarova" in client.get(address).content.decode()) == named


def test_queries_do_not_grow_with_the_log(client, clock):
    def correct(number: int) -> None:
        for _item in range(number):
            theme = ThemeFactory(public=True)
            quote = QuoteFactory(public=True)
            milestone = MilestoneFactory(status="announced")
            clock.forward(hours=1)
            with one_version(quote):
                save(quote, text=f"{quote.text} again")
                quote.themes.add(theme)
            save(milestone, status="adopted")
            save(milestone.source, publisher="Another")

    correct(1)
    addresses = ["/changes/", "/changes.atom", "/"]
    client.get("/")
    few = [count_queries(lambda address=address: client.get(address)) for address in addresses]
    correct(4)
    client.get("/")  # counts the record, once per edition
    assert [count_queries(lambda address=address: client.get(address)) for address in addresses] == few
    assert few[0] <= 20


def test_the_log_is_read_in_order_by_an_index(clock):
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL chooses by the size of the table, which is small here; SQLite always tells.")
    with CaptureQueriesContext(connection):
        for narrowed in (changes(), changes().filter(item_kind="quote"), changes().of(QuoteFactory(public=True))):
            plan = narrowed[:20].explain()
            assert "USING INDEX change_" in plan.splitlines()[0]
            assert "TEMP B-TREE" not in plan


# Wordings side by side


@given(st.text(max_size=60), st.text(max_size=60))
def test_both_wordings_are_complete(old, new):
    before, after = compare(old, new)
    assert ("".join(p.text for p in before), "".join(p.text for p in after)) == (old, new)
    same = ["".join("".join(p.text for p in side if not p.marked).split()) for side in (before, after)]
    assert same[0] == same[1]


def test_changes_separated_by_a_space_are_one():
    before, after = compare("the old wording here", "the new phrase here")
    assert before == [Piece("the ", False), Piece("old wording", True), Piece(" here", False)]
    assert after == [Piece("the ", False), Piece("new phrase", True), Piece(" here", False)]


def test_very_long_texts_are_compared_quickly_and_shown_in_part():
    old = " ".join(f"word{n}" for n in range(20_000))
    before, _after = compare(old, old.replace("word10000 ", "other "))
    assert [piece.text for piece in before if piece.marked] == ["word10000"]
    assert len("".join(piece.text for piece in shortened(before))) < 500
    before, _after = compare(old, " ".join(f"else{n}" for n in range(20_000)))
    assert len(before) == 1


def test_the_first_content_has_no_corrections(client):
    call_command("load_first_content", verbosity=0)
    assert log() == []
    assert not Change.objects.exclude(nature=Nature.FIRST_STATUS).exists()
