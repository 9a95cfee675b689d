"""The content of the cards of items, and their addresses."""

from dataclasses import dataclass, replace

from django.db.models import Model
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from initiatives.models import Initiative, PrincipleSet, Quote, Source
from initiatives.models.choices import QUOTATION_MARKS, InitiativeKind, Language
from initiatives.models.partial_dates import show_partial_date
from initiatives.pages.citations import caveat_sentence
from initiatives.pages.share_cards.card import HEIGHT, WIDTH, Card
from initiatives.pages.share_cards.fonts import is_readable
from initiatives.pages.share_cards.signs import Sign


@dataclass(frozen=True)
class ShareImage:
    """A card and the path of its picture on this site."""

    card: Card
    path: str
    width: int = WIDTH
    height: int = HEIGHT

    @property
    def versioned_path(self) -> str:
        """The path with the card's digest, so that the address changes with the card."""
        return f"{self.path}?v={self.card.digest}"


def share_image(item: Model) -> ShareImage | None:
    """Return the share image of an item loaded by `for_card()` or for its page; None for kinds without their own."""
    if isinstance(item, Quote):
        return ShareImage(_card_of_quote(item), reverse("quote_card", args=[item.pk]))
    if isinstance(item, Initiative):
        return ShareImage(_card_of_initiative(item), reverse("initiative_card", args=[item.slug]))
    if isinstance(item, PrincipleSet):
        return ShareImage(_card_of_principle_set(item), reverse("principle_set_card", args=[item.slug]))
    return None


def share_image_of_site() -> ShareImage:
    """Return the share image of pages without one of their own."""
    card = Card(
        site=_site_name(),
        label="",
        words=_("What was announced, who said it and what came of it"),
        strong=_("An open record of Kazakhstan’s reform programme"),
        muted=_("Every quote is word for word, every status rests on evidence and everything names its source."),
    )
    return ShareImage(card, reverse("site_card"))


def _card_of_quote(quote: Quote) -> Card:
    card = Card(
        site=_site_name(),
        label=_("Quote"),
        words=quote.text,
        strong=_readable(quote.speaker.name),
        caveats=caveat_sentence(quote),
        muted=_joined(quote.shown_date if quote.date else "", quote.source),
    )
    if not is_readable(quote.text):
        words = _("A quote in %(language)s") % {"language": quote.get_language_display()}
        return replace(card, words=words, serif=False)
    opening, closing = QUOTATION_MARKS[Language(quote.language)]
    return replace(card, opening=opening, closing=closing)


def _card_of_initiative(initiative: Initiative) -> Card:
    if initiative.status:
        date = show_partial_date(initiative.status_date, initiative.status_date_precision)
        since = _("As of %(date)s") % {"date": date}
    else:
        since = _("No milestone in the record shows how far it has come.") if initiative.has_law else ""
    return Card(
        site=_site_name(),
        label=_("Initiative: %(kind)s") % {"kind": initiative.get_kind_display()},
        words=initiative.title,
        serif=initiative.kind == InitiativeKind.SLOGAN,
        text=initiative.summary,
        strong=capfirst(initiative.status_label),
        sign=Sign(initiative.status) if initiative.has_law else None,
        caveats=caveat_sentence(initiative),
        muted=since,
    )


def _card_of_principle_set(principles: PrincipleSet) -> Card:
    titles = [f"{principle.number}\u00a0{principle.title}" for principle in principles.principles.all()]
    return Card(
        site=_site_name(),
        label=_("Principles"),
        words=principles.title,
        serif=False,
        text=" · ".join(titles),
        strong=ngettext("%(count)s principle", "%(count)s principles", len(titles)) % {"count": len(titles)},
        muted=_joined(principles.source.shown_date if principles.source else "", principles.source),
    )


def _site_name() -> str:
    return _("The Reform Record")


def _joined(date: str, source: Source | None) -> str:
    """Return a date and the title of a source, which every public item has, on one line."""
    return " · ".join(filter(None, (capfirst(date), _readable(source.title) if source else "")))


def _readable(text: str) -> str:
    """Return a text, or an empty string if our fonts lack its letters."""
    return text if is_readable(text) else ""
