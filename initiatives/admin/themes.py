"""Themes: what the record is sorted by."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from initiatives.admin.base import PublishableAdmin, link_to_list, with_count
from initiatives.admin.mixins.theme_merging import ThemeMerging
from initiatives.models import Quote, Theme


@admin.register(Theme)
class ThemeAdmin(ThemeMerging, PublishableAdmin):
    """Subjects that quotes, initiatives and principles share."""

    list_display = ("name", "state", "public", "position", "quotes_on_record", "published_from")
    prepopulated_fields = {"slug": ("name",)}
    fieldsets = (
        (None, {"fields": ("name", "description")}),
        (_("Where it belongs"), {"fields": ("position", "aliases", "slug")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """Load each theme with the number of quotes, drafts too."""
        return with_count(super().get_queryset(request), "quote_count", Quote.themes.through.objects.all(), "theme")

    @admin.display(description=_("quotes"))
    def quotes_on_record(self, theme: Theme) -> str:
        """The number of quotes, as a link to their list."""
        return link_to_list("quote", "themes__id__exact", theme, theme.quote_count)
