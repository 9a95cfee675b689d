"""Editors propose changes to published items; publishers review them and save them or send them back.

An editor fills in the item's form, which is stored as a `Proposal` without changing the item. A publisher opens the
form with these values, below a list of the differences, and can correct them before saving. As with any form, saving
is refused if the item has changed since the page was loaded.
"""

from copy import deepcopy
from typing import Any

from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from initiatives.accounts.users import user_of
from initiatives.admin.base import DeskAdmin
from initiatives.admin.desk import DeskPage, desk_of
from initiatives.admin.forms import REASON
from initiatives.admin.history import VersionedAdmin
from initiatives.admin.locking import Locked, newest_versions, seen_versions, token_of
from initiatives.admin.merged_forms import SubmittedField, merged, proposed_changes
from initiatives.admin.panels import note_findings
from initiatives.editorial.notices import Event, tell
from initiatives.editorial.proposals import kinds_of, proposal_url
from initiatives.models import Proposal
from initiatives.models.choices import Stage, State
from initiatives.models.history import because

# The buttons of the publisher and of the editor who made the proposal, and the field for the publisher's note.
SEND_BACK, REFUSE, WITHDRAW, NOTE = "_send_back", "_refuse", "_withdraw", "_note"
# The field with the time of the proposal that a page shows, to detect a newer one.
SHOWN = "_proposed_at"
# Final stages.
CLOSED = (Stage.ACCEPTED, Stage.REFUSED)
# How many waiting proposals an item's form lists.
NAMED = 5


def may_propose(desk: Any, request: HttpRequest, item) -> bool:
    """Return whether an item is published and the user may propose a change to it, but not change it."""
    return (
        item.state == State.PUBLISHED
        and desk.has_change_permission(request)
        and desk.has_view_permission(request, item)
        and not desk.has_publish_permission(request)
    )


def propose(desk: Any, request: HttpRequest, item) -> HttpResponse:
    """Show the form of a published item to users who may propose a change, and store what they fill in."""
    if not may_propose(desk, request, item):
        return HttpResponseRedirect(desk.address("change", item.pk))
    desk_of(request).is_proposing = True
    return desk.change_view(request, str(item.pk), extra_context={"title": _("Propose a change")})


def find_proposal(desk: Any, request: HttpRequest, object_id: str, number: int) -> None:
    """Load the proposal in the address, locked in a POST, then read the version of the item.

    Raises Http404 if the item has no such proposal.
    """
    proposals = Proposal.objects.filter(kind=desk.opts.model_name, pk=number)
    proposal = (proposals.select_for_update() if request.method == "POST" else proposals).first()
    if proposal is None or str(proposal.object_id) != object_id:
        raise Http404
    noted = desk_of(request)
    noted.proposal, noted.version = proposal, token_of(desk, proposal.object_id)


def proposal_page(desk: Any, request: HttpRequest, item, **_number: int) -> HttpResponse:
    """Show a proposal, for publishers to save or send back, and for its editor to change or withdraw."""
    noted = desk_of(request)
    proposal: Any = noted.proposal
    publishes = desk.has_publish_permission(request)
    decides = publishes and proposal.stage == Stage.WAITING
    may_change_it = (
        not publishes
        and proposal.stage not in CLOSED
        and item.state == State.PUBLISHED
        and proposal.proposed_by_id == user_of(request).pk
    )
    noted.is_proposing = not publishes
    if request.method == "POST":
        if not (decides or may_change_it):
            messages.error(request, _("This proposal is closed. Nothing was changed."))
            return HttpResponseRedirect(request.path)
        if not {SEND_BACK, REFUSE}.isdisjoint(request.POST) if decides else WITHDRAW in request.POST:
            return _end(request, proposal)
    shown = {"title": _("Proposed change"), "decides": decides, "may_change_it": may_change_it}
    if request.method != "POST" and proposal.stage not in CLOSED:
        typed = QueryDict(mutable=True)
        for name, values in proposal.data.items():
            typed.setlist(name, values)
        # Apply the form to what others have saved since.
        since = seen_versions(desk, proposal.versions)
        data, shown["others"] = merged(desk, request, typed, item.pk, item, since)
        data[REASON] = proposal.reason
        shown["proposed"] = proposed_changes(desk, request, item, data)
        noted.shown = data
    return desk.change_view(request, str(item.pk), extra_context=shown)


def _end(request: HttpRequest, proposal: Proposal) -> HttpResponse:
    """Send a proposal back or refuse it, each with a note, or withdraw it."""
    user, note = user_of(request), request.POST.get(NOTE, "").strip()
    if WITHDRAW in request.POST:
        proposal.decide(Stage.WITHDRAWN, user)
        text = _("Withdrawn. You can hand it in again at any time.")
    elif not note:
        text = _("Write why you refuse it, then refuse it.")
        if SEND_BACK in request.POST:
            text = _("Write what should be different, then send it back.")
        messages.error(request, text)
        return HttpResponseRedirect(request.path)
    else:
        stage, event, text = Stage.REFUSED, Event.REFUSED, _("Refused. %(name)s is told why.")
        if SEND_BACK in request.POST:
            stage, event, text = Stage.SENT_BACK, Event.RETURNED, _("Sent back to %(name)s.")
        proposal.decide(stage, user, note)
        tell(event, proposal, user, to=[proposal.proposed_by_id or 0], remark=note)
        text %= {"name": proposal.proposer}
    messages.success(request, text)
    return HttpResponseRedirect(reverse("admin:initiatives_proposal_changelist"))


def proposals_panel(desk: Any, request: HttpRequest, item) -> dict[str, Any]:
    """Show the waiting proposals, and the address for a new one."""
    noted = desk_of(request)
    waiting = Proposal.objects.filter(kind=desk.opts.model_name, object_id=item.pk, stage=Stage.WAITING)
    others = waiting.exclude(pk=noted.proposal.pk if noted.proposal else 0).select_related("proposed_by")[:NAMED]
    context = {
        "is_proposing": noted.is_proposing,
        "proposal": noted.proposal,
        "waiting": [(desk.address("proposal", item.pk, one.pk), one) for one in others],
        "names": {"send_back": SEND_BACK, "refuse": REFUSE, "withdraw": WITHDRAW, "note": NOTE, "shown": SHOWN},
    }
    # A form with errors has already changed the item.
    stored = desk.model._default_manager.only("state").get(pk=item.pk)
    if not noted.is_proposing and may_propose(desk, request, stored):
        context["propose_url"] = desk.address("propose", item.pk)
    return context


class Proposing(Locked, VersionedAdmin):
    """A ModelAdmin in whose forms editors propose changes to items that they may not change."""

    pages = [
        *Locked.pages,
        *VersionedAdmin.pages,
        DeskPage("propose", "<path:object_id>/propose/", "view", propose),
        DeskPage(
            "proposal",
            "<path:object_id>/proposals/<int:number>/",
            "proposals",
            proposal_page,
            is_atomic=True,
            prepare=find_proposal,
        ),
    ]
    panels = [*Locked.panels, proposals_panel]

    def has_proposals_permission(self, request: HttpRequest, obj=None) -> bool:
        """Return whether the user may see proposed changes to an item."""
        return self.has_change_permission(request) and self.has_view_permission(request, obj)

    def get_form(self, request: HttpRequest, obj=None, change=False, **kwargs):
        """Fill in a proposal's values, and require a reason for a proposal."""
        form: Any = super().get_form(request, obj, change, **kwargs)
        note_findings(request, form, obj)
        if desk_of(request).is_proposing:
            # Copy the field, which all forms share.
            form.base_fields[REASON] = deepcopy(form.base_fields[REASON])
            form.base_fields[REASON].required = True
        return _filled(form, data) if (data := desk_of(request).shown) else form

    def get_formset_kwargs(self, request: HttpRequest, obj, inline, prefix: str) -> dict:
        kwargs = super().get_formset_kwargs(request, obj, inline, prefix)
        return kwargs | {"data": data, "files": {}} if (data := desk_of(request).shown) else kwargs

    def save_model(self, request: HttpRequest, obj, form, change: bool) -> None:
        """Save with the reason, unless it is a proposal."""
        if not desk_of(request).is_proposing:
            with because(form.cleaned_data.get(REASON, "")):
                super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form, formsets, change: bool) -> None:
        """Save parts with the reason, and accept the proposal shown, if any; or store the form as a proposal."""
        if desk_of(request).is_proposing:
            if form.has_changed() or any(formset.has_changed() for formset in formsets):
                self._keep(request, form, formsets)
            return
        with because(form.cleaned_data.get(REASON, "")):
            super().save_related(request, form, formsets, change)
        if proposal := desk_of(request).proposal:
            if request.POST.get(SHOWN) == proposal.proposed_at.isoformat():
                proposal.decide(Stage.ACCEPTED, user_of(request))
                tell(Event.ACCEPTED, proposal, user_of(request), to=[proposal.proposed_by_id or 0])
            else:
                text = _("Saved as you saw it. The proposal was changed meanwhile and still waits: look at it again.")
                self.message_user(request, text, messages.WARNING)

    def _keep(self, request: HttpRequest, form, formsets) -> None:
        """Store the filled-in form as a proposal, replacing the one it showed."""
        item = form.instance
        kept = desk_of(request).proposal or Proposal(kind=str(self.opts.model_name), object_id=item.pk)
        kept.versions = newest_versions(self, [item.pk])[item.pk]
        # Keep only fields of the form: a browser can send anything.
        known = {sent for name in form.fields if name != REASON for sent in SubmittedField(form, name).names}
        parts = tuple(f"{formset.prefix}-" for formset in formsets)
        kept.data = {name: values for name, values in request.POST.lists() if name in known or name.startswith(parts)}
        kept.name, kept.reason = Truncator(item).chars(120), form.cleaned_data[REASON]
        kept.proposed_by, kept.proposed_at = user_of(request), timezone.now()
        kept.stage, kept.decided_by, kept.decided_at, kept.note = Stage.WAITING, None, None, ""
        kept.save()
        tell(Event.PROPOSED, kept, user_of(request), remark=kept.reason)
        desk_of(request).kept = kept

    def construct_change_message(self, request: HttpRequest, form, formsets, add=False):
        """Log a proposal with its reason, because the item has not changed."""
        if not desk_of(request).is_proposing:
            return super().construct_change_message(request, form, formsets, add)
        return _("Proposed a change: %(reason)s") % {"reason": form.cleaned_data[REASON]}

    def log_change(self, request: HttpRequest, obj, message):
        """Log what was saved or proposed, unless nothing was changed in the form."""
        noted = desk_of(request)
        return super().log_change(request, obj, message) if noted.kept or not noted.is_proposing else None

    def response_change(self, request: HttpRequest, obj) -> HttpResponse:
        """After a proposal, say whether it was stored."""
        if not desk_of(request).is_proposing:
            return super().response_change(request, obj)
        if kept := desk_of(request).kept:
            text = _("Proposed. Readers see no change until a publisher accepts it.")
            self.message_user(request, text, messages.SUCCESS)
            return HttpResponseRedirect(self.address("proposal", obj.pk, kept.pk))
        self.message_user(request, _("You changed nothing, so nothing was proposed."), messages.WARNING)
        return HttpResponseRedirect(request.path)


def _filled(form_class: Any, data: QueryDict) -> Any:
    class Filled(form_class):
        def __init__(self, *args, **kwargs):
            super().__init__(data, *args, **kwargs)

    return Filled


@admin.register(Proposal)
class ProposalAdmin(DeskAdmin):
    """Proposed changes to published items of the kinds that the user may change."""

    list_display = ("shown_name", "reason", "stage", "proposed_by", "proposed_at", "decided_by")
    list_display_links = None
    search_fields = ()
    closed_to_all = frozenset({"add", "change", "delete"})
    list_filter = ("stage",)
    list_select_related = ("proposed_by", "decided_by")
    ordering = ("-proposed_at", "-pk")
    sortable_by = ("proposed_at",)

    def get_queryset(self, request: HttpRequest):
        return super().get_queryset(request).filter(kind__in=kinds_of(request.user))

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Show the list to users who may change items of any kind."""
        return bool(kinds_of(request.user))

    def has_view_permission(self, request: HttpRequest, obj=None) -> bool:
        return self.has_module_permission(request) and (obj is None or obj.kind in kinds_of(request.user))

    def change_view(self, request: HttpRequest, object_id: str, form_url="", extra_context=None) -> HttpResponse:
        found = self.get_object(request, object_id)
        if found is None or not self.has_view_permission(request, found):
            raise Http404
        return HttpResponseRedirect(proposal_url(found))

    @admin.display(description=gettext_lazy("item"))
    def shown_name(self, proposal: Proposal) -> str:
        return format_html('<a href="{}">{}</a>', proposal_url(proposal), proposal.name)
