"""The style page: every component in every state, built from the real partials. For developers only."""

import datetime
from types import SimpleNamespace
from typing import cast

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.generic import TemplateView

from initiatives.changes.compare import Difference
from initiatives.changes.log import LogEntry
from initiatives.models import (
    Change,
    Initiative,
    Milestone,
    Person,
    Principle,
    PrincipleSet,
    Quote,
    QuoteTranslation,
    Source,
    Theme,
)
from initiatives.models.choices import Kind, Status
from initiatives.pages.charts.coverage import coverage
from initiatives.pages.charts.histogram import YearCount
from initiatives.pages.charts.rows import NamedYears, RowsByYear, rows_by_year
from initiatives.pages.charts.timeline import TimelineChart, timeline
from initiatives.pages.charts.track import Axis
from initiatives.pages.citations import citation_text
from initiatives.pages.lists.alternatives import Correction, Offer
from initiatives.pages.lists.facets import Facet, Option
from initiatives.pages.lists.filters import QuoteFilters
from initiatives.pages.lists.groups import Figures, OnStrip, YearOnStrip, figures_of
from initiatives.pages.lists.listing import Link
from initiatives.pages.lists.rows import row_of, with_translations
from initiatives.search import Criteria, parse
from initiatives.text.diff import compare
from initiatives.text.pieces import Piece

SENTENCE = "This sentence stands for the words of a speaker and says nothing that anybody ever said. "
PLAIN = "What a summary says in one or two sentences."


class Styleguide(TemplateView):
    """The style page, available in DEBUG only."""

    template_name = "styleguide.html"

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        """Show the page, in DEBUG."""
        if not settings.DEBUG:
            raise Http404
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs) -> dict:
        """Return samples of everything that partials show. None is saved, and nothing is read from the database."""
        source, speaker = sample_source(), Person(pk=1, slug="a-speaker", name="A. Speaker", role="Chair of a council")
        quotes = sample_quotes(source, speaker)
        milestones, principles = sample_milestones(source), sample_principles(source)
        errors = QuoteFilters({"q": '"open phrase', "from": "2020-13", "to": "soon"}, Criteria(frozenset({Kind.QUOTE})))
        translated = parse("перевод")
        (found_in_translation,) = with_translations([row_of(Kind.QUOTE, quotes[3], translated)], translated)
        return super().get_context_data(
            statuses=[*Status.values, ""],
            rows=[row_of(Kind.QUOTE, quote) for quote in quotes],
            marked=row_of(Kind.QUOTE, quotes[0], parse("words speaker")),
            found_in_translation=found_in_translation,
            quote=quotes[1],
            translated=quotes[3],
            initiatives=[
                sample_initiative(number, status, source) for number, status in enumerate([*Status.values, ""], start=1)
            ],
            milestones=milestones,
            principle_set=principles,
            source_row=row_of(Kind.SOURCE, source),
            changes=sample_changes(quotes[0], milestones[0]),
            listing=sample_listing(),
            strip=sample_strip(),
            figures=sample_figures(),
            axis=Axis(datetime.date(2019, 1, 1), datetime.date(2026, 12, 1)),
            by_theme=sample_rows(),
            citation=citation_text(quotes[1]),
            coverage=coverage([(principle, principle.public_initiatives) for principle in principles.principles.all()]),
            wrong=SimpleNamespace(form=errors.form),
            empty=SimpleNamespace(none_found="No quotes found for “zeppelin”", chips=sample_chips(), form=[]),
            note="What a reader should know about the evidence, with a [link](/) and *emphasis*.",
            markdown=(
                "A paragraph of text, with a [link](/), *emphasis* and **weight**.\n\n- one\n- two\n\n"
                "1. first\n2. second\n\n> A quotation in a text.\n"
            ),
            **kwargs,
        )


def related(item, **relations):
    """Return an unsaved item with its relations, both all and public, loaded as pages load them."""
    item._prefetched_objects_cache = relations
    for name, items in relations.items():
        setattr(item, f"public_{name}", items)
    return item


def sample_themes() -> list[Theme]:
    """Return two themes."""
    return [Theme(pk=n, slug=f"theme-{n}", name=name) for n, name in enumerate(["Rule of law", "Open data"], start=1)]


def sample_source() -> Source:
    """Return a source with every field filled in."""
    return Source(
        pk=1, slug="a-document", title="Address to the council", kind="address", publisher="The Council", language="en",
        url="https://example.org/address", date=datetime.date(2020, 9, 1), date_precision="day", description=PLAIN,
    )  # fmt: skip


def sample_quotes(source: Source, speaker: Person) -> list[Quote]:
    """Return a short, a medium and a long quote, and one in Russian with two translations."""
    texts = ["A few words, as of a slogan", SENTENCE * 2, SENTENCE * 8, "Это предложение стоит вместо слов оратора."]
    dates = [(None, ""), ("2020-09-01", "day"), ("2020-09-01", "month"), ("2020-01-01", "year")]
    verifications = ["secondary", "primary", "disputed", "secondary"]
    quotes = [
        Quote(
            pk=number, text=text.strip(), language="en", speaker=speaker, source=source, verification=verification,
            date=datetime.date.fromisoformat(date) if date else None, date_precision=precision,
        )
        for number, (text, (date, precision), verification) in enumerate(
            zip(texts, dates, verifications, strict=True), start=1
        )
    ]  # fmt: skip
    quotes[3].language = "ru"
    translations = [
        QuoteTranslation(language="en", text="This sentence stands for a speaker’s words.", provenance="official"),
        QuoteTranslation(
            language="kk", text="Бұл сөйлем шешеннің сөзі орнында тұр: әғқңөұүһі. Перевод.", provenance="unofficial",
            translator="A. Translator",
        ),
    ]  # fmt: skip
    for quote in quotes:
        related(quote, themes=sample_themes(), translations=translations if quote.language == "ru" else [])
    return quotes


def sample_initiative(number: int, status: str, source: Source) -> Initiative:
    """Return an initiative with a status (empty for none)."""
    kind = "slogan" if status == Status.ANNOUNCED else "law"
    item = Initiative(pk=number, slug=f"initiative-{number}", title="Law on open records", kind=kind, summary=PLAIN)
    item.status = status
    item.source = source
    item.evidence_date, item.evidence_date_precision = datetime.date(2020, 9, 1), "day"
    item.steps = [
        Milestone(date=datetime.date(2019, 9, 2), date_precision="day", status="announced"),
        Milestone(date=datetime.date(2020, 1, 1), date_precision="year"),
        Milestone(date=item.evidence_date, date_precision="day", status=status),
    ]
    return related(item, themes=sample_themes())


def sample_milestones(source: Source) -> list[Milestone]:
    """Return a milestone that changes a status, one that does not, and one with two sources."""
    owner = sample_initiative(1, "announced", source)
    steps = [("announced", "day"), ("", "month"), ("adopted", "year")]
    made = [
        Milestone(
            pk=number, initiative=owner, text=PLAIN, status=status, source=source,
            date=datetime.date(2020, number, 1), date_precision=precision,
        )
        for number, (status, precision) in enumerate(steps, start=1)
    ]  # fmt: skip
    for milestone in made:
        related(milestone, further_sources=[source] if milestone is made[-1] else [])
    return made


def sample_changes(quote: Quote, milestone: Milestone) -> list[LogEntry]:
    """Return a change of each nature, and one whose words are withheld."""
    at = datetime.datetime(2020, 9, 1, 12, tzinfo=datetime.UTC)
    old, new = compare(SENTENCE.strip(), SENTENCE.strip().replace("says nothing", "tells of nothing"))
    words = Difference("text", "Words", old, new, "en")
    date = Difference("date", "Date", [Piece("September 2020", True)], [], "en")
    nothing: dict = {"differences": [], "part": "", "source": None, "editor": ""}
    return [
        LogEntry(
            Change(pk=1, nature="correction", at=at), quote, str(quote), **nothing | {"differences": [words, date]}
        ),
        LogEntry(
            Change(pk=2, nature="status", at=at, old_status="announced", new_status="adopted"),
            milestone.initiative,
            str(milestone.initiative),
            **nothing | {"source": milestone.source},
        ),
        LogEntry(
            Change(pk=3, nature="removal", at=at),
            milestone.initiative,
            str(milestone.initiative),
            **nothing | {"differences": [date], "part": "Milestone, September 2020", "editor": "A. Editor"},
        ),
        LogEntry(
            Change(pk=4, nature="withdrawal", at=at, reason="The recording does not have these words."),
            quote,
            "Quote 12, A. Speaker, 1 September 2020",
            **nothing,
        ),
        LogEntry(
            Change(pk=5, nature="correction", at=at, withheld="The old words named a private person."),
            quote,
            str(quote),
            **nothing,
        ),
    ]


def sample_principles(source: Source) -> PrincipleSet:
    """Return a set of two principles: one with every field filled in, and one with a title alone."""
    principle_set = PrincipleSet(pk=1, slug="a-set", title="Two principles", source=source)
    full = Principle(number=1, title="Open by default", text=PLAIN, set=principle_set, pk=1)
    bare = Principle(number=2, title="Plain words", set=principle_set, pk=2)
    initiatives = [sample_initiative(1, Status.ANNOUNCED, source), sample_initiative(2, Status.ADOPTED, source)]
    return related(
        principle_set,
        principles=[
            related(full, themes=sample_themes(), initiatives=initiatives),
            related(bare, themes=[], initiatives=[]),
        ],
    )


def sample_figures() -> Figures:
    """Return a bar for each status."""
    values = [(status, status, number, "") for number, status in enumerate(Status.values, start=1)]
    (figures,) = figures_of([Facet("status", "Status", values)], ["status"], lambda changes: "#plots")
    return figures


def sample_rows() -> RowsByYear | None:
    """Return three themes over the years, and what has none of them."""
    entries = [
        NamedYears(name, "#plots", 6 * number, [YearCount(2019 + n, number * n, "#plots") for n in (0, 1, 2, 3)])
        for number, name in enumerate(["Courts", "Budget", "Data"], start=1)
    ]
    return rows_by_year([*entries, NamedYears("None of these", "#plots", 90, [YearCount(2021, 90, "#plots")], True)])


def sample_strip() -> OnStrip:
    """Return a timeline of three kinds over two years, with several sizes and a date known only to the year."""
    counts = {(kind, 2020, month): month for kind in ("milestone", "quote", "source") for month in (1, 4, 12)}
    plot = cast(TimelineChart, timeline({**counts, ("source", 2021, 0): 2}, ["milestone", "quote", "source"]))
    years = [
        YearOnStrip(year, f"events: {sum(year.counts.values())}", "#plots", False, list(year.counts.values()))
        for year in plot.years
    ]
    return OnStrip(plot, years)


def sample_chips() -> list[Link]:
    """Return two active filters."""
    return [Link("Theme: Rule of law", "#chips"), Link("Year: 2020", "#chips")]


def sample_listing() -> SimpleNamespace:
    """Return what the parts of a list page show: chips, facets, order and pages."""
    options = [Option(str(n), label, 40 - n, n == 1, "#facets") for n, label in enumerate(["Courts", "Budget", "Data"])]
    return SimpleNamespace(
        results=SimpleNamespace(count=40),
        chips=sample_chips(),
        clear_url="#chips",
        correction=Correction(Offer("rule of law", "#chips", 12), "en", keeps_filters=False),
        form=[],
        facets=[
            Facet("theme", "Theme", [("", "", 1, "")] * 9, options, "#facets"),
            Facet("year", "Year", options=options[1:]),
        ],
        sorts=[Link("newest first", "#sorts", True), Link("oldest first", "#sorts")],
        pages=[Link("1", "#pages"), None, Link("4", "#pages"), Link("5", "#pages", True), Link("6", "#pages")],
        previous_url="#pages",
        next_url="#pages",
    )
