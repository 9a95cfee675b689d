"""Copies of documents, their texts, and where the words of quotes are in them.

Copies and their texts are append-only: the database refuses a change (triggers in migrations). Taking a copy down
removes its bytes and text, and keeps its row, hashes and the reason.
"""

import hashlib
from functools import cached_property
from typing import Any, Self

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from initiatives.models.choices import CaptureWay, Compared, Live
from initiatives.models.fields import by_user
from initiatives.models.history import LONGEST_REASON
from initiatives.models.publishing import one_of
from initiatives.models.querysets import VisibleQuerySet
from initiatives.models.quotes import Quote, QuoteTranslation
from initiatives.models.sources import Source

# The largest document that is kept (bytes).
LARGEST = 10_000_000


class ByHash(VisibleQuerySet):
    """Copies."""

    def get_by_natural_key(self, sha256: str) -> Any:
        """Return the one with the hash used in content files."""
        return self.get(sha256=sha256)


class TextQuerySet(ByHash):
    """Texts of copies."""

    def at_hand(self, *sources: Any) -> Self:
        """Keep the texts of copies of sources that were not taken down: by source, newest copy, then newest text.

        `sources` are keys; a single one may be an OuterRef.
        """
        of = Q(capture__source__in=sources) if len(sources) > 1 else Q(capture__source=sources[0])
        texts = self.filter(of).exclude(text="").select_related("capture")
        return texts.order_by("capture__source_id", "-capture__captured_at", "-capture__pk", "-pk")


class Capture(models.Model):
    """A copy of a source's document at a time. Its bytes are a file, named by their hash (`archive_path`)."""

    source = models.ForeignKey(Source, verbose_name=_("source"), on_delete=models.PROTECT, related_name="captures")
    captured_at = models.DateTimeField(_("copied"), default=timezone.now)
    captured_by = by_user(_("copied by"))
    way = models.CharField(_("how"), max_length=8, choices=CaptureWay)
    # Only if it was fetched: the address asked, the one that answered after redirects, and its HTTP status.
    asked_url = models.URLField(_("address"), max_length=500, blank=True)
    final_url = models.URLField(_("final address"), max_length=2000, blank=True)
    http_status = models.PositiveSmallIntegerField(_("HTTP status"), null=True)
    # Only if it was uploaded.
    file_name = models.CharField(_("file name"), max_length=200, blank=True)
    media_type = models.CharField(_("media type"), max_length=100)
    size = models.PositiveIntegerField(_("size in bytes"), validators=[MaxValueValidator(LARGEST)])
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    taken_down_at = models.DateTimeField(_("taken down"), null=True)
    taken_down_by = by_user(_("taken down by"))
    taken_down_because = models.CharField(_("why it was taken down"), max_length=LONGEST_REASON, blank=True)

    visibility_paths = ("source",)

    objects = ByHash.as_manager()

    class Meta:
        verbose_name = _("copy")
        verbose_name_plural = _("copies")
        default_permissions = ("add", "view")
        ordering = ["-captured_at", "-pk"]
        indexes = [
            models.Index(fields=["source", "-captured_at", "-id"], name="capture_of_source"),
            models.Index(fields=["sha256"], name="capture_by_hash"),
        ]
        constraints = [
            one_of("way", CaptureWay.values),
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="capture_has_hash"),
            models.CheckConstraint(
                condition=Q(taken_down_at=None, taken_down_because="")
                | (Q(taken_down_at__isnull=False) & ~Q(taken_down_because="")),
                name="capture_taken_down_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.captured_at:%Y-%m-%d %H:%M}, {self.get_way_display()}"


def archive_path(sha256: str) -> str:
    """Return the name of the file with this hash in the archive's storage."""
    return f"{sha256[:2]}/{sha256[2:4]}/{sha256}"


class SourceText(models.Model):
    """The text of a copy: paragraphs divided by empty lines. Empty once the copy was taken down."""

    capture = models.ForeignKey(Capture, verbose_name=_("copy"), on_delete=models.PROTECT, related_name="texts")
    text = models.TextField(_("text"), blank=True)
    # For each paragraph, its page ("p. 3") or time ("00:12:05"); an empty list if the document has neither.
    places: Any = models.JSONField(default=list)
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    # The library that read the document, with its version.
    extractor = models.CharField(_("read with"), max_length=100)
    read_at = models.DateTimeField(_("read"), default=timezone.now)

    visibility_paths = ("capture__source",)

    objects = TextQuerySet.as_manager()

    class Meta:
        verbose_name = _("text of a copy")
        verbose_name_plural = _("texts of copies")
        default_permissions = ()
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["capture", "extractor"], name="text_once_per_extractor"),
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="sourcetext_has_hash"),
        ]

    def __str__(self) -> str:
        return f"{self.extractor}: {self.sha256[:12]}"

    @cached_property
    def paragraphs(self) -> list[str]:
        """The paragraphs, in order; the first is paragraph 1."""
        return self.text.split("\n\n") if self.text else []

    def place(self, start: int) -> str:
        """Return where a character is, in words: its page or time if known, and its paragraph; empty without a text."""
        return self.place_of(self.text.count("\n\n", 0, start)) if self.text else ""

    def place_of(self, number: int) -> str:
        """Return where a paragraph (counted from 0) is, in words."""
        paragraph = _("paragraph %(number)d") % {"number": number + 1}
        known = self.places[number] if number < len(self.places) else ""
        return f"{known}, {paragraph}" if known else str(paragraph)


def text_hash(text: str) -> str:
    """Return the hexadecimal SHA-256 of a text in UTF-8."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


class Attestation(models.Model):
    """What an outside archive has of a copy. Nothing counts as kept there until its bytes were seen."""

    capture = models.ForeignKey(Capture, verbose_name=_("copy"), on_delete=models.PROTECT, related_name="attestations")
    witness = models.CharField(_("kept by"), max_length=100)
    asked_at = models.DateTimeField(_("asked"), default=timezone.now)
    address = models.URLField(_("address"), max_length=2000, blank=True)
    witnessed_at = models.DateTimeField(_("time of its copy"), null=True)
    # Null until its bytes were seen.
    equal = models.BooleanField(_("the same bytes"), null=True)
    answer = models.CharField(_("answer"), max_length=300, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        verbose_name = _("outside copy")
        verbose_name_plural = _("outside copies")
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["capture", "witness"], name="attestation_once_per_witness")]

    def __str__(self) -> str:
        return f"{self.witness}: {self.address or self.answer}"


class Watch(models.Model):
    """What is known of the page at a source's address, and whether it waits to be copied."""

    source = models.OneToOneField(Source, verbose_name=_("source"), on_delete=models.CASCADE, related_name="watch")
    # Set while it waits in the queue; it is not tried before `next_at`.
    wanted_at = models.DateTimeField(_("waiting since"), null=True, db_index=True)
    wanted_by = by_user(_("asked by"))
    next_at = models.DateTimeField(default=timezone.now)
    tries = models.PositiveSmallIntegerField(default=0)
    tried_at = models.DateTimeField(_("last tried"), null=True)
    # Why the last try failed, and what to do; empty if it succeeded.
    problem = models.CharField(_("problem"), max_length=300, blank=True)
    # The address that the rest is about: the source's may have been changed since.
    address = models.URLField(max_length=500, blank=True)
    live = models.CharField(_("page today"), max_length=7, choices=Live, blank=True, db_index=True)
    # When it was first seen so, and when it was last seen with the newest copy's text.
    live_since = models.DateTimeField(_("since"), null=True)
    same_at = models.DateTimeField(_("last seen unchanged"), null=True)

    class Meta:
        verbose_name = _("watched page")
        verbose_name_plural = _("watched pages")
        default_permissions = ()
        constraints = [one_of("live", ["", *Live.values])]

    def __str__(self) -> str:
        return self.get_live_display() or self.problem

    @property
    def sentence(self) -> str:
        """What is known of the page at the source's address, and since when, for readers."""
        live = self.live if self.address == self.source.url else ""
        at = self.same_at if live == Live.SAME else self.live_since
        day = {"day": date_format(timezone.localtime(at))} if at else {}
        if live == Live.SAME and at:
            return _("The page was last seen unchanged on %(day)s.") % day
        if live == Live.CHANGED and at:
            return _("The page has had a different text since %(day)s or earlier.") % day
        if live == Live.GONE and at:
            return _("The page has been gone since %(day)s or earlier.") % day
        return str(_("The page has not been copied from its address yet."))


class Found(models.Model):
    """Where the words of a quote or translation are in a copy of its source, and how exactly.

    One row for each: the most exact of all copies, the newest of equals. There is none without a copy.
    """

    quote = models.OneToOneField(Quote, on_delete=models.CASCADE, null=True, related_name="found")
    translation = models.OneToOneField(QuoteTranslation, on_delete=models.CASCADE, null=True, related_name="found")
    source_text = models.ForeignKey(SourceText, on_delete=models.CASCADE, related_name="found")
    level = models.CharField(_("compared"), max_length=10, choices=Compared, db_index=True)
    # From the first to the last character, counted from 0; null if no word of it is there. `spans` has all pieces.
    start = models.PositiveIntegerField(null=True)
    end = models.PositiveIntegerField(null=True)
    spans: Any = models.JSONField(default=list)
    # What typesetting changed (text.comparison.Folded).
    folded: Any = models.JSONField(default=list)
    beside_negation = models.BooleanField(default=False)
    # The newest copy of the source, if the words are not in it.
    missing_in = models.ForeignKey(Capture, on_delete=models.SET_NULL, null=True, related_name="missing")
    compared_at = models.DateTimeField(_("compared on"), default=timezone.now, db_index=True)
    # The hash of the words that were compared; empty if not recorded.
    words_sha256 = models.CharField(max_length=64, blank=True)

    # Those of translations are only on the pages of their quotes.
    visibility_paths = tuple(f"quote__{path}".removesuffix("__") for path in Quote.visibility_paths)

    objects = VisibleQuerySet.as_manager()

    class Meta:
        verbose_name = _("comparison with a copy")
        verbose_name_plural = _("comparisons with copies")
        default_permissions = ()
        # For the desk's list and its queue of quotes that were not found.
        indexes = [models.Index(fields=["level", "-quote"], name="found_by_level")]
        constraints = [
            one_of("level", Compared.values),
            models.CheckConstraint(
                condition=Q(quote=None, translation__isnull=False) | Q(quote__isnull=False, translation=None),
                name="found_of_one",
            ),
        ]

    def __str__(self) -> str:
        return self.get_level_display()

    def is_of(self, words: Quote | QuoteTranslation) -> bool:
        """Whether these are the words that were compared: they may have changed since."""
        return self.words_sha256 == text_hash(words.text)
