"""Quotes with their translations."""

from django.contrib import admin, messages
from django.http import HttpRequest
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from initiatives.admin.base import LINES, PublishableAdmin, RecordInline
from initiatives.admin.mixins.bulk_edit import BulkEditing
from initiatives.admin.mixins.forms import TranslationFormSet
from initiatives.admin.mixins.lists import ChoiceFilter, DateYearFilter, ThemeFilter
from initiatives.admin.mixins.spreadsheets import SpreadsheetMixin
from initiatives.admin.mixins.typing_help import TypingHelp
from initiatives.editorial.checklist import doubts_of
from initiatives.models import Quote, QuoteTranslation


class TranslationInline(RecordInline):
    """Translations of a quote."""

    model = QuoteTranslation
    formset = TranslationFormSet
    lines = LINES | {"text": 5}
    fields = ("text", "language", ("provenance", "translator"))


@admin.register(Quote)
class QuoteAdmin(SpreadsheetMixin, TypingHelp, BulkEditing, PublishableAdmin):
    """What was said, word for word."""

    list_display = ("words", "state", "public", "spoken_by", "shown_source", "shown_date", "published_from")
    list_filter = (
        *((name, ChoiceFilter) for name in ("state", "verification", "language")),
        ThemeFilter,
        DateYearFilter,
    )
    # Only orders that have an index; filters do the rest.
    sortable_by = ("shown_date", "published_from")
    bulk_fields = ("themes", "speaker", "source", "language", "verification")
    autocomplete_fields = ("speaker", "source", "themes", "initiatives")
    inlines = (TranslationInline,)
    fieldsets = (
        (None, {"fields": ("text", "language", "speaker", "date")}),
        (_("Evidence"), {"fields": ("source", "locator", "verification")}),
        (_("Subject"), {"fields": ("context", "editors_note", "themes", "initiatives")}),
        (_("Home page"), {"fields": ("featured_on",)}),
    )

    def save_related(self, request: HttpRequest, form, formsets, change: bool) -> None:
        """Also warn of what may be wrong with the words."""
        super().save_related(request, form, formsets, change)
        for words in (form.instance, *form.instance.translations.all()):
            for _field, text in doubts_of(words):
                self.message_user(request, text, messages.WARNING)

    @admin.display(description=_("words"))
    def words(self, quote: Quote) -> str:
        """The first words of the quote."""
        return Truncator(quote.text).words(18)

    @admin.display(description=_("speaker"))
    def spoken_by(self, quote: Quote) -> str:
        """The speaker, broken into lines to fit the column."""
        return str(quote.speaker)

    @admin.display(description=_("date"), ordering="date")
    def shown_date(self, quote: Quote) -> str:
        """The date, as precisely as it is known."""
        return quote.shown_date
