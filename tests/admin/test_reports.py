"""Editors read and answer readers' reports on the desk."""

import datetime

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from initiatives.editorial.dashboard import blocks_for
from initiatives.management.commands import scheduled
from initiatives.models import ErrorReport
from initiatives.models.desk import ADDRESS_KEPT
from tests.admin.support import account, change_url, desk, editor, form_of, list_url, publisher, save, saved, send
from tests.factories import QuoteFactory, ThemeFactory

pytestmark = pytest.mark.django_db


def make(item=None, **more) -> ErrorReport:
    """Report an item in its current version."""
    item = item or ThemeFactory(public=True)
    made = ErrorReport(**{"text": "The date is wrong.", "version": item.updated_at, **more})
    made.concern(item)
    made.save()
    return made


def test_reports_are_on_the_start_page_oldest_first():
    now = timezone.now()
    for name, days in (("Rivers", 1), ("Courts", 3), ("Schools", 9)):
        report = make(ThemeFactory(public=True, name=name), reported_at=now - datetime.timedelta(days=days))
    report.answer(None)
    report.save()
    user = account("Editor")
    (block,) = (block for block in blocks_for(user) if block.key == "reports")
    (part,) = block.parts
    assert [(one.name, one.remark) for one in part.entries] == [
        ("Courts", "The date is wrong."),
        ("Rivers", "The date is wrong."),
    ]
    assert part.count == "2"
    page = desk(user).get(part.url)
    assert [one.name for one in page.context["cl"].result_list] == ["Rivers", "Courts"]
    assert "Reports from readers" in desk(user).get(reverse("admin:index")).content.decode()


def test_the_list_has_open_and_answered_reports():
    is_open, answered = make(), make()
    answered.answer(None)
    answered.save()
    client = editor()

    def listed(**parameters) -> set[ErrorReport]:
        return set(client.get(list_url("errorreport"), parameters).context["cl"].result_list)

    assert listed() == {is_open, answered}
    assert listed(work="reports") == {is_open}
    assert listed(work="answered") == {answered}
    assert listed(work="nonsense") == set()
    assert listed(q="date") == {is_open, answered}
    assert listed(q="nothing") == set()


@pytest.mark.parametrize("group", ["Editor", "Publisher"])
def test_a_report_is_answered_and_reopened(group):
    report = make(email="reader@example.org")
    user = account(group)
    client = desk(user)
    assert 'href="mailto:reader@example.org"' in client.get(change_url(report)).content.decode()
    assert saved(save(client, change_url(report), note="Looked up: it is right."))
    report.refresh_from_db()
    assert (report.note, report.answered_at, report.email) == ("Looked up: it is right.", None, "reader@example.org")
    before = timezone.now()
    assert saved(save(client, change_url(report), answered="on"))
    report.refresh_from_db()
    assert before <= report.answered_at <= timezone.now()
    assert (report.answered_by, report.email, report.note) == (user, "", "Looked up: it is right.")
    assert "reader@example.org" not in client.get(change_url(report)).content.decode()
    form = form_of(client, change_url(report))
    assert form.pop("answered"), "the box is ticked"
    assert saved(send(client, change_url(report), form))
    report.refresh_from_db()
    assert (report.answered_at, report.answered_by) == (None, None)


def test_an_answer_is_not_undone_by_a_form_opened_earlier():
    report, client = make(), editor()
    opened = form_of(client, change_url(report))
    save(publisher(), change_url(report), answered="on")
    assert saved(send(client, change_url(report), opened, note="A note."))
    report.refresh_from_db()
    assert report.answered_at is not None
    assert (report.answered_by.username, report.note) == ("publisher", "A note.")


def test_a_readers_report_cannot_be_added_or_edited_on_the_desk():
    report = make(text="<script>alert(1)</script>\nThe date.", email="reader@example.org")
    client = publisher()
    assert client.get(reverse("admin:initiatives_errorreport_add")).status_code == 403
    save(
        client, change_url(report), text="Other words", email="b@example.org", name="x", path="//evil.example", kind="x"
    )
    stored = ErrorReport.objects.get()
    for field in ("text", "email", "name", "path", "kind", "object_id"):
        assert getattr(stored, field) == getattr(report, field)
    content = client.get(change_url(report)).content.decode()
    assert "<script>alert" not in content
    assert "&lt;script&gt;alert(1)" in content


def test_an_address_cannot_add_other_recipients():
    report = make(email="a?cc=b&body=c@example.org")
    content = editor().get(change_url(report)).content.decode()
    assert 'href="mailto:a%3Fcc%3Db%26body%3Dc@example.org"' in content


def test_publishers_delete_reports_and_editors_do_not():
    report = make()
    address = reverse("admin:initiatives_errorreport_delete", args=[report.pk])
    assert editor().post(address, {"post": "yes"}).status_code == 403
    assert publisher().post(address, {"post": "yes"}).status_code == 302
    assert not ErrorReport.objects.exists()


def test_users_without_the_right_see_none():
    report = make()
    client = desk(User.objects.create_user("reader", is_staff=True))
    assert client.get(list_url("errorreport")).status_code == 403
    assert client.get(change_url(report)).status_code == 403
    assert "Reports from readers" not in client.get(reverse("admin:index")).content.decode()


def test_a_report_links_to_the_page_and_form_and_shows_whether_the_version_changed():
    quote = QuoteFactory(public=True)
    report, client = make(quote), publisher()
    content = client.get(change_url(report)).content.decode()
    assert f'href="{quote.get_absolute_url()}"' in content
    assert f'href="{change_url(quote)}"' in content
    assert "as it still is" in content
    assert saved(save(client, change_url(quote), context="In the opening."))
    assert "the item has changed since" in client.get(change_url(report)).content.decode()
    quote.delete()
    assert "The item has been deleted since." in client.get(change_url(report)).content.decode()
    report.version = None
    report.kind = "nothing"
    report.save()
    assert client.get(change_url(report)).status_code == 200


def test_an_answered_report_never_keeps_an_address():
    report = make(email="reader@example.org")
    with pytest.raises(IntegrityError), transaction.atomic():
        ErrorReport.objects.filter(pk=report.pk).update(answered_at=timezone.now())


@pytest.mark.parametrize(("days", "left"), [(-1, "reader@example.org"), (1, "")])
def test_unused_addresses_are_deleted_by_the_scheduled_work(days, left):
    at = timezone.now() - ADDRESS_KEPT - datetime.timedelta(days=days)
    make(email="reader@example.org", reported_at=at)
    scheduled.TASKS["forget_addresses"]()
    kept = ErrorReport.objects.get()
    assert (kept.email, kept.text, kept.answered_at) == (left, "The date is wrong.", None)
