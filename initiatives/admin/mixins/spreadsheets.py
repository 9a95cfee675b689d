"""Import and export on the list pages of the desk, and the record of imports.

Only pages: initiatives.editorial.spreadsheets knows what a file holds, what its rows mean and who may import it.
"""

from collections.abc import Callable
from urllib.parse import quote as in_url

from django import forms
from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from initiatives.accounts.users import user_of
from initiatives.admin.mixins.forms import REASON, ReasonForm
from initiatives.editorial.spreadsheets import formats, uploads
from initiatives.editorial.spreadsheets.csv_reader import ImportFault
from initiatives.editorial.spreadsheets.outcomes import Effect, ImportPreview
from initiatives.editorial.spreadsheets.permissions import Rights
from initiatives.editorial.spreadsheets.tables import TABLES, Table
from initiatives.editorial.spreadsheets.writers import write_csv, write_xlsx
from initiatives.models import Import
from initiatives.models.history import because

# Rows of each effect shown in a preview; more of those with errors, because each needs correcting.
SHOWN = 50
SHOWN_WRONG = 500
SHOWN_UNCHANGED = 10

CONTENT_TYPES = {
    formats.CSV: "text/csv; charset=utf-8",
    formats.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class UploadForm(forms.Form):
    """The file to import."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.xlsx"}),
        help_text=gettext_lazy("CSV or XLSX, up to %(rows)s rows and %(size)d MB.")
        % {"rows": f"{formats.MAX_ROWS:,}", "size": formats.MAX_BYTES // 1_000_000},
    )


class SpreadsheetMixin(ModelAdmin):
    """Adds import and export of a model's table to its list page."""

    change_list_template = "admin/initiatives/spreadsheets/change_list.html"

    @property
    def table(self) -> Table:
        """The table of this model."""
        return TABLES[self.opts.model_name]

    def get_urls(self):
        """Add the pages of import and export."""
        own: list[tuple[str, Callable[..., HttpResponseBase], str]] = [
            ("import/", self.import_view, "import"),
            ("import/<int:pk>/", self.preview_view, "import_preview"),
            ("import/template.<str:ending>", self.template_view, "import_template"),
            ("export/", self.export_view, "export"),
        ]
        return [
            path(route, self.admin_site.admin_view(view), name=f"{self.opts.app_label}_{self.opts.model_name}_{name}")
            for route, view, name in own
        ] + super().get_urls()

    def changelist_view(self, request: HttpRequest, extra_context=None):
        """Add the buttons to the list page."""
        allowed = {
            "has_import_permission": self.has_import_permission(request),
            "may_export": self.has_view_permission(request),
        }
        return super().changelist_view(request, {**allowed, **(extra_context or {})})

    def has_import_permission(self, request: HttpRequest) -> bool:
        """Whether the user may add and change items of this model, and their parts."""
        return all(
            request.user.has_perm(f"{self.opts.app_label}.{action}_{model._meta.model_name}")
            for model in (self.model, *([self.table.part.model] if self.table.part else []))
            for action in ("add", "change")
        )

    # Import: upload, preview, confirm.

    def import_view(self, request: HttpRequest) -> HttpResponse:
        """Store a file and redirect to its preview; show an error beside the field if it is refused."""
        self._require(self.has_import_permission(request))
        form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
        if form.is_valid():
            upload = form.cleaned_data["file"]
            try:
                if upload.size > formats.MAX_BYTES:
                    raise ImportFault(formats.too_large())
                kept = uploads.store_upload(self.table, request.user, upload.name, upload.read())
            except ImportFault as fault:
                form.add_error("file", str(fault))
            else:
                return HttpResponseRedirect(self._exchange_url("import_preview", kept.pk))
        return self._exchange_page(
            request,
            "import.html",
            _("Import %(items)s") % {"items": self.opts.verbose_name_plural},
            form=form,
            own_columns=self.table.own.values(),
            part_columns=self.table.of_part.values(),
            sheet=self.table.name,
            templates=[
                (ending.upper(), self._exchange_url("import_template", ending))
                for ending in (formats.XLSX, formats.CSV)
            ],
        )

    def preview_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show what a file would do; once confirmed, do it."""
        self._require(self.has_import_permission(request))
        kept = Import.objects.filter(pk=pk, user=user_of(request), table=self.opts.model_name).first()
        if kept is None or (kept.done_at is None and kept.uploaded_at < timezone.now() - uploads.KEPT_FOR):
            self.message_user(request, _("That file is no longer stored. Choose it again."), messages.WARNING)
            return HttpResponseRedirect(self._exchange_url("import"))
        if kept.done_at is not None:
            return HttpResponseRedirect(reverse("admin:initiatives_import_change", args=[kept.pk]))
        why = ReasonForm(request.POST if request.method == "POST" else None, use_required_attribute=False)
        why.fields[REASON].required = False
        why.fields[REASON].help_text = _(
            "Readers see it beside each correction. Needed if a row hides what they see now."
        )
        dates_confirmed = _dates_confirmed(request)
        try:
            if request.method == "POST" and why.is_valid():
                try:
                    with transaction.atomic(), because(why.cleaned_data[REASON]):
                        uploads.apply(kept, request.POST.get("digest", ""), dates_confirmed=dates_confirmed)
                        self.log_addition(request, kept, _("Imported."))
                    text = _("Imported. Rows added: %(added)d, changed: %(changed)d, unchanged: %(unchanged)d.")
                    counts = Import.objects.values("added", "changed", "unchanged").get(pk=kept.pk)
                    self.message_user(request, text % counts, messages.SUCCESS)
                    return HttpResponseRedirect(reverse("admin:initiatives_import_change", args=[kept.pk]))
                except uploads.ReasonMissing as missing:
                    why.add_error(REASON, _("Say why readers will no longer see this: %(item)s") % {"item": missing})
                except uploads.ImportRefused:
                    text = _(
                        "Nothing was imported because the record has changed since you checked the file. Check the "
                        "rows again."
                    )
                    self.message_user(request, text, messages.WARNING)
                    return HttpResponseRedirect(request.get_full_path())
            examined = uploads.examine(kept, dates_confirmed=dates_confirmed)
        except ImportFault as fault:
            self.message_user(request, str(fault), messages.ERROR)
            return HttpResponseRedirect(self._exchange_url("import"))
        return self._preview(request, kept, examined, why)

    def _preview(self, request: HttpRequest, kept: Import, examined: ImportPreview, why: ReasonForm) -> HttpResponse:
        counts = examined.counts
        pointed_out = sum(outcome.pointed_out for outcome in examined.of(Effect.UNCHANGED))
        bounds = dict.fromkeys(Effect, SHOWN) | {
            Effect.WRONG: SHOWN_WRONG,
            Effect.UNCHANGED: max(SHOWN_UNCHANGED, min(SHOWN, pointed_out)),
        }
        # Nothing that readers will see is left out.
        shown = {
            effect: [
                row
                for number, row in enumerate(examined.of(effect))
                if number < bounds[effect] or (row.publishes and effect in (Effect.NEW, Effect.CHANGED))
            ]
            for effect in Effect
        }
        groups = [
            {
                "effect": effect,
                "title": HEADINGS[effect],
                "count": counts[effect],
                "rows": shown[effect],
                "more": counts[effect] - len(shown[effect]),
            }
            for effect in (Effect.WRONG, Effect.CHANGED, Effect.NEW, Effect.UNCHANGED)
            if counts[effect]
        ]
        return self._exchange_page(
            request,
            "preview.html",
            _("Preview: %(file)s") % {"file": kept.file_name},
            kept=kept,
            examined=examined,
            why=why if examined.counts[Effect.CHANGED] and Rights(request.user).may("publish", self.model) else None,
            dates_to_confirm=0 if _dates_confirmed(request) else examined.unusual_dates,
            totals=[(effect.value, HEADINGS[effect], counts[effect]) for effect in Effect],
            groups=groups,
            import_url=self._exchange_url("import"),
        )

    def template_view(self, request: HttpRequest, ending: str) -> HttpResponseBase:
        """Send a file with only the column names."""
        self._require(self.has_import_permission(request))
        if ending not in CONTENT_TYPES:
            raise Http404
        return self._file(ending, f"{self.table.name}-template", iter(()))

    # Export.

    def export_view(self, request: HttpRequest) -> HttpResponseBase:
        """Offer the list, with its search and filters, as a file; once requested, send the file."""
        self._require(self.has_view_permission(request))
        try:
            queryset = self.get_changelist_instance(request).queryset
        except IncorrectLookupParameters:
            return HttpResponseRedirect(self._exchange_url("changelist") + "?e=1")
        ending = request.POST.get("format", "")
        if request.method == "POST" and ending in CONTENT_TYPES:
            try:
                name = f"{self.table.name}-{timezone.localdate().isoformat()}"
                return self._file(ending, name, self.table.rows(queryset))
            except ImportFault as fault:
                self.message_user(request, str(fault), messages.ERROR)
                return HttpResponseRedirect(request.get_full_path())
        return self._exchange_page(
            request,
            "export.html",
            _("Export %(items)s") % {"items": self.opts.verbose_name_plural},
            narrowed=bool(request.GET),
            columns=self.table.columns,
        )

    def _file(self, ending: str, name: str, rows) -> HttpResponseBase:
        header = self.table.header
        response: HttpResponseBase
        if ending == formats.XLSX:
            response = FileResponse(write_xlsx(self.table.name, header, rows), content_type=CONTENT_TYPES[ending])
        else:
            response = StreamingHttpResponse(write_csv(header, rows), content_type=CONTENT_TYPES[ending])
        response["Content-Disposition"] = f'attachment; filename="{in_url(name)}.{ending}"'
        return response

    # What the pages share.

    def _exchange_page(self, request: HttpRequest, template: str, title: str, **context) -> TemplateResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": title,
            "opts": self.opts,
            "media": self.media,
            **context,
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, f"admin/initiatives/spreadsheets/{template}", context)

    def _exchange_url(self, name: str, *args) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_{name}", args=args)

    @staticmethod
    def _require(allowed: bool) -> None:
        if not allowed:
            raise PermissionDenied


HEADINGS = {
    Effect.NEW: gettext_lazy("New"),
    Effect.CHANGED: gettext_lazy("Changed"),
    Effect.UNCHANGED: gettext_lazy("Unchanged"),
    Effect.WRONG: gettext_lazy("With errors"),
}


def _dates_confirmed(request: HttpRequest) -> bool:
    """Tell whether the address says that unusual dates of the file are right."""
    return request.GET.get("dates") == "confirmed"
