"""Redirects: addresses that items had before."""

from django.contrib import admin
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from initiatives.admin.base import SearchedAdmin
from initiatives.admin.mixins.lists import DateYearFilter
from initiatives.models import OldSlug


@admin.register(OldSlug)
class OldSlugAdmin(SearchedAdmin):
    """Old addresses, created by saving an item with a new slug. They can be read, and deleted to free a slug."""

    list_display = ("slug", "kind", "leads_to", "created_at")
    list_filter = ("kind", DateYearFilter.of("created_at"))
    ordering = ("-created_at", "-pk")
    search_fields = ("slug",)
    search_help_text = _("Search by part of the old slug.")
    fields = ("slug", "kind", "leads_to", "created_at")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Refuse: saving items creates redirects."""
        return False

    def has_change_permission(self, request: HttpRequest, obj=None) -> bool:
        """Refuse: a redirect can only be deleted."""
        return False

    @admin.display(description=_("redirects to"))
    def leads_to(self, old: OldSlug) -> str:
        """A link to the item's form, without loading the item."""
        try:
            url = reverse(f"admin:initiatives_{old.kind}_change", args=[old.object_id])
        except NoReverseMatch:
            return str(old.object_id)
        return format_html('<a href="{}">{} {}</a>', url, old.kind, old.object_id)
