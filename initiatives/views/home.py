"""The first page: what this is, the search box, and what there is to find."""

from django.utils import timezone
from django.views.generic import TemplateView

from initiatives.choices import InitiativeKind, Kind
from initiatives.models import Initiative, Milestone, PrincipleSet, Quote
from initiatives.presenting import row_of
from initiatives.search import count_public
from initiatives.views.lists import themes_with_counts


class Home(TemplateView):
    """The first page."""

    template_name = "home.html"

    def get_context_data(self, **kwargs) -> dict:
        """Return the record's figures, its themes, a quote of the day, and what was done last."""
        quotes = count_public(Kind.QUOTE)
        quote = None
        if quotes:
            # Another one each day, and the same for everybody.
            of_the_day = timezone.localdate().toordinal() % quotes
            quote = Quote.objects.published().for_listing().order_by("pk")[of_the_day : of_the_day + 1].first()
        return super().get_context_data(
            figures={
                "quotes": quotes,
                "initiatives": count_public(Kind.INITIATIVE),
                "milestones": count_public(Kind.MILESTONE),
                "sources": count_public(Kind.SOURCE),
            },
            themes=themes_with_counts(),
            quote_of_the_day=row_of(Kind.QUOTE, quote) if quote else None,
            slogans=Initiative.objects.published().filter(kind=InitiativeKind.SLOGAN).for_listing().order_by("pk"),
            principle_set=PrincipleSet.objects.published().for_listing().order_by("-pk").first(),
            latest_milestones=Milestone.objects.published().for_listing().order_by("-date", "-pk")[:5],
            **kwargs,
        )
