"""Receivers that note, in the item's own transaction, which items changed (see in_step.note)."""

from django.db.models import Model
from django.db.models.signals import m2m_changed, post_delete, post_save

from initiatives.models import (
    Capture,
    Change,
    Found,
    Initiative,
    Milestone,
    OldSlug,
    Principle,
    PrincipleSet,
    Quote,
    QuoteTranslation,
    SynonymSet,
    Watch,
    Wording,
)
from initiatives.models.choices import Kind
from initiatives.search.content import KINDS
from initiatives.search.in_step import note

# Relations indexed in the documents of the side that declares them.
MANY_TO_MANY = (
    Quote.themes,
    Quote.initiatives,
    Initiative.themes,
    Initiative.bodies,
    Principle.themes,
    Principle.initiatives,
)


# Other models used by documents or pages (see pages.edition).
PARTS: tuple[type[Model], ...] = (
    *(QuoteTranslation, PrincipleSet, SynonymSet, OldSlug, Change, Capture, Found, Watch, Wording),
)
# What pages show of a watched page.
OF_WATCH = {"live", "live_since", "same_at"}


def connect() -> None:
    """Connect every receiver; called once, when the app is ready."""
    for model in (*(known.model for known in KINDS.values()), *PARTS):
        for signal in (post_save, post_delete):
            signal.connect(_changed, sender=model, dispatch_uid="search")
    for relation in MANY_TO_MANY:
        m2m_changed.connect(_relation_changed, sender=relation.through)


def _kind_of(model) -> str:
    return model._meta.model_name


def _changed(sender, instance, created=None, **kwargs) -> None:
    """Note what was saved (`created` is True or False) or deleted (None), and the items that include it."""
    if sender is QuoteTranslation:
        note(Kind.QUOTE, [instance.quote_id])
        return
    if sender is Wording:
        note(instance.kind, [instance.object_id])
        return
    if sender is Found:
        translated = QuoteTranslation.objects.filter(pk=instance.translation_id).values_list("quote_id", flat=True)
        note(Kind.QUOTE, [instance.quote_id] if instance.quote_id else translated)
        return
    # The queue saves the other fields of a watched page, too.
    if sender is Watch and OF_WATCH.isdisjoint(kwargs.get("update_fields") or OF_WATCH):
        return
    note(_kind_of(sender), [instance.pk])
    if sender is Milestone and instance.initiative_id:
        note(Kind.INITIATIVE, [instance.initiative_id])
    if sender is PrincipleSet and created is False:
        note(Kind.PRINCIPLE, instance.principles.values_list("pk", flat=True))


def _relation_changed(sender, instance, action, reverse, model, pk_set, **kwargs) -> None:
    """Note the items that declare a relation, changed from either side."""
    if not reverse:
        if action in {"post_add", "post_remove", "post_clear"}:
            note(_kind_of(type(instance)), [instance.pk])
    elif action in {"post_add", "post_remove"}:
        note(_kind_of(model), pk_set)
    elif action == "pre_clear":
        # Afterwards they are no longer known. They are indexed after the transaction.
        (name,) = (relation.field.name for relation in MANY_TO_MANY if relation.through is sender)
        note(_kind_of(model), model._default_manager.filter(**{name: instance.pk}).values_list("pk", flat=True))
