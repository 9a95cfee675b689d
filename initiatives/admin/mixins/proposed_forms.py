"""What a proposed change would change: a form as it was filled in, beside the item as it stands."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib.admin.utils import flatten_fieldsets
from django.db import models
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest, QueryDict
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext as _

from initiatives.admin.mixins.merged_forms import FieldConflict, SubmittedField, submitted_rows


def proposed_changes(admin, request: HttpRequest, item: models.Model, data: QueryDict) -> list[FieldConflict]:
    """Return how a filled-in form differs from an item as it stands: `before` is now, `theirs` is proposed.

    Fields that the form did not have, such as the state, are added to the data as they stand.
    """
    fields = flatten_fieldsets(admin.get_fieldsets(request, item))
    form = admin.get_form(request, item, change=True, fields=fields)(instance=item)
    differences = _differing(form, data, form.initial)
    for formset_class, inline in admin.get_formsets_with_inlines(request, item):
        prefix = formset_class.get_default_prefix()
        differences += _of_parts(
            formset_class(instance=item, prefix=prefix, queryset=inline.get_queryset(request)), data
        )
    return differences


def _differing(form: forms.ModelForm, data: QueryDict, names: Iterable[str], title: str = "") -> list[FieldConflict]:
    """Return the fields whose values differ; write those that the data lack into them."""
    differences = []
    for box in (SubmittedField(form, name) for name in form.fields if name in names):
        now = box.sent(form.get_initial_for_field(box.field, box.name))
        # Browsers send nothing for a multiple choice with nothing chosen.
        if box.names[0] not in data and not box.is_many:
            box.write(data, now)
        proposed = box.read(data)
        if proposed != now:
            label = f"{title}: {box.label}" if title else box.label
            shown = (box.words(now), box.words(proposed))
            differences.append(FieldConflict(label, *shown, "", is_yours=False, is_prose=box.is_prose))
    return differences


def _of_parts(formset: BaseInlineFormSet, data: QueryDict) -> list[FieldConflict]:
    """Return which parts are changed, removed and added."""
    model: Any = formset.model
    key, kind = str(model._meta.pk.name), str(capfirst(model._meta.verbose_name))
    stored = {str(form.instance.pk): form for form in formset.initial_forms}
    differences: list[FieldConflict] = []
    for row in submitted_rows(data, str(formset.prefix)):
        form = stored.get(row.get(key, [""])[0])
        shown = form or formset.empty_form
        title = f"{kind} “{Truncator(form.instance).chars(40)}”" if form else _("New: %(kind)s") % {"kind": kind}
        if "DELETE" in row:
            if form:
                gone = _("To be removed.")
                differences.append(FieldConflict(title, str(form.instance), gone, "", is_yours=False, is_prose=None))
            continue
        typed = QueryDict(mutable=True)
        for name, values in row.items():
            typed.setlist(f"{shown.prefix}-{name}", values)
        names = form.initial if form else shown.fields.keys() - {key, formset.fk.name, "DELETE"}
        differences += _differing(shown, typed, names, title)
    return differences
