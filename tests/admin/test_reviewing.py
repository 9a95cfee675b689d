"""A source handed in with its speakers and quotes, and its quotes reviewed and published together."""

import pytest
from django.core import mail
from django.urls import reverse

from initiatives.models import Quote
from initiatives.models.choices import State
from tests.admin.support import (
    account,
    change_url,
    confirmation_on,
    desk,
    editor,
    every_field_of,
    messages_of,
    publisher,
    states,
)
from tests.admin.test_admin_pages import assert_strict
from tests.factories import PersonFactory, QuoteFactory, SourceFactory, copy_of
from tests.helpers import count_queries

pytestmark = pytest.mark.django_db

WORDS = ("The law is one for all.", "Courts must be open.", "We shall not wait.")


def url_of(page: str, source) -> str:
    return reverse(f"admin:initiatives_source_{page}", args=[source.pk])


def draft_source(**fields):
    return SourceFactory(state=State.DRAFT, url="https://a.example/speech", **fields)


@pytest.fixture
def source():
    return draft_source()


@pytest.fixture
def speaker(source):
    return PersonFactory(state=State.DRAFT, source=source)


def quotes_of(source, speaker) -> list[Quote]:
    return [QuoteFactory(source=source, speaker=speaker, text=words) for words in WORDS]


def confirmed(client, url: str, page, *unticked):
    """Confirm what a page shows, with all companions that are ticked on it."""
    sent = confirmation_on(page) | {"_with": [key for key in every_field_of(page)["_with"] if key not in unticked]}
    return client.post(url, sent, follow=True)


# Handing in.


@pytest.mark.database
def test_one_hand_in_takes_the_source_its_speaker_and_its_drafts(source, speaker):
    quotes, done = quotes_of(source, speaker), QuoteFactory(source=source, public=True, text="On record.")
    client = editor()
    assert "Submit with its quotes</a> (3)" not in client.get(change_url(source)).content.decode()
    assert "Submit with its quotes (3)" in client.get(change_url(source)).content.decode()
    assert url_of("submit", source) in client.get(url_of("read", source)).content.decode()
    page = client.get(url_of("submit", source))
    assert_strict(page)
    assert every_field_of(page)["_with"] == [f"person-{speaker.pk}", f"source-{source.pk}"]
    assert states(source, speaker, *quotes) == ["draft"] * 5
    answer = confirmed(client, url_of("submit", source), page)
    assert "Submitted for review: 5." in messages_of(answer)
    assert answer.redirect_chain[-1][0] == change_url(source)
    assert states(source, speaker, *quotes, done) == ["in_review"] * 5 + ["published"]
    assert url_of("submit", source) not in client.get(change_url(source)).content.decode()


def test_what_is_not_ticked_is_not_handed_in(source, speaker):
    quotes, client = quotes_of(source, speaker), editor()
    page = client.get(url_of("submit", source))
    confirmed(client, url_of("submit", source), page, f"person-{speaker.pk}")
    assert states(source, speaker, *quotes) == ["in_review", "draft"] + ["in_review"] * 3


def test_a_draft_changed_since_is_left_out(source, speaker):
    quotes, client = quotes_of(source, speaker), editor()
    page = client.get(url_of("submit", source))
    quotes[0].context = "Changed."
    quotes[0].save()
    answer = confirmed(client, url_of("submit", source), page)
    assert "Left out because it changed" in messages_of(answer)
    assert states(*quotes) == ["draft", "in_review", "in_review"]


# Reviewing.


def decide(client, source, page=None, **decisions):
    """Send the decisions (by number of the quote's words): "accept", "leave", or the note with which it returns."""
    page = page or client.get(url_of("review", source))
    sent = {name: values[0] for name, values in every_field_of(page).items() if name.startswith("version-")}
    for quote in Quote.objects.filter(source=source, text__in=WORDS):
        said = decisions.get(f"q{WORDS.index(quote.text)}", "leave")
        is_known = said in ("accept", "leave")
        sent[f"decision-{quote.pk}"] = said if is_known else "return"
        sent[f"note-{quote.pk}"] = "" if is_known else said
    return client.post(url_of("review", source), sent, follow=True)


@pytest.fixture
def waiting(source, speaker):
    """Quotes in review, without the notices that saving would send at the end of the transaction."""
    quotes = quotes_of(source, speaker)
    for item in (source, speaker, *quotes):
        item.state = State.IN_REVIEW
        type(item).objects.filter(pk=item.pk).update(state=State.IN_REVIEW)
        item.history.update(state=State.IN_REVIEW)
    return quotes


def test_quotes_are_shown_in_their_places(source, waiting):
    QuoteFactory(source=source, text="A draft of it.", state=State.DRAFT)
    copy_of(source, f"{WORDS[1]} A draft of it.\n\n{WORDS[0]}", places=["p. 1", "p. 2"])
    client = publisher()
    assert "Review (3)" in client.get(change_url(source)).content.decode()
    page = client.get(url_of("review", source))
    assert_strict(page)
    content = page.content.decode()
    marks = [f'href="#quote-{waiting[number].pk}"' for number in (1, 0)]
    boxes = [f'id="quote-{waiting[number].pk}"' for number in (2, 1, 0)]
    order = [content.index(one) for one in (boxes[0], marks[0], boxes[1], marks[1], boxes[2])]
    assert order == sorted(order)
    assert content.count('class="reading__mark"') == 2
    assert content.count("letter for letter") == 2
    assert content.count('value="accept" checked') == 2  # not what is not found
    assert "Not in this copy" in content
    assert "The words have not been checked against the primary source." in content


def test_the_copy_with_most_of_the_quotes_is_shown(source, waiting):
    most = copy_of(source, "\n\n".join(WORDS[:2]))
    newest = copy_of(source, WORDS[2])
    client = publisher()
    content = client.get(url_of("review", source)).content.decode()
    assert content.count('class="reading__mark"') == 2
    assert f'<a href="?text={newest.pk}">in another copy</a>' in content
    content = client.get(f"{url_of('review', source)}?text={newest.pk}").content.decode()
    assert content.count('class="reading__mark"') == 1
    assert content.count(f'<a href="?text={most.pk}">in another copy</a>') == 2
    assert client.get(f"{url_of('review', source)}?text=99999&part=7").status_code == 200


def test_without_a_copy_the_quotes_are_listed(source, waiting):
    content = publisher().get(url_of("review", source)).content.decode()
    assert content.count("not compared with a copy") == 3
    assert "There is no copy of this document yet." in content


@pytest.mark.database
def test_accepted_quotes_are_published_with_their_source_and_returned_ones_go_back(
    source, speaker, waiting, django_capture_on_commit_callbacks
):
    first = account("Editor")
    first.email = "editor@a.example"
    first.save()
    waiting[1].history.update(history_user=first)
    copy_of(source, "\n\n".join(WORDS))
    client = publisher()
    with django_capture_on_commit_callbacks(execute=True):
        page = decide(client, source, q0="accept", q1="Check the date.", q2="leave")
    assert "Returned to draft: 1." in messages_of(page)
    assert [message.body for message in mail.outbox if "Check the date." in message.body]
    waiting[1].refresh_from_db()
    assert (waiting[1].state, waiting[1].review_note) == ("draft", "Check the date.")
    assert waiting[1].history.latest("pk").history_user.username == "publisher"
    assert "Publish the selected items?" in page.content.decode()
    assert states(source, speaker, waiting[0]) == ["in_review"] * 3
    answer = confirmed(client, url_of("review", source), page)
    assert "Published: 3." in messages_of(answer)
    assert answer.redirect_chain[-1][0] == change_url(source)
    assert states(source, speaker, *waiting) == ["published", "published", "published", "draft", "in_review"]
    assert Quote.objects.published().get() == waiting[0]


def test_what_cannot_be_published_is_named_and_stays(source, speaker, waiting):
    Quote.objects.filter(pk=waiting[2].pk).update(language="xx")
    type(source).objects.update(url="")
    client = publisher()
    page = decide(client, source, q0="accept", q2="accept")
    content = page.content.decode()
    assert "These will not change:" in content
    assert "A source cannot be published without one." in content
    assert every_field_of(page)["_selected_action"] == [str(waiting[0].pk)]
    answer = confirmed(client, url_of("review", source), page)
    assert "Not public yet" in messages_of(answer)
    assert states(source, speaker, *waiting) == ["in_review", "published", "published", "in_review", "in_review"]


def test_a_return_needs_a_note_and_nothing_is_lost(source, waiting):
    client = publisher()
    page = decide(client, source, q0="accept", q1=" ", q2="Kept <note>")
    content = page.content.decode()
    assert "Say what to do before it is handed in again." in content
    assert "Kept &lt;note&gt;</textarea>" in content
    assert content.count('value="return" checked') == 2
    assert states(*waiting) == ["in_review"] * 3


@pytest.mark.database
def test_a_quote_changed_since_is_left_in_review(source, waiting):
    client = publisher()
    page = client.get(url_of("review", source))
    waiting[0].context = waiting[1].context = "Changed."
    waiting[0].save()
    waiting[1].save()
    answer = decide(client, source, page, q0="accept", q1="Not good.", q2="accept")
    assert messages_of(answer).count("Left out because it changed") == 2
    assert every_field_of(answer)["_selected_action"] == [str(waiting[2].pk)]
    assert states(*waiting) == ["in_review"] * 3
    forged = client.post(url_of("review", source), {f"decision-{waiting[0].pk}": "accept"}, follow=True)
    assert "Left out" in messages_of(forged)
    assert client.post(url_of("review", source), {"_versions": "forged"}).status_code == 200
    assert states(*waiting) == ["in_review"] * 3


def test_only_who_may_publish_reviews(source, waiting):
    client = editor()
    assert url_of("review", source) not in client.get(change_url(source)).content.decode()
    assert client.get(url_of("review", source)).status_code == 403
    assert decide(client, source, publisher().get(url_of("review", source)), q0="accept").status_code == 403
    reader = account("Editor", "reader")
    reader.groups.clear()
    assert desk(reader).get(url_of("submit", source)).status_code == 403
    assert states(*waiting) == ["in_review"] * 3


def test_nothing_to_review(source):
    assert "No quotes of this source are waiting" in publisher().get(url_of("review", source)).content.decode()
    assert "None of the selected items" in editor().get(url_of("submit", source)).content.decode()


def test_reviewing_needs_a_fixed_number_of_queries(source, waiting):
    client = publisher()
    copy_of(source, "\n\n".join(WORDS))
    few = count_queries(lambda: client.get(url_of("review", source)))
    for number in range(10):
        QuoteFactory(source=source, text=f"Words {number}.", state=State.IN_REVIEW)
    copy_of(source, "\n\n".join([*WORDS, *(f"Words {number}." for number in range(10))]))
    assert count_queries(lambda: client.get(url_of("review", source))) == few
