"""What the public log can be narrowed to."""

from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from initiatives.changes.log import CORRECTIONS, logged_item
from initiatives.models import Change
from initiatives.models.choices import PAGED, Nature

WHAT = {
    "corrections": (gettext_lazy("corrections"), CORRECTIONS),
    "statuses": (gettext_lazy("status changes"), (Nature.STATUS,)),
}


class ItemField(forms.CharField):
    """A public item, written as the name of its model and its number: quote-12."""

    widget = forms.HiddenInput

    def clean(self, value: str) -> Any | None:
        """Return the item, None for nothing. Raises ValidationError if there is none that is public."""
        written = super().clean(value)
        if not written:
            return None
        item = logged_item(written)
        if item is None:
            raise forms.ValidationError(_("There is no “%(written)s” here.") % {"written": written[:60]})
        return item


class ChangedItemFilter(django_filters.Filter):
    """Changes of one item and its parts."""

    field_class = ItemField

    def filter(self, qs: Any, value: Any) -> Any:
        """Keep those of the item."""
        return qs if value is None else qs.of(value)


class ChangeFilters(django_filters.FilterSet):
    """The filters of the log."""

    what = django_filters.ChoiceFilter(
        label=gettext_lazy("What"),
        choices=[(name, label) for name, (label, _natures) in WHAT.items()],
        empty_label=gettext_lazy("corrections and status changes"),
        method="with_nature",
    )
    kind = django_filters.ChoiceFilter(
        label=gettext_lazy("Of"),
        choices=list(PAGED.items()),
        empty_label=gettext_lazy("everything in the record"),
        field_name="item_kind",
    )
    item = ChangedItemFilter(label=gettext_lazy("Item"))

    class Meta:
        model = Change
        fields: list[str] = []

    @property
    def understood(self) -> QueryDict:
        """The filters in force, as an address has them: those that are known."""
        self.form.full_clean()
        query = QueryDict(mutable=True)
        query.update({name: self.data[name] for name in self.filters if self.form.cleaned_data.get(name)})
        return query

    def with_nature(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """Keep corrections, or changes of status."""
        return queryset.filter(nature__in=WHAT[value][1])
