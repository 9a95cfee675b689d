"""The public log: corrections and status changes, and nothing that was not public before and is not public now."""

import datetime
import html
import re
import xml.etree.ElementTree as ET

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from initiatives.changes.log import changes, entries
from initiatives.models import Change, Initiative, Milestone, Person, Quote, QuoteTranslation, Source, Theme
from initiatives.models.choices import Nature, State
from initiatives.models.history import MADE, one_version, write_versions
from initiatives.text.diff import compare, shortened
from initiatives.text.pieces import Piece
from tests.factories import (
    BodyFactory,
    InitiativeFactory,
    MilestoneFactory,
    PersonFactory,
    PrincipleFactory,
    QuoteFactory,
    QuoteTranslationFactory,
    SourceFactory,
    ThemeFactory,
)
from tests.helpers import count_queries, few_examples, rolled_back

pytestmark = pytest.mark.django_db

ATOM = {"a": "http://www.w3.org/2005/Atom"}


class Clock:
    """The time, moved by hand."""

    def __init__(self):
        self.time = datetime.datetime(2026, 3, 1, 12, tzinfo=datetime.UTC)

    def __call__(self) -> datetime.datetime:
        return self.time

    def forward(self, **delta) -> datetime.datetime:
        self.time += datetime.timedelta(**delta)
        return self.time


@pytest.fixture
def clock(monkeypatch) -> Clock:
    """Stop the clock at noon; what is changed within ten minutes counts as one correction."""
    clock = Clock()
    monkeypatch.setattr(timezone, "now", clock)
    return clock


def log() -> list[tuple[str, list[str]]]:
    """Return the log as readers see it: the nature of each change, and what differs."""
    return [(entry.change.nature, entry.labels) for entry in entries(changes())]


def words(client, address: str = "/changes/") -> str:
    """Return a page's text, as seen: without what is only heard."""
    content = client.get(address).content.decode()
    main = content[content.index("<main") : content.index("</main>")]
    seen = re.sub(r"<[^>]+>", "", re.sub(r'<span class="visually-hidden">[^<]*</span>', "", main))
    return " ".join(html.unescape(seen).split())


def save(item, **values):
    for name, value in values.items():
        setattr(item, name, value)
    item.save()


# Corrections.


def test_a_correction_shows_both_wordings_with_what_differs_marked(client, clock):
    quote = QuoteFactory(public=True, text="A state that hears its people")
    clock.forward(hours=1)
    save(quote, text="A state that listens to its people", locator="p. 4")
    content = client.get("/changes/").content.decode()
    assert "A state that " in content
    assert "<del>hears</del>" in content
    assert "<ins>listens to</ins>" in content
    assert "1 March 2026" in content
    (entry,) = entries(changes())
    assert entry.labels == ["Words", "Place in the source"]
    assert [piece.text for piece in entry.differences[1].old] == []
    page = words(client, quote.get_absolute_url())
    assert "Corrections 1 March 2026: Words; Place in the source" in page
    assert f"?item=quote-{quote.pk}" in client.get(quote.get_absolute_url()).content.decode()
    assert "Latest corrections" in words(client, "/")


def test_what_is_published_for_the_first_time_is_no_correction(client, clock):
    quote = QuoteFactory(text="Secret draft")
    save(quote, text="Public words")
    save(quote, state=State.PUBLISHED, source=SourceFactory(public=True), speaker=PersonFactory(public=True))
    clock.forward(hours=1)
    MilestoneFactory(initiative=InitiativeFactory(public=True))
    QuoteTranslationFactory(quote=quote)
    assert log() == []
    assert "No published page has been changed yet." in words(client)


def test_nothing_of_an_embargo_shows_once_it_is_over(client, clock):
    soon = clock() + datetime.timedelta(hours=2)
    quote = QuoteFactory(public=True, published_at=soon, text="First embargoed words")
    save(quote, text="Second embargoed words")
    clock.forward(hours=3)
    assert log() == []
    save(quote, text="Third words")
    assert log() == [("correction", ["Words"])]
    assert "First" not in words(client)
    assert "Second embargoed" in words(client)


def test_what_stood_on_something_hidden_was_not_public(clock):
    source = SourceFactory()
    quote = QuoteFactory(state=State.PUBLISHED, published_at=clock(), source=source, speaker=PersonFactory(public=True))
    save(quote, text="Other words, still hidden")
    save(source, state=State.PUBLISHED)
    clock.forward(hours=1)
    assert log() == []


@pytest.mark.parametrize("hide", ["quote", "source", "speaker"])
def test_corrections_go_and_come_with_their_item(client, clock, hide):
    quote = QuoteFactory(public=True, text="Old words")
    clock.forward(hours=1)
    save(quote, text="New words")
    hidden = quote if hide == "quote" else getattr(quote, hide)
    save(hidden, state=State.ARCHIVED)
    assert log() == []
    assert "words" not in words(client)
    assert "Old" not in client.get("/changes.atom").content.decode()
    assert client.get(f"/changes/?item=quote-{quote.pk}").status_code == 200
    save(hidden, state=State.PUBLISHED)
    assert log() == [("correction", ["Words"])]


def test_fields_are_in_readers_words(client, clock):
    old, new = SourceFactory(public=True, title="Old document"), SourceFactory(public=True, title="New document")
    quote = QuoteFactory(
        public=True, source=old, date="2019-05-02", date_precision="month", verification="secondary", language="en"
    )
    clock.forward(hours=1)
    save(quote, source=new, date="2020-01-01", date_precision="year", verification="primary", featured_on="2026-01-01")
    (entry,) = entries(changes())
    assert {(d.label, d.old[0].text, d.new[0].text) for d in entry.differences} == {
        ("Source", "Old document", "New document"),
        ("Date", "May 2019", "2020"),
        ("Verification", "as quoted by a secondary source", "verified against the primary source"),
    }
    save(old, state=State.DRAFT, title="Secret document")
    assert "Secret document" not in words(client)
    assert "source that is not public" in words(client)


def test_themes_are_named_only_while_they_are_public(clock):
    stays, goes, draft = ThemeFactory(public=True), ThemeFactory(public=True), ThemeFactory()
    quote = QuoteFactory.build(speaker=PersonFactory(public=True), source=SourceFactory(public=True))
    with one_version(quote):
        save(quote, state=State.PUBLISHED)
        quote.themes.set([stays, goes])
    clock.forward(hours=1)
    with one_version(quote):
        quote.themes.set([stays, draft])
    (entry,) = entries(changes())
    (difference,) = entry.differences
    assert [(piece.text, piece.marked) for piece in difference.old if piece.text != "; "] == [
        (stays.name, False),
        (goes.name, True),
    ]
    assert [(piece.text, piece.marked) for piece in difference.new] == [(stays.name, False)]
    save(goes, state=State.ARCHIVED)
    assert log() == [], "nothing is left that could be shown"


def test_internal_fields_are_no_corrections(clock):
    theme = ThemeFactory(public=True)
    clock.forward(hours=1)
    save(theme, position=7, slug="another-name")
    assert not Change.objects.exists()
    save(theme, description="What belongs here.")
    assert log() == [("correction", ["Description"])]


@pytest.mark.parametrize(
    ("factory", "field"),
    [
        (BodyFactory, "summary"),
        (PersonFactory, "role"),
        (SourceFactory, "publisher"),
        (InitiativeFactory, "editors_note"),
        (ThemeFactory, "description"),
    ],
)
def test_every_kind_of_item_is_in_the_log(client, clock, factory, field):
    item = factory(public=True)
    clock.forward(hours=1)
    save(item, **{field: "Quite another wording"})
    kind = item._meta.model_name
    for address in ("/changes/", f"/changes/?kind={kind}", f"/changes/?item={kind}-{item.pk}", item.get_absolute_url()):
        assert item._meta.get_field(field).verbose_name.lower() in words(client, address).lower()
    assert "Quite another wording" not in words(client, "/changes/?kind=principleset")


def test_parts_are_corrected_on_the_page_of_their_owner(client, clock):
    translation = QuoteTranslationFactory(text="Слова")
    milestone = MilestoneFactory(text="A step was taken")
    principle = PrincipleFactory(title="Open by default")
    clock.forward(hours=1)
    save(translation, text="Другие слова")
    clock.forward(minutes=1)
    save(milestone, text="A step was made")
    clock.forward(minutes=1)
    save(principle, text="Now with an explanation.")
    found = {entry.part: entry.item for entry in entries(changes())}
    assert found == {
        "Translation: Russian": translation.quote,
        "Milestone, 25 May 2020": milestone.initiative,
        "Principle 1": principle.set,
    }
    for part, item in found.items():
        assert part in words(client, item.get_absolute_url())
    save(milestone.source, state=State.DRAFT)
    assert "A step was" not in words(client)


def test_a_part_that_was_taken_out_is_told_of(client, clock):
    milestone = MilestoneFactory(text="A step that was none")
    hidden = MilestoneFactory(text="Nobody saw it", initiative=milestone.initiative, source=SourceFactory())
    clock.forward(hours=1)
    source = milestone.source
    milestone.delete()
    hidden.delete()
    assert log() == [("removal", ["Milestone, 25 May 2020"])]
    assert "A step that was none" in words(client)
    save(source, state=State.ARCHIVED)
    assert log() == []


def test_what_goes_with_its_owner_leaves_nothing(clock):
    milestone = MilestoneFactory()
    clock.forward(hours=1)
    milestone.initiative.delete()
    assert log() == []


def test_markdown_is_compared_as_it_is_read(clock):
    initiative = InitiativeFactory(public=True, body="Some **strong** words with a [link](/old).")
    clock.forward(hours=1)
    save(initiative, body="Some weak words with a [link](/old).")
    (entry,) = entries(changes())
    assert "".join(piece.text for piece in entry.differences[0].old) == "Some strong words with a link."
    clock.forward(hours=1)
    save(initiative, body="Some weak words with a [link](/new).")
    difference = entries(changes())[0].differences[0]
    assert "/new" in "".join(piece.text for piece in difference.new), "a link alone is a correction too"


def test_names_with_markup_are_shown_as_text(client, clock):
    quote = QuoteFactory(public=True, text="Old <script>alert(1)</script>")
    clock.forward(hours=1)
    save(quote, text="New <script>alert(2)</script>\x0b")
    for address in ("/changes/", "/changes.atom", quote.get_absolute_url(), "/"):
        assert "<script>alert" not in client.get(address).content.decode()


# What is mended at once.


def test_a_slip_mended_at_once_is_one_correction(clock):
    quote = QuoteFactory(public=True, text="One")
    clock.forward(hours=1)
    save(quote, text="Two")
    clock.forward(minutes=5)
    save(quote, text="Three")
    (entry,) = entries(changes())
    assert [piece.text for piece in (*entry.differences[0].old, *entry.differences[0].new)] == ["One", "Three"]
    save(quote, text="One")
    assert log() == [], "taken back at once"


def test_later_or_by_somebody_else_it_is_another_correction(clock):
    quote = QuoteFactory(public=True, text="One")
    clock.forward(hours=1)
    save(quote, text="Two")
    clock.forward(minutes=11)
    save(quote, text="Three")
    quote._history_user = User.objects.create_user("somebody")
    save(quote, text="Four")
    assert len(log()) == 3


def test_a_word_hidden_in_between_stays_hidden(client, clock):
    """Folding never joins two corrections across a time when the item was not public."""
    quote = QuoteFactory(public=True, text="One")
    clock.forward(hours=1)
    save(quote, text="Two")
    save(quote, state=State.DRAFT, text="Hidden")
    save(quote, state=State.PUBLISHED)
    save(quote, text="Four")
    assert "Hidden Four" in re.sub(r"Before|Now", "", words(client)).replace("  ", " "), "it was public, if briefly"
    save(quote, state=State.DRAFT, text="Never seen")
    save(quote, state=State.PUBLISHED, text="Five")
    assert "Never seen" not in words(client)


# Statuses.


def test_a_status_change_names_its_evidence(client, clock):
    initiative = MilestoneFactory(status="announced").initiative
    clock.forward(hours=1)
    law = SourceFactory(public=True, title="The law as signed")
    MilestoneFactory(initiative=initiative, source=law, status="adopted", date="2021-01-01")
    (entry,) = entries(changes())
    assert (entry.change.old_status, entry.change.new_status, entry.source) == ("announced", "adopted", law)
    assert "Announced → Adopted Evidence: The law as signed" in words(client)
    assert "Status: " in client.get("/changes.atom").content.decode()


def test_statuses_entered_with_the_initiative_are_where_it_begins(clock):
    initiative = InitiativeFactory(public=True)
    MilestoneFactory(initiative=initiative, status="announced", date="2019-01-01")
    MilestoneFactory(initiative=initiative, status="adopted", date="2020-01-01")
    assert log() == []
    assert Change.objects.get().new_status == "adopted"


def test_a_milestone_that_is_changed_or_removed_changes_the_status(clock):
    first = MilestoneFactory(status="announced", date="2019-01-01")
    clock.forward(hours=1)
    second = MilestoneFactory(initiative=first.initiative, status="adopted", date="2020-01-01")
    clock.forward(hours=1)
    save(second, status="in_preparation")
    clock.forward(hours=1)
    second.delete()
    found = [
        (entry.change.old_status, entry.change.new_status) for entry in entries(changes()) if not entry.differences
    ]
    assert found == [("in_preparation", "announced"), ("adopted", "in_preparation"), ("announced", "adopted")]
    clock.forward(hours=1)
    first.delete()
    assert entries(changes().filter(nature=Nature.STATUS))[0].change.new_status == ""


def test_a_scheduled_source_changes_the_status_in_its_time(clock):
    initiative = MilestoneFactory(status="announced").initiative
    clock.forward(hours=1)
    later = SourceFactory(public=True, published_at=clock() + datetime.timedelta(days=1))
    MilestoneFactory(initiative=initiative, source=later, status="adopted", date="2021-01-01")
    assert log() == []
    save(later, published_at=clock() + datetime.timedelta(days=3))
    clock.forward(days=2)
    assert log() == [], "it was put off"
    clock.forward(days=2)
    (entry,) = entries(changes())
    assert (entry.change.new_status, entry.change.at) == ("adopted", later.published_at)


def test_a_source_that_is_published_or_taken_off_changes_the_status(clock):
    initiative = MilestoneFactory(status="announced").initiative
    source = SourceFactory()
    MilestoneFactory(initiative=initiative, source=source, status="adopted", date="2021-01-01")
    clock.forward(hours=1)
    save(source, state=State.PUBLISHED)
    assert [entry.change.new_status for entry in entries(changes())] == ["adopted"]
    clock.forward(hours=1)
    save(source, state=State.ARCHIVED)
    assert [entry.change.new_status for entry in entries(changes())] == ["announced"], "its evidence is named no more"


def test_what_is_written_in_bulk_changes_the_status_too(clock):
    first = MilestoneFactory(status="announced")
    clock.forward(hours=1)
    owner = {"initiative": first.initiative, "source": first.source}
    step = Milestone(**owner, text="Signed.", status="adopted", date=datetime.date(2021, 1, 1), date_precision="day")
    write_versions(Milestone.objects.bulk_create([step]), MADE)
    assert [entry.change.new_status for entry in entries(changes())] == ["adopted"]


def test_statuses_of_what_is_hidden_are_not_told(clock):
    initiative = MilestoneFactory(status="announced").initiative
    save(initiative, state=State.DRAFT)
    clock.forward(hours=1)
    MilestoneFactory(initiative=initiative, status="adopted", date="2021-01-01")
    assert log() == []
    clock.forward(hours=1)
    save(initiative, state=State.PUBLISHED)
    assert [(e.change.old_status, e.change.new_status) for e in entries(changes())] == [("announced", "adopted")]


@few_examples
@given(
    steps=st.lists(
        st.tuples(
            st.sampled_from(["milestone", "later milestone", "source", "initiative", "remove"]),
            st.sampled_from(["announced", "adopted", "stalled"]),
            st.sampled_from([None, -1, 0, 30]),
        ),
        max_size=7,
    )
)
def test_the_log_of_statuses_leads_to_the_status_that_is_shown(clock, steps):
    """Whatever was saved in whatever order, a reader of the log knows the status that the initiative stands at."""
    with rolled_back():
        initiative = InitiativeFactory(public=True, published_at=clock())
        source = SourceFactory(public=True, published_at=clock())
        for number, (what, status, hours) in enumerate(steps):
            clock.forward(hours=1)
            publication = (
                {"state": State.DRAFT}
                if hours is None
                else {"state": State.PUBLISHED, "published_at": clock() + datetime.timedelta(hours=hours)}
            )
            if what == "source":
                save(source, **publication)
            elif what == "initiative":
                save(initiative, **publication)
            elif what == "remove":
                for milestone in Milestone.objects.order_by("pk")[:1]:
                    milestone.delete()
            else:
                date = f"20{20 + number if what == 'later milestone' else 19 - number}-01-01"
                MilestoneFactory(initiative=initiative, source=source, status=status, date=date)
            for _hour in range(2):
                shown = Initiative.objects.published().with_status().filter(pk=initiative.pk).first()
                if shown is not None:
                    told = Change.objects.of(initiative).filter(nature__in=("status", "first"), at__lte=clock()).first()
                    assert told.new_status == shown.status
                clock.forward(hours=20)


# Nothing leaks.

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
def test_only_what_was_public_and_stands_on_what_is_public_shows(client, clock, steps, begin):
    """Each wording is a word of its own: the log shows those alone that readers saw, of what they still see."""
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
            """Note what readers see now."""
            for item in items.values():
                for stored in type(item).objects.published().filter(pk=item.pk):
                    seen.update(SECRET.findall(getattr(stored, fields.get(type(item), "text"))))

        for item in items.values():
            save(item, **{fields.get(type(item), "text"): secret(item)})
        look()
        for kind, what in steps:
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
            standing = {
                word
                for word, (model, pk) in owner.items()
                if model.objects.published().filter(pk=pk).exists() or not model.objects.filter(pk=pk).exists()
            }
            for address in ("/changes/", "/changes.atom"):
                shown = set(SECRET.findall(client.get(address).content.decode()))
                assert shown <= seen, "nobody has read this before"
                assert shown <= standing, "this is not public now"


# The page and the feed.


def test_pages_lead_on_without_counting(client, clock, settings):
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
    ("address", "status", "told"),
    [
        ("/changes/?what=nonsense&kind=quote", 200, "What: Select a valid choice"),
        ("/changes/?item=quote-99999", 200, "Item: There is no “quote-99999” here."),
        ("/changes/?item=../etc", 200, "There is no"),
        ("/changes/?item=quote-%00", 200, ""),
        ("/changes/?before=1", 404, ""),
        ("/changes/?before=x", 404, ""),
        ("/changes/?before=٣", 404, ""),
        ("/changes/?before=99999999999999999999", 404, ""),
        ("/changes.atom?what=nonsense&item=x", 200, ""),
    ],
)
def test_no_address_is_a_fault_of_the_site(client, address, status, told):
    response = client.get(address)
    assert response.status_code == status
    assert told in response.content.decode()


def test_filters_and_an_empty_answer(client, clock):
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
    assert "<del>Old</del>" in entry.find("a:summary", ATOM).text
    assert "removed:" not in entry.find("a:summary", ATOM).text
    page = client.get("/changes/?kind=quote").content.decode()
    assert '<link rel="alternate" type="application/atom+xml" href="/changes.atom?kind=quote"' in page
    save(quote, text="Newer & <b>bold</b>")
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
    assert [count_queries(lambda address=address: client.get(address)) for address in addresses] == few
    assert few[0] <= 20


def test_the_log_is_read_in_its_order_by_an_index(clock):
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL chooses by the size of the table, which is small here; SQLite always tells.")
    with CaptureQueriesContext(connection):
        for narrowed in (changes(), changes().filter(item_kind="quote"), changes().of(QuoteFactory(public=True))):
            plan = narrowed[:20].explain()
            assert "USING INDEX change_" in plan.splitlines()[0]
            assert "TEMP B-TREE" not in plan


# Words beside each other.


@given(st.text(max_size=60), st.text(max_size=60))
def test_both_wordings_are_whole(old, new):
    before, after = compare(old, new)
    assert ("".join(p.text for p in before), "".join(p.text for p in after)) == (old, new)
    same = ["".join("".join(p.text for p in side if not p.marked).split()) for side in (before, after)]
    assert same[0] == same[1]


def test_changes_with_a_blank_between_are_one():
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


def test_first_content_begins_without_corrections(client):
    call_command("load_first_content", verbosity=0)
    assert log() == []
    assert not Change.objects.exclude(nature=Nature.FIRST_STATUS).exists()
