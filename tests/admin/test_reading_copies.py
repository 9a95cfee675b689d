"""Which copy of a source is read, and a text pasted as one."""

import pytest
from django.urls import reverse
from django.utils import timezone

from initiatives.models import Quote, SourceText
from tests.admin.support import editor
from tests.admin.test_reading import SPEECH, quoted, url_of
from tests.factories import PersonFactory, SourceFactory, copy_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def source():
    return SourceFactory()


@pytest.fixture
def text(source):
    return copy_of(source, SPEECH)


def test_without_a_copy_a_text_can_be_pasted(source):
    client = editor()
    page = client.get(url_of(source))
    assert "There is no copy of this document yet." in page.content.decode()
    assert "reading.js" not in page.content.decode()
    assert quoted_without(client, source).status_code == 200
    action = reverse("admin:initiatives_source_bring", args=[source.pk])
    assert f'action="{action}"' in page.content.decode()
    page = client.post(action, {"text": " \n "})
    assert "Choose a file or paste a text." in page.content.decode()
    pasted = "\0" + SPEECH.replace("\n", "\r\n")
    page = client.post(action, {"text": pasted}, follow=True)
    assert SourceText.objects.get().text == SPEECH
    assert SourceText.objects.get().capture.way == "pasted"
    assert "Courts must be open" in page.content.decode()


def quoted_without(client, source):
    return client.post(url_of(source), {"do": "quote", "pieces": "0-5", "one": "1", "speaker": PersonFactory().pk})


def test_the_newest_copy_is_shown_and_others_can_be_chosen(source, text):
    newer = copy_of(source, "Newer words were said.", places=["p. 7"])
    client = editor()
    page = client.get(url_of(source)).content.decode()
    assert "Newer words" in page
    assert "p. 7" in page
    assert "Dear deputies" in client.get(f"{url_of(source)}?text={text.pk}").content.decode()
    for odd in ("x", "0", str(10**14), "²"):
        assert "Newer words" in client.get(f"{url_of(source)}?text={odd}&part={odd}").content.decode()
    quoted(client, newer, "Newer words were said.", speaker=PersonFactory().pk)
    assert Quote.objects.get().locator == "p. 7, paragraph 1"


def test_a_copy_that_was_taken_down_is_not_shown(source, text):
    client = editor()
    SourceText.objects.filter(pk=text.pk).update(text="")
    type(text.capture).objects.filter(pk=text.capture_id).update(
        taken_down_at=timezone.now(), taken_down_because="By order."
    )
    assert "There is no copy" in client.get(url_of(source)).content.decode()
    answer = quoted(client, text, "0-12", speaker=PersonFactory().pk)
    assert "no longer kept" in answer.content.decode()
    assert not Quote.objects.exists()
