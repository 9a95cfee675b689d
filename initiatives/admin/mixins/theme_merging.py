"""The pages that merge themes and reorder them."""

from django.conf import settings
from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import translation
from django.utils.translation import gettext as _

from initiatives.accounts.users import user_of
from initiatives.admin.mixins.actions import PublishingActions
from initiatives.admin.mixins.forms import with_reason
from initiatives.editorial.theme_merging import MergeError, merge, put_in_order, what_moves
from initiatives.models import Theme

MERGE_URL, ORDER_URL = "initiatives_theme_merge", "initiatives_theme_order"
UNDO_URL = "initiatives_thememerge_undo"


def may_merge(theme_admin, request: HttpRequest) -> bool:
    """Whether the user may merge themes and undo merges: a merge deletes a theme and changes what the public sees."""
    return theme_admin.has_publish_permission(request) and theme_admin.has_delete_permission(request)


class ThemeMerging(PublishingActions):
    """The ModelAdmin of themes: merges and reorders them."""

    def get_urls(self):
        """Add the two pages."""
        return [
            path("order/", self.admin_site.admin_view(self.order_view), name=ORDER_URL),
            path("<path:object_id>/merge/", self.admin_site.admin_view(self.merge_view), name=MERGE_URL),
            *super().get_urls(),
        ]

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        """Offer the merge."""
        if change and obj is not None and may_merge(self, request):
            context["merge_url"] = reverse(f"admin:{MERGE_URL}", args=[obj.pk])
        return super().render_change_form(request, context, add, change, form_url, obj)

    def changelist_view(self, request: HttpRequest, extra_context=None):
        """Offer reordering and the log of merges."""
        context = {"merges_url": reverse("admin:initiatives_thememerge_changelist")}
        if self.has_publish_permission(request):
            context["order_url"] = reverse(f"admin:{ORDER_URL}")
        return super().changelist_view(request, {**context, **(extra_context or {})})

    def merge_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask for the other theme, show what will move and, once confirmed, merge."""
        theme = self.get_object(request, unquote(object_id))
        if theme is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[attr-defined]  # not in the stubs
        if not may_merge(self, request):
            raise PermissionDenied
        others = Theme.objects.exclude(pk=theme.pk)
        chosen = request.POST.get("into") or request.GET.get("into", "")
        target = others.filter(pk=chosen).first() if chosen.isdecimal() and len(chosen) < 19 else None
        keep_names = request.method == "GET" or bool(request.POST.get("keep_names"))
        with translation.override(settings.LANGUAGE_CODE):
            # In the language of the public log.
            reason = _("Merged into “%(target)s”.") % {"target": target}
        with with_reason(request, hides=theme.is_public, initial=reason) as why:
            if request.method == "POST" and target is not None and (why is None or why.is_valid()):
                try:
                    log = merge(theme, target, user_of(request), keep_names=keep_names)
                except MergeError as error:
                    self.message_user(request, str(error), messages.ERROR)
                else:
                    self.log_change(request, target, f"{log}")
                    text = _("Merged “%(theme)s” into “%(target)s”. To undo this, open “Merges” in the list of themes.")
                    self.message_user(request, text % {"theme": theme, "target": target}, messages.SUCCESS)
                    return HttpResponseRedirect(reverse("admin:initiatives_theme_change", args=[target.pk]))
        context = {
            "theme": theme,
            "others": others,
            "target": target,
            "missing": target is None and (bool(chosen) or request.method == "POST"),
            "keep_names": keep_names,
            "why": why,
            "moves": what_moves(theme, target) if target else [],
            "hides": target is not None and theme.is_public and not target.is_public,
        }
        return self._merging_page(
            request, "merge", _("Merge “%(theme)s” into another theme") % {"theme": theme}, context
        )

    def order_view(self, request: HttpRequest) -> HttpResponse:
        """Show all themes in order; move one, or save the whole order."""
        if not self.has_publish_permission(request):
            raise PermissionDenied
        themes = list(Theme.objects.order_by("position", "name"))
        if request.method == "POST":
            keys = [int(key) for key in request.POST.getlist("theme") if key.isdecimal() and len(key) < 19]
            if "_save" in request.POST:
                count = put_in_order(keys)
                said = (
                    _("Order saved.")
                    if count
                    else _("The themes were already in this order. Nothing has been changed.")
                )
                self.message_user(request, said, messages.SUCCESS)
                return HttpResponseRedirect(reverse("admin:initiatives_theme_changelist"))
            keys = _moved(keys, request.POST.get("up", ""), request.POST.get("down", ""))
            places = {key: place for place, key in enumerate(keys)}
            themes.sort(key=lambda theme: places.get(theme.pk, len(places)))
        context = {"themes": themes, "is_moved": request.method == "POST"}
        return self._merging_page(request, "order", _("Reorder themes"), context)

    def _merging_page(self, request: HttpRequest, name: str, title: str, context: dict) -> TemplateResponse:
        request.current_app = self.admin_site.name
        shared = {**self.admin_site.each_context(request), "title": title, "opts": self.opts, "media": self.media}
        return TemplateResponse(request, f"admin/initiatives/theme/{name}.html", {**shared, **context})


def _moved(keys: list[int], up: str, down: str) -> list[int]:
    """Return the keys with one of them moved up or down a place."""
    for key, step in ((up, -1), (down, 1)):
        if key.isdecimal() and int(key) in keys:
            place = keys.index(int(key))
            other = place + step
            if 0 <= other < len(keys):
                keys[place], keys[other] = keys[other], keys[place]
    return keys
