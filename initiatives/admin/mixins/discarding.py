"""Editors discard drafts of their own, one or many, after a page that shows which."""

from collections.abc import Sequence

from django.contrib import admin
from django.contrib.admin.models import DELETION
from django.contrib.admin.utils import unquote
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.translation import gettext_lazy

from initiatives.accounts.users import user_of
from initiatives.admin.mixins.actions import PublishingActions
from initiatives.admin.mixins.plans import BulkAction, Plan, SelectedItem
from initiatives.editorial.deleting import delete, plan_discard
from initiatives.models import Publishable


class Discard(BulkAction):
    """Deleting drafts of a user."""

    action = "discard"
    title = gettext_lazy("Discard the selected items?")
    changing = gettext_lazy("These will be deleted. You can get them back under “Recover deleted”.")
    button = gettext_lazy("Yes, discard")
    done = gettext_lazy("Discarded: %(count)d.")
    log = gettext_lazy("Discarded.")
    logged_as = DELETION

    def __init__(self, user: User):
        self.user = user

    def load(self, items: QuerySet) -> QuerySet:
        """Load nothing more."""
        return items

    def plan(self, items: Sequence[Publishable]) -> Plan:
        """Sort items: only drafts that the user began, and that nobody else's work needs, may go."""
        planned = plan_discard(items, self.user)
        return Plan(
            [SelectedItem(item) for item in planned.discarded],
            [SelectedItem(item, [reason]) for item, reason in planned.refused],
        )

    def save(self, items: Sequence[Publishable]) -> None:
        """Delete them."""
        delete(items, user=self.user, reason=str(self.log))


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
        offered = change and obj is not None and self.has_discard_permission(request)
        if offered and plan_discard([obj], user_of(request)).discarded:
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

    @admin.action(permissions=["discard"], description=gettext_lazy("Discard selected items"))
    def discard(self, request: HttpRequest, queryset: QuerySet):
        """Show which drafts may go; once confirmed, delete those."""
        return self.change_once_confirmed(request, queryset, Discard(user_of(request)))
