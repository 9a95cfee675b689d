"""Nothing typed is lost: typed_text.js keeps the text of a form in the browser until it hears that it was saved.

Each form names its text in a hidden field, and the answer to a form that was saved names it in a cookie.
"""

import re

from django.conf import settings
from django.contrib.admin import ModelAdmin
from django.http import HttpRequest, HttpResponse

from initiatives.accounts.site import TYPED

# As in typed_text.js.
COOKIE = "typed_saved"
_NAME = re.compile(r"[0-9]+-[0-9]+")


class TypedText(ModelAdmin):
    """A ModelAdmin whose forms are kept in the browser while they are typed."""

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        """Tell the script whether the form holds what was sent and not saved."""
        context |= typed_text(request)
        return super().render_change_form(request, context, add, change, form_url, obj)

    def response_add(self, request: HttpRequest, obj, post_url_continue=None) -> HttpResponse:
        """Tell the script that the text is saved."""
        return _saved(request, super().response_add(request, obj, post_url_continue))

    def response_change(self, request: HttpRequest, obj) -> HttpResponse:
        """Tell the script that the text is saved."""
        return _saved(request, super().response_change(request, obj))


def typed_text(request: HttpRequest) -> dict:
    """Return what the template of a kept form shows: the name of the text, if it was sent and is not saved."""
    return {"typed_name": _name(request), "is_unsaved": TYPED in request.POST}


def _name(request: HttpRequest) -> str:
    name = request.POST.get(TYPED, "")
    return name if _NAME.fullmatch(name) else ""


def _saved(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    if name := _name(request):
        response.set_cookie(
            COOKIE, name, path=settings.SESSION_COOKIE_PATH, secure=settings.SESSION_COOKIE_SECURE, samesite="Lax"
        )
    return response
