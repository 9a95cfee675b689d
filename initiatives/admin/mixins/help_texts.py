"""What good looks like, beside each field of the desk where the model's own help text does not say it.

It stands here and not in the models, so that better words need no migration of models and of their history.
"""

from typing import Any

from django.db.models import Field
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from initiatives.models.choices import PROVENANCE_MEANINGS, VERIFICATION_MEANINGS

_MARKDOWN = _(
    "Markdown: an empty line between paragraphs, **bold**, - list, [words](address). Neutral; facts with a source."
)
_NOTE = _(
    "Markdown. What a reader should know about the evidence: gaps, doubts, sources that differ. Shown to readers."
)
_ALIASES = _(
    "Short forms, former names, and the name in Russian and Kazakh; one a line. Searches by these names find it too."
)
_SUMMARY = _(
    "Who or what it is, for somebody who has never heard of it, in one or two plain sentences. No praise, no blame."
)
_THEMES = _("What it is about: one to three. If none fits, leave it for a publisher rather than stretch one.")
_NAMED = _("As documents in English write it, in full, without title or rank.")
_DATE = _(
    "The day, if it is known. If only the month or the year is, write its first day and choose “month” or “year” "
    "below: readers see only what is known. Empty if the date is not known."
)
_PRECISION = _("How much of the date is known; empty if there is none.")

# Choices are explained by the sentences that readers are shown.
_explained = lazy(lambda meanings: " · ".join(f"{choice.label}: {text}" for choice, text in meanings.items()), str)

# By model and field, or by field alone for all models that have one.
GUIDANCE: dict[str, Any] = {
    "state": _("What is published is public, or will be from the time below. Archived items are kept, out of sight."),
    "initiative.title": _("Its usual name in English, short enough for a heading; no full stop, no quotation marks."),
    "initiative.kind": _("What it was announced as. A law that founds an institution is a law."),
    "initiative.summary": _(
        "What was announced, in one or two neutral sentences. What came of it belongs to the milestones."
    ),
    "initiative.body": _MARKDOWN,
    "initiative.editors_note": _NOTE,
    "initiative.themes": _THEMES,
    "initiative.bodies": _("The institutions that carry it out, or that it founds."),
    "initiative.aliases": _ALIASES,
    "milestone.date": _(
        "The day on which it happened, not that of the report. If only the month or the year is known, write its first "
        "day and choose “month” or “year” below."
    ),
    "milestone.date_precision": _("How much of the date is known."),
    "milestone.further_sources": _("Others that show the same step."),
    "quote.text": _(
        "Letter for letter as the source has it, without the outer quotation marks. "
        "What you leave out is an ellipsis (…), what you add stands in [square brackets]."
    ),
    "quote.language": _("Of these very words. If the source translates, quote it as it stands and say so in the note."),
    "quote.speaker": _("Who said or wrote the words; not who reports them."),
    "quote.date": _DATE,
    "quote.date_precision": _PRECISION,
    "quote.locator": _("So that a reader finds it at once: “p. 12”, “paragraph 3”, “14:05”."),
    "quote.context": _("Where it was said, to whom and about what, in one or two sentences in your words."),
    "quote.editors_note": _NOTE,
    "quote.verification": _explained(VERIFICATION_MEANINGS),
    "quote.themes": _THEMES,
    "quote.initiatives": _("Only those that the words are about; a theme does for the rest."),
    "quotetranslation.language": _("The language of the translation."),
    "quotetranslation.text": _("The whole quote, as the translator has it, without the outer quotation marks."),
    "quotetranslation.provenance": _explained(PROVENANCE_MEANINGS),
    "principleset.title": _("The name under which they were announced."),
    "principleset.introduction": _(
        "Markdown. Where and when they were announced, and by whom, in a few neutral sentences."
    ),
    "principleset.editors_note": _NOTE,
    "principle.title": _("The principle itself, in the words of the source, without its number."),
    "principle.text": _("Markdown. What the source says about it, as close to its words as can be."),
    "principle.themes": _THEMES,
    "principle.initiatives": _("Only those that put it into practice."),
    "person.name": _NAMED,
    "person.summary": _SUMMARY,
    "person.role": _("The office for which readers know them, with its years if they are over."),
    "person.body": _MARKDOWN,
    "person.aliases": _ALIASES,
    "body.name": _NAMED,
    "body.summary": _SUMMARY,
    "body.body": _MARKDOWN,
    "body.aliases": _ALIASES,
    "theme.name": _("A noun that readers would type, such as “Rule of law”; capital letter, no full stop."),
    "theme.description": _(
        "What belongs under it and what does not, in one or two sentences: readers and editors see it."
    ),
    "theme.aliases": _ALIASES,
    "source.title": _("As it stands over the document, in the document’s own language."),
    "source.kind": _("What the document is, not where it was found: a law on a news site is a legal act."),
    "source.publisher": _("Who published it: an institution, a newspaper. Not the website’s technical name."),
    "source.date": _DATE,
    "source.date_precision": _PRECISION,
    "source.url": _(
        "The page or file itself, not a search or a home page; the publisher’s own copy where there is one."
    ),
    "source.archived_url": _(
        "A lasting copy, such as the Wayback Machine’s, for the day when the address does not answer."
    ),
    "source.description": _("What the document is and on what occasion it came out, in one or two sentences."),
    "source.editors_note": _NOTE,
    "source.aliases": _ALIASES,
}


def guidance(field: Field) -> str | None:
    """Return what to say beside a field; None leaves it to the model."""
    return GUIDANCE.get(f"{field.model._meta.model_name}.{field.name}") or GUIDANCE.get(field.name)
