"""What search stores: a document per item, sets of synonyms, words and names to suggest, and searches that found
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
    """What search knows about one item. Written only by `search.documents`, in the item's own transaction."""

    # Combines date, kind and id; sorts by date, undated items first: see search.positions.
    position = RowNumberField(primary_key=True)
    kind = models.CharField(max_length=20, choices=Kind)
    object_id = models.PositiveBigIntegerField()
    # The time from which the item is public; null if it is not.
    visible_from = models.DateTimeField(null=True)
    # Filter values as words, separated by spaces: "kind:quote theme:3 year:2020 …".
    tokens = models.TextField()
    # The stems of each weight in order, from which the rank is computed: see search.ranking.
    words = models.TextField(default="")
    stems = WeightedStemsField(null=True, editable=False)
    # Of everything in the row and its index entry: if it is unchanged, they need no rewriting.
    fingerprint = models.CharField(max_length=32)

    class Meta:
        verbose_name = _("search document")
        verbose_name_plural = _("search documents")
        constraints = [models.UniqueConstraint(fields=["kind", "object_id"], name="searchdocument_one_per_item")]
        indexes = [models.Index(fields=["kind", "visible_from"], name="searchdocument_public")]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}"


class SynonymSet(Indexed):
    """Words and phrases with the same meaning: a search for one finds the others too."""

    MOST_WORDS = 12
    LONGEST = 80

    language = models.CharField(
        _("language"),
        max_length=2,
        choices=Language,
        default=Language.ENGLISH,
        help_text=_("All the words are in this language. Searches find every form of them."),
    )
    words = models.TextField(
        _("words and phrases"),
        help_text=_(
            "One per line, at least two. A search for any of them finds the others too. Changes take effect "
            "on the public site at once."
        ),
    )
    note = models.TextField(_("note"), blank=True, help_text=_("Why they belong together. Only editors see this."))
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
        """Refuse lines without a word, too long or repeated, and quote them."""
        super().clean()
        faults: list[str | Promise] = []
        seen = set()
        for text in self.word_list:
            if not any(character.isalnum() for character in text):
                faults.append(_("“%(text)s” contains no word.") % {"text": text})
            elif len(text) > self.LONGEST:
                faults.append(
                    _("“%(text)s…” is longer than %(limit)d characters.") % {"text": text[:20], "limit": self.LONGEST}
                )
            elif text.casefold() in seen:
                faults.append(_("“%(text)s” is listed twice.") % {"text": text})
            seen.add(text.casefold())
        if len(self.word_list) < 2:
            faults.append(_("Enter at least two, one per line."))
        elif len(self.word_list) > self.MOST_WORDS:
            faults.append(_("Enter up to %(limit)d.") % {"limit": self.MOST_WORDS})
        if faults:
            raise ValidationError({"words": faults})
        self.words = "\n".join(self.word_list)


class SynonymKey(models.Model):
    """Finds a set of synonyms by the first stem of one of its members. Written only by `search.synonyms`."""

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
    """A word that is or was in a published text, by language. Written only by `search.vocabulary`.

    It may no longer find anything public: search is asked before it is suggested.
    """

    SHORTEST, LONGEST = 3, 30

    language = models.CharField(max_length=8)
    # Its normal form, and the same without Kazakh letters, by whose beginning completion finds it.
    form = models.CharField(max_length=LONGEST)
    plain = models.CharField(max_length=LONGEST)
    stem = models.CharField(max_length=60)
    # The number of published items with it when last counted: more common words are suggested first.
    count = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("word")
        verbose_name_plural = _("words")
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["form", "language"], name="word_once_in_a_language")]
        # All that completion reads, so that it does not have to read the rows.
        indexes = [models.Index(fields=["plain", "count", "form", "language", "stem"], name="word_by_beginning")]

    def __str__(self) -> str:
        return self.form


class WordKey(models.Model):
    """A word without one of its letters, and the word itself: see `search.spelling`."""

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
    """A word of a name or other name of an item that completion suggests. Written only by `search.vocabulary`."""

    kind = models.CharField(max_length=20, choices=Kind)
    object_id = models.PositiveBigIntegerField()
    # Its normal form, without Kazakh letters.
    form = models.CharField(max_length=60)
    visible_from = models.DateTimeField()
    # The number of published quotes of the item when last counted.
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
    """How often a search found nothing on a day; nothing of the visitor is kept. Written by `pages.empty_searches`."""

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
