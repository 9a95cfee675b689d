"""The record's own texts in other languages: who is responsible for each wording, and how pages get it.

The items themselves hold the English texts; a wording is the same text in Russian or Kazakh. The words of quotes are
translated elsewhere (QuoteTranslation).
"""

import hashlib
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q, QuerySet
from django.utils.translation import get_language, gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from initiatives.models.fields import by_user
from initiatives.models.history import Versions
from initiatives.models.paths import ORIGINAL, OTHERS
from initiatives.models.publishing import Indexed, one_of
from initiatives.models.querysets import published_q
from initiatives.text.worded import Worded

# The texts of each kind that can have wordings, the main ones first, by model name.
WORDED: dict[str, tuple[str, ...]] = {
    "theme": ("name", "description"),
    "person": ("name", "role", "summary", "body"),
    "body": ("name", "summary", "body"),
    "source": ("title", "description", "editors_note"),
    "initiative": ("title", "summary", "body", "editors_note"),
    "principleset": ("title", "introduction", "editors_note"),
    "principle": ("title", "text"),
    "milestone": ("text", "attributed_to"),
    "quote": ("context", "editors_note"),
}


class Standing(models.TextChoices):
    """Who is responsible for a wording. The first three need a source, the record's own a translator."""

    OFFICIAL = "official", _("official")
    AUTHENTIC = "authentic", _("official and equally authentic")
    ELSEWHERE = "elsewhere", _("published elsewhere")
    OWN = "own", _("this record’s own translation")
    MACHINE = "machine", _("made by machine, unchecked")


WITH_SOURCE = (Standing.OFFICIAL, Standing.AUTHENTIC, Standing.ELSEWHERE)


def fingerprint(text: str) -> str:
    """Return the SHA-256 (hexadecimal) of the words of a text: punctuation, spaces and capitals do not count."""
    words = re.findall(r"\w+", unicodedata.normalize("NFKC", text).casefold())
    return hashlib.sha256(" ".join(words).encode("utf-8", "surrogatepass")).hexdigest()


class WordingQuerySet(models.QuerySet):
    """Wordings."""

    def published(self) -> "WordingQuerySet":
        """Keep those whose source, if they need one, is public now. Whether their item is public is not checked."""
        return self.filter(Q(source=None) | published_q(("source",)))

    def of(self, items: Iterable[Any]) -> "WordingQuerySet":
        """Keep the wordings of these items."""
        keys: dict[str, set[int]] = defaultdict(set)
        for item in items:
            keys[item._meta.model_name].add(item.pk)
        rule = Q(pk__in=[])
        for kind, ids in keys.items():
            rule |= Q(kind=kind, object_id__in=ids)
        return self.filter(rule)


class Wording(Indexed):
    """One text of an item in another language."""

    kind = models.CharField(_("kind"), max_length=20, choices=[(kind, kind) for kind in WORDED])
    object_id = models.PositiveBigIntegerField(_("item"))
    field = models.CharField(pgettext_lazy("of a form", "field"), max_length=20)
    language = models.CharField(
        _("language"), max_length=2, choices=[one for one in settings.LANGUAGES if one[0] in OTHERS]
    )
    text = models.TextField(_("wording"))
    standing = models.CharField(_("standing"), max_length=10, choices=Standing, default=Standing.OWN)
    source = models.ForeignKey(
        "initiatives.Source",
        verbose_name=_("source"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="wordings_from",
        help_text=_("The document in which this wording was published."),
    )
    translator = models.CharField(
        _("translator"), max_length=200, blank=True, help_text=_("Who made this translation.")
    )
    # Of the original when it was translated, or last confirmed; and whether the original has other words since.
    digest = models.CharField(max_length=64, editable=False)
    outdated = models.BooleanField(_("outdated"), default=False, editable=False)
    checked_by = by_user(_("checked by"))
    checked_on = models.DateField(_("checked on"), null=True, blank=True)
    updated_at = models.DateTimeField(_("last changed"), auto_now=True)

    objects = WordingQuerySet.as_manager()
    history = Versions()

    class Meta:
        verbose_name = _("wording")
        verbose_name_plural = _("wordings")
        ordering = ["kind", "object_id", "field", "language"]
        indexes = [
            models.Index(fields=["language", "kind", "object_id"], condition=Q(outdated=True), name="wording_outdated"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "object_id", "language", "field"],
                name="wording_one_per_text_and_language",
                violation_error_message=_("This text already has a wording in this language."),
            ),
            one_of("standing", Standing.values),
            one_of("kind", list(WORDED)),
            one_of("language", list(OTHERS)),
            models.CheckConstraint(
                condition=~Q(text=""), name="wording_has_text", violation_error_message=_("Enter the wording.")
            ),
            models.CheckConstraint(
                condition=~Q(standing__in=WITH_SOURCE) | Q(source__isnull=False),
                name="wording_published_has_source",
                violation_error_message=_("Choose the source in which this wording was published."),
            ),
            models.CheckConstraint(
                condition=~Q(standing=Standing.OWN) | ~Q(translator=""),
                name="wording_own_has_translator",
                violation_error_message=_("Say who made this translation."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}, {self.field}, {self.language}"

    def clean(self) -> None:
        """Show errors of provenance beside their fields."""
        super().clean()
        if self.field not in WORDED.get(self.kind, ()):
            raise ValidationError({"field": _("This text cannot have wordings.")})
        if self.standing in WITH_SOURCE and self.source_id is None:
            raise ValidationError({"source": _("Choose the source in which this wording was published.")})
        if self.standing == Standing.OWN and not self.translator:
            raise ValidationError({"translator": _("Say who made this translation.")})


def in_language(*things: Any) -> None:
    """Give items, alone or in lists, and all items loaded with them, their texts in the active language.

    Runs one query for all; none for the original language. Texts without a public wording stay in the original, and
    say so (text.worded). Such items are only for reading: saving one fails. None is ignored.
    """
    language = get_language() or ORIGINAL
    if language == ORIGINAL:
        return
    items = [item for item in _loaded(things) if not item.worded_in]
    found: dict[tuple[str, int], dict[str, Wording]] = defaultdict(dict)
    if items:
        for wording in Wording.objects.published().of(items).filter(language=language).select_related("source"):
            found[wording.kind, wording.object_id][wording.field] = wording
    for item in items:
        _give(item, found[item._meta.model_name, item.pk], language)


def _give(item: Any, wordings: dict[str, Wording], language: str) -> None:
    """Replace the loaded texts of an item by wordings."""
    item.worded_in, item.wordings = language, wordings
    for name in WORDED[item._meta.model_name]:
        original = item.__dict__.get(name)
        if wording := wordings.get(name):
            item.__dict__[name] = Worded(shown(wording), language)
        elif original:
            spoken = item.title_language if (item._meta.model_name, name) == ("source", "title") else ORIGINAL
            item.__dict__[name] = Worded(original, spoken)


def shown(wording: Wording) -> str:
    """Return a wording as readers see it everywhere: a machine translation is labelled as one."""
    if wording.standing != Standing.MACHINE:
        return wording.text
    return f"{wording.text} [{gettext('machine translation, unchecked')}]"


def _loaded(things: Iterable[Any]) -> Iterator[Any]:
    """Yield items and the items loaded with them, each object once."""
    seen: set[int] = set()
    waiting = list(things)
    while waiting:
        thing = waiting.pop()
        if thing is None or id(thing) in seen:
            continue
        if isinstance(thing, models.Model):
            seen.add(id(thing))
            if thing._meta.model_name in WORDED:
                yield thing
            waiting += thing._state.fields_cache.values()
            waiting += getattr(thing, "_prefetched_objects_cache", {}).values()
            # Lists that a prefetch stored: public_themes, steps.
            waiting += [value for value in thing.__dict__.values() if isinstance(value, list)]
        elif isinstance(thing, list | tuple | set | frozenset | QuerySet):
            waiting += thing
