"""The record in Wagtail: quotes, initiatives and lists are pages; everything else is a snippet."""

from heapq import merge
from itertools import islice
from operator import attrgetter

from django.core.cache import cache
from django.core.paginator import Paginator
from django.db import models
from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.http import Http404
from modelcluster.fields import ParentalManyToManyField
from wagtail.models import Page
from wagtail.search import index
from wagtail.snippets.models import register_snippet

PAGE_SIZE = 20
FORMATS = {"day": "j F Y", "month": "F Y", "year": "Y"}


class Dated(models.Model):
    """Something with a date, known to the day, the month or the year."""

    date = models.DateField(null=True, blank=True)
    date_precision = models.CharField(max_length=5, blank=True)

    class Meta:
        abstract = True

    @property
    def date_format(self) -> str:
        """The date as shown."""
        return FORMATS.get(self.date_precision, "")


@register_snippet
class Theme(models.Model):
    """A subject of quotes and initiatives."""

    slug = models.SlugField(unique=True, allow_unicode=True)
    name = models.CharField(max_length=120)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "name"]

    def __str__(self) -> str:
        return self.name


@register_snippet
class Speaker(models.Model):
    """A person who is quoted."""

    name = models.CharField(max_length=200)
    role = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return self.name


@register_snippet
class Source(Dated):
    """A document."""

    event = "source"

    title = models.CharField(max_length=300)
    publisher = models.CharField(max_length=200, blank=True)
    url = models.URLField(max_length=500)

    class Meta:
        indexes = [models.Index(fields=["-date", "-id"], name="source_by_date")]

    def __str__(self) -> str:
        return self.title


class InitiativePage(Page):
    """Something announced; its status is that of its latest milestone with a status."""

    kind = models.CharField(max_length=40)
    summary = models.TextField()
    themes = ParentalManyToManyField(Theme, related_name="initiatives", blank=True)

    template = "initiative.html"


@register_snippet
class Milestone(Dated):
    """A dated step of an initiative, or of a person's part in it."""

    event = "milestone"
    initiative = models.ForeignKey(
        InitiativePage, null=True, blank=True, on_delete=models.CASCADE, related_name="milestones"
    )
    speaker = models.ForeignKey(Speaker, null=True, blank=True, on_delete=models.CASCADE)
    text = models.TextField()
    status = models.CharField(max_length=40, blank=True)
    source = models.ForeignKey(Source, on_delete=models.PROTECT)

    class Meta:
        indexes = [models.Index(fields=["-date", "-id"], name="milestone_by_date")]

    def __str__(self) -> str:
        return self.text

    @classmethod
    def newest(cls):
        """Return all with the relations that are shown, newest first."""
        return cls.objects.select_related("initiative", "speaker", "source").order_by("-date", "-pk")


class QuotePage(Dated, Page):  # noqa: DJ008
    """What someone said, word for word."""

    event = "quote"
    text = models.TextField()
    language = models.CharField(max_length=8)
    context = models.TextField(blank=True)
    verification = models.CharField(max_length=60)
    speaker = models.ForeignKey(Speaker, on_delete=models.PROTECT, related_name="quotes")
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="quotes")
    themes = ParentalManyToManyField(Theme, related_name="quotes", blank=True)

    search_fields = [
        *Page.search_fields,
        index.SearchField("text"),
        index.FilterField("date"),
        index.RelatedFields("themes", [index.FilterField("slug")]),
    ]
    template = "quote.html"

    class Meta:
        indexes = [
            models.Index(fields=["-date", "-page_ptr"], name="quote_by_date"),
            models.Index(fields=["source", "date", "page_ptr"], name="quote_by_source"),
        ]

    @classmethod
    def get_indexed_objects(cls):
        """Return the objects to index, with their themes, which Wagtail would look up three times for each quote."""
        return super().get_indexed_objects().prefetch_related("themes")

    @classmethod
    def newest(cls):
        """Return the public ones with the relations that a list shows, newest first."""
        shown = cls.objects.live().select_related("speaker", "source").prefetch_related("themes")
        return shown.order_by("-date", "-pk")

    def get_context(self, request, *args, **kwargs) -> dict:
        """Add its themes, the quotes before and after it in its source, and the newest on its themes."""
        themes = list(self.themes.all())
        marks = QuotePage.themes.through.objects.filter(quotepage=OuterRef("pk"), theme__in=themes)
        shown = {"themes": themes, "similar": QuotePage.newest().filter(Exists(marks)).exclude(pk=self.pk)[:3]}
        if self.date:
            beside = QuotePage.objects.live().filter(source=self.source_id).select_related("speaker")
            before = beside.filter(Q(date__lt=self.date) | Q(date=self.date, pk__lt=self.pk))
            after = beside.filter(Q(date__gt=self.date) | Q(date=self.date, pk__gt=self.pk))
            shown["before"] = before.order_by("-date", "-pk").first()
            shown["after"] = after.order_by("date", "pk").first()
        return super().get_context(request, *args, **kwargs) | shown


class QuoteIndexPage(Page):
    """The list of quotes, by theme and words."""

    template = "quotes.html"

    def get_context(self, request, *args, **kwargs) -> dict:
        """Add a page of the matching quotes."""
        quotes, words, slug = QuotePage.newest(), request.GET.get("q", ""), request.GET.get("theme", "")
        if slug:
            quotes = quotes.filter(themes__slug=slug)
        # Newest first: ranking 13,000 quotes takes Wagtail's search minutes on SQLite.
        found = quotes.order_by("-date").search(words, order_by_relevance=False) if words else quotes
        page = _page_of(found, request)
        return super().get_context(request, *args, **kwargs) | {"page_of": page, "words": words, "slug": slug}


class InitiativeIndexPage(Page):
    """The list of initiatives with their status."""

    template = "initiatives.html"

    def get_context(self, request, *args, **kwargs) -> dict:
        """Add a page of them."""
        setting = Milestone.objects.filter(initiative=OuterRef("pk")).exclude(status="").order_by("-date", "-pk")
        shown = InitiativePage.objects.live().prefetch_related("themes").order_by("title")
        shown = shown.annotate(status=Subquery(setting.values("status")[:1]))
        return super().get_context(request, *args, **kwargs) | {"page_of": _page_of(shown, request)}


class TimelinePage(Page):
    """Milestones, quotes and sources by date."""

    template = "timeline.html"

    def get_context(self, request, *args, **kwargs) -> dict:
        """Add a page of them."""
        page = _page_of(_Events(), request)
        return super().get_context(request, *args, **kwargs) | {"page_of": page}


class _Events:
    """All dated items, newest first: reads no more rows of each kind than a page needs."""

    def __init__(self):
        kinds = (Milestone.newest(), QuotePage.newest(), Source.objects.order_by("-date", "-pk"))
        self.kinds = [kind.filter(date__isnull=False) for kind in kinds]

    def count(self) -> int:
        """Return the number of items."""
        return sum(kind.order_by().count() for kind in self.kinds)

    def __getitem__(self, part: slice) -> list:
        newest = merge(*(kind[: part.stop] for kind in self.kinds), key=attrgetter("date"), reverse=True)
        return list(islice(newest, part.start, part.stop))


class HomePage(Page):
    """The first page: the record in numbers, its themes, a quote and the latest milestones."""

    quote = models.ForeignKey(QuotePage, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    template = "home.html"

    def get_context(self, request, *args, **kwargs) -> dict:
        """Add what the page shows. Counts are cached for five minutes."""
        shown = {
            "quote": QuotePage.newest().filter(pk=self.quote_id).first(),
            "slogans": InitiativePage.objects.live().filter(kind="slogan").order_by("pk"),
            "milestones": Milestone.newest()[:5],
        }
        return super().get_context(request, *args, **kwargs) | cache.get_or_set("numbers", _numbers, 300) | shown


def _numbers() -> dict:
    counted = Count("quotes", filter=Q(quotes__live=True))
    return {
        "quotes": QuotePage.objects.live().count(),
        "initiatives": InitiativePage.objects.live().count(),
        "all_milestones": Milestone.objects.count(),
        "sources": Source.objects.count(),
        "themes": list(Theme.objects.annotate(number=counted).filter(number__gt=0)),
    }


def _page_of(items, request):
    """Return the requested page of a list. Raises Http404 if there is none."""
    number = request.GET.get("page", "1")
    pages = Paginator(items, PAGE_SIZE)
    if not number.isdecimal() or not 1 <= int(number) <= pages.num_pages:
        raise Http404
    return pages.page(int(number))
