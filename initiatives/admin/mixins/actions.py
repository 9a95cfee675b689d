"""Changing many items at once, after a page that shows what will change: submitting, publishing, and the like.

That page sends the versions (see edit_conflicts) of the items it showed: only items unchanged since are touched.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth import get_permission_codename
from django.core import signing
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from initiatives.accounts.users import user_of
from initiatives.admin.mixins.edit_conflicts import ItemVersions
from initiatives.admin.mixins.visibility import hidden_with, obstacles, others_in_the_way, paths_to_load
from initiatives.changes.compare import as_item
from initiatives.editorial.checklist import check_item, for_check
from initiatives.editorial.facts import Fact, facts_of
from initiatives.models import Publishable
from initiatives.models.choices import State

# The most messages of one kind, each about one item.
MAX_REASONS = 20

# The field of the confirmation page with the versions shown.
VERSIONS = "_versions"
_SALT = "initiatives.admin.actions"


def _named(item: Publishable) -> str:
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
    # What somebody should see of it before it goes on: see editorial.facts.
    facts: Sequence[Fact] = ()

    @property
    def name(self) -> str:
        """The item's name with its notes, for a message."""
        return f"{_named(self.item)} — {' '.join(self.notes)}"


@dataclass(frozen=True)
class Plan:
    """What a change will do to each selected item."""

    changing: list[SelectedItem] = field(default_factory=list)
    refused: list[SelectedItem] = field(default_factory=list)
    unchanged: list[SelectedItem] = field(default_factory=list)

    @property
    def has_wishes(self) -> bool:
        """Whether any item that changes lacks recommended details."""
        return any(line.wishes for line in self.changing)


class BulkAction:
    """What an action does to many items, and its texts."""

    action: str
    title: Promise
    changing: Promise
    alike: Promise
    button: Promise
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
        raise NotImplementedError

    def plan(self, items: Sequence[Publishable]) -> Plan:
        """Sort items by what the change does to them. Those that change have their new values, not yet saved."""
        raise NotImplementedError

    def facts(self, items: Sequence[Publishable]) -> dict[int, list[Fact]]:
        """Return what the page that asks tells of items, by key."""
        return {}

    def save(self, items: Sequence[Publishable]) -> None:
        """Save items that were planned to change, each as one version with a reason."""
        raise NotImplementedError


@dataclass(frozen=True)
class Transition(BulkAction):
    """One change of state, and its texts."""

    action: str
    state: State
    title: Promise
    changing: Promise
    button: Promise
    done: Promise
    log: Promise
    # The only state it starts from; any state if None.
    origin: State | None = None
    # Whether it leads towards publication, so that missing details are listed.
    checks: bool = False

    alike = gettext_lazy("These are already in that state:")

    @property
    def hides(self) -> bool:
        """Whether it leads away from publication."""
        return not self.checks

    def load(self, items: QuerySet) -> QuerySet:
        """Load what the checklist looks at."""
        return for_check(items)

    def facts(self, items: Sequence[Publishable]) -> dict[int, list[Fact]]:
        """Return what is to be seen before items come nearer to readers."""
        return facts_of(items) if self.checks else {}

    def save(self, items: Sequence[Publishable]) -> None:
        """Save items with the reason."""
        for item in items:
            item._change_reason = str(self.log)
            item.save()

    def plan(self, items: Sequence[Publishable]) -> Plan:
        """Sort items by what the transition does to them."""
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
            item.state, notes = self.state, []
            if self is HAND_IN:
                notes = [str(obstacle) for obstacle in others_in_the_way(item)]
            if self is PUBLISH:
                item.published_at = item.published_at or timezone.now()
                notes = [str(obstacle) for obstacle in obstacles(item)]
            result.changing.append(SelectedItem(item, notes, [str(finding) for finding in findings]))
        return result


HAND_IN = Transition(
    "hand_in",
    State.IN_REVIEW,
    gettext_lazy("Submit %(items)s for review?"),
    gettext_lazy("These will be submitted for review:"),
    gettext_lazy("Yes, submit"),
    gettext_lazy("Submitted for review: %(count)d."),
    gettext_lazy("Submitted for review."),
    origin=State.DRAFT,
    checks=True,
)
PUBLISH = Transition(
    "publish",
    State.PUBLISHED,
    gettext_lazy("Publish %(items)s?"),
    gettext_lazy("These will be published:"),
    gettext_lazy("Yes, publish"),
    gettext_lazy("Published: %(count)d."),
    gettext_lazy("Published."),
    checks=True,
)
UNPUBLISH = Transition(
    "unpublish",
    State.DRAFT,
    gettext_lazy("Return %(items)s to draft?"),
    gettext_lazy("These will become drafts again and will no longer be public:"),
    gettext_lazy("Yes, return to draft"),
    gettext_lazy("Returned to draft: %(count)d."),
    gettext_lazy("Returned to draft."),
)
ARCHIVE = Transition(
    "archive",
    State.ARCHIVED,
    gettext_lazy("Archive %(items)s?"),
    gettext_lazy("These will be archived and will no longer be public:"),
    gettext_lazy("Yes, archive"),
    gettext_lazy("Archived: %(count)d."),
    gettext_lazy("Archived."),
)


class ConfirmedActions(ItemVersions):
    """A ModelAdmin that changes many items once a page that shows what will change is confirmed."""

    def change_once_confirmed(
        self, request: HttpRequest, queryset: QuerySet, change: BulkAction, sent: Sequence[tuple] = ()
    ):
        """Show what will change; once confirmed, do it. The page that asks sends the fields `sent` again."""
        seen = self._confirmed_versions(request, change)
        if seen is not None:
            self._carry_out(request, seen, change)
            return None
        ids = list(dict.fromkeys(queryset.values_list("pk", flat=True)))
        # Read the versions before the items: a change in between is left out, never published unseen.
        versions = self.newest_versions(ids)
        return self._confirmation(request, change.plan(self._loaded(ids, change)), versions, change, sent)

    def _confirmed_versions(self, request: HttpRequest, change: BulkAction) -> dict[int, list[int]] | None:
        """Return the versions of the items that were shown and confirmed; None if there are none."""
        try:
            *of, seen = signing.loads(request.POST.get(VERSIONS, ""), salt=_SALT)
        except signing.BadSignature:
            return None
        return {pk: versions for pk, *versions in seen} if of == self._names(change) else None

    def _names(self, change: BulkAction) -> list:
        """Return what names a change of items of this model."""
        return [self.opts.model_name, change.action, change.details]

    def _loaded(self, ids: Iterable[int], change: BulkAction) -> list[Publishable]:
        """Return items, in the order of their ids, with what their visibility depends on and the change looks at."""
        queryset = self.model._default_manager.select_related(*paths_to_load(self.model))
        items = change.load(queryset).in_bulk(list(ids))
        return [items[pk] for pk in ids if pk in items]

    def _confirmation(
        self,
        request: HttpRequest,
        planned: Plan,
        versions: dict[int, list[int]],
        change: BulkAction,
        sent: Sequence[tuple],
    ) -> TemplateResponse:
        ids = [line.item.pk for line in planned.changing]
        facts = change.facts([line.item for line in planned.changing])
        planned.changing[:] = [replace(line, facts=facts.get(line.item.pk, ())) for line in planned.changing]
        shown = [*self._names(change), [[pk, *versions[pk]] for pk in ids]]
        context = {
            **self.admin_site.each_context(request),
            "title": str(change.title) % {"items": self.opts.verbose_name_plural},
            "subtitle": None,
            "opts": self.opts,
            "media": self.media,
            "change": change,
            "plan": planned,
            "hidden_with": hidden_with(self.model, ids) if change.hides else [],
            "fields": [
                (ACTION_CHECKBOX_NAME, ",".join(map(str, ids))),
                (VERSIONS, signing.dumps(shown, salt=_SALT, compress=True)),
                ("action", change.action),
                *sent,
            ],
            "back_url": request.get_full_path(),
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/initiatives/change_state.html", context)

    def _carry_out(self, request: HttpRequest, seen: dict[int, list[int]], change: BulkAction) -> None:
        """Change items that are still as shown and can be changed, with documents and log entries; all or nothing."""
        with transaction.atomic():
            # Lock in one order, as imports do, so that two requests for the same items wait for each other.
            list(self.model._default_manager.select_for_update().filter(pk__in=seen).order_by("pk").values_list("pk"))
            newest = self.newest_versions(seen)
            planned = change.plan(self._loaded([pk for pk in seen if seen[pk] == newest[pk]], change))
            changed = [line.item for line in planned.changing]
            LogEntry.objects.log_actions(user_of(request).pk, changed, change.logged_as, str(change.log))
            change.save(changed)
        if planned.changing:
            self.message_user(request, str(change.done) % {"count": len(planned.changing)}, messages.SUCCESS)
        hidden = [line.name for line in planned.changing if line.notes]
        self._tell_each(request, _("Not public yet: %(item)s"), hidden, messages.WARNING)
        refused = [line.name for line in planned.refused]
        more = _("Also not changed: %(count)d more.")
        self._tell_each(request, _("Not changed: %(item)s"), refused, messages.ERROR, more)
        self._tell_left_out(request, {pk: newest[pk] for pk in seen if seen[pk] != newest[pk]})

    def _tell_left_out(self, request: HttpRequest, newest: dict[int, list[int]]) -> None:
        """Name the items that were changed or deleted after they were shown; `newest` are their current versions."""
        items = list(self.model._default_manager.filter(pk__in=newest).order_by("pk"))
        there = {item.pk for item in items}
        last = [versions[0] for pk, versions in newest.items() if pk not in there]
        gone = [as_item(version) for version in self.model.history.filter(pk__in=last)]
        for text, more, left_out in (
            (
                _("Left out because it changed after you opened the page. Check it again: %(item)s"),
                _("Also left out because they changed after you opened the page: %(count)d more."),
                items,
            ),
            (
                _("Left out because it was deleted after you opened the page: %(item)s"),
                _("Also left out because they were deleted after you opened the page: %(count)d more."),
                gone,
            ),
        ):
            self._tell_each(request, text, [_named(item) for item in left_out], messages.ERROR, more)

    def _tell_each(self, request: HttpRequest, text: str, names: list[str], level: int, more: str = "") -> None:
        """Show a message for each item, up to a bound, then how many more there are."""
        for name in names[:MAX_REASONS]:
            self.message_user(request, text % {"item": name}, level)
        if more and len(names) > MAX_REASONS:
            self.message_user(request, more % {"count": len(names) - MAX_REASONS}, level)


class PublishingActions(ConfirmedActions):
    """The actions of a ModelAdmin whose items have a state: submitting and, for publishers, the others."""

    actions = ["hand_in", "publish", "unpublish", "archive"]

    def has_publish_permission(self, request: HttpRequest) -> bool:
        """Whether the user may publish items of this model."""
        publish = get_permission_codename("publish", self.opts)
        return request.user.has_perm(f"{self.opts.app_label}.{publish}") and super().has_change_permission(request)

    @admin.action(
        permissions=["change"], description=gettext_lazy("Submit selected %(verbose_name_plural)s for review")
    )
    def hand_in(self, request: HttpRequest, queryset: QuerySet):
        """Submit drafts for review, and nothing else: editors do not change what is published."""
        return self.change_once_confirmed(request, queryset, HAND_IN)

    @admin.action(permissions=["publish"], description=gettext_lazy("Publish selected %(verbose_name_plural)s"))
    def publish(self, request: HttpRequest, queryset: QuerySet):
        """Publish what can be published, from now or from the time set."""
        return self.change_once_confirmed(request, queryset, PUBLISH)

    @admin.action(permissions=["publish"], description=gettext_lazy("Return selected %(verbose_name_plural)s to draft"))
    def unpublish(self, request: HttpRequest, queryset: QuerySet):
        """Return items to draft. Their time of publication is kept for the next time."""
        return self.change_once_confirmed(request, queryset, UNPUBLISH)

    @admin.action(permissions=["publish"], description=gettext_lazy("Archive selected %(verbose_name_plural)s"))
    def archive(self, request: HttpRequest, queryset: QuerySet):
        """Withdraw items from the public for good, but keep them."""
        return self.change_once_confirmed(request, queryset, ARCHIVE)
