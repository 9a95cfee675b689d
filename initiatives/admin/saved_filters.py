"""Saved filters: a user's named links to a list with its filters and search, and the pages to edit them."""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.options import IS_FACETS_VAR, IS_POPUP_VAR, TO_FIELD_VAR
from django.contrib.admin.views.main import ALL_VAR, ERROR_FLAG, PAGE_VAR
from django.contrib.admin.widgets import AdminTextInputWidget
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from initiatives.accounts.users import user_of
from initiatives.admin.desk import DeskPage
from initiatives.models import SavedFilter

# Parameters of a list that do not choose items.
OTHER = {PAGE_VAR, ALL_VAR, ERROR_FLAG, IS_FACETS_VAR, IS_POPUP_VAR, TO_FIELD_VAR}


def in_order(query: QueryDict) -> str:
    """Return the parameters of a list that choose its items, in a fixed order, as a query string."""
    names = sorted(set(query) - OTHER)
    return urlencode({name: query.getlist(name) for name in names}, doseq=True)


_NOTHING = gettext_lazy("Choose filters in the list, or search it, before you save them.")


class SavedFilterForm(forms.ModelForm):
    """The name and query of a saved filter; its instance has the user and the list."""

    class Meta:
        model = SavedFilter
        fields = ("name", "query")
        widgets = {"name": AdminTextInputWidget, "query": forms.HiddenInput}
        error_messages = {
            "name": {"required": gettext_lazy("Enter a name for this filter.")},
            "query": {"required": _NOTHING, "max_length": gettext_lazy("These filters are too long to be saved.")},
        }

    def clean_query(self) -> str:
        query = in_order(QueryDict(self.cleaned_data["query"]))
        if not query:
            raise forms.ValidationError(_NOTHING)
        return query

    def clean(self) -> None:
        """Limit the number of saved filters in a list."""
        super().clean()
        mine = SavedFilter.objects.filter(user=self.instance.user, model=self.instance.model)
        if self.instance.pk is None and mine.count() >= SavedFilter.MOST:
            text = _("You have %(count)d saved filters for this list already. Delete one first.")
            raise forms.ValidationError(text % {"count": SavedFilter.MOST})

    def _get_validation_exclusions(self) -> set[str]:
        # Include these, so that the name must differ from the user's others.
        return super()._get_validation_exclusions() - {"user", "model"}  # type: ignore[misc]  # not in the stubs


class SavedFilterLinks(admin.ListFilter):
    """The user's saved filters of a list, with a link to save the current filters or edit the chosen saved filter."""

    title = gettext_lazy("saved filters")
    template = "admin/initiatives/saved_filter_links.html"

    def __init__(self, request: HttpRequest, params: dict, model, model_admin: Any):
        super().__init__(request, params, model, model_admin)
        self.present = in_order(request.GET)
        self.saved = list(SavedFilter.objects.filter(user=user_of(request), model=model._meta.model_name))
        self.chosen = next((saved for saved in self.saved if saved.query == self.present), None)
        if self.chosen:
            self.edit_url = model_admin.address("saved_filter", self.chosen.pk)
        else:
            self.save_url = f"{model_admin.address('save_filter')}?{self.present}"

    def has_output(self) -> bool:
        """Show it only if there is something to choose or save."""
        return bool(self.saved or self.present)

    def choices(self, changelist):
        return [
            {"selected": saved is self.chosen, "query_string": f"?{saved.query}", "display": saved.name}
            for saved in self.saved
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        """Return all items: saved filters are only links."""
        return queryset

    def expected_parameters(self) -> list[str | None]:
        return []


def saved_filter(desk: Any, request: HttpRequest, _item: None, filter_id: int | None = None) -> Any:
    """Save the filters in the address under a name, or rename or delete a saved filter."""
    of = {"user": user_of(request), "model": str(desk.opts.model_name)}
    saved = get_object_or_404(SavedFilter, pk=filter_id, **of) if filter_id else SavedFilter(**of)
    list_url = desk.address("changelist")
    if saved.pk and "_delete" in request.POST:
        saved.delete()
        messages.success(request, _("Deleted the saved filter “%(name)s”.") % {"name": saved.name})
        return HttpResponseRedirect(list_url)
    initial = None if saved.pk else {"query": in_order(request.GET)}
    form = SavedFilterForm(request.POST or None, instance=saved, initial=initial)
    if form.is_valid():
        form.save()
        messages.success(request, _("Saved the filter “%(name)s”.") % {"name": saved.name})
        return HttpResponseRedirect(f"{list_url}?{saved.query}")
    return {
        "title": _("Rename or delete a saved filter") if saved.pk else _("Save these filters"),
        "form": form,
        "is_saved": bool(saved.pk),
        "list_url": list_url,
    }


FILTER_PAGES = (
    DeskPage("save_filter", "filters/add/", "view_or_change", saved_filter, "saved_filter"),
    DeskPage("saved_filter", "filters/<int:filter_id>/", "view_or_change", saved_filter, "saved_filter"),
)
