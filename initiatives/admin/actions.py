"""Handing in, publishing, unpublishing and archiving many items at once, after a page that says what will change."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from initiatives.admin.standing import hidden_with, obstacles, paths_to_load
from initiatives.choices import State
from initiatives.publish_check import check, for_check

# Each chosen item is a field of the confirmation; Django takes 1,000 (DATA_UPLOAD_MAX_NUMBER_FIELDS).
MAX_AT_ONCE = 500
# The most messages that say why an item was left as it was.
MAX_REASONS = 20


@dataclass(frozen=True)
class Transition:
    """One way to change the state of items, and the words for it."""

    action: str
    state: State
    title: str
    changing: str
    button: str
    done: str
    log: str
    # The only state that it changes; any, if there is none.
    origin: State | None = None
    # Whether it is a step to the public, so that what is missing is told.
    checks: bool = False


HAND_IN = Transition(
    "hand_in",
    State.IN_REVIEW,
    gettext_lazy("Hand in %(items)s for review?"),
    gettext_lazy("These will be in review:"),
    gettext_lazy("Yes, hand them in"),
    gettext_lazy("Handed in for review: %(count)d."),
    gettext_lazy("Handed in for review."),
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
    gettext_lazy("Make %(items)s drafts again?"),
    gettext_lazy("These will be drafts again, and the public will not see them:"),
    gettext_lazy("Yes, make them drafts"),
    gettext_lazy("Made drafts again: %(count)d."),
    gettext_lazy("Made a draft again."),
)
ARCHIVE = Transition(
    "archive",
    State.ARCHIVED,
    gettext_lazy("Archive %(items)s?"),
    gettext_lazy("These will be archived, and the public will not see them:"),
    gettext_lazy("Yes, archive"),
    gettext_lazy("Archived: %(count)d."),
    gettext_lazy("Archived."),
)


@dataclass(frozen=True)
class Line:
    """An item with what is to be said of it."""

    item: Model
    notes: list[str] = field(default_factory=list)
    # What readers will miss: see publish_check.
    wishes: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The item's name with its notes, for a message."""
        return f"{Truncator(self.item).chars(80)} — {' '.join(self.notes)}"


@dataclass(frozen=True)
class Plan:
    """What a transition will do to each of the chosen items."""

    changing: list[Line] = field(default_factory=list)
    refused: list[Line] = field(default_factory=list)
    unchanged: list[Line] = field(default_factory=list)

    @property
    def has_wishes(self) -> bool:
        """Whether something is missing in what changes."""
        return any(line.wishes for line in self.changing)


def plan(transition: Transition, items: Iterable[Model]) -> Plan:
    """Sort items by what the transition does to them; those that change have their new state, not yet saved."""
    result = Plan()
    for item in items:
        if item.state == transition.state:
            result.unchanged.append(Line(item))
            continue
        if transition.origin not in (None, item.state):
            text = _("It is “%(state)s”: only drafts are handed in.") % {"state": item.get_state_display()}
            result.refused.append(Line(item, [text]))
            continue
        findings = check(item) if transition.checks else []
        if transition is PUBLISH and (needed := [finding for finding in findings if finding.must]):
            result.refused.append(Line(item, [str(finding) for finding in needed]))
            continue
        item.state, notes = transition.state, []
        if transition is PUBLISH:
            item.published_at = item.published_at or timezone.now()
            notes = [str(obstacle) for obstacle in obstacles(item)]
        result.changing.append(Line(item, notes, [str(finding) for finding in findings]))
    return result


class PublishingActions:
    """The actions of a ModelAdmin whose items have a state: handing in, and, for who may publish, the others."""

    actions = ["hand_in", "publish", "unpublish", "archive"]

    @admin.action(
        permissions=["change"], description=gettext_lazy("Hand in selected %(verbose_name_plural)s for review")
    )
    def hand_in(self, request: HttpRequest, queryset: QuerySet):
        """Hand in drafts, and no other: an editor does not touch what is published."""
        return self._change_state(request, queryset, HAND_IN)

    @admin.action(permissions=["publish"], description=gettext_lazy("Publish selected %(verbose_name_plural)s"))
    def publish(self, request: HttpRequest, queryset: QuerySet):
        """Publish what can be, from now on or from the time that was set."""
        return self._change_state(request, queryset, PUBLISH)

    @admin.action(
        permissions=["publish"], description=gettext_lazy("Make selected %(verbose_name_plural)s drafts again")
    )
    def unpublish(self, request: HttpRequest, queryset: QuerySet):
        """Take items back to draft; the time that they were published from stays, for the next time."""
        return self._change_state(request, queryset, UNPUBLISH)

    @admin.action(permissions=["publish"], description=gettext_lazy("Archive selected %(verbose_name_plural)s"))
    def archive(self, request: HttpRequest, queryset: QuerySet):
        """Take items from the public for good, and keep them."""
        return self._change_state(request, queryset, ARCHIVE)

    def _change_state(self, request: HttpRequest, queryset: QuerySet, transition: Transition):
        """Show what will change; once that is confirmed, do it."""
        ids = list(dict.fromkeys(queryset.values_list("pk", flat=True)[: MAX_AT_ONCE + 1]))
        if len(ids) > MAX_AT_ONCE:
            text = _("Choose at most %(limit)d at once; filters narrow the list. Nothing was changed.")
            self.message_user(request, text % {"limit": MAX_AT_ONCE}, messages.ERROR)
            return None
        if request.POST.get("confirmed"):
            self._carry_out(request, ids, transition)
            return None
        return self._confirmation(request, plan(transition, self._loaded(ids)), transition)

    def _loaded(self, ids: list[int], *, lock: bool = False) -> list[Model]:
        """Return items, in the order of their ids, with what their visibility depends on."""
        queryset = self.model._default_manager.select_related(*paths_to_load(self.model))
        if lock:
            queryset = queryset.select_for_update(of=("self",))
        items = for_check(queryset).in_bulk(ids)
        return [items[pk] for pk in ids if pk in items]

    def _confirmation(self, request: HttpRequest, planned: Plan, transition: Transition) -> TemplateResponse:
        taken = not transition.checks
        context = {
            **self.admin_site.each_context(request),
            "title": transition.title % {"items": self.opts.verbose_name_plural},
            "subtitle": None,
            "opts": self.opts,
            "media": self.media,
            "transition": transition,
            "plan": planned,
            "hidden_with": hidden_with(self.model, [line.item.pk for line in planned.changing]) if taken else [],
            "action_checkbox_name": ACTION_CHECKBOX_NAME,
            "back_url": request.get_full_path(),
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/initiatives/change_state.html", context)

    def _carry_out(self, request: HttpRequest, ids: list[int], transition: Transition) -> None:
        """Change what can be changed, each with its search document and its log entry, all or none of it."""
        with transaction.atomic():
            planned = plan(transition, self._loaded(ids, lock=True))
            for line in planned.changing:
                line.item._change_reason = str(transition.log)
                line.item.save()
                self.log_change(request, line.item, str(transition.log))
        if planned.changing:
            self.message_user(request, transition.done % {"count": len(planned.changing)}, messages.SUCCESS)
        for line in planned.changing[:MAX_REASONS]:
            if line.notes:
                text = _("The public does not see it yet: %(item)s")
                self.message_user(request, text % {"item": line.name}, messages.WARNING)
        for line in planned.refused[:MAX_REASONS]:
            text = _("Left as it was: %(item)s")
            self.message_user(request, text % {"item": line.name}, messages.ERROR)
        if len(planned.refused) > MAX_REASONS:
            text = _("Left as they were: %(count)d more.")
            self.message_user(request, text % {"count": len(planned.refused) - MAX_REASONS}, messages.ERROR)
