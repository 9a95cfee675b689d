"""The public log on the desk: editors read it and remove what must not be shown."""

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from initiatives.admin.mixins.lists import BoundedLists, DateYearFilter
from initiatives.models import Change


@admin.register(Change)
class ChangeAdmin(BoundedLists, admin.ModelAdmin):
    """Corrections and status changes as readers see them. Deleting one removes its wording from the public log."""

    list_display = ("at", "nature", "item", "kind")
    list_filter = ("nature", "item_kind", DateYearFilter.of("at"))
    ordering = ("-at", "-pk")
    sortable_by = ("at",)
    fields = readonly_fields = ("at", "nature", "item", "kind", "old_status", "new_status", "reason")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Refuse: saving items writes the log."""
        return False

    def has_change_permission(self, request: HttpRequest, obj=None) -> bool:
        """Refuse: the log only records what happened."""
        return False

    @admin.display(description=_("item"))
    def item(self, change: Change) -> str:
        """A link to the item in the public log."""
        key = f"{change.item_kind}-{change.item_id}"
        return format_html('<a href="{}?item={}">{}</a>', reverse("changes"), key, key)
