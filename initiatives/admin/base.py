"""The desk's ModelAdmin: extra pages, panels of forms and lists, the site's own search, and limits for long lists."""

from collections.abc import Callable
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.utils import quote
from django.contrib.admin.views.main import SEARCH_VAR, ChangeList
from django.db.models import Case, QuerySet, Value, When
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from initiatives.admin import lists
from initiatives.admin.desk import DeskPage, desk_of
from initiatives.admin.fields import RecordFields
from initiatives.admin.forms import mark_saved, typed_text
from initiatives.models.choices import Kind
from initiatives.search import MOST_FOR_EDITORS, QueryError, Unavailable, parse, search_for_editors

# The most choices a pick list offers.
PICKED = 100
# The parameter for the items that are ticked.
TICKED = "ticked"


class DeskAdmin(RecordFields, admin.ModelAdmin):
    """A ModelAdmin with pages and panels, searched with the site's own search, including drafts."""

    # Pages in addition to Django's own.
    pages: list[DeskPage] = []
    # Panels of the form of a stored item: each returns context, given the ModelAdmin, the request and the item.
    panels: list[Callable[[Any, HttpRequest, Any], dict[str, Any]]] = []
    # Panels of the list: each returns context, given the ModelAdmin and the request.
    list_panels: list[Callable[[Any, HttpRequest], dict[str, Any]]] = []
    # Which of "add", "change" and "delete" no user may do.
    closed_to_all: frozenset[str] = frozenset()
    # Whether the form has the button "Save and check".
    can_check = False

    # Needed for Django to show the search box and allow pick lists; get_search_results does the searching.
    search_fields: ClassVar[tuple[str, ...]] = ("pk",)
    search_help_text = gettext_lazy("Finds items with all the words. You can also use “a phrase”, -not, or, begin*.")
    paginator = lists.BoundedPaginator
    # Counting everything takes too long.
    show_full_result_count = False
    show_facets = admin.ShowFacets.ALWAYS

    def has_add_permission(self, request: HttpRequest) -> bool:
        return "add" not in self.closed_to_all and super().has_add_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return "change" not in self.closed_to_all and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return "delete" not in self.closed_to_all and super().has_delete_permission(request, obj)

    def get_urls(self) -> list:
        """Add the pages before Django's own, whose last pattern matches any address."""
        return [*(page.url(self) for page in self.pages), *super().get_urls()]

    def address(self, page: str, *arguments: Any) -> str:
        """Return the address of a page, given the last part of its name."""
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_{page}"
        return reverse(name, args=[quote(argument) for argument in arguments])

    def get_object(self, request: HttpRequest, object_id: str, from_field=None):
        """Treat an empty field name, which anyone can send, as None: Django fails on it."""
        return super().get_object(request, object_id, from_field or None)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict:
        """Ignore related items in the address that are not given by number: pick lists fail on them."""
        initial = super().get_changeform_initial_data(request)
        for field in (*self.opts.fields, *self.opts.many_to_many):
            chosen = initial.get(field.name, [])
            if field.is_relation and not all(
                key.isdecimal() for key in ([chosen] if isinstance(chosen, str) else chosen)
            ):
                del initial[field.name]
        return initial

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        context |= typed_text(request)
        context |= {"conflict": desk_of(request).conflict, "can_check": self.can_check and not context["is_popup"]}
        if change and obj is not None:
            for panel in self.panels:
                context |= panel(self, request, obj)
        return super().render_change_form(request, context, add, change, form_url, obj)

    def response_add(self, request: HttpRequest, obj, post_url_continue=None) -> HttpResponse:
        return mark_saved(request, super().response_add(request, obj, post_url_continue))

    def response_change(self, request: HttpRequest, obj) -> HttpResponse:
        return mark_saved(request, super().response_change(request, obj))

    def get_changelist(self, request: HttpRequest, **kwargs) -> type[ChangeList]:
        return lists.BoundedChangeList

    def get_changelist_instance(self, request: HttpRequest):
        """Handle filter values that databases refuse as Django does other invalid filters."""
        if any("\0" in value for name, value in request.GET.items() if name != SEARCH_VAR):
            raise IncorrectLookupParameters
        try:
            shown: Any = super().get_changelist_instance(request)
        except ValueError as error:  # for example, a year outside the calendar
            raise IncorrectLookupParameters from error
        # Filters apply to what was found, so the list may lack matches beyond the search's limit and must say so.
        if any(len(found) >= MOST_FOR_EDITORS for found in desk_of(request).found.values()):
            shown.search_stopped_at = MOST_FOR_EDITORS
        return shown

    def changelist_view(self, request: HttpRequest, extra_context: dict | None = None):
        """Add the panels, and remove the ticked items from the address: they are not a filter for links to keep."""
        address = request.GET.copy()
        desk_of(request).ticked = set(address.pop(TICKED, [""])[-1].split(","))
        request.GET = address  # type: ignore[assignment]  # read-only in the stubs
        request.META["QUERY_STRING"] = address.urlencode()
        context: dict[str, Any] = {}
        for panel in self.list_panels:
            context |= panel(self, request)
        return super().changelist_view(request, context | (extra_context or {}))

    def action_checkbox(self, obj) -> SafeString:
        """Return Django's checkbox for an item, but ticked if the item was selected before."""
        label = _("Select this object for an action - {}").format(obj)
        box = forms.CheckboxInput({"class": "action-select", "aria-label": label}, lambda value: obj.is_ticked)
        return box.render(ACTION_CHECKBOX_NAME, str(obj.pk))

    def response_action(self, request: HttpRequest, queryset: QuerySet, *args, **kwargs):
        """Refuse an action on all items of a list with more than COUNTED.

        Confirmation pages send all items in one field, separated by commas: Django sends one field for each, and
        refuses more than a thousand.
        """
        if request.POST.get("select_across", "0") != "0" and lists.BoundedPaginator(queryset, 1).capped:
            text = _("You selected more than %(limit)d items. Narrow the list with filters. Nothing has been changed.")
            self.message_user(request, text % {"limit": lists.COUNTED}, messages.ERROR)
            return None
        data = request.POST.copy()
        chosen = ",".join(data.getlist(ACTION_CHECKBOX_NAME))
        data.setlist(ACTION_CHECKBOX_NAME, [key for key in chosen.split(",") if key])
        request.POST = data  # type: ignore[assignment]  # read-only in the stubs
        response = super().response_action(request, queryset, *args, **kwargs)
        context = response.context_data if isinstance(response, TemplateResponse) else None
        if context and "back_url" in context:
            address = request.GET.copy()
            address[TICKED] = ",".join(request.POST.getlist(ACTION_CHECKBOX_NAME)[: self.list_per_page])
            context["back_url"] = f"{request.path}?{address.urlencode(safe=',')}"
        if context and "queryset" in context:
            # Django's page to confirm a deletion writes a field for each of these.
            context["queryset"] = [{"pk": ",".join(str(item.pk) for item in context["queryset"])}]
        return response

    def get_search_results(self, request: HttpRequest, queryset: QuerySet, search_term: str):
        """Keep the items that the site's search finds, best first in pick lists. An invalid query finds nothing."""
        kind = self.opts.model_name
        if kind not in Kind.values:
            return super().get_search_results(request, queryset, search_term)
        if not search_term.strip():
            return queryset, False
        ids = self._found(request, kind, search_term)
        if not _is_pick_list(request):
            return queryset.filter(pk__in=ids), False
        ids = ids[:PICKED]
        places = Case(*(When(pk=pk, then=Value(place)) for place, pk in enumerate(ids)), default=Value(len(ids)))
        return queryset.filter(pk__in=ids).order_by(places, "pk"), False

    def _found(self, request: HttpRequest, kind: str, term: str) -> list[int]:
        """Return the keys of the items found. Searches once per request, because a list page asks for every filter."""
        known = desk_of(request).found
        if (kind, term) not in known:
            known[kind, term] = []
            try:
                if parse(term):
                    known[kind, term] = search_for_editors(kind, term, MOST_FOR_EDITORS)
            except QueryError as error:
                if not _is_pick_list(request):
                    self.message_user(request, str(error), messages.ERROR)
            except Unavailable:
                self.message_user(request, _("Search is not available at the moment."), messages.ERROR)
        return known[kind, term]


def _is_pick_list(request: HttpRequest) -> bool:
    match = request.resolver_match
    return match is not None and match.url_name == "autocomplete"
