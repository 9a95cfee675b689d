"""Tags and filters for the record's templates: cards, values of facets, marked words, Markdown, names of values."""

from collections.abc import Iterable
from functools import lru_cache
from html import escape
from typing import Any

from django import template
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from initiatives.models import Initiative, Milestone, Quote, choices
from initiatives.models.choices import Kind
from initiatives.models.partial_dates import show_partial_date
from initiatives.models.publishing import Dated
from initiatives.pages import citations, tracks
from initiatives.pages.lists.facets import Option
from initiatives.pages.lists.listing import Listing
from initiatives.pages.lists.rows import ResultRow
from initiatives.text.folding import fold_of
from initiatives.text.markdown import to_html
from initiatives.text.pieces import Piece
from initiatives.text.scripts import any_cyrillic

register = template.Library()

# Longer quotes are set smaller, and shorter ones larger (in characters).
LONG, SHORT = 420, 90
# How many of its first words identify a quote.
BEGINNING = 8

CURRENT, LANG = ' aria-current="true"', ' lang="{}"'


@register.filter
def marked(pieces: list[Piece]) -> SafeString:
    """Return pieces of a text as HTML, escaped, with matches marked."""
    escaped = [f"<mark>{escape(piece.text)}</mark>" if piece.marked else escape(piece.text) for piece in pieces]
    # Safe: each piece is escaped.
    return mark_safe("".join(escaped))  # noqa: S308


@register.filter
def fold(pieces: list[Piece]) -> str:
    """Return where the words of a quote fold: "anywhere", on a "narrow" screen, or nowhere."""
    return fold_of(pieces)


@register.filter(name="any_cyrillic")
def cyrillic_parts(rows: Iterable[ResultRow], around: Any = None) -> set[str]:
    """Return what rows, and the list or item around them, have in Cyrillic: "words" that are quoted, or "titles"."""
    words, titles = [], []
    for row in rows:
        pieces = [piece.text for piece in (*row.text, *row.translation)]
        (words if row.kind == Kind.QUOTE else titles).extend(pieces)
        titles += [piece.text for piece in (*row.title, *row.also_known)]
        if source := getattr(row.item, "source", None):
            titles.append(source.title)
    if isinstance(around, Listing):
        titles += [around.heading, *(option.label for facet in around.facets for option in facet.options)]
    elif around:
        titles += [str(around), *getattr(around, "alias_list", [])]
    return _in_cyrillic(words, titles)


@register.filter
def any_cyrillic_version(quote: Quote) -> set[str]:
    """Return the same of a quote, its translations and its source."""
    words = [quote.text, *(translation.text for translation in quote.translations.all())]
    return _in_cyrillic(words, [quote.source.title] if quote.source else [])


@register.filter
def and_evidence(found: set[str], milestones: Iterable[Milestone]) -> set[str]:
    """Return the same of what was found so far and the titles of the evidence for some milestones."""
    sources = [source for one in milestones or () for source in (one.source, *one.public_further_sources)]
    return found | _in_cyrillic([], [source.title for source in sources])


def _in_cyrillic(words: list[str], titles: list[str]) -> set[str]:
    return {name for name, texts in (("words", words), ("titles", titles)) if any_cyrillic(texts)}


@register.filter
def at_words(quote: Quote) -> str:
    """Return the address of a quote's source at its words."""
    return citations.at_words(quote.source.url if quote.source else "", quote.text)


@register.filter
def which(quote: Quote) -> SafeString:
    """Return the first words of a quote, as HTML that tells screen readers its links from those of other quotes."""
    words = quote.text.split(None, BEGINNING)
    beginning = " ".join([*words[:BEGINNING], "…"] if len(words) > BEGINNING else words)
    return format_html('<span class="visually-hidden">: <span lang="{}">{}</span></span>', quote.language, beginning)


@register.filter
def size_of_words(text: str) -> str:
    """Return the class that sets short quotes larger and long ones smaller; empty for those in between."""
    return "words--long" if len(text) > LONG else "words--short" if len(text) < SHORT else ""


@register.filter
def markdown(text: str) -> SafeString:
    """Return Markdown as HTML."""
    # Safe: text.markdown.to_html ends with nh3's allow-list.
    return mark_safe(to_html(text))  # noqa: S308


@register.filter
def status_label(status: str) -> str:
    """Return the label of a status; without one, that no evidence was found."""
    return str(choices.STATUS_LABELS[status])


@register.filter
def status_meaning(status: str) -> str:
    """Return a sentence that explains a status."""
    return str(choices.STATUS_MEANINGS[status or choices.NO_STATUS])


@register.inclusion_tag("charts/_track.html", takes_context=True)
def track(context, initiative: Initiative, size: str = "small") -> dict:
    """Draw the track of an initiative that `with_steps` loaded; "large" at the head of its page."""
    return {"track": tracks.track_of(initiative, context["axis"]), "axis": context["axis"], "size": size}


@register.filter
def old_evidence(initiative: Initiative) -> str:
    """Return from when the newest evidence on an initiative is, if it is older than a year; empty if not."""
    return tracks.old_evidence(initiative)


@register.filter
def age(item: Dated) -> str:
    """Return how long ago the date of an item was."""
    return tracks.age(item.date, item.date_precision) if item.date else ""


@register.filter
def evidence_wanted(kind: str) -> str:
    """Return what would count as evidence that an initiative of a kind has come further."""
    return str(choices.EVIDENCE_WANTED[choices.InitiativeKind(kind)])


@register.filter
def verification_label(verification: str) -> str:
    """Return the label of a verification."""
    return str(choices.Verification(verification).label)


@register.filter
def verification_meaning(verification: str) -> str:
    """Return a sentence that explains a verification."""
    return str(choices.VERIFICATION_MEANINGS[choices.Verification(verification)])


@register.filter
def citation(quote: Quote) -> str:
    """Return a quote with its attribution in one line of plain text."""
    return citations.citation_text(quote)


@register.filter
def citation_parts(quote: Quote) -> list[citations.CitationPart]:
    """Return the same in parts, each with its language."""
    return citations.citation_parts(quote)


@register.filter
def kind_label(kind: str) -> str:
    """Return the label of a kind of item, in the singular."""
    return str(choices.KIND_SINGULAR[Kind(kind)])


@register.filter
def kinds_label(kind: str) -> str:
    """Return the label of a kind of item, in the plural."""
    return str(Kind(kind).label)


@register.filter
def host(url: str) -> str:
    """Return the host of an address, without www."""
    return url.partition("//")[2].partition("/")[0].removeprefix("www.")


@register.filter
def grouped(number: int) -> str:
    """Return a number with its thousands separated as in the active language: 10,000."""
    return _grouped(number, get_language())


@lru_cache(maxsize=10_000)
def _grouped(number: int, language: str) -> str:
    """Return the number in the active language, an argument so that each language is cached separately."""
    return number_format(number, use_l10n=True, force_grouping=True)


@register.filter
def setting_status(milestones: Iterable[Milestone]) -> Milestone | None:
    """Return the milestone that sets an initiative's status, given its milestones, oldest first; None if none does."""
    return next((milestone for milestone in reversed(list(milestones)) if milestone.status), None)


@register.simple_tag
def known_date(item: Dated) -> SafeString:
    """Return the date of an item as HTML, only as precisely as it is known; in words if it is not known.

    Words of which no date is known count as of their source, which is said.
    """
    if item.date is not None:
        return _time(item)
    source = item.source if isinstance(item, Quote) else None
    if source is None or source.date is None:
        return format_html('<span class="unknown">{}</span>', item.shown_date)
    return format_html('<span class="unknown">{}</span> {}', _("words undated; published"), _time(source))


def _time(item: Dated) -> SafeString:
    return format_html('<time datetime="{}">{}</time>', item.iso_date, item.shown_date)


@register.simple_tag
def partial_date(date, precision) -> str:
    """Return a date as precisely as it is known."""
    return show_partial_date(date, precision)


@register.inclusion_tag("items/_quote_card.html")
def quote_card(row: ResultRow, *, small: bool = False, own_speaker: bool = False, own_source: bool = False) -> dict:
    """Show a quote in a list.

    `small` is for quotes that are not the main content. `own_speaker` and `own_source` are for the page of the speaker
    or source, which is then not named again.
    """
    return copy_buttons(row.item) | {
        "row": row,
        "small": small,
        "speaker": None if own_speaker else row.item.speaker,
        "source": None if own_source else row.item.source,
    }


@register.inclusion_tag("items/_copy_buttons.html")
def copy_buttons(quote: Quote, *, share: bool = False) -> dict:
    """Show the buttons that copy a quote's citation and address, and with `share` the one that hands its address on.

    They show only if reader.js can do it.
    """
    return {
        "quote": quote,
        "share": share,
        "address": quote.get_absolute_url(),
        "which": which(quote),
        "labels": _labels(get_language()),
    }


@lru_cache(maxsize=100)
def _labels(language: str) -> dict[str, str]:
    """Return the words on every card in the active language, an argument so that each language is cached separately.

    Looked up once: {% translate %} on each card took a twentieth of a page.
    """
    return {
        "from": _("from"),
        "see": _("See in context"),
        "copy": _("Copy quote"),
        "copy_link": _("Copy link"),
        "share": _("Share"),
    }


@register.simple_tag
def option_list(options: Iterable[Option]) -> SafeString:
    """Return the values of a facet as HTML links, each with its count. The link of a chosen value removes it.

    Written here, because a page has more than a hundred: a template takes ten times as long (docs/decisions/pages.md).
    """
    language = get_language()
    state = (
        f'<span class="option__state">{escape(_("selected"))}'
        f'<span class="visually-hidden">, {escape(_("remove"))}</span></span> '
    )
    items = [
        f'<li><a class="option" href="{escape(option.url)}"{CURRENT if option.chosen else ""}>'
        f'<span class="option__label"{LANG.format(escape(option.language)) if option.language else ""}>'
        f"{escape(option.label)}</span> {state if option.chosen else ''}"
        f'<span class="option__count"><span class="visually-hidden">, </span>{_grouped(option.count, language)}</span>'
        "</a></li>"
        for option in options
    ]
    # Safe: all that is put in is escaped.
    return mark_safe(f'<ul role="list">{"".join(items)}</ul>')  # noqa: S308
