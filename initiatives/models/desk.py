"""Data of the desk itself: comments, proposals, error reports, imports, saved filters, open forms, mail choices."""

import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from initiatives.models.choices import Imported, Stage
from initiatives.models.fields import by_user
from initiatives.models.history import LONGEST_REASON, MAX_REASON, name_of

LONGEST_COMMENT = 2000
LONGEST_REPORT, LONGEST_EMAIL = 2000, 254
# How long a reader's address is kept if the report is not answered.
ADDRESS_KEPT = datetime.timedelta(days=180)


class AboutItem(models.Model):
    """A row about an item of any kind, with the item's name at the time, for lists."""

    kind = models.CharField(_("kind"), max_length=20)
    object_id = models.PositiveBigIntegerField(_("item"))
    name = models.CharField(_("item"), max_length=120)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name


class Comment(AboutItem):
    """A comment on an item, open until an editor settles it. Only the desk shows it."""

    text = models.TextField(_("comment"), max_length=LONGEST_COMMENT)
    written_by = by_user(_("written by"), "comments")
    written_at = models.DateTimeField(_("written"), default=timezone.now)
    settled_by = by_user(_("settled by"))
    settled_at = models.DateTimeField(_("settled"), null=True)
    # The users whose start page shows the comment while it is open: see editorial.comments.
    concerns = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="comments_to_read")

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        default_permissions = ()
        ordering = ["written_at", "pk"]
        indexes = [models.Index(fields=["kind", "object_id", "written_at", "id"], name="comment_of_item")]

    def __str__(self) -> str:
        return self.text

    @property
    def writer(self) -> str:
        """The writer's name."""
        return name_of(self.written_by) or "–"


class Proposal(AboutItem):
    """A published item's form as filled in by an editor. It changes nothing until a publisher saves the form."""

    # The versions of the item and its parts that the form was made from (admin.locking), and the typed
    # values by the names of the form's fields, as a browser sends them.
    versions = models.JSONField()
    data = models.JSONField()
    reason = models.CharField(_("reason"), max_length=LONGEST_REASON)
    stage = models.CharField(_("stage"), max_length=10, choices=Stage, default=Stage.WAITING)
    note = models.TextField(_("note from the publisher"), blank=True)
    proposed_by = by_user(_("proposed by"), "proposals")
    proposed_at = models.DateTimeField(_("proposed"), default=timezone.now)
    decided_by = by_user(_("decided by"))
    decided_at = models.DateTimeField(_("decided"), null=True)

    class Meta:
        verbose_name = _("proposed change")
        verbose_name_plural = _("proposed changes")
        default_permissions = ()
        ordering = ["-proposed_at", "-pk"]
        indexes = [
            models.Index(fields=["stage", "-proposed_at", "-id"], name="proposal_by_stage"),
            models.Index(fields=["kind", "object_id", "stage"], name="proposal_of_item"),
            models.Index(fields=["-proposed_at", "-id"], name="proposal_newest"),
        ]
        constraints = [models.CheckConstraint(condition=Q(stage__in=Stage.values), name="proposal_stage_known")]

    @property
    def proposer(self) -> str:
        """The proposer's name."""
        return name_of(self.proposed_by) or "–"

    def decide(self, stage: str, user, note: str = "") -> None:
        """Record the new stage, the user who decided it and a note."""
        self.stage, self.decided_by, self.decided_at, self.note = stage, user, timezone.now(), note
        self.save()


class ErrorReport(AboutItem):
    """An error that a reader reported on an item's page, open until an editor answers it. Only the desk shows it."""

    # The path of the page that the reader saw, and the item's last change before that.
    path = models.CharField(_("page"), max_length=2000)
    version = models.DateTimeField(_("version"), null=True)
    text = models.TextField(_("what is wrong"), max_length=LONGEST_REPORT)
    email = models.EmailField(_("e-mail address"), max_length=LONGEST_EMAIL, blank=True)
    reported_at = models.DateTimeField(_("reported"), default=timezone.now)
    note = models.TextField(
        _("note for colleagues"), blank=True, help_text=_("What came of it. Only the desk sees it.")
    )
    answered_at = models.DateTimeField(_("answered"), null=True)
    answered_by = by_user(_("answered by"))

    class Meta:
        verbose_name = _("report from a reader")
        verbose_name_plural = _("reports from readers")
        default_permissions = ("view", "change", "delete")
        ordering = ["-reported_at", "-pk"]
        indexes = [
            models.Index(fields=["-reported_at", "-id"], name="report_newest"),
            models.Index(fields=["reported_at", "id"], condition=Q(answered_at__isnull=True), name="report_open"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True) | Q(email=""), name="report_answered_has_no_email"
            )
        ]

    @property
    def answerer(self) -> str:
        """The name of the user who answered the report."""
        return name_of(self.answered_by) or "–"

    def concern(self, item: Any) -> None:
        """Set the item that the report is about, as readers see it now."""
        self.kind, self.object_id = item._meta.model_name, item.pk
        self.name, self.path = Truncator(item).chars(120), item.get_absolute_url()

    def answer(self, user) -> None:
        """Close the report and delete the reader's address, which is no longer needed."""
        self.answered_at, self.answered_by, self.email = timezone.now(), user, ""

    def reopen(self) -> None:
        """Reopen the report."""
        self.answered_at = self.answered_by = None

    @classmethod
    def forget_addresses(cls) -> None:
        """Delete readers' addresses that have been kept for ADDRESS_KEPT."""
        cls.objects.filter(reported_at__lt=timezone.now() - ADDRESS_KEPT).exclude(email="").update(email="")


class Import(models.Model):
    """An uploaded file. Its content is kept until it is imported, for a day at most."""

    table = models.CharField(_("what"), max_length=20, choices=Imported)
    file_name = models.CharField(_("file"), max_length=200)
    # Null once it is imported.
    content = models.BinaryField(null=True, editable=False)
    user = by_user(_("who"))
    uploaded_at = models.DateTimeField(_("uploaded"), auto_now_add=True, db_index=True)
    # Null until it is imported: only then is it part of the record.
    done_at = models.DateTimeField(_("when"), null=True, db_index=True)
    added = models.PositiveIntegerField(_("rows added"), default=0)
    changed = models.PositiveIntegerField(_("rows changed"), default=0)
    unchanged = models.PositiveIntegerField(_("rows unchanged"), default=0)

    undone_at = models.DateTimeField(_("undone"), null=True)
    undone_by = by_user(_("undone by"))

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        default_permissions = ("view",)
        ordering = ["-done_at", "-pk"]

    def __str__(self) -> str:
        return self.file_name

    @property
    def reason(self) -> str:
        """The reason given in versions that the import writes: its number, and as much of the file name as fits."""
        return f"Import {self.pk}: {self.file_name}"[:MAX_REASON]

    @property
    def undo_reason(self) -> str:
        """The reason given in versions that undoing the import writes."""
        return f"Import {self.pk} undone: {self.file_name}"[:MAX_REASON]


class SavedFilter(models.Model):
    """Filters and search of a list, saved by a user under a name."""

    # The most saved filters per user and list.
    MOST = 20

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_filters")
    # The list, by the name of its model.
    model = models.CharField(max_length=30)
    name = models.CharField(_("name"), max_length=80)
    query = models.CharField(max_length=1000)

    class Meta:
        default_permissions = ()
        ordering = ["model", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "model", "name"],
                name="saved_filter_name_once",
                violation_error_message=_("You already have a filter with this name. Choose another name."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class OpenForm(models.Model):
    """A form that a user has open. The browser reports it every few seconds; without reports it expires."""

    FORGOTTEN = datetime.timedelta(minutes=1)

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    model = models.CharField(max_length=30)
    object_id = models.BigIntegerField()
    since = models.DateTimeField()
    seen_at = models.DateTimeField(db_index=True)

    class Meta:
        default_permissions = ()
        ordering = ["since", "pk"]
        constraints = [models.UniqueConstraint(fields=["model", "object_id", "user"], name="open_form_once")]

    def __str__(self) -> str:
        return f"{self.user}: {self.model} {self.object_id}"

    @classmethod
    def note(cls, user, model: str, object_id: int) -> list["OpenForm"]:
        """Note that a user has a form open; return the same form's entries of other users, in order of opening."""
        now = timezone.now()
        cls.objects.filter(seen_at__lt=now - cls.FORGOTTEN).delete()
        form = {"model": model, "object_id": object_id}
        cls.objects.update_or_create(
            user=user, **form, defaults={"seen_at": now}, create_defaults={"since": now, "seen_at": now}
        )
        return list(cls.objects.filter(**form).exclude(user=user).select_related("user"))


class MailChoice(models.Model):
    """Whether an editor wants e-mail about the work of the desk. Editors without a row get it."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="mail_choice")
    wants_mail = models.BooleanField(_("Send me e-mail about the desk’s work"), default=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.user}: {self.wants_mail}"
