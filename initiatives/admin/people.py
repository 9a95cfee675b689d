"""People with their milestones, and institutions."""

import json
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from initiatives.admin.base import PublishableAdmin, WithQuotes, link_to_list, with_count
from initiatives.admin.initiatives import PersonMilestoneInline
from initiatives.admin.mixins.spreadsheets import SpreadsheetMixin
from initiatives.models import Body, Person, Quote
from initiatives.text.names import guess


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

    class Media:
        js = ["admin_site/name_parts.js"]

    def get_form(self, request: HttpRequest, obj: Person | None = None, change: bool = False, **kwargs):
        """Offer a guess at the parts of a name that has none. Only an editor can say whether it is right."""
        form = super().get_form(request, obj, change, **kwargs)
        parts = guess(obj.name) if obj and not obj.has_parts else None
        if parts and "name" in form.base_fields:
            field, offered = form.base_fields["name"], {name: part for name, part in parts._asdict().items() if part}
            model: Any = Person._meta
            named = [f"{model.get_field(name).verbose_name} “{part}”" for name, part in offered.items()]
            field.help_text = format_html(
                '{} <br>{} <button type="button" class="button" data-fill="{}" hidden>{}</button>',
                field.help_text,
                gettext("Perhaps: %(parts)s. Check this, then enter it below.") % {"parts": ", ".join(named)},
                json.dumps(offered),
                gettext("Enter these"),
            )
        return form

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
