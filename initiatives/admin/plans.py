"""The changes of many items at once, and what each would do to them, as the page that asks shows it."""

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
from initiatives.editorial.deleting import delete, plan_discard
from initiatives.editorial.facts import Fact, facts_of
from initiatives.models import Publishable
from initiatives.models.choices import State


def named(item: Publishable) -> str:
    return Truncator(item).chars(80)


@dataclass(frozen=True)
class SelectedItem:
    """An item with its notes."""

    item: Publishable
    notes: list[str] = field(default_factory=list)
    # What readers will miss: see editorial.checklist.
    wishes: list[str] = field(default_factory=list)
    # What differs afterwards, for changes/_differences.html.
    differences: Sequence[Any] = ()
    # What the user sees of it before it goes on: see editorial.facts.
    facts: Sequence[Fact] = ()

    @property
    def key(self) -> str:
        """What names the item among those of all kinds."""
        return f"{self.item._meta.model_name}-{self.item.pk}"

    @property
    def kind(self) -> str:
        return str(self.item._meta.verbose_name)

    @property
    def address(self) -> str:
        """The address of its form, or of that of the item to which it belongs."""
        return form_url(self.item)

    @property
    def name(self) -> str:
        """The item's name with its notes, for a message."""
        return f"{named(self.item)} — {' '.join(self.notes)}"


@dataclass(frozen=True)
class Plan:
    """What a change will do to each selected item."""

    changing: list[SelectedItem] = field(default_factory=list)
    refused: list[SelectedItem] = field(default_factory=list)
    unchanged: list[SelectedItem] = field(default_factory=list)

    # Others that hide what changes: the user may tick them, to go with it.
    companions: list[SelectedItem] = field(default_factory=list)

    @property
    def has_wishes(self) -> bool:
        """Whether any item that changes lacks recommended details."""
        return any(line.wishes for line in (*self.changing, *self.companions))


class BulkAction:
    """What an action does to many items, and its texts."""

    action: str
    title: Promise
    changing: Promise
    already: Promise
    button: Promise
    # What the page says of others that may go with the items.
    offered: str | Promise = ""
    done: Promise
    log: str | Promise
    logged_as = CHANGE

    @property
    def details(self) -> Any:
        """What tells it from other changes of the same action, as JSON."""
        return None

    @property
    def hides(self) -> bool:
        """Whether it takes items from the public, and with them what depends on them."""
        return False

    def load(self, items: QuerySet) -> QuerySet:
        """Load what `plan` looks at."""
        return items

    def plan(self, items: Sequence[Publishable]) -> Plan:
        """Sort items by what the change does to them. Those that change have their new values, not yet saved."""
        raise NotImplementedError

    def facts(self, items: Sequence[Publishable]) -> dict[int, list[Fact]]:
        """Return what the confirmation page shows of items, by key."""
        return {}

    def in_the_way(self, items: Sequence[Publishable]) -> list[Publishable]:
        """Return the other items, as stored, that would still hide items, and could go with them."""
        return []

    def reveals(self, lines: Sequence[SelectedItem]) -> list[Any]:
        """Return what else becomes public with items."""
        return []

    def notes(self, item: Publishable) -> list[str]:
        """Return what hides an item that has changed from readers."""
        return []

    def save(self, items: Sequence[Publishable]) -> None:
        """Save items that were planned to change, each as one version with a reason."""
        raise NotImplementedError


@dataclass(frozen=True)
class Transition(BulkAction):
    """One change of state, and its texts."""

    action: str
    # The right that the user needs, as in has_<right>_permission.
    right: str
    state: State
    description: Any
    title: Promise
    changing: Promise
    button: Promise
    done: Promise
    log: Promise
    # The only state it starts from; any state if None.
    origin: State | None = None
    # Whether it leads towards publication, so that missing details are listed.
    checks: bool = False
    # What the page says of others that hide the items and may go with them.
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
        """Return the drafts, and if they are to be published also what waits for review, that hide items."""
        states = [State.DRAFT, *([State.IN_REVIEW] if self is PUBLISH else [])]
        return hiding(items, states) if self.checks else []

    def notes(self, item: Publishable) -> list[str]:
        found = obstacles(item) if self is PUBLISH else others_in_the_way(item) if self is HAND_IN else []
        return list(map(str, found))

    def reveals(self, lines: Sequence[SelectedItem]) -> list[Any]:
        """Return what else readers see once these are published, unless that is later."""
        publishing: dict[type[Model], list[int]] = defaultdict(list)
        for line in lines:
            if line.item.published_at is None or line.item.published_at <= timezone.now():
                publishing[type(line.item)].append(line.item.pk)
        return shown_with(publishing) if self is PUBLISH else []

    def save(self, items: Sequence[Publishable]) -> None:
        for item in items:
            item._change_reason = str(self.log)
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
            # The time of publication, if it has none, is that at which it is saved.
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
        """Sort items: only drafts that the user began, and that no other user's work needs, may go."""
        planned = plan_discard(items, self.user)
        return Plan(
            [SelectedItem(item) for item in planned.discarded],
            [SelectedItem(item, [reason]) for item, reason in planned.refused],
        )

    def save(self, items: Sequence[Publishable]) -> None:
        delete(items, user=self.user, reason=str(self.log))
