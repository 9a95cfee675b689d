"""Fast entry: many quotes from one source on one page, each saved as a draft, with all the rules of the model."""

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse

from initiatives.models import Quote
from initiatives.models.choices import State
from tests.admin.support import (
    account,
    add_url,
    change_url,
    desk,
    editor,
    fields_of,
    form_of,
    messages_of,
    publisher,
    send,
)
from tests.admin.test_admin_pages import assert_strict
from tests.factories import PersonFactory, QuoteFactory, SourceFactory, ThemeFactory
from tests.helpers import count_queries

pytestmark = pytest.mark.django_db


def url_of(source) -> str:
    return reverse("admin:initiatives_source_quotes", args=[source.pk])


@pytest.fixture
def source():
    return SourceFactory(title="The address", date="2019-09-02", date_precision="day", language="ru")


def one_row(number: int, **fields) -> dict:
    """The fields of one row."""
    return {f"quotes-{number}-{name}": value for name, value in fields.items()}


def test_quotes_are_saved_as_drafts_with_shared_fields(source):
    speaker, theme = PersonFactory(), ThemeFactory()
    user = account("Editor")
    client = desk(user)
    page = client.get(change_url(source))
    assert url_of(source) in page.content.decode()
    form = form_of(client, url_of(source))
    assert (form["date"], form["quotes-0-language"]) == (["2019-09-02"], ["ru"])
    form |= {"speaker": speaker.pk, "verification": "primary", "row": ["0", "1", "2"]}
    form |= one_row(0, text="Первое", themes=[theme.pk], locator="с. 1", language="ru")
    form |= one_row(1, text="Second", language="en", context="At the opening.")
    form |= one_row(2, text="", language="ru")
    page = send(client, url_of(source), form)
    assert "Saved 2 quotes as drafts." in messages_of(page)
    first, second = Quote.objects.order_by("pk")
    for quote in (first, second):
        assert (quote.state, quote.speaker, quote.source) == (State.DRAFT, speaker, source)
        assert (quote.iso_date, quote.verification) == ("2019-09-02", "primary")
        (version,) = quote.history.all()
        assert version.history_user == user
    assert (first.text, first.locator, list(first.themes.all())) == ("Первое", "с. 1", [theme])
    assert (second.language, second.context) == ("en", "At the opening.")
    assert LogEntry.objects.filter(user=user).count() == 2
    # Both are listed, and the next entry starts with the same values.
    form = form_of(client, url_of(source))
    assert (form["speaker"], form["verification"]) == ([str(speaker.pk), *form["speaker"][1:]], ["primary"])
    assert "Первое" in page.content.decode()


def test_a_speaker_is_chosen_only_if_all_quotes_of_the_source_are_theirs(source):
    client = editor()

    def chosen():
        return client.get(url_of(source)).context["head"]["speaker"].value()

    # The editor's last entry, from another source, does not count.
    other = SourceFactory()
    send(
        client,
        url_of(other),
        form_of(client, url_of(other)) | {"speaker": PersonFactory().pk} | one_row(0, text="Words"),
    )
    assert chosen() is None
    here = QuoteFactory(source=source, date="2020-01-01", date_precision="month")
    QuoteFactory(source=source, speaker=here.speaker)
    assert chosen() == here.speaker_id
    QuoteFactory(source=source)
    assert chosen() is None


def test_errors_are_beside_the_field_and_complete_rows_are_saved(source):
    speaker = PersonFactory()
    QuoteFactory(source=source, speaker=speaker, text="Stands already")
    client = editor()
    form = form_of(client, url_of(source)) | {"speaker": speaker.pk, "row": ["0", "1", "2"]}
    form |= one_row(0, text="Good", language="en") | one_row(1, text="Stands  already", language="en", context="Kept")
    form |= one_row(2, text="", locator="p. 7", language="en")
    page = send(client, url_of(source), form)
    assert "Saved 1 quote as a draft." in messages_of(page)
    content = page.content.decode()
    assert "This quote is already on record" in content
    assert "Kept" in content
    assert 'value="p. 7"' in content
    assert [list(row["form"].errors) for row in page.context["rows"]] == [["text"], ["text"]]
    assert Quote.objects.count() == 2
    # The remaining two can be corrected.
    fixed = fields_of(page) | one_row(1, text="Stands no more") | one_row(2, text="Words")
    assert "Saved 2 quotes" in messages_of(send(client, url_of(source), fixed))


@pytest.mark.parametrize(("wrong", "field"), [({"speaker": ""}, "speaker"), ({"date": "2020-13"}, "date")])
def test_without_the_shared_fields_nothing_is_saved_and_all_input_is_kept(source, wrong, field):
    client = editor()
    form = form_of(client, url_of(source)) | {"speaker": PersonFactory().pk} | wrong
    page = send(client, url_of(source), form | one_row(0, text="Typed with care", language="en"))
    assert list(page.context["head"].errors) == [field]
    assert "Typed with care" in page.content.decode()
    assert not Quote.objects.exists()


def test_adding_a_row_keeps_all_that_was_typed(source):
    client = editor()
    form = form_of(client, url_of(source)) | one_row(0, text="Typed", language="kk") | {"_add": "One more"}
    page = client.post(url_of(source), form)
    again = fields_of(page)
    assert again["row"] == ["0", "1"]
    assert (again["quotes-0-text"], again["quotes-0-language"]) == (["Typed"], ["kk"])
    assert b"errorlist" not in page.content
    assert not Quote.objects.exists()


def test_a_row_saved_by_the_script_returns_its_line_or_its_errors(source):
    client = editor()
    form = form_of(client, url_of(source)) | {"speaker": PersonFactory().pk, "one": "1", "row": "7"}
    answer = client.post(url_of(source), form | one_row(7, text="Words that count", language="en"))
    assert answer.status_code == 201
    quote = Quote.objects.get(language="en")
    assert change_url(quote) in answer.content.decode()
    assert "Saved as draft " in answer.content.decode()
    assert "Most letters" not in answer.content.decode()
    other = client.post(url_of(source), form | one_row(7, text="Закон один для всех", language="en"))
    assert "Most letters are Cyrillic" in other.content.decode()
    answer = client.post(url_of(source), form | one_row(7, text="Words that count", language="en"))
    assert answer.status_code == 200
    assert "already on record" in answer.content.decode()
    assert 'name="quotes-7-text"' in answer.content.decode()


def test_a_row_returned_to_the_script_is_escaped(source):
    client = editor()
    form = form_of(client, url_of(source)) | {"speaker": PersonFactory().pk, "one": "1", "row": "0"}
    answer = client.post(url_of(source), form | one_row(0, text="<script>alert(1)</script>", language="en"))
    assert "<script" not in answer.content.decode()


def test_editors_can_only_create_drafts(source):
    client = editor()
    form = form_of(client, url_of(source)) | {"speaker": PersonFactory().pk, "state": "published"}
    send(client, url_of(source), form | one_row(0, text="Words", language="en", state="published"))
    assert Quote.objects.get().state == State.DRAFT


def test_users_who_may_not_add_quotes_are_refused(source):
    viewer = User.objects.create_user("viewer", is_staff=True)
    assert desk(viewer).get(url_of(source)).status_code == 403
    assert desk(viewer).post(url_of(source), {}).status_code == 403
    answer = Client().post(url_of(source), {"one": "1"})
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("admin:login"))


def test_forms_from_other_sites_are_refused(source):
    client = Client(enforce_csrf_checks=True)
    client.force_login(account("Editor"))
    assert client.post(url_of(source), {"one": "1", "row": "0", **one_row(0, text="Words")}).status_code == 403


def test_invalid_row_numbers_do_no_harm(source):
    client = publisher()
    for rows in (["x"], ["-1"], ["99999999999999999999"], ["0", "0"], [str(n) for n in range(60)], ["²"]):
        page = client.post(url_of(source), {"row": rows, "speaker": "x", "_add": "1"})
        assert page.status_code == 200
    assert client.get(url_of(source).replace(str(source.pk), "abc")).status_code == 302


def test_the_page_is_strict_and_queries_do_not_grow_with_rows(source):
    client = editor()
    speaker = QuoteFactory(source=source, themes=[ThemeFactory()]).speaker
    assert_strict(client.get(url_of(source)))
    few = count_queries(lambda: client.get(url_of(source)))
    for _number in range(30):
        QuoteFactory(source=source, speaker=speaker, themes=[ThemeFactory()])
    assert count_queries(lambda: client.get(url_of(source))) == few


def test_only_the_desk_receives_the_warning():
    quote = QuoteFactory(text="The law is one for all, and nobody stands above the court of the country.")
    url = reverse("admin:initiatives_quote_near_duplicates")
    data = {"text": "The law is one for all and nobody stands above the courts of the country", "language": "en"}
    answer = editor().post(url, data)
    assert change_url(quote) in answer.content.decode()
    assert "100% similar" not in answer.content.decode()
    client = publisher()
    assert client.post(url, data | {"but": quote.pk}).content.strip() == b""
    assert client.post(url, {"text": "x" * 100_000, "language": "xx", "but": "x"}).status_code == 200
    assert client.get(url).status_code == 405
    assert Client().post(url, data).status_code == 302
    assert desk(User.objects.create_user("viewer", is_staff=True)).post(url, data).status_code == 403
    page = client.get(change_url(quote)).content.decode()
    assert f'data-near-duplicates="{url}"' in page
    assert f'data-but="{quote.pk}"' in page


def test_themes_are_offered_only_to_users_who_may_write_quotes():
    url = reverse("admin:initiatives_quote_fitting_themes")
    theme = ThemeFactory(name="Courts <of law>")
    data = {"text": "The court of law is open.", "language": "en"}
    client = editor()
    answer = client.post(url, data).content.decode()
    assert f'value="{theme.pk}"' in answer
    assert "Courts &lt;of law&gt;" in answer
    assert client.post(url, data | {"text": "Nothing of the kind"}).content.strip() == b""
    assert client.post(url, {"text": "\0" + "x " * 100_000, "language": "xx", "but": "²"}).status_code == 200
    assert client.get(url).status_code == 405
    viewer = User.objects.create_user("viewer", is_staff=True)
    viewer.user_permissions.add(Permission.objects.get(codename="view_quote"))
    assert desk(viewer).post(url, data).status_code == 403
    assert Client().post(url, data).status_code == 302
    assert f'data-fitting-themes="{url}"' in client.get(add_url("quote")).content.decode()


def test_a_new_row_has_the_language_of_the_last(source):
    client = editor()
    QuoteFactory(source=source, language="kk", text="Заң бәріне ортақ")
    form = form_of(client, url_of(source)) | {"speaker": PersonFactory().pk}
    assert form["quotes-0-language"] == ["kk"]
    form |= one_row(0, text="Закон один для всех", language="ru")
    page = client.post(url_of(source), form | {"_add": "Add another quote"})
    again = fields_of(page)
    assert (again["quotes-0-language"], again["quotes-1-language"]) == (["ru"], ["ru"])
    # An open but empty row is not a quote, whatever its language.
    assert "Saved 1 quote" in messages_of(send(client, url_of(source), again))
    assert form_of(client, url_of(source))["quotes-0-language"] == ["ru"]


def test_doubtful_words_are_flagged_but_saved(source):
    client = editor()
    form = form_of(client, url_of(source)) | {"speaker": PersonFactory().pk, "one": "1", "row": "0"}
    page = client.post(url_of(source), form | one_row(0, text="«Это наш закон, и он для всех»", language="kk"))
    assert page.status_code == 201
    assert "The words look Russian, but the language is Kazakh." in page.content.decode()
    assert "The words are in quotation marks." in page.content.decode()
    assert Quote.objects.get().language == "kk"


def test_an_unusual_date_for_all_quotes_is_confirmed_once(source):
    client = editor()
    form = form_of(client, url_of(source)) | {"speaker": PersonFactory().pk, "date": "1066", "one": "1", "row": "0"}
    page = client.post(url_of(source), form | one_row(0, text="Words"))
    assert page.status_code == 200
    assert 'name="date_is_right" value="1066"' in page.content.decode()
    assert client.post(url_of(source), form | one_row(0, text="Words") | {"date_is_right": "1066"}).status_code == 201
    assert Quote.objects.get().iso_date == "1066"
