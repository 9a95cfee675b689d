"""The whole text of a source: only with rights, every public quote marked and no other."""

import datetime

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from initiatives.data.lists import FORMATS
from initiatives.editorial.copies.comparing import compare_quotes_of
from initiatives.models.choices import State
from tests.factories import QuoteFactory, QuoteTranslationFactory, SourceFactory, copy_of
from tests.helpers import count_queries, rolled_back, very_few_examples
from tests.models.test_visibility import STATES
from tests.views.test_kept_pages import later

pytestmark = [pytest.mark.database, pytest.mark.django_db]

WORDS = "The law is the same for all"
TEXT = f"First we came here.\n\nThen we said: {WORDS}, and we left it there.\n\nThe end."


@pytest.fixture
def source():
    return SourceFactory(public=True, url="https://example.org/x", rights="official", rights_note="The law on texts.")


def text_of(client, source, query="") -> str:
    answer = client.get(f"/sources/{source.slug}/text/{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def test_each_public_quote_is_marked_and_linked_both_ways(client, source):
    quote = QuoteFactory(public=True, source=source, text=WORDS)
    QuoteFactory(source=source, text="First we came here")  # a draft
    QuoteFactory(public=True, source=source, text="Not in this text")
    copy_of(source, TEXT, places=["p. 1", "p. 2", "p. 2"])
    html = text_of(client, source)
    assert f'<a class="whole__quote" href="{quote.get_absolute_url()}"><mark>{WORDS}</mark></a>' in html
    assert html.count("<mark>") == 1
    assert "1 passage is on record" in html
    assert "The law on texts." in html
    assert "p. 2" in html
    link = f"/sources/{source.slug}/text/?p=2#p-2"
    assert link in client.get(quote.get_absolute_url()).content.decode()
    assert 'id="p-2"' in html
    assert f'href="/sources/{source.slug}/text/"' in client.get(source.get_absolute_url()).content.decode()
    assert "X-Robots-Tag" not in client.get(f"/sources/{source.slug}/text/")


def test_a_quote_found_only_in_an_older_copy_has_no_link(client, source):
    quote = QuoteFactory(public=True, source=source, text=WORDS)
    copy_of(source, TEXT)
    copy_of(source, "Another text.")
    assert "/text/" not in client.get(quote.get_absolute_url()).content.decode()
    assert "<mark>" not in text_of(client, source)


def test_a_long_text_has_parts(client, source):
    copy_of(source, "\n\n".join(f"Paragraph {number} {'x' * 5000}" for number in range(1, 31)))
    first, second = text_of(client, source), text_of(client, source, "?p=12")
    assert ("Paragraph 11 " in first, "Paragraph 12 " in first) == (True, False)
    assert ("Paragraph 11 " in second, "Paragraph 12 " in second) == (False, True)
    assert f"/sources/{source.slug}/text/?p=12#p-12" in first
    assert second == text_of(client, source, "?p=13").replace("?p=13", "?p=12")
    for wrong in ("0", "31", "-1", "x", "9" * 30, ""):
        assert client.get(f"/sources/{source.slug}/text/?p={wrong}").status_code == 404


@pytest.mark.parametrize("change", [{"rights": "", "rights_note": ""}, {"state": "draft"}, {"state": "archived"}])
def test_without_rights_or_a_public_source_there_is_no_such_page(client, source, change):
    copy_of(source, TEXT)
    text_of(client, source)
    later(source, **change)
    answer = client.get(f"/sources/{source.slug}/text/")
    assert answer.status_code in {404, 410}
    assert "came here" not in answer.content.decode()


def test_without_a_text_there_is_no_such_page(client, source):
    assert client.get(f"/sources/{source.slug}/text/").status_code == 404
    assert "/text/" not in client.get(source.get_absolute_url()).content.decode()


def test_an_old_address_leads_to_the_text(client, source):
    copy_of(source, TEXT)
    old = source.slug
    source.slug = "new-slug"
    source.save()
    assert client.get(f"/sources/{old}/text/")["Location"] == "/sources/new-slug/text/"


def test_the_number_of_queries_does_not_grow_with_quotes(client, source):
    sentences = [f"Sentence number {number} was said." for number in range(12)]
    QuoteFactory(public=True, source=source, text=sentences[0])
    copy_of(source, " ".join(sentences))
    few = count_queries(lambda: text_of(client, source, "?p=1&page=1"))
    for sentence in sentences[1:]:
        QuoteFactory(public=True, source=source, text=sentence)
    copy_of(source, " ".join(sentences))
    assert count_queries(lambda: text_of(client, source, "?p=1&page=2")) <= few
    assert text_of(client, source).count("<mark>") == 12


def addresses_of(source, quotes) -> list[str]:
    """Return every public address that may have something of a source's text."""
    found = [quote.get_absolute_url() for quote in quotes]
    found += [f"/quotes/{quote.pk}/embed/" for quote in quotes] + [f"/api/v1/quotes/{quote.pk}" for quote in quotes]
    found += [f"/quotes/{quote.pk}/cite.json" for quote in quotes]
    found += [source.get_absolute_url(), f"/sources/{source.slug}/text/", f"/api/v1/sources/{source.pk}"]
    found += [f"/{name}.{suffix}" for name in ("quotes", "search") for suffix in FORMATS]
    found += [
        "/quotes/",
        "/quotes/?compared=letters",
        "/quotes/?compared=not_found",
        "/search/?q=words",
        "/sitemap.xml",
    ]
    return [*found, "/api/v1/quotes", "/api/v1/sources", "/method/"]


def bodies(client, source, quotes) -> dict[str, str]:
    answers = {address: client.get(address) for address in addresses_of(source, quotes)}
    return {
        address: (b"".join(answer) if answer.streaming else answer.content).decode()
        for address, answer in answers.items()
    }


PASSAGES = st.lists(st.tuples(st.integers(0, 900), st.integers(3, 45)), min_size=1, max_size=3, unique=True)


@very_few_examples
@given(passages=PASSAGES)
def test_without_rights_no_response_has_400_characters_of_the_text(client, passages):
    """Quotes have up to 350; the words around them are divided from them by the tags that mark them."""
    with rolled_back():
        words = [f"word{number}" for number in range(950)]
        text, source = " ".join(words), SourceFactory(public=True)
        quotes = [
            QuoteFactory(public=True, source=source, text=" ".join(words[start : start + length]))
            for start, length in passages
        ]
        copy_of(source, text)
        chunks = {text[start : start + 400] for start in range(len(text) - 399)}
        for address, body in bodies(client, source, quotes).items():
            assert not any(body[start : start + 400] in chunks for start in range(len(body) - 399)), address
        assert "<mark>" in client.get(quotes[0].get_absolute_url()).content.decode()


@very_few_examples
@given(states=st.lists(STATES, min_size=1, max_size=3), has_rights=st.booleans())
def test_what_is_not_public_changes_no_byte_of_any_page(client, states, has_rights):
    """No count or mark reveals a draft that was compared with the same copy."""
    with rolled_back():
        rights = {"rights": "official", "rights_note": "A law."} if has_rights else {}
        source = SourceFactory(public=True, **rights)
        quotes = [QuoteFactory(public=True, source=source, text=words) for words in (WORDS, "Not in this text")]
        copy_of(source, TEXT)
        before = bodies(client, source, quotes)
        for number, (state, hours) in enumerate(states):
            if (state, hours < 0) == (State.PUBLISHED, True):
                continue
            at = timezone.now() + datetime.timedelta(hours=hours)
            words = ("First we came here", "we left it there", "The end")[number]
            hidden = QuoteFactory(source=source, speaker=quotes[0].speaker, text=words, state=state, published_at=at)
            QuoteTranslationFactory(quote=hidden, text="we said")
            compare_quotes_of(source)
            assert hidden.comparison.level == "letters"
        after = bodies(client, source, quotes)
        for address, body in before.items():
            assert after[address] == body, address
