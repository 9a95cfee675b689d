"""The controlled vocabularies of the record. Values are stored and stand in URLs: never change one."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class State(models.TextChoices):
    """Where an item stands on its way to the public."""

    DRAFT = "draft", _("draft")
    IN_REVIEW = "in_review", _("in review")
    PUBLISHED = "published", _("published")
    ARCHIVED = "archived", _("archived")


class DatePrecision(models.TextChoices):
    """How exactly a date is known; empty where there is no date."""

    DAY = "day", _("day")
    MONTH = "month", _("month")
    YEAR = "year", _("year")


class Language(models.TextChoices):
    """Languages that quotes and documents may be in (ISO 639-1). Words of the first three are stemmed in search."""

    ENGLISH = "en", _("English")
    RUSSIAN = "ru", _("Russian")
    KAZAKH = "kk", _("Kazakh")
    ARABIC = "ar", _("Arabic")
    CHINESE = "zh", _("Chinese")
    FRENCH = "fr", _("French")
    GERMAN = "de", _("German")
    ITALIAN = "it", _("Italian")
    KYRGYZ = "ky", _("Kyrgyz")
    SPANISH = "es", _("Spanish")
    TURKISH = "tr", _("Turkish")
    UZBEK = "uz", _("Uzbek")


class InitiativeKind(models.TextChoices):
    """What sort of undertaking an initiative is."""

    SLOGAN = "slogan", _("slogan")
    LAW = "law", pgettext_lazy("kind of initiative", "law")
    INSTITUTION = "institution", _("institution")
    PROGRAMME = "programme", _("programme")
    PRIORITY = "priority", _("priority")
    COMMITMENT = "commitment", _("international commitment")


class Status(models.TextChoices):
    """How far an initiative has come, as its latest evidence shows."""

    ANNOUNCED = "announced", _("announced")
    IN_PREPARATION = "in_preparation", _("in preparation")
    ADOPTED = "adopted", _("adopted")
    IN_FORCE = "in_force", _("in force")
    COMPLETED = "completed", _("completed")
    STALLED = "stalled", _("stalled")
    WITHDRAWN = "withdrawn", _("withdrawn")


# In URLs and facets, an initiative that no milestone gives a status. Not a Status: nothing can set it.
NO_STATUS = "none"
NO_EVIDENCE = _("no evidence found")

# What readers call the status of an initiative, known or not.
STATUS_LABELS = {**dict(Status.choices), NO_STATUS: NO_EVIDENCE, "": NO_EVIDENCE}


class SourceKind(models.TextChoices):
    """What sort of document a source is."""

    ADDRESS = "address", pgettext_lazy("kind of source", "address")
    ARTICLE = "article", _("article")
    NEWS = "news", _("news report")
    LEGAL_ACT = "legal_act", _("legal act")
    RECORD = "record", _("official record")
    WEBSITE = "website", _("website")


class Verification(models.TextChoices):
    """How well the wording of a quote is established."""

    PRIMARY = "primary", _("verified against the primary source")
    SECONDARY = "secondary", _("as quoted by a secondary source")
    DISPUTED = "disputed", _("disputed")


class Provenance(models.TextChoices):
    """Who stands behind a translation."""

    OFFICIAL = "official", _("official translation")
    UNOFFICIAL = "unofficial", _("unofficial translation")


class Kind(models.TextChoices):
    """Kinds of items that search knows; the value is the name of the model in lower case."""

    QUOTE = "quote", _("quotes")
    INITIATIVE = "initiative", _("initiatives")
    PRINCIPLE = "principle", _("principles")
    MILESTONE = "milestone", _("milestones")
    THEME = "theme", _("themes")
    PERSON = "person", _("people")
    BODY = "body", _("institutions")
    SOURCE = "source", _("sources")


KIND_SINGULAR = {
    Kind.QUOTE: _("quote"),
    Kind.INITIATIVE: _("initiative"),
    Kind.PRINCIPLE: _("principle"),
    Kind.MILESTONE: _("milestone"),
    Kind.THEME: _("theme"),
    Kind.PERSON: _("person"),
    Kind.BODY: _("institution"),
    Kind.SOURCE: _("source"),
}

# What was searched: items of one kind, the timeline, or the whole record.
TIMELINE = "timeline"
EVERYTHING = "everything"
SEARCHED = [*Kind.choices, (TIMELINE, _("timeline")), (EVERYTHING, _("the whole record"))]


class View(models.TextChoices):
    """Ways to look at quotes that were found."""

    LIST = "list", _("list")
    SPEAKERS = "speakers", _("by speaker")
    YEARS = "years", _("by year")
