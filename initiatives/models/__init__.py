"""The record's models, one module per family."""

from initiatives.models.catalogue import (
    Initiative,
    Milestone,
    Principle,
    PrincipleSet,
    Quote,
    QuoteTranslation,
)
from initiatives.models.imports import Import
from initiatives.models.people import Body, Person
from initiatives.models.publishing import OldSlug, Publishable, Sourced, visible_from
from initiatives.models.search import EmptySearch, SearchDocument, SynonymKey, SynonymSet
from initiatives.models.sources import Source
from initiatives.models.themes import Theme

__all__ = [
    "Body",
    "EmptySearch",
    "Import",
    "Initiative",
    "Milestone",
    "OldSlug",
    "Person",
    "Principle",
    "PrincipleSet",
    "Publishable",
    "Quote",
    "QuoteTranslation",
    "SearchDocument",
    "Source",
    "Sourced",
    "SynonymKey",
    "SynonymSet",
    "Theme",
    "visible_from",
]
