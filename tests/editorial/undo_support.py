"""The record before and after an import is undone, and the page that undoes it."""

from initiatives.models import Initiative, Milestone, Person, Quote, QuoteTranslation, Source, Theme

RECORD = (Quote, Person, Source, Theme, Initiative, Milestone, QuoteTranslation)


def record() -> dict:
    """Return the whole record except the times of the last change."""
    said = {
        model.__name__: [
            {name: value for name, value in row.items() if name not in {"updated_at"}}
            for row in model._base_manager.order_by("pk").values()
        ]
        for model in RECORD
    }
    return said | {
        f"{model.__name__}.{relation.name}": sorted(
            relation.remote_field.through._base_manager.values_list(
                relation.m2m_column_name(), relation.m2m_reverse_name()
            )
        )
        for model in RECORD
        for relation in model._meta.many_to_many
    }


def undo_url(kept) -> str:
    return f"/admin/initiatives/import/{kept.pk}/undo/"


def look(client, kept):
    return client.get(undo_url(kept))


def confirm(client, page):
    sent = {"digest": page.context["plan"].digest, "change_reason": "It was the wrong file."}
    return client.post(undo_url(page.context["kept"]), sent, follow=True)


def take_back(client, kept):
    return confirm(client, look(client, kept))


def reasons_of(page) -> dict[str, str]:
    return {str(one.item): one.reason for one in page.context["plan"].kept}
