"""Regression tests of the desk: dead links, missing buttons, slugs, previews, recovered items."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth.models import Permission, User
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from initiatives.editorial.theme_merging import merge
from initiatives.models import Import, Source
from initiatives.text.slugs import LETTERS, slug_of
from tests.admin.support import (
    account,
    add_url,
    change_url,
    desk,
    editor,
    errors_of,
    list_url,
    publisher,
    save,
    saved,
    superuser,
)
from tests.factories import QuoteFactory, SourceFactory, ThemeFactory

pytestmark = pytest.mark.django_db


def test_links_to_accounts_are_shown_only_to_users_who_may_view_them():
    dana = User.objects.create_user("dana")
    kept = Import.objects.create(user=dana, table="quote", file_name="a.csv", done_at=timezone.now())
    merged = merge(ThemeFactory(), ThemeFactory(), dana, keep_names=True)
    client = publisher()
    for item in (kept, merged):
        content = client.get(change_url(item)).content.decode()
        assert "dana" in content
        assert "/auth/user/" not in content


def test_the_imports_page_links_to_each_import():
    content = publisher().get(list_url("import")).content.decode()
    for model in ("quote", "source", "initiative", "principleset", "person"):
        assert reverse(f"admin:initiatives_{model}_import") in content
    viewer = User.objects.create_user("viewer", is_staff=True)
    viewer.user_permissions.set(Permission.objects.filter(codename="view_import"))
    assert desk(viewer).get(list_url("import")).context["import_links"] == []


def test_users_cannot_close_their_own_account_by_mistake():
    client = superuser()
    root = User.objects.get()
    url = reverse("admin:auth_user_change", args=[root.pk])
    form = {"is_active": []}
    assert "your own account" in errors_of(save(client, url, **form))["is_active"][0]
    other = account("Editor")
    assert saved(save(client, reverse("admin:auth_user_change", args=[other.pk]), **form))
    assert [user.is_active for user in User.objects.order_by("pk")] == [True, False]


def test_an_administrator_lifts_a_lockout():
    locked = account("Editor")
    for name in (locked.username, "another"):
        AccessAttempt.objects.create(username=name, ip_address="192.0.2.1", failures_since_start=10)
    client = superuser()
    data = {"action": "lift_lockout", "_selected_action": [locked.pk]}
    page = client.post(reverse("admin:auth_user_changelist"), data, follow=True)
    assert "1 user can try again." in page.content.decode()
    assert [attempt.username for attempt in AccessAttempt.objects.all()] == ["another"]
    page = client.post(reverse("admin:auth_user_changelist"), data, follow=True)
    assert "None of them had failed to log in." in page.content.decode()
    assert publisher().post(reverse("admin:auth_user_changelist"), data).status_code == 403


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Закон о съезде: «ёж» & щи", "zakon-o-sezde-yozh-shchi"),
        ("Жаңа Қазақстан — әділетті ұлт", "zhana-kazakstan-adiletti-ult"),
        ("Law on Courts, 2026", "law-on-courts-2026"),
        ("Loi sur l’État", "loi-sur-létat"),
        ("法律", "法律"),
        ("?!", ""),
    ],
)
def test_slugs_are_made_of_latin_letters(title, slug):
    assert slug_of(title) == slug


@given(st.text(st.sampled_from("".join(LETTERS) + "ЁЙҚӘ abz9-_."), max_size=150))
def test_a_slug_of_russian_or_kazakh_words_is_plain(title):
    assert re.fullmatch(r"([a-z0-9][a-z0-9_-]*)?", slug_of(title))
    assert len(slug_of(title)) <= 110


def test_the_script_makes_the_same_slugs():
    script = Path(settings.BASE_DIR, "static/admin_site/slugs.js").read_text()
    assert dict(re.findall(r'(\w): "(\w*)"', script)) == LETTERS


def test_an_empty_slug_is_made_of_the_title():
    client = editor()
    assert saved(save(client, add_url("source"), title="Послание народу", kind="news", slug=""))
    assert Source.objects.get().slug == "poslanie-narodu"
    page = save(client, add_url("source"), title="Послание народу", kind="news", slug="")
    assert list(errors_of(page)) == ["slug"]
    page = save(client, add_url("source"), title="?!", kind="news", slug="")
    assert "none can be made of the title" in errors_of(page)["slug"][0]
    page = save(client, add_url("source"), title="", kind="news", slug="")
    assert list(errors_of(page)) == ["title"]


@pytest.mark.parametrize(
    ("markdown", "is_warned"),
    [
        ("# Heading", True),
        ("![a map](https://example.org/a.png)", True),
        ("### Heading\n\n- a\n\n**b**", False),
        ("", False),
    ],
)
def test_a_preview_says_what_it_leaves_out(markdown, is_warned):
    page = editor().post(reverse("markdown_preview"), {"text": markdown}).content.decode()
    assert ("Images are left out" in page) == is_warned


@pytest.mark.parametrize("factory", [QuoteFactory, SourceFactory])
def test_a_recovered_item_keeps_its_creation_date(factory):
    """With relations and without."""
    item = factory()
    model, key = type(item), item.pk
    day = timezone.now() - timedelta(days=400)
    item.history.update(history_date=day)
    client = publisher()
    item.delete()
    number = model.history.first().pk
    client.post(reverse(f"admin:initiatives_{model._meta.model_name}_recover", args=[number]))
    recovered = model.objects.get(pk=key)
    assert recovered.created_at == day
    assert recovered.updated_at > day
