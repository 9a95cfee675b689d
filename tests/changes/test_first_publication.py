"""Publishing an item may change its parts too: readers never saw their earlier wording."""

import datetime
import re
from functools import partial

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from initiatives.models import Change, Initiative, Milestone
from initiatives.models.choices import State
from tests.admin.support import change_url, form_of, publisher, save, saved, send
from tests.changes.support import corrections_of, log, words
from tests.editorial.spreadsheet_support import bring_in, csv_file, dicts
from tests.factories import (
    InitiativeFactory,
    MilestoneFactory,
    PersonFactory,
    PrincipleFactory,
    PrincipleSetFactory,
    QuoteFactory,
    QuoteTranslationFactory,
    SourceFactory,
)
from tests.helpers import rolled_back, very_few_examples

pytestmark = [pytest.mark.database, pytest.mark.django_db]

# A part of an item that was never public, the field for the item, and where the form of the item has the part
PARTS = {
    "milestone": (MilestoneFactory, "initiative", InitiativeFactory, "milestones"),
    "life event": (partial(MilestoneFactory, initiative=None), "person", PersonFactory, "milestones"),
    "principle": (PrincipleFactory, "set", PrincipleSetFactory, "principles"),
    "translation": (QuoteTranslationFactory, "quote", QuoteFactory, "translations"),
}


@pytest.mark.parametrize("name", PARTS)
@pytest.mark.parametrize("what", [{"text": "As first published"}, {"DELETE": "on"}])
def test_a_part_changed_in_the_form_that_first_publishes_its_item_was_never_seen(clock, client, name, what):
    make, field, owned_by, prefix = PARTS[name]
    owner = owned_by(public=True, state=State.DRAFT)
    make(**{field: owner}, text="Never seen")
    clock.forward(hours=1)
    changed = {f"{prefix}__0__{key}": value for key, value in what.items()}
    assert saved(save(publisher(), change_url(owner), state=State.PUBLISHED, **changed))
    owner.refresh_from_db()
    assert owner.is_public
    assert log() == []
    assert "Never seen" not in words(client)


@pytest.mark.parametrize("before", [State.DRAFT, State.ARCHIVED])
def test_a_milestone_changed_in_the_file_that_first_publishes_its_initiative_was_never_seen(clock, client, before):
    initiative = InitiativeFactory(public=True, state=before)
    milestone = MilestoneFactory(initiative=initiative, text="Never seen", date="2020-05-25")
    clock.forward(hours=1)
    row = {"slug": initiative.slug, "status": State.PUBLISHED, "milestone_id": milestone.pk}
    row |= {
        "milestone_date": "2020-05-25",
        "milestone": "As first published",
        "milestone_source": milestone.source.slug,
    }
    bring_in(publisher(), "initiative", csv_file(*dicts(row)))
    assert "As first published" in words(client, initiative.get_absolute_url())
    assert log() == []
    assert "Never seen" not in words(client)


def test_a_principle_changed_in_the_file_that_first_publishes_its_set_was_never_seen(clock, client):
    owner = PrincipleSetFactory(public=True, state=State.DRAFT)
    PrincipleFactory(set=owner, title="Law", text="Never seen")
    clock.forward(hours=1)
    row = {"slug": owner.slug, "status": State.PUBLISHED, "number": 1, "principle": "Law"}
    row |= {"principle_text": "As first published"}
    bring_in(publisher(), "principleset", csv_file(*dicts(row)))
    assert "As first published" in words(client, owner.get_absolute_url())
    assert log() == []


def by_form(browser, owner, state: str, words: dict[str, str], at: datetime.datetime, reason: str) -> None:
    """Send the form of an initiative with new words for itself and its milestones, and one milestone more or fewer."""
    form = form_of(browser, change_url(owner))
    count = int(form["milestones-TOTAL_FORMS"][0])
    places = {"summary": "summary", "step 0": "milestones-0-text", "step 1": "milestones-1-text"}
    form |= {places[name]: [text] for name, text in words.items() if places.get(name) in form}
    if "removed" in words and count:
        form["milestones-0-DELETE"] = ["on"]
    if "added" in words:
        new = {"date": "2020-05-25", "text": words["added"], "source": str(owner.source_id)}
        form |= {f"milestones-{count}-{name}": [value] for name, value in new.items()}
        form["milestones-TOTAL_FORMS"] = [str(count + 1)]
    day, time = timezone.localtime(at).strftime("%Y-%m-%d %H:%M:%S").split()
    form |= {"state": [state], "published_at_0": [day], "published_at_1": [time], "change_reason": [reason]}
    assert saved(send(browser, change_url(owner), form))


def by_file(browser, owner, state: str, words: dict[str, str], at: datetime.datetime, reason: str) -> None:
    """Import a file with the same changes; a file sets no time of publication, and removes nothing."""
    # A file that changes nothing is refused.
    mine = {"slug": owner.slug, "title": str(at), "status": state, "summary": words.get("summary", owner.summary)}
    steps = {f"step {place}": step.pk for place, step in enumerate(owner.milestones.all())} | {"added": ""}
    rows = [
        {
            "milestone_id": steps[name],
            "milestone_date": "2020",
            "milestone": text,
            "milestone_source": owner.source.slug,
        }
        for name, text in words.items()
        if name in steps
    ]
    bring_in(browser, "initiative", csv_file(*dicts(*({**mine, **row} for row in rows or [{}]))), reason=reason)


WORD = re.compile(r"zq\d+")


@very_few_examples
@given(
    steps=st.lists(
        st.tuples(
            st.sampled_from([by_form, by_form, by_file]),
            st.sampled_from([State.DRAFT, State.PUBLISHED, State.PUBLISHED, State.ARCHIVED]),
            st.sets(st.sampled_from(["summary", "step 0", "step 1", "removed", "added"]), max_size=3),
            # The time of publication, and the time since the previous step, in minutes
            st.sampled_from([-1, 90]),
            st.sampled_from([5, 60]),
        ),
        min_size=4,
        max_size=8,
    )
)
def test_forms_and_files_that_publish_and_hide_log_only_what_readers_saw(clock, steps):
    """Each wording is a unique word: the log has none that readers did not see, and all that they see."""
    with rolled_back():
        numbers, seen, browser = iter(range(1000)), set(), publisher()
        owner = InitiativeFactory(summary=f"zq{next(numbers)}", source=SourceFactory(public=True))
        for _step in range(2):
            MilestoneFactory(initiative=owner, text=f"zq{next(numbers)}")
        first: dict[tuple, str] = {}

        def look() -> set[tuple]:
            """Record what readers see, compare the log with it, and return it."""
            shown: list[tuple] = [(one, "summary") for one in Initiative.objects.published()]
            shown += [(one, "text") for one in Milestone.objects.published()]
            for item, field in shown:
                seen.add(getattr(item, field))
                chain = [first.setdefault((type(item), item.pk), getattr(item, field))]
                for old, new in corrections_of(item, field):
                    assert old == chain[-1]
                    chain.append(new)
                assert chain[-1] == getattr(item, field)
            # Whether or not the item is currently public
            kept = Change.objects.filter(at__lte=clock()).values_list("words", flat=True)
            assert set(WORD.findall(str(list(kept)))) <= seen
            titles = {("title", one.title) for one in Initiative.objects.published()}
            return titles | {(item, getattr(item, field)) for item, field in shown}

        for number, (by, state, changed, later, minutes) in enumerate(steps):
            clock.forward(minutes=minutes)
            before = look()
            owner.refresh_from_db()
            at, reason = clock() + datetime.timedelta(minutes=later), f"Reason {number}."
            by(browser, owner, state, {name: f"zq{next(numbers)}" for name in sorted(changed)}, at, reason)
            after = look()
            natures = set(Change.objects.filter(reason=reason).values_list("nature", flat=True))
            if before == after:
                assert natures == set(), "readers saw no change"
            elif before and not after:
                assert natures == {"withdrawal"}
            elif before - after:
                assert natures in ({"correction"}, {"removal"}, {"correction", "removal"})
