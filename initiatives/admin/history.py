"""The history of items on the desk: lists, compares and restores versions, and recovers deleted items."""

from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import urlencode

from django.apps import apps
from django.contrib import messages
from django.contrib.admin.actions import delete_selected
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.utils import get_deleted_objects, unquote
from django.core.exceptions import PermissionDenied
from django.db.models import DateTimeField, Exists, Max, Model, OuterRef, QuerySet, Subquery
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext as _

from initiatives.admin.base import DeskAdmin
from initiatives.admin.desk import DeskPage, moment
from initiatives.admin.forms import ReasonForm, with_reason
from initiatives.admin.restoration import Restoration, recover, revert
from initiatives.changes.compare import Difference, Pair, as_item, differences, parts_of
from initiatives.changes.log import part_of
from initiatives.models import Publishable
from initiatives.models.history import CHANGED, DELETED, MADE, Versioned

ON_PAGE = 20
# The most versions offered for comparison.
OFFERED = 100


@dataclass(frozen=True)
class HistoryVersion:
    """A version, as the history page shows it."""

    version: Any
    # The name of the part that changed; empty if the item itself did.
    part: str
    differences: list[Difference]
    # Links to restore it and to compare it with the current version; empty where that is not possible.
    revert_url: str
    compare_url: str

    @property
    def is_made(self) -> bool:
        return self.version.history_type == MADE

    @property
    def is_deleted(self) -> bool:
        return self.version.history_type == DELETED


def history(desk: Any, request: HttpRequest, item: Model) -> dict[str, Any]:
    """List the versions of an item and its parts, newest first, with the changes in each."""
    page = _page_number(request.GET.get("page", "1"))
    steps, more = _versions_on_page(desk, request, item, page)
    if not steps and page > 1:
        raise Http404
    return {
        "title": _("History: %(item)s") % {"item": Truncator(item).chars(80)},
        "steps": steps,
        "page": page,
        "newer": page - 1,
        "older": page + 1 if more else 0,
        "compare_url": desk.address("compare", item.pk),
    }


def _versions_on_page(desk: Any, request: HttpRequest, item: Model, page: int) -> tuple[list[HistoryVersion], bool]:
    """Return the versions on a page, and whether there are older ones."""
    last = page * ON_PAGE
    found = []
    for model, link in _kinds(desk).items():
        versions = model.history.filter(**{link: item.pk})
        earlier = model.history.filter(id=OuterRef("id"), history_id__lt=OuterRef("history_id"))
        before = Subquery(earlier.order_by("-history_id").values("history_id")[:1])
        rows = versions.annotate(before=before).order_by("-history_date", "-history_id")
        found += [(*row, model) for row in rows.values_list("history_date", "history_id", "before")[: last + 1]]
    found.sort(key=lambda row: row[:2], reverse=True)
    shown = found[last - ON_PAGE : last]
    numbers: dict[Any, set[int]] = defaultdict(set)
    for _date, number, before, model in shown:
        numbers[model] |= {number, before}
    versions = {
        (model, number): version
        for model, wanted in numbers.items()
        for number, version in model.history.model._default_manager.in_bulk(wanted - {None}).items()
    }
    pairs = [Pair(versions.get((model, before)), versions[model, number]) for _d, number, before, model in shown]
    may_change = desk.has_change_permission(request, item)
    current = set()
    for model, link in _kinds(desk).items():
        newest = model.history.filter(**{link: item.pk}).order_by().values("id").annotate(newest=Max("history_id"))
        current |= {(model, row["newest"]) for row in newest}
    steps = [
        HistoryVersion(
            version=pair.new,
            part=part_of(pair.new) if pair.model is not desk.model else "",
            differences=[] if pair.new.history_type == DELETED else changed,
            revert_url=desk.address("revert", item.pk, pair.model._meta.model_name, pair.new.pk)
            # The current version can be restored only if it records a deletion.
            if may_change and ((pair.model, pair.new.pk) in current) == (pair.new.history_type == DELETED)
            else "",
            compare_url=f"{desk.address('compare', item.pk)}?old={pair.new.pk}"
            if pair.model is desk.model and (pair.model, pair.new.pk) not in current
            else "",
        )
        for pair, changed in zip(pairs, differences(pairs, public=False), strict=True)
    ]
    return steps, len(found) > last


def compare(desk: Any, request: HttpRequest, item: Model) -> dict[str, Any]:
    """Show the differences between two versions of an item, by default the newest two."""
    versions = list(desk.model.history.filter(id=item.pk).order_by("-history_id")[:OFFERED])
    known = {str(version.pk): version for version in versions}
    new = known.get(request.GET.get("new", ""), versions[0] if versions else None)
    earlier = [version for version in versions if new is not None and version.pk < new.pk]
    old: Any = known.get(request.GET.get("old", ""), earlier[0] if earlier else new)
    if new is not None and old.pk > new.pk:
        old, new = new, old
    pair = Pair(old, new)
    return {
        "title": _("Compare: %(item)s") % {"item": Truncator(item).chars(80)},
        "versions": versions,
        "old": old,
        "new": new,
        "differences": differences([pair], public=False)[0] if new is not None else [],
    }


def restore(desk: Any, request: HttpRequest, item: Model, kind: str, number: int) -> dict[str, Any] | HttpResponse:
    """Show what restoring a version of an item or a part would change. Once confirmed, restore it."""
    version = _version(desk, item, kind, number)
    restoration = _restoration(desk, request, item, version)
    newest = version.instance_type.history.filter(id=version.id).order_by("-pk").values_list("pk", flat=True)[0]
    time = moment(version.history_date)
    if request.method == "POST" and not restoration.errors:
        if request.POST.get("newest") == str(newest):
            reason = _("Restored to the version of %(time)s.") % {"time": time}
            restoration.save(reason)
            desk.log_change(request, item, reason if restoration.item is item else f"{restoration.name}: {reason}")
            desk.message_user(request, reason, messages.SUCCESS)
            return HttpResponseRedirect(desk.address("change", item.pk))
        desk.message_user(
            request,
            _(
                "Someone has changed this item since you opened the page. Nothing has been restored. Check the "
                "changes below and confirm again."
            ),
            messages.WARNING,
        )
    return {
        "title": _("Restore “%(item)s” to the version of %(time)s?")
        % {"item": Truncator(restoration.name).chars(60), "time": time},
        "restoration": restoration,
        "differences": restoration.differences(),
        "newest": newest,
        "history_url": desk.address("history", item.pk),
    }


def _version(desk: Any, item: Model, kind: str, number: int) -> Any:
    """Return a version of an item or of one of its parts. Raises Http404 if there is no such version."""
    for model, link in _kinds(desk).items():
        if model._meta.model_name == kind:
            version = model.history.filter(**{link: item.pk}, pk=number).first()
            if version is not None:
                return version
    raise Http404


def _restoration(desk: Any, request: HttpRequest, item: Model, version: Any) -> Restoration:
    """Return what restoring a version would do. Raises PermissionDenied if the user may not change that part."""
    model = version.instance_type
    if model is desk.model:
        return revert(item, version)
    part = model._default_manager.filter(pk=version.id).first()
    if part is not None and getattr(part, _kinds(desk)[model]) != item.pk:
        raise PermissionDenied  # the part has moved to another item, which the user may not be allowed to change
    action = "change" if part is not None else "add"
    if not request.user.has_perm(f"{desk.opts.app_label}.{action}_{model._meta.model_name}"):
        raise PermissionDenied
    return revert(part, version) if part is not None else recover(version)


def deleted(desk: Any, request: HttpRequest, _item: None) -> dict[str, Any]:
    """List deleted items, the most recently deleted first."""
    page = _page_number(request.GET.get("page", "1"))
    found = list(_deleted(desk)[(page - 1) * ON_PAGE : page * ON_PAGE + 1])
    if not found and page > 1:
        raise Http404
    return {
        "title": _("Deleted: %(items)s") % {"items": desk.opts.verbose_name_plural},
        "found": [(as_item(version), version, desk.address("recover", version.pk)) for version in found[:ON_PAGE]],
        "newer": page - 1,
        "older": page + 1 if len(found) > ON_PAGE else 0,
    }


def _deleted(desk: Any):
    """Return the last version of each item that no longer exists."""
    versions = desk.model.history.filter(history_type=DELETED)
    existing = desk.model._base_manager.filter(pk=OuterRef("id"))
    later = versions.filter(id=OuterRef("id"), history_id__gt=OuterRef("history_id"))
    return versions.filter(~Exists(existing), ~Exists(later)).order_by("-history_date", "-history_id")


def recover_item(desk: Any, request: HttpRequest, _item: None, number: int) -> dict[str, Any] | HttpResponse:
    """Show what of a deleted item can be recovered. Once confirmed, recover it as a draft."""
    version = _deleted(desk).filter(pk=number).first()
    if version is None:
        raise Http404
    restoration = recover(version)
    if request.method == "POST" and not restoration.errors:
        reason = _("Recovered after deletion.")
        restoration.save(reason)
        desk.log_addition(request, restoration.item, reason)
        text = _("Recovered as a draft: %(item)s") if restoration.is_draft else _("Recovered: %(item)s")
        text = text % {"item": Truncator(restoration.item).chars(80)}
        desk.message_user(request, " ".join([text, *restoration.notes]), messages.SUCCESS)
        return HttpResponseRedirect(desk.address("change", restoration.item.pk))
    return {
        "title": _("Recover “%(item)s”?") % {"item": Truncator(restoration.item).chars(60)},
        "restoration": restoration,
        "version": version,
        "differences": restoration.differences(),
        "deleted_url": desk.address("deleted"),
    }


def _kinds(desk: Any) -> dict[Any, str]:
    """Return the models whose versions appear in an item's history, each with the column that holds the item's key."""
    return {desk.model: "id", **{part: f"{name}_id" for part, name in parts_of(desk.model)}}


def _page_number(written: str) -> int:
    """Return a page number as an int. Raises Http404 if it is not valid."""
    if not written.isascii() or not written.isdecimal() or not 1 <= int(written[:9]) <= 100_000:
        raise Http404
    return int(written)


HISTORY = DeskPage("history", "", "view_or_change", history, "history")


def deleted_link(desk: Any, request: HttpRequest) -> dict[str, Any]:
    """Link to the deleted items, for users who may add items."""
    return {"deleted_url": desk.address("deleted")} if desk.has_add_permission(request) else {}


class VersionedAdmin(DeskAdmin):
    """A ModelAdmin for items with a history: saving a form makes one version of each thing that changed."""

    pages = [
        DeskPage("deleted", "deleted/", "add", deleted, "deleted"),
        DeskPage("recover", "deleted/<int:number>/", "add", recover_item, "recover", is_atomic=True),
        DeskPage("compare", "<path:object_id>/history/compare/", "view_or_change", compare, "history_compare"),
        DeskPage(
            "revert",
            "<path:object_id>/history/<str:kind>/<int:number>/revert/",
            "change",
            restore,
            "history_revert",
            is_atomic=True,
        ),
    ]
    list_panels = [deleted_link]

    def history_view(self, request: HttpRequest, object_id: str, extra_context: dict | None = None) -> Any:
        return HISTORY.answer(self, request, object_id)

    def save_model(self, request: HttpRequest, obj: Versioned, form, change: bool) -> None:
        """Save the item without a version. `save_related` writes that once the relations are saved too."""
        obj.skip_history_when_saving = True
        for field in obj._meta.concrete_fields:
            # Forms show times to the second. Keep the microseconds of a time that was not changed.
            if isinstance(field, DateTimeField) and field.name in form.fields and field.name not in form.changed_data:
                setattr(obj, field.name, form.initial.get(field.name))
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form, formsets, change: bool) -> None:
        """Save relations and parts, then write a version of the item if it changed.

        That version comes after those of changed and deleted parts and before those of new ones. This shows the public
        log that readers never saw parts as they were before the item was published, or parts added while it is hidden.
        """
        super().save_related(request, form, formsets, change)
        form.instance.__dict__.pop("skip_history_when_saving", None)
        if form.has_changed() or any(formset.has_changed() for formset in formsets):
            form.instance.changed_beside()
        if not change or form.has_changed():
            form.instance.record_version(CHANGED if change else MADE)
        for formset in formsets:
            for part in formset.new_objects:
                part.record_version(MADE)

    def save_formset(self, request: HttpRequest, form, formset, change: bool) -> None:
        """Save parts with their relations, one version each. `save_related` writes the versions of new parts."""
        for part in formset.forms:
            part.instance.skip_history_when_saving = True
        super().save_formset(request, form, formset, change)
        for part in formset.forms:
            part.instance.__dict__.pop("skip_history_when_saving", None)
        for part, _fields in formset.changed_objects:
            part.record_version(CHANGED)

    def log_change(self, request: HttpRequest, obj, message) -> Any:
        """Log what was saved, unless nothing was changed in the form."""
        return super().log_change(request, obj, message) if message else None

    def delete_view(self, request: HttpRequest, object_id: str, extra_context=None):
        """Require a reason for deleting an item that readers can see."""
        item = self.get_object(request, unquote(object_id))
        with with_reason(request, hides=getattr(item, "is_public", False)) as why:
            _require_reason(request, why)
            return super().delete_view(request, object_id, {"why": why, **(extra_context or {})})

    def get_actions(self, request: HttpRequest) -> dict:
        """Make the delete action ask for a reason, too."""
        actions = super().get_actions(request)
        if action := actions.get("delete_selected"):
            actions["delete_selected"] = (_delete_selected, *action[1:])
        return actions

    def get_deleted_objects(self, objs, request: HttpRequest):
        """Return what Django would list, without link rows: they show table names and are deleted with either side."""
        listed, counts, *rest = get_deleted_objects(objs, request, self.admin_site)
        for table in _link_tables():
            counts.pop(str(table._meta.verbose_name_plural), None)
        prefixes = tuple(f"{capfirst(table._meta.verbose_name)}: " for table in _link_tables())
        return (_without_lines(listed, prefixes), counts, *rest)


def _delete_selected(desk: Any, request: HttpRequest, queryset: QuerySet):
    """Delete items, with a reason if readers can see any of them."""
    items = desk.model._default_manager
    hides = issubclass(desk.model, Publishable) and items.published().filter(pk__in=queryset.values("pk")).exists()
    with with_reason(request, hides=hides) as why:
        _require_reason(request, why)
        page = delete_selected(desk, request, queryset)
    if page is not None:
        page.context_data = {**(page.context_data or {}), "why": why}
    return page


def _require_reason(request: HttpRequest, why: ReasonForm | None) -> None:
    """Make Django show its confirmation page again if a reason is missing: any posted field counts as a yes."""
    if why is not None and not why.is_valid() and request.POST:
        kept = {name: values for name, values in request.POST.lists() if name == ACTION_CHECKBOX_NAME}
        request.POST = QueryDict(urlencode(kept, doseq=True))


@cache
def _link_tables() -> tuple[type[Model], ...]:
    """Return the tables Django creates for many-to-many relations."""
    return tuple(model for model in apps.get_models(include_auto_created=True) if model._meta.auto_created)


def _without_lines(listed: list, prefixes: tuple[str, ...]) -> list:
    """Return a nested list without lines that begin with one of the prefixes, and without lists left empty."""
    kept = []
    for line in listed:
        if isinstance(line, list):
            line = _without_lines(line, prefixes)
        elif str(line).startswith(prefixes):
            continue
        if line:
            kept.append(line)
    return kept
