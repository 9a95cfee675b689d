"""Shows who else has a form open, and whether another user has saved meanwhile."""

import datetime
import time

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.utils import timezone

from initiatives.models import OpenForm, SynonymSet
from tests.accounts.support import age, logged_in, make_user
from tests.admin.support import account, change_url, desk, editor, form_of, publisher, save, saved
from tests.factories import QuoteFactory, ThemeFactory
from tests.helpers import count_queries

pytestmark = pytest.mark.django_db


def url_of(item) -> str:
    return change_url(item).replace("/change/", "/presence/")


def presence_of(client, item, version: str = "", **headers) -> str:
    """Ask as the page does; return the response as one line."""
    answer = client.post(url_of(item), {"_version": version}, headers=headers)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def pass_time(**passed) -> None:
    """Make every recorded visit older."""
    for form in OpenForm.objects.all():
        form.since -= datetime.timedelta(**passed)
        form.seen_at -= datetime.timedelta(**passed)
        form.save()


def test_users_see_each_other_but_not_themselves():
    quote, (dana, timur) = QuoteFactory(), (account("Editor"), account("Publisher"))
    dana.first_name, dana.last_name = "Dana", "A. <Editor>"
    dana.save()
    assert presence_of(desk(dana), quote) == ""
    pass_time(seconds=30)
    since = timezone.localtime(OpenForm.objects.get().since)
    assert f"Dana A. &lt;Editor&gt; has had this form open since {since:%H:%M}." in presence_of(desk(timur), quote)
    assert "publisher has had this form open" in presence_of(desk(dana), quote)
    # Another item, or an item of another kind with the same number, has no visitors.
    assert presence_of(desk(timur), QuoteFactory()) == ""
    assert presence_of(desk(timur), ThemeFactory(pk=quote.pk)) == ""


def test_presence_expires_after_a_minute_and_starts_again():
    quote, first, second = QuoteFactory(), editor(), publisher()
    presence_of(first, quote)
    pass_time(seconds=50)
    assert "editor has had" in presence_of(second, quote)
    presence_of(first, quote)
    kept = OpenForm.objects.get(user__username="editor")
    assert kept.seen_at - kept.since > datetime.timedelta(seconds=45)
    pass_time(seconds=70)
    assert presence_of(second, quote) == ""
    assert OpenForm.objects.count() == 1
    presence_of(first, quote)
    anew = OpenForm.objects.get(user__username="editor")
    assert anew.since == anew.seen_at


def test_the_user_who_saved_meanwhile_is_named():
    quote, first = QuoteFactory(), editor()
    (version,) = form_of(first, change_url(quote))["_version"]
    assert presence_of(first, quote, version) == ""
    assert saved(save(publisher(), change_url(quote), text="Other words"))
    assert "This was changed after you opened the form:</strong> publisher, " in presence_of(first, quote, version)
    for other in ("", "x", form_of(first, change_url(QuoteFactory()))["_version"][0]):
        assert "changed after" not in presence_of(first, quote, other)


def test_only_users_who_may_view_the_item_can_ask():
    quote = QuoteFactory()
    stranger = User.objects.create_user("stranger", is_staff=True)
    stranger.user_permissions.add(Permission.objects.get(codename="view_theme"))
    assert desk(stranger).post(url_of(quote)).status_code == 403
    assert Client().post(url_of(quote)).status_code == 302
    assert editor().get(url_of(quote)).status_code == 405
    assert not OpenForm.objects.exists()
    assert presence_of(desk(stranger), ThemeFactory()) == ""


def test_deleted_and_unknown_items_are_not_found():
    quote, client = QuoteFactory(), publisher()
    address = url_of(quote)
    quote.delete()
    assert client.post(address).status_code == 404
    assert client.post("/admin/initiatives/quote/x²/presence/").status_code == 404


def test_polling_keeps_no_session_alive():
    make_user("dana", "Editor")
    client, quote = logged_in("dana"), QuoteFactory()
    age(client, seen=7100)
    presence_of(client, quote, **{"X-By-Itself": "1"})
    assert client.session["desk_seen"] < time.time() - 7000
    client.get(change_url(quote))
    assert client.session["desk_seen"] > time.time() - 100


def test_the_form_polls_and_the_cost_does_not_grow_with_users():
    quote, client = QuoteFactory(), editor()
    assert f'data-presence="{url_of(quote)}"' in client.get(change_url(quote)).content.decode()
    synonyms = SynonymSet.objects.create(words="court\nbench")
    superuser = desk(User.objects.create_superuser("root"))
    assert url_of(synonyms) in superuser.get(change_url(synonyms)).content.decode()
    presence_of(client, quote)
    few = count_queries(lambda: presence_of(client, quote))
    now = timezone.now()
    for number in range(10):
        user = User.objects.create_user(f"user-{number}")
        OpenForm.objects.create(user=user, model="quote", object_id=quote.pk, since=now, seen_at=now)
    assert count_queries(lambda: presence_of(client, quote)) == few
