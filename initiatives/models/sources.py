"""Sources: the documents on which the record is based."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from initiatives.models.choices import Language, PublisherKind, Rights, SourceKind, State, TitleBy
from initiatives.models.history import Versions
from initiatives.models.publishing import Aliased, Dated, Publishable, Slugged, one_of
from initiatives.models.querysets import VisibleQuerySet

# An address counts as broken after failing on this many days in a row: a server may be down for a day.
FAILED_DAYS = 3


class Source(Slugged, Aliased, Dated, Publishable):
    """A published document. A source cannot be published without an address."""

    days_of_work = ("accessed_on",)

    title = models.CharField(_("title"), max_length=300)
    title_by = models.CharField(
        _("named by"),
        max_length=8,
        choices=TitleBy,
        default=TitleBy.DOCUMENT,
        help_text=_("If the document has no title that you know, describe it and choose “this record”."),
    )
    kind = models.CharField(_("kind"), max_length=10, choices=SourceKind)
    publisher = models.CharField(_("publisher"), max_length=200, blank=True)
    publisher_kind = models.CharField(
        _("kind of publisher"),
        max_length=13,
        choices=PublisherKind,
        blank=True,
        help_text=_("Shown beside every citation. Say why in the editor’s note if it is not obvious."),
    )
    language = models.CharField(
        _("language"),
        max_length=8,
        choices=Language,
        default=Language.ENGLISH,
        blank=True,
        help_text=_("The language of the document and its title. Leave empty if not recorded."),
    )
    url = models.URLField(_("address"), max_length=500, blank=True)
    accessed_on = models.DateField(
        _("date of access"),
        null=True,
        blank=True,
        help_text=_("The day the document was last read at this address. Leave empty if not recorded."),
    )
    archived_url = models.URLField(_("archived address"), max_length=500, blank=True)
    rights = models.CharField(
        _("rights"),
        max_length=10,
        choices=Rights,
        blank=True,
        help_text=_("Why readers may see more of it than quotes. Leave empty unless you know."),
    )
    rights_note = models.CharField(
        _("which licence or permission"),
        max_length=300,
        blank=True,
        help_text=_("Name the law, the licence or who gave permission and when. Shown to readers."),
    )
    description = models.TextField(
        _("description"), blank=True, help_text=_("What the document is, in your own words.")
    )
    editors_note = models.TextField(_("editor's note"), blank=True, help_text=_("Markdown. Shown to readers."))

    objects = VisibleQuerySet.as_manager()
    history = Versions()

    class Meta(Publishable.Meta):
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        ordering = ["-date", "title"]
        constraints = [
            *Publishable.Meta.constraints,
            *Dated.Meta.constraints,
            one_of("kind", SourceKind.values),
            one_of("title_by", TitleBy.values),
            one_of("publisher_kind", ["", *PublisherKind.values]),
            one_of("rights", ["", *Rights.values]),
            models.CheckConstraint(
                condition=Q(rights="") | ~Q(rights_note=""),
                name="source_rights_have_note",
                violation_error_message=_("Name the law, the licence or the permission that allows the whole text."),
            ),
            models.CheckConstraint(
                condition=~Q(state=State.PUBLISHED) | ~Q(url=""),
                name="source_published_has_url",
                violation_error_message=_("A source cannot be published without an address."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title_language(self) -> str:
        """The language of the title (ISO 639-1): the site's if the title is the record's or no language is known."""
        return settings.LANGUAGE_CODE if self.title_by == TitleBy.RECORD else self.language or settings.LANGUAGE_CODE

    def clean(self) -> None:
        """Raises ValidationError, beside the field, if the address or the reason for its rights is missing."""
        super().clean()
        if self.state == State.PUBLISHED and not self.url:
            raise ValidationError({"url": _("Enter the address. A source cannot be published without one.")})
        if self.rights and not self.rights_note:
            raise ValidationError(
                {"rights_note": _("Name the law, the licence or the permission that allows the whole text.")}
            )


class LinkCheck(models.Model):
    """The last check of an address that a source has or had. Written only by `editorial.link_checks`."""

    source = models.ForeignKey(Source, verbose_name=_("source"), on_delete=models.CASCADE, related_name="link_checks")
    address = models.URLField(_("address"), max_length=500)
    checked_at = models.DateTimeField(_("checked"), db_index=True)
    answer = models.CharField(_("answer"), max_length=100)
    failed_days = models.PositiveSmallIntegerField(_("days without an answer"), default=0, db_index=True)
    last_failed_on = models.DateField(_("last failed on"), null=True)

    class Meta:
        verbose_name = _("check of an address")
        verbose_name_plural = _("checks of addresses")
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["source", "address"], name="linkcheck_once_per_address")]

    def __str__(self) -> str:
        return f"{self.address}: {self.answer}"
