"""Editors discard drafts of their own, one or many, after a page that shows which."""

from collections.abc import Iterable

from django.contrib import admin, messages
from django.contrib.admin.models import DELETION, LogEntry
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from initiatives.accounts.users import user_of
from initiatives.admin.mixins.actions import Plan, PublishingActions, SelectedItem, Transition
from initiatives.editorial.deleting import delete, plan_discard
from initiatives.models import Publishable
from initiatives.models.choices import State

DISCARD = Transition(
    "discard",
    State.DRAFT,
    gettext_lazy("Discard %(items)s?"),
    gettext_lazy("These will be deleted. You can get them back under “Recover deleted”."),
    gettext_lazy("Yes, discard"),
    gettext_lazy("Discarded: %(count)d."),
    gettext_lazy("Discarded."),
)


def _plan(items: Iterable[Publishable], request: HttpRequest) -> Plan:
    planned = plan_discard(list(items), user_of(request))
    return Plan(
        [SelectedItem(item) for item in planned.discarded],
        [SelectedItem(item, [reason]) for item, reason in planned.refused],
    )


class Discarding(PublishingActions):
    """A ModelAdmin whose editors may discard their own drafts; who may delete needs no such page."""

    actions = [*PublishingActions.actions, "discard"]

    def has_discard_permission(self, request: HttpRequest) -> bool:
        """Whether the user writes drafts and deletes nothing."""
        return self.has_change_permission(request) and not self.has_delete_permission(request)

    def get_urls(self):
        """Add the page that asks before one draft is discarded."""
        name = f"{self.opts.app_label}_{self.opts.model_name}_discard"
        view = self.admin_site.admin_view(self.discard_view)
        return [path("<path:object_id>/discard/", view, name=name), *super().get_urls()]

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        """Offer to discard a draft to who may."""
        if change and obj is not None and self.has_discard_permission(request):
            stored = self._loaded([obj.pk])
            if plan_discard(stored, user_of(request)).discarded:
                name = f"admin:{self.opts.app_label}_{self.opts.model_name}_discard"
                context["discard_url"] = reverse(name, args=[obj.pk])
        return super().render_change_form(request, context, add, change, form_url, obj)

    def discard_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask, and once confirmed discard one draft."""
        item = self.get_object(request, unquote(object_id))
        if item is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[attr-defined]  # not in the stubs
        if not self.has_discard_permission(request):
            raise PermissionDenied
        answer = self.discard(request, self.model._default_manager.filter(pk=item.pk))
        there = f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist"
        return answer or HttpResponseRedirect(reverse(there))

    @admin.action(permissions=["discard"], description=gettext_lazy("Discard selected %(verbose_name_plural)s"))
    def discard(self, request: HttpRequest, queryset: QuerySet):
        """Show which drafts may go; once confirmed, delete those."""
        seen = self._confirmed_versions(request, DISCARD)
        if seen is not None:
            self._discard(request, seen)
            return None
        ids = list(dict.fromkeys(queryset.values_list("pk", flat=True)))
        versions = self.newest_versions(ids)
        return self._confirmation(request, _plan(self._loaded(ids), request), versions, DISCARD)

    def _discard(self, request: HttpRequest, seen: dict[int, list[int]]) -> None:
        """Delete the drafts that are still as shown and may go; all or nothing."""
        with transaction.atomic():
            list(self.model._default_manager.select_for_update().filter(pk__in=seen).order_by("pk").values_list("pk"))
            newest = self.newest_versions(seen)
            planned = _plan(self._loaded([pk for pk in seen if seen[pk] == newest[pk]]), request)
            items = [line.item for line in planned.changing]
            LogEntry.objects.log_actions(user_of(request).pk, items, DELETION, str(DISCARD.log))
            delete(items, user=user_of(request), reason=str(DISCARD.log))
        if items:
            self.message_user(request, str(DISCARD.done) % {"count": len(items)}, messages.SUCCESS)
        refused = [line.name for line in planned.refused]
        self._tell_each(
            request, _("Not changed: %(item)s"), refused, messages.ERROR, _("Also not changed: %(count)d more.")
        )
        self._tell_left_out(request, {pk: newest[pk] for pk in seen if seen[pk] != newest[pk]})
