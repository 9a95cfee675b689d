"""How to cite a quote, who says something, and what must be said of an item wherever it is shown."""

import re
from collections.abc import Iterable
from typing import NamedTuple
from urllib.parse import quote

from django.conf import settings
from django.utils.text import capfirst, get_text_list
from django.utils.translation import get_language, ngettext_lazy
from django.utils.translation import gettext as _

from initiatives.models import Initiative, Milestone, Quote, Source
from initiatives.models.choices import (
    QUOTATION_MARKS,
    VERIFICATION_CAVEATS,
    Effect,
    Language,
    PublisherKind,
    label_in,
)
from initiatives.models.paths import path_of

# Omissions from and additions to a quotation.
_OURS = re.compile(r"\[[^\]]*\]|…|\.\.\.")
# Number of words at each end of a text fragment.
FRAGMENT = 6
# How many sources say what of an effect.
SAID = {
    Effect.CONFIRMS: ngettext_lazy("confirmed by %(number)s source", "confirmed by %(number)s sources", "number"),
    Effect.CONTESTS: ngettext_lazy("contested by %(number)s source", "contested by %(number)s sources", "number"),
    Effect.MIXED: ngettext_lazy(
        "mixed according to %(number)s source", "mixed according to %(number)s sources", "number"
    ),
}


class CitationPart(NamedTuple):
    """A part of a citation, with its language (ISO 639-1) and whether it is in italics."""

    text: str
    language: str = settings.LANGUAGE_CODE
    italic: bool = False


def address(path: str) -> str:
    """Return the full public address of a path on this site."""
    return f"{settings.SITE_URL}{path}"


def at_words(url: str, text: str) -> str:
    """Return the address of a document at the words of a quote: browsers scroll to them and highlight them.

    It ends with a text fragment (https://wicg.github.io/scroll-to-text-fragment/): the longest passage without an
    omission or addition of ours, or the first and last words of a long one. Empty without an address.
    """
    if not url:
        return ""
    words = max(_OURS.split(text), key=len).split()
    ends = [words] if len(words) <= 2 * FRAGMENT else [words[:FRAGMENT], words[-FRAGMENT:]]
    # Hyphens and commas have a special meaning in fragments.
    found = ",".join(quote(" ".join(end), safe="").replace("-", "%2D") for end in ends)
    return f"{url}{'' if '#' in url else '#'}:~:text={found}"


def kind_of_voice(kind: str) -> str:
    """Return the label of a kind of publisher; empty without one."""
    return label_in(PublisherKind, kind, get_language()) if kind else ""


def publisher_of(source: Source) -> str:
    """Return the publisher of a source with its kind, as far as they are recorded: "Eurasianet (private media)"."""
    kind = kind_of_voice(source.publisher_kind)
    return f"{source.publisher} ({kind})" if source.publisher and kind else source.publisher or kind


def reported_by(milestone: Milestone, further: Iterable[Source] = ()) -> str:
    """Return who says that a milestone happened: the publishers of its source and of `further` ones.

    If its source only reports what another voice says, that voice, as reported there.
    """
    publishers = [publisher_of(source) or source.title for source in (milestone.source, *further)]
    if not milestone.attributed_to:
        return _("as reported by %(publisher)s") % {"publisher": get_text_list(publishers, _("and"))}
    voice = {"voice": milestone.attributed_to, "kind": kind_of_voice(milestone.attributed_kind)}
    voice["publisher"] = publishers[0]
    return _("according to %(voice)s (%(kind)s), as reported by %(publisher)s") % voice


def since(milestone: Milestone) -> str:
    """Return from when on its status applies: "since" a date, or "by" it if it is that of the report."""
    words = _("by %(date)s") if milestone.date_is_report else _("since %(date)s")
    return words % {"date": milestone.shown_date}


def said_of_effect(initiative: Initiative, *, by_kind: bool = False) -> list[tuple[str, str]]:
    """Return, for each effect that sources report, how many do so, in words; `by_kind` adds their kinds."""
    said = []
    for effect, voices in initiative.effects.voices.items():
        words = str(SAID[Effect(effect)] % {"number": sum(voices.values())})
        kinds = {str(PublisherKind(kind).label) if kind else _("kind not recorded"): n for kind, n in voices.items()}
        listed = ", ".join(kinds) if len(kinds) == 1 else ", ".join(f"{kind}: {n}" for kind, n in kinds.items())
        said.append((effect, f"{capfirst(words)} ({listed})." if by_kind else words))
    return said


def caveats(item: Quote | Initiative) -> list[str]:
    """Return what must be said of an item wherever it is cited or shown, in short; empty if there is nothing.

    Of a quote: that it is undated, and that its wording is not verified. Of an initiative: all that sources say of its
    effect, if one of them contests it.
    """
    if isinstance(item, Initiative):
        said = [words for _effect, words in said_of_effect(item)]
        return [_("effect: %(said)s") % {"said": ", ".join(said)}] if item.effects.total(Effect.CONTESTS) else []
    found = [] if item.date else [_("undated")]
    if found and item.source and item.source.date:
        found = [_("undated; published %(date)s") % {"date": item.source.shown_date}]
    return found + [str(words) for kind, words in VERIFICATION_CAVEATS.items() if kind == item.verification]


def caveat_sentence(item: Quote | Initiative) -> str:
    """Return the caveats of an item as a sentence without a full stop; empty if there is nothing."""
    return capfirst("; ".join(caveats(item)))


def dated(quote: Quote) -> str:
    """Return the date of a quote, if known, and its caveats, in words."""
    return "; ".join([*([quote.shown_date] if quote.date else []), *caveats(quote)])


def citation_parts(quote: Quote, words: str = "") -> list[CitationPart]:
    """Return the parts of a one-line citation: the words (or `words`, if given), the speaker, date and source."""
    opening, closing = QUOTATION_MARKS[Language(quote.language)]
    parts = [
        CitationPart(f"{opening}{words or quote.text}{closing}", quote.language),
        CitationPart(f" — {quote.speaker.name}, {dated(quote)}. "),
    ]
    if quote.source:
        where = "".join(f", {place}" for place in (publisher_of(quote.source), quote.locator) if place)
        parts += [
            CitationPart(_("Source:") + " "),
            CitationPart(quote.source.title, quote.source.title_language),
            CitationPart(f"{where}. "),
        ]
    return [*parts, CitationPart(address(path_of("short_quote", quote.pk)))]


def citation_text(quote: Quote, words: str = "") -> str:
    """Return the citation of a quote (with `words` instead of its own, if given) as plain text, ready to paste."""
    return "".join(part.text for part in citation_parts(quote, words))
