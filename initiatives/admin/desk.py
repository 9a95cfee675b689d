"""The frame of the desk: state kept during a request, and pages in addition to Django's own."""

import datetime
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, QueryDict
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.views.decorators.http import require_POST

from initiatives.editorial.checklist import Finding
from initiatives.models import Proposal


@dataclass
class Desk:
    """State that the parts of the desk share during one request."""

    # The keys of items found, by kind and query.
    found: dict[tuple[str, str], list[int]] = field(default_factory=dict)
    # The stored state of items, by model and key, before a form changed them.
    states: dict[tuple[str | None, Any], str] = field(default_factory=dict)
    # The keys of the items that are ticked in a list.
    ticked: set[str] = field(default_factory=set)
    # The signed version that the form was made from, and the conflict that stopped its save (locking.Conflict).
    version: str = ""
    conflict: Any = None
    # The findings of the publishing checklist, None if not checked yet, and the names of the form's fields.
    findings: list[Finding] | None = None
    fields: list[str] = field(default_factory=list)
    # Whether the form proposes a change, the proposal it shows, the proposal's data, and the proposal it was stored as.
    is_proposing: bool = False
    proposal: Proposal | None = None
    shown: QueryDict | None = None
    kept: Proposal | None = None


def desk_of(request: HttpRequest) -> Desk:
    """Return the desk's state of a request."""
    return request.__dict__.setdefault("desk", Desk())


@dataclass(frozen=True)
class DeskPage:
    """A page of a ModelAdmin. If `route` has an `object_id`, it is a page of one item.

    `context` is called with the ModelAdmin, the request, the item (or None) and the other parts of the address. It
    returns the context of the template, or a response.
    """

    # The last part of its name: admin:initiatives_quote_<name>.
    name: str
    route: str
    # The right that the user needs: has_<right>_permission(request, item) of the ModelAdmin.
    right: str
    context: Callable[..., dict[str, Any] | HttpResponseBase]
    # In templates/admin/initiatives/, without .html.
    template: str = ""
    only_post: bool = False
    is_atomic: bool = False
    # For a missing item, redirect to the start page with a message, as Django's forms do, instead of raising Http404.
    leads_back: bool = False
    # Called with the parts of the address before the item is loaded.
    prepare: Callable[..., None] | None = None

    def url(self, admin: Any) -> URLPattern:
        """Return the URL pattern for a ModelAdmin, guarded like all pages of the desk."""
        view = partial(self.answer, admin)
        guarded = admin.admin_site.admin_view(require_POST(view) if self.only_post else view)
        return path(self.route, guarded, name=f"{admin.opts.app_label}_{admin.opts.model_name}_{self.name}")

    def answer(self, admin: Any, request: HttpRequest, object_id: str | None = None, **parts: Any) -> HttpResponseBase:
        """Load the item, check the right, and return the page. Raises Http404 or PermissionDenied."""
        with transaction.atomic() if self.is_atomic else nullcontext():
            if self.prepare:
                self.prepare(admin, request, object_id, **parts)
            item = None
            if object_id is not None:
                item = admin.get_object(request, unquote(object_id))
                if item is None and self.leads_back:
                    return admin._get_obj_does_not_exist_redirect(request, admin.opts, object_id)
                if item is None:
                    raise Http404
            of = () if object_id is None else (item,)
            if not getattr(admin, f"has_{self.right}_permission")(request, *of):
                raise PermissionDenied
            context = self.context(admin, request, item, **parts)
        if not isinstance(context, dict):
            return context
        return shown(admin, request, self.template, {"item": item, **context})


def moment(at: datetime.datetime) -> str:
    """Return a time in local time, in the user's format."""
    return date_format(timezone.localtime(at), "DATETIME_FORMAT")


def form_url(item: Any) -> str:
    """Return the address of an item's form or, for a part, of its owner's form."""
    owner = next((getattr(item, name) for name in ("owner", "set", "quote") if hasattr(item, name)), item)
    return reverse(f"admin:{owner._meta.app_label}_{owner._meta.model_name}_change", args=[owner.pk])


def shown(admin: Any, request: HttpRequest, template: str, context: dict[str, Any]) -> TemplateResponse:
    """Return a page of the desk, with the context that all pages share."""
    request.current_app = admin.admin_site.name
    shared = {**admin.admin_site.each_context(request), "opts": admin.opts, "media": admin.media, "subtitle": None}
    return TemplateResponse(request, f"admin/initiatives/{template}.html", {**shared, **context})
