"""What all pages share: permissions, the site's own search, and the panel that shows an item's visibility."""

from typing import Any, ClassVar, Protocol

from django.contrib import admin, messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import SEARCH_VAR
from django.db import connection, models
from django.db.models import Case, OuterRef, QuerySet, Value, When
from django.forms.models import BaseInlineFormSet, ModelForm
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from initiatives.admin.mixins.autocomplete import PickListFormSet, PickLists, PickListsOfParts
from initiatives.admin.mixins.checklist import Checked
from initiatives.admin.mixins.comments import Commented
from initiatives.admin.mixins.companions import Companions
from initiatives.admin.mixins.discarding import Discarding
from initiatives.admin.mixins.forms import REASON, PublishableForm
from initiatives.admin.mixins.help_texts import guidance
from initiatives.admin.mixins.lists import COUNTED_BESIDE, BoundedCount, BoundedLists, ImportFilter, WorkFilter
from initiatives.admin.mixins.markdown_preview import MarkdownFields
from initiatives.admin.mixins.presence import Presence
from initiatives.admin.mixins.proposals import Proposing, is_proposing
from initiatives.admin.mixins.saved_filters import SavedFilters
from initiatives.admin.mixins.typed_text import TypedText
from initiatives.admin.mixins.visibility import paths_to_load, visibility_of
from initiatives.admin.mixins.where_used import WhereUsed
from initiatives.admin.mixins.written_dates import DatedForm, WrittenDates
from initiatives.editorial.queues import bounded_number
from initiatives.models.choices import Kind, State
from initiatives.models.fields import QuotationLength
from initiatives.search import MOST_FOR_EDITORS, QueryError, Unavailable, parse, search_for_editors

# States that editors can set, and in which they can change an item.
EDITORS_STATES = (State.DRAFT, State.IN_REVIEW)
# The most choices a pick list offers.
PICKED = 100

# Lines of a text field that is not the item's main text.
LINES = {
    "summary": 4,
    "context": 4,
    "description": 4,
    "editors_note": 4,
    "introduction": 6,
    "aliases": 3,
    "review_note": 3,
}


class RecordFields(PickLists, MarkdownFields, WrittenDates):
    """Form fields as the record needs them, on pages and in inlines."""

    lines = LINES
    # Typed without a scheme, an address is taken as https.
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        """Add help texts, and size fields to fit what they hold."""
        if text := guidance(db_field):
            kwargs["help_text"] = text
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name in self.lines:
            field.widget.attrs["rows"] = self.lines[db_field.name]
        for limit in (one for one in db_field.validators if isinstance(one, QuotationLength)):
            field.widget.attrs["data-most"] = limit.limit_value
            field.widget.attrs["data-count"] = _("%(count)s of %(most)s characters")
        if db_field.is_relation:
            # Nobody needs to delete a source while writing a quote.
            field.widget.can_delete_related = False
        return field


class RecordInline(PickListsOfParts, RecordFields, admin.StackedInline):
    """Parts of an item, edited on its page. Django makes them read-only if the item is."""

    extra = 0
    form: type[ModelForm] = DatedForm
    formset: type[BaseInlineFormSet] = PickListFormSet
    view_on_site = False


class SearchedAdmin(BoundedLists, TypedText, RecordFields, admin.ModelAdmin):
    """Items found through the site's own search, with stems and phrases, drafts included."""

    # Makes Django show the search box and offer pick lists; get_search_results does the searching.
    search_fields: ClassVar[tuple[str, ...]] = ("pk",)
    search_help_text = gettext_lazy("Finds items with all the words. You can also use “a phrase”, -not, or, begin*.")

    def get_changelist_instance(self, request: HttpRequest):
        """Ignore a filter value that no database accepts, as Django does with other invalid filters."""
        if any("\0" in value for name, value in request.GET.items() if name != SEARCH_VAR):
            raise IncorrectLookupParameters
        try:
            shown: Any = super().get_changelist_instance(request)
        except ValueError as error:  # such as a year outside the calendar
            raise IncorrectLookupParameters from error
        # Filters apply to what was found, so the list may lack matches beyond the search's limit and has to say so.
        if any(len(found) >= MOST_FOR_EDITORS for found in request.__dict__.get("_found_by_search", {}).values()):
            shown.search_stopped_at = MOST_FOR_EDITORS
        return shown

    def get_object(self, request: HttpRequest, object_id: str, from_field=None):
        """Treat an empty field name, which anyone can send, as none: Django fails on it."""
        return super().get_object(request, object_id, from_field or None)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict:
        """Take related items from the address only if given by number: pick lists fail on anything else."""
        initial = super().get_changeform_initial_data(request)
        for field in (*self.opts.fields, *self.opts.many_to_many):
            chosen = initial.get(field.name, [])
            if field.is_relation and not all(
                key.isdecimal() for key in ([chosen] if isinstance(chosen, str) else chosen)
            ):
                del initial[field.name]
        return initial

    def get_search_results(self, request: HttpRequest, queryset: QuerySet, search_term: str):
        """Keep the items our search finds, best first in pick lists. A query it refuses finds nothing."""
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
        """Return the keys of what is found, searching once per request: a list page asks again for every filter."""
        known = request.__dict__.setdefault("_found_by_search", {})
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


class PublishableAdmin(
    Presence, Companions, Proposing, Commented, Checked, WhereUsed, Discarding, SavedFilters, SearchedAdmin
):
    """Items that are drafted, reviewed, published and archived.

    Users without the model's `publish` permission write drafts: their form offers no other states, ignores the time
    of publication, and is read-only for what is published or archived.
    """

    form = PublishableForm
    list_filter: ClassVar[tuple[Any, ...]] = ("state",)

    class Media:
        css = {"all": ["admin_site/dashboard.css"]}
        js = ["admin_site/slugs.js"]

    # Permissions.

    def has_change_permission(self, request: HttpRequest, obj=None) -> bool:
        """Let editors change only drafts. `obj` is as stored: the form has not touched it yet."""
        if not super().has_change_permission(request, obj):
            return False
        if obj is None or obj.pk is None or self.has_publish_permission(request) or is_proposing(request):
            return True
        return self._stored_state(request, obj) in EDITORS_STATES

    def get_object(self, request: HttpRequest, object_id: str, from_field=None):
        """Load an item. For a change, lock it first, so that it is not published while an editor saves a draft."""
        item = super().get_object(request, object_id, from_field)
        if item is None:
            return None
        if request.method == "POST" and connection.in_atomic_block:
            held = self.model._default_manager.select_for_update().filter(pk=item.pk)
            list(held.values_list("pk"))
            item = super().get_object(request, object_id, from_field)
        if item is not None:
            self._stored_state(request, item)
        return item

    def formfield_for_choice_field(self, db_field, request, **kwargs):
        """Offer editors only the states before publication; the form refuses any other."""
        if db_field.name == "state" and not self.has_publish_permission(request):
            kwargs["choices"] = [(state.value, state.label) for state in EDITORS_STATES]
            kwargs["help_text"] = _("Choose “in review” when it is ready. A publisher will then publish it.")
        return super().formfield_for_choice_field(db_field, request, **kwargs)

    def get_readonly_fields(self, request: HttpRequest, obj=None):
        """Leave the time of publication out of an editor's form."""
        fields = [*super().get_readonly_fields(request, obj), "created_at", "updated_at"]
        return fields if self.has_publish_permission(request) else [*fields, "published_at"]

    # What the pages show.

    def get_list_select_related(self, request: HttpRequest):
        """Load what decides whether an item is public, if not told otherwise."""
        return self.list_select_related or paths_to_load(self.model) or False

    def get_list_filter(self, request: HttpRequest):
        """Put the user's own and that for tasks before the others, and that for imports last."""
        saved, *others = super().get_list_filter(request)
        return [saved, WorkFilter, *others, ImportFilter]

    def get_fieldsets(self, request: HttpRequest, obj=None):
        """Put the state after the item's own fields; ask for a reason where readers may see the change."""
        own = super().get_fieldsets(request, obj)
        if is_proposing(request):
            return [*own, (_("Proposal"), {"fields": [REASON]})]
        fields: list[str | tuple[str, ...]] = ["state", "published_at", "review_note"]
        if (obj is None or obj.published_at is None) and not self.has_publish_permission(request):
            fields.remove("published_at")
        if obj is not None:
            fields.append(("created_at", "updated_at"))
            if self._stored_state(request, obj) == State.PUBLISHED:
                fields.insert(0, REASON)
        return [*own, (_("Publication"), {"fields": fields})]

    @admin.display(description=gettext_lazy("published from"), ordering="published_at")
    def published_from(self, item) -> str:
        """The day of publication; the form also shows the time."""
        return date_format(timezone.localtime(item.published_at)) if item.published_at else "–"

    @admin.display(description=gettext_lazy("public"), boolean=True)
    def public(self, item) -> bool:
        """Whether the public sees the item now."""
        return item.is_public

    @admin.display(description=gettext_lazy("source"), ordering="source__title")
    def shown_source(self, item) -> str:
        """The source, shortened."""
        return Truncator(item.source).chars(70) if item.source else "–"

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        """Add the stored item's visibility: a form with errors has already written into `obj`."""
        if change and obj is not None:
            stored = self._stored(obj)
            context["standing"] = shown = visibility_of(stored)
            if any(obstacle.url for obstacle in shown.obstacles):
                context["companions_url"] = self.companions_url(request, stored)
            context["only_publishers_change_it"] = self.has_change_permission(
                request
            ) and not self.has_change_permission(request, obj)
        return super().render_change_form(request, context, add, change, form_url, obj)

    def get_view_on_site_url(self, obj=None) -> str | None:
        """Return the address of the item's page if it is public."""
        if obj is None or obj.pk is None:
            return None
        stored = self._stored(obj)
        return stored.get_absolute_url() if stored.is_public else None

    def _stored(self, item):
        return self.model._default_manager.select_related(*paths_to_load(self.model)).get(pk=item.pk)


def _is_pick_list(request: HttpRequest) -> bool:
    match = request.resolver_match
    return match is not None and match.url_name == "autocomplete"


class WithQuotes(Protocol):
    """An item with the number of its quotes, as `with_count` loads it."""

    pk: int
    quote_count: int


def with_count(queryset: QuerySet, name: str, counted: QuerySet, link: str) -> QuerySet:
    """Annotate how many rows of `counted` point to each item through `link`, up to a bound, in one statement."""
    return queryset.annotate(**{name: BoundedCount(counted.filter(**{link: OuterRef("pk")}))})


def link_to_list(model: str, look_up: str, item, number: int) -> str:
    """Return a number as a link to the list of the items it counts."""
    if not number:
        return "0"
    return format_html(
        '<a href="{}?{}={}">{}</a>',
        reverse(f"admin:initiatives_{model}_changelist"),
        look_up,
        item.pk,
        bounded_number(number, COUNTED_BESIDE),
    )
