"""Addresses of an item's history, and helpers that act on it."""

import html
import re

from django.contrib.auth.models import User
from django.urls import reverse

from tests.admin.support import (
    desk,
    publisher,
)


def history_url(item) -> str:
    return reverse(f"admin:initiatives_{item._meta.model_name}_history", args=[item.pk])


def compare_url(item) -> str:
    return f"{history_url(item)}compare/"


def revert_url(item, version) -> str:
    return f"{history_url(item)}{version.instance_type._meta.model_name}/{version.pk}/revert/"


def recover_url(version) -> str:
    return reverse(f"admin:initiatives_{version.instance_type._meta.model_name}_recover", args=[version.pk])


def deleted_url(model) -> str:
    return reverse(f"admin:initiatives_{model._meta.model_name}_deleted")


def text_of(response) -> str:
    """Return the visible text of a page, without text for screen readers."""
    content = response.content.decode()
    content = re.sub(r'<span class="visually-hidden">[^<]*</span>', "", content[content.index('<div id="content"') :])
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", content)).split())


def put_back(client, item, version):
    """Restore a version of an item or of one of its parts, and confirm."""
    page = client.get(revert_url(item, version))
    return client.post(revert_url(item, version), {"newest": page.context["newest"]}, follow=True)


def change(item, **values):
    for name, value in values.items():
        setattr(item, name, value)
    item.save()


def publisher_of_test():
    found = User.objects.filter(username="publisher").first()
    return desk(found) if found else publisher()
