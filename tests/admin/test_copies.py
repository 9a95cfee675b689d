"""Copies of a source at the desk: the panel on its form, bringing a document, downloading one and taking it down."""

import pytest
from django.contrib.auth.models import Permission
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from initiatives.editorial.copies.bringing import brought_text
from initiatives.models import Capture, Quote, Source, SourceText, Watch
from initiatives.models.captures import LARGEST, archive_path
from tests.admin.support import account, change_url, desk, editor, every_field_of, list_url, messages_of, superuser
from tests.admin.test_admin_pages import assert_strict
from tests.factories import QuoteFactory, SourceFactory, copy_of
from tests.helpers import count_queries

pytestmark = pytest.mark.django_db

SPEECH = "The law is one for all.\n\nCourts must be open."


@pytest.fixture
def source():
    return SourceFactory(title="The address")


def url_of(page: str, source: Source, *more) -> str:
    return reverse(f"admin:initiatives_source_{page}", args=[source.pk, *more])


def page_of(client, source: Source) -> str:
    return client.get(change_url(source)).content.decode()


def bring(client, source: Source, file=None, **fields):
    data = {**fields, **({"file": file} if file else {})}
    return client.post(url_of("bring", source), data, follow=True)


def file_of(text: str = SPEECH, name: str = "speech.txt", media_type: str = "text/plain") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, text.encode(), media_type)


# The panel.


def test_the_panel_says_what_to_do_without_a_copy(source):
    page = page_of(editor(), source)
    assert 'id="copies"' in page
    assert "No copy yet." in page
    assert url_of("bring", source) in page
    assert url_of("copy_now", source) in page
    source.url = ""
    source.save()
    page = page_of(desk(account("Publisher")), source)
    assert url_of("copy_now", source) not in page
    assert "Bring the document as a file, or paste its text." in page


def test_the_panel_lists_each_copy_with_what_was_found_in_it(source):
    quote = QuoteFactory(source=source, text="Courts must be open.")
    QuoteFactory(source=source, text="Never said here.")
    older = copy_of(source, "An older text.")
    newer = copy_of(source, f"{SPEECH}\n\nMore.", way="uploaded", file_name="speech.txt")
    assert quote.found.source_text == newer
    response = editor().get(change_url(source))
    assert_strict(response)
    page = " ".join(response.content.decode().split())
    for said in (
        newer.capture.sha256[:12],
        "3 paragraphs",
        "1 quote found in it",
        "0 quotes found in it",
        "1 paragraph ",
    ):
        assert said in page
    assert f"{url_of('read', source)}?text={older.pk}" in page
    assert page.count("Compare with the copy before") == 1
    assert url_of("copy_differences", source, newer.capture_id) in page
    assert "Take down" not in page
    assert url_of("take_down", source, newer.capture_id) in page_of(superuser(), source)


def test_the_panel_says_what_is_known_of_the_page(source):
    Watch.objects.create(source=source, wanted_at=timezone.now(), problem="The server <b>refused</b> it.", live="gone")
    page = page_of(editor(), source)
    assert "Waiting to be copied from the web since" in page
    assert "The server &lt;b&gt;refused&lt;/b&gt; it." in page
    assert "no longer there" in page


def test_the_panel_needs_a_fixed_number_of_queries(source):
    client = editor()
    QuoteFactory(source=source)
    copy_of(source, "Text 1")
    copy_of(source, "Text 2")
    few = count_queries(lambda: client.get(change_url(source)))
    for number in range(6):
        QuoteFactory(source=source, text=f"Words {number}")
        copy_of(source, f"Text of Words {number}")
    assert count_queries(lambda: client.get(change_url(source))) == few


# Bringing a document.


@pytest.mark.database
@pytest.mark.parametrize(("way", "fields"), [("uploaded", {"file": True}), ("pasted", {"text": SPEECH})])
def test_an_editor_brings_a_file_or_a_text(source, way, fields):
    QuoteFactory(source=source, text="Courts must be open.")
    user = account("Editor")
    client = desk(user)
    fields = {"file": file_of()} if "file" in fields else fields
    answer = bring(client, source, **fields)
    assert answer.redirect_chain[-1][0] == url_of("read", source)
    assert "2 paragraphs, 45 characters" in messages_of(answer)
    capture = Capture.objects.get()
    assert (capture.way, capture.captured_by, capture.source) == (way, user, source)
    assert capture.file_name == ("speech.txt" if way == "uploaded" else "")
    assert capture.texts.get().text == SPEECH
    assert Quote.objects.get().comparison.level == "letters"
    assert "brought by an editor" in page_of(client, source)


@pytest.mark.database
@pytest.mark.parametrize(
    "name",
    ["../../etc/passwd", "a\0b\r\nX-Evil: 1.txt", "<b>.html", f"{'я' * 300}.pdf", "\u202efdp.exe", ""],
    ids=range(6),
)
def test_hostile_file_names_do_no_harm(source, name):
    client = editor()
    head = f'Content-Disposition: form-data; name="file"; filename="{name}"\r\nContent-Type: text/plain'
    body = f"--x\r\n{head}\r\n\r\nWords.\r\n--x--\r\n".encode()
    answer = client.post(url_of("bring", source), body, content_type="multipart/form-data; boundary=x", follow=True)
    assert answer.status_code == 200
    capture = Capture.objects.first()
    if capture is None:  # what is not a name at all
        assert "errorlist" in answer.content.decode()
        return
    assert len(capture.file_name) <= 200
    assert capture.file_name.isprintable()
    assert "/" not in capture.file_name
    assert_strict(client.get(change_url(source)))
    file = client.get(url_of("copy_file", source, capture.pk))
    assert file["Content-Disposition"].startswith(f'attachment; filename="copy-{capture.sha256[:12]}.')


def test_what_was_pasted_is_not_lost_if_it_cannot_be_kept(source):
    client = editor()
    for file, text, said in (
        (None, " \n ", "Choose a file or paste a text."),
        (file_of(), "Kept here", "not both"),
        (file_of(" \n"), "", "has no text"),
        (SimpleUploadedFile("a.txt", b""), "", "has no text"),
        (SimpleUploadedFile("a.txt", b"a" * (LARGEST + 1)), "", "at most 10 MB"),
    ):
        answer = bring(client, source, file, text=text)
        assert said in answer.content.decode()
        assert every_field_of(answer)["text"] == [text]
    assert not Capture.objects.exists()


def test_the_same_document_is_kept_once_for_a_source(source):
    copy_of(source, SPEECH)
    answer = bring(editor(), source, text=SPEECH)
    assert "has this document already" in messages_of(answer)
    assert answer.redirect_chain[-1][0] == f"{change_url(source)}#copies"
    assert Capture.objects.count() == 1


@pytest.mark.database
def test_the_copy_of_another_source_is_named_and_kept_once_confirmed(source):
    other = SourceFactory(title="Another address")
    copy_of(other, SPEECH)
    client = editor()
    answer = bring(client, source, file_of(name="mine.txt"))
    assert "Another address" in answer.content.decode()
    assert Capture.objects.count() == 1
    again = every_field_of(answer)["again"]
    assert "Choose the file or paste the text again." in messages_of(bring(client, source, again="forged"))
    answer = bring(client, source, again=again)
    capture = Capture.objects.get(source=source)
    assert (capture.file_name, capture.way) == ("mine.txt", "uploaded")
    assert "has this document already" in messages_of(bring(client, source, again=again))


def test_a_document_that_was_taken_down_is_not_kept_again(source):
    text = copy_of(SourceFactory(), SPEECH)
    taken_down(text)
    answer = bring(editor(), source, text=SPEECH)
    assert "The reason was: By order." in answer.content.decode()
    assert not Capture.objects.filter(source=source).exists()


def taken_down(text: SourceText) -> None:
    SourceText.objects.filter(pk=text.pk).update(text="")
    Capture.objects.filter(pk=text.capture_id).update(taken_down_at=timezone.now(), taken_down_because="By order.")


# A new source from a document.


def new_source(client, **fields):
    data = {"kind": "address", "title": "", "url": "", "date": "", "text": "", **fields}
    return client.post(reverse("admin:initiatives_source_bring_new"), data, follow=True)


@pytest.mark.database
def test_a_source_is_made_of_a_document():
    client = editor()
    assert reverse("admin:initiatives_source_bring_new") in client.get(list_url("source")).content.decode()
    answer = new_source(client, text="Заң бәріне ортақ.\n\nСот ашық болуы керек, деп айтты.", url="https://a.example/")
    source = Source.objects.get()
    assert answer.redirect_chain[-1][0] == change_url(source)
    assert (source.title, source.language, source.state) == ("Заң бәріне ортақ.", "kk", "draft")
    assert source.slug == "zan-barine-ortaq" or source.slug.startswith("zan-barine")
    assert source.history.get().history_user.username == "editor"
    assert source.captures.get().texts.get().text.startswith("Заң")
    new_source(client, text="Other words.", title="Заң бәріне ортақ.", date="2019")
    second = Source.objects.latest("pk")
    assert second.slug == f"{source.slug}-2"
    assert second.iso_date == "2019"


def test_a_source_takes_what_a_page_says_of_itself():
    page = """<html lang="ru-RU"><head><title>Речь о  законе</title>
        <meta property="article:published_time" content="2019-09-02T10:00:00+06:00"></head>
        <body><p>Закон един для всех.</p><script>alert(1)</script></body></html>"""
    new_source(editor(), file=file_of(page, "saved.html", "text/html"))
    source = Source.objects.get()
    assert (source.title, source.iso_date, source.language) == ("Речь о законе", "2019-09-02", "ru")
    assert source.captures.get().texts.get().text == "Закон един для всех."
    new_source(desk(account("Editor", "other")), file=file_of(page + "\n", "a.html"), title="Mine", date="2020")
    mine = Source.objects.get(title="Mine")
    assert mine.iso_date == "2020"


def test_no_source_is_made_of_what_cannot_be_read():
    client = editor()
    for fields, said in (
        ({"text": " "}, "Choose a file or paste a text."),
        ({"text": "Words", "kind": ""}, "This field is required."),
        ({"text": "Words", "url": "javascript:x"}, "Enter a valid URL."),
        ({"text": "Words", "date": "32.13.2020"}, "32.13.2020"),
    ):
        answer = new_source(client, **{"title": "Kept title", **fields})
        page = answer.content.decode()
        assert said in page
        assert every_field_of(answer)["title"] == ["Kept title"]
        assert fields["text"] == " " or "Words</textarea>" in page
    assert "Choose the file again" in messages_of(new_source(client, file=file_of(), kind=""))
    assert not Source.objects.exists()
    assert not Capture.objects.exists()


def test_a_document_on_record_makes_no_second_source(source):
    copy_of(source, SPEECH)
    answer = new_source(editor(), text=SPEECH)
    assert f'<a href="{change_url(source)}">The address</a>' in answer.content.decode()
    assert Source.objects.count() == 1


# One copy.


def test_the_file_is_sent_only_as_an_attachment(source):
    html = "<script>alert(1)</script><p>Words.</p>"
    copy = copy_of(source, html, way="uploaded", file_name="saved page.html").capture
    answer = editor().get(url_of("copy_file", source, copy.pk))
    assert answer.content.decode() == html
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"] == f'attachment; filename="copy-{copy.sha256[:12]}.html"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"


def test_a_file_that_is_not_there_is_not_found(source):
    text = copy_of(source, SPEECH)
    client = superuser()
    pages = [url_of(page, source, text.capture_id) for page in ("copy_file", "take_down", "copy_differences")]
    other = SourceFactory()
    assert client.get(url_of("copy_file", other, text.capture_id)).status_code == 404
    storages["archive"].delete(archive_path(text.capture.sha256))
    assert client.get(pages[0]).status_code == 404
    taken_down(text)
    assert [client.get(page).status_code for page in pages] == [404] * 3
    page = page_of(client, source)
    assert "By order." in page
    assert pages[0] not in page


def test_who_may_do_what(source):
    copy = copy_of(source, SPEECH).capture
    pages = {
        "bring": url_of("bring", source),
        "bring_new": reverse("admin:initiatives_source_bring_new"),
        "file": url_of("copy_file", source, copy.pk),
        "take_down": url_of("take_down", source, copy.pk),
    }
    file = pages.pop("file")
    for group in ("Editor", "Publisher", "Administrator"):
        client = desk(account(group))
        assert [client.get(page).status_code for page in pages.values()] == [200, 200, 403]
        assert client.get(file).status_code == 200
    assert superuser().get(pages["take_down"]).status_code == 200
    reader = account("Editor", "reader")
    reader.groups.clear()
    client = desk(reader)
    assert {client.get(page).status_code for page in (file, *pages.values())} == {403}
    assert client.post(url_of("copy_now", source)).status_code == 403
    assert editor_with(reader, "view_source").get(change_url(source)).content.decode().count('id="copies"') == 0


def editor_with(user, *codenames):
    """Return the browser of a user with these permissions."""
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    return desk(user)


def test_the_page_is_put_into_the_queue(source):
    answer = editor().post(url_of("copy_now", source), follow=True)
    assert "waits to be copied" in messages_of(answer)
    assert Watch.objects.get(source=source).wanted_at is not None


def test_two_copies_are_compared_word_by_word(source):
    copy_of(source, "The law is one for some.")
    newer = copy_of(source, "The law is one for all.")
    page = editor().get(url_of("copy_differences", source, newer.capture_id)).content.decode()
    assert "some</del>" in page
    assert "all</ins>" in page


def test_a_superuser_takes_a_copy_down_with_a_reason(source):
    copy = copy_of(source, SPEECH).capture
    client = superuser()
    url = url_of("take_down", source, copy.pk)
    assert "This field is required." in client.post(url, {"reason": " "}).content.decode()
    answer = client.post(url, {"reason": "By order."}, follow=True)
    assert "taken down" in messages_of(answer)
    copy.refresh_from_db()
    assert copy.taken_down_because == "By order."
    with pytest.raises(Exception, match="taken down"):
        brought_text(SPEECH)
