"""Bulk changes, and what each would do to the selected items, as the confirmation page shows it."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib.admin.models import CHANGE, DELETION
from django.contrib.auth.models import User
from django.db.models import Model, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from initiatives.admin.desk import form_url
from initiatives.admin.visibility import hiding, obstacles, others_in_the_way, shown_with
from initiatives.editorial.checklist import check_item, for_check
from initiatives.editorial.copies.levels import unfound
from initiatives.editorial.deleting import delete, plan_discard
from initiatives.editorial.facts import Fact, facts_of
from initiatives.models import Publishable, Quote
from initiatives.models.choices import State
from initiatives.models.history import because, present_reason


def named(item: Publishable) -> str:
    return Truncator(item).chars(80)


@dataclass(frozen=True)
class SelectedItem:
    """A selected item, as the confirmation page shows it."""

    item: Publishable
    notes: list[str] = field(default_factory=list)
    # Recommended details that it lacks: see editorial.checklist.
    wishes: list[str] = field(default_factory=list)
    # What will change, for changes/_differences.html.
    differences: Sequence[Any] = ()
    # What the user needs to know before confirming: see editorial.facts.
    facts: Sequence[Fact] = ()

    @property
    def key(self) -> str:
        """A key that is unique among items of all kinds."""
        return f"{self.item._meta.model_name}-{self.item.pk}"

    @property
    def kind(self) -> str:
        return str(self.item._meta.verbose_name)

    @property
    def address(self) -> str:
        """The address of its form or, for a part, of its owner's form."""
        return form_url(self.item)

    @property
    def name(self) -> str:
        """Its name with its notes, for a message."""
        return f"{named(self.item)} — {' '.join(self.notes)}"


@dataclass(frozen=True)
class Plan:
    """What a change will do to each selected item."""

    changing: list[SelectedItem] = field(default_factory=list)
    refused: list[SelectedItem] = field(default_factory=list)
    unchanged: list[SelectedItem] = field(default_factory=list)
    # Other items that hide those that change. The user can choose to change them too.
    companions: list[SelectedItem] = field(default_factory=list)

    @property
    def has_wishes(self) -> bool:
        """Whether any item that changes lacks recommended details."""
        return any(line.wishes for line in (*self.changing, *self.companions))


class BulkAction:
    """What an action does to the selected items, and its texts."""

    action: str
    title: Promise
    changing: Promise
    already: Promise
    button: Promise
    # The text above the companions.
    offered: str | Promise = ""
    done: Promise
    log: str | Promise
    logged_as = CHANGE

    @property
    def details(self) -> Any:
        """What distinguishes it from other changes by the same action, as JSON."""
        return None

    @property
    def hides(self) -> bool:
        """Whether it hides items, and what depends on them, from readers."""
        return False

    def load(self, items: QuerySet) -> QuerySet:
        """Load what `plan` needs."""
        return items

    def plan(self, items: Sequence[Publishable]) -> Plan:
        """Sort items by what the change does to them. Sets the new values of those that change, without saving them."""
        raise NotImplementedError

    def facts(self, items: Sequence[Publishable]) -> dict[int, list[Fact]]:
        """Return facts about items for the confirmation page, by key."""
        return {}

    def in_the_way(self, items: Sequence[Publishable]) -> list[Publishable]:
        """Return the other items, as stored, that would still hide items and could be changed with them."""
        return []

    def reveals(self, lines: Sequence[SelectedItem]) -> list[Any]:
        """Return what else becomes public with these items."""
        return []

    def notes(self, item: Publishable) -> list[str]:
        """Return what will still hide an item from readers after the change."""
        return []

    def save(self, items: Sequence[Publishable]) -> None:
        """Save the items that change, each as one version with a reason."""
        raise NotImplementedError


@dataclass(frozen=True)
class Transition(BulkAction):
    """A change of state, and its texts."""

    action: str
    # The right that the user needs: has_<right>_permission.
    right: str
    state: State
    description: Any
    title: Promise
    changing: Promise
    button: Promise
    done: Promise
    log: Promise
    # The only state from which it is possible; None for any.
    origin: State | None = None
    # Whether it is a step towards publication and lists missing details.
    checks: bool = False
    # The text above the companions.
    offered: str | Promise = ""

    already = gettext_lazy("These are already in that state:")

    @property
    def hides(self) -> bool:
        return not self.checks

    def load(self, items: QuerySet) -> QuerySet:
        return for_check(items)

    def facts(self, items: Sequence[Publishable]) -> dict[int, list[Fact]]:
        return facts_of(items) if self.checks else {}

    def in_the_way(self, items: Sequence[Publishable]) -> list[Publishable]:
        """Return the drafts that hide items and, for publication, also what is in review."""
        states = [State.DRAFT, *([State.IN_REVIEW] if self is PUBLISH else [])]
        return hiding(items, states) if self.checks else []

    def notes(self, item: Publishable) -> list[str]:
        found = obstacles(item) if self is PUBLISH else others_in_the_way(item) if self is HAND_IN else []
        return list(map(str, found))

    def reveals(self, lines: Sequence[SelectedItem]) -> list[Any]:
        """Return what else becomes public with items that are published now."""
        publishing: dict[type[Model], list[int]] = defaultdict(list)
        for line in lines:
            if line.item.published_at is None or line.item.published_at <= timezone.now():
                publishing[type(line.item)].append(line.item.pk)
        return shown_with(publishing) if self is PUBLISH else []

    def save(self, items: Sequence[Publishable]) -> None:
        reason, is_publishing = present_reason(), self is PUBLISH
        doubtful = unfound([item.pk for item in items if isinstance(item, Quote)]) if is_publishing and reason else ()
        for item in items:
            # The reason to publish words that were not found is only that of their quotes.
            is_doubtful = isinstance(item, Quote) and item.pk in doubtful
            item._change_reason = reason if is_doubtful else str(self.log)
            with because("" if is_publishing and not is_doubtful else reason):
                item.save()

    def plan(self, items: Sequence[Publishable]) -> Plan:
        result = Plan()
        for item in items:
            if item.state == self.state:
                result.unchanged.append(SelectedItem(item))
                continue
            if self.origin not in (None, item.state):
                text = _("Its state is “%(state)s”. Only drafts can be submitted for review.") % {
                    "state": item.get_state_display()
                }
                result.refused.append(SelectedItem(item, [text]))
                continue
            findings = check_item(item) if self.checks else []
            if self is PUBLISH and (needed := [finding for finding in findings if finding.must]):
                result.refused.append(SelectedItem(item, [str(finding) for finding in needed]))
                continue
            # If it has no time of publication, saving sets the current time.
            item.state = self.state
            result.changing.append(SelectedItem(item, self.notes(item), [str(finding) for finding in findings]))
        return result


HAND_IN = Transition(
    "hand_in",
    "change",
    State.IN_REVIEW,
    gettext_lazy("Submit selected items for review"),
    gettext_lazy("Submit the selected items for review?"),
    gettext_lazy("These will be submitted for review:"),
    gettext_lazy("Yes, submit"),
    gettext_lazy("Submitted for review: %(count)d."),
    gettext_lazy("Submitted for review."),
    origin=State.DRAFT,
    checks=True,
    offered=gettext_lazy("Readers will not see them without these drafts. Tick what to submit with them:"),
)
PUBLISH = Transition(
    "publish",
    "publish",
    State.PUBLISHED,
    gettext_lazy("Publish selected items"),
    gettext_lazy("Publish the selected items?"),
    gettext_lazy("These will be published:"),
    gettext_lazy("Yes, publish"),
    gettext_lazy("Published: %(count)d."),
    gettext_lazy("Published."),
    checks=True,
    offered=gettext_lazy("Readers will not see them before these are public. Tick what to publish with them:"),
)
UNPUBLISH = Transition(
    "unpublish",
    "publish",
    State.DRAFT,
    gettext_lazy("Return selected items to draft"),
    gettext_lazy("Return the selected items to draft?"),
    gettext_lazy("These will become drafts again and will no longer be public:"),
    gettext_lazy("Yes, return to draft"),
    gettext_lazy("Returned to draft: %(count)d."),
    gettext_lazy("Returned to draft."),
)
ARCHIVE = Transition(
    "archive",
    "publish",
    State.ARCHIVED,
    gettext_lazy("Archive selected items"),
    gettext_lazy("Archive the selected items?"),
    gettext_lazy("These will be archived and will no longer be public:"),
    gettext_lazy("Yes, archive"),
    gettext_lazy("Archived: %(count)d."),
    gettext_lazy("Archived."),
)


class Discard(BulkAction):
    action = "discard"
    title = gettext_lazy("Discard the selected items?")
    changing = gettext_lazy("These will be deleted. You can get them back under “Recover deleted”.")
    button = gettext_lazy("Yes, discard")
    done = gettext_lazy("Discarded: %(count)d.")
    log = gettext_lazy("Discarded.")
    logged_as = DELETION

    def __init__(self, user: User):
        self.user = user

    def plan(self, items: Sequence[Publishable]) -> Plan:
        """Allow only drafts that the user began and that no other user's work needs."""
        planned = plan_discard(items, self.user)
        return Plan(
            [SelectedItem(item) for item in planned.discarded],
            [SelectedItem(item, [reason]) for item, reason in planned.refused],
        )

    def save(self, items: Sequence[Publishable]) -> None:
        delete(items, user=self.user, reason=str(self.log))
