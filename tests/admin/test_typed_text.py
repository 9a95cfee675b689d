"""The server's part in keeping typed text: it reports what it saved, and shows late submissions again."""

import pytest
from django.test import Client

from initiatives.models import Theme
from tests.admin.support import add_url, change_url, editor, form_of, publisher, save, superuser
from tests.factories import ThemeFactory

pytestmark = pytest.mark.django_db
COOKIE = "typed_saved"


def test_only_saved_text_is_reported_as_saved():
    client = publisher()
    assert not save(client, add_url("theme"), name="", _typed="12-34").client.cookies.get(COOKIE)
    page = client.post(add_url("theme"), {"_typed": "12-34"})
    assert page.context["typed_name"] == "12-34"
    save(client, add_url("theme"), name="Rivers", slug="rivers", _typed="12-34")
    assert client.cookies[COOKIE].value == "12-34"
    save(client, change_url(Theme.objects.get()), name="Lakes", _typed="56-78")
    assert client.cookies[COOKIE].value == "56-78"


@pytest.mark.parametrize("name", ["", "x", "1-2; Path=/", "1-2\r\nX: y", '1-2"><script>'])
def test_no_other_name_is_repeated(name):
    client = publisher()
    save(client, add_url("theme"), name="Rivers", slug="rivers", _typed=name)
    assert Theme.objects.exists()
    assert COOKIE not in client.cookies


def test_a_form_sent_after_the_session_ended_is_shown_but_not_saved():
    theme = ThemeFactory()
    form = form_of(editor(), change_url(theme)) | {"name": "Rivers <b>and</b> lakes"}
    answer = Client().post(change_url(theme), form)
    assert answer.status_code == 401
    assert "Rivers &lt;b&gt;and&lt;/b&gt; lakes" in answer.content.decode()
    assert f"?next={change_url(theme)}" in answer.content.decode()
    theme.refresh_from_db()
    assert theme.name != "Rivers <b>and</b> lakes"
    # A form from another site is refused as before.
    assert Client(enforce_csrf_checks=True).post(change_url(theme), form).status_code == 403


def test_account_forms_are_not_kept():
    client = superuser()
    for page in ("/admin/auth/user/add/", "/admin/auth/group/add/", "/admin/password_change/"):
        assert b"data-typed-text" not in client.get(page).content
    assert Client().post("/admin/password_change/", {"old_password": "secret words"}).status_code == 302
