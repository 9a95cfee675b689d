"""Work for editors: each queue is a rule that selects items, for the start page and for lists.

A queue opens quickly however large the record is: either an index holds its items, or it reads at most LOOKED_AT
items of a kind in the order of an index.
"""

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
    ErrorReport,
    Found,
    Initiative,
    LinkCheck,
    Milestone,
    Person,
    PrincipleSet,
    Publishable,
    Quote,
    Source,
    Theme,
    Watch,
)
from initiatives.models.choices import Compared, DatePrecision, Live, State, Status, Verification
from initiatives.models.history import MADE
from initiatives.models.initiative_querysets import InitiativeQuerySet
from initiatives.models.partial_dates import months_before, show_partial_date
from initiatives.models.sources import FAILED_DAYS

LOOKED_AT = 10_000
# How long evidence counts as new.
MONTHS = 9
# Statuses that need no further evidence: see choices.STATUS_MEANINGS.
ENDED = (Status.COMPLETED, Status.WITHDRAWN)

KINDS = (Quote, Initiative, PrincipleSet, Source, Person, Body, Theme)


Items = TypeVar("Items", bound=QuerySet)


@dataclass(frozen=True)
class Queue:
    """Items that need something done: `find` filters a queryset, `remark` describes one item."""

    key: str
    title: Promise
    explanation: Promise
    models: tuple[type[Model], ...]
    find: Callable[[Any, AbstractBaseUser], QuerySet]
    # Receives an item with the annotations of `find`.
    remark: Callable[[Any], str]
    # The order on the start page.
    order: tuple[str, ...]


def _first(items: Items, order: tuple[str, ...], **rule) -> Items:
    """Keep the items among the first LOOKED_AT, in an order, that match a rule.

    An index with the rule as its condition has them in that order, so they are read from it, whatever else is filtered.
    """
    return items.filter(pk__in=items.model._default_manager.filter(**rule).order_by(*order).values("pk")[:LOOKED_AT])


def _changed_last(items: Items, state: State) -> Items:
    """Keep the items among the LOOKED_AT most recently changed in a state."""
    return _first(items, ("-updated_at", "-pk"), state=state)


def in_review(items: QuerySet, user: AbstractBaseUser) -> QuerySet:
    """Keep items submitted for review."""
    return items.filter(state=State.IN_REVIEW)


def open_reports(reports: QuerySet, user: AbstractBaseUser) -> QuerySet:
    """Keep unanswered reports from readers."""
    return reports.filter(answered_at=None)


def drafts_of(items: QuerySet, user: AbstractBaseUser) -> QuerySet:
    """Keep the drafts a user started."""
    versions = items.model.history.filter(id=OuterRef("pk"), history_type=MADE, history_user=user.pk)
    return _changed_last(items, State.DRAFT).filter(Exists(versions))


def scheduled(items: QuerySet, user: AbstractBaseUser) -> QuerySet:
    """Keep items scheduled to be published later."""
    return _first(items, ("published_at", "pk"), state=State.PUBLISHED, published_at__gt=timezone.now())


def without_theme(items: QuerySet, user: AbstractBaseUser) -> QuerySet:
    """Keep published items without a theme."""
    ties = items.model.themes.through.objects.filter(**{f"{items.model._meta.model_name}_id": OuterRef("pk")})
    return _changed_last(items, State.PUBLISHED).filter(~Exists(ties))


def second_hand(items: QuerySet, user: AbstractBaseUser) -> QuerySet:
    """Keep published quotes that were not checked against a primary source."""
    # Excluding the other states keeps planners off the index of published items: the other index has fewer rows.
    unpublished = [state for state in State if state != State.PUBLISHED]
    return items.filter(verification=Verification.SECONDARY).exclude(state__in=unpublished)


def not_found(items: QuerySet, user: AbstractBaseUser) -> QuerySet:
    """Keep quotes whose words are not in the copy at hand."""
    rows = Found.objects.filter(level=Compared.NOT_FOUND, quote__isnull=False).order_by("-quote")
    return items.exclude(state=State.ARCHIVED).filter(pk__in=rows.values("quote")[:LOOKED_AT])


def verified_by_word(items: QuerySet, user: AbstractBaseUser) -> QuerySet:
    """Keep quotes that are marked as verified but were never compared with a copy."""
    marked = _first(items, ("-date", "-pk"), verification=Verification.PRIMARY)
    return marked.exclude(state=State.ARCHIVED).filter(~Exists(Found.objects.filter(quote=OuterRef("pk"))))


def without_new_evidence(items: InitiativeQuerySet, user: AbstractBaseUser) -> QuerySet:
    """Keep published initiatives that have not ended, with neither a milestone nor a check in the last months."""
    day = months_before(timezone.localdate(), MONTHS)
    # A date known to the month or year may be its last day.
    new = (
        Q(date__gte=day)
        | Q(date_precision=DatePrecision.MONTH, date__gte=day.replace(day=1))
        | Q(date_precision=DatePrecision.YEAR, date__gte=day.replace(month=1, day=1))
    )
    milestones = Milestone.objects.happened().filter(initiative=OuterRef("pk"))
    newest = milestones.order_by("-date", "-pk")
    return (
        _changed_last(items, State.PUBLISHED)
        .filter(~Exists(milestones.filter(new)))
        .exclude(checked_on__gte=day)
        .with_status()
        .exclude(status__in=ENDED)
        .annotate(
            newest_date=Subquery(newest.values("date")[:1]),
            newest_precision=Subquery(newest.values("date_precision")[:1]),
        )
    )


def unanswered(items: QuerySet, user: AbstractBaseUser) -> QuerySet:
    """Keep sources that are not archived and whose address no longer works."""
    failed = failed_checks().filter(source=OuterRef("pk"))
    return (
        items.exclude(state=State.ARCHIVED)
        .filter(Exists(failed))
        .annotate(last_answer=Subquery(failed.order_by("-failed_days").values("answer")[:1]))
    )


def changed_or_gone(items: QuerySet, user: AbstractBaseUser) -> QuerySet:
    """Keep sources of public quotes whose page has another text than the copy before, or is gone.

    `lost`: quotes are in an older copy, but not in the newest.
    """
    watched = Watch.objects.filter(live__in=(Live.CHANGED, Live.GONE), address=F("source__url")).values("source")
    found = Found.objects.filter(quote__source=OuterRef("pk"), missing_in__isnull=False)
    lost = found.exclude(level=Compared.NOT_FOUND)
    return (
        items.filter(pk__in=watched)
        .filter(Exists(Quote.objects.published().filter(source=OuterRef("pk"))))
        .annotate(lost=Exists(lost))
        .select_related("watch")
    )


def without_access_or_copy(items: QuerySet, user: AbstractBaseUser) -> QuerySet:
    """Keep published sources without an access date or without an archived copy."""
    return _changed_last(items, State.PUBLISHED).filter(Q(accessed_on=None) | Q(archived_url=""))


def without_publisher_kind(items: QuerySet, user: AbstractBaseUser) -> QuerySet:
    """Keep published sources without a kind of publisher."""
    return _changed_last(items, State.PUBLISHED).filter(publisher_kind="")


def failed_checks() -> QuerySet:
    """Return the checks of addresses that no longer work and are still in use."""
    return LinkCheck.objects.filter(
        Q(address=F("source__url")) | Q(address=F("source__archived_url")), failed_days__gte=FAILED_DAYS
    )


def _since_changed(item: Publishable) -> str:
    return _("since %(day)s") % {"day": date_format(timezone.localtime(item.updated_at))}


def _note(item: Publishable) -> str:
    note = Truncator(" ".join(item.review_note.split())).chars(120)
    return _("Note: %(note)s") % {"note": note} if note else _since_changed(item)


def _appears(item: Publishable) -> str:
    return date_format(timezone.localtime(item.published_at), "DATETIME_FORMAT")


def _complaint(report: ErrorReport) -> str:
    return Truncator(" ".join(report.text.split())).chars(120)


def _nothing(item: Publishable) -> str:
    return ""


def _newest_evidence(initiative: Any) -> str:
    if initiative.newest_date is None:
        return _("no milestone")
    shown = show_partial_date(initiative.newest_date, initiative.newest_precision)
    return _("latest evidence: %(date)s") % {"date": shown}


def _lacks(source: Any) -> str:
    if source.accessed_on:
        return _("no archived copy")
    return _("no date of access") if source.archived_url else _("no date of access, no archived copy")


def _publisher(source: Any) -> str:
    return source.publisher


def _page_today(source: Any) -> str:
    lost = _("Quotes are no longer in it.") if source.lost else ""
    return f"{source.watch.sentence} {lost}".strip()


def _last_answer(source: Any) -> str:
    return source.last_answer


QUEUES = (
    Queue(
        "review",
        gettext_lazy("Waiting for review"),
        gettext_lazy("Those waiting longest come first."),
        KINDS,
        in_review,
        _note,
        ("updated_at", "pk"),
    ),
    Queue(
        "reports",
        gettext_lazy("Reports from readers"),
        gettext_lazy("What readers found wrong. Those waiting longest come first."),
        (ErrorReport,),
        open_reports,
        _complaint,
        ("reported_at", "pk"),
    ),
    Queue(
        "mine",
        gettext_lazy("My drafts"),
        gettext_lazy("Items you started that have not been submitted for review."),
        KINDS,
        drafts_of,
        _note,
        ("-updated_at", "-pk"),
    ),
    Queue(
        "scheduled",
        gettext_lazy("Scheduled"),
        gettext_lazy("These will become public at the time shown. You do not need to do anything."),
        KINDS,
        scheduled,
        _appears,
        ("published_at", "pk"),
    ),
    Queue(
        "no-theme",
        gettext_lazy("Published without a theme"),
        gettext_lazy("Visitors who browse by theme will not find these."),
        (Quote, Initiative),
        without_theme,
        _nothing,
        ("-updated_at", "-pk"),
    ),
    Queue(
        "second-hand",
        gettext_lazy("Primary source needed"),
        gettext_lazy(
            "Published as quoted by a secondary source. Check the words against the original text or recording."
        ),
        (Quote,),
        second_hand,
        _nothing,
        ("-date", "-pk"),
    ),
    Queue(
        "not-found",
        gettext_lazy("Not found in the copy at hand"),
        gettext_lazy("Their words differ from the copy of their source. Correct them, or find the copy that has them."),
        (Quote,),
        not_found,
        _nothing,
        ("-date", "-pk"),
    ),
    Queue(
        "not-compared",
        gettext_lazy("Marked as verified, not compared"),
        gettext_lazy("Their source has no copy yet. Keep one: “Read and quote” on the source."),
        (Quote,),
        verified_by_word,
        _nothing,
        ("-date", "-pk"),
    ),
    Queue(
        "no-new-evidence",
        gettext_lazy("No new evidence"),
        gettext_lazy(
            "Neither a milestone nor a check in the last nine months. Look for evidence, then note the day you "
            "checked. Completed and withdrawn initiatives are left out."
        ),
        (Initiative,),
        without_new_evidence,
        _newest_evidence,
        ("newest_date", "pk"),
    ),
    Queue(
        "no-access-or-copy",
        gettext_lazy("Sources without a date of access or an archived copy"),
        gettext_lazy("Open the address, note the day, and have it archived: pages change and disappear."),
        (Source,),
        without_access_or_copy,
        _lacks,
        ("-updated_at", "-pk"),
    ),
    Queue(
        "no-publisher-kind",
        gettext_lazy("Sources without a kind of publisher"),
        gettext_lazy(
            "Readers cannot see who says something. Choose the kind, for several sources at once in the list."
        ),
        (Source,),
        without_publisher_kind,
        _publisher,
        ("publisher", "pk"),
    ),
    Queue(
        "unanswered",
        gettext_lazy("Addresses that no longer work"),
        gettext_lazy("They failed on three days in a row. Find the new address or an archived copy."),
        (Source,),
        unanswered,
        _last_answer,
        ("title", "pk"),
    ),
    Queue(
        "changed",
        gettext_lazy("Pages that changed or are gone"),
        gettext_lazy(
            "The page has another text than the copy before, or is no longer there. Read what changed and whether "
            "the quotes are still in it, or find the new address. It leaves this list when it is read again unchanged."
        ),
        (Source,),
        changed_or_gone,
        _page_today,
        ("-lost", "title", "pk"),
    ),
)


def queues_of(model: type[Model]) -> list[Queue]:
    """Return the queues for a model."""
    return [queue for queue in QUEUES if model in queue.models]


def bounded_number(counted: int, bound: int) -> str:
    """Return a count as text: "1,000+" if it exceeds the bound."""
    shown = number_format(min(counted, bound), use_l10n=True, force_grouping=True)
    return f"{shown}+" if counted > bound else shown
