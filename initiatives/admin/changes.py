"""The public log on the desk: all read it; superusers withhold words that must not be shown."""

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from initiatives.accounts.users import user_of
from initiatives.admin.mixins.lists import BoundedLists, DateYearFilter
from initiatives.models import Change


@admin.register(Change)
class ChangeAdmin(BoundedLists, admin.ModelAdmin):
    """What changed for readers. Nobody deletes any of it; words can be withheld, with a reason that readers see."""

    list_display = ("at", "nature", "item", "kind")
    list_filter = ("nature", "item_kind", ("withheld", admin.EmptyFieldListFilter), DateYearFilter.of("at"))
    ordering = ("-at", "-pk")
    sortable_by = ("at",)
    fields = ("at", "nature", "item", "kind", "old_status", "new_status", "reason", "withheld")
    readonly_fields = fields[:-1]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Refuse: saving items writes the log."""
        return False

    def has_change_permission(self, request: HttpRequest, obj=None) -> bool:
        """Let superusers withhold words."""
        return user_of(request).is_superuser

    def has_delete_permission(self, request: HttpRequest, obj=None) -> bool:
        """Refuse: what readers may have read stays."""
        return False

    @admin.display(description=_("item"))
    def item(self, change: Change) -> str:
        """A link to the item in the public log."""
        key = f"{change.item_kind}-{change.item_id}"
        return format_html('<a href="{}?item={}">{}</a>', reverse("changes"), key, key)
