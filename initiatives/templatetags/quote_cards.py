"""What lists show by the dozen: cards of quotes, and the values of facets.

Their HTML is written here instead of in templates: a page has twenty cards and more than a hundred values, which took
two thirds of the template engine's time (docs/decisions.md). `text.html.filled` escapes everything.
"""

from collections.abc import Iterable
from functools import lru_cache

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from initiatives.models import Person, Quote, Source, Theme
from initiatives.models.choices import Verification
from initiatives.pages import citations
from initiatives.pages.lists.facets import Option
from initiatives.pages.lists.rows import ResultRow
from initiatives.templatetags.record import beginning, grouped, known_date, marked, size_of_words
from initiatives.text.html import NOTHING, escaped, filled, joined

register = template.Library()

QUOTE_CARD = """
<article class="quote-card{modifier}">
  <blockquote><p class="words {size}" lang="{language}">{words}</p></blockquote>
  {translation}
  <p class="byline">{speaker}{date}</p>
  <p class="meta">
    {source}
    <span class="meta__part">{verification}</span>
  </p>
  <div class="quote-card__foot">
    <a class="onward" href="{address}">{see}{which}</a>
    {copies}
    {tags}
  </div>
</article>
"""

FOUND_IN_TRANSLATION = """
<div class="found-in-translation">
  <p class="meta">{found}</p>
  <blockquote><p class="words words--entry" lang="{language}">{words}</p></blockquote>
</div>
"""

SPEAKER = '<a class="byline__speaker" href="{address}">{name}</a>, '
SOURCE = '<span class="meta__part">{label} <a href="{address}"><cite lang="{language}">{title}</cite></a></span>'
WHICH = '<span class="visually-hidden">: <span lang="{language}">{words}</span></span>'

COPIES = """
<div class="copies">
  <button class="copy" type="button" data-copy="{citation}">{copy_quote}{which}</button>
  <button class="copy" type="button" data-copy="{link}">{copy_link}{which}</button>
  <span class="copies__said" aria-live="polite"></span>
</div>
"""

TAGS = '<ul class="tags" role="list" aria-label="{label}">{tags}</ul>'
TAG = '<li><a href="{address}">{name}</a></li>'

OPTIONS = '<ul role="list">{options}</ul>'
OPTION = (
    '<li><a class="option" href="{url}"{current}><span class="option__label"{language}>{label}</span> {state}'
    '<span class="option__count"><span class="visually-hidden">, </span>{count}</span></a></li>'
)
CURRENT = SafeString(' aria-current="true"')
LANGUAGE = ' lang="{language}"'
CHOSEN = '<span class="option__state">{chosen}<span class="visually-hidden">, {remove}</span></span> '


@lru_cache(maxsize=100)
def _texts(language: str) -> dict[str, SafeString]:
    """Return the texts of a card in the active language, an argument so that each language is cached separately."""
    return {
        "label_of_source": escaped(_("From")),
        "see": escaped(_("See in context")),
        "copy_quote": escaped(_("Copy quote")),
        "copy_link": escaped(_("Copy link")),
        "themes": escaped(_("Themes")),
    }


@register.simple_tag
def quote_card(
    row: ResultRow, *, small: bool = False, own_speaker: bool = False, own_source: bool = False
) -> SafeString:
    """Return a quote in a list as HTML.

    `small` is for quotes that are not the main content. `own_speaker` and `own_source` are for the page of the speaker
    or source, which is then not named again.
    """
    quote, address, which = row.item, row.item.get_absolute_url(), _which(row.item)
    texts = _texts(get_language())
    return filled(
        QUOTE_CARD,
        modifier=" quote-card--small" if small else "",
        size=size_of_words(quote.text),
        language=row.language,
        words=marked(row.text),
        translation=_found_in(row) if row.translation else NOTHING,
        speaker=NOTHING if own_speaker else _speaker(quote.speaker),
        date=known_date(quote),
        source=NOTHING if own_source or quote.source is None else _source(quote.source, texts["label_of_source"]),
        verification=str(Verification(quote.verification).label),
        address=address,
        see=texts["see"],
        which=which,
        copies=_copies(quote, address, which, texts),
        tags=_tags(quote.public_themes, texts["themes"]),
    )


@register.simple_tag
def copy_buttons(quote: Quote) -> SafeString:
    """Return the buttons that copy a quote's citation and address, as HTML. They show only if reader.js can copy."""
    return _copies(quote, quote.get_absolute_url(), _which(quote), _texts(get_language()))


@register.simple_tag
def theme_tags(themes: Iterable[Theme]) -> SafeString:
    """Return links to themes as HTML; empty for none."""
    return _tags(themes, _texts(get_language())["themes"])


@register.simple_tag
def option_list(options: Iterable[Option]) -> SafeString:
    """Return the values of a facet as HTML links, each with its count. The link of a chosen value removes it."""
    chosen = filled(CHOSEN, chosen=_("selected"), remove=_("remove"))
    items = [
        filled(
            OPTION,
            url=option.url,
            current=CURRENT if option.chosen else NOTHING,
            language=filled(LANGUAGE, language=option.language) if option.language else NOTHING,
            label=option.label,
            state=chosen if option.chosen else NOTHING,
            count=grouped(option.count),
        )
        for option in options
    ]
    return filled(OPTIONS, options=joined(items))


def _speaker(speaker: Person) -> SafeString:
    return filled(SPEAKER, address=speaker.get_absolute_url(), name=speaker.name)


def _source(source: Source, label: SafeString) -> SafeString:
    return filled(
        SOURCE, label=label, address=source.get_absolute_url(), language=source.title_language, title=source.title
    )


def _found_in(row: ResultRow) -> SafeString:
    """Return the words of the translation by which a quote was found."""
    return filled(
        FOUND_IN_TRANSLATION,
        found=_("Found in a translation:"),
        language=row.translation_language,
        words=marked(row.translation),
    )


def _which(quote: Quote) -> SafeString:
    """Return text for screen readers that tells the links and buttons of a quote from those of others."""
    return filled(WHICH, language=quote.language, words=beginning(quote.text))


def _copies(quote: Quote, address: str, which: SafeString, texts: dict[str, SafeString]) -> SafeString:
    return filled(
        COPIES,
        citation=citations.citation_text(quote),
        copy_quote=texts["copy_quote"],
        which=which,
        link=citations.address(address),
        copy_link=texts["copy_link"],
    )


def _tags(themes: Iterable[Theme], label: SafeString) -> SafeString:
    tags = [filled(TAG, address=theme.get_absolute_url(), name=theme.name) for theme in themes]
    return filled(TAGS, label=label, tags=joined(tags)) if tags else NOTHING
