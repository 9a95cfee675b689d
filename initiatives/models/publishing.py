"""The shared base of everything that can be public: state, slug and date."""

import datetime
from collections.abc import Callable
from typing import Any, Protocol

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from initiatives import clock
from initiatives.models.choices import DatePrecision, State
from initiatives.models.history import Versioned
from initiatives.models.partial_dates import first_day, show_partial_date, write_partial_date
from initiatives.models.paths import path_of

# An item with an earlier date needs confirmation.
EARLIEST_USUAL_YEAR = 1900


class Visible(Protocol):
    """An item that may be public."""

    @property
    def visibility_paths(self) -> tuple[str, ...]:
        """Look-ups to the items that must be published for this one to be public; "" is the item itself."""


def visible_from(item: Visible) -> datetime.datetime | None:
    """Return the time from which an item is public, or None if it is not.

    The same rule as `published()` of its queryset, for one loaded item: the latest publication time of the item and
    everything it depends on (for a milestone, not before it happens); None if any of them is not published.
    """
    times = []
    for path in item.visibility_paths:
        link: Any = item
        for name in filter(None, path.split("__")):
            link = getattr(link, name) if link is not None else None
        if link is None or link.state != State.PUBLISHED or link.published_at is None:
            return None
        times.append(link.published_at)
    if (day := getattr(item, "public_not_before", None)) is not None:
        times.append(day)
    return max(times)


def is_public_at(item: Visible, at: datetime.datetime) -> bool:
    """Return whether an item is public at a time."""
    since = visible_from(item)
    return since is not None and since <= at


def end_of(model: Any, path: str) -> Any:
    """Return the model at the end of a look-up."""
    for name in path.split("__"):
        model = model._meta.get_field(name).related_model
    return model


def one_of(field: str, values: list[str]) -> models.CheckConstraint:
    """Return a constraint that a field has one of these values."""
    return models.CheckConstraint(
        condition=Q(**{f"{field}__in": values}),
        name=f"%(class)s_{field}_known",
        violation_error_message=_("Choose one of the values offered."),
    )


class Indexed(Versioned):
    """An item saved in one transaction with its changes for search (search.signals)."""

    class Meta:
        abstract = True

    def save(self, *args, **kwargs) -> None:
        """Save in the same transaction as the receivers."""
        with transaction.atomic():
            super().save(*args, **kwargs)


class Publishable(Indexed):
    """An item that is drafted, reviewed, published at a set time, and archived."""

    # Look-ups to the items that must be published for this one to be public; "" is the item itself.
    visibility_paths: tuple[str, ...] = ("",)
    # Fields for the day of an editor's work, such as a check, which cannot be in the future.
    days_of_work: tuple[str, ...] = ()
    # The address of its page.
    get_absolute_url: Callable[[], str]

    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    published_at = models.DateTimeField(
        _("published from"),
        null=True,
        blank=True,
        help_text=_("It is public from this time. If empty, the time of publishing is used."),
    )
    review_note = models.TextField(
        _("note for editors"),
        blank=True,
        help_text=_("What still needs to be done. Only editors see this. Clear it when done."),
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("last changed"), auto_now=True)

    class Meta:
        abstract = True
        default_permissions = ("add", "change", "delete", "view", "publish")
        # The desk's queues sort the items in a state by their last change.
        indexes = [models.Index(fields=["state", "updated_at", "id"], name="%(class)s_by_change")]
        constraints = [
            one_of("state", State.values),
            models.CheckConstraint(
                condition=~Q(state=State.PUBLISHED) | Q(published_at__isnull=False),
                name="%(class)s_published_has_time",
                violation_error_message=_("Enter the time from which this is published."),
            ),
        ]

    def clean(self) -> None:
        """Set the time of publication if it is missing. Raises ValidationError if a day of work is in the future."""
        super().clean()
        self._set_publication_time()
        for name in self.days_of_work:
            if (day := getattr(self, name)) and day > timezone.localdate():
                shown = show_partial_date(day, DatePrecision.DAY)
                raise ValidationError({name: _("%(date)s is in the future. Correct the date.") % {"date": shown}})

    def save(self, *args, **kwargs) -> None:
        """Save, setting the time of publication if it is missing."""
        self._set_publication_time()
        super().save(*args, **kwargs)

    def _set_publication_time(self) -> None:
        if self.state == State.PUBLISHED and self.published_at is None:
            self.published_at = clock.now()

    @property
    def is_public(self) -> bool:
        """Whether the item is public now."""
        return is_public_at(self, clock.now())


class Sourced(Publishable):
    """A publishable item that cannot be published without a source; the database enforces it."""

    visibility_paths: tuple[str, ...] = ("", "source")

    source = models.ForeignKey(
        "initiatives.Source",
        verbose_name=_("source"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="%(class)s_set",
        help_text=_("The document that confirms it. Nothing can be published without a source."),
    )

    class Meta(Publishable.Meta):
        abstract = True
        constraints = [
            *Publishable.Meta.constraints,
            models.CheckConstraint(
                condition=~Q(state=State.PUBLISHED) | Q(source__isnull=False),
                name="%(class)s_published_has_source",
                violation_error_message=_("Nothing can be published without a source."),
            ),
        ]

    def clean(self) -> None:
        """Raises ValidationError, beside the field, if a source is missing."""
        super().clean()
        if self.state == State.PUBLISHED and self.source_id is None:
            raise ValidationError({"source": _("Choose a source. Nothing can be published without one.")})


class Dated(models.Model):
    """An item with a date known to the day, the month or the year, or not at all.

    A date whose first day is in the future is refused: the record is about what has happened.
    """

    # Whether such a date, or a very early one, can be confirmed; if so, forms and imports check it, not the model.
    unusual_dates_allowed = False

    date = models.DateField(
        _("date"),
        null=True,
        blank=True,
        help_text=_("The first day of the day, month or year that is known. Leave empty if not known."),
    )
    date_precision = models.CharField(_("date precision"), max_length=5, choices=DatePrecision, blank=True, default="")

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(date__isnull=True, date_precision="")
                | Q(date__isnull=False, date_precision__in=DatePrecision.values),
                name="%(class)s_date_with_precision",
                violation_error_message=_("Enter both a date and its precision, or neither."),
            ),
        ]

    def clean(self) -> None:
        """Treat a date without precision as known to the day; move it to the first day of the known period."""
        super().clean()
        if self.date is None and self.date_precision:
            raise ValidationError({"date": _("Enter the date, or leave its precision empty.")})
        self._normalise_date()
        if not self.unusual_dates_allowed and (unusual := self.unusual_date):
            raise ValidationError({"date": unusual})

    @property
    def unusual_date(self) -> str:
        """Why the date may be a mistake, in words; empty if it is not unusual."""
        if self.date is None:
            return ""
        if first_day(self.date, self.date_precision) > timezone.localdate():
            return _("%(date)s is in the future. Correct the date.") % {"date": self.shown_date}
        if self.unusual_dates_allowed and self.date.year < EARLIEST_USUAL_YEAR:
            return _("%(date)s is before %(year)s. Check the date.") % {
                "date": self.shown_date,
                "year": EARLIEST_USUAL_YEAR,
            }
        return ""

    def save(self, *args, **kwargs) -> None:
        """Save with the date on the first day of the known period."""
        self._normalise_date()
        super().save(*args, **kwargs)

    def _normalise_date(self) -> None:
        if self.date is not None:
            self.date_precision = self.date_precision or DatePrecision.DAY
            self.date = first_day(models.DateField().to_python(self.date), self.date_precision)

    @property
    def shown_date(self) -> str:
        """The date for readers, as precisely as it is known."""
        return show_partial_date(self.date, self.date_precision)

    @property
    def iso_date(self) -> str:
        """The date as `YYYY`, `YYYY-MM` or `YYYY-MM-DD`; empty if not known."""
        return write_partial_date(self.date, self.date_precision)


class OldSlug(models.Model):
    """A former slug of an item, whose old address redirects to the new one."""

    kind = models.CharField(_("kind"), max_length=20)
    slug = models.SlugField(_("old slug"), max_length=120, allow_unicode=True)
    object_id = models.PositiveBigIntegerField(_("item"))
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("redirect")
        verbose_name_plural = _("redirects")
        constraints = [models.UniqueConstraint(fields=["kind", "slug"], name="oldslug_one_per_kind")]

    def __str__(self) -> str:
        return f"{self.kind}/{self.slug}"


class Slugged(models.Model):
    """An item with a slug in its address; changing the slug leaves a redirect."""

    slug = models.SlugField(
        _("slug"),
        max_length=120,
        unique=True,
        allow_unicode=True,
        help_text=_("The last part of the page’s address. If you change it, the old address redirects to the new one."),
    )

    class Meta:
        abstract = True

    def get_absolute_url(self) -> str:
        """Return the path of the item's page, whose URL pattern has the model's name."""
        return path_of(str(self._meta.model_name), self.slug)

    def natural_key(self) -> tuple[str]:
        """Return the name that content files use for the item."""
        return (self.slug,)

    def save(self, *args, **kwargs) -> None:
        """Save, and keep the old slug as a redirect if it changed; a slug in use again no longer redirects."""
        kind = self._meta.model_name
        with transaction.atomic():
            stored = type(self)._base_manager.filter(pk=self.pk) if self.pk else type(self)._base_manager.none()
            old = stored.values_list("slug", flat=True).first()
            super().save(*args, **kwargs)
            OldSlug.objects.filter(kind=kind, slug=self.slug).delete()
            if old and old != self.slug:
                OldSlug.objects.update_or_create(kind=kind, slug=old, defaults={"object_id": self.pk})


class Aliased(models.Model):
    """An item with other names."""

    aliases = models.TextField(
        _("other names"), blank=True, help_text=_("One per line. Searches for these names find it too.")
    )

    class Meta:
        abstract = True

    @property
    def alias_list(self) -> list[str]:
        """The other names, in the order in which the editor wrote them."""
        return [line.strip() for line in self.aliases.splitlines() if line.strip()]
