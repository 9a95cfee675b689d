"""The publishing checklist: what an item lacks before it is published.

Required things come from the model, which refuses to publish without them. Recommended things are listed here for
each kind: publishing works without them, but readers benefit from them.
"""

import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, FieldDoesNotExist, ValidationError
from django.db.models import Model, QuerySet, prefetch_related_objects
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from initiatives.editorial.copies.levels import FOUND, in_words, is_doubtful
from initiatives.editorial.queues import failed_checks
from initiatives.models import (
    Body,
    Initiative,
    Person,
    PrincipleSet,
    Publishable,
    Quote,
    QuoteTranslation,
    Source,
    Theme,
)
from initiatives.models.choices import Language, State, Verification
from initiatives.text.scripts import CYRILLIC, LATIN, has_outer_marks, russian_or_kazakh, script_of

# Relations that the checks of many items need, loaded at once.
RELATIONS: dict[type[Model], tuple[Any, ...]] = {
    Quote: ("source", "themes", "translations", FOUND),
    Initiative: ("source", "themes", "milestones__source"),
    PrincipleSet: ("source", "principles__themes"),
    Person: ("source", "milestones__source"),
    Body: ("source",),
}


@dataclass(frozen=True)
class Finding:
    """One thing that is missing: the name of its field or relation (empty for the item as a whole), and what to do."""

    field: str
    text: str
    must: bool
    label: str = ""

    def __str__(self) -> str:
        return f"{self.label}: {self.text}" if self.label else self.text


def check_item(item: Publishable) -> list[Finding]:
    """Return what a stored item lacks before publication, required things first, in a fixed number of queries."""
    prefetch_related_objects([item], *RELATIONS.get(type(item), ()))
    return [*_must(item), *_should(item)]


def for_check(items: QuerySet) -> QuerySet:
    """Load the relations that the checks need, for all items at once."""
    return items.prefetch_related(*RELATIONS.get(items.model, ()))


def _must(item: Publishable) -> list[Finding]:
    """Return why the model would refuse to publish the item now."""
    published = copy.copy(item)
    published.state = State.PUBLISHED
    try:
        published.full_clean()
    except ValidationError as error:
        return faults(item, error)
    return []


def faults(item: Model, error: ValidationError) -> list[Finding]:
    """Return the messages of a failed validation, each with the name of its field."""
    return [
        Finding("" if name == NON_FIELD_ERRORS else name, text, must=True, label=_label(item, name))
        for name, texts in error.message_dict.items()
        for text in texts
    ]


def _should(item: Publishable) -> list[Finding]:
    wishes = [*WISHES[type(item)](item), *_of_cited(item)]
    return [Finding(name, text, must=False, label=_label(item, name)) for name, text in wishes]


def _label(item: Model, name: str) -> str:
    if name == NON_FIELD_ERRORS:
        return ""
    try:
        field: Any = item._meta.get_field(name)
    except FieldDoesNotExist:
        return name
    own_name = getattr(field, "verbose_name", None)
    return str(capfirst(own_name or field.related_model._meta.verbose_name_plural))


Wishes = Iterator[tuple[str, str]]


# Languages of one script only.
SCRIPTS = {
    CYRILLIC: {Language.RUSSIAN, Language.KAZAKH, Language.KYRGYZ},
    LATIN: {Language.ENGLISH, Language.FRENCH, Language.GERMAN, Language.ITALIAN, Language.SPANISH, Language.TURKISH},
}


# Languages that the words of another one contradict; for Kyrgyz, its letters look Kazakh.
CONTRADICTED = {
    Language.RUSSIAN: {Language.KAZAKH, Language.KYRGYZ},
    Language.KAZAKH: {Language.RUSSIAN},
}


def doubts_of(words: Quote | QuoteTranslation) -> Wishes:
    """Yield likely copying errors: the field, and what to do. They never cause a refusal."""
    if text := _wrong_language(words):
        yield "language", text
    if has_outer_marks(words.text):
        yield "text", _("The words are in quotation marks. Leave out the outer ones: the page adds them.")


def _wrong_language(words: Quote | QuoteTranslation) -> str:
    """Return what to do if the script or the words themselves contradict their language; empty if they do not."""
    text = ""
    script, read_as = script_of(words.text), russian_or_kazakh(words.text)
    if script and any(words.language in languages for other, languages in SCRIPTS.items() if other != script):
        text = {
            CYRILLIC: _(
                "Most letters are Cyrillic, but the language is %(language)s. Choose the language of the words."
            ),
            LATIN: _("Most letters are Latin, but the language is %(language)s. Choose the language of the words."),
        }[script]
    elif read_as and words.language in CONTRADICTED[Language(read_as)]:
        text = _("The words look %(other)s, but the language is %(language)s. Choose the language of the words.")
    other = Language(read_as).label if read_as else ""
    return text % {"language": words.get_language_display(), "other": other}


def _of_quote(quote: Quote) -> Wishes:
    yield from doubts_of(quote)
    for translation in quote.translations.all():
        yield from (("translations", text) for _field, text in doubts_of(translation))
    if quote.source and is_doubtful(quote):
        yield "text" if quote.comparison else "source", in_words(quote)
    if quote.date is None:
        yield "date", _("When was it said? Undated quotes are listed last. Even the month or year helps.")
    if not quote.locator:
        yield "locator", _("Where in the source are these words?")
    if quote.verification == Verification.DISPUTED and not quote.editors_note:
        yield "editors_note", _("The words are disputed. Explain how the sources differ.")
    if quote.verification == Verification.SECONDARY:
        yield "verification", _("The words have not been checked against the primary source.")
    if not quote.context:
        yield "context", _("What was the occasion, and what was the quote about?")
    if not quote.themes.all():
        yield "themes", _("Visitors who browse by theme will not find it.")


def _of_initiative(initiative: Initiative) -> Wishes:
    if not initiative.themes.all():
        yield "themes", _("Visitors who browse by theme will not find it.")
    milestones = initiative.milestones.all()
    if not milestones:
        yield "milestones", _("Without a milestone, readers are told that no evidence was found.")
    hidden = sum(milestone.source.state != State.PUBLISHED for milestone in milestones)
    if hidden:
        yield (
            "milestones",
            ngettext(
                "%(count)d milestone is hidden because its source is not published.",
                "%(count)d milestones are hidden because their sources are not published.",
                hidden,
            )
            % {"count": hidden},
        )


def _of_set(principle_set: PrincipleSet) -> Wishes:
    if not principle_set.introduction:
        yield "introduction", _("Who announced them and when?")
    principles = principle_set.principles.all()
    if not principles:
        yield "principles", _("There are no principles in this set yet.")
    untied = sum(not principle.themes.all() for principle in principles)
    if untied:
        yield (
            "principles",
            ngettext("%(count)d principle has no theme.", "%(count)d principles have no theme.", untied)
            % {"count": untied},
        )


def _of_source(source: Source) -> Wishes:
    if not source.publisher:
        yield "publisher", _("Who published it?")
    if not source.publisher_kind:
        yield "publisher_kind", _("What kind of publisher is it? Readers should see who says something.")
    if source.date is None:
        yield "date", _("When was it published? Even the month or year helps.")
    if not source.language:
        yield "language", _("What language is it in?")
    for failed in failed_checks().filter(source=source) if source.pk else ():
        name = "url" if failed.address == source.url else "archived_url"
        yield name, _("This address no longer works: %(answer)s.") % {"answer": failed.answer}
    if source.accessed_on is None:
        yield "accessed_on", _("When was it last read? The page says “not recorded”.")
    if not source.archived_url:
        yield "archived_url", _("Without an archived copy, the evidence is lost if the address stops working.")
    if not source.description:
        yield "description", _("Describe the document in a sentence.")


def _of_person(person: Person) -> Wishes:
    if not person.has_parts:
        yield "family_name", _("Enter the parts of the name. Without them, citations have it as it is shown.")
    if not person.role:
        yield "role", _("What position are they known for?")
    if not person.summary:
        yield "summary", _("Say who this is in a sentence or two.")


def _of_body(body: Body) -> Wishes:
    if not body.summary:
        yield "summary", _("Say what it does in a sentence or two.")


def _of_theme(theme: Theme) -> Wishes:
    if not theme.description:
        yield "description", _("What does this theme cover?")


def _of_cited(item: Any) -> Wishes:
    """Yield what the sources of an item and of its milestones lack that is shown beside the item."""
    cited = {"source": [getattr(item, "source", None)]}
    if isinstance(item, Initiative | Person) and item.pk:
        cited["milestones"] = [milestone.source for milestone in item.milestones.all()]
    for name, sources in cited.items():
        for title in dict.fromkeys(source.title for source in sources if source and not source.publisher_kind):
            yield name, _("The kind of publisher of “%(source)s” is missing.") % {"source": title}


WISHES: dict[type[Model], Callable[..., Wishes]] = {
    Quote: _of_quote,
    Initiative: _of_initiative,
    PrincipleSet: _of_set,
    Source: _of_source,
    Person: _of_person,
    Body: _of_body,
    Theme: _of_theme,
}
