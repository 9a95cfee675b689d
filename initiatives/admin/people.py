"""People with their milestones, and institutions."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from initiatives.admin.base import PublishableAdmin, WithQuotes, link_to_list, with_count
from initiatives.admin.initiatives import PersonMilestoneInline
from initiatives.admin.mixins.spreadsheets import SpreadsheetMixin
from initiatives.models import Body, Person, Quote


@admin.register(Person)
class PersonAdmin(SpreadsheetMixin, PublishableAdmin):
    """People who are quoted or play a part in the record."""

    list_display = ("name", "state", "public", "role", "quotes_on_record", "published_from")
    prepopulated_fields = {"slug": ("name",)}
    autocomplete_fields = ("source",)
    inlines = (PersonMilestoneInline,)
    fieldsets = (
        (None, {"fields": ("name", ("given_name", "family_name", "patronymic"), "role", "summary", "body")}),
        (_("Evidence"), {"fields": ("source",)}),
        (_("How readers find it"), {"fields": ("aliases", "slug")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """Load each person with the number of quotes, drafts too."""
        return with_count(super().get_queryset(request), "quote_count", Quote.objects.all(), "speaker")

    @admin.display(description=_("quotes"))
    def quotes_on_record(self, person: WithQuotes) -> str:
        """The number of quotes, linked to their list."""
        return link_to_list("quote", "speaker__id__exact", person, person.quote_count)


@admin.register(Body)
class BodyAdmin(PublishableAdmin):
    """Councils, agencies, ministries."""

    list_display = ("name", "state", "public", "published_from")
    prepopulated_fields = {"slug": ("name",)}
    autocomplete_fields = ("source",)
    fieldsets = (
        (None, {"fields": ("name", "summary", "body")}),
        (_("Evidence"), {"fields": ("source",)}),
        (_("How readers find it"), {"fields": ("aliases", "slug")}),
    )
