"""Fields of the desk's forms: help texts, pick lists, dates in words, and a preview of Markdown."""

import datetime
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.contrib.admin.options import BaseModelAdmin
from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple
from django.core.exceptions import ValidationError
from django.db import models
from django.forms.models import BaseInlineFormSet
from django.forms.widgets import ChoiceWidget
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import lazy
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from initiatives.models.choices import (
    EFFECT_MEANINGS,
    PROVENANCE_MEANINGS,
    PUBLISHER_MEANINGS,
    VERIFICATION_MEANINGS,
)
from initiatives.models.fields import QuotationLength
from initiatives.models.partial_dates import explain_partial_date, read_partial_date, write_partial_date
from initiatives.models.paths import read_key
from initiatives.text.markdown import FIELDS, leaves_out, to_html

# The names of the URLs that scripts call while an editor types.
WRITTEN_DATE, MARKDOWN_PREVIEW = "written_date", "markdown_preview"
# The suffix of the name of the checkbox that confirms an unusual date.
CONFIRMED = "_is_right"
# The longest text to preview: longer than any in the record.
LONGEST = 100_000

# Height in lines of text fields that do not hold the main text.
LINES = {
    "summary": 4,
    "context": 4,
    "description": 4,
    "editors_note": 4,
    "introduction": 6,
    "aliases": 3,
    "review_note": 3,
}


# Help texts that replace those of the models, because rewording them here needs no migration.
_WRITTEN = gettext_lazy("As precisely as it is known: 2026, 09.2026 or 08.09.2026. The day comes before the month.")
_explained = lazy(lambda meanings: " · ".join(f"{choice.label}: {text}" for choice, text in meanings.items()), str)

# By field, for every model that has it, or by model and field, which takes precedence.
GUIDANCE: dict[str, Any] = {
    "state": gettext_lazy(
        "Published items are public, or will be from the time below. Archived items are kept but hidden from readers."
    ),
    "body": gettext_lazy(
        "Markdown: leave an empty line between paragraphs; use **bold**, - for lists and "
        "[text](address) for links. Headings begin with ###; images are left out. "
        "Write neutrally and give a source for every fact."
    ),
    "summary": gettext_lazy(
        "Explain in one or two plain sentences who or what it is, for someone who has never heard of "
        "it. Do not praise or criticise."
    ),
    "editors_note": gettext_lazy(
        "Markdown. What readers should know about the evidence: gaps, doubts or sources that disagree. "
        "Readers see this."
    ),
    "themes": gettext_lazy("Choose one to three themes. If none fits well, leave this to a publisher."),
    "aliases": gettext_lazy(
        "Short forms, former names and the names in Russian and Kazakh, one per line. "
        "Searches for these names find it too."
    ),
    "name": gettext_lazy("The full name as English-language documents give it, without title or rank."),
    "date": format_lazy("{} {}", _WRITTEN, gettext_lazy("Leave empty if the date is not known.")),
    "initiative.title": gettext_lazy(
        "Its usual name in English, short enough for a heading. No full stop or quotation marks."
    ),
    "initiative.kind": gettext_lazy(
        "What it was announced as. A law that founds an institution, for example, is a law."
    ),
    "initiative.summary": gettext_lazy(
        "What was announced, in one or two neutral sentences. Record what came of it as milestones."
    ),
    "initiative.bodies": gettext_lazy("The institutions that carry it out or that it founds."),
    "milestone.date": format_lazy("{} {}", gettext_lazy("The day it happened, not the day it was reported."), _WRITTEN),
    "milestone.effect": format_lazy(
        "{} {}", gettext_lazy("Only if it bears on what was promised."), _explained(EFFECT_MEANINGS)
    ),
    "milestone.attributed_kind": gettext_lazy("The kind of that voice, as for publishers. Needed with it."),
    "milestone.further_sources": gettext_lazy("Other sources that confirm the same step."),
    "quote.text": gettext_lazy(
        "Exactly as in the source, without the outer quotation marks. Mark what you leave out with an "
        "ellipsis (…) and put what you add in [square brackets]. At most 10,000 characters."
    ),
    "quote.language": gettext_lazy(
        "The language of the quote as given here. If the source is a translation, quote it as it is and "
        "say so in the note."
    ),
    "quote.speaker": gettext_lazy("The person who said or wrote the words, not the person who reports them."),
    "quote.locator": gettext_lazy("Where readers will find it, such as “p. 12”, “paragraph 3” or “14:05”."),
    "quote.context": gettext_lazy("In one or two sentences of your own: where it was said, to whom and what about."),
    "quote.verification": _explained(VERIFICATION_MEANINGS),
    "quote.initiatives": gettext_lazy(
        "Only initiatives that the quote is about. For anything broader, choose a theme."
    ),
    "quotetranslation.language": gettext_lazy("The language of the translation."),
    "quotetranslation.text": gettext_lazy("The whole quote exactly as translated, without the outer quotation marks."),
    "quotetranslation.provenance": _explained(PROVENANCE_MEANINGS),
    "principleset.title": gettext_lazy("The name under which they were announced."),
    "principleset.introduction": gettext_lazy(
        "Markdown. Where, when and by whom they were announced, in a few neutral sentences."
    ),
    "principle.title": gettext_lazy("The principle in the words of the source, without its number."),
    "principle.text": gettext_lazy("Markdown. What the source says about it, as close to its wording as possible."),
    "principle.initiatives": gettext_lazy("Only initiatives that put it into practice."),
    "person.role": gettext_lazy("The position they are best known for. Give the years if they no longer hold it."),
    "theme.name": gettext_lazy(
        "A noun or short phrase that readers would search for, such as “Rule of law”. Start with a "
        "capital letter and use no full stop."
    ),
    "theme.description": gettext_lazy(
        "What this theme covers and what it does not, in one or two sentences. Readers and editors see this."
    ),
    "source.title": gettext_lazy("Exactly as on the document, in the document’s own language."),
    "source.kind": gettext_lazy("What the document is, not where you found it. A law on a news site is a legal act."),
    "source.publisher": gettext_lazy("The institution or newspaper that published it, not the website’s domain name."),
    "source.publisher_kind": format_lazy(
        "{} {}",
        gettext_lazy("Shown beside every citation. Say why in the editor’s note if it is not obvious."),
        _explained(PUBLISHER_MEANINGS),
    ),
    "source.url": gettext_lazy(
        "The page or file itself, not a search page or home page. Use the publisher’s own copy if there is one."
    ),
    "source.archived_url": gettext_lazy(
        "A permanent copy, such as one in the Wayback Machine, in case the address stops working."
    ),
    "source.description": gettext_lazy("What the document is and why it was published, in one or two sentences."),
}


class RecordFields(BaseModelAdmin):
    """Form fields as the record needs them, for a ModelAdmin or an inline."""

    lines = LINES
    # The fields with a preview (markdown_preview.js). Inlines override it.
    markdown: ClassVar[frozenset[str]] = FIELDS
    # Addresses typed without a scheme are https.
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}

    class Media:
        js = ["admin_site/markdown_preview.js", "admin_site/written_dates.js"]

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        """Add help texts, heights, and the data attributes that the scripts read."""
        if text := GUIDANCE.get(f"{db_field.model._meta.model_name}.{db_field.name}") or GUIDANCE.get(db_field.name):
            kwargs["help_text"] = text
        if db_field.name == "date" and hasattr(db_field.model, "date_precision"):
            # One field for the date and its precision.
            kwargs |= {
                "form_class": WrittenDateField,
                "widget": WrittenDateInput(attrs={"class": "written-date-field"}),
            }
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is None:
            return None
        if db_field.name in self.markdown:
            field.widget.attrs["data-markdown-preview"] = reverse(MARKDOWN_PREVIEW)
        if db_field.name in self.lines:
            field.widget.attrs["rows"] = self.lines[db_field.name]
        for limit in (one for one in db_field.validators if isinstance(one, QuotationLength)):
            field.widget.attrs["data-most"] = limit.limit_value
            field.widget.attrs["data-count"] = _("%(count)s of %(most)s characters")
        if db_field.is_relation:
            # No editor needs to delete a source while writing a quote.
            field.widget.can_delete_related = False
        return field

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name in self.autocomplete_fields:
            kwargs.setdefault("widget", PickOne(db_field, self.admin_site, using=kwargs.get("using")))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        if db_field.name in self.autocomplete_fields:
            kwargs.setdefault("widget", PickMany(db_field, self.admin_site, using=kwargs.get("using")))
        return super().formfield_for_manytomany(db_field, request, **kwargs)


class _Chosen(ChoiceWidget):
    """A pick list that accepts any input, and can be given its chosen items, by key, in `known`.

    Django's pick lists fail on input that is not a number, and each looks up the names of its chosen items: an
    initiative with fifty milestones would need a hundred queries.
    """

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # The forms of all parts copy one widget, so they share this.
        self.known: dict[str, object] = {}

    @property
    def media(self) -> forms.Media:
        """Add the script that labels the fields Select2 creates."""
        return super().media + forms.Media(js=["admin_site/pick_lists.js"])

    def optgroups(self, name, value, attr=None):
        """Return the chosen items as options. Query for names only if one is unknown, as in a form with errors."""
        chosen = [str(key) for key in value if read_key(str(key)) is not None]
        if not all(key in self.known for key in chosen):
            return super().optgroups(name, chosen, attr)
        choices: Any = self.choices
        options = []
        if not self.is_required and not self.allow_multiple_selected:
            options.append(self.create_option(name, "", "", False, 0))
        options += [
            self.create_option(name, key, choices.field.label_from_instance(self.known[key]), True, index)
            for index, key in enumerate(chosen, start=1)
        ]
        return [(None, options, 0)]


class PickOne(_Chosen, AutocompleteSelect):
    """A pick list for one item."""


class PickMany(_Chosen, AutocompleteSelectMultiple):
    """A pick list for any number of items."""


class PickListFormSet(BaseInlineFormSet):
    """Gives the pick lists of parts their chosen items, already loaded."""

    def _construct_form(self, i, **kwargs):
        form = super()._construct_form(i, **kwargs)  # type: ignore[misc]  # not in the stubs
        if form.instance.pk is None:
            return form
        for name, field in form.fields.items():
            widget = getattr(field.widget, "widget", field.widget)  # the admin wraps it to add links
            if isinstance(widget, PickMany):
                widget.known |= {str(item.pk): item for item in getattr(form.instance, name).all()}
            elif isinstance(widget, PickOne) and (item := getattr(form.instance, name)):
                widget.known[str(item.pk)] = item
        return form


class WrittenDateInput(forms.TextInput):
    """A text field for a date, with the date in words below it; written_dates.js updates them while the user types.

    A form that asks whether an unusual date is right sets `to_confirm` to that date, which adds a checkbox.
    """

    to_confirm = ""
    is_confirmed = False

    def render(self, name: str, value: Any, attrs=None, renderer=None) -> SafeString:
        """Add the date in words, the URL for the script, and the checkbox."""
        return format_html(
            '{}<span class="written-date" role="status" data-written-date="{}">{}</span>{}',
            super().render(name, value, attrs, renderer),
            reverse(WRITTEN_DATE),
            _in_words(str(value or "")),
            self._checkbox(name) if self.to_confirm else "",
        )

    def _checkbox(self, name: str) -> SafeString:
        box = forms.CheckboxInput(check_test=lambda written: self.is_confirmed)
        label = _("This date is right")
        return format_html(
            '<label class="confirm-date">{} {}</label>', box.render(name + CONFIRMED, self.to_confirm), label
        )


class WrittenDateField(forms.CharField):
    """A date in any form that `read_partial_date` accepts; cleans to the first day it can mean and its precision."""

    widget = WrittenDateInput

    def clean(self, value) -> tuple[datetime.date | None, str]:
        """Return the first day and the precision. Raises ValidationError if the value is not a date."""
        try:
            return read_partial_date(super().clean(value))
        except ValueError as error:
            raise ValidationError(str(error)) from error

    def has_changed(self, initial, data) -> bool:
        """Return whether the date differs. Writing the same date in another way is not a change."""
        try:
            return read_partial_date(initial or "") != read_partial_date(data or "")
        except ValueError:
            return True


class DatedForm(forms.ModelForm):
    """A form whose field `date`, if it has one, also holds how precisely the date is known."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if isinstance(date := self.initial.get("date"), datetime.date):
            self.initial["date"] = write_partial_date(date, self.instance.date_precision)

    def clean_date(self) -> datetime.date | None:
        """Return the date and set the item's precision. Ask to confirm a new date that is unusual for the item."""
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


class RecordInline(RecordFields, admin.StackedInline):
    """Parts of an item, edited in its form. Django makes them read-only if the item is."""

    extra = 0
    form: type[forms.ModelForm] = DatedForm
    formset: type[BaseInlineFormSet] = PickListFormSet
    view_on_site = False

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related(*self.autocomplete_fields)


@require_GET
def understood_view(request: HttpRequest) -> HttpResponse:
    """Return in words how a date was understood, while it is being typed."""
    return HttpResponse(_in_words(request.GET.get("written", "")), content_type="text/plain; charset=utf-8")


def _in_words(written: str) -> str:
    try:
        return explain_partial_date(*read_partial_date(written))
    except ValueError as error:
        return str(error)


@require_POST
def preview_view(request: HttpRequest) -> HttpResponse:
    """Return Markdown as the safe HTML that the site would show, with a note on what it leaves out."""
    text = request.POST.get("text", "")[:LONGEST]
    note = _("Images are left out. Only headings with ### and #### are shown as headings.")
    left_out = format_html('<p class="help">{}</p>', note) if leaves_out(text) else ""
    return HttpResponse(to_html(text) + left_out)
