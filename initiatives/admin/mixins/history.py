"""The history of items on the desk: list, compare and restore versions, and recover deleted items."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.admin.utils import quote, unquote
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import DateTimeField, Exists, Max, Model, OuterRef, Subquery
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from initiatives.admin.mixins.deletion import PlainDeletion
from initiatives.admin.mixins.restoration import Restoration, recover, revert
from initiatives.changes.compare import Difference, Pair, as_item, differences, parts_of
from initiatives.changes.log import part_of
from initiatives.models.history import CHANGED, DELETED, MADE, Versioned

ON_PAGE = 20
# The most versions offered for comparison.
OFFERED = 100


@dataclass(frozen=True)
class HistoryVersion:
    """A version as shown in the history."""

    version: Any
    # The name of the part it belongs to; empty for the item itself.
    part: str
    differences: list[Difference]
    # Addresses to restore it and to compare it with the current version; empty if not possible.
    revert_url: str
    compare_url: str

    @property
    def is_made(self) -> bool:
        """Whether it is the first version."""
        return self.version.history_type == MADE

    @property
    def is_deleted(self) -> bool:
        """Whether it records a deletion."""
        return self.version.history_type == DELETED


class VersionedAdmin(PlainDeletion):
    """A ModelAdmin whose items have a history: each save of a form makes one version of whatever changed."""

    # One save, one version.

    def save_model(self, request: HttpRequest, obj: Versioned, form, change: bool) -> None:
        """Save the item. Its version is written once its relations are saved too."""
        obj.skip_history_when_saving = True
        for field in obj._meta.concrete_fields:
            # Forms show seconds: what was left as it was keeps the rest.
            if isinstance(field, DateTimeField) and field.name in form.fields and field.name not in form.changed_data:
                setattr(obj, field.name, form.initial.get(field.name))
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form, formsets, change: bool) -> None:
        """Save relations and parts, then write a version of the item if it changed.

        It comes after the versions of parts that changed or went, and before those of new ones: so the public log knows
        that nobody saw how parts were before the form that publishes their item, nor what the form that hides it adds.
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
        """Save parts with their relations, each as one version; `save_related` writes those of new parts."""
        for part in formset.forms:
            part.instance.skip_history_when_saving = True
        super().save_formset(request, form, formset, change)
        for part in formset.forms:
            part.instance.__dict__.pop("skip_history_when_saving", None)
        for part, _fields in formset.changed_objects:
            part.record_version(CHANGED)

    def log_change(self, request: HttpRequest, obj, message) -> Any:
        """Log what was saved; of a form in which nothing was changed, nothing."""
        return super().log_change(request, obj, message) if message else None

    # Addresses.

    def get_urls(self) -> list:
        """Add the pages of this module before Django's own, whose last pattern matches any address."""
        pages: dict[str, tuple[str, Callable[..., HttpResponse]]] = {
            "deleted": ("deleted/", self.deleted_view),
            "recover": ("deleted/<int:number>/", self.recover_view),
            "compare": ("<path:object_id>/history/compare/", self.compare_view),
            "revert": ("<path:object_id>/history/<str:kind>/<int:number>/revert/", self.revert_view),
        }
        own = [
            path(route, self.admin_site.admin_view(view), name=self._url_name(name))
            for name, (route, view) in pages.items()
        ]
        return [*own, *super().get_urls()]

    def _url_name(self, name: str) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}_{name}"

    def _url(self, name: str, *arguments: Any) -> str:
        return reverse(f"admin:{self._url_name(name)}", args=arguments)

    def changelist_view(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        """Offer deleted items to users who may add items."""
        more = {"deleted_url": self._url("deleted")} if self.has_add_permission(request) else {}
        return super().changelist_view(request, {**more, **(extra_context or {})})

    # History and comparison.

    def history_view(self, request: HttpRequest, object_id: str, extra_context: dict | None = None) -> HttpResponse:
        """Show the versions of an item and its parts, newest first, and what each changed."""
        item = self._seen(request, object_id)
        page = _page_number(request.GET.get("page", "1"))
        steps, more = self._steps(request, item, page)
        if not steps and page > 1:
            raise Http404
        return self._page(
            request,
            "history",
            item,
            title=_("History: %(item)s") % {"item": Truncator(item).chars(80)},
            steps=steps,
            page=page,
            newer=page - 1,
            older=page + 1 if more else 0,
            compare_url=self._url("compare", quote(item.pk)),
            **(extra_context or {}),
        )

    def _steps(self, request: HttpRequest, item: Model, page: int) -> tuple[list[HistoryVersion], bool]:
        """Return the versions on a page, and whether there are older ones."""
        last = page * ON_PAGE
        found = []
        for model, link in self._kinds().items():
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
        changeable = self.has_change_permission(request, item)
        present = set()
        for model, link in self._kinds().items():
            newest = model.history.filter(**{link: item.pk}).order_by().values("id").annotate(newest=Max("history_id"))
            present |= {(model, row["newest"]) for row in newest}
        steps = [
            HistoryVersion(
                version=pair.new,
                part=part_of(pair.new) if pair.model is not self.model else "",
                differences=[] if pair.new.history_type == DELETED else changed,
                revert_url=self._url("revert", quote(item.pk), pair.model._meta.model_name, pair.new.pk)
                if changeable and _can_go_back(pair.new, (pair.model, pair.new.pk) in present)
                else "",
                compare_url=f"{self._url('compare', quote(item.pk))}?old={pair.new.pk}"
                if pair.model is self.model and (pair.model, pair.new.pk) not in present
                else "",
            )
            for pair, changed in zip(pairs, differences(pairs, public=False), strict=True)
        ]
        return steps, len(found) > last

    def _kinds(self) -> dict[Any, str]:
        """Return the models whose versions appear in an item's history, each with the column that names the item."""
        return {self.model: "id", **{part: f"{name}_id" for part, name in parts_of(self.model)}}

    def compare_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show the differences between two versions of an item; the newest two if none are chosen."""
        item = self._seen(request, object_id)
        versions = list(self.model.history.filter(id=item.pk).order_by("-history_id")[:OFFERED])
        known = {str(version.pk): version for version in versions}
        new = known.get(request.GET.get("new", ""), versions[0] if versions else None)
        earlier = [version for version in versions if new is not None and version.pk < new.pk]
        old: Any = known.get(request.GET.get("old", ""), earlier[0] if earlier else new)
        if new is not None and old.pk > new.pk:
            old, new = new, old
        pair = Pair(old, new)
        return self._page(
            request,
            "history_compare",
            item,
            title=_("Compare: %(item)s") % {"item": Truncator(item).chars(80)},
            versions=versions,
            old=old,
            new=new,
            differences=differences([pair], public=False)[0] if new is not None else [],
        )

    # Restoring.

    @transaction.atomic
    def revert_view(self, request: HttpRequest, object_id: str, kind: str, number: int) -> HttpResponse:
        """Show what restoring a version of an item, or of one of its parts, will change; once confirmed, restore it."""
        item = self._seen(request, object_id)
        if not self.has_change_permission(request, item):
            raise PermissionDenied
        version = self._version(item, kind, number)
        restoration = self._restoration(request, item, version)
        newest = version.instance_type.history.filter(id=version.id).order_by("-pk").values_list("pk", flat=True)[0]
        time = date_format(timezone.localtime(version.history_date), "DATETIME_FORMAT")
        if request.method == "POST" and not restoration.errors:
            if request.POST.get("newest") == str(newest):
                reason = _("Restored to the version of %(time)s.") % {"time": time}
                restoration.save(reason)
                self.log_change(request, item, reason if restoration.item is item else f"{restoration.name}: {reason}")
                self.message_user(request, reason, messages.SUCCESS)
                return HttpResponseRedirect(self._url("change", quote(item.pk)))
            self.message_user(
                request,
                _(
                    "Someone has changed this item since you opened the page. Nothing has been restored. Check the "
                    "changes below and confirm again."
                ),
                messages.WARNING,
            )
        return self._page(
            request,
            "history_revert",
            item,
            title=_("Restore “%(item)s” to the version of %(time)s?")
            % {"item": Truncator(restoration.name).chars(60), "time": time},
            restoration=restoration,
            differences=restoration.differences(),
            newest=newest,
            history_url=self._url("history", quote(item.pk)),
        )

    def _version(self, item: Model, kind: str, number: int) -> Any:
        """Return a version of an item or of one of its parts. Raises Http404 if there is no such version."""
        for model, link in self._kinds().items():
            if model._meta.model_name == kind:
                version = model.history.filter(**{link: item.pk}, pk=number).first()
                if version is not None:
                    return version
        raise Http404

    def _restoration(self, request: HttpRequest, item: Model, version: Any) -> Restoration:
        """Return the restoration. Raises PermissionDenied if the user may not change such a part."""
        model = version.instance_type
        if model is self.model:
            return revert(item, version)
        part = model._default_manager.filter(pk=version.id).first()
        if part is not None and getattr(part, self._kinds()[model]) != item.pk:
            raise PermissionDenied  # it now belongs to another item, which the user may not be allowed to change
        action = "change" if part is not None else "add"
        if not request.user.has_perm(f"{self.opts.app_label}.{action}_{model._meta.model_name}"):
            raise PermissionDenied
        return revert(part, version) if part is not None else recover(version)

    # Deleted items.

    def deleted_view(self, request: HttpRequest) -> HttpResponse:
        """List deleted items, latest first, for users who may add items."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        page = _page_number(request.GET.get("page", "1"))
        found = list(self._deleted()[(page - 1) * ON_PAGE : page * ON_PAGE + 1])
        if not found and page > 1:
            raise Http404
        return self._page(
            request,
            "deleted",
            None,
            title=_("Deleted: %(items)s") % {"items": self.opts.verbose_name_plural},
            found=[(as_item(version), version, self._url("recover", version.pk)) for version in found[:ON_PAGE]],
            newer=page - 1,
            older=page + 1 if len(found) > ON_PAGE else 0,
        )

    def _deleted(self):
        """Return the last version of each item that no longer exists."""
        versions = self.model.history.filter(history_type=DELETED)
        there = self.model._base_manager.filter(pk=OuterRef("id"))
        later = versions.filter(id=OuterRef("id"), history_id__gt=OuterRef("history_id"))
        return versions.filter(~Exists(there), ~Exists(later)).order_by("-history_date", "-history_id")

    @transaction.atomic
    def recover_view(self, request: HttpRequest, number: int) -> HttpResponse:
        """Show what can be recovered of a deleted item; once confirmed, recover it as a draft."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        version = self._deleted().filter(pk=number).first()
        if version is None:
            raise Http404
        restoration = recover(version)
        if request.method == "POST" and not restoration.errors:
            reason = _("Recovered after deletion.")
            restoration.save(reason)
            self.log_addition(request, restoration.item, reason)
            text = _("Recovered as a draft: %(item)s") if restoration.is_draft else _("Recovered: %(item)s")
            text = text % {"item": Truncator(restoration.item).chars(80)}
            self.message_user(request, " ".join([text, *restoration.notes]), messages.SUCCESS)
            return HttpResponseRedirect(self._url("change", quote(restoration.item.pk)))
        return self._page(
            request,
            "recover",
            None,
            title=_("Recover “%(item)s”?") % {"item": Truncator(restoration.item).chars(60)},
            restoration=restoration,
            version=version,
            differences=restoration.differences(),
            deleted_url=self._url("deleted"),
        )

    # What the pages share.

    def _seen(self, request: HttpRequest, object_id: str) -> Model:
        """Return an item the user may see. Raises Http404 or PermissionDenied."""
        item = self.get_object(request, unquote(object_id))
        if item is None:
            raise Http404
        if not self.has_view_or_change_permission(request, item):
            raise PermissionDenied
        return item

    def _page(self, request: HttpRequest, template: str, item: Model | None, **context: Any) -> TemplateResponse:
        request.current_app = self.admin_site.name
        shared = {**self.admin_site.each_context(request), "opts": self.opts, "item": item, "subtitle": None}
        return TemplateResponse(request, f"admin/initiatives/{template}.html", {**shared, **context})


def _can_go_back(version: Any, present: bool) -> bool:
    """Whether a version can be restored: the current one only if it records a deletion."""
    return present == (version.history_type == DELETED)


def _page_number(written: str) -> int:
    """Return the number of a page. Raises Http404 if it is not valid."""
    if not written.isascii() or not written.isdecimal() or not 1 <= int(written[:9]) <= 100_000:
        raise Http404
    return int(written)
