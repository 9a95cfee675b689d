"""Tags of lists: the cards of items, with their tracks, and the values of facets.

Each card is one template that includes no others. The parts that cards share are defined here.
"""

from collections.abc import Iterable
from functools import lru_cache
from html import escape

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from initiatives.models import Initiative, Source, Theme, choices
from initiatives.models.choices import label_in
from initiatives.pages import citations, tracks
from initiatives.pages.charts.track import LABEL, LANES, LIFE, Sign, Track
from initiatives.pages.lists.facets import Option
from initiatives.pages.lists.rows import ResultRow
from initiatives.templatetags.record import (
    beginning_of,
    grouped,
    host,
    known_date,
    marked,
    size_of_words,
    standing,
    which,
)
from initiatives.text.folding import fold_of

register = template.Library()

# Placeholder for the words in a citation that a script completes: OBJECT REPLACEMENT CHARACTER.
WORDS = "\ufffc"

# Tracks and their signs.
SMALL_TRACK = '<svg class="track" aria-hidden="true"><use href="#track-years"/>{shapes}</svg>'
LARGE_TRACK = (
    '<svg class="track track--large" role="group" aria-label="{name}"><use href="#track-years"/>{shapes}</svg>'
)
# Short, because there are hundreds on a page: its style follows from its place in the track.
SMALL_SIGN = '<a href="{}" tabindex="-1">{}<title>{}</title></a>'
LARGE_SIGN = (
    '<g class="sign{late}" tabindex="-1">{1}'
    '<foreignObject class="sign__label" x="{at}" width="{width}" height="160">'
    '<p><a href="{0}">{2}</a></p></foreignObject></g>'
)
BAR = '<line class="track__bar" x1="{}" x2="{}"/>'
POINT = '<use href="#sign-{1}" x="{0}"/>'
NUDGED_POINT = '<use href="#sign-{1}" x="{0}" transform="translate({2})"/>'
# By how many pixels a sign of a small or large track moves that would cover the one before it.
NUDGE, LARGE_NUDGE = 11, 17

CURRENT, LANG = ' aria-current="true"', ' lang="{}"'


@register.simple_tag(takes_context=True)
def track(context, initiative: Initiative, size: str = "small") -> SafeString:
    """Draw the track of an initiative loaded by `with_steps`; "large" at the head of its page.

    The page must include the signs (charts/_signs.html). Signs lead to milestones: those of a large track by
    labels that show on hover, focus and tap; those of a small one, which the page describes in words, for pointers
    only. Not a template, because the home page has thirty tracks, each with several shapes.
    """
    drawn, large = tracks.track_of(initiative, context["axis"]), size == "large"
    return format_html(
        LARGE_TRACK if large else SMALL_TRACK,
        name=_("Steps and reports over time"),
        shapes=_shapes(drawn, initiative, large=large) if drawn else "",
    )


def _shapes(drawn: Track, initiative: Initiative, *, large: bool) -> SafeString:
    """Return the line of a track and its lanes with their signs."""
    # On the initiative's own page, signs lead to milestones below.
    url = "" if large else initiative.get_absolute_url()
    lanes = ((lane, [(_sign(sign, initiative, url),) for sign in drawn.signs if sign.lane == lane]) for lane in LANES)
    return format_html(
        '<g class="track__body"><line class="track__unknown" x1="{}" x2="{}"/>'
        '<line class="track__known" x1="{}" x2="{}"/>{}</g>',
        *(drawn.known_to, drawn.unknown_to, drawn.begin, drawn.known_to),
        format_html_join(
            "",
            '<g class="track__{}">{}</g>',
            ((lane, format_html_join("", "{}", signs)) for lane, signs in lanes if signs),
        ),
    )


def _sign(sign: Sign, initiative: Initiative, url: str) -> SafeString:
    """Return a sign of a small track on the page of another item, or without `url` of a large one."""
    milestone = initiative.steps[sign.place]
    official = sign.lane == LIFE and milestone.voice_kind in choices.OFFICIAL
    name = f"{sign.name}-official" if official else sign.name or "step"
    form = BAR if sign.end else NUDGED_POINT if sign.nudge else POINT
    shape = format_html(form, sign.at, sign.end or name, sign.nudge * (NUDGE if url else LARGE_NUDGE))
    return format_html(
        SMALL_SIGN if url else LARGE_SIGN,
        f"{url}#milestone-{milestone.pk}",
        shape,
        tracks.label_of(milestone, sign.lane),
        late=" sign--late" if sign.is_late else "",
        at=sign.label_at,
        width=f"{LABEL:.0%}",
    )


@register.inclusion_tag("items/_quote_card.html")
def quote_card(row: ResultRow, *, small: bool = False, own_speaker: bool = False, own_source: bool = False) -> dict:
    """Show a quote in a list.

    `small` is for quotes that are not the main content. `own_speaker` and `own_source` are for the page of the speaker
    or source, which is then not repeated.
    """
    quote, language = row.item, get_language()
    folds = fold_of(row.text), fold_of(row.translation)
    words = "".join(piece.text for piece in row.text)
    label = "secondary" if quote.verification == choices.Verification.SECONDARY else "from"
    source = "" if own_source or not quote.source else _source(quote.source, language, label)
    return _labels(language) | {
        "small": " quote-card--small" if small else "",
        "pk": quote.pk,
        "address": quote.get_absolute_url(),
        "words": marked(row.text),
        "language": row.language,
        "size": size_of_words(quote.text),
        "fold": folds[0],
        "translation": marked(row.translation),
        "translation_language": row.translation_language,
        "translation_fold": folds[1],
        "which": which(quote) if any(folds) else "",
        "beginning": beginning_of(quote.text),
        "quote_language": quote.language,
        "speaker": "" if own_speaker else _speaker(quote.speaker.get_absolute_url(), quote.speaker.name),
        "source": source,
        "date": known_date(quote, plain=True),
        "verification": "" if source and label == "secondary" else _verification(quote.verification, language),
        # The script inserts the words, unless the card shows only some of them.
        "citation": citations.citation_text(quote, words=WORDS if words == quote.text else quote.text),
        "tags": theme_tags(quote.public_themes),
    }


@register.inclusion_tag("items/_initiative_card.html", takes_context=True)
def initiative_card(
    context, initiative: Initiative, row: ResultRow | None = None, *, mixed: bool = False, small: bool = False
) -> dict:
    """Show an initiative in a list, with the matching words of `row` marked.

    It names its kind of item if `mixed` with others; a `small` card has no track.
    """
    language = get_language()
    kind, labels = label_in(choices.InitiativeKind, initiative.kind, language), _labels(language)
    return labels | {
        "kicker": f"{labels['initiative']}: {kind}" if mixed else capfirst(kind),
        "is_slogan": initiative.kind == choices.InitiativeKind.SLOGAN,
        "address": initiative.get_absolute_url(),
        "title": marked(row.title) if row else initiative.title,
        "other_name": marked(row.also_known) if row else "",
        "title_language": row.title_language if row else "",
        "text": marked(row.text) if row else initiative.summary,
        "track": "" if small else track(context, initiative),
        "standing": standing(initiative),
        "tags": theme_tags(initiative.public_themes),
    }


@register.inclusion_tag("items/_source_card.html")
def source_card(row: ResultRow, *, mixed: bool = False) -> dict:
    """Show a source in a list; `mixed` among items of other kinds."""
    source, language = row.item, get_language()
    kind, labels = label_in(choices.SourceKind, source.kind, language), _labels(language)
    facts = [
        *(known_date(source, plain=True), citations.publisher_of(source), host(source.url)),
        source.language and label_in(choices.Language, source.language, language),
    ]
    return labels | {
        "kicker": f"{labels['source']}: {kind}" if mixed else capfirst(kind),
        "address": source.get_absolute_url(),
        "title": marked(row.title),
        "title_language": row.title_language,
        "other_name": marked(row.also_known),
        "text": marked(row.text),
        "language": row.language,
        "facts": format_html_join(" ", '<span class="meta__part">{}</span>', ((fact,) for fact in facts if fact)),
    }


# Parts that cards share: pure functions of a few short texts, cached.


@lru_cache(maxsize=1000)
def _speaker(url: str, name: str) -> SafeString:
    return format_html('<a class="attribution__speaker" href="{}">{}</a>, ', url, name)


def _source(source: Source, language: str, label: str) -> SafeString:
    kind = ""
    if source.publisher_kind:
        kind = f" ({label_in(choices.PublisherKind, source.publisher_kind, language)})"
    return _source_link(_labels(language)[label], source.get_absolute_url(), source.title_language, source.title, kind)


@lru_cache(maxsize=1000)
def _source_link(label: str, url: str, language: str, title: str, kind: str) -> SafeString:
    html = ' <span class="meta__part">{} <a href="{}"><cite lang="{}">{}</cite></a>{}</span>'
    return format_html(html, label, url, language, title, kind)


@lru_cache(maxsize=100)
def _verification(verification: str, language: str) -> SafeString:
    label = choices.Verification(verification).label
    return format_html('<span class="meta__part verification verification--{}">{}</span>', verification, label)


@register.filter
def theme_tags(themes: Iterable[Theme]) -> SafeString | str:
    """Return links to themes as HTML; empty if there are none."""
    links = tuple((theme.get_absolute_url(), theme.name) for theme in themes)
    return _tags(_labels(get_language())["themes"], links) if links else ""


@lru_cache(maxsize=1000)
def _tags(label: str, links: tuple[tuple[str, str], ...]) -> SafeString:
    tags = format_html_join("", '<li><a href="{}">{}</a></li>', links)
    return format_html('<ul class="tags" role="list" aria-label="{}">{}</ul>', label, tags)


@lru_cache(maxsize=100)
def _labels(language: str) -> dict[str, str]:
    """Return the words on every card in the active language, which is an argument so that each is cached separately.

    Looked up once: {% translate %} on each card took a twentieth of the time for a page.
    """
    return {
        "from": _("from"),
        "secondary": _("Secondary source:"),
        "see": _("See in context"),
        "copy": _("Copy quote"),
        "copy_link": _("Copy link"),
        "whole": _("Whole quotation"),
        "in_translation": _("Found in a translation:"),
        "themes": _("Themes"),
        "initiative": _("Initiative"),
        "source": _("Source"),
        "also_known": _("Also known as"),
        "status": _("Status:"),
    }


@register.simple_tag
def option_list(options: Iterable[Option]) -> SafeString:
    """Return the values of a facet as HTML links, each with its count. A chosen value's link removes it.

    Not a template, which would take ten times as long: pages have over a hundred values (docs/decisions/pages.md).
    """
    state = (
        f'<span class="option__state">{escape(_("selected"))}'
        f'<span class="visually-hidden">, {escape(_("remove"))}</span></span> '
    )
    items = [
        f'<li><a class="option" href="{escape(option.url)}"{CURRENT if option.chosen else ""}>'
        f'<span class="option__label"{LANG.format(escape(option.language)) if option.language else ""}>'
        f"{escape(option.label)}</span> {state if option.chosen else ''}"
        f'<span class="option__count"><span class="visually-hidden">, </span>{grouped(option.count)}</span>'
        "</a></li>"
        for option in options
    ]
    # Safe: everything inserted is escaped.
    return mark_safe(f'<ul role="list">{"".join(items)}</ul>')  # noqa: S308
