"""Tracks of initiatives, and how fresh what is known of them is."""

import datetime
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from initiatives.models import Initiative, Milestone
from initiatives.models.choices import Status
from initiatives.models.partial_dates import first_day, last_day, months_before, show_partial_date
from initiatives.pages.charts.track import Axis, Step, Track, axis_of, track
from initiatives.pages.edition import kept
from initiatives.search import Results

# After these nothing more is due.
ENDS = frozenset({Status.COMPLETED, Status.STALLED, Status.WITHDRAWN})
# The most tracks on a page, and the most in one group.
MOST, TOGETHER = 500, 60


def axis(request: HttpRequest) -> dict[str, Any]:
    """Give templates the axis that all tracks share (a context processor): queried only where one is drawn."""
    return {"axis": SimpleLazyObject(axis_of_record)}


def axis_of_record() -> Axis:
    """Return the axis of the present edition of the record: from its first steps to today."""
    return kept("axis", _axis)


def _axis() -> Axis:
    steps = Milestone.objects.published().filter(initiative__isnull=False).order_by()
    return axis_of(filter(None, steps.values_list("date", flat=True)), timezone.localdate())


def track_of(initiative: Initiative, on: Axis) -> Track | None:
    """Return the track of an initiative that `with_steps` loaded; None if nothing dated is known of it."""
    steps = [
        Step(first_day(step.date, step.date_precision), last_day(step.date, step.date_precision), step.status)
        for step in initiative.steps
        if step.date
    ]
    return track(steps, on, ended=initiative.status in ENDS)


def latest_moved(most: int) -> list[Initiative]:
    """Return some public initiatives, those with the newest evidence first and those without any last."""
    found = Initiative.objects.published().newest_evidence_first().with_steps()
    return list(found.only("slug", "title")[:most])


@dataclass(frozen=True)
class Group:
    """Initiatives whose tracks form a group: those whose first theme it is, or all of them if it has no name."""

    name: str
    initiatives: list[Initiative]


def groups_of(results: Results) -> list[Group]:
    """Return the first MOST initiatives that a search found, in its order; by theme if they are many."""
    ids = [hit.object_id for hit in islice(results.every(), MOST)]
    loaded: Any = Initiative.objects.published().for_listing().in_bulk(ids)
    found = [loaded[pk] for pk in ids if pk in loaded]
    if len(found) <= TOGETHER:
        return [Group("", found)]
    by_theme: dict[str, list[Initiative]] = {}
    for initiative in found:
        name = next((theme.name for theme in initiative.public_themes), "")
        by_theme.setdefault(name or _("Without a theme"), []).append(initiative)
    return [Group(name, by_theme[name]) for name in sorted(by_theme)]


def old_evidence(initiative: Initiative) -> str:
    """Return in words from when the newest evidence on an initiative is, if it is older than a year; empty if not.

    A status that rests on it may no longer be so.
    """
    date, precision = initiative.evidence_date, initiative.evidence_date_precision
    if date is None or last_day(date, precision) > months_before(timezone.localdate(), 12):
        return ""
    return _("newest evidence: %(date)s") % {"date": show_partial_date(date, precision)}


def age(date: datetime.date, precision: str) -> str:
    """Return how long ago a date was, in whole months or years."""
    today, then = timezone.localdate(), last_day(date, precision)
    months = (today.year - then.year) * 12 + today.month - then.month - (today.day < then.day)
    if months < 1:
        return _("this month")
    if months < 12:
        return ngettext("%(number)s month ago", "%(number)s months ago", months) % {"number": months}
    years = months // 12
    return ngettext("%(number)s year ago", "%(number)s years ago", years) % {"number": years}
