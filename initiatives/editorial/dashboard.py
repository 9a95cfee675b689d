"""The start page of the editors' desk: the user's pending tasks, their counts and first few items.

The number of queries depends on the user's permissions, not on the number of items.
"""

import datetime
from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.contrib.auth.models import User
from django.db.models import Model, Sum
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from initiatives.editorial.comments import to_read
from initiatives.editorial.proposals import concerning, kinds_of, proposal_url
from initiatives.editorial.queues import KINDS, QUEUES, Queue, bounded_number
from initiatives.models import EmptySearch, SavedFilter

# The most items counted; "1,000+" means there are more.
COUNTED = 1_000
# How many items of each kind are shown.
SHOWN = 3
# Comments shown; there is no page that lists them all.
SHOWN_COMMENTS = 10
# How many days of empty searches are shown.
DAYS = 7


@dataclass(frozen=True)
class DashboardItem:
    """One item of a block, with a remark."""

    name: str
    url: str
    remark: str = ""


@dataclass(frozen=True)
class DashboardGroup:
    """The items of one kind in a block."""

    name: str
    url: str
    # As shown on the page: "12", or "1,000+".
    count: str
    entries: list[DashboardItem]


@dataclass(frozen=True)
class DashboardBlock:
    """One task, with the kinds that have items."""

    key: str
    title: str | Promise
    explanation: str | Promise
    parts: list[DashboardGroup] = field(default_factory=list)


def blocks_for(user: User) -> list[DashboardBlock]:
    """Return the blocks a user may see, including empty ones."""
    blocks = [block for queue in QUEUES if (block := _block(queue, user))]
    if kinds_of(user):
        blocks[1:1] = [_proposals(user), _comments(user)]
    if _may_see(user, EmptySearch):
        blocks.append(_empty_searches())
    saved = _saved_filters(user)
    return [*blocks, saved] if saved.parts else blocks


def _saved_filters(user: User) -> DashboardBlock:
    """Return the user's saved filters, by the lists they belong to."""
    saved = list(SavedFilter.objects.filter(user=user))
    block = DashboardBlock("filters", _("Saved filters"), _("Yours alone. Save more of them in the lists."))
    for model in KINDS:
        url = reverse(f"admin:initiatives_{model._meta.model_name}_changelist")
        entries = [
            DashboardItem(one.name, f"{url}?{one.query}") for one in saved if one.model == model._meta.model_name
        ]
        if entries and _may_see(user, model):
            name = str(capfirst(model._meta.verbose_name_plural))
            block.parts.append(DashboardGroup(name, url, str(len(entries)), entries))
    return block


def _may_see(user: User, model: type[Model]) -> bool:
    name = f"{model._meta.app_label}.%s_{model._meta.model_name}"
    return user.has_perm(name % "view") or user.has_perm(name % "change")


def _block(queue: Queue, user: User) -> DashboardBlock | None:
    models = [model for model in queue.models if _may_see(user, model)]
    if not models:
        return None
    parts = [part for model in models if (part := _part(queue, model, user))]
    return DashboardBlock(queue.key, queue.title, queue.explanation, parts)


def _part(queue: Queue, model: type[Model], user: User) -> DashboardGroup | None:
    items = queue.find(model._default_manager.all(), user)
    count = items.order_by().values("pk")[: COUNTED + 1].count()
    if not count:
        return None
    entries = [
        DashboardItem(
            Truncator(item).chars(100) or "—",
            reverse(f"admin:initiatives_{model._meta.model_name}_change", args=[item.pk]),
            queue.remark(item),
        )
        for item in items.order_by(*queue.order)[:SHOWN]
    ]
    url = reverse(f"admin:initiatives_{model._meta.model_name}_changelist")
    name = str(capfirst(model._meta.verbose_name_plural))
    return DashboardGroup(name, f"{url}?work={queue.key}", bounded_number(count, COUNTED), entries)


def _proposals(user: User) -> DashboardBlock:
    """Return the proposed changes that the user may accept, and the user's own that were sent back or refused."""
    block = DashboardBlock(
        "proposals",
        _("Proposed changes"),
        _("Changes of published items: those for you to decide on, and yours that were sent back or lately refused."),
    )
    found = concerning(user)
    if count := found.order_by()[: COUNTED + 1].count():
        entries = [
            DashboardItem(one.name, proposal_url(one), f"{one.get_stage_display()}: {one.reason}")
            for one in found.order_by("proposed_at", "pk")[:SHOWN]
        ]
        url = reverse("admin:initiatives_proposal_changelist")
        block.parts.append(DashboardGroup(_("Proposals"), url, bounded_number(count, COUNTED), entries))
    return block


def _comments(user: User) -> DashboardBlock:
    """Return the open comments that concern the user, each leading to its conversation."""
    block = DashboardBlock(
        "comments",
        _("Comments for you"),
        _("Open comments that mention you, or on what you began or commented on."),
    )
    found = to_read(user)
    if count := found.order_by()[: COUNTED + 1].count():
        entries = [
            DashboardItem(
                one.name,
                reverse(f"admin:initiatives_{one.kind}_comments", args=[one.object_id]) + f"#comment-{one.pk}",
                f"{one.writer}: {Truncator(one.text).chars(120)}",
            )
            for one in found.select_related("written_by")[:SHOWN_COMMENTS]
        ]
        block.parts.append(DashboardGroup(_("Comments"), "", bounded_number(count, COUNTED), entries))
    return block


def _empty_searches() -> DashboardBlock:
    """Return the most frequent recent searches without results."""
    since = timezone.localdate() - datetime.timedelta(days=DAYS - 1)
    words = EmptySearch.objects.filter(day__gte=since).order_by().values("words").annotate(searches=Sum("count"))
    url = reverse("admin:initiatives_emptysearch_changelist")
    block = DashboardBlock(
        "empty-searches",
        _("Searches that found nothing"),
        _("In the last seven days. To help visitors, add synonyms, or other names of themes, people and initiatives."),
    )
    count = words[: COUNTED + 1].count()
    if count:
        entries = [
            DashboardItem(
                row["words"],
                f"{reverse('search')}?{urlencode({'q': row['words']})}",
                ngettext("%d search", "%d searches", row["searches"]) % row["searches"],
            )
            for row in words.order_by("-searches", "words")[:SHOWN]
        ]
        block.parts.append(
            DashboardGroup(_("Words"), f"{url}?day__gte={since.isoformat()}", bounded_number(count, COUNTED), entries)
        )
    return block
