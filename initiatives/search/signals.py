"""Receivers that write an item's search document in the item's own transaction (see models.publishing.Indexed)."""

from django.db.models.signals import m2m_changed, post_delete, post_save, pre_delete

from initiatives.models import (
    Body,
    Initiative,
    Milestone,
    Principle,
    PrincipleSet,
    Quote,
    QuoteTranslation,
    SynonymSet,
    Theme,
)
from initiatives.models.choices import Kind
from initiatives.search import synonyms
from initiatives.search.content import KINDS
from initiatives.search.documents import refresh

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
    post_save.connect(_principle_set_changed, sender=PrincipleSet, dispatch_uid="search-principle-set")
    post_save.connect(_synonyms_changed, sender=SynonymSet, dispatch_uid="search-synonyms")
    for relation in MANY_TO_MANY:
        m2m_changed.connect(_relation_changed, sender=relation.through)
    for target in (Theme, Initiative, Body):
        pre_delete.connect(_remember_owners, sender=target, dispatch_uid="search-remember-owners")
        post_delete.connect(_target_gone, sender=target, dispatch_uid="search-target-gone")


def _kind_of(model) -> str:
    return model._meta.model_name


def _item_changed(sender, instance, raw=False, created=False, **kwargs) -> None:
    if raw:  # loaddata: relations may be missing yet; `rebuild_search` follows
        return
    kind = _kind_of(sender)
    # Nothing stands on what has just been made.
    refresh(kind, [instance.pk], dependents=not created)
    if kind == Kind.MILESTONE and instance.initiative_id:
        refresh(Kind.INITIATIVE, [instance.initiative_id])
    if kind in {Kind.INITIATIVE, Kind.PERSON} and not created:
        refresh(Kind.MILESTONE, list(instance.milestones.values_list("pk", flat=True)))


def _translation_changed(sender, instance, raw=False, **kwargs) -> None:
    if not raw:
        refresh(Kind.QUOTE, [instance.quote_id])


def _principle_set_changed(sender, instance, raw=False, **kwargs) -> None:
    if not raw:
        refresh(Kind.PRINCIPLE, list(instance.principles.values_list("pk", flat=True)))


def _synonyms_changed(sender, instance, raw=False, **kwargs) -> None:
    if not raw:
        synonyms.refresh(instance)


def _relation_changed(sender, instance, action, reverse, model, pk_set, **kwargs) -> None:
    """Follow a change of a many-to-many relation from either side."""
    if action == "pre_clear" and reverse:
        _remember_owners(type(instance), instance)
    if action not in {"post_add", "post_remove", "post_clear"}:
        return
    if not reverse:
        _refresh_owners(type(instance), [instance.pk])
    elif pk_set is not None:
        _refresh_owners(model, pk_set)
    else:
        _target_gone(type(instance), instance)


def _remember_owners(sender, instance, **kwargs) -> None:
    """Before a theme, initiative or body goes, note the items that are marked with it."""
    instance._search_owners = []
    for relation in MANY_TO_MANY:
        owner, name = relation.field.model, relation.field.name
        if relation.field.related_model is sender:
            marked = owner._default_manager.filter(**{name: instance.pk})
            instance._search_owners.append((owner, list(marked.values_list("pk", flat=True))))


def _target_gone(sender, instance, **kwargs) -> None:
    """After it went, refresh them."""
    for owner, ids in instance.__dict__.pop("_search_owners", []):
        _refresh_owners(owner, ids)


def _refresh_owners(owner, ids) -> None:
    refresh(_kind_of(owner), ids)
    if owner is Initiative:
        milestones = Milestone.objects.filter(initiative__in=ids)
        refresh(Kind.MILESTONE, list(milestones.values_list("pk", flat=True)))
