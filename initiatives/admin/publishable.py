"""The ModelAdmin of items that are drafted, reviewed, published and archived."""

from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.auth import get_permission_codename
from django.db import connection
from django.db.models import OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from initiatives.admin import lists
from initiatives.admin.actions import ACTIONS, FOLLOWED, ITEM_PAGES, discard_panel, follow
from initiatives.admin.desk import desk_of
from initiatives.admin.forms import REASON, PublishableForm
from initiatives.admin.lists import BoundedCount, ImportFilter, WorkFilter
from initiatives.admin.panels import CHECK_BUTTON, CHECK_PARAMETER, COMMENTS, PANELS, parameters_of
from initiatives.admin.proposals import Proposing
from initiatives.admin.saved_filters import FILTER_PAGES, SavedFilterLinks
from initiatives.admin.visibility import paths_to_load
from initiatives.editorial.queues import bounded_number
from initiatives.models import Quote
from initiatives.models.choices import State

# The states that editors can set, and in which they can change items.
EDITORS_STATES = (State.DRAFT, State.IN_REVIEW)


class PublishableAdmin(Proposing):
    """Items that are drafted, reviewed, published and archived.

    For users without the model's `publish` permission, the form offers only the states before publication, ignores
    the time of publication, and is read-only once an item is published or archived.
    """

    form = PublishableForm
    pages = [*Proposing.pages, *ITEM_PAGES, COMMENTS, *FILTER_PAGES]
    panels = [*Proposing.panels, *PANELS, discard_panel]
    actions = ACTIONS
    can_check = True
    list_filter: ClassVar[tuple[Any, ...]] = ("state",)
    # Whether publishing may need a reason, too.
    asks_why = False
    # The field of Quote that points to these items, if the list shows how many quotes they have.
    quoted_by = ""
    # The fields that the action bulk_edit can change.
    bulk_fields: ClassVar[tuple[str, ...]] = ()

    class Media:
        css = {"all": ["admin_site/dashboard.css"]}
        js = ["admin_site/slugs.js"]

    def has_change_permission(self, request: HttpRequest, obj=None) -> bool:
        """Let editors change only items that are not published or archived."""
        if not super().has_change_permission(request, obj):
            return False
        if obj is None or obj.pk is None or self.has_publish_permission(request) or desk_of(request).is_proposing:
            return True
        return self._stored_state(request, obj) in EDITORS_STATES

    def has_publish_permission(self, request: HttpRequest, obj=None) -> bool:
        publish = get_permission_codename("publish", self.opts)
        return request.user.has_perm(f"{self.opts.app_label}.{publish}") and super().has_change_permission(request)

    def has_discard_permission(self, request: HttpRequest, obj=None) -> bool:
        """Return whether the user may change items but not delete them: users who may delete need no other page."""
        return self.has_change_permission(request) and not self.has_delete_permission(request)

    def has_companions_permission(self, request: HttpRequest, obj=None) -> bool:
        """Return whether the user may do to an item's companions what was done to the item."""
        change = FOLLOWED.get(obj.state) if obj else None
        return change is None or change.action in self.get_actions(request)

    def get_object(self, request: HttpRequest, object_id: str, from_field=None):
        """Load an item, locked if it will be changed, so that it is not published while an editor saves a draft."""
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
        """Offer editors only the states before publication. The form then refuses others."""
        if db_field.name == "state" and not self.has_publish_permission(request):
            kwargs["choices"] = [(state.value, state.label) for state in EDITORS_STATES]
            kwargs["help_text"] = _("Choose “in review” when it is ready. A publisher will then publish it.")
        return super().formfield_for_choice_field(db_field, request, **kwargs)

    def get_readonly_fields(self, request: HttpRequest, obj=None):
        """Make the time of publication read-only for editors."""
        fields = [*super().get_readonly_fields(request, obj), "created_at", "updated_at"]
        return fields if self.has_publish_permission(request) else [*fields, "published_at"]

    def _stored_state(self, request: HttpRequest, item) -> str:
        """Return the item's state at the start of this request, before a form changed it."""
        return desk_of(request).states.setdefault((self.opts.model_name, item.pk), item.state)

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Allow filters for what uses an item."""
        return lookup in parameters_of(self.opts.model) or super().lookup_allowed(lookup, value, request)

    def response_add(self, request: HttpRequest, obj, post_url_continue=None) -> HttpResponse:
        self._continue_to_check(request)
        return self._followed(request, obj, super().response_add(request, obj, post_url_continue), was="")

    def response_change(self, request: HttpRequest, obj) -> HttpResponse:
        self._continue_to_check(request)
        response = super().response_change(request, obj)
        return self._followed(request, obj, response, was=self._stored_state(request, obj))

    def _continue_to_check(self, request: HttpRequest) -> None:
        if CHECK_BUTTON in request.POST:
            data = request.POST.copy()
            data["_continue"] = "yes"
            request.POST = data  # type: ignore[assignment]  # read-only in the stubs

    def _followed(self, request: HttpRequest, obj, response: HttpResponse, was: str) -> HttpResponse:
        """Redirect after a save to the checklist, or to the companions if the state differs from what it `was`."""
        if desk_of(request).is_proposing or not isinstance(response, HttpResponseRedirect):
            return response
        if CHECK_BUTTON in request.POST:
            response["Location"] += f"{'&' if '?' in response.url else '?'}{CHECK_PARAMETER}=yes"
        follow(self, request, obj, response, was)
        return response

    def get_list_select_related(self, request: HttpRequest):
        """Load what decides whether items are public, unless `list_select_related` is set."""
        return self.list_select_related or paths_to_load(self.model) or False

    def get_list_filter(self, request: HttpRequest):
        """Put saved filters and the tasks first, and imports last."""
        return [SavedFilterLinks, WorkFilter, *super().get_list_filter(request), ImportFilter]

    def get_fieldsets(self, request: HttpRequest, obj=None):
        """Add the fields for publication, and ask for a reason if readers may see the change."""
        own = super().get_fieldsets(request, obj)
        if desk_of(request).is_proposing:
            return [*own, (_("Proposal"), {"fields": [REASON]})]
        fields: list[str | tuple[str, ...]] = ["state", "published_at", "review_note"]
        if (obj is None or obj.published_at is None) and not self.has_publish_permission(request):
            fields.remove("published_at")
        if obj is not None:
            fields.append(("created_at", "updated_at"))
        is_seen = obj is not None and self._stored_state(request, obj) == State.PUBLISHED
        if is_seen or (self.asks_why and self.has_publish_permission(request)):
            fields.insert(0, REASON)
        return [*own, (_("Publication"), {"fields": fields})]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """Count the quotes of each item, including drafts, if the list shows the number."""
        items = super().get_queryset(request)
        if not self.quoted_by:
            return items
        field: Any = Quote._meta.get_field(self.quoted_by)
        quotes: Any = Quote.objects.filter(**{field.name: OuterRef("pk")})
        if field.many_to_many:
            quotes = field.remote_field.through.objects.filter(**{field.m2m_reverse_field_name(): OuterRef("pk")})
        return items.annotate(quote_count=BoundedCount(quotes))

    @admin.display(description=gettext_lazy("quotes"))
    def quotes_on_record(self, item) -> str:
        if not item.quote_count:
            return "0"
        address = reverse("admin:initiatives_quote_changelist")
        number = bounded_number(item.quote_count, lists.COUNTED_BESIDE)
        return format_html('<a href="{}?{}__id__exact={}">{}</a>', address, self.quoted_by, item.pk, number)

    @admin.display(description=gettext_lazy("date"), ordering="date")
    def shown_date(self, item) -> str:
        return item.shown_date

    @admin.display(description=gettext_lazy("published from"), ordering="published_at")
    def published_from(self, item) -> str:
        return date_format(timezone.localtime(item.published_at)) if item.published_at else "–"

    @admin.display(description=gettext_lazy("public"), boolean=True)
    def public(self, item) -> bool:
        return item.is_public

    @admin.display(description=gettext_lazy("source"), ordering="source__title")
    def shown_source(self, item) -> str:
        return Truncator(item.source).chars(70) if item.source else "–"

    def get_view_on_site_url(self, obj=None) -> str | None:
        """Return the address of the item's page, if the item is public."""
        if obj is None or obj.pk is None:
            return None
        stored = self.stored(obj)
        return stored.get_absolute_url() if stored.is_public else None

    def stored(self, item: Any) -> Any:
        """Load an item again as stored, with what decides whether it is public."""
        return self.model._default_manager.select_related(*paths_to_load(self.model)).get(pk=item.pk)
