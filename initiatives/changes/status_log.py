"""The log of statuses: which status of an initiative readers saw, and from when.

A status is not stored: it is that of the latest public milestone. It changes when a milestone is saved or deleted, when
its source is published or withdrawn, and when a scheduled source becomes public. After each of these, `follow` updates
the log, including scheduled changes.
"""

import datetime
from typing import Any

from initiatives import clock
from initiatives.changes.writing import FOLD
from initiatives.models import Change, Initiative, Milestone, Source, visible_from
from initiatives.models.choices import Nature
from initiatives.models.history import present_reason

_KEPT = (Nature.STATUS, Nature.FIRST_STATUS)


def follow(version: Any, before: Any | None) -> None:
    """Update the log after a version is made. `before` is the previous version, if there is one."""
    model = version.instance_type
    ids: set[int | None] = set()
    if model is Initiative:
        ids = {version.id}
    elif model is Milestone:
        ids = {version.initiative_id, before.initiative_id if before is not None else None}
    elif model is Source and before is not None and _publication(before) != _publication(version):
        ids = {*Milestone.objects.filter(source=version.id).exclude(status="").values_list("initiative_id", flat=True)}
        ids |= {*Initiative.objects.filter(source=version.id).values_list("pk", flat=True)}
    known = [key for key in ids if key is not None]
    # Even an empty query takes milliseconds to build, and imports add thousands of quotes.
    if known:
        for initiative in Initiative.objects.filter(pk__in=known).select_related("source"):
            _follow(initiative, "" if model is Source else present_reason())


def _publication(version: Any) -> tuple:
    return version.state, version.published_at


def _follow(initiative: Initiative, reason: str) -> None:
    now = clock.now()
    log = Change.objects.filter(item_kind="initiative", item_id=initiative.pk, nature__in=_KEPT)
    log.filter(at__gt=now).delete()
    since = visible_from(initiative)
    if since is None:
        return
    turns = list(initiative.milestones.exclude(status="").select_related("source").order_by("-date", "-pk"))
    turns = turns if initiative.has_law else []
    start = max(since, now)
    to_come = {out for turn in turns if (out := visible_from(turn)) is not None and out > start}
    last = log.first()
    for time in sorted({start, *to_come}):
        setting = next((turn for turn in turns if (out := visible_from(turn)) is not None and out <= time), None)
        last = _note(initiative, last, setting, time, reason if time == now else "")


def _note(
    initiative: Initiative, last: Change | None, turn: Milestone | None, at: datetime.datetime, reason: str
) -> Change | None:
    """Log the status at a time, if it differs from the last one, and return the last change.

    Within FOLD, the first status is replaced, because milestones are entered one after another.
    """
    status = turn.status if turn is not None else ""
    if last is not None and last.new_status == status:
        return last
    change = last if last is not None and last.nature == Nature.FIRST_STATUS and not reason else None
    if change is None or at > clock.now() or at - change.at > FOLD:
        change = Change(
            nature=Nature.FIRST_STATUS if last is None else Nature.STATUS,
            at=at,
            item_kind="initiative",
            item_id=initiative.pk,
            kind="initiative",
            object_id=initiative.pk,
            old_status=last.new_status if last is not None else "",
            # An initiative's first status is not shown.
            reason=reason if last is not None else "",
        )
    change.new_status = status
    change.source_id = turn.source_id if turn is not None else None
    change.save()
    return change
