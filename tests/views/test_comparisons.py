"""What readers see of comparisons with kept copies: the level, the words in their surroundings, the copies."""

import datetime
import re

import pytest
from django.utils import timezone
from django.utils.html import strip_tags

from initiatives.models import Capture, Found, SourceText, Watch
from tests.factories import QuoteFactory, QuoteTranslationFactory, SourceFactory, copy_of
from tests.helpers import count_queries

pytestmark = [pytest.mark.database, pytest.mark.django_db]

DAY = datetime.datetime(2021, 5, 3, 12, tzinfo=datetime.UTC)
TEXT = "First we came here.\n\nThen we said: “The law is the same for all”, and we left it there.\n\nThe end."


@pytest.fixture
def source():
    return SourceFactory(public=True, url="https://example.org/speech")


def page(client, item) -> str:
    answer = client.get(item.get_absolute_url())
    assert answer.status_code == 200
    return answer.content.decode()


def seen(client, item) -> str:
    """Return the words of a page, with single spaces."""
    return " ".join(strip_tags(page(client, item)).split())


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("the law is the same for all", "Found letter for letter in the copy kept on 3 May 2021"),
        (
            "the law is the same […] in every court",
            "Found with marked omissions, in order, in the copy kept on 3 May 2021",
        ),
        ("the law is dead", "Not found in the copy kept on 3 May 2021"),
        ("all — and", "Found, but for typography, in the copy kept on 3 May 2021Only typesetting differs: dashes."),
        ("all - and in every", "Only typesetting differs: dashes, spaces and line breaks."),
    ],
)
def test_a_quote_says_how_it_was_found(client, source, words, sentence):
    quote = QuoteFactory(public=True, source=source, text=words)
    copy_of(source, "We said: the law is the same for all – and in\nevery court.", captured_at=DAY)
    assert sentence in seen(client, quote)


def test_without_a_copy_it_says_so_quietly(client, source):
    quote = QuoteFactory(public=True, source=source)
    html = page(client, quote)
    assert "No copy of the source is kept yet." in html
    assert "proof" not in html


def test_words_that_changed_since_are_not_compared(client, source):
    quote = QuoteFactory(public=True, source=source, text="the law is the same for all")
    copy_of(source, TEXT)
    type(quote).objects.filter(pk=quote.pk).update(text="the law is another")
    quote.refresh_from_db()
    html = page(client, quote)
    assert "Not compared with a copy since its words changed." in html
    assert "Found" not in html


def test_words_are_shown_in_their_surroundings(client, source):
    """At most 300 characters on either side, cut at the edges of words and escaped."""
    filler = " ".join(f"word{number:03}" for number in range(200))
    text = f"{filler} <b>Then</b> we said: the law is the same for all. {filler}"
    quote = QuoteFactory(public=True, source=source, text="the law is the same for all")
    copy_of(source, text)
    html = page(client, quote)
    (shown,) = re.findall(r'<p class="proof__text"[^>]*>(.*?)</p>', html, re.DOTALL)
    before, words, after = re.split("</?mark>", shown)
    assert words == quote.text
    assert "&lt;b&gt;Then&lt;/b&gt; we said: " in before
    assert before.startswith("… word")
    assert after.endswith(" …")
    for side in (before, after):
        side = side.replace("&lt;", "<").replace("&gt;", ">").removeprefix("… ").removesuffix(" …")
        assert 280 < len(side) <= 300
        assert side.strip() in text
        assert not re.search(r"\bword\d{0,2}\b", side)


def test_surroundings_at_the_ends_of_a_text_are_whole(client, source):
    quote = QuoteFactory(public=True, source=source, text="The law is the same for all")
    copy_of(source, TEXT, places=["p. 1", "p. 2", "p. 3"])
    html = page(client, quote)
    assert "First we came here." in html
    assert "The end." in html
    assert "…" not in re.search(r'<p class="proof__text".*?</p>', html, re.DOTALL)[0]
    assert "p. 2, paragraph 2" in html


def test_of_omissions_only_the_pieces_are_shown(client, source):
    left_out = "secret " * 40
    quote = QuoteFactory(public=True, source=source, text="the law is the same […] in every court of the land")
    copy_of(source, f"We said: the law is the same {left_out}in every court of the land, and left.")
    html, _script, _data = page(client, quote).partition("<article")[2].partition("<script")
    assert "<mark>the law is the same</mark> […] <mark>in every court of the land</mark>, and left." in html
    assert "secret" not in html


def test_the_link_to_the_original_has_the_words_of_the_copy(client, source):
    quote = QuoteFactory(public=True, source=source, text='the - law, "so"')
    copy_of(source, "Here: the — law, «so» we said.")
    expected = "https://example.org/speech#:~:text=the%20%E2%80%94%20law%2C%20%C2%ABso%C2%BB"
    assert expected in page(client, quote)


def test_the_copy_is_named_with_its_hash_and_origin(client, source):
    quote = QuoteFactory(public=True, source=source, text="the law is the same for all")
    text = copy_of(source, TEXT.replace("The law", "the law"), way="uploaded", captured_at=DAY)
    html = page(client, quote)
    assert text.capture.sha256 in html
    assert "3 May 2021, brought by an editor as a file" in html


def test_of_a_copy_taken_down_only_level_day_and_hash_are_shown(client, source):
    quote = QuoteFactory(public=True, source=source, text="The law is the same for all")
    text = copy_of(source, TEXT, captured_at=DAY)
    Capture.objects.filter(pk=text.capture_id).update(taken_down_at=timezone.now(), taken_down_because="Asked for.")
    SourceText.objects.filter(pk=text.pk).update(text="")
    html = page(client, quote)
    assert "Found letter for letter in the copy kept on 3 May 2021" in html
    assert text.capture.sha256 in html
    assert "Only its hash is kept here." in html
    assert "and we left it there" not in html
    assert "Asked for." not in html


def test_a_newer_copy_without_the_words_is_named(client, source):
    quote = QuoteFactory(public=True, source=source, text="The law is the same for all")
    copy_of(source, TEXT, captured_at=DAY)
    copy_of(source, "Another text.", captured_at=DAY + datetime.timedelta(days=1))
    said = seen(client, quote)
    assert "Found letter for letter in the copy kept on 3 May 2021" in said
    assert "Not found in the newer copy kept on 4 May 2021." in said


@pytest.mark.parametrize(
    ("live", "said"),
    [
        ("same", "The page was last seen unchanged on 5 May 2021."),
        ("changed", "The page has had a different text since 4 May 2021 or earlier."),
        ("gone", "The page has been gone since 4 May 2021 or earlier."),
    ],
)
def test_pages_say_what_was_last_seen_at_the_address(client, source, live, said):
    day = datetime.timedelta(days=1)
    quote = QuoteFactory(public=True, source=source, text="The law is the same for all")
    Watch.objects.create(source=source, address=source.url, live=live, live_since=DAY + day, same_at=DAY + 2 * day)
    for _compared in (False, True):
        assert said in seen(client, quote)
        assert said in seen(client, source)
        copy_of(source, TEXT)


def test_a_translation_in_the_copy_says_so(client, source):
    quote = QuoteFactory(public=True, source=source, text="Закон один для всех", language="ru")
    QuoteTranslationFactory(quote=quote, language="en", text="The law is the same for all")
    QuoteTranslationFactory(quote=quote, language="kk", text="Заң бәріне бірдей")
    copy_of(source, TEXT, captured_at=DAY)
    said = seen(client, quote)
    assert "official translation. Found letter for letter in the copy kept on 3 May 2021." in said
    assert said.count("Not found") == 1  # the quote itself, not the other translation


def test_a_source_lists_its_copies_and_how_its_quotes_were_found(client, source):
    assert "No copy is kept yet." in page(client, source)
    for words in ("The law is the same for all", "The law - is", "Nothing like it"):
        QuoteFactory(public=True, source=source, text=words)
    QuoteFactory(source=source, text="First we came here")  # a draft
    text = copy_of(source, TEXT, captured_at=DAY)
    html = page(client, source)
    assert "No copy is kept yet." not in html
    assert text.capture.sha256 in html
    said = seen(client, source)
    assert "1 of its 3 quotes were found in a copy. 1 letter for letter2 not found" in said
    link = f"/quotes/?source={source.slug}&amp;compared=letters"
    assert link in html
    assert client.get(link.replace("&amp;", "&")).context["listing"].results.count == 1


def test_pages_change_with_the_comparison_the_copies_and_the_watch(client, source):
    """Kept pages are dropped whenever such a row is saved or deleted."""
    quote = QuoteFactory(public=True, source=source, text="The law is the same for all")
    texts = [page(client, quote)]
    copy_of(source, TEXT)
    texts.append(page(client, quote))
    watch = Watch.objects.create(source=source, address=source.url, live="same", live_since=DAY, same_at=DAY)
    texts.append(page(client, quote))
    watch.same_at = DAY + datetime.timedelta(days=9)
    watch.save()
    texts.append(page(client, quote))
    Found.objects.all().delete()
    texts.append(page(client, quote))
    assert len(set(texts)) == len(texts)


def test_the_page_of_a_quote_has_no_more_queries_with_a_comparison(client, source):
    quote = QuoteFactory(public=True, source=source, text="The law is the same for all")
    QuoteTranslationFactory(quote=quote, language="kk", text="Заң бәріне бірдей")
    page(client, quote)
    before = count_queries(lambda: client.get(f"{quote.get_absolute_url()}?page=1"))
    copy_of(source, TEXT)
    copy_of(source, "Another text.")
    page(client, source)  # brings the index in step
    assert count_queries(lambda: client.get(f"{quote.get_absolute_url()}?page=2")) <= before
