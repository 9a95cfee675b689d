"""Changing many items at once, after a page that shows what will change: submitting, publishing, and the like.

That page sends the versions (see edit_conflicts) of the items it showed: only items unchanged since are touched. It
offers the drafts that would still hide them, to go with them; their versions are sent, too.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.apps import apps
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.models import LogEntry
from django.contrib.auth import get_permission_codename
from django.core import signing
from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from initiatives.accounts.users import user_of
from initiatives.admin.mixins.edit_conflicts import ItemVersions
from initiatives.admin.mixins.forms import with_reason
from initiatives.admin.mixins.plans import BulkAction, Plan, SelectedItem, named
from initiatives.admin.mixins.visibility import (
    hidden_with,
    hiding,
    obstacles,
    others_in_the_way,
    paths_to_load,
    shown_with,
)
from initiatives.changes.compare import as_item
from initiatives.editorial.checklist import check_item, for_check
from initiatives.editorial.facts import Fact, facts_of
from initiatives.models import Publishable
from initiatives.models.choices import State

# The most messages of one kind, each about one item.
MAX_REASONS = 20
# How many items one message names, and of how many the page that asks shows that they become public with others.
NAMED, MOST_REVEALED = 5, 50

# The fields of the confirmation page: the versions shown, and what goes with them.
VERSIONS, COMPANIONS = "_versions", "_with"
_SALT = "initiatives.admin.actions"
# The versions of items, by their keys.
Versions = dict[int, list[int]]


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
    # What the page says of others that hide the items and may go with them.
    offered: str | Promise = ""

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

    def in_the_way(self, items: Sequence[Publishable]) -> list[Publishable]:
        """Return the drafts, and if they are to be published also what waits for review, that hide items."""
        states = [State.DRAFT, *([State.IN_REVIEW] if self is PUBLISH else [])]
        return hiding(items, states) if self.checks else []

    def notes(self, item: Publishable) -> list[str]:
        """Return what hides an item that is published, or would hide it."""
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
            # The time of publication, if it has none, is that at which it is saved.
            item.state = self.state
            result.changing.append(SelectedItem(item, self.notes(item), [str(finding) for finding in findings]))
        return result


HAND_IN = Transition(
    "hand_in",
    State.IN_REVIEW,
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
    State.PUBLISHED,
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
    State.DRAFT,
    gettext_lazy("Return the selected items to draft?"),
    gettext_lazy("These will become drafts again and will no longer be public:"),
    gettext_lazy("Yes, return to draft"),
    gettext_lazy("Returned to draft: %(count)d."),
    gettext_lazy("Returned to draft."),
)
ARCHIVE = Transition(
    "archive",
    State.ARCHIVED,
    gettext_lazy("Archive the selected items?"),
    gettext_lazy("These will be archived and will no longer be public:"),
    gettext_lazy("Yes, archive"),
    gettext_lazy("Archived: %(count)d."),
    gettext_lazy("Archived."),
)


def _with_facts(lines: Sequence[SelectedItem], change: BulkAction) -> list[SelectedItem]:
    """Return lines with what is to be seen of each item, whatever its kind."""
    kinds: dict[type[Model], list[Publishable]] = defaultdict(list)
    for line in lines:
        kinds[type(line.item)].append(line.item)
    facts = {model: change.facts(items) for model, items in kinds.items()}
    return [replace(line, facts=facts[type(line.item)].get(line.item.pk, ())) for line in lines]


class ConfirmedActions(ItemVersions):
    """A ModelAdmin that changes many items once a page that shows what will change is confirmed."""

    def change_once_confirmed(
        self, request: HttpRequest, queryset: QuerySet, change: BulkAction, sent: Sequence[tuple] = ()
    ):
        """Show what will change; once confirmed, do it. The page that asks sends the fields `sent` again."""
        shown = self._confirmed(request, change)
        ids = list(dict.fromkeys(queryset.values_list("pk", flat=True))) if shown is None else list(shown[0][1])
        hides = change.hides and self.model._default_manager.published().filter(pk__in=ids).exists()
        with with_reason(request, hides=hides) as why:
            if shown is not None and (why is None or why.is_valid()):
                self._carry_out(request, shown, change)
                return None
        # Read the versions before the items: a change in between is left out, never published unseen.
        versions = self.newest_versions(ids)
        page = self._confirmation(request, change.plan(self._loaded(ids, change)), versions, change, sent)
        page.context_data = {**(page.context_data or {}), "why": why}
        return page

    def _confirmed(self, request: HttpRequest, change: BulkAction) -> list[tuple["ConfirmedActions", Versions]] | None:
        """Return the versions of the items that were shown and confirmed, and of the companions that were ticked.

        None if there are none. Each with the ModelAdmin of its kind, whose action the user may take; this one first.
        """
        try:
            *of, seen, beside = signing.loads(request.POST.get(VERSIONS, ""), salt=_SALT)
        except signing.BadSignature:
            return None
        if of != self._names(change):
            return None
        ticked: dict[str, Versions] = defaultdict(dict)
        for kind, pk, *versions in beside:
            if f"{kind}-{pk}" in request.POST.getlist(COMPANIONS):
                ticked[kind][pk] = versions
        desks = {kind: self._desk_of(apps.get_model("initiatives", kind)) for kind in ticked}
        return [
            (self, {pk: versions for pk, *versions in seen}),
            *((desk, ticked[kind]) for kind, desk in desks.items() if change.action in desk.get_actions(request)),
        ]

    def _names(self, change: BulkAction) -> list:
        """Return what names a change of items of this model."""
        return [self.opts.model_name, change.action, change.details]

    def _desk_of(self, model: type[Model]) -> Any:
        return self.admin_site.get_model_admin(model)

    def _loaded(self, ids: Iterable[int], change: BulkAction) -> list[Publishable]:
        """Return items, in the order of their ids, with what their visibility depends on and the change looks at."""
        queryset = self.model._default_manager.select_related(*paths_to_load(self.model))
        items = change.load(queryset).in_bulk(list(ids))
        return [items[pk] for pk in ids if pk in items]

    def _with_companions(self, request: HttpRequest, planned: Plan, change: BulkAction) -> list[list]:
        """Add to a plan what else hides its items and may go with them; return the versions of that."""
        kinds: dict[type[Model], list[int]] = defaultdict(list)
        for other in change.in_the_way([line.item for line in (*planned.changing, *planned.unchanged)]):
            kinds[type(other)].append(other.pk)
        shown = []
        for model, ids in kinds.items():
            desk = self._desk_of(model)
            if change.action in desk.get_actions(request):
                versions = desk.newest_versions(ids)
                beside = change.plan(desk._loaded(ids, change))
                planned.companions.extend(beside.changing)
                planned.refused.extend(beside.refused)
                shown += [[model._meta.model_name, pk, *versions[pk]] for pk in ids]
        return shown

    def _confirmation(
        self,
        request: HttpRequest,
        planned: Plan,
        versions: Versions,
        change: BulkAction,
        sent: Sequence[tuple],
    ) -> TemplateResponse:
        ids = [line.item.pk for line in planned.changing]
        beside = self._with_companions(request, planned, change)
        shown = [*self._names(change), [[pk, *versions[pk]] for pk in ids], beside]
        for lines in (planned.changing, planned.companions):
            lines[:] = _with_facts(lines, change)
        revealed = [SelectedItem(item) for item in change.reveals([*planned.changing, *planned.companions])]
        context = {
            **self.admin_site.each_context(request),
            "title": change.title,
            "subtitle": None,
            "opts": self.opts,
            "media": self.media,
            "change": change,
            "plan": planned,
            "companions_field": COMPANIONS,
            "revealed": _with_facts(revealed[:MOST_REVEALED], change),
            "more_revealed": max(0, len(revealed) - MOST_REVEALED),
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

    def _carry_out(
        self, request: HttpRequest, shown: list[tuple["ConfirmedActions", Versions]], change: BulkAction
    ) -> None:
        """Change items that are still as shown and can be changed, with documents and log entries; all or nothing."""
        with transaction.atomic():
            done = [(desk, seen, *desk._change_seen(request, seen, change)) for desk, seen in shown]
        if count := sum(len(planned.changing) for _desk, _seen, planned, _newest in done):
            self.message_user(request, str(change.done) % {"count": count}, messages.SUCCESS)
        for desk, seen, planned, newest in done:
            # What went with them may have been all that hid them.
            hidden = desk._loaded([line.item.pk for line in planned.changing if line.notes], change)
            self._tell_hidden(request, hidden, change)
            refused = [line.name for line in planned.refused]
            more = _("Also not changed: %(count)d more.")
            self._tell_each(request, _("Not changed: %(item)s"), refused, messages.ERROR, more)
            desk._tell_left_out(request, {pk: newest[pk] for pk in seen if seen[pk] != newest[pk]})

    def _change_seen(self, request: HttpRequest, seen: Versions, change: BulkAction) -> tuple[Plan, Versions]:
        """Change those items that are still as they were seen; return what was done, and the versions of all."""
        # Lock in one order, as imports do, so that two requests for the same items wait for each other.
        list(self.model._default_manager.select_for_update().filter(pk__in=seen).order_by("pk").values_list("pk"))
        newest = self.newest_versions(seen)
        planned = change.plan(self._loaded([pk for pk in seen if seen[pk] == newest[pk]], change))
        changed = [line.item for line in planned.changing]
        LogEntry.objects.log_actions(user_of(request).pk, changed, change.logged_as, str(change.log))
        change.save(changed)
        return planned, newest

    def _tell_hidden(self, request: HttpRequest, items: list[Publishable], change: BulkAction) -> None:
        """Say once of items that the same hides what that is."""
        reasons: dict[str, list[str]] = defaultdict(list)
        for item in items:
            if notes := change.notes(item):
                reasons["; ".join(notes)].append(named(item))
        for reason, names in reasons.items():
            some = "; ".join(names[:NAMED])
            if len(names) > NAMED:
                some = _("%(items)s and %(count)d more") % {"items": some, "count": len(names) - NAMED}
            text = _("Not public yet: %(item)s") % {"item": f"{some} — {reason}"}
            self.message_user(request, text, messages.WARNING)

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
            self._tell_each(request, text, [named(item) for item in left_out], messages.ERROR, more)

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

    def _stored_state(self, request: HttpRequest, item) -> str:
        """Return the item's state at the start of this request, whatever a form has written into it since."""
        known = request.__dict__.setdefault("_states_found", {})
        return known.setdefault((self.opts.model_name, item.pk), item.state)

    @admin.action(permissions=["change"], description=gettext_lazy("Submit selected items for review"))
    def hand_in(self, request: HttpRequest, queryset: QuerySet):
        """Submit drafts for review, and nothing else: editors do not change what is published."""
        return self.change_once_confirmed(request, queryset, HAND_IN)

    @admin.action(permissions=["publish"], description=gettext_lazy("Publish selected items"))
    def publish(self, request: HttpRequest, queryset: QuerySet):
        """Publish what can be published, from now or from the time set."""
        return self.change_once_confirmed(request, queryset, PUBLISH)

    @admin.action(permissions=["publish"], description=gettext_lazy("Return selected items to draft"))
    def unpublish(self, request: HttpRequest, queryset: QuerySet):
        """Return items to draft. Their time of publication is kept for the next time."""
        return self.change_once_confirmed(request, queryset, UNPUBLISH)

    @admin.action(permissions=["publish"], description=gettext_lazy("Archive selected items"))
    def archive(self, request: HttpRequest, queryset: QuerySet):
        """Withdraw items from the public for good, but keep them."""
        return self.change_once_confirmed(request, queryset, ARCHIVE)
