"""Who may undo an import, and which parts of it."""

import pytest
from django.contrib.auth.models import Group, Permission

from initiatives.models import Person, Quote, Source
from initiatives.models.choices import State
from tests.admin.support import account, change_url, desk, editor, publisher
from tests.editorial.import_support import DRAFT, GOOD, table
from tests.editorial.quote_rows_support import changed
from tests.editorial.spreadsheet_support import bring_in, colleague, csv_file, dicts
from tests.editorial.undo_support import confirm, look, reasons_of, record, take_back, undo_url
from tests.factories import QuoteFactory, SourceFactory
from tests.helpers import found

pytestmark = [pytest.mark.database, pytest.mark.django_db]


def test_an_editor_cannot_undo_imports_of_others():
    kept = bring_in(colleague("Editor"), "quote", table(DRAFT))
    client = editor()
    assert look(client, kept).status_code == 403
    assert client.post(undo_url(kept), {"digest": "x"}).status_code == 403
    assert "Undo this import" not in client.get(change_url(kept)).content.decode()
    assert Quote.objects.exists()


def test_users_who_may_no_longer_change_quotes_cannot_undo_their_import():
    user = account("Editor")
    kept = bring_in(desk(user), "quote", table(DRAFT))
    user.user_permissions.set(Permission.objects.filter(codename="view_import"))
    user.groups.clear()
    assert look(desk(user), kept).status_code == 403


def test_users_who_may_no_longer_publish_publish_nothing_by_undoing():
    user, quote = account("Publisher"), QuoteFactory(public=True)
    kept = bring_in(desk(user), "quote", changed(quote, status="draft"), reason="To be checked.")
    user.groups.set(Group.objects.filter(name="Editor"))
    page = look(desk(user), kept)
    refused = "status: Only publishers can publish or archive. Enter draft or in_review."
    assert reasons_of(page) == {str(quote): refused}
    confirm(desk(user), page)
    assert found() == []


def test_an_editor_reverts_nothing_that_is_published():
    user = account("Editor")
    client = desk(user)
    stands = QuoteFactory(text="Words", source=SourceFactory(public=True))
    kept = bring_in(
        client, "quote", csv_file(*dicts({**GOOD, **DRAFT}, {"id": stands.pk, **GOOD, **DRAFT, "text": "X"}))
    )
    for model in (Source, Person, Quote):
        for item in model.objects.all():
            item.state = State.PUBLISHED
            item.skip_history_when_saving = True
            item.save()
    before = record()
    page = look(client, kept)
    quotes = [one for one in page.context["plan"].kept if isinstance(one.item, Quote)]
    assert {one.reason for one in quotes} == {"This item is published or archived. Only a publisher can change it."}
    confirm(client, page)
    assert record()["Quote"] == before["Quote"]
    assert record()["Source"] == before["Source"]
    # A publisher may.
    take_back(publisher(), kept)


def test_users_who_may_not_delete_revert_no_additions_of_others():
    kept = bring_in(colleague("Editor"), "quote", table(DRAFT))
    user = account("Editor")
    user.user_permissions.set(Permission.objects.filter(codename__startswith="publish_"))
    page = look(desk(user), kept)
    assert set(reasons_of(page).values()) == {"You are not allowed to delete it."}
    confirm(desk(user), page)
    assert Quote.objects.exists()


def test_a_publisher_undoes_any():
    kept = bring_in(editor(), "quote", table(DRAFT))
    take_back(publisher(), kept)
    assert not Quote.objects.exists()


def test_invalid_addresses_are_handled():
    client = publisher()
    for key in ("0", "x", "9" * 30):
        assert client.get(f"/admin/initiatives/import/{key}/undo/").status_code == 302
