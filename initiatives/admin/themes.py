"""Themes: the subjects by which the record can be browsed."""

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from initiatives.accounts.users import user_of
from initiatives.admin.base import PublishableAdmin, SearchedAdmin, WithQuotes, link_to_list, with_count
from initiatives.admin.mixins.theme_merging import UNDO_URL, ThemeMerging, may_merge
from initiatives.editorial.facts import facts_of
from initiatives.editorial.theme_merging import MergeError, as_it_was, undo
from initiatives.models import Quote, Theme, ThemeMerge
from initiatives.models.history import name_of


@admin.register(Theme)
class ThemeAdmin(ThemeMerging, PublishableAdmin):
    """Subjects that quotes, initiatives and principles share."""

    list_display = ("name", "state", "public", "position", "quotes_on_record", "published_from")
    prepopulated_fields = {"slug": ("name",)}
    fieldsets = (
        (None, {"fields": ("name", "description")}),
        (gettext_lazy("How readers find it"), {"fields": ("position", "aliases", "slug")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """Load each theme with the number of quotes, drafts too."""
        return with_count(super().get_queryset(request), "quote_count", Quote.themes.through.objects.all(), "theme")

    @admin.display(description=gettext_lazy("quotes"))
    def quotes_on_record(self, theme: WithQuotes) -> str:
        """The number of quotes, linked to their list."""
        return link_to_list("quote", "themes__id__exact", theme, theme.quote_count)


@admin.register(ThemeMerge)
class ThemeMergeAdmin(SearchedAdmin):
    """The log of merges. Read-only, but each merge can be undone."""

    list_display = ("__str__", "merged_at", "merged_by", "items", "undone_at")
    list_select_related = ("merged_by",)
    date_hierarchy = "merged_at"
    search_fields = ("merged_name", "target_name")
    search_help_text = gettext_lazy("Search by part of the theme’s name.")
    fields = ("merged_name", "target_name", "merged_at", "shown_merged_by", "items", "undone_at", "shown_undone_by")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Refuse: merging writes the log."""
        return False

    def has_change_permission(self, request: HttpRequest, obj=None) -> bool:
        """Refuse: undoing a merge updates the log."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj=None) -> bool:
        """Refuse: the log is kept."""
        return False

    # Names, not Django's links to accounts, which few may see.

    @admin.display(description=gettext_lazy("by"))
    def shown_merged_by(self, log: ThemeMerge) -> str:
        """Who merged them."""
        return name_of(log.merged_by) or "–"

    @admin.display(description=gettext_lazy("undone by"))
    def shown_undone_by(self, log: ThemeMerge) -> str:
        """Who undid it."""
        return name_of(log.undone_by) or "–"

    @admin.display(description=gettext_lazy("items"))
    def items(self, log: ThemeMerge) -> int:
        """How many items had the merged theme."""
        return sum(len(keys) for ties in log.ties.values() for keys in ties.values())

    def get_urls(self):
        """Add the page that undoes a merge."""
        view = self.admin_site.admin_view(self.undo_view)
        return [path("<path:object_id>/undo/", view, name=UNDO_URL), *super().get_urls()]

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        """Offer to undo it."""
        if obj is not None and obj.undone_at is None and may_merge(self.admin_site.get_model_admin(Theme), request):
            context["undo_url"] = reverse(f"admin:{UNDO_URL}", args=[obj.pk])
        return super().render_change_form(request, context, add, change, form_url, obj)

    def undo_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show what undoing will do; once confirmed, do it."""
        log = self.get_object(request, unquote(object_id))
        if log is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[attr-defined]  # not in the stubs
        themes = self.admin_site.get_model_admin(Theme)
        if not may_merge(themes, request):
            raise PermissionDenied
        if request.method == "POST":
            try:
                theme = undo(log, user_of(request))
            except MergeError as error:
                self.message_user(request, str(error), messages.ERROR)
                return HttpResponseRedirect(reverse("admin:initiatives_thememerge_change", args=[log.pk]))
            themes.log_addition(request, theme, _("Undone: %(merge)s") % {"merge": log})
            self.message_user(
                request, _("“%(theme)s” is a theme again and has its items back.") % {"theme": theme}, messages.SUCCESS
            )
            return HttpResponseRedirect(reverse("admin:initiatives_theme_change", args=[theme.pk]))
        request.current_app = self.admin_site.name
        context = {
            **self.admin_site.each_context(request),
            "title": _("Undo the merge of “%(theme)s”") % {"theme": log.merged_name},
            "opts": self.opts,
            "media": self.media,
            "log": log,
            "items": self.items(log),
            "facts": facts_of([as_it_was(log)])[log.merged_id],
        }
        return TemplateResponse(request, "admin/initiatives/theme/undo.html", context)
