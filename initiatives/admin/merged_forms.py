"""Merges a form made from an older version of an item with the newer version, field by field.

Compares values as browsers send them, so that all kinds of fields are treated the same. Also lists what a proposal
would change.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib.admin.utils import flatten_fieldsets
from django.db import models
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest, QueryDict
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext as _

from initiatives.models.history import DELETED, Versioned
from initiatives.models.partial_dates import write_partial_date
from initiatives.models.paths import read_key
from initiatives.text.diff import beside
from initiatives.text.pieces import Piece

# The values of a field, for each of its names in the form (a time has two).
Sent = list[list[str]]


@dataclass(frozen=True)
class FieldConflict:
    """A field that another editor changed: the value before, theirs and yours, and whose the form has now."""

    label: str
    before: str
    theirs: str
    yours: str
    is_yours: bool
    # True for text, compared word by word; False for a single value; None for a description of what happened.
    is_prose: bool | None = None

    def _marked(self, other: str, value: str) -> tuple[list[Piece], list[Piece]]:
        if self.is_prose is None:
            return [Piece(other)], [Piece(value)]
        return beside(other, value, prose=self.is_prose)

    @property
    def marked_before(self) -> list[Piece]:
        """The value before, with what they removed marked."""
        return self._marked(self.before, self.theirs)[0]

    @property
    def marked_theirs(self) -> list[Piece]:
        """Their value, with what they added marked or, if the value before is unknown, what yours lacks."""
        return self._marked(self.before or self.yours, self.theirs)[1]

    @property
    def marked_yours(self) -> list[Piece]:
        return self._marked(self.before or self.theirs, self.yours)[1]


def merged(
    admin, request: HttpRequest, typed: QueryDict, pk, item: models.Model | None, since: dict[type[Versioned], int]
) -> tuple[QueryDict, list[FieldConflict]]:
    """Return the typed data merged with the item as it is now, and what others have changed in the meantime.

    A field that only they changed gets their value. A field that both changed keeps what was typed. `since` holds for
    each model the version that the form was made from; without it, every field that differs counts as changed by both.
    If the item has been deleted, `item` is None and the data are for adding it again.
    """
    data = typed.copy()
    differences: list[FieldConflict] = []
    if item is not None:
        before = _versions(admin.model, admin.opts.pk.name, pk, since).get(pk, {})
        differences += _merge(_form_of(admin, request, item), data, "", before)
    for formset in _formsets_of(admin, request, item):
        if f"{formset.prefix}-TOTAL_FORMS" in data:
            differences += _merge_parts(formset, data, _versions(formset.model, formset.fk.name, pk, since))
    return data, differences


def _form_of(admin, request: HttpRequest, item: models.Model) -> forms.ModelForm:
    """Return the form of an item as it is now."""
    fields = flatten_fieldsets(admin.get_fieldsets(request, item))
    return admin.get_form(request, item, change=True, fields=fields)(instance=item)


def _formsets_of(admin, request: HttpRequest, item: models.Model | None) -> Iterator[Any]:
    """Yield the formsets of an item's parts as they are now, or those of a new item if there is none."""
    for formset_class, inline in admin.get_formsets_with_inlines(request, *([item] if item is not None else [])):
        prefix = formset_class.get_default_prefix()
        yield formset_class(instance=item or admin.model(), prefix=prefix, queryset=inline.get_queryset(request))


def _data_of(form: forms.ModelForm, row: dict[str, list[str]]) -> QueryDict:
    """Return a part's values, given by field name, under the names that its form sends."""
    data = QueryDict(mutable=True)
    for name, values in row.items():
        data.setlist(f"{form.prefix}-{name}", values)
    return data


class SubmittedField:
    """A field of a form, as browsers send it."""

    def __init__(self, form: forms.BaseForm, name: str):
        self.name = name
        self.field = form.fields[name]
        # The admin wraps widgets for related items.
        widget: Any = self.field.widget
        self.widget = getattr(widget, "widget", widget)
        self.is_many = isinstance(self.field, forms.ModelMultipleChoiceField)
        self.is_prose = type(self.field) in (forms.CharField, forms.SlugField)
        self.label = str(capfirst(self.field.label or name))
        whole = form.add_prefix(name)
        self.is_several = isinstance(self.widget, forms.MultiWidget)
        suffixes = self.widget.widgets_names if self.is_several else [""]
        self.names = [f"{whole}{suffix}" for suffix in suffixes]

    def sent(self, value) -> Sent:
        """Return what a browser sends for a value that was not changed."""
        value = self.field.prepare_value(value)
        if self.is_several:
            parts = zip(self.widget.widgets, self.widget.decompress(value), strict=True)
            return [_strings(widget.format_value(part)) for widget, part in parts]
        return [_strings(self.widget.format_value(value))]

    def read(self, data: QueryDict) -> Sent:
        return [_strings(data.getlist(name)) for name in self.names]

    def write(self, data: QueryDict, sent: Sent) -> None:
        for name, values in zip(self.names, sent, strict=True):
            # Browsers send nothing for a multiple choice with nothing chosen.
            data.setlist(name, [value for value in values if value] if self.is_many else values)

    def words(self, sent: Sent) -> str:
        values = [value for part in sent for value in part if value]
        if isinstance(self.field, forms.ModelChoiceField) and self.field.queryset is not None:
            known = [key for value in values if (key := read_key(value)) is not None]
            return ", ".join(str(item) for item in self.field.queryset.filter(pk__in=known))
        choices = dict(getattr(self.field, "choices", ()))
        return " ".join(str(choices.get(value, value)) for value in values)


def _strings(values) -> list[str]:
    """Return values in a comparable form: choices have no order, browsers send \\r\\n, forms strip spaces."""
    values = values if isinstance(values, (list, tuple)) else [values]
    texts = sorted("" if value is None else str(value).replace("\r\n", "\n").strip() for value in values)
    return [text for text in texts if text] or [""]


def _versions(model: type[Versioned], link: str, pk, since: dict[type[Versioned], int]) -> dict[int, dict]:
    """Return the values of a model's items that belonged to an item at these versions: by key, then by field."""
    if model not in since:
        return {}
    found = {}
    versions = model.history.filter(**{link: pk}, history_id__lte=since[model])
    for version in versions.order_by("history_id"):
        found[getattr(version, model._meta.pk.attname)] = version
    return {key: _values(version) for key, version in found.items() if version.history_type != DELETED}


def _values(version: Any) -> dict:
    values = {field.name: getattr(version, field.attname) for field in version.tracked_fields}
    for relation in version._history_m2m_fields:
        target = f"{relation.m2m_reverse_field_name()}_id"
        values[relation.name] = list(getattr(version, relation.name).values_list(target, flat=True))
    if "date_precision" in values:
        values["date"] = write_partial_date(values["date"], values["date_precision"])
    return values


def _merge(form: forms.ModelForm, data: QueryDict, title: str, before: dict) -> list[FieldConflict]:
    """Merge the fields of an item's current form into submitted data, and return what others changed."""
    differences = []
    for field in (SubmittedField(form, name) for name in form.fields if name in form.initial):
        name = field.name
        # Browsers send nothing for disabled fields, or for a multiple choice with nothing chosen.
        if field.names[0] not in data and not field.is_many:
            continue
        theirs, yours = field.sent(form.initial[name]), field.read(data)
        was = field.sent(before[name]) if name in before else None
        if theirs in (yours, was):
            continue
        is_yours = yours != was
        if not is_yours:
            field.write(data, theirs)
        differences.append(
            FieldConflict(
                _label(title, field),
                field.words(was) if was is not None else "",
                field.words(theirs),
                field.words(yours) if is_yours else "",
                is_yours,
                is_prose=field.is_prose,
            )
        )
    return differences


def _label(title: str, field: SubmittedField) -> str:
    return f"{title}: {field.label}" if title else field.label


def _merge_parts(formset: BaseInlineFormSet, data: QueryDict, before: dict[int, dict]) -> list[FieldConflict]:
    """Merge the current parts of an item into submitted data, and return what others changed.

    Parts that others added are added to the form. Parts that they deleted are dropped or, if you changed them, become
    new ones.
    """
    model: Any = formset.model
    prefix, key_name = str(formset.prefix), model._meta.pk.name
    differences: list[FieldConflict] = []
    rows = submitted_rows(data, prefix)
    known = {row[key_name][0]: row for row in rows if row.get(key_name, [""])[0]}
    kind = capfirst(model._meta.verbose_name)
    old, new = [], [row for row in rows if not row.get(key_name, [""])[0]]
    for form in formset.initial_forms:
        item = form.instance
        title = f"{kind} “{Truncator(item).chars(40)}”"
        row = known.pop(str(item.pk), None)
        scratch = _data_of(form, row or {})
        if row is not None:
            differences += _merge(form, scratch, title, before.get(item.pk, {}))
        elif item.pk in before:
            # The part was on the form but not sent, so the data do not come from one of our pages.
            continue
        else:
            for name in form.fields:
                if name in form.initial:
                    field = SubmittedField(form, name)
                    field.write(scratch, field.sent(form.initial[name]))
            differences.append(FieldConflict(title, "", _("Added by the other editor."), "", is_yours=False))
        scratch[f"{form.prefix}-{key_name}"] = str(item.pk)
        old.append({name.removeprefix(f"{form.prefix}-"): values for name, values in scratch.lists()})
    for key, row in known.items():
        was = before.get(int(key)) if key.isdecimal() else None
        if formset.instance.pk is not None:
            changed = _changed(formset.empty_form, row, was) and "DELETE" not in row
            text = Truncator(next((str(was[name]) for name in ("text", "title") if was and name in was), "")).chars(40)
            differences.append(
                FieldConflict(
                    f"{kind} “{text}”",
                    "",
                    _("Deleted by the other editor."),
                    _("Changed by you.") if changed else "",
                    changed,
                )
            )
            if not changed:
                continue
        new.append({name: values for name, values in row.items() if name not in (key_name, formset.fk.name)})
    _write_rows(data, prefix, [*old, *new], len(old))
    return differences


def _changed(form: forms.ModelForm, row: dict[str, list[str]], was: dict | None) -> bool:
    """Return whether a submitted part differs from a version; True if there is no version."""
    if was is None:
        return True
    sent = _data_of(form, row)
    key = form._meta.model._meta.pk.name
    fields = [SubmittedField(form, name) for name in form.fields if name in was and name != key]
    return any(field.read(sent) != field.sent(was[field.name]) for field in fields)


def submitted_rows(data: QueryDict, prefix: str) -> list[dict[str, list[str]]]:
    """Return the values of each submitted part, by field name."""
    total = data.get(f"{prefix}-TOTAL_FORMS", "")
    rows: list[dict[str, list[str]]] = [{} for _row in range(min(int(total), 1000) if total.isdecimal() else 0)]
    for name, values in data.lists():
        number, _hyphen, rest = name.removeprefix(f"{prefix}-").partition("-")
        if name.startswith(f"{prefix}-") and number.isdecimal() and int(number) < len(rows):
            rows[int(number)][rest] = values
    return rows


def _write_rows(data: QueryDict, prefix: str, rows: list[dict[str, list[str]]], initial: int) -> None:
    """Replace the submitted parts, the `initial` stored ones first."""
    for name in list(data):
        if name.startswith(f"{prefix}-") and name.removeprefix(f"{prefix}-").partition("-")[0].isdecimal():
            del data[name]
    for number, row in enumerate(rows):
        for name, values in row.items():
            data.setlist(f"{prefix}-{number}-{name}", values)
    data[f"{prefix}-TOTAL_FORMS"], data[f"{prefix}-INITIAL_FORMS"] = str(len(rows)), str(initial)


def proposed_changes(admin, request: HttpRequest, item: models.Model, data: QueryDict) -> list[FieldConflict]:
    """Return how a filled-in form differs from the stored item: `before` is stored, `theirs` is proposed.

    Adds to the data, unchanged, the fields that the form did not have, such as the state.
    """
    form = _form_of(admin, request, item)
    differences = _differing(form, data, form.initial)
    for formset in _formsets_of(admin, request, item):
        differences += _of_parts(formset, data)
    return differences


def _differing(form: forms.ModelForm, data: QueryDict, names: Iterable[str], title: str = "") -> list[FieldConflict]:
    """Return the fields whose values differ, and add to the data the values they lack."""
    differences = []
    for field in (SubmittedField(form, name) for name in form.fields if name in names):
        now = field.sent(form.get_initial_for_field(field.field, field.name))
        # Browsers send nothing for a multiple choice with nothing chosen.
        if field.names[0] not in data and not field.is_many:
            field.write(data, now)
        proposed = field.read(data)
        if proposed != now:
            words = (field.words(now), field.words(proposed))
            differences.append(FieldConflict(_label(title, field), *words, "", is_yours=False, is_prose=field.is_prose))
    return differences


def _of_parts(formset: BaseInlineFormSet, data: QueryDict) -> list[FieldConflict]:
    """Return which parts the data change, remove and add."""
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
        names = form.initial if form else shown.fields.keys() - {key, formset.fk.name, "DELETE"}
        differences += _differing(shown, _data_of(shown, row), names, title)
    return differences
