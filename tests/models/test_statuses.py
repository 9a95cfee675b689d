"""The status filter and its counts agree with each initiative's page at any time, even if nothing is saved."""

import datetime
from collections import Counter

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from initiatives.models import Change, Initiative
from initiatives.models.choices import NO_STATUS, Kind, State, Status
from initiatives.pages.totals import counts_of_record
from initiatives.search import Criteria, parse, search
from tests.factories import InitiativeFactory, MilestoneFactory, QuoteFactory, SourceFactory, ThemeFactory
from tests.helpers import count_queries, few_examples, rolled_back

pytestmark = [pytest.mark.database, pytest.mark.django_db]

INITIATIVES = Criteria(frozenset({Kind.INITIATIVE}))


def statuses(criteria=INITIATIVES):
    """Return the counts by status on the list of initiatives."""
    return search(criteria, facets=["status"]).facets["status"]


def of_status(status):
    return set(search(INITIATIVES.choose("status", [status])).ids(Kind.INITIATIVE))


def test_a_status_appears_and_disappears_with_its_source(monkeypatch):
    soon = timezone.now() + datetime.timedelta(hours=1)
    initiative = InitiativeFactory(public=True)
    MilestoneFactory(initiative=initiative, status=Status.ANNOUNCED, date="2020-01-01")
    scheduled = SourceFactory(state=State.PUBLISHED, published_at=soon)
    MilestoneFactory(initiative=initiative, status=Status.ADOPTED, date="2021-01-01", source=scheduled)
    assert statuses() == {"announced": 1}
    assert (of_status("announced"), of_status("adopted")) == ({initiative.pk}, set())
    monkeypatch.setattr(timezone, "now", lambda: soon)
    assert statuses() == {"adopted": 1}
    assert (of_status("announced"), of_status("adopted")) == (set(), {initiative.pk})
    scheduled.state = State.ARCHIVED
    scheduled.save()
    assert statuses() == {"announced": 1}


def test_an_unpublished_milestone_sets_no_date():
    initiative = InitiativeFactory(public=True)
    MilestoneFactory(initiative=initiative, date="2020-01-01")
    later = timezone.now() + datetime.timedelta(days=1)
    for publication in ({"state": State.DRAFT}, {"state": State.PUBLISHED, "published_at": later}):
        MilestoneFactory(initiative=initiative, date="2021-01-01", source=SourceFactory(**publication))
    assert search(INITIATIVES, facets=["year"]).facets == {"year": {"2020": 1}}


def test_counts_respect_the_other_filters_but_not_their_own():
    theme = ThemeFactory(public=True)
    for status, themes in (("adopted", [theme]), ("adopted", []), ("in_force", [theme]), ("", [theme])):
        initiative = InitiativeFactory(public=True, themes=themes, title="Barley")
        if status:
            MilestoneFactory(initiative=initiative, status=status)
    on_theme = INITIATIVES.choose("theme", [theme.pk]).with_words(parse("barley"))
    assert statuses(on_theme) == {"adopted": 1, "in_force": 1, NO_STATUS: 1}
    results = search(on_theme.choose("status", ["adopted", NO_STATUS]), facets=["theme", "status"])
    assert results.count == 2
    assert results.facets == {
        "theme": {str(theme.pk): 2},
        "status": {"adopted": 1, "in_force": 1, NO_STATUS: 1},
    }
    assert statuses(on_theme.with_words(parse("nothing"))) == {}
    assert of_status("nonsense") == set()


def test_only_initiatives_have_a_status():
    initiative = InitiativeFactory(public=True)
    MilestoneFactory(initiative=initiative, status="adopted")
    QuoteFactory(public=True, initiatives=[initiative])
    everything = Criteria(frozenset(Kind)).choose("status", ["adopted"])
    assert [(hit.kind, hit.object_id) for hit in search(everything).hits] == [(Kind.INITIATIVE, initiative.pk)]


def test_a_slogan_has_no_place_in_law(client):
    slogan = InitiativeFactory(public=True, kind="slogan", title="A fair state")
    # Recorded before that rule; forms and files refuse it.
    MilestoneFactory(initiative=slogan, status="adopted")
    MilestoneFactory(status="adopted")
    assert (statuses(), of_status(NO_STATUS)) == ({"adopted": 1}, set())
    assert search(INITIATIVES, facets=["moved"]).facets["moved"].get("2020") == 1
    for loaded in (Initiative.objects.with_steps(), Initiative.objects.for_card()):
        found = loaded.get(pk=slogan.pk)
        assert (found.status, found.status_date, found.status_label) == ("", None, "slogan: no place in law")
    counts = counts_of_record()
    assert (counts.initiatives, counts.initiatives_by_status) == (2, {"adopted": 1})
    assert client.get(f"/api/v1/initiatives/{slogan.pk}").json()["status"] is None
    assert not Change.objects.of(slogan).exclude(new_status="").exists()


def of_effect(effect):
    return set(search(INITIATIVES.choose("effect", [effect])).ids(Kind.INITIATIVE))


def test_initiatives_are_found_by_their_effect(monkeypatch):
    soon = timezone.now() + datetime.timedelta(hours=1)
    disputed, unknown = InitiativeFactory(public=True), InitiativeFactory(public=True)
    MilestoneFactory(initiative=disputed, effect="confirms", status="in_force")
    scheduled = SourceFactory(state=State.PUBLISHED, published_at=soon)
    MilestoneFactory(initiative=disputed, effect="contests", source=scheduled)

    def effects():
        return search(INITIATIVES, facets=["effect"]).facets["effect"]

    assert effects() == {"confirmed": 1, NO_STATUS: 1}
    assert (of_effect("contested"), of_effect(NO_STATUS)) == (set(), {unknown.pk})
    monkeypatch.setattr(timezone, "now", lambda: soon)
    assert effects() == {"confirmed": 1, "contested": 1, NO_STATUS: 1}
    assert of_effect("contested") == of_effect("confirmed") == {disputed.pk}


def test_queries_do_not_grow_with_initiatives():
    def one():
        search(INITIATIVES.choose("status", ["adopted"]), facets=["status", "theme"])

    for status in ("adopted", "in_force"):
        MilestoneFactory(status=status)
    few = count_queries(one)
    for _ in range(20):
        MilestoneFactory(status="adopted")
    assert count_queries(one) == few


HOURS = st.integers(-3, 3)
PUBLICATION = st.tuples(st.sampled_from([State.PUBLISHED, State.PUBLISHED, State.DRAFT, State.ARCHIVED]), HOURS)
MILESTONES = st.lists(st.tuples(st.sampled_from(["", *Status.values]), st.integers(1, 3), PUBLICATION), max_size=4)


@few_examples
@given(initiatives=st.lists(st.tuples(PUBLICATION, MILESTONES), min_size=1, max_size=4))
def test_the_filter_and_its_counts_are_correct_at_any_time(initiatives, db):
    indexed = timezone.now()

    def published(publication):
        state, hours = publication
        return {"state": state, "published_at": indexed + datetime.timedelta(hours=hours, seconds=-1)}

    with rolled_back(), pytest.MonkeyPatch.context() as patch:
        for publication, milestones in initiatives:
            initiative = InitiativeFactory(source=SourceFactory(public=True), **published(publication))
            for status, year, of_source in milestones:
                source = SourceFactory(**published(of_source))
                MilestoneFactory(initiative=initiative, status=status, date=f"200{year}-01-01", source=source)
        # Nothing is saved from here on; only time passes (and also goes back).
        for hours in (0, 2, 4, -2):
            now = indexed + datetime.timedelta(hours=hours)
            patch.setattr(timezone, "now", lambda now=now: now)
            shown = {item.pk: item.status or NO_STATUS for item in Initiative.objects.published().with_status()}
            assert statuses() == Counter(shown.values())
            for status in {*shown.values(), "withdrawn", NO_STATUS}:
                assert of_status(status) == {pk for pk, its in shown.items() if its == status}


def test_the_status_at_another_time_can_be_queried():
    soon = timezone.now() + datetime.timedelta(hours=1)
    scheduled = SourceFactory(state=State.PUBLISHED, published_at=soon)
    MilestoneFactory(initiative=InitiativeFactory(public=True), status=Status.ADOPTED, source=scheduled)
    assert Initiative.objects.with_status().get().status == ""
    assert Initiative.objects.with_status(soon).get().status == Status.ADOPTED


def test_a_milestone_in_the_future_is_ignored_everywhere(client, monkeypatch):
    """The form refuses one; milestones recorded before that rule count from their first day."""
    initiative = InitiativeFactory(public=True, title="Barley")
    MilestoneFactory(initiative=initiative, status=Status.ADOPTED, date="2021-01-01")
    today = timezone.localdate()
    day = (today + datetime.timedelta(days=40)).replace(day=1)
    later = MilestoneFactory(
        initiative=initiative, status=Status.COMPLETED, date=day, date_precision="month", text="The end of it."
    )
    page, api = initiative.get_absolute_url(), f"/api/v1/initiatives/{initiative.pk}"

    def all_places() -> list:
        return [
            statuses(),
            of_status("completed"),
            of_status("adopted"),
            search(INITIATIVES, facets=["moved"]).facets["moved"].get(str(day.year), 0),
            Initiative.objects.with_steps().get().status,
            client.get(api).json()["status"],
            "The end of it." in client.get(page).content.decode(),
            "The end of it." in client.get("/timeline/").content.decode(),
            counts_of_record().initiatives_by_status,
            Change.objects.published().filter(new_status=Status.COMPLETED).exists(),
            [one["text"] for one in client.get(api).json()["milestones"]][1:],
            later.public_not_before <= timezone.now(),
        ]

    none, its = set(), {initiative.pk}
    adopted = [{"adopted": 1}, none, its, 0, "adopted", "adopted", False, False, {"adopted": 1}, False, [], False]
    assert all_places() == adopted
    with pytest.raises(ValidationError, match="in the future"):
        later.full_clean()
    first = timezone.make_aware(datetime.datetime.combine(day, datetime.time(0, 1)))
    monkeypatch.setattr(timezone, "now", lambda: first)
    completed = [{"completed": 1}, its, none, 1, "completed", "completed", True, True, {"completed": 1}, True]
    assert all_places() == [*completed, ["The end of it."], True]


def test_voices_on_the_effect_are_counted_once_by_kind():
    initiative = InitiativeFactory(public=True)
    register, agency, unknown, draft = (
        SourceFactory(public=kind != "draft", publisher_kind=kind if kind != "draft" else "person")
        for kind in ("state_body", "private_media", "", "draft")
    )

    def says(effect, source, *further, year=2020, **fields):
        made = MilestoneFactory(
            initiative=initiative, effect=effect, source=source, date=f"{year}-01-01", date_precision="year", **fields
        )
        made.further_sources.set(further)

    says("", unknown, year=2024)
    says("contests", agency, register, draft, year=2023, attributed_to="Watch", attributed_kind="civil_society")
    says("contests", unknown, attributed_to="watch", attributed_kind="civil_society")
    says("confirms", agency, register)
    says("confirms", unknown)
    says("confirms", agency, year=2021)
    says("mixed", draft, year=2024)
    for loaded in (Initiative.objects.with_steps().get(), Initiative.objects.for_detail().get()):
        effects = loaded.effects
        assert [(effect, list(count.items())) for effect, count in effects.voices.items()] == [
            ("confirms", [("private_media", 1), ("", 1)]),
            ("contests", [("civil_society", 1)]),
        ]
        assert (effects.total("contests"), effects.total("mixed")) == (1, 0)
        assert effects.newest.shown_date == "2023"


def test_counts_by_kind_of_voice_reveal_no_draft(client):
    """A draft may be the milestone's own source or a further one, or the initiative itself may be a draft."""
    initiative = InitiativeFactory(public=True)
    seen = SourceFactory(public=True, publisher_kind="research")
    soon = timezone.now() + datetime.timedelta(hours=1)
    hidden = [
        SourceFactory(publisher_kind="party"),
        SourceFactory(state=State.PUBLISHED, published_at=soon, publisher_kind="person"),
        SourceFactory(state=State.ARCHIVED, publisher_kind="international"),
    ]
    MilestoneFactory(initiative=initiative, effect="confirms", source=seen).further_sources.set(hidden)
    for source in hidden:
        MilestoneFactory(initiative=initiative, effect="contests", source=source)
    MilestoneFactory(initiative=InitiativeFactory(), effect="mixed", source=seen)
    assert client.get(f"/api/v1/initiatives/{initiative.pk}").json()["confirmed_by"] == {"research": 1}
    page = client.get(initiative.get_absolute_url()).content.decode()
    assert "Confirmed by 1 source (research)." in page
    assert "Contested by" not in page
    table = b"".join(client.get("/initiatives.csv")).decode()
    assert "research:1" in table
    assert not any(f"{kind}:" in table for kind in ("party", "person", "international"))
    home = client.get("/").content.decode()
    assert "confirmed by 1 source" in home
    assert "contested by" not in home
    assert [number for _value, _label, number in counts_of_record().effects] == [1, 0, 0, 0]
    assert search(INITIATIVES, facets=["effect"]).facets["effect"] == {"confirmed": 1}
    kinds = search(Criteria(frozenset(Kind)), facets=["publisher_kind"]).facets["publisher_kind"]
    assert not {"party", "person", "international"} & set(kinds)


def test_queries_for_voices_do_not_grow_with_milestones():
    def one():
        return [made.effects.voices for made in Initiative.objects.for_listing()]

    def more(number):
        for _ in range(number):
            MilestoneFactory(effect="confirms", source=SourceFactory(public=True))
        return count_queries(one)

    assert more(1) == more(9)
