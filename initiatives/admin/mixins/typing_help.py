"""Help while a quote is being typed: a warning that a similar one is on record, and themes that may fit."""

from django import forms
from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.views.decorators.http import require_POST

from initiatives.editorial.fitting_themes import fitting_themes
from initiatives.editorial.near_duplicates import near_duplicates
from initiatives.models.choices import Language

DUPLICATES_URL, THEMES_URL = "initiatives_quote_near_duplicates", "initiatives_quote_fitting_themes"


def watched(attrs: dict, key: int | None = None) -> dict:
    """Return the attributes by which typing_help.js watches a field for a quote's words."""
    return {
        **attrs,
        "data-near-duplicates": reverse(f"admin:{DUPLICATES_URL}"),
        "data-fitting-themes": reverse(f"admin:{THEMES_URL}"),
        "data-but": key or "",
    }


class TypingHelp(ModelAdmin):
    """The ModelAdmin of quotes: watches the field for the words, and answers the script that watches it."""

    @property
    def media(self) -> forms.Media:
        """What the pages load, with the script that watches the words."""
        return super().media + forms.Media(js=["admin_site/typing_help.js", "admin_site/text_length.js"])

    def get_urls(self):
        """Add the addresses that pages ask."""
        views = {
            "near-duplicates/": (self.near_duplicates_view, DUPLICATES_URL),
            "fitting-themes/": (self.fitting_themes_view, THEMES_URL),
        }
        return [
            *(
                path(route, self.admin_site.admin_view(require_POST(view)), name=name)
                for route, (view, name) in views.items()
            ),
            *super().get_urls(),
        ]

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
        return render(request, "admin/initiatives/_near_duplicates.html", {"twins": near_duplicates(*_typed(request))})

    def fitting_themes_view(self, request: HttpRequest) -> HttpResponse:
        """Answer a text with buttons for themes that may fit, as a piece of a page; empty if there are none."""
        if not (self.has_add_permission(request) or self.has_change_permission(request)):
            raise PermissionDenied
        return render(request, "admin/initiatives/_fitting_themes.html", {"themes": fitting_themes(*_typed(request))})


def _typed(request: HttpRequest) -> tuple[str, str, int | None]:
    """Return a text that was sent, its language, and the key of the quote it belongs to, if it has one."""
    language, but = request.POST.get("language", ""), request.POST.get("but", "")
    return (
        request.POST.get("text", ""),
        language if language in Language.values else Language.ENGLISH,
        int(but) if but.isascii() and but.isdecimal() else None,
    )
