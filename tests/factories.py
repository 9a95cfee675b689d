"""Factories of items: drafts or, with public=True, published along with everything they depend on."""

import datetime

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from initiatives.editorial.copies.extraction import Extracted
from initiatives.editorial.copies.keeping import keep
from initiatives.models import (
    Body,
    Initiative,
    Milestone,
    Person,
    Principle,
    PrincipleSet,
    Quote,
    QuoteTranslation,
    Source,
    SourceText,
    Theme,
)
from initiatives.models.choices import InitiativeKind, SourceKind, State


class PublishableFactory(DjangoModelFactory):
    """A draft or, with `public=True`, an item published a minute ago."""

    class Meta:
        abstract = True
        skip_postgeneration_save = True

    class Params:
        public = False

    state = factory.Maybe("public", State.PUBLISHED, State.DRAFT)
    published_at = factory.Maybe(
        "public", factory.LazyFunction(lambda: timezone.now() - datetime.timedelta(minutes=1)), None
    )


class ThemeFactory(PublishableFactory):
    class Meta:
        model = Theme

    slug = factory.Sequence(lambda n: f"theme-{n}")
    name = factory.Sequence(lambda n: f"Subject {n}")


class SourceFactory(PublishableFactory):
    class Meta:
        model = Source

    slug = factory.Sequence(lambda n: f"source-{n}")
    title = factory.Sequence(lambda n: f"Document {n}")
    kind = SourceKind.ADDRESS
    url = factory.Sequence(lambda n: f"https://example.org/documents/{n}")


class PersonFactory(PublishableFactory):
    class Meta:
        model = Person

    slug = factory.Sequence(lambda n: f"person-{n}")
    name = factory.Sequence(lambda n: f"Speaker {n}")
    source = factory.SubFactory(SourceFactory, public=factory.SelfAttribute("..public"))


class BodyFactory(PublishableFactory):
    class Meta:
        model = Body

    slug = factory.Sequence(lambda n: f"body-{n}")
    name = factory.Sequence(lambda n: f"Council {n}")
    source = factory.SubFactory(SourceFactory, public=factory.SelfAttribute("..public"))


class InitiativeFactory(PublishableFactory):
    class Meta:
        model = Initiative

    slug = factory.Sequence(lambda n: f"initiative-{n}")
    title = factory.Sequence(lambda n: f"Undertaking {n}")
    kind = InitiativeKind.LAW
    summary = "What was announced."
    source = factory.SubFactory(SourceFactory, public=factory.SelfAttribute("..public"))

    @factory.post_generation
    def themes(self, create, themes, **kwargs):
        if themes:
            self.themes.set(themes)


class MilestoneFactory(DjangoModelFactory):
    class Meta:
        model = Milestone

    initiative = factory.SubFactory(InitiativeFactory, public=True)
    source = factory.SubFactory(SourceFactory, public=True)
    date = "2020-05-25"
    date_precision = "day"
    text = factory.Sequence(lambda n: f"Step {n} was taken.")


class QuoteFactory(PublishableFactory):
    class Meta:
        model = Quote

    text = factory.Sequence(lambda n: f"Words that were said, number {n}.")
    source = factory.SubFactory(SourceFactory, public=factory.SelfAttribute("..public"))
    speaker = factory.SubFactory(
        PersonFactory, public=factory.SelfAttribute("..public"), source=factory.SelfAttribute("..source")
    )

    @factory.post_generation
    def themes(self, create, themes, **kwargs):
        if themes:
            self.themes.set(themes)

    @factory.post_generation
    def initiatives(self, create, initiatives, **kwargs):
        if initiatives:
            self.initiatives.set(initiatives)


class QuoteTranslationFactory(DjangoModelFactory):
    class Meta:
        model = QuoteTranslation

    quote = factory.SubFactory(QuoteFactory, public=True)
    language = "ru"
    text = "Слова."
    provenance = "official"


class PrincipleSetFactory(PublishableFactory):
    class Meta:
        model = PrincipleSet

    slug = factory.Sequence(lambda n: f"principles-{n}")
    title = factory.Sequence(lambda n: f"Course {n}")
    source = factory.SubFactory(SourceFactory, public=factory.SelfAttribute("..public"))


class PrincipleFactory(DjangoModelFactory):
    class Meta:
        model = Principle

    set = factory.SubFactory(PrincipleSetFactory, public=True)
    title = factory.Sequence(lambda n: f"Maxim {n}")


def copy_of(source: Source, text: str, *, places=(), **fields) -> SourceText:
    """Keep a text as a copy of a source, compare its quotes with it, and return the row of its text."""
    read = Extracted(tuple(text.split("\n\n")), "plain text 1", tuple(places))
    capture = keep(source, text.encode(), read, fields.pop("way", "pasted"), "text/plain", None, fields)
    return capture.texts.get()
