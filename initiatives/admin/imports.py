"""The log of imports."""

from typing import Any

from django.contrib import admin, messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.html import format_html, format_html_join
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from initiatives.accounts.users import user_of
from initiatives.admin.base import DeskAdmin
from initiatives.admin.desk import DeskPage, form_url
from initiatives.admin.forms import ReasonForm, with_reason
from initiatives.admin.lists import ImportFilter
from initiatives.editorial.spreadsheets.imported_items import items_of, models_of
from initiatives.editorial.spreadsheets.tables import TABLES
from initiatives.editorial.spreadsheets.undo import UndoPlan, UndoRefused, changes_of, may_undo, plan_undo, undo
from initiatives.models import Import
from initiatives.models.history import name_of

# The most items that the page of an import links to.
LINKED = 200


def import_links(desk: Any, request: HttpRequest) -> dict[str, Any]:
    """Link to the import page of each table that the user may import."""
    desks = [desk.admin_site.get_model_admin(table.model) for table in TABLES.values()]
    return {
        "import_links": [
            (other.opts.verbose_name_plural, other.address("import"))
            for other in desks
            if other.has_import_permission(request)
        ]
    }


def undo_link(desk: Any, request: HttpRequest, kept: Any) -> dict[str, Any]:
    may = kept.undone_at is None and desk.has_undo_permission(request, kept)
    return {"undo_import_url": desk.address("undo", kept.pk)} if may else {}


def undo_import(desk: Any, request: HttpRequest, kept: Import) -> dict[str, Any] | HttpResponse:
    """Show what undoing an import will do. Once confirmed, undo it."""
    page = desk.address("change", kept.pk)
    if kept.undone_at is not None:
        messages.warning(request, _("This import has already been undone."))
        return HttpResponseRedirect(page)
    plan = plan_undo(kept, user_of(request))
    with with_reason(request, hides=plan.hides) as why:
        if request.method != "POST" or (why is not None and not why.is_valid()):
            return _undo_context(kept, plan, why)
        try:
            with transaction.atomic():
                done = undo(kept, user_of(request), request.POST.get("digest", ""))
                desk.log_change(request, kept, _("Undone."))
        except UndoRefused:
            text = _("Nothing was undone because the record has changed since the page was shown. Check it again.")
            messages.warning(request, text)
            return HttpResponseRedirect(request.path)
    text = _("Import undone. Deleted: %(deleted)d, as before: %(restored)d, left as they are: %(kept)d.")
    counts = {"deleted": len(done.deleted_items), "restored": len(done.restored_items), "kept": len(done.kept)}
    messages.success(request, text % counts)
    return HttpResponseRedirect(page)


def _undo_context(kept: Import, plan: UndoPlan, why: ReasonForm | None) -> dict[str, Any]:
    groups = [
        (_("These stay as they are"), [_line(one.item, one.reason) for one in plan.kept[:LINKED]], len(plan.kept)),
        (_("These will be deleted"), [_line(item) for item in plan.deleted_items[:LINKED]], len(plan.deleted_items)),
        (
            _("These will be as they were before"),
            [_line(item) | {"differences": changed, "made": whole} for item, changed, whole in changes_of(plan)],
            len(plan.restored_items),
        ),
    ]
    return {
        "title": _("Undo the import of %(file)s") % {"file": kept.file_name},
        "kept": kept,
        "plan": plan,
        "why": why,
        "groups": [
            {"title": title, "lines": lines, "count": count, "more": count - len(lines)}
            for title, lines, count in groups
        ],
    }


@admin.register(Import)
class ImportAdmin(DeskAdmin):
    """Imports, with who made them and when. Read-only, but an import can be undone."""

    pages = [DeskPage("undo", "<path:object_id>/undo/", "undo", undo_import, "spreadsheets/undo", leads_back=True)]
    panels = [undo_link]
    list_panels = [import_links]
    closed_to_all = frozenset({"add", "change", "delete"})

    list_display = ("file_name", "table", "user", "done_at", "added", "changed", "unchanged", "undone_at")
    list_filter = ("table", ("user", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("user",)
    date_hierarchy = "done_at"
    ordering = ("-done_at", "-pk")
    search_fields = ("file_name",)
    search_help_text = gettext_lazy("Search by part of the file name.")
    fieldsets = (
        (None, {"fields": ("file_name", "table", "imported_by", "done_at", ("added", "changed", "unchanged"))}),
        (gettext_lazy("Undone"), {"fields": (("undone_at", "undone_by"),)}),
        (gettext_lazy("Result"), {"fields": ("in_lists", "items_added", "items_changed")}),
    )
    readonly_fields = ("imported_by", "in_lists", "items_added", "items_changed")

    class Media:
        css = {"all": ["admin_site/spreadsheets.css"]}

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """Leave out files that have not been confirmed."""
        return super().get_queryset(request).filter(done_at__isnull=False).defer("content")

    def get_fieldsets(self, request: HttpRequest, obj=None):
        fieldsets = super().get_fieldsets(request, obj)
        undone = obj is not None and obj.undone_at is not None
        return [part for part in fieldsets if undone or "undone_at" not in str(part[1]["fields"])]

    def has_undo_permission(self, request: HttpRequest, obj: Import) -> bool:
        return may_undo(obj, user_of(request))

    @admin.display(description=gettext_lazy("in their lists"))
    def in_lists(self, kept: Import) -> str:
        """Link to lists of what the import added and changed."""
        table = TABLES[kept.table]
        listed = [model for model in models_of(table) if table.part is None or model is not table.part.model]
        query = f"{ImportFilter.parameter_name}={kept.pk}"
        desks: list[Any] = [self.admin_site.get_model_admin(model) for model in listed]
        lines = ((other.address("changelist"), query, capfirst(other.opts.verbose_name_plural)) for other in desks)
        return format_html_join(", ", '<a href="{}?{}">{}</a>', lines)

    @admin.display(description=gettext_lazy("who"))
    def imported_by(self, kept: Import) -> str:
        """The user's name, not a link: few users may see accounts."""
        return name_of(kept.user) or "–"

    @admin.display(description=gettext_lazy("items added"))
    def items_added(self, kept: Import) -> str:
        return _links(kept, "+")

    @admin.display(description=gettext_lazy("items changed"))
    def items_changed(self, kept: Import) -> str:
        return _links(kept, "~")


def _line(item, reason: str = "") -> dict[str, Any]:
    """Return an item's kind, name and address, for a list."""
    return {
        "url": form_url(item),
        "kind": capfirst(item._meta.verbose_name),
        "name": Truncator(item).chars(100),
        "reason": reason,
    }


def _links(kept: Import, how: str) -> str:
    """Return a list of links to the items that an import added ("+") or changed ("~")."""
    lines = [_line(item) for item in items_of(kept, how, LINKED + 1)]
    if not lines:
        return "–"
    more = format_html("<p>{}</p>", _("Only the first items are listed.")) if len(lines) > LINKED else ""
    listed = format_html_join(
        "", '<li><a href="{}">{}: {}</a></li>', ((one["url"], one["kind"], one["name"]) for one in lines[:LINKED])
    )
    return format_html('<ul class="imported">{}</ul>{}', listed, more)
