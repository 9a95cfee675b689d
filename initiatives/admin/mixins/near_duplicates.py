"""The warning, while a quote is being typed, that a similar one is already on record."""

from django import forms
from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.views.decorators.http import require_POST

from initiatives.editorial.near_duplicates import near_duplicates
from initiatives.models.choices import Language

URL_NAME = "initiatives_quote_near_duplicates"


def watched(attrs: dict, key: int | None = None) -> dict:
    """Return the attributes by which near_duplicates.js watches a field for a quote's words."""
    return {**attrs, "data-near-duplicates": reverse(f"admin:{URL_NAME}"), "data-near-duplicates-but": key or ""}


class NearDuplicates(ModelAdmin):
    """The ModelAdmin of quotes: warns of near duplicates, and answers the page that asks for them."""

    @property
    def media(self) -> forms.Media:
        """What the pages load, with the scripts that look after the words."""
        return super().media + forms.Media(js=["admin_site/near_duplicates.js", "admin_site/text_length.js"])

    def get_urls(self):
        """Add the address that pages ask."""
        view = self.admin_site.admin_view(require_POST(self.near_duplicates_view))
        return [path("near-duplicates/", view, name=URL_NAME), *super().get_urls()]

    def get_form(self, request: HttpRequest, obj=None, change=False, **kwargs):
        """Watch the field for the words."""
        form = super().get_form(request, obj, change, **kwargs)
        if "text" in form.base_fields:
            widget = form.base_fields["text"].widget
            widget.attrs = watched(widget.attrs, obj.pk if obj else None)
        return form

    def near_duplicates_view(self, request: HttpRequest) -> HttpResponse:
        """Answer a text with similar quotes, as a piece of a page; empty if there are none."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        text, language = request.POST.get("text", ""), request.POST.get("language", "")
        but = request.POST.get("but", "")
        twins = near_duplicates(
            text,
            language if language in Language.values else Language.ENGLISH,
            int(but) if but.isascii() and but.isdecimal() else None,
        )
        return render(request, "admin/initiatives/_near_duplicates.html", {"twins": twins})
