"""Editors propose changes of what is published; publishers look at them, word by word, and save them or send them back.

An editor fills in the item's own form. Nothing of it is saved but the form itself, as a `Proposal`. A publisher opens
the same form with these values and what differs above it, changes what needs it, and saves as with any form: only over
the version that the page was made from.
"""

from copy import deepcopy
from typing import Any

from django.contrib import messages
from django.contrib.admin.utils import quote
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import path, reverse
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from initiatives.accounts.users import user_of
from initiatives.admin.mixins.actions import PublishingActions
from initiatives.admin.mixins.edit_conflicts import Locked
from initiatives.admin.mixins.forms import REASON
from initiatives.admin.mixins.history import VersionedAdmin
from initiatives.admin.mixins.merged_forms import SubmittedField, merged
from initiatives.admin.mixins.proposed_forms import proposed_changes
from initiatives.editorial.notices import Event, tell
from initiatives.models import Proposal
from initiatives.models.choices import Stage, State
from initiatives.models.history import because

# The buttons of a publisher and of who proposed, and the field of the publisher's note.
SEND_BACK, REFUSE, WITHDRAW, NOTE = "_send_back", "_refuse", "_withdraw", "_note"
# When the proposal that a page shows was made: what was proposed since was not seen.
SHOWN = "_proposed_at"
# Nobody changes these any more.
CLOSED = (Stage.ACCEPTED, Stage.REFUSED)
# How many waiting proposals an item's form names.
NAMED = 5


class Proposing(Locked, VersionedAdmin, PublishingActions):
    """A ModelAdmin in whose forms editors propose changes of what they cannot change."""

    def get_urls(self) -> list:
        """Add the pages of proposals before Django's own, whose last pattern matches any address."""
        pages = {"propose": "<path:object_id>/propose/", "proposal": "<path:object_id>/proposals/<int:number>/"}
        views: dict[str, Any] = {"propose": self.propose_view, "proposal": self.proposal_view}
        own = [
            path(route, self.admin_site.admin_view(views[name]), name=self._url_name(name))
            for name, route in pages.items()
        ]
        return [*own, *super().get_urls()]

    # Rights.

    def may_propose(self, request: HttpRequest, item) -> bool:
        """Whether the user may propose a change of an item: who may change drafts, and not this."""
        return (
            item.state == State.PUBLISHED
            and self.has_change_permission(request)
            and self.has_view_permission(request, item)
            and not self.has_publish_permission(request)
        )

    # Pages.

    def propose_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show the form of a published item to who may propose a change; keep what is filled in."""
        item = self.get_object(request, object_id)
        if item is None:
            raise Http404
        if not self.may_propose(request, item):
            if self.has_view_permission(request, item):
                return HttpResponseRedirect(self._change_url(item.pk))
            raise PermissionDenied
        request.__dict__["_proposing"] = True
        return self.change_view(request, object_id, extra_context={"title": _("Propose a change")})

    def proposal_view(self, request: HttpRequest, object_id: str, number: int) -> HttpResponse:
        """Show a proposal: to publishers, to save it or send it back; to who made it, to change or withdraw it."""
        with transaction.atomic():
            proposals = Proposal.objects.filter(kind=self.opts.model_name, pk=number)
            found = proposals.select_for_update() if request.method == "POST" else proposals
            proposal = found.first()
            if proposal is None or str(proposal.object_id) != object_id:
                raise Http404
            request.__dict__["_version"] = self._token(proposal.object_id)
            item = self.get_object(request, object_id)
            if item is None:
                raise Http404
            if not (self.has_change_permission(request) and self.has_view_permission(request, item)):
                raise PermissionDenied
            return self._answer(request, proposal, item)

    def _answer(self, request: HttpRequest, proposal: Proposal, item) -> HttpResponse:
        publishes = self.has_publish_permission(request)
        decides = publishes and proposal.stage == Stage.WAITING
        may_change_it = (
            not publishes
            and proposal.stage not in CLOSED
            and item.state == State.PUBLISHED
            and proposal.proposed_by_id == user_of(request).pk
        )
        request.__dict__["_proposing"] = not publishes
        request.__dict__["_proposal"] = proposal
        if request.method == "POST":
            if not (decides or may_change_it):
                self.message_user(request, _("This proposal is closed. Nothing was changed."), messages.ERROR)
                return HttpResponseRedirect(request.path)
            if not {SEND_BACK, REFUSE}.isdisjoint(request.POST) if decides else WITHDRAW in request.POST:
                return self._end(request, proposal)
        shown = {"title": _("Proposed change"), "decides": decides, "may_change_it": may_change_it}
        if request.method != "POST" and proposal.stage not in CLOSED:
            request.__dict__["_shown"], shown["proposed"], shown["others"] = self._filled_in(request, proposal, item)
        return self.change_view(request, str(item.pk), extra_context=shown)

    def _filled_in(self, request: HttpRequest, proposal: Proposal, item) -> tuple[QueryDict, list, list]:
        """Return the form's data on top of what others saved since, what they would change, and what others changed."""
        typed = QueryDict(mutable=True)
        for name, values in proposal.data.items():
            typed.setlist(name, values)
        since = dict(zip((model for model, _link in self._versioned), proposal.versions, strict=True))
        data, others = merged(self, request, typed, item.pk, item, since)
        data[REASON] = proposal.reason
        return data, proposed_changes(self, request, item, data), others

    def _end(self, request: HttpRequest, proposal: Proposal) -> HttpResponse:
        """Send a proposal back or refuse it for good, each with a note, or withdraw it."""
        user, note = user_of(request), request.POST.get(NOTE, "").strip()
        if WITHDRAW in request.POST:
            proposal.decide(Stage.WITHDRAWN, user)
            text = _("Withdrawn. You can hand it in again at any time.")
        elif not note:
            text = _("Write why you refuse it, then refuse it.")
            if SEND_BACK in request.POST:
                text = _("Write what should be different, then send it back.")
            self.message_user(request, text, messages.ERROR)
            return HttpResponseRedirect(request.path)
        else:
            stage, event, text = Stage.REFUSED, Event.REFUSED, _("Refused. %(name)s is told why.")
            if SEND_BACK in request.POST:
                stage, event, text = Stage.SENT_BACK, Event.RETURNED, _("Sent back to %(name)s.")
            proposal.decide(stage, user, note)
            tell(event, proposal, user, to=[proposal.proposed_by_id or 0], remark=note)
            text %= {"name": proposal.proposer}
        self.message_user(request, text, messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:initiatives_proposal_changelist"))

    # The form: filled in, checked, and kept or saved.

    def get_form(self, request: HttpRequest, obj=None, change=False, **kwargs):
        """Fill in the form that shows a proposal; require a reason of who proposes."""
        form: Any = super().get_form(request, obj, change, **kwargs)
        if is_proposing(request):
            # A copy: the field is that of all forms.
            form.base_fields[REASON] = deepcopy(form.base_fields[REASON])
            form.base_fields[REASON].required = True
        return _filled(form, data) if (data := _shown(request)) else form

    def get_formset_kwargs(self, request: HttpRequest, obj, inline, prefix: str) -> dict:
        """Fill in the parts too."""
        kwargs = super().get_formset_kwargs(request, obj, inline, prefix)
        return kwargs | {"data": data, "files": {}} if (data := _shown(request)) else kwargs

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        """Add the proposals that wait, and the way to a new one."""
        if change and obj is not None:
            stored = self.model._default_manager.only("state").get(pk=obj.pk)
            shown = _proposal(request)
            context["is_proposing"], context["proposal"] = is_proposing(request), shown
            if not is_proposing(request) and self.may_propose(request, stored):
                context["propose_url"] = self._url("propose", quote(obj.pk))
            waiting = Proposal.objects.filter(kind=self.opts.model_name, object_id=obj.pk, stage=Stage.WAITING)
            context["waiting"] = [
                (self._url("proposal", quote(obj.pk), one.pk), one)
                for one in waiting.exclude(pk=shown.pk if shown else 0).select_related("proposed_by")[:NAMED]
            ]
            context["names"] = {
                "send_back": SEND_BACK,
                "refuse": REFUSE,
                "withdraw": WITHDRAW,
                "note": NOTE,
                "shown": SHOWN,
            }
        return super().render_change_form(request, context, add, change, form_url, obj)

    def save_model(self, request: HttpRequest, obj, form, change: bool) -> None:
        """Save with the reason; of a proposal, nothing."""
        if not is_proposing(request):
            with because(form.cleaned_data.get(REASON, "")):
                super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form, formsets, change: bool) -> None:
        """Save parts with the reason, and note that a proposal is accepted; or keep the form as a proposal."""
        if is_proposing(request):
            if form.has_changed() or any(formset.has_changed() for formset in formsets):
                self._keep(request, form, formsets)
            return
        with because(form.cleaned_data.get(REASON, "")):
            super().save_related(request, form, formsets, change)
        if proposal := _proposal(request):
            if request.POST.get(SHOWN) == proposal.proposed_at.isoformat():
                proposal.decide(Stage.ACCEPTED, user_of(request))
                tell(Event.ACCEPTED, proposal, user_of(request), to=[proposal.proposed_by_id or 0])
            else:
                text = _("Saved as you saw it. The proposal was changed meanwhile and still waits: look at it again.")
                self.message_user(request, text, messages.WARNING)

    def _keep(self, request: HttpRequest, form, formsets) -> None:
        """Keep the filled-in form, in place of the proposal that it showed."""
        item = form.instance
        kept = _proposal(request) or Proposal(kind=str(self.opts.model_name), object_id=item.pk)
        kept.versions = self._newest(item.pk)
        # Only what the form asked for: a browser can send anything.
        asked = {sent for name in form.fields if name != REASON for sent in SubmittedField(form, name).names}
        parts = tuple(f"{formset.prefix}-" for formset in formsets)
        kept.data = {name: values for name, values in request.POST.lists() if name in asked or name.startswith(parts)}
        kept.name, kept.reason = Truncator(item).chars(120), form.cleaned_data[REASON]
        kept.proposed_by, kept.proposed_at = user_of(request), timezone.now()
        kept.stage, kept.decided_by, kept.decided_at, kept.note = Stage.WAITING, None, None, ""
        kept.save()
        tell(Event.PROPOSED, kept, user_of(request), remark=kept.reason)
        request.__dict__["_kept"] = kept

    def construct_change_message(self, request: HttpRequest, form, formsets, add=False):
        """Log a proposal with its reason: nothing was saved that could be described."""
        if not is_proposing(request):
            return super().construct_change_message(request, form, formsets, add)
        return _("Proposed a change: %(reason)s") % {"reason": form.cleaned_data[REASON]}

    def log_change(self, request: HttpRequest, obj, message):
        """Log what was saved; of a form in which nothing was changed, nothing."""
        return super().log_change(request, obj, message) if not is_proposing(request) or _kept(request) else None

    def response_change(self, request: HttpRequest, obj) -> HttpResponse:
        """Say what became of a proposal."""
        if not is_proposing(request):
            return super().response_change(request, obj)
        if kept := _kept(request):
            text = _("Proposed. Readers see no change until a publisher accepts it.")
            self.message_user(request, text, messages.SUCCESS)
            return HttpResponseRedirect(self._url("proposal", quote(obj.pk), kept.pk))
        self.message_user(request, _("You changed nothing, so nothing was proposed."), messages.WARNING)
        return HttpResponseRedirect(request.path)

    def _change_url(self, pk: int) -> str:
        return self._url("change", quote(pk))


def is_proposing(request: HttpRequest) -> bool:
    """Tell whether what a form saves in this request is a proposal."""
    return bool(request.__dict__.get("_proposing"))


def _proposal(request: HttpRequest) -> Proposal | None:
    """Return the proposal that the request is about."""
    return request.__dict__.get("_proposal")


def _shown(request: HttpRequest) -> QueryDict | None:
    """Return the data with which the form is to be shown."""
    return request.__dict__.get("_shown")


def _kept(request: HttpRequest) -> Proposal | None:
    """Return the proposal that was kept in this request."""
    return request.__dict__.get("_kept")


def _filled(form_class: Any, data: QueryDict) -> Any:
    class Filled(form_class):
        def __init__(self, *args, **kwargs):
            super().__init__(data, *args, **kwargs)

    return Filled
