"""The list of proposed changes; each is looked at in the form of its item (mixins.proposals)."""

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from initiatives.admin.mixins.lists import BoundedLists
from initiatives.editorial.proposals import kinds_of, proposal_url
from initiatives.models import Proposal


@admin.register(Proposal)
class ProposalAdmin(BoundedLists, admin.ModelAdmin):
    """Changes of published items that editors asked for, as far as the user may change items of their kinds."""

    list_display = ("shown_name", "reason", "stage", "proposed_by", "proposed_at", "decided_by")
    list_display_links = None
    list_filter = ("stage",)
    list_select_related = ("proposed_by", "decided_by")
    ordering = ("-proposed_at", "-pk")
    sortable_by = ("proposed_at",)

    def get_queryset(self, request: HttpRequest):
        """Keep those of kinds that the user may change."""
        return super().get_queryset(request).filter(kind__in=kinds_of(request.user))

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Show the list to whoever may change anything of the record."""
        return bool(kinds_of(request.user))

    def has_view_permission(self, request: HttpRequest, obj=None) -> bool:
        """Allow it to the same people."""
        return self.has_module_permission(request) and (obj is None or obj.kind in kinds_of(request.user))

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Refuse: proposals begin on the page of an item."""
        return False

    def has_change_permission(self, request: HttpRequest, obj=None) -> bool:
        """Refuse: proposals are looked at on the page of their item."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj=None) -> bool:
        """Refuse: they are withdrawn."""
        return False

    def change_view(self, request: HttpRequest, object_id: str, form_url="", extra_context=None) -> HttpResponse:
        """Lead to the page of the item."""
        found = self.get_object(request, object_id)
        if found is None or not self.has_view_permission(request, found):
            raise Http404
        return HttpResponseRedirect(proposal_url(found))

    @admin.display(description=_("item"))
    def shown_name(self, proposal: Proposal) -> str:
        """The item, with a link to the proposal."""
        return format_html('<a href="{}">{}</a>', proposal_url(proposal), proposal.name)
