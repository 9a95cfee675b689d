"""Actions on many items at once, such as submitting or publishing, with a page to confirm them.

That page sends back the versions (see locking) of the items it showed, so that only items unchanged since are touched.
It also offers companions: drafts that would keep these items hidden.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

from django.apps import apps
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.models import LogEntry
from django.core import signing
from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from initiatives.accounts.users import user_of
from initiatives.admin.desk import DeskPage, shown
from initiatives.admin.forms import ReasonForm, UnfoundForm, with_reason
from initiatives.admin.locking import newest_versions
from initiatives.admin.plans import (
    ARCHIVE,
    HAND_IN,
    PUBLISH,
    UNPUBLISH,
    BulkAction,
    Discard,
    Plan,
    SelectedItem,
    Transition,
    named,
)
from initiatives.admin.visibility import hidden_with, paths_to_load
from initiatives.changes.compare import as_item
from initiatives.editorial.copies.levels import unfound
from initiatives.editorial.deleting import plan_discard
from initiatives.models import Publishable, Quote
from initiatives.models.choices import State

# The most messages of one kind, one per item.
MAX_REASONS = 20
# How many items one message names, and how many revealed items the confirmation page lists.
NAMED, MOST_REVEALED = 5, 50

# The fields of the confirmation page: the versions shown, and the companions chosen.
VERSIONS, COMPANIONS = "_versions", "_with"
_SALT = "initiatives.admin.actions"
# The versions of items, by key.
Versions = dict[int, list[int]]
# By the state of an item, what to do to the companions that hide it.
FOLLOWED: dict[str, Transition] = {State.IN_REVIEW: HAND_IN, State.PUBLISHED: PUBLISH}


def change_once_confirmed(
    desk: Any, request: HttpRequest, queryset: QuerySet, change: BulkAction, sent: Sequence[tuple] = ()
) -> TemplateResponse | None:
    """Return the page that shows what will change. Once it is confirmed, make the change and return None.

    `desk` is the ModelAdmin of the items. The page also sends the fields in `sent`.
    """
    confirmed = _confirmed(desk, request, change)
    ids = list(dict.fromkeys(queryset.values_list("pk", flat=True))) if confirmed is None else list(confirmed[0][1])
    hides = change.hides and desk.model._default_manager.published().filter(pk__in=ids).exists()
    doubts = change is PUBLISH and desk.model is Quote and bool(unfound(ids))
    with with_reason(request, hides=hides or doubts, form_class=UnfoundForm if doubts else ReasonForm) as why:
        if confirmed is not None and (why is None or why.is_valid()):
            _carry_out(request, confirmed, change)
            return None
    # Read the versions before the items, so that an item changed in between is left out and not published unseen.
    versions = newest_versions(desk, ids)
    planned = change.plan(_loaded(desk, ids, change))
    ids = [line.item.pk for line in planned.changing]
    beside = with_companions(desk, request, planned, change)
    signed = [*_names(desk, change), [[pk, *versions[pk]] for pk in ids], beside]
    for lines in (planned.changing, planned.companions):
        lines[:] = _with_facts(lines, change)
    revealed = [SelectedItem(item) for item in change.reveals([*planned.changing, *planned.companions])]
    context = {
        "title": change.title,
        "change": change,
        "plan": planned,
        "companions_field": COMPANIONS,
        "revealed": _with_facts(revealed[:MOST_REVEALED], change),
        "more_revealed": max(0, len(revealed) - MOST_REVEALED),
        "hidden_with": hidden_with(desk.model, ids) if change.hides else [],
        "fields": [
            (ACTION_CHECKBOX_NAME, ",".join(map(str, ids))),
            (VERSIONS, signing.dumps(signed, salt=_SALT, compress=True)),
            ("action", change.action),
            *sent,
        ],
        "back_url": request.get_full_path(),
        "why": why,
    }
    return shown(desk, request, "change_state", context)


def _confirmed(desk: Any, request: HttpRequest, change: BulkAction) -> list[tuple[Any, Versions]] | None:
    """Return the versions of the confirmed items and chosen companions, with the ModelAdmin of each kind, `desk` first.

    Leaves out companions for which the user may not use the action. None if nothing was confirmed.
    """
    try:
        *of, seen, beside = signing.loads(request.POST.get(VERSIONS, ""), salt=_SALT)
    except signing.BadSignature:
        return None
    if of != _names(desk, change):
        return None
    ticked: dict[str, Versions] = defaultdict(dict)
    for kind, pk, *versions in beside:
        if f"{kind}-{pk}" in request.POST.getlist(COMPANIONS):
            ticked[kind][pk] = versions
    others = {kind: desk.admin_site.get_model_admin(apps.get_model("initiatives", kind)) for kind in ticked}
    return [
        (desk, {pk: versions for pk, *versions in seen}),
        *((other, ticked[kind]) for kind, other in others.items() if change.action in other.get_actions(request)),
    ]


def _names(desk: Any, change: BulkAction) -> list:
    return [desk.opts.model_name, change.action, change.details]


def _loaded(desk: Any, ids: Iterable[int], change: BulkAction) -> list[Publishable]:
    """Return items in the order of their ids, with what their visibility depends on and what the change needs."""
    queryset = desk.model._default_manager.select_related(*paths_to_load(desk.model))
    items = change.load(queryset).in_bulk(list(ids))
    return [items[pk] for pk in ids if pk in items]


def with_companions(desk: Any, request: HttpRequest, planned: Plan, change: BulkAction) -> list[list]:
    """Add companions to a plan: what else hides its items and may be changed with them. Return their versions."""
    kinds: dict[type[Model], list[int]] = defaultdict(list)
    for other in change.in_the_way([line.item for line in (*planned.changing, *planned.unchanged)]):
        kinds[type(other)].append(other.pk)
    versions_shown = []
    for model, ids in kinds.items():
        other_desk = desk.admin_site.get_model_admin(model)
        if change.action in other_desk.get_actions(request):
            versions = newest_versions(other_desk, ids)
            beside = change.plan(_loaded(other_desk, ids, change))
            planned.companions.extend(beside.changing)
            planned.refused.extend(beside.refused)
            versions_shown += [[model._meta.model_name, pk, *versions[pk]] for pk in ids]
    return versions_shown


def _with_facts(lines: Sequence[SelectedItem], change: BulkAction) -> list[SelectedItem]:
    """Return the lines with facts about each item."""
    kinds: dict[type[Model], list[Publishable]] = defaultdict(list)
    for line in lines:
        kinds[type(line.item)].append(line.item)
    facts = {model: change.facts(items) for model, items in kinds.items()}
    return [replace(line, facts=facts[type(line.item)].get(line.item.pk, ())) for line in lines]


def _carry_out(request: HttpRequest, confirmed: list[tuple[Any, Versions]], change: BulkAction) -> None:
    """Change, all or nothing, the items that are as shown and can be changed, and report what was and was not done."""
    with transaction.atomic():
        done = [(desk, seen, *_change_seen(desk, request, seen, change)) for desk, seen in confirmed]
    if count := sum(len(planned.changing) for _desk, _seen, planned, _newest in done):
        messages.success(request, str(change.done) % {"count": count})
    for desk, seen, planned, newest in done:
        # Changing the companions may have removed all that hid an item, so look again.
        _report_hidden(
            request, _loaded(desk, [line.item.pk for line in planned.changing if line.notes], change), change
        )
        refused = [line.name for line in planned.refused]
        _report_each(request, _("Not changed: %(item)s"), refused, _("Also not changed: %(count)d more."))
        _report_left_out(desk, request, {pk: newest[pk] for pk in seen if seen[pk] != newest[pk]})


def _change_seen(desk: Any, request: HttpRequest, seen: Versions, change: BulkAction) -> tuple[Plan, Versions]:
    """Change and log the items that are still as shown. Return what was done, and the newest versions of all."""
    # Lock in the same order as imports, so that two requests for the same items wait for each other.
    list(desk.model._default_manager.select_for_update().filter(pk__in=seen).order_by("pk").values_list("pk"))
    newest = newest_versions(desk, seen)
    planned = change.plan(_loaded(desk, [pk for pk in seen if seen[pk] == newest[pk]], change))
    changed = [line.item for line in planned.changing]
    LogEntry.objects.log_actions(user_of(request).pk, changed, change.logged_as, str(change.log))
    change.save(changed)
    return planned, newest


def _report_hidden(request: HttpRequest, items: list[Publishable], change: BulkAction) -> None:
    """Say what still hides items, in one message for all items with the same reason."""
    reasons: dict[str, list[str]] = defaultdict(list)
    for item in items:
        if notes := change.notes(item):
            reasons["; ".join(notes)].append(named(item))
    for reason, names in reasons.items():
        some = "; ".join(names[:NAMED])
        if len(names) > NAMED:
            some = _("%(items)s and %(count)d more") % {"items": some, "count": len(names) - NAMED}
        messages.warning(request, _("Not public yet: %(item)s") % {"item": f"{some} — {reason}"})


def _report_left_out(desk: Any, request: HttpRequest, newest: Versions) -> None:
    """Name the items that were changed or deleted after they were shown. `newest` holds their current versions."""
    items = list(desk.model._default_manager.filter(pk__in=newest).order_by("pk"))
    existing = {item.pk for item in items}
    last = [versions[0] for pk, versions in newest.items() if pk not in existing]
    _report_each(
        request,
        _("Left out because it changed after you opened the page. Check it again: %(item)s"),
        [named(item) for item in items],
        _("Also left out because they changed after you opened the page: %(count)d more."),
    )
    _report_each(
        request,
        _("Left out because it was deleted after you opened the page: %(item)s"),
        [named(as_item(version)) for version in desk.model.history.filter(pk__in=last)],
        _("Also left out because they were deleted after you opened the page: %(count)d more."),
    )


def _report_each(request: HttpRequest, text: str, names: list[str], more: str) -> None:
    """Show an error for each item, up to MAX_REASONS, then how many more there are."""
    for name in names[:MAX_REASONS]:
        messages.error(request, text % {"item": name})
    if len(names) > MAX_REASONS:
        messages.error(request, more % {"count": len(names) - MAX_REASONS})


# Actions of lists.


def _action_of(change: Transition) -> Callable[..., TemplateResponse | None]:
    @admin.action(permissions=[change.right], description=change.description)
    def run(desk: Any, request: HttpRequest, queryset: QuerySet) -> TemplateResponse | None:
        return change_once_confirmed(desk, request, queryset, change)

    run.__name__ = change.action
    return run


@admin.action(permissions=["discard"], description=gettext_lazy("Discard selected items"))
def discard(desk: Any, request: HttpRequest, queryset: QuerySet) -> TemplateResponse | None:
    """Show which drafts can be discarded. Once confirmed, delete them."""
    return change_once_confirmed(desk, request, queryset, Discard(user_of(request)))


ACTIONS = [*map(_action_of, (HAND_IN, PUBLISH, UNPUBLISH, ARCHIVE)), discard]


# Pages for the same changes to one item.


def discard_panel(desk: Any, request: HttpRequest, item: Any) -> dict[str, Any]:
    if not desk.has_discard_permission(request) or not plan_discard([item], user_of(request)).discarded:
        return {}
    return {"discard_url": desk.address("discard", item.pk)}


def discard_item(desk: Any, request: HttpRequest, item: Publishable) -> HttpResponse:
    """Ask whether to discard one draft. Once confirmed, delete it."""
    answer = discard(desk, request, desk.model._default_manager.filter(pk=item.pk))
    return answer or HttpResponseRedirect(desk.address("changelist"))


def companions_url(desk: Any, request: HttpRequest, item: Publishable) -> str:
    """Return the address of the companions page of a stored item; empty if it has no companions the user may change."""
    change = FOLLOWED.get(item.state)
    if change is None or change.action not in desk.get_actions(request):
        return ""
    planned = change.plan(_loaded(desk, [item.pk], change))
    return desk.address("companions", item.pk) if with_companions(desk, request, planned, change) else ""


def companions(desk: Any, request: HttpRequest, item: Publishable) -> HttpResponse:
    """Show which drafts still hide a submitted or published item. Once confirmed, submit or publish those chosen."""
    form = desk.address("change", item.pk)
    change = FOLLOWED.get(item.state)
    if change is None:
        return HttpResponseRedirect(form)
    answer = change_once_confirmed(desk, request, desk.model._default_manager.filter(pk=item.pk), change)
    context = answer.context_data if answer else None
    if answer is None or not context or not (context["plan"].companions or context["plan"].refused):
        return HttpResponseRedirect(form)
    context["back_url"] = form
    return answer


def follow(desk: Any, request: HttpRequest, item: Publishable, response: HttpResponse, was: str) -> None:
    """After an item is saved in its form, say what hides it.

    If its state has changed (`was` is the old one), redirect to the page that offers its companions.
    """
    change = FOLLOWED.get(item.state)
    if change is None or not {"_continue", "_popup"}.isdisjoint(request.POST):
        return  # the item's form is shown next, and says the same above its fields
    (stored,) = _loaded(desk, [item.pk], change)
    if notes := change.notes(stored):
        text = _("Not public yet: %(item)s")
        if change is HAND_IN:
            text = _("Before it can be public, this must be published too: %(item)s")
        messages.warning(request, text % {"item": "; ".join(notes)})
    if stored.state != was and "_addanother" not in request.POST and (url := companions_url(desk, request, stored)):
        response["Location"] = url


ITEM_PAGES = (
    DeskPage("discard", "<path:object_id>/discard/", "discard", discard_item, leads_back=True),
    DeskPage("companions", "<path:object_id>/companions/", "companions", companions, leads_back=True),
)
