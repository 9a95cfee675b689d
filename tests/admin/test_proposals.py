"""Editors propose changes to published items; readers see only what a publisher saw and saved."""

import datetime

import pytest
from django.contrib.auth.models import Permission, User
from django.urls import reverse
from django.utils import timezone

from initiatives.models import Change, Milestone, Proposal, Quote
from initiatives.models.choices import Nature, Stage, State
from tests.admin.support import (
    account,
    change_url,
    desk,
    editor,
    errors_of,
    fields_of,
    form_of,
    messages_of,
    publisher,
    save,
    saved,
    send,
)
from tests.factories import InitiativeFactory, MilestoneFactory, QuoteFactory, SourceFactory, ThemeFactory
from tests.helpers import count_queries

pytestmark = pytest.mark.django_db

BEFORE, AFTER = "The state hears its people", "The state hears all its people"


@pytest.fixture
def quote():
    return QuoteFactory(public=True, text=BEFORE, context="", locator="p. 1")


def propose_url(item) -> str:
    return reverse(f"admin:initiatives_{item._meta.model_name}_propose", args=[item.pk])


def review_url(item) -> str:
    """Return the address of the newest proposal for an item."""
    newest = Proposal.objects.filter(object_id=item.pk, kind=item._meta.model_name).latest("pk")
    return reverse(f"admin:initiatives_{item._meta.model_name}_proposal", args=[item.pk, newest.pk])


def propose(client, item, reason="As in the recording", **changes):
    page = save(client, propose_url(item), change_reason=reason, **changes)
    assert saved(page), errors_of(page)
    return page


def shown(page) -> dict[str, tuple[str, str]]:
    """Return the proposed changes on a page: the current and the proposed value, by the field's label."""
    return {line.label: (line.before, line.theirs) for line in page.context["proposed"]}


def test_a_proposal_stays_hidden_until_a_publisher_saves_it(client, quote):
    dana = editor()
    assert propose_url(quote) in dana.get(change_url(quote)).content.decode()
    page = propose(dana, quote, text=AFTER)
    assert "Readers see no change until a publisher accepts it." in messages_of(page)
    assert shown(page) == {"Words": (BEFORE, AFTER)}
    assert BEFORE in client.get(quote.get_absolute_url()).content.decode()
    assert not Change.objects.exists()

    boss = publisher()
    for url in (reverse("admin:index"), reverse("admin:initiatives_proposal_changelist"), change_url(quote)):
        assert review_url(quote) in boss.get(url).content.decode()
    page = boss.get(review_url(quote))
    assert shown(page) == {"Words": (BEFORE, AFTER)}
    assert "<ins>all </ins>" in page.content.decode()
    assert saved(send(boss, review_url(quote), fields_of(page)))

    quote.refresh_from_db()
    assert (quote.text, quote.state) == (AFTER, State.PUBLISHED)
    proposal = Proposal.objects.get()
    assert (proposal.stage, proposal.decided_by.username) == (Stage.ACCEPTED, "publisher")
    assert "As in the recording" in client.get(reverse("changes")).content.decode()
    assert "As in the recording" in client.get(reverse("changes_feed")).content.decode()
    assert quote.history.first().history_change_reason == "As in the recording"
    assert quote.history.first().history_user.username == "publisher"


def test_parts_are_proposed_with_their_item(client):
    initiative = InitiativeFactory(public=True)
    given = {"initiative": initiative, "source": initiative.source}
    kept, gone = (MilestoneFactory(**given, text=text) for text in ("Announced", "Adopted"))
    theme = ThemeFactory(public=True)
    propose(
        editor(),
        initiative,
        themes=[theme.pk],
        milestones__TOTAL_FORMS="3",
        milestones__0__text="Announced in May",
        milestones__1__DELETE="on",
        milestones__2__text="In force",
        milestones__2__date="2022-01-01",
        milestones__2__source=initiative.source_id,
    )
    assert set(initiative.milestones.values_list("text", flat=True)) == {"Announced", "Adopted"}
    boss = publisher()
    page = boss.get(review_url(initiative))
    labels = set(shown(page))
    assert shown(page)["Themes"] == ("", str(theme))
    assert any("Announced" in label and label.endswith("Text") for label in labels)
    assert any("Adopted" in label for label in labels)
    assert "New: Milestone: Text" in labels
    assert saved(send(boss, review_url(initiative), fields_of(page), milestones__1__DELETE="on"))
    assert set(initiative.milestones.values_list("text", flat=True)) == {"Announced in May", "In force"}
    assert not Milestone.objects.filter(pk=gone.pk).exists()
    assert Milestone.objects.filter(pk=kept.pk).exists()
    assert list(initiative.themes.all()) == [theme]
    logged = Change.objects.exclude(nature=Nature.FIRST_STATUS)
    reasons = set(logged.filter(item_id=initiative.pk).values_list("reason", flat=True))
    assert reasons == {"As in the recording"}


def test_a_removal_is_prefilled_for_the_publisher():
    initiative = InitiativeFactory(public=True)
    MilestoneFactory(initiative=initiative, source=initiative.source)
    propose(editor(), initiative, milestones__0__DELETE="on")
    assert "milestones-0-DELETE" in fields_of(publisher().get(review_url(initiative)))


def test_a_reason_is_required_and_nothing_typed_is_lost(quote):
    page = save(editor(), propose_url(quote), text=AFTER, change_reason=" ")
    assert list(errors_of(page)) == ["change_reason"]
    assert fields_of(page)["text"] == [AFTER]
    assert not Proposal.objects.exists()


def test_the_reason_stays_optional_for_others(quote):
    assert saved(save(editor(), propose_url(quote), text=AFTER, change_reason="Why"))
    boss = publisher()
    assert saved(save(boss, change_url(quote), text="Corrected at once"))
    assert Change.objects.get().reason == ""
    assert saved(save(boss, change_url(quote), text="Corrected with a reason", change_reason="A slip of the pen"))
    assert list(Change.objects.values_list("reason", flat=True)) == ["A slip of the pen", ""], "each has its own"


def test_errors_are_shown_beside_the_fields_and_nothing_is_proposed(quote):
    page = save(editor(), propose_url(quote), text="", change_reason="Why")
    assert list(errors_of(page)) == ["text"]
    assert not Proposal.objects.exists()


def test_a_form_without_changes_proposes_nothing(quote):
    page = save(editor(), propose_url(quote), change_reason="No idea")
    assert "You changed nothing" in messages_of(page)
    assert not Proposal.objects.exists()


def test_a_returned_proposal_is_changed_and_handed_in_again(quote):
    dana, boss = editor(), publisher()
    propose(dana, quote, text="The state heres all")
    url = review_url(quote)
    page = send(boss, url, form_of(boss, url), _send_back="Send back")
    assert "Write what should be different" in messages_of(page)
    assert Proposal.objects.get().stage == Stage.WAITING
    send(boss, url, form_of(boss, url), _send_back="Send back", _note="It is “hears”.")
    assert Proposal.objects.get().stage == Stage.SENT_BACK
    assert url in dana.get(reverse("admin:index")).content.decode()
    page = dana.get(url)
    assert "It is “hears”." in page.content.decode()
    assert saved(send(dana, url, fields_of(page), text=AFTER))
    proposal = Proposal.objects.get()
    assert (proposal.stage, proposal.note, proposal.reason) == (Stage.WAITING, "", "As in the recording")
    assert saved(send(boss, url, form_of(boss, url)))
    assert Quote.objects.get().text == AFTER


def test_a_refused_proposal_is_closed_and_shows_the_reason(client, quote):
    dana, boss = editor(), publisher()
    propose(dana, quote, text=AFTER)
    url = review_url(quote)
    page = send(boss, url, form_of(boss, url), _refuse="Refuse for good", _note=" ")
    assert "Write why you refuse it" in messages_of(page)
    assert Proposal.objects.get().stage == Stage.WAITING
    send(boss, url, form_of(boss, url), _refuse="Refuse for good", _note="The recording says otherwise.")
    assert Proposal.objects.get().stage == Stage.REFUSED
    assert url in dana.get(reverse("admin:index")).content.decode()
    page = dana.get(url)
    assert "The recording says otherwise." in page.content.decode()
    assert "Hand in again" not in page.content.decode()
    for crafted in ({}, {"_withdraw": "x"}, {"_refuse": "x", "_note": "x"}):
        for who in (dana, boss):
            assert "closed" in messages_of(send(who, url, form_of(dana, url), **crafted))
    assert Proposal.objects.get().stage == Stage.REFUSED
    assert BEFORE in client.get(quote.get_absolute_url()).content.decode()
    # An editor cannot refuse proposals, not even their own.
    propose(dana, quote, text="Other words")
    url = review_url(quote)
    send(dana, url, form_of(dana, url), _refuse="x", _note="x")
    assert Proposal.objects.latest("pk").stage == Stage.WAITING


def test_a_withdrawn_proposal_may_be_handed_in_again(quote):
    dana = editor()
    propose(dana, quote, text=AFTER)
    url = review_url(quote)
    send(dana, url, form_of(dana, url), _withdraw="Withdraw")
    assert Proposal.objects.get().stage == Stage.WITHDRAWN
    boss = publisher()
    page = send(boss, url, form_of(dana, url))
    assert "closed" in messages_of(page)
    assert Quote.objects.get().text == BEFORE
    assert saved(send(dana, url, form_of(dana, url)))
    assert Proposal.objects.get().stage == Stage.WAITING


def test_changes_saved_by_others_meanwhile_are_kept(quote):
    propose(editor(), quote, text=AFTER)
    boss = publisher()
    save(boss, change_url(quote), locator="p. 2")
    page = boss.get(review_url(quote))
    assert shown(page) == {"Words": (BEFORE, AFTER)}
    assert [line.label for line in page.context["others"]] == ["Place in the source"]
    assert saved(send(boss, review_url(quote), fields_of(page)))
    quote.refresh_from_db()
    assert (quote.text, quote.locator) == (AFTER, "p. 2")


def test_changes_a_publisher_did_not_see_are_not_published(quote):
    """The item changes between review and saving."""
    propose(editor(), quote, text=AFTER)
    boss, other = publisher(), desk(account("Publisher", name="other"))
    form = form_of(boss, review_url(quote))
    save(other, change_url(quote), text="Saved by another publisher")
    page = send(boss, review_url(quote), form)
    assert not saved(page)
    assert "someone changed this" in page.content.decode()
    assert Quote.objects.get().text == "Saved by another publisher"
    assert Proposal.objects.get().stage == Stage.WAITING
    assert saved(send(boss, review_url(quote), fields_of(page)))
    assert Quote.objects.get().text == AFTER
    assert Proposal.objects.get().stage == Stage.ACCEPTED


def test_a_proposal_made_after_the_review_began_still_waits(quote):
    dana, boss = editor(), publisher()
    propose(dana, quote, text=AFTER)
    form = form_of(boss, review_url(quote))
    assert saved(save(dana, review_url(quote), text="Newer words"))
    page = send(boss, review_url(quote), form)
    assert "still waits" in messages_of(page)
    assert Quote.objects.get().text == AFTER
    assert Proposal.objects.get().stage == Stage.WAITING


def test_an_editor_proposes_words_but_never_a_state(quote):
    propose(editor(), quote, text=AFTER, state="archived", published_at_0="2030-01-01", published_at_1="10:00")
    boss = publisher()
    form = form_of(boss, review_url(quote))
    assert form["state"] == ["published"]
    assert form["published_at_0"] != ["2030-01-01"]
    assert saved(send(boss, review_url(quote), form))
    quote.refresh_from_db()
    assert quote.is_public


def test_only_the_author_changes_a_proposal_and_no_editor_accepts_one(quote):
    propose(editor(), quote, text=AFTER)
    other = desk(account("Editor", name="other"))
    form = form_of(other, review_url(quote))
    for more in ({}, {"_withdraw": "x"}, {"_send_back": "x", "_note": "x"}):
        page = send(other, review_url(quote), form, text="Mine", change_reason="Mine", **more)
        assert "closed" in messages_of(page)
    proposal = Proposal.objects.get()
    assert (proposal.stage, proposal.reason) == (Stage.WAITING, "As in the recording")
    assert Quote.objects.get().text == BEFORE


def waiting_on(client, item) -> list[str]:
    """Return the addresses of the proposals linked from an item's form."""
    return [address for address, _proposal in client.get(change_url(item)).context["waiting"]]


def test_users_see_proposals_they_may_review_and_the_outcome_of_their_own(quote):
    user, other = account("Editor", name="maker"), account("Editor", name="other")
    theme = ThemeFactory(public=True, pk=quote.pk)
    propose(desk(user), quote, text=AFTER)
    propose(desk(user), theme, name="Another")
    single = User.objects.create_user("single", is_staff=True)
    rights = ("view_quote", "change_quote", "publish_quote", "view_theme")
    single.user_permissions.set(Permission.objects.filter(codename__in=rights))
    boss = desk(single)
    listed = reverse("admin:initiatives_proposal_changelist")
    for page in (boss.get(reverse("admin:index")), boss.get(listed)):
        assert review_url(quote) in page.content.decode()
        assert review_url(theme) not in page.content.decode()
    # The form lists those for this item.
    assert waiting_on(boss, quote) == [review_url(quote)]
    save(boss, review_url(quote), _refuse="x", _note="It is not so.")
    assert waiting_on(boss, quote) == []
    start = reverse("admin:index")
    assert review_url(quote) in desk(user).get(start).content.decode()
    assert review_url(quote) not in desk(other).get(start).content.decode()
    Proposal.objects.update(decided_at=timezone.now() - datetime.timedelta(days=15))
    assert review_url(quote) not in desk(user).get(start).content.decode()


def test_mismatched_addresses_return_404_or_redirect_to_the_form(quote):
    dana, draft = editor(), QuoteFactory()
    assert dana.get(propose_url(draft)).url == change_url(draft)
    propose(dana, quote, text=AFTER)
    number = Proposal.objects.get().pk
    # An item of another kind with the same number
    ThemeFactory(public=True, pk=quote.pk)
    for kind, item, pk in (("quote", draft.pk, number), ("quote", quote.pk, number + 1), ("theme", quote.pk, number)):
        assert dana.get(reverse(f"admin:initiatives_{kind}_proposal", args=[item, pk])).status_code == 404
    assert publisher().get(propose_url(quote)).url == change_url(quote)


def test_a_proposal_survives_its_item_and_its_source(quote):
    """If the item is unpublished, a publisher may still save the proposal, as a draft."""
    dana, boss = editor(), publisher()
    propose(dana, quote, text=AFTER, source=SourceFactory(public=True).pk)
    save(boss, change_url(quote), state="draft", change_reason="It was wrong.")
    for more in ({"text": "Newer words"}, {"_withdraw": "x"}):
        assert "closed" in messages_of(send(dana, review_url(quote), form_of(boss, review_url(quote)), **more))
    page = send(boss, review_url(quote), form_of(boss, review_url(quote)))
    assert saved(page)
    quote.refresh_from_db()
    assert (quote.text, quote.state) == (AFTER, State.DRAFT)
    propose(dana, other := QuoteFactory(public=True), text=AFTER)
    url = review_url(other)
    other.delete()
    assert boss.get(url).status_code == 404
    assert boss.get(reverse("admin:initiatives_proposal_changelist")).status_code == 200


def test_queries_of_the_list_do_not_grow(quote):
    dana = editor()
    propose(dana, quote, text=AFTER)
    boss, url = publisher(), reverse("admin:initiatives_proposal_changelist")
    few = count_queries(lambda: boss.get(url))
    for number in range(5):
        propose(dana, quote, text=f"{AFTER} {number}")
    assert count_queries(lambda: boss.get(url)) == few
