"""The controlled vocabularies of the record. Their values are stored and used in URLs: never change one."""

from functools import lru_cache

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from initiatives.text.comparison import Folded


class State(models.TextChoices):
    """States of an item on its way to publication."""

    DRAFT = "draft", _("draft")
    IN_REVIEW = "in_review", _("in review")
    PUBLISHED = "published", _("published")
    ARCHIVED = "archived", _("archived")


class Stage(models.TextChoices):
    """Stages of a proposed change."""

    WAITING = "waiting", _("waiting for a publisher")
    SENT_BACK = "sent_back", _("sent back")
    ACCEPTED = "accepted", _("accepted")
    WITHDRAWN = "withdrawn", _("withdrawn")
    REFUSED = "refused", _("refused")


class DatePrecision(models.TextChoices):
    """How precisely a date is known; empty if there is no date."""

    DAY = "day", _("day")
    MONTH = "month", _("month")
    YEAR = "year", _("year")


class Language(models.TextChoices):
    """Languages of quotes and documents (ISO 639-1). Search stems words of the first three."""

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


# Quotation marks, the same as in static/css/base.css. Other languages use the English ones.
QUOTATION_MARKS = {
    **dict.fromkeys(Language, ("“", "”")),
    **dict.fromkeys((Language.RUSSIAN, Language.KAZAKH), ("«", "»")),
}


class InitiativeKind(models.TextChoices):
    """Kinds of initiatives."""

    SLOGAN = "slogan", _("slogan")
    LAW = "law", pgettext_lazy("kind of initiative", "law")
    INSTITUTION = "institution", _("institution")
    PROGRAMME = "programme", _("programme")
    PRIORITY = "priority", _("priority")
    COMMITMENT = "commitment", _("international commitment")


class Status(models.TextChoices):
    """How far an initiative has come in law, by its latest evidence. A slogan has no status."""

    ANNOUNCED = "announced", _("announced")
    IN_PREPARATION = "in_preparation", _("in preparation")
    ADOPTED = "adopted", _("adopted")
    IN_FORCE = "in_force", _("in force")
    COMPLETED = "completed", _("completed")
    WITHDRAWN = "withdrawn", _("withdrawn")


# The value for initiatives without a status in URLs and facets. Not a Status, because nothing can set it.
NO_STATUS = "none"
NO_EVIDENCE = _("no step yet")
NO_PLACE_IN_LAW = _("slogan: no place in law")

# All statuses to filter by, in order of progress; and the label of each, including that of no status and of a former
# one, which versions and the public log still have.
STATUSES = [*Status.choices, (NO_STATUS, NO_EVIDENCE)]
STATUS_LABELS = {**dict(STATUSES), "": NO_EVIDENCE, "stalled": _("stalled")}

# The meanings of statuses, which guide editors and are shown to readers.
STATUS_MEANINGS = {
    Status.ANNOUNCED: _("It was announced in public. No later step has been recorded."),
    Status.IN_PREPARATION: _(
        "There is evidence of work on it, such as a draft or a signature that needs a further decision. "
        "The record has no such decision yet."
    ),
    Status.ADOPTED: _(
        "It was decided: a law was signed, a decree issued or a treaty ratified. "
        "The record has no evidence yet that it is in force."
    ),
    Status.IN_FORCE: _("Evidence shows that it is applied or operating."),
    Status.COMPLETED: _("There is evidence that what was announced has been done and that no further step is due."),
    Status.WITHDRAWN: _("Sources show that it was dropped or replaced."),
    NO_STATUS: _(
        "No milestone in the record shows how far it has come. This does not mean that nothing has been done."
    ),
}


# Evidence that would show progress of an initiative. Shown to readers if there is none.
EVIDENCE_WANTED = {
    InitiativeKind.SLOGAN: _("a law, a decree or an official programme that names it, or an independent report on it"),
    InitiativeKind.LAW: _("a draft before parliament, or the signed law with its number and date"),
    InitiativeKind.INSTITUTION: _("the decree that sets it up, or a report of a meeting or a decision"),
    InitiativeKind.PROGRAMME: _("the decision that approves it, or a report of what was carried out"),
    InitiativeKind.PRIORITY: _("a law, programme or budget that takes it up, or figures that show what has changed"),
    InitiativeKind.COMMITMENT: _("a signature, a ratification, or an entry in the register of the treaty"),
}


class Checked(models.TextChoices):
    """Whether an editor has looked for new evidence on an initiative within a year."""

    RECENTLY = "recently", _("within a year")
    LONG_AGO = "long_ago", _("not for a year")


class TitleBy(models.TextChoices):
    """Who gave a document its title. A title made by this record is cited in square brackets."""

    DOCUMENT = "document", _("the document")
    RECORD = "record", _("this record")


class SourceKind(models.TextChoices):
    """Kinds of sources."""

    ADDRESS = "address", pgettext_lazy("kind of source", "address")
    ARTICLE = "article", _("article")
    NEWS = "news", _("news report")
    LEGAL_ACT = "legal_act", _("legal act")
    RECORD = "record", _("official record")
    WEBSITE = "website", _("website")


class PublisherKind(models.TextChoices):
    """Kinds of publishers, so that readers see who says something. Empty: not classified."""

    STATE_BODY = "state_body", _("state body")
    STATE_MEDIA = "state_media", _("state-owned media")
    PRIVATE_MEDIA = "private_media", _("private media")
    INTERNATIONAL = "international", _("international organisation")
    CIVIL_SOCIETY = "civil_society", _("civil society")
    RESEARCH = "research", _("research")
    PARTY = "party", pgettext_lazy("kind of publisher", "party")
    PERSON = "person", pgettext_lazy("kind of publisher", "person")


# The state's own voices: drawn filled on tracks, all others as outlines.
OFFICIAL = frozenset({PublisherKind.STATE_BODY, PublisherKind.STATE_MEDIA})

PUBLISHER_MEANINGS = {
    PublisherKind.STATE_BODY: _("A body of the state, such as a ministry, a court or the official register of laws."),
    PublisherKind.STATE_MEDIA: _("A news agency, newspaper or channel that belongs to the state."),
    PublisherKind.PRIVATE_MEDIA: _("Media that, as far as is known, do not belong to the state."),
    PublisherKind.INTERNATIONAL: _("An organisation of several states, such as the United Nations or the OSCE."),
    PublisherKind.CIVIL_SOCIETY: _("A human-rights group, association or other organisation outside the state."),
    PublisherKind.RESEARCH: _("A university, institute, library or professional adviser that analyses."),
    PublisherKind.PARTY: _("A political party."),
    PublisherKind.PERSON: _("An individual who speaks for themselves."),
}


class Effect(models.TextChoices):
    """What a milestone says of the effect of an initiative; empty if it does not bear on what was promised."""

    CONFIRMS = "confirms", _("confirms")
    CONTESTS = "contests", _("contests")
    MIXED = "mixed", _("mixed")


# What readers filter initiatives by, by effect of a milestone; one may have several, or none (NO_STATUS).
EFFECT_FACETS: dict[str, str] = {Effect.CONFIRMS: "confirmed", Effect.CONTESTS: "contested", Effect.MIXED: "mixed"}
EFFECTS = [
    ("confirmed", _("confirmed")),
    ("contested", _("contested")),
    ("mixed", pgettext_lazy("effect", "mixed")),
    (NO_STATUS, _("no report of its effect")),
]

EFFECT_MEANINGS = {
    Effect.CONFIRMS: _("The source reports that what was promised has happened or works in practice."),
    Effect.CONTESTS: _("The source reports that it has not, or disputes that it has."),
    Effect.MIXED: _("The source reports both."),
}


class Verification(models.TextChoices):
    """How well the wording of a quote is established."""

    PRIMARY = "primary", _("verified against the primary source")
    SECONDARY = "secondary", _("as quoted by a secondary source")
    DISPUTED = "disputed", _("disputed")


VERIFICATION_MEANINGS = {
    Verification.PRIMARY: _("The words were checked against the text or recording in which they were first published."),
    Verification.SECONDARY: _(
        "The words are given as another publication quotes them. They have not been checked against the primary source."
    ),
    Verification.DISPUTED: _("Sources disagree about the words or about who said them. An editor’s note explains how."),
}

# What is said of wording that is not verified wherever a quote is cited or shown elsewhere.
VERIFICATION_CAVEATS = {Verification.SECONDARY: _("secondary source"), Verification.DISPUTED: _("wording disputed")}


class CaptureWay(models.TextChoices):
    """How a copy of a document came to the record."""

    FETCHED = "fetched", _("fetched from its address")
    UPLOADED = "uploaded", _("brought by an editor as a file")
    PASTED = "pasted", _("brought by an editor as text")


class Rights(models.TextChoices):
    """Why the whole text of a source may be shown; empty if it may not."""

    OFFICIAL = "official", _("official document")
    LICENCE = "licence", _("licence")
    PERMISSION = "permission", _("permission")


class Live(models.TextChoices):
    """What was last seen at the address of a source; empty if it has not been read since it has a copy."""

    SAME = "same", _("the same text as the newest copy")
    CHANGED = "changed", _("another text than the copy before")
    GONE = "gone", _("no longer there")


class Compared(models.TextChoices):
    """How exactly words are in a copy of their source: the levels of text.comparison."""

    LETTERS = "letters", _("letter for letter")
    TYPOGRAPHY = "typography", _("but for typography")
    OMISSIONS = "omissions", _("with marked omissions, in order")
    NOT_FOUND = "not_found", _("not found")


# The filter of quotes by level has one value more, for quotes that were compared with nothing.
NO_COPY = "no_copy"
COMPARED = [*Compared.choices, (NO_COPY, _("no copy is kept"))]

COMPARED_MEANINGS = {
    Compared.LETTERS: _("Each character of the quote is in the copy, in the same order, with nothing between."),
    Compared.TYPOGRAPHY: _(
        "The same words, letters, figures and punctuation marks. Only what typesetting changes differs, and each kind "
        "of it is named beside the quote."
    ),
    Compared.OMISSIONS: _(
        "The quote leaves words out and marks each place with “…” or “[…]”. Its pieces follow one another in the copy, "
        "at most 2,000 characters apart."
    ),
    Compared.NOT_FOUND: _(
        "A copy is kept, but its text does not have the words so. The copy may be another version or only a part of "
        "the document, or a word may differ: the page does not guess which."
    ),
}

# What typesetting changed between words and a copy.
FOLDED_LABELS = {
    Folded.HYPHENATION: _("hyphens that divide words"),
    Folded.DASHES: _("dashes"),
    Folded.QUOTATION_MARKS: _("quotation marks and apostrophes"),
    Folded.DOTS: _("dots of an omission"),
    Folded.LIGATURES: _("ligatures"),
    Folded.ACCENTS: _("the encoding of accents"),
    Folded.LOOK_ALIKES: _("Latin letters in Cyrillic words"),
    Folded.SPACES: _("spaces and line breaks"),
}


class Provenance(models.TextChoices):
    """Who is responsible for a translation."""

    OFFICIAL = "official", _("official translation")
    UNOFFICIAL = "unofficial", _("unofficial translation")


PROVENANCE_MEANINGS = {
    Provenance.OFFICIAL: _("Published by the speaker’s office or by the body that published the original."),
    Provenance.UNOFFICIAL: _("Made by someone else, who is named beside it."),
}


class Kind(models.TextChoices):
    """Kinds of items in search. The value is the model's name in lower case."""

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

# Scopes of searches: one kind of item, the timeline or the whole record.
TIMELINE = "timeline"
EVERYTHING = "everything"
SEARCHED = [*Kind.choices, (TIMELINE, _("timeline")), (EVERYTHING, _("the whole record"))]


class Imported(models.TextChoices):
    """Kinds of items in imported files. The value is the model's name in lower case."""

    QUOTE = "quote", _("quotes")
    SOURCE = "source", _("sources")
    INITIATIVE = "initiative", _("initiatives")
    PRINCIPLE_SET = "principleset", _("sets of principles")
    PERSON = "person", _("people")


class View(models.TextChoices):
    """Ways to view results."""

    LIST = "list", _("list")
    SPEAKERS = "speakers", _("by speaker")
    YEARS = "years", _("by year")
    TRACKS = "tracks", _("as tracks")
    FIGURES = "figures", _("as charts")


QUOTE_VIEWS = [(view.value, view.label) for view in (View.LIST, View.SPEAKERS, View.YEARS)]
INITIATIVE_VIEWS = [(view.value, view.label) for view in (View.LIST, View.TRACKS, View.FIGURES)]


class Nature(models.TextChoices):
    """Kinds of entries in the public log. An initiative's first status is not shown, only compared with later ones."""

    CORRECTION = "correction", _("correction")
    REMOVAL = "removal", _("removal")
    WITHDRAWAL = "withdrawal", _("withdrawal")
    STATUS = "status", _("status")
    FIRST_STATUS = "first", _("first status")


# Items with a page of their own: the model's name, and its plural for readers.
PAGED = {
    **{kind.value: kind.label for kind in (Kind.QUOTE, Kind.INITIATIVE)},
    "principleset": _("principles"),
    **{kind.value: kind.label for kind in (Kind.THEME, Kind.PERSON, Kind.BODY, Kind.SOURCE)},
}


@lru_cache(maxsize=1000)
def label_in(known: type[models.TextChoices], value: str, language: str) -> str:
    """Return the label of a value in the active language, which is an argument so that each is cached separately.

    Django's `get_…_display` translates all labels of a field at each call: too slow for the signs of tracks.
    """
    return str(known(value).label)
