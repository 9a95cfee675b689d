"""What the form of an item shows besides its fields: visibility, checklist, uses and comments."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import OuterRef
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.html import format_html, format_html_join
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from initiatives.accounts.users import user_of
from initiatives.admin.actions import companions_url
from initiatives.admin.desk import DeskPage, desk_of
from initiatives.admin.fields import MOST_DIGITS
from initiatives.admin.lists import COUNTED_BESIDE, BoundedCount
from initiatives.admin.visibility import visibility_of
from initiatives.changes.compare import OWNERS, parts_of
from initiatives.editorial import comments
from initiatives.editorial.checklist import Finding, check_item
from initiatives.editorial.queues import KINDS, bounded_number
from initiatives.models import Publishable
from initiatives.models.choices import State
from initiatives.models.desk import LONGEST_COMMENT

# The button "Save and check", and the parameter of the page it leads to.
CHECK_BUTTON, CHECK_PARAMETER = "_check", "check"
# States in which the checklist is always shown.
CHECKED_STATES = (State.IN_REVIEW, State.PUBLISHED)
# The most comments on a page, the newest, and those that the item's form shows.
ON_PAGE, ON_FORM = 200, 3
SETTLE = "_settle"


def visibility_panel(desk: Any, request: HttpRequest, item: Any) -> dict[str, Any]:
    """Return the stored item's visibility: a form with errors has already written into `item`."""
    stored = desk.stored(item)
    visibility = visibility_of(stored)
    hidden_by_others = any(obstacle.url for obstacle in visibility.obstacles)
    return {
        "standing": visibility,
        "companions_url": companions_url(desk, request, stored) if hidden_by_others else "",
        "only_publishers_change_it": desk.has_change_permission(request)
        and not desk.has_change_permission(request, item),
    }


# The publishing checklist: what is missing, beside the fields and at the top.


def checklist(desk: Any, request: HttpRequest, item: Any) -> dict[str, Any]:
    """Return what is missing, with links to the fields."""
    parts = {relation.get_accessor_name() for relation in desk.opts.related_objects}
    places = {name: f"#{name}-group" for name in parts} | {name: f"#id_{name}" for name in desk_of(request).fields}
    findings = _findings(request, item)
    return {
        "is_checked": _is_checked(request, item),
        "findings": [{"finding": finding, "place": places.get(finding.field, "")} for finding in findings],
    }


def note_findings(request: HttpRequest, form: Any, item: Publishable | None) -> None:
    """Add to the help text of each field of a form class what the checklist found."""
    desk_of(request).fields = list(form.base_fields)
    notes: dict[str, list[Finding]] = {}
    for finding in _findings(request, item):
        notes.setdefault(finding.field, []).append(finding)
    for name, found in notes.items():
        if field := form.base_fields.get(name):
            field.help_text = format_html("{}{}", _noted(found), field.help_text)


def _findings(request: HttpRequest, item: Publishable | None) -> list[Finding]:
    """Return what an item lacks, checked once per request; nothing if the checklist is not shown."""
    if item is None or not _is_checked(request, item):
        return []
    noted = desk_of(request)
    if noted.findings is None:
        noted.findings = check_item(item)
    return noted.findings


def _is_checked(request: HttpRequest, item: Publishable) -> bool:
    if request.method != "GET" or item.pk is None:
        return False
    return item.state in CHECKED_STATES or CHECK_PARAMETER in request.GET


def _noted(findings: list[Finding]) -> str:
    """Return findings as lines that precede a field's own help text."""
    return format_html_join(
        "", '<span class="check-note{}">{}</span> ', ((" is-must" if f.must else "", f.text) for f in findings)
    )


# Where an item is used: what points to it, by itself or through a part, with links to the lists that show it.


@dataclass(frozen=True)
class Use:
    """The items of a model that point to an item: by a field of their own, or of a part (`link` leads to its owner)."""

    model: Any
    field: Any
    link: Any = None

    @property
    def look_up(self) -> str:
        return f"{self.link.remote_field.name}__{self.field.name}" if self.link else self.field.name

    @property
    def parameter(self) -> str:
        """The parameter by which a list shows them."""
        return f"{self.look_up}__id__exact"

    @property
    def name(self) -> str:
        """What they are, and what part points to the item; and by which field, if that is not plain."""
        names = [self.model._meta.verbose_name_plural]
        if self.link:
            names.append(self.field.model._meta.verbose_name_plural)
            target = self.field.related_model._meta
            if self.field.verbose_name not in (target.verbose_name, target.verbose_name_plural):
                names.append(self.field.verbose_name)
        return capfirst(", ".join(map(str, names)))

    @property
    def count(self) -> BoundedCount:
        """How many they are, of each item of a queryset."""
        items = self.model._default_manager.filter(**{self.look_up: OuterRef("pk")})
        return BoundedCount(items.distinct() if self.link else items)


@dataclass(frozen=True)
class UsedIn:
    """A line of the form: how many use the item, and their list."""

    name: str
    count: str
    url: str


@cache
def uses_of(model: Any) -> tuple[Use, ...]:
    """Return how items of a model can be used by others."""
    return tuple(use for relation in model._meta.related_objects for use in _uses(relation))


def _uses(relation: Any) -> Iterator[Use]:
    carrier, field = relation.related_model, relation.field
    if carrier in KINDS:
        yield Use(carrier, field)
    for owner in KINDS:
        for part, link in parts_of(owner):
            # A part of the item itself is no use of it.
            if part is carrier and field.name not in OWNERS[part._meta.model_name]:
                yield Use(owner, field, part._meta.get_field(link))


@cache
def parameters_of(model: Any) -> frozenset[str]:
    """Return the parameters by which a list of this model shows what uses an item."""
    return frozenset(use.parameter for kind in KINDS for use in uses_of(kind) if use.model is model)


def where_used(desk: Any, request: HttpRequest, item: Any) -> dict[str, Any]:
    """Return the uses of an item in lists that the user may see; None if it can have none."""
    admins = desk.admin_site.get_model_admin
    uses = [use for use in uses_of(desk.model) if admins(use.model).has_view_permission(request)]
    if not uses:
        return {"uses": None}
    counts = {f"use_{number}": use.count for number, use in enumerate(uses)}
    found = desk.model._default_manager.filter(pk=item.pk).values(**counts).first() or {}
    lines = [
        UsedIn(
            use.name,
            bounded_number(number, COUNTED_BESIDE),
            f"{admins(use.model).address('changelist')}?{use.parameter}={item.pk}",
        )
        for use, number in zip(uses, found.values(), strict=False)
        if number
    ]
    return {"uses": lines}


# The conversation about an item, on a page of its own.


class CommentForm(forms.Form):
    """A new comment."""

    text = forms.CharField(
        label=gettext_lazy("Your comment"),
        max_length=LONGEST_COMMENT,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Write @ and a user name to notify a colleague. Only the desk sees comments."),
    )


def open_comments(desk: Any, _request: HttpRequest, item: Any) -> dict[str, Any]:
    """Return the newest open comments, and the address of all."""
    newest = comments.conversation(item).filter(settled_at=None).order_by("-written_at", "-pk")
    return {
        "open_comments": newest.select_related("written_by")[:ON_FORM],
        "comments_url": desk.address("comments", item.pk),
    }


def comments_page(_desk: Any, request: HttpRequest, item: Publishable) -> dict[str, Any] | HttpResponse:
    """Show the comments on an item; write one, or settle those that are open."""
    conversation = comments.conversation(item)
    form = CommentForm(request.POST if request.method == "POST" and SETTLE not in request.POST else None)
    if request.method == "POST" and SETTLE in request.POST:
        # What was written since the page was opened was not read.
        last = request.POST[SETTLE]
        known = last.isdecimal() and len(last) < MOST_DIGITS
        settled = comments.settle(conversation.filter(pk__lte=last if known else 0), user_of(request))
        messages.success(request, _("Settled: %(count)d.") % {"count": settled})
        return HttpResponseRedirect(request.path)
    if form.is_valid():
        comments.write(item, user_of(request), form.cleaned_data["text"])
        messages.success(request, _("Your comment was added."))
        return HttpResponseRedirect(request.path)
    newest = conversation.select_related("written_by", "settled_by").order_by("-written_at", "-pk")[:ON_PAGE]
    shown = list(reversed(newest))
    return {
        "title": _("Comments: %(item)s") % {"item": Truncator(item).chars(80)},
        "comments": shown,
        "newest_open": max((one.pk for one in shown if one.settled_at is None), default=0),
        "settle": SETTLE,
        "form": form,
    }


PANELS = (visibility_panel, checklist, where_used, open_comments)
COMMENTS = DeskPage("comments", "<path:object_id>/comments/", "view", comments_page, "comments")
