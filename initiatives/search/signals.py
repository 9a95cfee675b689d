"""Receivers that note, in the item's own transaction, which items changed (see in_step.note)."""

from django.db.models.signals import m2m_changed, post_delete, post_save

from initiatives.models import (
    Change,
    Initiative,
    OldSlug,
    Principle,
    PrincipleSet,
    Quote,
    QuoteTranslation,
    SynonymSet,
)
from initiatives.models.choices import Kind
from initiatives.search.content import KINDS
from initiatives.search.in_step import note

# Relations that stand in the documents of the side that declares them.
MANY_TO_MANY = (
    Quote.themes,
    Quote.initiatives,
    Initiative.themes,
    Initiative.bodies,
    Principle.themes,
    Principle.initiatives,
)


def connect() -> None:
    """Connect every receiver; called once, when the app is ready."""
    for kind, known in KINDS.items():
        for signal in (post_save, post_delete):
            signal.connect(_item_changed, sender=known.model, dispatch_uid=f"search-{kind}")
    for signal in (post_save, post_delete):
        signal.connect(_translation_changed, sender=QuoteTranslation, dispatch_uid="search-translation")
        for model in (PrincipleSet, SynonymSet, OldSlug, Change):
            signal.connect(_page_changed, sender=model, dispatch_uid=f"page-{model._meta.model_name}")
    post_save.connect(_principle_set_changed, sender=PrincipleSet, dispatch_uid="search-principle-set")
    for relation in MANY_TO_MANY:
        m2m_changed.connect(_relation_changed, sender=relation.through)


def _kind_of(model) -> str:
    return model._meta.model_name


def _item_changed(sender, instance, **kwargs) -> None:
    kind = _kind_of(sender)
    note(kind, [instance.pk])
    if kind == Kind.MILESTONE and instance.initiative_id:
        note(Kind.INITIATIVE, [instance.initiative_id])


def _page_changed(sender, instance, **kwargs) -> None:
    """Note what no document is made of, but pages show (see pages.edition)."""
    note(_kind_of(sender), [instance.pk])


def _translation_changed(sender, instance, **kwargs) -> None:
    note(Kind.QUOTE, [instance.quote_id])


def _principle_set_changed(sender, instance, created=False, **kwargs) -> None:
    if not created:
        note(Kind.PRINCIPLE, instance.principles.values_list("pk", flat=True))


def _relation_changed(sender, instance, action, reverse, model, pk_set, **kwargs) -> None:
    """Note the items that declare a relation, changed from either side."""
    if not reverse:
        if action in {"post_add", "post_remove", "post_clear"}:
            note(_kind_of(type(instance)), [instance.pk])
    elif action in {"post_add", "post_remove"}:
        note(_kind_of(model), pk_set)
    elif action == "pre_clear":
        # Afterwards nobody could say which they were. They are looked at once the transaction is over.
        (name,) = (relation.field.name for relation in MANY_TO_MANY if relation.through is sender)
        note(_kind_of(model), model._default_manager.filter(**{name: instance.pk}).values_list("pk", flat=True))
