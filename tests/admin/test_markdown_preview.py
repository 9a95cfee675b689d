"""Every Markdown field of the desk has a preview, rendered as on the site, for desk users only."""

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models
from django.test import Client
from django.urls import reverse

from initiatives.text.markdown import to_html
from tests.admin.support import account, add_url, change_url, editor, superuser
from tests.factories import InitiativeFactory, PrincipleFactory

pytestmark = pytest.mark.django_db

URL = "/admin/markdown-preview/"


def watched(page) -> set[str]:
    """The names of the fields with a preview on a page, without those of blank parts."""
    fields = re.findall(r"<textarea[^>]*>", page.content.decode())
    names = {re.search(r'name="([^"]+)"', field)[1] for field in fields if f'data-markdown-preview="{URL}"' in field}
    return {name for name in names if "__prefix__" not in name}


def test_the_preview_matches_the_site():
    text = "### Law\n\nA *word* and <script>alert(1)</script> a [link](javascript:alert(1))."
    answer = editor().post(URL, {"text": text})
    assert answer.content.decode() == to_html(text)
    assert b"<script" not in answer.content


def test_only_forms_of_the_desk_can_use_the_preview():
    assert Client().post(URL, {"text": "x"}).status_code == 302
    assert editor().get(URL).status_code == 405
    client = Client(enforce_csrf_checks=True)
    client.force_login(account("Publisher"))
    assert client.post(URL, {"text": "x"}).status_code == 403


def test_every_field_whose_help_mentions_markdown_has_one():
    client = superuser()
    for model in apps.get_app_config("initiatives").get_models():
        name = model._meta.model_name
        if name.startswith("historical"):
            continue
        marked = {
            field.name
            for field in model._meta.fields
            if isinstance(field, models.TextField) and field.help_text.startswith("Markdown")
        }
        if name == "principle":
            assert watched(client.get(change_url(PrincipleFactory().set))) >= {"principles-0-text", "introduction"}
        elif marked:
            assert watched(client.get(add_url(name))) == marked
    assert watched(client.get(add_url("quote"))) == {"editors_note"}
    assert "milestones-0-text" not in watched(client.get(add_url("initiative")))


def test_every_field_rendered_as_markdown_says_so():
    templates = Path(settings.BASE_DIR, "templates")
    rendered = {
        name
        for path in templates.rglob("*.html")
        for name in re.findall(r"{{ (?:item|principle)\.(\w+)\|markdown }}", path.read_text())
    }
    assert rendered == {"body", "introduction", "text"}
    assert "editors_note" in watched(editor().get(change_url(InitiativeFactory())))


def test_the_address_is_stable():
    assert reverse("markdown_preview") == URL
