"""What search keeps: a row per item of any kind, sets of synonyms, words and names to offer, and searches that found
nothing.
"""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from initiatives.models.choices import SEARCHED, Kind, Language
from initiatives.models.fields import RowNumberField, WeightedStemsField
from initiatives.models.history import Versions
from initiatives.models.publishing import Indexed, one_of


class SearchDocument(models.Model):
    """What search knows of one item. Written by `search.documents` only, in the item's own transaction."""

    # Holds date, kind and id; sorts by date, undated items first: see search.positions.
    position = RowNumberField(primary_key=True)
    kind = models.CharField(max_length=20, choices=Kind)
    object_id = models.PositiveBigIntegerField()
    # The time from which the item is public; null if it is not to be.
    visible_from = models.DateTimeField(null=True)
    # Filter values as words, separated by spaces: "kind:quote theme:3 year:2020 …".
    tokens = models.TextField()
    # The stems of each weight in their order, from which rank is counted: see search.ranking.
    words = models.TextField(default="")
    stems = WeightedStemsField(null=True, editable=False)
    # Of all that the row and its index entry are made of: equal fingerprints need no rewriting.
    fingerprint = models.CharField(max_length=32)

    class Meta:
        verbose_name = _("search document")
        verbose_name_plural = _("search documents")
        constraints = [models.UniqueConstraint(fields=["kind", "object_id"], name="searchdocument_one_per_item")]
        indexes = [models.Index(fields=["kind", "visible_from"], name="searchdocument_public")]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}"


class SynonymSet(Indexed):
    """Words and phrases that mean the same to searchers: who searches for one finds the others too."""

    MOST_WORDS = 12
    LONGEST = 80

    language = models.CharField(
        _("language"),
        max_length=2,
        choices=Language,
        default=Language.ENGLISH,
        help_text=_("All of them are in this language; searches find them in any form of it."),
    )
    words = models.TextField(
        _("words and phrases"),
        help_text=_(
            "One a line, at least two. Whoever searches for one finds what holds any other, at once and in public."
        ),
    )
    note = models.TextField(_("note"), blank=True, help_text=_("Why they belong together; for editors only."))
    updated_at = models.DateTimeField(_("last changed"), auto_now=True)

    history = Versions()

    class Meta:
        verbose_name = _("set of synonyms")
        verbose_name_plural = _("synonyms")
        constraints = [one_of("language", Language.values)]

    def __str__(self) -> str:
        return ", ".join(self.word_list)

    @property
    def word_list(self) -> list[str]:
        """The words and phrases, in the order in which the editor wrote them."""
        return [" ".join(line.split()) for line in self.words.splitlines() if line.strip()]

    def clean(self) -> None:
        """Refuse, by name, what can be no synonym: no word in it, too long, or there twice."""
        super().clean()
        faults: list[str | Promise] = []
        seen = set()
        for text in self.word_list:
            if not any(character.isalnum() for character in text):
                faults.append(_("“%(text)s” holds no word.") % {"text": text})
            elif len(text) > self.LONGEST:
                faults.append(
                    _("“%(text)s…” is longer than %(limit)d characters.") % {"text": text[:20], "limit": self.LONGEST}
                )
            elif text.casefold() in seen:
                faults.append(_("“%(text)s” stands there twice.") % {"text": text})
            seen.add(text.casefold())
        if len(self.word_list) < 2:
            faults.append(_("Write at least two, one a line."))
        elif len(self.word_list) > self.MOST_WORDS:
            faults.append(_("Write at most %(limit)d.") % {"limit": self.MOST_WORDS})
        if faults:
            raise ValidationError({"words": faults})
        self.words = "\n".join(self.word_list)


class SynonymKey(models.Model):
    """How a set of synonyms is looked up: the first stem of one of its members. Written by `search.synonyms` only."""

    set = models.ForeignKey(SynonymSet, on_delete=models.CASCADE, related_name="keys")
    stem = models.CharField(max_length=60, db_index=True)

    class Meta:
        verbose_name = _("key of synonyms")
        verbose_name_plural = _("keys of synonyms")
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["set", "stem"], name="synonymkey_once_in_a_set")]

    def __str__(self) -> str:
        return self.stem


class Word(models.Model):
    """A word of a language that stands, or once stood, in a published text. Written by `search.vocabulary` only.

    Whether it finds anything public is never told from here: search is asked before it is offered.
    """

    SHORTEST, LONGEST = 3, 30

    language = models.CharField(max_length=8)
    # In its normal form, and that without Kazakh letters: completion finds it by the beginning of the latter.
    form = models.CharField(max_length=LONGEST)
    plain = models.CharField(max_length=LONGEST)
    stem = models.CharField(max_length=60)
    # In how many published items it stood when they were last counted: what is more common is offered first.
    count = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("word")
        verbose_name_plural = _("words")
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["form", "language"], name="word_once_in_a_language")]
        # All that completion reads, so that it need not go to the rows.
        indexes = [models.Index(fields=["plain", "count", "form", "language", "stem"], name="word_by_beginning")]

    def __str__(self) -> str:
        return self.form


class WordKey(models.Model):
    """What is left of a word without one of its letters, and the word itself: see `search.spelling`."""

    pk = models.CompositePrimaryKey("key", "word")
    key = models.CharField(max_length=Word.LONGEST)
    # Looked up by key only; rows of words that are gone are removed by vocabulary.Recount.
    word = models.ForeignKey(
        Word, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, related_name="keys"
    )

    class Meta:
        verbose_name = _("key of a word")
        verbose_name_plural = _("keys of words")
        default_permissions = ()

    def __str__(self) -> str:
        return self.key


class NameWord(models.Model):
    """A word of a name, or of another name, of an item that completion offers. Written by `search.vocabulary` only."""

    kind = models.CharField(max_length=20, choices=Kind)
    object_id = models.PositiveBigIntegerField()
    # In its normal form, without Kazakh letters.
    form = models.CharField(max_length=60)
    visible_from = models.DateTimeField()
    # How many published quotes carried the item when they were last counted.
    weight = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("word of a name")
        verbose_name_plural = _("words of names")
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["kind", "object_id", "form"], name="nameword_once_in_an_item")]
        indexes = [
            models.Index(fields=["form", "kind", "object_id", "weight", "visible_from"], name="nameword_by_beginning")
        ]

    def __str__(self) -> str:
        return self.form


class EmptySearch(models.Model):
    """How often some words found nothing on a day. Nothing of the visitor is kept. Written by `empty_searches` only."""

    day = models.DateField(_("day"))
    words = models.CharField(_("words"), max_length=100)
    searched = models.CharField(_("searched"), max_length=20, choices=SEARCHED)
    count = models.PositiveIntegerField(_("searches"), default=1)

    class Meta:
        verbose_name = _("search that found nothing")
        verbose_name_plural = _("searches that found nothing")
        default_permissions = ("view",)
        constraints = [models.UniqueConstraint(fields=["day", "words", "searched"], name="emptysearch_once_a_day")]

    def __str__(self) -> str:
        return self.words
