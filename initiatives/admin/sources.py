"""Sources: the documents on which the record is based."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from initiatives.admin.base import PublishableAdmin, WithQuotes, link_to_list, with_count
from initiatives.admin.mixins.lists import DateYearFilter
from initiatives.admin.mixins.quote_entry import QuoteEntry
from initiatives.admin.mixins.spreadsheets import SpreadsheetMixin
from initiatives.models import Quote, Source


@admin.register(Source)
class SourceAdmin(SpreadsheetMixin, QuoteEntry, PublishableAdmin):
    """Documents, with where and when they were read."""

    list_display = ("title", "state", "public", "kind", "publisher", "shown_date", "quotes_on_record", "published_from")
    list_filter = ("state", "kind", "language", DateYearFilter)
    prepopulated_fields = {"slug": ("title",)}
    fieldsets = (
        (None, {"fields": ("title", "title_by", "kind", "publisher", "date", "language")}),
        (_("Where to find it"), {"fields": ("url", "accessed_on", "archived_url")}),
        (_("About this document"), {"fields": ("description", "editors_note", "aliases", "slug")}),
    )

    def get_changeform_initial_data(self, request: HttpRequest) -> dict:
        """Set today as the date on which a new source was read."""
        return {"accessed_on": timezone.localdate(), **super().get_changeform_initial_data(request)}

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """Load each source with the number of quotes, drafts too."""
        return with_count(super().get_queryset(request), "quote_count", Quote.objects.all(), "source")

    @admin.display(description=_("quotes"))
    def quotes_on_record(self, source: WithQuotes) -> str:
        """The number of quotes, linked to their list."""
        return link_to_list("quote", "source__id__exact", source, source.quote_count)

    @admin.display(description=_("date"), ordering="date")
    def shown_date(self, source: Source) -> str:
        """The date, as precisely as it is known."""
        return source.shown_date
