"""The home page: what this site is, the search box, and what there is to find."""

import datetime

from django.utils import timezone
from django.views.generic import TemplateView

from initiatives import clock
from initiatives.changes.log import latest_corrections
from initiatives.models import Initiative, Milestone, PrincipleSet, Quote
from initiatives.models.choices import InitiativeKind, Kind
from initiatives.pages.front import most_quoted, themes_by_year
from initiatives.pages.lists.rows import row_of
from initiatives.pages.totals import counted_themes, counts_of_record
from initiatives.pages.tracks import axis_of_record, latest_moved

# Tracks that are drawn here; the list of initiatives has all of them.
SHOWN = 30


class Home(TemplateView):
    """The home page."""

    template_name = "home.html"

    def get_context_data(self, **kwargs) -> dict:
        """Return the record's numbers, its themes, a quote, and the latest milestones and corrections."""
        quote, axis = featured_quote(timezone.localdate()), axis_of_record()
        return super().get_context_data(
            counts=counts_of_record(),
            themes=counted_themes(),
            axis=axis,
            theme_years=themes_by_year(axis),
            speakers=most_quoted(),
            tracks=latest_moved(SHOWN),
            featured=[row_of(Kind.QUOTE, quote)] if quote else [],
            slogans=Initiative.objects.published().filter(kind=InitiativeKind.SLOGAN).order_by("pk"),
            principle_set=PrincipleSet.objects.published().prefetch_related("principles").order_by("-pk").first(),
            latest_corrections=latest_corrections(3),
            latest_milestones=Milestone.objects.published().for_listing().order_by("-date", "-pk")[:5],
            **kwargs,
        )


def featured_quote(day: datetime.date) -> Quote | None:
    """Return the public quote that editors chose for a day, or one drawn at random for that day; None if there is none.

    It is drawn from the quotes that were public when the day began (on the first day, from those public now), so that
    new quotes do not change it before the next day.
    """
    quotes = Quote.objects.for_listing()
    morning = timezone.make_aware(datetime.datetime.combine(day, datetime.time.min))
    return (
        quotes.featured(day).first_public()
        or quotes.drawn(day.toordinal(), morning)
        or quotes.drawn(day.toordinal(), clock.now())
    )
