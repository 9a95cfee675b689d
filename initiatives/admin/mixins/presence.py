"""Who else has a form open: while it is seen, the page asks every 20 seconds (presence.js)."""

from django import forms
from django.contrib.admin.utils import quote, unquote
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.views.decorators.http import require_POST

from initiatives.accounts.users import user_of
from initiatives.admin.mixins.edit_conflicts import Locked
from initiatives.models import OpenForm
from initiatives.models.history import name_of


class Presence(Locked):
    """A ModelAdmin whose forms say who else has them open, and whether somebody has saved since."""

    @property
    def media(self) -> forms.Media:
        """What the pages load, with the script that asks."""
        return super().media + forms.Media(js=["admin_site/presence.js"])

    @property
    def _presence_page(self) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}_presence"

    def get_urls(self):
        """Add the address that forms ask."""
        view = self.admin_site.admin_view(require_POST(self.presence_view))
        return [path("<path:object_id>/presence/", view, name=self._presence_page), *super().get_urls()]

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        """Give the form the address to ask."""
        if change and obj is not None:
            context["presence_url"] = reverse(f"admin:{self._presence_page}", args=[quote(obj.pk)])
        return super().render_change_form(request, context, add, change, form_url, obj)

    def presence_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Note that the user has the form open. Answer with who else has, and who has saved, as a piece of a page."""
        item = self.get_object(request, unquote(object_id))
        if item is None:
            raise Http404
        if not self.has_view_or_change_permission(request, item):
            raise PermissionDenied
        others = OpenForm.note(user_of(request), str(self.opts.model_name), item.pk)
        context = {
            "others": [{"name": name_of(other.user), "since": other.since} for other in others],
            "changes": self._changes_since_opened(request, item.pk),
        }
        return render(request, "admin/initiatives/_presence.html", context)

    def _changes_since_opened(self, request: HttpRequest, pk) -> list[str]:
        """Return who has changed the item since the form was opened, and when."""
        seen = self._versions_seen(request, pk)
        if seen is None or seen == self._newest(pk):
            return []
        return self._changes(pk, dict(zip((model for model, _link in self._versioned), seen, strict=True)))
