"""Filters and search of a list, saved by a user under a name: links at the top of the filters, and their page."""

from urllib.parse import urlencode

from django import forms
from django.contrib import admin, messages
from django.contrib.admin import ModelAdmin
from django.contrib.admin.options import IS_FACETS_VAR, IS_POPUP_VAR, TO_FIELD_VAR
from django.contrib.admin.views.main import ALL_VAR, ERROR_FLAG, PAGE_VAR
from django.contrib.admin.widgets import AdminTextInputWidget
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from initiatives.accounts.users import user_of
from initiatives.models import SavedFilter

# What of a list's address chooses no items.
OTHER = {PAGE_VAR, ALL_VAR, ERROR_FLAG, IS_FACETS_VAR, IS_POPUP_VAR, TO_FIELD_VAR}


def in_order(query: QueryDict) -> str:
    """Return what of a list's address chooses its items, always in the same order."""
    names = sorted(set(query) - OTHER)
    return urlencode({name: query.getlist(name) for name in names}, doseq=True)


_NOTHING = gettext_lazy("Choose filters in the list, or search it, before you save them.")


class SavedFilterForm(forms.ModelForm):
    """The name of a saved filter. Whose it is and of what list, its instance says."""

    class Meta:
        model = SavedFilter
        fields = ("name", "query")
        widgets = {"name": AdminTextInputWidget, "query": forms.HiddenInput}
        error_messages = {
            "name": {"required": gettext_lazy("Enter a name for this filter.")},
            "query": {"required": _NOTHING, "max_length": gettext_lazy("These filters are too long to be saved.")},
        }

    def clean_query(self) -> str:
        """Keep only what chooses items."""
        query = in_order(QueryDict(self.cleaned_data["query"]))
        if not query:
            raise forms.ValidationError(_NOTHING)
        return query

    def clean(self) -> None:
        """Refuse more filters than the column has room for."""
        super().clean()
        mine = SavedFilter.objects.filter(user=self.instance.user, model=self.instance.model)
        if self.instance.pk is None and mine.count() >= SavedFilter.MOST:
            text = _("You have %(count)d saved filters for this list already. Delete one first.")
            raise forms.ValidationError(text % {"count": SavedFilter.MOST})

    def _get_validation_exclusions(self) -> set[str]:
        # So that the name is compared with the user's others.
        return super()._get_validation_exclusions() - {"user", "model"}  # type: ignore[misc]  # not in the stubs


class SavedFilterLinks(admin.ListFilter):
    """The user's saved filters of a list, and the link to save the present ones or to change the one that is chosen."""

    title = gettext_lazy("saved filters")
    template = "admin/initiatives/saved_filter_links.html"

    def __init__(self, request: HttpRequest, params: dict, model, model_admin: "SavedFilters"):
        super().__init__(request, params, model, model_admin)
        self.present = in_order(request.GET)
        self.saved = list(SavedFilter.objects.filter(user=user_of(request), model=model._meta.model_name))
        self.chosen = next((saved for saved in self.saved if saved.query == self.present), None)
        if self.chosen:
            self.edit_url = model_admin.saved_filter_url(self.chosen.pk)
        else:
            self.save_url = f"{model_admin.saved_filter_url()}?{self.present}"

    def has_output(self) -> bool:
        """Show it where there is something to choose or to save."""
        return bool(self.saved or self.present)

    def choices(self, changelist):
        """Return the saved filters."""
        return [
            {"selected": saved is self.chosen, "query_string": f"?{saved.query}", "display": saved.name}
            for saved in self.saved
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        """Narrow nothing: a saved filter is an address."""
        return queryset

    def expected_parameters(self) -> list[str | None]:
        """Return none."""
        return []


class SavedFilters(ModelAdmin):
    """A ModelAdmin whose users save filters of its list, each for themselves."""

    def get_urls(self):
        """Add the page that saves, renames and deletes."""
        view = self.admin_site.admin_view(self.saved_filter_view)
        return [
            path("filters/add/", view, name=self._filter_page("save_filter")),
            path("filters/<int:filter_id>/", view, name=self._filter_page("saved_filter")),
            *super().get_urls(),
        ]

    def _filter_page(self, name: str) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}_{name}"

    def saved_filter_url(self, key: int | None = None) -> str:
        """Return the address of the page of a saved filter, or of one that is to be saved."""
        if key is None:
            return reverse(f"admin:{self._filter_page('save_filter')}")
        return reverse(f"admin:{self._filter_page('saved_filter')}", args=[key])

    def get_list_filter(self, request: HttpRequest):
        """Put saved filters first."""
        return [SavedFilterLinks, *super().get_list_filter(request)]

    def saved_filter_view(self, request: HttpRequest, filter_id: int | None = None) -> HttpResponse:
        """Save the filters of an address under a name; rename or delete saved ones."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        of = {"user": user_of(request), "model": str(self.opts.model_name)}
        saved = get_object_or_404(SavedFilter, pk=filter_id, **of) if filter_id else SavedFilter(**of)
        list_url = reverse(f"admin:{self._filter_page('changelist')}")
        if saved.pk and "_delete" in request.POST:
            saved.delete()
            self.message_user(
                request, _("Deleted the saved filter “%(name)s”.") % {"name": saved.name}, messages.SUCCESS
            )
            return HttpResponseRedirect(list_url)
        initial = None if saved.pk else {"query": in_order(request.GET)}
        form = SavedFilterForm(request.POST or None, instance=saved, initial=initial)
        if form.is_valid():
            form.save()
            self.message_user(request, _("Saved the filter “%(name)s”.") % {"name": saved.name}, messages.SUCCESS)
            return HttpResponseRedirect(f"{list_url}?{saved.query}")
        context = {
            **self.admin_site.each_context(request),
            "title": _("Rename or delete a saved filter") if saved.pk else _("Save these filters"),
            "subtitle": None,
            "opts": self.opts,
            "form": form,
            "is_saved": bool(saved.pk),
            "list_url": list_url,
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/initiatives/saved_filter.html", context)
