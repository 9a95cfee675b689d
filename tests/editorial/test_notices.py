"""Notices by e-mail about the desk's work: who receives which, once, and none for what was undone."""

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.db import transaction
from django.urls import reverse

from initiatives.editorial import notices
from initiatives.models import Comment, ErrorReport, MailChoice, Proposal, Quote
from tests.admin.support import account, act, change_url, desk, messages_of, save
from tests.factories import QuoteFactory, SourceFactory

pytestmark = pytest.mark.django_db


def member(group: str, name: str) -> User:
    user = account(group, name=name)
    user.email = f"{name}@example.org"
    user.save()
    return user


@pytest.fixture
def people():
    groups = {"dana": "Editor", "boris": "Publisher", "vera": "Publisher"}
    return {name: member(group, name) for name, group in groups.items()}


@pytest.fixture
def mailed(django_capture_on_commit_callbacks):
    """Do something, and return who received which message: subjects by name, and the bodies."""

    def tell(action):
        mail.outbox.clear()
        with django_capture_on_commit_callbacks(execute=True):
            action()
        return {(sent.to[0].partition("@")[0], sent.subject): sent.body for sent in mail.outbox}

    return tell


def begun(user: User, **fields) -> Quote:
    """Return a complete draft that a user entered at the desk."""
    quote = QuoteFactory(source=SourceFactory(public=True), speaker__public=True, **fields)
    version = quote.history.get()
    version.history_user = user
    version.save()
    return quote


def names(messages) -> set[str]:
    return {name for name, _subject in messages}


def test_publishers_are_notified_of_reviews_and_editors_of_the_outcome(people, mailed):
    quote = begun(people["dana"], text="The law is one")
    dana, boris = desk(people["dana"]), desk(people["boris"])
    messages = mailed(lambda: save(dana, change_url(quote), state="in_review"))
    assert set(messages) == {(name, "Submitted for review: The law is one") for name in ("boris", "vera")}
    assert f"http://testserver{change_url(quote)}" in messages["boris", "Submitted for review: The law is one"]
    messages = mailed(
        lambda: save(
            boris, change_url(quote), state="draft", review_note="Where was it said?", change_reason="It was wrong."
        )
    )
    assert set(messages) == {("dana", "Sent back: The law is one")}
    assert "Where was it said?" in messages["dana", "Sent back: The law is one"]
    mailed(lambda: save(dana, change_url(quote), state="in_review"))
    assert names(mailed(lambda: save(boris, change_url(quote), state="published"))) == {"dana"}
    # Users are not notified of their own actions.
    own = begun(people["boris"])
    assert names(mailed(lambda: save(boris, change_url(own), state="in_review"))) == {"vera"}
    assert mailed(lambda: save(boris, change_url(own), state="published")) == {}


def test_a_scheduled_item_is_not_called_published(people, mailed):
    quote = begun(people["dana"], text="The law is one")
    boris = desk(people["boris"])
    later = {"published_at_0": "2099-05-01", "published_at_1": "10:00"}
    messages = mailed(lambda: save(boris, change_url(quote), state="published", **later))
    assert set(messages) == {("dana", "Scheduled: The law is one")}
    assert "Scheduled for 1 May 2099, 10:00" in messages["dana", "Scheduled: The law is one"]
    messages = mailed(lambda: save(boris, change_url(quote), published_at_0="2099-06-01"))
    assert "1 June 2099" in messages["dana", "Scheduled: The law is one"]
    assert mailed(lambda: save(boris, change_url(quote), locator="p. 1")) == {}
    messages = mailed(lambda: save(boris, change_url(quote), published_at_0="2020-06-01"))
    assert set(messages) == {("dana", "Published: The law is one")}


def test_users_who_can_answer_are_notified_of_a_readers_report(people, mailed, client):
    quote = QuoteFactory(public=True, text="The law is one")
    url = reverse("report", args=["quote", quote.pk])
    messages = mailed(lambda: client.post(url, {"text": "It is another page.", "email": "reader@example.org"}))
    able = {user.username for user in people.values() if user.has_perm("initiatives.change_errorreport")}
    assert set(messages) == {(name, "Report from a reader: The law is one") for name in able}
    assert "boris" in able
    body = messages["boris", "Report from a reader: The law is one"]
    report = ErrorReport.objects.get()
    assert "It is another page." in body
    assert reverse("admin:initiatives_errorreport_change", args=[report.pk]) in body
    assert "reader@example.org" not in body
    assert mailed(lambda: client.post(url, {"text": "Spam", "website": "x"})) == {}
    # Many reports do not cause many messages.
    sent = sum(len(mailed(lambda: client.post(url, {"text": "Again"}))) > 0 for _number in range(12))
    assert sent == notices.MOST_REPORTS - 1


def test_the_author_of_a_proposal_is_notified_of_a_refusal_with_its_reason(people, mailed):
    quote = QuoteFactory(public=True, text="The law is one")
    dana, boris = desk(people["dana"]), desk(people["boris"])
    propose = reverse("admin:initiatives_quote_propose", args=[quote.pk])
    assert names(mailed(lambda: save(dana, propose, text="The law is won", change_reason="Why"))) == {
        "boris",
        "vera",
    }
    url = reverse("admin:initiatives_quote_proposal", args=[quote.pk, Proposal.objects.get().pk])
    messages = mailed(lambda: save(boris, url, _refuse="x", _note="It is one."))
    assert set(messages) == {("dana", "Proposed changes refused: The law is won")}
    assert "It is one." in messages["dana", "Proposed changes refused: The law is won"]


def test_simultaneous_changes_are_one_message(people, mailed):
    quotes = [begun(people["dana"], text=f"Words {number}") for number in range(25)]
    messages = mailed(lambda: act(desk(people["dana"]), "hand_in", *quotes, confirmed=True))
    assert names(messages) == {"boris", "vera"}
    assert len(messages) == 2
    (body, _other) = messages.values()
    assert body.count("http://testserver/admin/initiatives/quote/") == 20
    assert "And 5 more." in body


def test_users_who_opted_out_or_left_are_not_notified(people, mailed):
    quote = begun(people["dana"])
    page = desk(people["boris"]).post(reverse("admin:mail"), {}, follow=True)
    assert "Saved." in messages_of(page)
    assert MailChoice.objects.get().wants_mail is False
    User.objects.filter(username="vera").update(is_active=False)
    member("Publisher", "zarina")
    User.objects.filter(username="zarina").update(is_staff=False)
    assert mailed(lambda: save(desk(people["dana"]), change_url(quote), state="in_review")) == {}
    desk(people["boris"]).post(reverse("admin:mail"), {"wants_mail": "on"})
    quote = begun(people["dana"])
    assert names(mailed(lambda: save(desk(people["dana"]), change_url(quote), state="in_review"))) == {"boris"}


def test_undone_changes_are_not_notified(people, mailed):
    first, second = begun(people["dana"], text="Kept"), begun(people["dana"], text="Undone")

    def hand_in(quote):
        quote.state = "in_review"
        quote.save()

    class StopError(Exception):
        pass

    @transaction.atomic
    def undone():
        hand_in(second)
        raise StopError

    def partly():
        hand_in(first)
        with pytest.raises(StopError):
            undone()

    assert {subject for _name, subject in mailed(partly)} == {"Submitted for review: Kept"}


def test_a_failing_mail_server_loses_nothing(people, mailed, settings):
    settings.EMAIL_BACKEND = "tests.editorial.test_notices.Failing"
    quote = begun(people["dana"])
    mailed(lambda: save(desk(people["dana"]), change_url(quote), state="in_review"))
    assert Quote.objects.get(pk=quote.pk).state == "in_review"


class Failing:
    """A mail server that cannot be reached."""

    def __init__(self, **kwargs):
        pass

    def send_messages(self, messages):
        raise ConnectionRefusedError


def comment(client, quote, text):
    return client.post(reverse("admin:initiatives_quote_comments", args=[quote.pk]), {"text": text}, follow=True)


def test_a_mentioned_user_is_notified_and_sees_it_on_the_start_page(people, mailed):
    quote = begun(people["dana"], text="The law is one")
    boris, vera = desk(people["boris"]), desk(people["vera"])
    messages = mailed(lambda: comment(boris, quote, "Is this right, @Vera? Or @nobody, or x@dana.example."))
    assert set(messages) == {("vera", "You were mentioned: The law is one")}
    url = reverse("admin:initiatives_quote_comments", args=[quote.pk])
    for client in (vera, desk(people["dana"])):  # dana began it
        assert url in client.get(reverse("admin:index")).content.decode()
    assert url not in boris.get(reverse("admin:index")).content.decode()
    assert mailed(lambda: comment(vera, quote, "It is.")) == {}
    assert url in boris.get(reverse("admin:index")).content.decode()
    assert "It is." in boris.get(change_url(quote)).content.decode()


def test_comments_written_meanwhile_stay_open(people):
    quote = begun(people["dana"])
    boris, vera = desk(people["boris"]), desk(people["vera"])
    comment(boris, quote, "First")
    seen = Comment.objects.get().pk
    comment(vera, quote, "Second")
    url = reverse("admin:initiatives_quote_comments", args=[quote.pk])
    page = boris.post(url, {"_settle": seen}, follow=True)
    assert "Settled: 1." in messages_of(page)
    assert list(Comment.objects.filter(settled_at=None).values_list("text", flat=True)) == ["Second"]
    assert "First" not in boris.get(change_url(quote)).content.decode()


def test_a_comment_is_escaped_limited_and_visible_only_at_the_desk(people, client):
    quote = QuoteFactory(public=True)
    boris = desk(people["boris"])
    comment(boris, quote, "<script>alert(1)</script>")
    page = comment(boris, quote, "x" * 2001)
    assert "x" * 2001 in page.content.decode()
    assert Comment.objects.count() == 1
    assert "<script>alert" not in page.content.decode()
    assert "alert(1)" not in client.get(quote.get_absolute_url()).content.decode()
    url = reverse("admin:initiatives_quote_comments", args=[quote.pk])
    assert client.post(url, {"text": "x"}).status_code == 302
    assert desk(User.objects.create_user("nobody", is_staff=True)).post(url, {"text": "x"}).status_code == 403
    assert boris.get(reverse("admin:initiatives_quote_comments", args=[10**9])).status_code == 404
