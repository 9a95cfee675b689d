"""Pick lists that accept anything a browser sends, and load the chosen items of all parts at once.

Django's fail on anything that is not a number, and each looks up the names of its chosen items itself: an
initiative with fifty milestones would need a hundred queries.
"""

from typing import Any

from django import forms
from django.contrib.admin.options import BaseModelAdmin
from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple
from django.forms.models import BaseInlineFormSet
from django.forms.widgets import ChoiceWidget

# More than any key has: 64 bits.
MOST_DIGITS = 19


class _Chosen(ChoiceWidget):
    """A pick list that knows, by primary key, the items it may have to show as chosen."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # The parts' widgets are copies of one another and share this.
        self.known: dict[str, object] = {}

    @property
    def media(self) -> forms.Media:
        """What the pages load, with the script that names what Select2 makes."""
        return super().media + forms.Media(js=["admin_site/pick_lists.js"])

    def optgroups(self, name, value, attr=None):
        """Return the chosen items as options. Look names up only if one is unknown, as in a form with errors."""
        chosen = [str(key) for key in value if str(key).isdecimal() and len(str(key)) < MOST_DIGITS]
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
    """A pick list of one."""


class PickMany(_Chosen, AutocompleteSelectMultiple):
    """A pick list of many."""


class PickLists(BaseModelAdmin):
    """A ModelAdmin or inline with our pick lists."""

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        """Offer a pick list of one."""
        if "widget" not in kwargs and db_field.name in self.autocomplete_fields:
            kwargs["widget"] = PickOne(db_field, self.admin_site, using=kwargs.get("using"))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        """Offer a pick list of many."""
        if "widget" not in kwargs and db_field.name in self.autocomplete_fields:
            kwargs["widget"] = PickMany(db_field, self.admin_site, using=kwargs.get("using"))
        return super().formfield_for_manytomany(db_field, request, **kwargs)


class PickListsOfParts(PickLists):
    """An inline whose pick lists are filled from what its queryset loaded."""

    def get_queryset(self, request):
        """Load what is chosen with the parts."""
        return super().get_queryset(request).prefetch_related(*self.autocomplete_fields)


class PickListFormSet(BaseInlineFormSet):
    """Parts that tell their pick lists what is chosen in them."""

    def _construct_form(self, i, **kwargs):
        form = super()._construct_form(i, **kwargs)  # type: ignore[misc]  # not in the stubs
        if form.instance.pk is None:
            return form
        for name, field in form.fields.items():
            widget = getattr(field.widget, "widget", field.widget)  # Django wraps it with links to add and change
            if isinstance(widget, PickMany):
                widget.known |= {str(item.pk): item for item in getattr(form.instance, name).all()}
            elif isinstance(widget, PickOne) and (item := getattr(form.instance, name)):
                widget.known[str(item.pk)] = item
        return form
