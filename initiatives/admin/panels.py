"""Panels of an item's form: visibility, checklist, uses and comments; and help while its words are typed."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import OuterRef
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from initiatives.accounts.users import user_of
from initiatives.admin.actions import companions_url
from initiatives.admin.desk import DeskPage, desk_of
from initiatives.admin.lists import COUNTED_BESIDE, BoundedCount
from initiatives.admin.visibility import visibility_of
from initiatives.changes.compare import OWNERS, parts_of
from initiatives.editorial import comments
from initiatives.editorial.checklist import Finding, check_item
from initiatives.editorial.copies.levels import FOUND, difference, in_words, is_doubtful
from initiatives.editorial.fitting_themes import fitting_themes
from initiatives.editorial.near_duplicates import near_duplicates
from initiatives.editorial.queues import KINDS, bounded_number
from initiatives.models import Publishable, Source
from initiatives.models.choices import Compared, Language, State
from initiatives.models.desk import LONGEST_COMMENT
from initiatives.models.paths import read_key

# The button "Save and check", and the parameter of the page it leads to.
CHECK_BUTTON, CHECK_PARAMETER = "_check", "check"
# States in which the checklist is always shown.
CHECKED_STATES = (State.IN_REVIEW, State.PUBLISHED)
# How many of the newest comments are shown on their page, and in the item's form.
ON_PAGE, ON_FORM = 200, 3
SETTLE = "_settle"


def visibility_panel(desk: Any, request: HttpRequest, item: Any) -> dict[str, Any]:
    """Show the visibility of the item as stored: a form with errors has already changed `item`."""
    stored = desk.stored(item)
    visibility = visibility_of(stored)
    hidden_by_others = any(obstacle.url for obstacle in visibility.obstacles)
    return {
        "standing": visibility,
        "companions_url": companions_url(desk, request, stored) if hidden_by_others else "",
        "only_publishers_change_it": desk.has_change_permission(request)
        and not desk.has_change_permission(request, item),
    }


# The publishing checklist: lists what is missing at the top and beside the fields.


def checklist(desk: Any, request: HttpRequest, item: Any) -> dict[str, Any]:
    """List what is missing, with links to the fields."""
    parts = {relation.get_accessor_name() for relation in desk.opts.related_objects}
    places = {name: f"#{name}-group" for name in parts} | {name: f"#id_{name}" for name in desk_of(request).fields}
    findings = _findings(request, item)
    return {
        "is_checked": _is_checked(request, item),
        "findings": [{"finding": finding, "place": places.get(finding.field, "")} for finding in findings],
    }


def note_findings(request: HttpRequest, form: Any, item: Publishable | None) -> None:
    """Put the findings of the checklist before the help texts of a form class's fields."""
    desk_of(request).fields = list(form.base_fields)
    notes: dict[str, list[Finding]] = {}
    for finding in _findings(request, item):
        notes.setdefault(finding.field, []).append(finding)
    for name, found in notes.items():
        if field := form.base_fields.get(name):
            lines = ((" is-must" if finding.must else "", finding.text) for finding in found)
            listed = format_html_join("", '<span class="check-note{}">{}</span> ', lines)
            field.help_text = format_html("{}{}", listed, field.help_text)


def _findings(request: HttpRequest, item: Publishable | None) -> list[Finding]:
    """Return what an item lacks, or nothing if the checklist is not shown. Checks once per request."""
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


# Where an item is used: which items point to it, directly or through a part, with links to their lists.


@dataclass(frozen=True)
class Use:
    """A way to point to an item: by a field of `model`, or by a field of its parts (`link` leads to their owner)."""

    model: Any
    field: Any
    link: Any = None

    @property
    def look_up(self) -> str:
        return f"{self.link.remote_field.name}__{self.field.name}" if self.link else self.field.name

    @property
    def parameter(self) -> str:
        """The parameter that narrows a list to these items."""
        return f"{self.look_up}__id__exact"

    @property
    def name(self) -> str:
        """The kind of the items, the kind of the parts, and the name of the field if it says more."""
        names = [self.model._meta.verbose_name_plural]
        if self.link:
            names.append(self.field.model._meta.verbose_name_plural)
            target = self.field.related_model._meta
            if self.field.verbose_name not in (target.verbose_name, target.verbose_name_plural):
                names.append(self.field.verbose_name)
        return capfirst(", ".join(map(str, names)))

    @property
    def count(self) -> BoundedCount:
        """The number of these items, for each item of a queryset."""
        items = self.model._default_manager.filter(**{self.look_up: OuterRef("pk")})
        return BoundedCount(items.distinct() if self.link else items)


@dataclass(frozen=True)
class UsedIn:
    """A line of the panel: how many items use this one, and a link to their list."""

    name: str
    count: str
    url: str


@cache
def uses_of(model: Any) -> tuple[Use, ...]:
    """Return the ways in which other items can point to items of a model."""
    return tuple(use for relation in model._meta.related_objects for use in _uses(relation))


def _uses(relation: Any) -> Iterator[Use]:
    carrier, field = relation.related_model, relation.field
    if carrier in KINDS:
        yield Use(carrier, field)
    for owner in KINDS:
        for part, link in parts_of(owner):
            # A part that belongs to the item does not count as a use.
            if part is carrier and field.name not in OWNERS[part._meta.model_name]:
                yield Use(owner, field, part._meta.get_field(link))


@cache
def parameters_of(model: Any) -> frozenset[str]:
    """Return the parameters that narrow a list of this model to what uses an item."""
    return frozenset(use.parameter for kind in KINDS for use in uses_of(kind) if use.model is model)


def where_used(desk: Any, request: HttpRequest, item: Any) -> dict[str, Any]:
    """Show the uses of an item in lists that the user may see; None if it cannot have any."""
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


# How a quote's words were found in a copy of its source.


def comparison_panel(desk: Any, request: HttpRequest, quote: Any) -> dict[str, Any]:
    """Show the level of the quote as stored and its place; if it was not found, how the nearest passage differs."""
    stored = desk.model._default_manager.select_related("source").prefetch_related(FOUND).get(pk=quote.pk)
    row = stored.comparison
    context: dict[str, Any] = {"compared_as": in_words(stored), "is_doubtful": is_doubtful(stored)}
    sources = desk.admin_site.get_model_admin(Source)
    if stored.source and sources.has_entry_permission(request, stored.source):
        context["read_source_url"] = sources.address("read", stored.source.pk)
    if row and row.source_text.text and row.start is not None:
        context["found_at"] = row.source_text.place(row.start)
        if row.level == Compared.NOT_FOUND:
            place, is_beside = (row.start, row.end), row.beside_negation
            passage, words = difference(stored.text, row.source_text.text, *place, beside_negation=is_beside)
            context |= {"passage": passage, "quoted": words}
    return context


# Comments on an item, on their own page.


class CommentForm(forms.Form):
    text = forms.CharField(
        label=gettext_lazy("Your comment"),
        max_length=LONGEST_COMMENT,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Write @ and a user name to notify a colleague. Only the desk sees comments."),
    )


def open_comments(desk: Any, _request: HttpRequest, item: Any) -> dict[str, Any]:
    """Show the newest open comments, and a link to all."""
    newest = comments.conversation(item).filter(settled_at=None).order_by("-written_at", "-pk")
    return {
        "open_comments": newest.select_related("written_by")[:ON_FORM],
        "comments_url": desk.address("comments", item.pk),
    }


def comments_page(_desk: Any, request: HttpRequest, item: Publishable) -> dict[str, Any] | HttpResponse:
    """Show the comments on an item. Add one, or settle those that are open."""
    conversation = comments.conversation(item)
    form = CommentForm(request.POST if request.method == "POST" and SETTLE not in request.POST else None)
    if request.method == "POST" and SETTLE in request.POST:
        # Leave comments open that were written after the page was loaded.
        last = read_key(request.POST[SETTLE]) or 0
        settled = comments.settle(conversation.filter(pk__lte=last), user_of(request))
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


# Help while the words of a quote are typed (typing_help.js): similar quotes on record, and themes that may fit.


def watched(attrs: dict, key: int | None = None) -> dict:
    """Add to a text field's attributes those that make typing_help.js watch it. `key` is the quote's, if it has one."""
    return {
        **attrs,
        "data-near-duplicates": reverse("admin:initiatives_quote_near_duplicates"),
        "data-fitting-themes": reverse("admin:initiatives_quote_fitting_themes"),
        "data-but": key or "",
    }


def near_duplicates_page(_desk: Any, request: HttpRequest, _item: None) -> HttpResponse:
    """Return quotes similar to a text as an HTML fragment; empty if there are none."""
    return render(request, "admin/initiatives/_near_duplicates.html", {"twins": near_duplicates(*_typed(request))})


def fitting_themes_page(_desk: Any, request: HttpRequest, _item: None) -> HttpResponse:
    """Return buttons for themes that may fit a text as an HTML fragment; empty if there are none."""
    return render(request, "admin/initiatives/_fitting_themes.html", {"themes": fitting_themes(*_typed(request))})


def _typed(request: HttpRequest) -> tuple[str, str, int | None]:
    """Return the submitted text, its language, and the key of its quote, if it has one."""
    language = request.POST.get("language", "")
    if language not in Language.values:
        language = Language.ENGLISH
    return request.POST.get("text", ""), language, read_key(request.POST.get("but", ""))


TYPING_PAGES = (
    DeskPage("near_duplicates", "near-duplicates/", "view", near_duplicates_page, only_post=True),
    DeskPage("fitting_themes", "fitting-themes/", "add_or_change", fitting_themes_page, only_post=True),
)
