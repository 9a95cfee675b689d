"""Tracks of initiatives, and the age of their evidence."""

import datetime
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from initiatives.models import Initiative, Milestone
from initiatives.models.choices import STATUS_LABELS, Effect, Status
from initiatives.models.partial_dates import first_day, last_day, months_before, show_partial_date
from initiatives.pages.charts.track import LAW, LIFE, Axis, Step, Track, axis_of, track
from initiatives.pages.citations import reported_by, since
from initiatives.pages.edition import kept
from initiatives.search import Results

# After these statuses no further evidence is expected.
ENDS = frozenset({Status.COMPLETED, Status.WITHDRAWN})
# The most tracks on a page, and the most in one group.
MOST, TOGETHER = 500, 60


def axis(request: HttpRequest) -> dict[str, Any]:
    """Context processor for the axis that all tracks share, queried only when one is drawn, and their legend."""
    return {"axis": SimpleLazyObject(axis_of_record), "effects": Effect.choices}


def axis_of_record() -> Axis:
    """Return the axis for the current edition of the record: from its first steps to today."""
    return kept("axis", _axis)


def _axis() -> Axis:
    steps = Milestone.objects.published().filter(initiative__isnull=False).order_by()
    return axis_of(filter(None, steps.values_list("date", flat=True)), timezone.localdate())


def track_of(initiative: Initiative, on: Axis) -> Track | None:
    """Return the track of an initiative loaded by `with_steps`; None if it has no dated step."""
    steps = [
        Step(
            first_day(step.date, step.date_precision),
            last_day(step.date, step.date_precision),
            step.status if initiative.has_law else "",
            step.effect,
        )
        for step in initiative.steps
        if step.date  # every milestone has one
    ]
    return track(steps, on, ended=initiative.status in ENDS)


def label_of(milestone: Milestone, lane: str) -> str:
    """Return the label of a milestone's sign in a lane of a track: what, when, and who says so."""
    what = STATUS_LABELS[milestone.status] if lane == LAW else Effect(milestone.effect).label if lane == LIFE else ""
    when = since(milestone) if lane == LAW else milestone.shown_date
    return capfirst(
        " · ".join(str(part) for part in (what, when, reported_by(milestone, milestone.public_further_sources)) if part)
    )


def latest_moved(most: int) -> list[Initiative]:
    """Return up to `most` public initiatives: newest evidence first, those without evidence last."""
    found = Initiative.objects.published().newest_evidence_first().with_steps()
    return list(found.only("slug", "title", "kind")[:most])


@dataclass(frozen=True)
class Group:
    """Initiatives whose tracks form a group: those with the same first theme, or all if the group has no name."""

    name: str
    initiatives: list[Initiative]


def groups_of(results: Results) -> list[Group]:
    """Return the first MOST initiatives that a search found, in its order; grouped by theme if there are many."""
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
    """Return, in words, the date of an initiative's newest evidence if it is more than a year old; otherwise empty.

    A status based on it may be out of date.
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
