"""The log of imports."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from initiatives.admin.base import SearchedAdmin
from initiatives.editorial.spreadsheets import uploads
from initiatives.models import Import

# Items that the page of an import links to.
LINKED = 200


@admin.register(Import)
class ImportAdmin(SearchedAdmin):
    """What was imported, by whom and when. It is only read."""

    list_display = ("file_name", "table", "user", "done_at", "added", "changed", "unchanged")
    list_filter = ("table", ("user", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("user",)
    date_hierarchy = "done_at"
    ordering = ("-done_at", "-pk")
    search_fields = ("file_name",)
    search_help_text = gettext_lazy("Part of the file's name.")
    fieldsets = (
        (None, {"fields": ("file_name", "table", "user", "done_at", ("added", "changed", "unchanged"))}),
        (
            gettext_lazy("What it did"),
            {
                "fields": ("items_added", "items_changed"),
                "description": gettext_lazy(
                    "To undo it: the history of each changed item has it as it was before. What was added can be "
                    "made drafts again, archived or deleted on its list."
                ),
            },
        ),
    )
    readonly_fields = ("items_added", "items_changed")

    class Media:
        css = {"all": ["admin_site/spreadsheets.css"]}

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """Keep what was carried out, without the files that only wait."""
        return super().get_queryset(request).filter(done_at__isnull=False).defer("content")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Imports begin on the list of what is imported."""
        return False

    def has_change_permission(self, request: HttpRequest, obj=None) -> bool:
        """What happened is not changed."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj=None) -> bool:
        """Nor forgotten."""
        return False

    @admin.display(description=gettext_lazy("items added"))
    def items_added(self, kept: Import) -> str:
        """Links to what the import made."""
        return _links(kept, "+")

    @admin.display(description=gettext_lazy("items changed"))
    def items_changed(self, kept: Import) -> str:
        """Links to what the import changed; the history of each has it as it was before."""
        return _links(kept, "~")


def _links(kept: Import, how: str) -> str:
    """Return the items that an import made or changed as a list of links."""
    lines = []
    for item in uploads.items_of(kept, how, LINKED + 1):
        page = getattr(item, "initiative", None) or getattr(item, "set", None) or item
        url = reverse(f"admin:{page._meta.app_label}_{page._meta.model_name}_change", args=[page.pk])
        lines.append((url, capfirst(item._meta.verbose_name), Truncator(item).chars(100)))
    if not lines:
        return "–"
    more = format_html("<p>{}</p>", _("And more: only the first are listed.")) if len(lines) > LINKED else ""
    listed = format_html_join("", '<li><a href="{}">{}: {}</a></li>', lines[:LINKED])
    return format_html('<ul class="imported">{}</ul>{}', listed, more)
