"""What lists hold by the dozen: cards of quotes, and the values of facets.

Their HTML stands here and not in templates: a page has twenty of the one and a hundred and more of the other, and
they took the template engine two thirds of its time (docs/decisions.md). Everything is escaped by `format_html`.
"""

from collections.abc import Iterable

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from initiatives import citations
from initiatives.facets import Option
from initiatives.models import Quote, Theme
from initiatives.presenting import Row
from initiatives.templatetags.record import beginning, grouped, known_date, marked, size_of_words, verification_label

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
  <p class="meta">{}</p>
  <blockquote><p class="words words--entry" lang="{}">{}</p></blockquote>
</div>
"""

SPEAKER = '<a class="byline__speaker" href="{}">{}</a>, '
SOURCE = '<span class="meta__part">{} <a href="{}"><cite lang="{}">{}</cite></a></span>'
WHICH = '<span class="visually-hidden">: <span lang="{}">{}</span></span>'

COPIES = """
<div class="copies">
  <button class="copy" type="button" data-copy="{citation}">{copy_quote}{which}</button>
  <button class="copy" type="button" data-copy="{link}">{copy_link}{which}</button>
  <span class="copies__said" aria-live="polite"></span>
</div>
"""

TAGS = '<ul class="tags" role="list" aria-label="{}">{}</ul>'
TAG = '<li><a href="{}">{}</a></li>'

OPTIONS = '<ul role="list">{}</ul>'
OPTION = (
    '<li><a class="option" href="{}"{}><span class="option__label"{}>{}</span> {}'
    '<span class="option__count"><span class="visually-hidden">, </span>{}</span></a></li>'
)
CURRENT = SafeString(' aria-current="true"')
NOTHING = SafeString("")
CHOSEN = '<span class="option__state">{}<span class="visually-hidden">, {}</span></span> '


@register.simple_tag
def quote_card(row: Row, *, small: bool = False, own_speaker: bool = False, own_source: bool = False) -> SafeString:
    """Return a quote in a list as HTML.

    `small` is for where it is not the main thing; `own_speaker` and `own_source` for the page of its speaker or source,
    which need not be named again.
    """
    quote, address, which = row.item, row.item.get_absolute_url(), _which(row.item)
    speaker, source = quote.speaker, quote.source
    return format_html(
        QUOTE_CARD,
        modifier=" quote-card--small" if small else "",
        size=size_of_words(quote.text),
        language=row.language,
        words=marked(row.text),
        translation=_found_in(row) if row.translation else NOTHING,
        speaker=NOTHING if own_speaker else format_html(SPEAKER, speaker.get_absolute_url(), speaker.name),
        date=known_date(quote),
        source=NOTHING
        if own_source or source is None
        else format_html(SOURCE, _("From"), source.get_absolute_url(), source.title_language, source.title),
        verification=verification_label(quote.verification),
        address=address,
        see=_("See in context"),
        which=which,
        copies=_copies(quote, address, which),
        tags=theme_tags(quote.themes.all()),
    )


@register.simple_tag
def copy_buttons(quote: Quote) -> SafeString:
    """Return the buttons that copy a quote's citation and its address, as HTML. They show where reader.js can copy."""
    return _copies(quote, quote.get_absolute_url(), _which(quote))


@register.simple_tag
def theme_tags(themes: Iterable[Theme]) -> SafeString:
    """Return links to themes as HTML; empty for none."""
    tags = format_html_join("", TAG, ((theme.get_absolute_url(), theme.name) for theme in themes))
    return format_html(TAGS, _("Themes"), tags) if tags else tags


@register.simple_tag
def option_list(options: Iterable[Option]) -> SafeString:
    """Return the values of a facet as HTML: links, each with its count; the chosen ones lead to a list without."""
    chosen = format_html(CHOSEN, _("chosen"), _("remove"))
    return format_html(
        OPTIONS,
        format_html_join(
            "",
            OPTION,
            (
                (
                    option.url,
                    CURRENT if option.chosen else NOTHING,
                    format_html(' lang="{}"', option.language) if option.language else NOTHING,
                    option.label,
                    chosen if option.chosen else NOTHING,
                    grouped(option.count),
                )
                for option in options
            ),
        ),
    )


def _found_in(row: Row) -> SafeString:
    """Return the words of the translation that a quote was found by."""
    return format_html(
        FOUND_IN_TRANSLATION, _("Found in a translation:"), row.translation_language, marked(row.translation)
    )


def _which(quote: Quote) -> SafeString:
    """Return what tells the links and buttons of a quote from those of others, by ear alone."""
    return format_html(WHICH, quote.language, beginning(quote.text))


def _copies(quote: Quote, address: str, which: SafeString) -> SafeString:
    return format_html(
        COPIES,
        citation=citations.as_text(quote),
        copy_quote=_("Copy quote"),
        which=which,
        link=citations.address(address),
        copy_link=_("Copy link"),
    )
