"""How editors improve search: synonyms, and searches by visitors that found nothing."""

from urllib.parse import urlencode

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from initiatives.admin.base import SearchedAdmin
from initiatives.admin.mixins.history import VersionedAdmin
from initiatives.admin.mixins.presence import Presence
from initiatives.models import EmptySearch, SynonymSet
from initiatives.models.choices import TIMELINE, Kind


@admin.register(SynonymSet)
class SynonymSetAdmin(Presence, VersionedAdmin, SearchedAdmin):
    """Sets of synonyms. They take effect on the public site as soon as they are saved."""

    list_display = ("__str__", "language", "note", "updated_at")
    list_filter = ("language",)
    ordering = ("words", "pk")
    search_fields = ("words", "note")
    search_help_text = _("Search by part of a word or note.")
    fields = ("language", "words", "note")
    lines = {"words": 8, "note": 3}


@admin.register(EmptySearch)
class EmptySearchAdmin(SearchedAdmin):
    """Visitors' searches that found nothing, day by day. Read-only; old days are deleted automatically."""

    list_display = ("words", "searched", "day", "count", "search_again")
    list_display_links = None
    list_filter = (("day", admin.DateFieldListFilter), "searched")
    ordering = ("-count", "-day", "words")
    search_fields = ("words",)
    search_help_text = _("Search by part of a word.")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Refuse: visitors' searches write this log."""
        return False

    def has_change_permission(self, request: HttpRequest, obj=None) -> bool:
        """Refuse: counts cannot be changed."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj=None) -> bool:
        """Refuse: old days are deleted automatically."""
        return False

    @admin.display(description=_("on the site"))
    def search_again(self, empty: EmptySearch) -> str:
        """A link to the same search, to see what it finds now."""
        address = reverse("timeline" if empty.searched == TIMELINE else "search")
        params = {"q": empty.words}
        if empty.searched in Kind.values:
            params["kind"] = empty.searched
        return format_html('<a href="{}?{}">{}</a>', address, urlencode(params), _("search again"))
