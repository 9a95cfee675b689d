"""One field for a date and how precisely it is known, which says in words how it understood what is typed."""

import datetime
from typing import Any

from django import forms
from django.contrib.admin.options import BaseModelAdmin
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from initiatives.models.partial_dates import explain_partial_date, read_partial_date, write_partial_date

URL_NAME = "written_date"
# What the name of a date's tick ends with.
CONFIRMED = "_is_right"


class WrittenDateInput(forms.TextInput):
    """A text field with the words below it; written_dates.js changes them as one types.

    `to_confirm` is set by a form that asks whether an unusual date is right: then there is a tick for that very date.
    """

    to_confirm = ""
    is_confirmed = False

    def render(self, name: str, value: Any, attrs=None, renderer=None) -> SafeString:
        """Add how the value was understood, where the script asks, and the tick."""
        return format_html(
            '{}<span class="written-date" role="status" data-written-date="{}">{}</span>{}',
            super().render(name, value, attrs, renderer),
            reverse(URL_NAME),
            _understood(str(value or "")),
            self._tick(name) if self.to_confirm else "",
        )

    def _tick(self, name: str) -> SafeString:
        box = forms.CheckboxInput(check_test=lambda written: self.is_confirmed)
        label = _("This date is right")
        return format_html(
            '<label class="confirm-date">{} {}</label>', box.render(name + CONFIRMED, self.to_confirm), label
        )


class WrittenDateField(forms.CharField):
    """Cleans to the first day and the precision of a date written in any way that `read_partial_date` knows."""

    widget = WrittenDateInput

    def clean(self, value) -> tuple[datetime.date | None, str]:
        """Return the day and the precision. Raises ValidationError if it is not a date."""
        try:
            return read_partial_date(super().clean(value))
        except ValueError as error:
            raise ValidationError(str(error)) from error

    def has_changed(self, initial, data) -> bool:
        """Tell whether another date is written, not the same one in another way."""
        try:
            return read_partial_date(initial or "") != read_partial_date(data or "")
        except ValueError:
            return True


class DatedForm(forms.ModelForm):
    """A form of an item whose field `date`, if it has one, also says how precisely the date is known."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if isinstance(date := self.initial.get("date"), datetime.date):
            self.initial["date"] = write_partial_date(date, self.instance.date_precision)

    def clean_date(self) -> datetime.date | None:
        """Return the date, and give the item the precision. Ask for a tick if a new date is unusual for the item."""
        item = self.instance
        item.date, item.date_precision = self.cleaned_data["date"]
        is_new = item.pk is None or "date" in self.changed_data
        if is_new and item.unusual_dates_allowed and (unusual := item.unusual_date):
            widget: Any = self.fields["date"].widget
            widget.to_confirm = item.iso_date
            widget.is_confirmed = self.data.get(self.add_prefix("date") + CONFIRMED) == item.iso_date
            if not widget.is_confirmed:
                raise ValidationError(
                    _("%(unusual)s If it is right, tick “This date is right”.") % {"unusual": unusual}
                )
        return item.date


class WrittenDates(BaseModelAdmin):
    """A ModelAdmin or inline whose items have a date that may be known to the month or the year."""

    @property
    def media(self) -> forms.Media:
        """What the pages load, with the script that explains dates."""
        return super().media + forms.Media(js=["admin_site/written_dates.js"])

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        """Let one field stand for the date and its precision."""
        if db_field.name == "date" and hasattr(db_field.model, "date_precision"):
            kwargs |= {
                "form_class": WrittenDateField,
                "widget": WrittenDateInput(attrs={"class": "written-date-field"}),
            }
        return super().formfield_for_dbfield(db_field, request, **kwargs)


@require_GET
def understood_view(request: HttpRequest) -> HttpResponse:
    """Answer a date as it is typed with how it is understood, in words."""
    return HttpResponse(_understood(request.GET.get("written", "")), content_type="text/plain; charset=utf-8")


def _understood(written: str) -> str:
    """Return how a date is understood, or why it is not."""
    try:
        return explain_partial_date(*read_partial_date(written))
    except ValueError as error:
        return str(error)
