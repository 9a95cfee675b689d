"""What waits for editors: each queue is a rule that picks items of some kinds, for the start page and the lists alike.

A queue opens at once however large the record is: an index holds what stands in it, or it looks at LOOKED_AT items of a
kind, which an index gives it in order, and no further.
"""

import calendar
import datetime
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.contrib.auth.models import AbstractBaseUser
from django.db.models import Exists, F, Model, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.functional import Promise
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from initiatives.models import (
    Body,
    Initiative,
    LinkCheck,
    Milestone,
    Person,
    PrincipleSet,
    Publishable,
    Quote,
    Source,
    Theme,
)
from initiatives.models.choices import DatePrecision, State, Status, Verification
from initiatives.models.history import MADE
from initiatives.models.link_checks import FAILED_DAYS
from initiatives.models.partial_dates import show_partial_date
from initiatives.models.querysets import InitiativeQuerySet

LOOKED_AT = 10_000
# Evidence is new for so long.
MONTHS = 9
# These need no further evidence: see choices.STATUS_MEANINGS.
ENDED = (Status.COMPLETED, Status.WITHDRAWN)

KINDS = (Quote, Initiative, PrincipleSet, Source, Person, Body, Theme)


Items = TypeVar("Items", bound=QuerySet)


@dataclass(frozen=True)
class Queue:
    """Items that want something done: `find` keeps those among some, `remark` says what is to be known of one."""

    key: str
    title: Promise
    explanation: Promise
    models: tuple[type[Model], ...]
    find: Callable[[Any, AbstractBaseUser], QuerySet]
    # With what `find` annotated.
    remark: Callable[[Any], str]
    # Those that come first on the start page.
    order: tuple[str, ...]


def _first(items: Items, order: tuple[str, ...], **rule) -> Items:
    """Keep items that are among the first LOOKED_AT, in an order, of all that meet a rule.

    With the rule an index holds them in that order, and so they are read, whatever else is asked of the items.
    """
    return items.filter(pk__in=items.model._default_manager.filter(**rule).order_by(*order).values("pk")[:LOOKED_AT])


def _changed_last(items: Items, state: State) -> Items:
    """Keep items of a state that are among the LOOKED_AT changed last of all that are in it."""
    return _first(items, ("-updated_at", "-pk"), state=state)


def in_review(items: QuerySet, user: AbstractBaseUser) -> QuerySet:
    """Keep what editors handed in."""
    return items.filter(state=State.IN_REVIEW)


def drafts_of(items: QuerySet, user: AbstractBaseUser) -> QuerySet:
    """Keep the drafts that a user began."""
    versions = items.model.history.filter(id=OuterRef("pk"), history_type=MADE, history_user=user.pk)
    return _changed_last(items, State.DRAFT).filter(Exists(versions))


def scheduled(items: QuerySet, user: AbstractBaseUser) -> QuerySet:
    """Keep what will be published by itself when its time has come."""
    return _first(items, ("published_at", "pk"), state=State.PUBLISHED, published_at__gt=timezone.now())


def without_theme(items: QuerySet, user: AbstractBaseUser) -> QuerySet:
    """Keep what is published and on no theme."""
    ties = items.model.themes.through.objects.filter(**{f"{items.model._meta.model_name}_id": OuterRef("pk")})
    return _changed_last(items, State.PUBLISHED).filter(~Exists(ties))


def second_hand(items: QuerySet, user: AbstractBaseUser) -> QuerySet:
    """Keep the published quotes whose words were not compared with a primary source."""
    # Said by what it is not, the state keeps planners from the index of all that is published: the other one has fewer.
    unpublished = [state for state in State if state != State.PUBLISHED]
    return items.filter(verification=Verification.SECONDARY).exclude(state__in=unpublished)


def without_new_evidence(items: InitiativeQuerySet, user: AbstractBaseUser) -> QuerySet:
    """Keep the published initiatives, unless they have ended, that no milestone of the last months is about."""
    day = months_before(timezone.localdate(), MONTHS)
    # What is known to the month or year may be of its last day.
    new = (
        Q(date__gte=day)
        | Q(date_precision=DatePrecision.MONTH, date__gte=day.replace(day=1))
        | Q(date_precision=DatePrecision.YEAR, date__gte=day.replace(month=1, day=1))
    )
    milestones = Milestone.objects.filter(initiative=OuterRef("pk"))
    newest = milestones.order_by("-date", "-pk")
    return (
        _changed_last(items, State.PUBLISHED)
        .filter(~Exists(milestones.filter(new)))
        .with_status()
        .exclude(status__in=ENDED)
        .annotate(
            newest_date=Subquery(newest.values("date")[:1]),
            newest_precision=Subquery(newest.values("date_precision")[:1]),
        )
    )


def unanswered(items: QuerySet, user: AbstractBaseUser) -> QuerySet:
    """Keep the sources with an address that no longer answers, unless they are archived."""
    failed = failed_checks().filter(source=OuterRef("pk"))
    return (
        items.exclude(state=State.ARCHIVED)
        .filter(Exists(failed))
        .annotate(last_answer=Subquery(failed.order_by("-failed_days").values("answer")[:1]))
    )


def failed_checks() -> QuerySet:
    """Return the checks of addresses that no longer answer and that their sources still have."""
    return LinkCheck.objects.filter(
        Q(address=F("source__url")) | Q(address=F("source__archived_url")), failed_days__gte=FAILED_DAYS
    )


def months_before(day: datetime.date, months: int) -> datetime.date:
    """Return the same day some months earlier, or the last day of a month that has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return datetime.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _since_changed(item: Publishable) -> str:
    return _("since %(day)s") % {"day": date_format(timezone.localtime(item.updated_at))}


def _note(item: Publishable) -> str:
    note = Truncator(" ".join(item.review_note.split())).chars(120)
    return _("Note: %(note)s") % {"note": note} if note else _since_changed(item)


def _appears(item: Publishable) -> str:
    return date_format(timezone.localtime(item.published_at), "DATETIME_FORMAT")


def _nothing(item: Publishable) -> str:
    return ""


def _newest_evidence(initiative: Any) -> str:
    if initiative.newest_date is None:
        return _("no milestone")
    shown = show_partial_date(initiative.newest_date, initiative.newest_precision)
    return _("newest evidence: %(date)s") % {"date": shown}


def _last_answer(source: Any) -> str:
    return source.last_answer


QUEUES = (
    Queue(
        "review",
        gettext_lazy("Waits for review"),
        gettext_lazy("What waits longest comes first."),
        KINDS,
        in_review,
        _note,
        ("updated_at", "pk"),
    ),
    Queue(
        "mine",
        gettext_lazy("My drafts"),
        gettext_lazy("What you began and nobody has handed in yet."),
        KINDS,
        drafts_of,
        _note,
        ("-updated_at", "-pk"),
    ),
    Queue(
        "scheduled",
        gettext_lazy("Scheduled"),
        gettext_lazy("The public sees these from their time on, without anybody doing anything."),
        KINDS,
        scheduled,
        _appears,
        ("published_at", "pk"),
    ),
    Queue(
        "no-theme",
        gettext_lazy("Published without a theme"),
        gettext_lazy("Who looks by theme does not find these."),
        (Quote, Initiative),
        without_theme,
        _nothing,
        ("-updated_at", "-pk"),
    ),
    Queue(
        "second-hand",
        gettext_lazy("Want a primary source"),
        gettext_lazy("Published as quoted by a secondary source: compare the words with the text or recording itself."),
        (Quote,),
        second_hand,
        _nothing,
        ("-date", "-pk"),
    ),
    Queue(
        "no-new-evidence",
        gettext_lazy("Without new evidence"),
        gettext_lazy("No milestone of the last nine months. What is completed or withdrawn is left out."),
        (Initiative,),
        without_new_evidence,
        _newest_evidence,
        ("newest_date", "pk"),
    ),
    Queue(
        "unanswered",
        gettext_lazy("Addresses that no longer answer"),
        gettext_lazy("They failed on three days in a row. Look for the new address, or for an archived copy."),
        (Source,),
        unanswered,
        _last_answer,
        ("title", "pk"),
    ),
)


def queues_of(model: type[Model]) -> list[Queue]:
    """Return the queues that items of a model can stand in."""
    return [queue for queue in QUEUES if model in queue.models]


def bounded_number(counted: int, bound: int) -> str:
    """Return a number for editors: "1,000+" where more than the bound were counted, and no further."""
    shown = number_format(min(counted, bound), use_l10n=True, force_grouping=True)
    return f"{shown}+" if counted > bound else shown
