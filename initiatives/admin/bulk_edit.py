"""Changes some fields of many items at once, after a page that shows what will change in each."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.widgets import AdminTextInputWidget
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from initiatives.accounts.users import user_of
from initiatives.admin.actions import change_once_confirmed
from initiatives.admin.desk import shown
from initiatives.admin.plans import BulkAction, Plan, SelectedItem
from initiatives.admin.visibility import obstacles
from initiatives.editorial.bulk_edit import BulkEdit
from initiatives.models import Publishable
from initiatives.models.choices import State
from initiatives.models.history import MAX_REASON

# Prefixes of the names of fields for relations.
ADD, REMOVE = "add_", "remove_"


class BulkEditForm(forms.Form):
    """The new values. Fields left empty change nothing."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=MAX_REASON,
        required=False,
        widget=AdminTextInputWidget,
        help_text=gettext_lazy("Appears in the history of each item."),
    )

    def clean(self) -> dict[str, Any]:
        """Require a change, and refuse to add and remove the same item."""
        cleaned: dict[str, Any] = super().clean() or {}
        for name in cleaned:
            if name.startswith(ADD) and set(cleaned[name]) & set(cleaned.get(REMOVE + name.removeprefix(ADD), ())):
                raise ValidationError(_("The same cannot be added and removed. Choose one of the two."))
        if not self.errors and not any(value for name, value in cleaned.items() if name != "reason"):
            raise ValidationError(_("Choose at least one change."))
        return cleaned

    def changes(self, prefix: str = "") -> dict[str, Any]:
        """Return the chosen values by model field or, with ADD or REMOVE, the chosen related items by relation."""
        return {
            name.removeprefix(prefix): value
            for name, value in self.cleaned_data.items()
            if value
            and name != "reason"
            and (name.startswith(prefix) if prefix else not name.startswith((ADD, REMOVE)))
        }


class FieldChange(BulkAction):
    """The change that a BulkEditForm describes."""

    action = "bulk_edit"
    title = gettext_lazy("Change the selected items?")
    changing = gettext_lazy("These will change:")
    already = gettext_lazy("These are already as you chose:")
    button = gettext_lazy("Yes, change")
    done = gettext_lazy("Changed: %(count)d.")

    def __init__(self, desk: Any, request: HttpRequest, form: BulkEditForm):
        self.desk, self.request = desk, request
        self.log = form.cleaned_data["reason"] or _("Changed with others.")
        self.edit = BulkEdit(desk.model, form.changes(), form.changes(ADD), form.changes(REMOVE))

    @property
    def details(self) -> list:
        relations = [
            [[name, sorted(item.pk for item in items)] for name, items in sorted(some.items())]
            for some in (self.edit.added, self.edit.removed)
        ]
        values = [[name, _plain(value)] for name, value in sorted(self.edit.values.items())]
        return [values, *relations, str(self.log)]

    def load(self, items: QuerySet) -> QuerySet:
        return self.edit.load(items)

    def plan(self, items: Sequence[Publishable]) -> Plan:
        """Refuse items that the user may not change, that would be hidden, or that would break a rule of the record."""
        result, differences = Plan(), {}
        for item in items:
            was_public = item.is_public
            if not self.desk.has_change_permission(self.request, item):
                reason = _("This item is published or archived. Only a publisher can change it.")
                result.refused.append(SelectedItem(item, [reason]))
            elif (changed := self.edit.apply(item)) and was_public and not item.is_public:
                reason = _("Readers would no longer see it. Change it in its form, which asks why.")
                result.refused.append(SelectedItem(item, [reason]))
            elif changed:
                differences[item] = changed
            else:
                result.unchanged.append(SelectedItem(item))
        refusals = self.edit.refusals(list(differences))
        for item, changed in differences.items():
            if item.pk in refusals:
                result.refused.append(SelectedItem(item, [refusals[item.pk]]))
            else:
                result.changing.append(SelectedItem(item, self.notes(item), differences=changed))
        return result

    def notes(self, item: Publishable) -> list[str]:
        return list(map(str, obstacles(item))) if item.state == State.PUBLISHED else []

    def save(self, items: Sequence[Publishable]) -> None:
        self.edit.store(items, user=user_of(self.request), reason=str(self.log))


def _plain(value: Any) -> Any:
    return value.pk if isinstance(value, Model) else value


@admin.action(permissions=["change"], description=gettext_lazy("Change selected items"))
def bulk_edit(desk: Any, request: HttpRequest, queryset: QuerySet):
    """Ask what to change in `bulk_fields`, then show what will change in each item. Once confirmed, change them."""
    form = _bulk_form(desk, request)(request.POST if "_chosen" in request.POST else None)
    if not form.is_valid():
        ids = list(dict.fromkeys(queryset.values_list("pk", flat=True)))
        context = {
            "title": _("Change selected items"),
            "media": desk.media + form.media,
            "form": form,
            "count": len(ids),
            "fields": [
                (ACTION_CHECKBOX_NAME, ",".join(map(str, ids))),
                ("action", FieldChange.action),
                ("_chosen", "1"),
            ],
            "back_url": request.get_full_path(),
        }
        return shown(desk, request, "bulk_edit", context)
    sent = [(name, value) for name in form.fields for value in request.POST.getlist(name)]
    try:
        change = FieldChange(desk, request, form)
        return change_once_confirmed(desk, request, queryset, change, [("_chosen", "1"), *sent])
    except IntegrityError:
        messages.error(request, _("Someone added one of these at the same time. Nothing has been changed. Try again."))
        return None


def _bulk_form(desk: Any, request: HttpRequest) -> type[BulkEditForm]:
    """Return the form with a field for each of `bulk_fields`, or two for relations: to add and to remove."""
    fields: dict[str, forms.Field | None] = {}
    for name in desk.bulk_fields:
        db_field: Any = desk.opts.get_field(name)
        label = str(capfirst(db_field.verbose_name))
        if db_field.many_to_many:
            for prefix, text in ((ADD, _("%(field)s to add")), (REMOVE, _("%(field)s to remove"))):
                fields[prefix + name] = desk.formfield_for_manytomany(
                    db_field, request, required=False, label=text % {"field": label}, help_text=""
                )
        elif db_field.is_relation:
            fields[name] = desk.formfield_for_foreignkey(db_field, request, required=False, label=label, help_text="")
        else:
            choices = [("", _("Leave as it is")), *db_field.choices]
            fields[name] = forms.ChoiceField(choices=choices, required=False, label=label)
    return type("BulkEditForm", (BulkEditForm,), {**fields, "field_order": list(fields)})
