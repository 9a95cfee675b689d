"""Themes, with pages to merge them, undo a merge and change their order."""

from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from initiatives.accounts.users import user_of
from initiatives.admin.base import DeskAdmin
from initiatives.admin.desk import DeskPage
from initiatives.admin.forms import with_reason
from initiatives.admin.publishable import PublishableAdmin
from initiatives.editorial.facts import facts_of
from initiatives.editorial.theme_merging import MergeError, as_it_was, merge, put_in_order, undo, what_moves
from initiatives.models import Theme, ThemeMerge
from initiatives.models.history import name_of
from initiatives.models.paths import read_key


def merge_link(desk: Any, request: HttpRequest, theme: Any) -> dict[str, Any]:
    return {"merge_url": desk.address("merge", theme.pk)} if desk.has_merge_permission(request) else {}


def order_links(desk: Any, request: HttpRequest) -> dict[str, Any]:
    context = {"merges_url": reverse("admin:initiatives_thememerge_changelist")}
    return context | ({"order_url": desk.address("order")} if desk.has_publish_permission(request) else {})


def merge_page(desk: Any, request: HttpRequest, theme: Theme) -> dict[str, Any] | HttpResponse:
    """Ask which theme to merge into and show what will move. Once confirmed, merge."""
    others = Theme.objects.exclude(pk=theme.pk)
    chosen = request.POST.get("into") or request.GET.get("into", "")
    target = others.filter(pk=read_key(chosen) or 0).first()
    keep_names = request.method == "GET" or bool(request.POST.get("keep_names"))
    with translation.override(settings.LANGUAGE_CODE):  # the language of the public log
        reason = _("Merged into “%(target)s”.") % {"target": target}
    with with_reason(request, hides=theme.is_public, initial=reason) as why:
        if request.method == "POST" and target is not None and (why is None or why.is_valid()):
            try:
                log = merge(theme, target, user_of(request), keep_names=keep_names)
            except MergeError as error:
                messages.error(request, str(error))
            else:
                desk.log_change(request, target, f"{log}")
                text = _("Merged “%(theme)s” into “%(target)s”. To undo this, open “Merges” in the list of themes.")
                messages.success(request, text % {"theme": theme, "target": target})
                return HttpResponseRedirect(desk.address("change", target.pk))
    return {
        "title": _("Merge “%(theme)s” into another theme") % {"theme": theme},
        "theme": theme,
        "others": others,
        "target": target,
        "missing": target is None and (bool(chosen) or request.method == "POST"),
        "keep_names": keep_names,
        "why": why,
        "moves": what_moves(theme, target) if target else [],
        "hides": target is not None and theme.is_public and not target.is_public,
    }


def order_page(desk: Any, request: HttpRequest, _item: None) -> dict[str, Any] | HttpResponse:
    """Show all themes in order. Move one of them, or save the order."""
    themes = list(Theme.objects.order_by("position", "name"))
    if request.method == "POST":
        keys = [key for sent in request.POST.getlist("theme") if (key := read_key(sent)) is not None]
        if "_save" in request.POST:
            count = put_in_order(keys)
            said = _("Order saved.") if count else _("The themes were already in this order. Nothing has been changed.")
            messages.success(request, said)
            return HttpResponseRedirect(desk.address("changelist"))
        keys = _moved(keys, request.POST.get("up", ""), request.POST.get("down", ""))
        places = {key: place for place, key in enumerate(keys)}
        themes.sort(key=lambda theme: places.get(theme.pk, len(places)))
    return {"title": _("Reorder themes"), "themes": themes, "is_moved": request.method == "POST"}


def _moved(keys: list[int], up: str, down: str) -> list[int]:
    """Return the keys with one of them moved up or down one place."""
    for key, step in ((up, -1), (down, 1)):
        if key.isdecimal() and int(key) in keys:
            place = keys.index(int(key))
            other = place + step
            if 0 <= other < len(keys):
                keys[place], keys[other] = keys[other], keys[place]
    return keys


@admin.register(Theme)
class ThemeAdmin(PublishableAdmin):
    """Subjects of quotes, initiatives and principles."""

    pages = [
        *PublishableAdmin.pages,
        DeskPage("order", "order/", "publish", order_page, "theme/order"),
        DeskPage("merge", "<path:object_id>/merge/", "merge", merge_page, "theme/merge", leads_back=True),
    ]
    panels = [*PublishableAdmin.panels, merge_link]
    list_panels = [*PublishableAdmin.list_panels, order_links]

    quoted_by = "themes"
    list_display = ("name", "state", "public", "position", "quotes_on_record", "published_from")
    prepopulated_fields = {"slug": ("name",)}
    fieldsets = (
        (None, {"fields": ("name", "description")}),
        (gettext_lazy("How readers find it"), {"fields": ("position", "aliases", "slug")}),
    )

    def has_merge_permission(self, request: HttpRequest, obj=None) -> bool:
        """Require both rights for merging and undoing: a merge deletes a theme and changes what readers see."""
        return self.has_publish_permission(request) and self.has_delete_permission(request)


def undo_link(desk: Any, request: HttpRequest, log: Any) -> dict[str, Any]:
    may = log.undone_at is None and desk.has_undo_permission(request, log)
    return {"undo_url": desk.address("undo", log.pk)} if may else {}


def undo_merge(desk: Any, request: HttpRequest, log: ThemeMerge) -> dict[str, Any] | HttpResponse:
    """Show what undoing a merge will do. Once confirmed, undo it."""
    if request.method == "POST":
        try:
            theme = undo(log, user_of(request))
        except MergeError as error:
            messages.error(request, str(error))
            return HttpResponseRedirect(desk.address("change", log.pk))
        themes = desk.admin_site.get_model_admin(Theme)
        themes.log_addition(request, theme, _("Undone: %(merge)s") % {"merge": log})
        messages.success(request, _("“%(theme)s” is a theme again and has its items back.") % {"theme": theme})
        return HttpResponseRedirect(themes.address("change", theme.pk))
    return {
        "title": _("Undo the merge of “%(theme)s”") % {"theme": log.merged_name},
        "log": log,
        "items": _count(log),
        "facts": facts_of([as_it_was(log)])[log.merged_id],
    }


def _count(log: ThemeMerge) -> int:
    return sum(len(keys) for ties in log.ties.values() for keys in ties.values())


@admin.register(ThemeMerge)
class ThemeMergeAdmin(DeskAdmin):
    """The log of merges. Read-only, but each merge can be undone."""

    pages = [DeskPage("undo", "<path:object_id>/undo/", "undo", undo_merge, "theme/undo", leads_back=True)]
    panels = [undo_link]
    closed_to_all = frozenset({"add", "change", "delete"})

    list_display = ("__str__", "merged_at", "merged_by", "items", "undone_at")
    list_select_related = ("merged_by",)
    date_hierarchy = "merged_at"
    search_fields = ("merged_name", "target_name")
    search_help_text = gettext_lazy("Search by part of the theme’s name.")
    fields = ("merged_name", "target_name", "merged_at", "shown_merged_by", "items", "undone_at", "shown_undone_by")

    def has_undo_permission(self, request: HttpRequest, obj: ThemeMerge) -> bool:
        themes: Any = self.admin_site.get_model_admin(Theme)
        return themes.has_merge_permission(request)

    # Names instead of Django's links to accounts, which few users may see.

    @admin.display(description=gettext_lazy("by"))
    def shown_merged_by(self, log: ThemeMerge) -> str:
        return name_of(log.merged_by) or "–"

    @admin.display(description=gettext_lazy("undone by"))
    def shown_undone_by(self, log: ThemeMerge) -> str:
        return name_of(log.undone_by) or "–"

    @admin.display(description=gettext_lazy("items"))
    def items(self, log: ThemeMerge) -> int:
        return _count(log)
