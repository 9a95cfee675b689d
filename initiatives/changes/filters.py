"""The filters of the public log."""

from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from initiatives.changes.log import logged_item
from initiatives.changes.writing import CORRECTIONS
from initiatives.models import Change
from initiatives.models.choices import PAGED, Nature

WHAT = {
    "corrections": (gettext_lazy("Corrections"), CORRECTIONS),
    "withdrawals": (gettext_lazy("Withdrawals"), (Nature.WITHDRAWAL,)),
    "statuses": (gettext_lazy("Status changes"), (Nature.STATUS,)),
}


class ItemField(forms.CharField):
    """An item that is public or was withdrawn, written as its model's name and its key, such as quote-12."""

    widget = forms.HiddenInput

    def clean(self, value: str) -> Any | None:
        """Return the item, or None if empty. Raises ValidationError if it is not public and was not withdrawn."""
        written = super().clean(value)
        if not written:
            return None
        item = logged_item(written)
        if item is None:
            raise forms.ValidationError(_("There is no public item “%(written)s”.") % {"written": written[:60]})
        return item


class ChangedItemFilter(django_filters.Filter):
    """Changes of one item and its parts."""

    field_class = ItemField

    def filter(self, qs: Any, value: Any) -> Any:
        return qs if value is None else qs.of(value)


class ChangeFilters(django_filters.FilterSet):
    what = django_filters.ChoiceFilter(
        label=gettext_lazy("Type of change"),
        choices=[(name, label) for name, (label, _natures) in WHAT.items()],
        empty_label=gettext_lazy("All changes"),
        method="with_nature",
    )
    kind = django_filters.ChoiceFilter(
        label=gettext_lazy("Kind of item"),
        choices=[(kind, capfirst(label)) for kind, label in PAGED.items()],
        empty_label=gettext_lazy("All kinds"),
        field_name="item_kind",
    )
    item = ChangedItemFilter(label=gettext_lazy("Item"))

    class Meta:
        model = Change
        fields: list[str] = []

    @property
    def understood(self) -> QueryDict:
        """The valid, active filters as query parameters."""
        self.form.full_clean()
        query = QueryDict(mutable=True)
        query.update({name: self.data[name] for name in self.filters if self.form.cleaned_data.get(name)})
        return query

    def with_nature(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(nature__in=WHAT[value][1])
