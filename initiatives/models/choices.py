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


# Written in Cyrillic letters: their pages ask for the font that has these at once.
CYRILLIC = frozenset({Language.RUSSIAN, Language.KAZAKH, Language.KYRGYZ})

# Around a quotation, as static/css/base.css sets them too; languages without their own take the English ones.
QUOTATION_MARKS = {
    **dict.fromkeys(Language, ("“", "”")),
    **dict.fromkeys((Language.RUSSIAN, Language.KAZAKH), ("«", "»")),
}


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

# All that an initiative may be found at, in the order of progress; and what readers call it, known or not.
STATUSES = [*Status.choices, (NO_STATUS, NO_EVIDENCE)]
STATUS_LABELS = {**dict(STATUSES), "": NO_EVIDENCE}

# What each status says, and no more. Editors choose by these sentences, readers are shown them.
STATUS_MEANINGS = {
    Status.ANNOUNCED: _("It was announced in public. Later steps are not shown."),
    Status.IN_PREPARATION: _(
        "Work on it is shown, such as a draft or a signature that needs a further decision. The decision is not."
    ),
    Status.ADOPTED: _("It was decided: a law signed, a decree issued, a treaty ratified. Its effect is not shown."),
    Status.IN_FORCE: _("It is shown to apply, or, of an institution, to work."),
    Status.COMPLETED: _("What was announced is shown to be done, and no further step is due."),
    Status.STALLED: _("Sources say that work on it stopped, without a decision to give it up."),
    Status.WITHDRAWN: _("Sources show that it was given up or replaced."),
    NO_STATUS: _("No milestone in the record shows how far it has come. That is not to say that nothing was done."),
}


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


VERIFICATION_MEANINGS = {
    Verification.PRIMARY: _("The words were compared with the text or recording in which they were first published."),
    Verification.SECONDARY: _(
        "The words stand as another publication quotes them. They were not compared with the primary source."
    ),
    Verification.DISPUTED: _("Sources differ about the words, or about who spoke them. An editor’s note says how."),
}


class Provenance(models.TextChoices):
    """Who stands behind a translation."""

    OFFICIAL = "official", _("official translation")
    UNOFFICIAL = "unofficial", _("unofficial translation")


PROVENANCE_MEANINGS = {
    Provenance.OFFICIAL: _("Published by the speaker’s office or by the body that published the original."),
    Provenance.UNOFFICIAL: _("Made by somebody else, who is named beside it."),
}


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


class Imported(models.TextChoices):
    """What a file that is imported may hold; the value is the name of the model in lower case."""

    QUOTE = "quote", _("quotes")
    SOURCE = "source", _("sources")
    INITIATIVE = "initiative", _("initiatives")
    PRINCIPLE_SET = "principleset", _("sets of principles")


class View(models.TextChoices):
    """Ways to look at what was found."""

    LIST = "list", _("list")
    SPEAKERS = "speakers", _("by speaker")
    YEARS = "years", _("by year")
    FIGURES = "figures", _("in figures")


QUOTE_VIEWS = [(view.value, view.label) for view in (View.LIST, View.SPEAKERS, View.YEARS)]
INITIATIVE_VIEWS = [(view.value, view.label) for view in (View.LIST, View.FIGURES)]


class Nature(models.TextChoices):
    """What the public log tells of. The first status of an initiative is only where its changes of status begin."""

    CORRECTION = "correction", _("correction")
    REMOVAL = "removal", _("removal")
    STATUS = "status", _("status")
    FIRST_STATUS = "first", _("first status")


# What has a page, by the name of its model, and what readers call several of them.
PAGED = {
    Kind.QUOTE.value: Kind.QUOTE.label,
    Kind.INITIATIVE.value: Kind.INITIATIVE.label,
    "principleset": _("principles"),
    Kind.THEME.value: Kind.THEME.label,
    Kind.PERSON.value: Kind.PERSON.label,
    Kind.BODY.value: Kind.BODY.label,
    Kind.SOURCE.value: Kind.SOURCE.label,
}
