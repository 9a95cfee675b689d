"""Refuses to save a form over another editor's newer change, and shows both versions.

Each form carries a signed token with the versions (see models.history) that it was made from: those of the item and of
the parts edited with it. If there are newer ones when it is sent, it is shown again with everything that was typed.
Fields that only the other editor changed get their values (see merged_forms), and the user decides whether to save.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core import signing
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Max
from django.forms.models import _get_foreign_key
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from initiatives.accounts.users import user_of
from initiatives.admin.base import DeskAdmin
from initiatives.admin.desk import DeskPage, desk_of, moment
from initiatives.admin.merged_forms import FieldConflict, merged
from initiatives.models import OpenForm
from initiatives.models.history import Versioned, name_of

FIELD = "_version"
_SALT = "initiatives.admin.locking"


@dataclass(frozen=True)
class Conflict:
    """A conflict that stopped a save: who changed the item, what they changed, and the data to show in the form."""

    changes: list[str]
    differences: list[FieldConflict]
    data: QueryDict
    deleted: bool = False
    # The user may no longer change the item, so the page can only show what was typed.
    closed: bool = False


def versioned(desk: Any) -> list[tuple[Any, str]]:
    """Return a ModelAdmin's model, then those of its parts, each with the field that holds the item's key."""
    parts = [inline.model for inline in desk.inlines]
    return [(desk.model, desk.opts.pk.name), *((part, _get_foreign_key(desk.model, part).name) for part in parts)]


def newest_versions(desk: Any, keys: Iterable[int]) -> dict[int, list[int]]:
    """Return the version of each item: the newest keys in its own history and in those of its parts."""
    found: dict[int, list[int]] = {key: [] for key in keys}
    for model, link in versioned(desk):
        numbers = model.history.filter(**{f"{link}__in": list(found)}).order_by().values_list(link)
        newest = dict(numbers.annotate(Max("history_id")))
        for key, version in found.items():
            version.append(newest.get(key, 0))
    return found


def token_of(desk: Any, pk) -> str:
    """Return the signed version of an item, for its form."""
    return signing.dumps([desk.opts.model_name, pk, newest_versions(desk, [pk])[pk]], salt=_SALT)


def seen_versions(desk: Any, versions: Iterable[int] | None) -> dict[type[Versioned], int]:
    """Return versions by model; empty if the form had none."""
    models_of = [model for model, _link in versioned(desk)]
    return dict(zip(models_of, versions, strict=True)) if versions is not None else {}


def presence(desk: Any, request: HttpRequest, item) -> HttpResponse:
    """Record that the user has the form open. Return, as an HTML fragment, who else has it open and who has saved.

    presence.js calls this every 20 seconds while the form is visible.
    """
    others = OpenForm.note(user_of(request), str(desk.opts.model_name), item.pk)
    context = {
        "others": [{"name": name_of(other.user), "since": other.since} for other in others],
        "changes": desk.changes_since_opened(request, item.pk),
    }
    return render(request, "admin/initiatives/_presence.html", context)


def version_panel(desk: Any, request: HttpRequest, item) -> dict[str, Any]:
    """Add the version to the form, and the address that presence.js calls."""
    return {
        "version_field": FIELD,
        "version": desk_of(request).version,
        "presence_url": desk.address("presence", item.pk),
    }


class Locked(DeskAdmin):
    """A ModelAdmin whose forms carry the version that they were made from."""

    pages = [DeskPage("presence", "<path:object_id>/presence/", "view_or_change", presence, only_post=True)]
    panels = [version_panel]

    class Media:
        js = ["admin_site/presence.js"]

    def change_view(self, request: HttpRequest, object_id: str, form_url="", extra_context=None):
        """Read the version for the form, and refuse to save over a newer one."""
        noted = desk_of(request)
        try:
            pk = self.opts.pk.clean(object_id, None)
        except ValidationError:
            return super().change_view(request, object_id, form_url, extra_context)
        if request.method != "POST":
            # Read the version before the item: a change in between becomes a conflict and is not lost.
            noted.version = noted.version or token_of(self, pk)
            return super().change_view(request, object_id, form_url, extra_context)
        with transaction.atomic():
            item = self.get_object(request, object_id)
            if item is not None and not self.has_change_permission(request, item):
                return self._closed(request, pk, item) or super().change_view(
                    request, object_id, form_url, extra_context
                )
            conflict = self._conflict(request, pk, item)
            noted.version, noted.conflict = token_of(self, pk), conflict
            if conflict is not None:
                request.POST = conflict.data  # type: ignore[assignment]  # read-only in the stubs
            if item is None and conflict is not None:
                # The item was deleted, so offer to add what was typed as a new one.
                return self.changeform_view(request, None, self.address("add"), extra_context)
            return super().change_view(request, object_id, form_url, extra_context)

    def get_form(self, request: HttpRequest, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change, **kwargs)
        return _refused(form) if desk_of(request).conflict else form

    def _newest(self, pk) -> list[int]:
        return newest_versions(self, [pk])[pk]

    def _versions_seen(self, request: HttpRequest, pk) -> list[int] | None:
        """Return the versions the form was made from; None if they are missing, forged or of another item."""
        try:
            *of, seen = signing.loads(request.POST.get(FIELD, ""), salt=_SALT)
        except signing.BadSignature:
            return None
        return seen if of == [self.opts.model_name, pk] else None

    def _conflict(self, request: HttpRequest, pk, item: models.Model | None) -> Conflict | None:
        """Return the conflict with changes made since the form was opened; None if there is none."""
        seen = self._versions_seen(request, pk)
        if (item is None and seen is None) or seen == self._newest(pk):
            return None
        since = seen_versions(self, seen)
        data, differences = merged(self, request, request.POST, pk, item, since)
        if item is not None and not differences:
            return None
        return Conflict(self._changes(pk, since), differences, data, deleted=item is None)

    def _closed(self, request: HttpRequest, pk, item: models.Model):
        """Show what was typed in a form whose item was published or archived in the meantime; None if it was not."""
        seen = self._versions_seen(request, pk)
        if seen in (None, self._newest(pk)) or not self.has_view_permission(request, item):
            return None
        typed = [
            FieldConflict(str(capfirst(field.verbose_name)), "", "", request.POST[field.name], is_yours=True)
            for field in self.opts.fields
            if request.POST.get(field.name, "").strip() and not field.is_relation
        ]
        since = seen_versions(self, seen)
        desk_of(request).conflict = Conflict(self._changes(pk, since), typed, request.POST, closed=True)
        request.method = "GET"
        response = super().change_view(request, str(pk))
        response.status_code = 403
        return response

    def changes_since_opened(self, request: HttpRequest, pk) -> list[str]:
        """Return the names of users who changed the item since the form was opened, with the times."""
        seen = self._versions_seen(request, pk)
        return [] if seen in (None, self._newest(pk)) else self._changes(pk, seen_versions(self, seen))

    def _changes(self, pk, since: dict[type[Versioned], int]) -> list[str]:
        """Return the name of each user who has made later versions, with the time of the last, newest first."""
        times: dict = {}
        for model, link in versioned(self):
            versions = model.history.filter(**{link: pk}, history_id__gt=since.get(model, 0))
            for version in versions.select_related("history_user"):
                known = times.setdefault(version.history_user, version.history_date)
                times[version.history_user] = max(known, version.history_date)
        return [
            _("%(name)s, %(time)s")
            % {
                "name": (user.get_full_name() or user.get_username()) if user else _("Someone"),
                "time": moment(time),
            }
            for user, time in sorted(times.items(), key=lambda change: change[1], reverse=True)
        ]


def _refused(form_class: Any) -> Any:
    class Refused(form_class):
        def clean(self):
            super().clean()
            raise ValidationError(
                _("Not saved: someone changed this while you were editing. Nothing you typed is lost.")
            )

    return Refused
