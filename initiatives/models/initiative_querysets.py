"""Querysets of initiatives and their milestones: statuses and their evidence."""

import datetime
from typing import Any, Self

from django.apps import apps
from django.db.models import Case, Exists, OuterRef, Prefetch, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.db.models.lookups import Exact
from django.utils import timezone

from initiatives.models.choices import InitiativeKind
from initiatives.models.querysets import IndexedQuerySet, VisibleQuerySet, public, published_q


class MilestoneQuerySet(IndexedQuerySet):
    """Milestones: public once their owner (an initiative or person) and source are, and they have happened."""

    def published(self, at: datetime.datetime | None = None) -> Self:
        """Keep the milestones that are public at a time (default: now)."""
        owner = published_q(("initiative", "initiative__source"), at) | published_q(("person", "person__source"), at)
        return self.happened(at).filter(owner, published_q(("source",), at))

    def resting_on(self, source) -> Self:
        """Keep the milestones for which a source is evidence, alone or with others."""
        return self.filter(Q(source=source) | Q(further_sources=source)).distinct()

    def with_evidence(self) -> Self:
        """Keep the milestones whose source is public now: those that their owner's page shows."""
        return self.happened().filter(published_q(("source",)))

    def happened(self, at: datetime.datetime | None = None) -> Self:
        """Keep the milestones whose first day has begun by a time (default: now): see Milestone.public_not_before."""
        return self.filter(date__lte=timezone.localdate(at))

    def for_visibility(self) -> Self:
        """Load everything that decides whether a milestone is public: see publishing.visible_from."""
        return self.select_related("source", "initiative__source", "person__source")

    def for_index(self) -> Self:
        """Load all that a search document is made of, in a fixed number of queries."""
        return super().for_index().prefetch_related("initiative__themes")

    def load_for_listing(self, ids) -> dict[int, Any]:
        """Return milestones by primary key, with what an entry in a list shows, including one source."""
        return self.for_visibility().order_by().in_bulk(ids)

    def for_listing(self) -> Self:
        """Load what a timeline entry shows, oldest first."""
        return (
            self.select_related("initiative", "person", "source")
            .prefetch_related(public("further_sources"))
            .order_by("date", "pk")
        )


# Fields that tracks and counts of voices show of milestones.
_OF_STEPS = (
    *("initiative", "date", "date_precision", "date_is_report", "status", "effect", "attributed_to", "attributed_kind"),
    *("source__title", "source__publisher", "source__publisher_kind"),
)
_OF_FURTHER_SOURCES = ("title", "publisher", "publisher_kind")


class InitiativeQuerySet(VisibleQuerySet):
    """Initiatives."""

    # Not `Self`: the type checker would reject look-ups of the annotation.
    def with_status(self, at: datetime.datetime | None = None) -> Any:
        """Annotate `status`, from the latest public milestone that sets one; empty without evidence or for a slogan."""
        return self.annotate(status=Coalesce(Subquery(_turns(at).values("status")[:1]), Value("")))

    def newest_evidence_first(self) -> Self:
        """Order by the date of the newest public milestone; initiatives without any come last."""
        newest = Subquery(_evidence().order_by("-date", "-pk").values("date")[:1])
        return self.order_by(newest.desc(nulls_last=True), "title")

    def with_answers(self) -> Self:
        """Load the public milestones, in chronological order, as `steps`, with what their status and effects need.

        The status, the effects and the newest evidence are derived from them; as annotations they take three times as
        long.
        """
        return self.prefetch_related(Prefetch("milestones", _steps(), to_attr="steps"))

    def with_steps(self) -> Self:
        """Load the same as `with_answers`, with the further sources that tracks name."""
        steps = _steps().prefetch_related(public("further_sources", *_OF_FURTHER_SOURCES))
        return self.prefetch_related(Prefetch("milestones", steps, to_attr="steps"))

    def for_index(self) -> Self:
        """Load all that a search document is made of, in a fixed number of queries."""
        return super().for_index().prefetch_related("themes", "bodies", "milestones__source")

    def for_listing(self) -> Self:
        """Load what a card shows: the dates of the steps, the source and the public themes."""
        return self.select_related("source").with_steps().prefetch_related(public("themes"))

    def for_detail(self) -> Self:
        """Load what the page of an initiative shows; its steps are complete milestones, as shown in a timeline."""
        milestones = apps.get_model("initiatives", "Milestone").objects.with_evidence().for_listing()
        return self.select_related("source").prefetch_related(
            Prefetch("milestones", milestones, to_attr="steps"),
            *(public("themes"), public("bodies"), public("principles")),
        )

    def for_data(self) -> Self:
        """Load all public data of an initiative, including its milestones."""
        return self.for_detail().for_visibility()

    def for_card(self) -> Self:
        """Load what a share card and a citation show: the source, the status and the effects."""
        return self.select_related("source").with_answers()


def _steps() -> QuerySet:
    """Return the public milestones in chronological order, each with its source."""
    milestones = apps.get_model("initiatives", "Milestone").objects.with_evidence().order_by("date", "pk")
    return milestones.select_related("source").only(*_OF_STEPS)


def _turns(at: datetime.datetime | None = None) -> QuerySet:
    """Return, for a subquery of initiatives, the milestones public at a time that set a status, newest first."""
    is_slogan = Exact(OuterRef("kind"), Value(InitiativeKind.SLOGAN))
    return _evidence(at).exclude(status="").exclude(is_slogan).order_by("-date", "-pk")


def _evidence(at: datetime.datetime | None = None) -> QuerySet:
    """Return, for a subquery of initiatives, the milestones public at a time."""
    sources = apps.get_model("initiatives", "Source").objects.published(at).filter(pk=OuterRef("source"))
    # CASE makes databases look up one source for each milestone. With a join, PostgreSQL without statistics would scan
    # all published sources for each initiative.
    is_public = Case(When(Exists(sources), then=Value(True)), default=Value(False))
    milestones = apps.get_model("initiatives", "Milestone").objects.happened(at)
    return milestones.filter(is_public, initiative=OuterRef("pk"))
