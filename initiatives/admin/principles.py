"""Principles in their sets."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from initiatives.admin.base import LINES, PublishableAdmin, RecordInline
from initiatives.admin.mixins.forms import PrincipleForm, PrincipleFormSet
from initiatives.admin.mixins.spreadsheets import SpreadsheetMixin
from initiatives.models import Principle, PrincipleSet


class PrincipleInline(RecordInline):
    """The principles of a set, in their order."""

    model = Principle
    form = PrincipleForm
    formset = PrincipleFormSet
    lines = LINES | {"text": 4}
    markdown = frozenset({"text"})
    fields = ("number", "title", "text", "themes", "initiatives")
    autocomplete_fields = ("themes", "initiatives")
    ordering = ("number",)


@admin.register(PrincipleSet)
class PrincipleSetAdmin(SpreadsheetMixin, PublishableAdmin):
    """Principles announced together."""

    list_display = ("title", "state", "public", "shown_source", "published_from")
    search_fields = ("title", "introduction", "principles__title", "principles__text")
    search_help_text = _("Search by title, introduction or principle.")
    prepopulated_fields = {"slug": ("title",)}
    autocomplete_fields = ("source",)
    inlines = (PrincipleInline,)
    fieldsets = (
        (None, {"fields": ("title", "introduction")}),
        (_("Evidence"), {"fields": ("source", "editors_note")}),
        (_("How readers find it"), {"fields": ("slug",)}),
    )
