"""Help texts for the fields of the desk that replace those of the models.

They are here and not in the models, so that rewording them needs no migration of models and histories.
"""

from typing import Any

from django.db.models import Field
from django.utils.functional import lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from initiatives.models.choices import PROVENANCE_MEANINGS, VERIFICATION_MEANINGS

_MARKDOWN = _(
    "Markdown: leave an empty line between paragraphs; use **bold**, - for lists and "
    "[text](address) for links. Headings begin with ###; images are left out. "
    "Write neutrally and give a source for every fact."
)
_NOTE = _(
    "Markdown. What readers should know about the evidence: gaps, doubts or sources that disagree. Readers see this."
)
_ALIASES = _(
    "Short forms, former names and the names in Russian and Kazakh, one per line. Searches for these names find it too."
)
_SUMMARY = _(
    "Explain in one or two plain sentences who or what it is, for someone who has never heard of "
    "it. Do not praise or criticise."
)
_THEMES = _("Choose one to three themes. If none fits well, leave this to a publisher.")
_NAMED = _("The full name as English-language documents give it, without title or rank.")
_WRITTEN = _("As precisely as it is known: 2026, 09.2026 or 08.09.2026. The day comes before the month.")
_DATE = format_lazy("{} {}", _WRITTEN, _("Leave empty if the date is not known."))

# Choices are explained by the sentences that readers see.
_explained = lazy(lambda meanings: " · ".join(f"{choice.label}: {text}" for choice, text in meanings.items()), str)

# By model and field, or by field alone for every model that has it.
GUIDANCE: dict[str, Any] = {
    "state": _(
        "Published items are public, or will be from the time below. Archived items are kept but hidden from readers."
    ),
    "initiative.title": _("Its usual name in English, short enough for a heading. No full stop or quotation marks."),
    "initiative.kind": _("What it was announced as. A law that founds an institution, for example, is a law."),
    "initiative.summary": _(
        "What was announced, in one or two neutral sentences. Record what came of it as milestones."
    ),
    "initiative.body": _MARKDOWN,
    "initiative.editors_note": _NOTE,
    "initiative.themes": _THEMES,
    "initiative.bodies": _("The institutions that carry it out or that it founds."),
    "initiative.aliases": _ALIASES,
    "milestone.date": format_lazy("{} {}", _("The day it happened, not the day it was reported."), _WRITTEN),
    "milestone.further_sources": _("Other sources that confirm the same step."),
    "quote.text": _(
        "Exactly as in the source, without the outer quotation marks. Mark what you leave out with an "
        "ellipsis (…) and put what you add in [square brackets]. At most 10,000 characters."
    ),
    "quote.language": _(
        "The language of the quote as given here. If the source is a translation, quote it as it is and "
        "say so in the note."
    ),
    "quote.speaker": _("The person who said or wrote the words, not the person who reports them."),
    "quote.date": _DATE,
    "quote.locator": _("Where readers will find it, such as “p. 12”, “paragraph 3” or “14:05”."),
    "quote.context": _("In one or two sentences of your own: where it was said, to whom and what about."),
    "quote.editors_note": _NOTE,
    "quote.verification": _explained(VERIFICATION_MEANINGS),
    "quote.themes": _THEMES,
    "quote.initiatives": _("Only initiatives that the quote is about. For anything broader, choose a theme."),
    "quotetranslation.language": _("The language of the translation."),
    "quotetranslation.text": _("The whole quote exactly as translated, without the outer quotation marks."),
    "quotetranslation.provenance": _explained(PROVENANCE_MEANINGS),
    "principleset.title": _("The name under which they were announced."),
    "principleset.introduction": _(
        "Markdown. Where, when and by whom they were announced, in a few neutral sentences."
    ),
    "principleset.editors_note": _NOTE,
    "principle.title": _("The principle in the words of the source, without its number."),
    "principle.text": _("Markdown. What the source says about it, as close to its wording as possible."),
    "principle.themes": _THEMES,
    "principle.initiatives": _("Only initiatives that put it into practice."),
    "person.name": _NAMED,
    "person.summary": _SUMMARY,
    "person.role": _("The position they are best known for. Give the years if they no longer hold it."),
    "person.body": _MARKDOWN,
    "person.aliases": _ALIASES,
    "body.name": _NAMED,
    "body.summary": _SUMMARY,
    "body.body": _MARKDOWN,
    "body.aliases": _ALIASES,
    "theme.name": _(
        "A noun or short phrase that readers would search for, such as “Rule of law”. Start with a "
        "capital letter and use no full stop."
    ),
    "theme.description": _(
        "What this theme covers and what it does not, in one or two sentences. Readers and editors see this."
    ),
    "theme.aliases": _ALIASES,
    "source.title": _("Exactly as on the document, in the document’s own language."),
    "source.kind": _("What the document is, not where you found it. A law on a news site is a legal act."),
    "source.publisher": _("The institution or newspaper that published it, not the website’s domain name."),
    "source.date": _DATE,
    "source.url": _(
        "The page or file itself, not a search page or home page. Use the publisher’s own copy if there is one."
    ),
    "source.archived_url": _(
        "A permanent copy, such as one in the Wayback Machine, in case the address stops working."
    ),
    "source.description": _("What the document is and why it was published, in one or two sentences."),
    "source.editors_note": _NOTE,
    "source.aliases": _ALIASES,
}


def guidance(field: Field) -> str | None:
    """Return the help text of a field; None to keep the model's own."""
    return GUIDANCE.get(f"{field.model._meta.model_name}.{field.name}") or GUIDANCE.get(field.name)
