"""After an item was submitted or published in its form: what still hides it, offered to go with it on one page."""

from typing import Any

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.translation import gettext as _

from initiatives.admin.mixins.actions import HAND_IN, PUBLISH, PublishingActions, Transition
from initiatives.admin.mixins.proposals import is_proposing
from initiatives.models import Publishable
from initiatives.models.choices import State

# What is done to an item in a state so that what hides it follows.
FOLLOWED: dict[str, Transition] = {State.IN_REVIEW: HAND_IN, State.PUBLISHED: PUBLISH}


class Companions(PublishingActions):
    """A ModelAdmin whose forms lead to what still hides their item."""

    def get_urls(self) -> list:
        """Add the page that offers what still hides one item."""
        name = f"{self.opts.app_label}_{self.opts.model_name}_companions"
        view = self.admin_site.admin_view(self.companions_view)
        return [path("<path:object_id>/companions/", view, name=name), *super().get_urls()]

    def companions_url(self, request: HttpRequest, item: Publishable) -> str:
        """Return where the user may let go with a stored item what still hides it; empty if there is nothing."""
        change = FOLLOWED.get(item.state)
        if change is None or change.action not in self.get_actions(request):
            return ""
        planned = change.plan(self._loaded([item.pk], change))
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_companions"
        return reverse(name, args=[item.pk]) if self._with_companions(request, planned, change) else ""

    def companions_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show which drafts still hide an item that is submitted or published; once confirmed, let them go with it."""
        item = self.get_object(request, unquote(object_id))
        if item is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[attr-defined]  # not in the stubs
        form = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[item.pk])
        change = FOLLOWED.get(item.state)
        if change is None:
            return HttpResponseRedirect(form)
        if change.action not in self.get_actions(request):
            raise PermissionDenied
        items = self.model._default_manager.filter(pk=item.pk)
        answer = self.change_once_confirmed(request, items, change)
        if answer is None or not (answer.context_data["plan"].companions or answer.context_data["plan"].refused):
            return HttpResponseRedirect(form)
        answer.context_data["back_url"] = form
        return answer

    def response_add(self, request: HttpRequest, obj, post_url_continue=None) -> HttpResponse:
        """Also say what keeps it from being seen once it is published, and offer to let that go with it."""
        return self._told(request, obj, super().response_add(request, obj, post_url_continue), was="")

    def response_change(self, request: HttpRequest, obj) -> HttpResponse:
        """Also say what keeps it from being seen once it is published, and offer to let that go with it."""
        was = self._stored_state(request, obj)
        return self._told(request, obj, super().response_change(request, obj), was)

    def _told(self, request: HttpRequest, obj: Any, response: HttpResponse, was: str) -> HttpResponse:
        """Return the page that offers what hides an item whose state is new, in place of the list."""
        change = FOLLOWED.get(obj.state)
        if change is None or is_proposing(request) or not {"_continue", "_popup"}.isdisjoint(request.POST):
            return response  # the item's own form says the same above its fields
        (stored,) = self._loaded([obj.pk], change)
        if notes := change.notes(stored):
            text = _("Not public yet: %(item)s")
            if change is HAND_IN:
                text = _("Before it can be public, this must be published too: %(item)s")
            self.message_user(request, text % {"item": "; ".join(notes)}, messages.WARNING)
        if stored.state == was or "_addanother" in request.POST:
            return response
        url = self.companions_url(request, stored)
        return HttpResponseRedirect(url) if url else response
