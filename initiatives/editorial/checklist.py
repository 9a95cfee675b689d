"""The publish check: what an item lacks, as an editor should know it before the public sees it.

What *must* be there is what the model itself asks of anything published: without it publishing is refused. What
*should* be there is written here, kind by kind: publishing goes on without it, and readers miss it.
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

from initiatives.editorial.queues import failed_checks
from initiatives.models import Body, Initiative, Person, PrincipleSet, Publishable, Quote, Source, Theme
from initiatives.models.choices import State, Verification

# What the checks of many items read, loaded at once.
RELATIONS: dict[type[Model], tuple[str, ...]] = {
    Quote: ("themes",),
    Initiative: ("themes", "milestones__source"),
    PrincipleSet: ("principles__themes",),
}


@dataclass(frozen=True)
class Finding:
    """One thing that is missing: the name of its field or relation (empty: the item as a whole), and what to do."""

    field: str
    text: str
    must: bool
    label: str = ""

    def __str__(self) -> str:
        return f"{self.label}: {self.text}" if self.label else self.text


def check_item(item: Publishable) -> list[Finding]:
    """Return what a stored item lacks to be published, what must be there first; in a fixed number of queries."""
    prefetch_related_objects([item], *RELATIONS.get(type(item), ()))
    return [*_must(item), *_should(item)]


def for_check(items: QuerySet) -> QuerySet:
    """Load what the checks of many items read, for all of them at once."""
    return items.prefetch_related(*RELATIONS.get(items.model, ()))


def _must(item: Publishable) -> list[Finding]:
    """Return why the model would refuse the item if it were published now."""
    published = copy.copy(item)
    published.state = State.PUBLISHED
    try:
        published.full_clean()
    except ValidationError as error:
        return faults(item, error)
    return []


def faults(item: Model, error: ValidationError) -> list[Finding]:
    """Return what a failed validation of an item says, each with the name of its field."""
    return [
        Finding("" if name == NON_FIELD_ERRORS else name, text, must=True, label=_label(item, name))
        for name, texts in error.message_dict.items()
        for text in texts
    ]


def _should(item: Publishable) -> list[Finding]:
    return [Finding(name, text, must=False, label=_label(item, name)) for name, text in WISHES[type(item)](item)]


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


def _of_quote(quote: Quote) -> Wishes:
    if quote.date is None:
        yield "date", _("When was it said? Undated quotes stand last; the month or the year alone helps, too.")
    if not quote.locator:
        yield "locator", _("Where in the source do the words stand?")
    if quote.verification == Verification.DISPUTED and not quote.editors_note:
        yield "editors_note", _("Its words are disputed: say how the sources differ.")
    if quote.verification == Verification.SECONDARY:
        yield "verification", _("The words were not compared with the primary source.")
    if not quote.context:
        yield "context", _("On what occasion was it said, and about what?")
    if not quote.themes.all():
        yield "themes", _("Who looks by theme does not find it.")


def _of_initiative(initiative: Initiative) -> Wishes:
    if not initiative.themes.all():
        yield "themes", _("Who looks by theme does not find it.")
    milestones = initiative.milestones.all()
    if not milestones:
        yield "milestones", _("Without one, readers are told that no evidence was found.")
    hidden = sum(milestone.source.state != State.PUBLISHED for milestone in milestones)
    if hidden:
        yield (
            "milestones",
            ngettext(
                "%(count)d milestone is hidden, because its source is not published.",
                "%(count)d milestones are hidden, because their sources are not published.",
                hidden,
            )
            % {"count": hidden},
        )


def _of_set(principle_set: PrincipleSet) -> Wishes:
    if not principle_set.introduction:
        yield "introduction", _("Who announced them, and when?")
    principles = principle_set.principles.all()
    if not principles:
        yield "principles", _("None stands in it yet.")
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
    if source.date is None:
        yield "date", _("When was it published? The month or the year alone helps, too.")
    if not source.language:
        yield "language", _("In which language is it?")
    for failed in failed_checks().filter(source=source) if source.pk else ():
        name = "url" if failed.address == source.url else "archived_url"
        yield name, _("This address no longer answers: %(answer)s.") % {"answer": failed.answer}
    if source.accessed_on is None:
        yield "accessed_on", _("On which day was it read? The page says “not recorded”.")
    if not source.archived_url:
        yield "archived_url", _("If the address goes, the evidence goes with it.")
    if not source.description:
        yield "description", _("What is this document, in a sentence?")


def _of_person(person: Person) -> Wishes:
    if not person.role:
        yield "role", _("As whom should a reader know them?")
    if not person.summary:
        yield "summary", _("Who is it, in a sentence or two?")


def _of_body(body: Body) -> Wishes:
    if not body.summary:
        yield "summary", _("What does it do, in a sentence or two?")


def _of_theme(theme: Theme) -> Wishes:
    if not theme.description:
        yield "description", _("What belongs under this theme?")


WISHES: dict[type[Model], Callable[..., Wishes]] = {
    Quote: _of_quote,
    Initiative: _of_initiative,
    PrincipleSet: _of_set,
    Source: _of_source,
    Person: _of_person,
    Body: _of_body,
    Theme: _of_theme,
}
