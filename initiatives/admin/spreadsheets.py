"""Pages to import and export spreadsheets; initiatives.editorial.spreadsheets reads, checks and writes them."""

from typing import Any
from urllib.parse import quote as in_url

from django import forms
from django.contrib import messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponseRedirect, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from initiatives.accounts.users import user_of
from initiatives.admin.desk import DeskPage, form_url
from initiatives.admin.forms import REASON, ReasonForm
from initiatives.editorial.spreadsheets import formats, uploads
from initiatives.editorial.spreadsheets.csv_reader import ImportFault
from initiatives.editorial.spreadsheets.outcomes import Effect, ImportPreview
from initiatives.editorial.spreadsheets.permissions import Rights
from initiatives.editorial.spreadsheets.tables import TABLES
from initiatives.editorial.spreadsheets.writers import write_csv, write_xlsx
from initiatives.models import Import
from initiatives.models.history import because

# The most rows of each effect in a preview; more with errors, because each needs correcting.
SHOWN = 50
SHOWN_WRONG = 500
SHOWN_UNCHANGED = 10

CONTENT_TYPES = {
    formats.CSV: "text/csv; charset=utf-8",
    formats.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class UploadForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("File"),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.xlsx"}),
        help_text=gettext_lazy("CSV or XLSX, up to %(rows)s rows and %(size)d MB.")
        % {"rows": f"{formats.MAX_ROWS:,}", "size": formats.MAX_BYTES // 1_000_000},
    )


HEADINGS = {
    Effect.NEW: gettext_lazy("New"),
    Effect.CHANGED: gettext_lazy("Changed"),
    Effect.UNCHANGED: gettext_lazy("Unchanged"),
    Effect.WRONG: gettext_lazy("With errors"),
}


def exchange_links(desk: Any, request: HttpRequest) -> dict[str, Any]:
    return {
        "has_import_permission": desk.has_import_permission(request),
        "may_export": desk.has_view_permission(request),
    }


def import_page(desk: Any, request: HttpRequest, _item: None) -> dict[str, Any] | HttpResponseBase:
    """Store a file and redirect to its preview. If it is refused, show the error beside the field."""
    table = TABLES[desk.opts.model_name]
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            if upload.size > formats.MAX_BYTES:
                raise ImportFault(formats.too_large())
            kept = uploads.store_upload(table, request.user, upload.name, upload.read())
        except ImportFault as fault:
            form.add_error("file", str(fault))
        else:
            return HttpResponseRedirect(desk.address("import_preview", kept.pk))
    return {
        "title": _("Import %(items)s") % {"items": desk.opts.verbose_name_plural},
        "form": form,
        "own_columns": table.own.values(),
        "part_columns": table.of_part.values(),
        "sheet": table.name,
        "templates": [
            (ending.upper(), desk.address("import_template", ending)) for ending in (formats.XLSX, formats.CSV)
        ],
    }


def preview(desk: Any, request: HttpRequest, _item: None, pk: int) -> dict[str, Any] | HttpResponseBase:
    """Show what importing a file would do. Once confirmed, import it."""
    kept = Import.objects.filter(pk=pk, user=user_of(request), table=desk.opts.model_name).first()
    if kept is None or (kept.done_at is None and kept.uploaded_at < timezone.now() - uploads.KEPT_FOR):
        messages.warning(request, _("That file is no longer stored. Choose it again."))
        return HttpResponseRedirect(desk.address("import"))
    if kept.done_at is not None:
        return HttpResponseRedirect(form_url(kept))
    why = ReasonForm(request.POST if request.method == "POST" else None, use_required_attribute=False)
    why.fields[REASON].required = False
    why.fields[REASON].help_text = _("Readers see it beside each correction. Needed if a row hides what they see now.")
    dates_confirmed = request.GET.get("dates") == "confirmed"
    try:
        if request.method == "POST" and why.is_valid():
            try:
                with transaction.atomic(), because(why.cleaned_data[REASON]):
                    uploads.apply(kept, request.POST.get("digest", ""), dates_confirmed=dates_confirmed)
                    desk.log_addition(request, kept, _("Imported."))
                text = _("Imported. Rows added: %(added)d, changed: %(changed)d, unchanged: %(unchanged)d.")
                done = Import.objects.values("added", "changed", "unchanged").get(pk=kept.pk)
                messages.success(request, text % done)
                return HttpResponseRedirect(form_url(kept))
            except uploads.ReasonMissing as missing:
                why.add_error(REASON, _("Say why readers will no longer see this: %(item)s") % {"item": missing})
            except uploads.ImportRefused:
                text = _(
                    "Nothing was imported because the record has changed since you checked the file. Check the "
                    "rows again."
                )
                messages.warning(request, text)
                return HttpResponseRedirect(request.get_full_path())
        examined = uploads.examine(kept, dates_confirmed=dates_confirmed)
    except ImportFault as fault:
        messages.error(request, str(fault))
        return HttpResponseRedirect(desk.address("import"))
    counts = examined.counts
    asks_why = counts[Effect.CHANGED] and Rights(request.user).may("publish", desk.model)
    return {
        "title": _("Preview: %(file)s") % {"file": kept.file_name},
        "kept": kept,
        "examined": examined,
        "why": why if asks_why else None,
        "dates_to_confirm": 0 if dates_confirmed else examined.unusual_dates,
        "totals": [(effect.value, HEADINGS[effect], counts[effect]) for effect in Effect],
        "groups": [
            {
                "effect": effect,
                "title": HEADINGS[effect],
                "count": counts[effect],
                "rows": (rows := _shown_rows(examined, effect)),
                "more": counts[effect] - len(rows),
            }
            for effect in (Effect.WRONG, Effect.CHANGED, Effect.NEW, Effect.UNCHANGED)
            if counts[effect]
        ],
        "import_url": desk.address("import"),
    }


def _shown_rows(examined: ImportPreview, effect: Effect) -> list:
    """Return the first rows with an effect, and all others that publish something."""
    rows = examined.of(effect)
    most = SHOWN_WRONG if effect is Effect.WRONG else SHOWN
    if effect is Effect.UNCHANGED:
        most = max(SHOWN_UNCHANGED, min(SHOWN, sum(row.pointed_out for row in rows)))
    publishing = effect in (Effect.NEW, Effect.CHANGED)
    return [row for number, row in enumerate(rows) if number < most or (publishing and row.publishes)]


def template(desk: Any, _request: HttpRequest, _item: None, ending: str) -> HttpResponseBase:
    """Return a file with only the column names."""
    if ending not in CONTENT_TYPES:
        raise Http404
    name = TABLES[desk.opts.model_name].name
    return _file(desk, ending, f"{name}-template", iter(()))


def export(desk: Any, request: HttpRequest, _item: None) -> dict[str, Any] | HttpResponseBase:
    """Show the page to export the list, with its search and filters. On POST, return the file."""
    table = TABLES[desk.opts.model_name]
    try:
        queryset = desk.get_changelist_instance(request).queryset
    except IncorrectLookupParameters:
        return HttpResponseRedirect(desk.address("changelist") + "?e=1")
    ending = request.POST.get("format", "")
    if request.method == "POST" and ending in CONTENT_TYPES:
        try:
            return _file(desk, ending, f"{table.name}-{timezone.localdate().isoformat()}", table.rows(queryset))
        except ImportFault as fault:
            messages.error(request, str(fault))
            return HttpResponseRedirect(request.get_full_path())
    return {
        "title": _("Export %(items)s") % {"items": desk.opts.verbose_name_plural},
        "narrowed": bool(request.GET),
        "columns": table.columns,
    }


def _file(desk: Any, ending: str, name: str, rows) -> HttpResponseBase:
    table = TABLES[desk.opts.model_name]
    response: HttpResponseBase
    if ending == formats.XLSX:
        response = FileResponse(write_xlsx(table.name, table.header, rows), content_type=CONTENT_TYPES[ending])
    else:
        response = StreamingHttpResponse(write_csv(table.header, rows), content_type=CONTENT_TYPES[ending])
    response["Content-Disposition"] = f'attachment; filename="{in_url(name)}.{ending}"'
    return response


EXCHANGE_PAGES = (
    DeskPage("import", "import/", "import", import_page, "spreadsheets/import"),
    DeskPage("import_preview", "import/<int:pk>/", "import", preview, "spreadsheets/preview"),
    DeskPage("import_template", "import/template.<str:ending>", "import", template),
    DeskPage("export", "export/", "view", export, "spreadsheets/export"),
)
