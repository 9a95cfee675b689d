"""Publishing, unpublishing and archiving from lists, with a confirmation; the panel that shows an item's state."""

import datetime

import pytest
from django.contrib.admin.models import LogEntry
from django.utils import timezone

from initiatives.admin.visibility import obstacles
from initiatives.models import Quote, visible_from
from initiatives.models.choices import Kind, State
from tests.admin.support import (
    act,
    add_url,
    change_url,
    confirmation_on,
    editor,
    list_url,
    messages_of,
    publisher,
    save,
    saved,
    states,
)
from tests.factories import (
    BodyFactory,
    InitiativeFactory,
    MilestoneFactory,
    PersonFactory,
    PrincipleSetFactory,
    QuoteFactory,
    SourceFactory,
    ThemeFactory,
)
from tests.helpers import found

pytestmark = pytest.mark.django_db


def test_publishing_asks_first_then_publishes_what_it_can():
    client = publisher()
    good = QuoteFactory(
        source=SourceFactory(public=True), speaker=PersonFactory(public=True), text="A state that hears"
    )
    bad = QuoteFactory(source=None, text="Nobody knows where")
    known = QuoteFactory(public=True, text="Long since public")

    page = act(client, "publish", good, bad, known)
    content = page.content.decode()
    assert [line.item for line in page.context["plan"].changing] == [good]
    assert [line.item for line in page.context["plan"].refused] == [bad]
    assert [line.item for line in page.context["plan"].unchanged] == [known]
    assert "Source: Choose a source. Nothing can be published without one." in content
    assert content.count('name="_selected_action"') == 1
    assert states(good, bad) == [State.DRAFT, State.DRAFT], "nothing is done before it is confirmed"
    assert found("hearing") == []

    page = client.post(list_url("quote"), confirmation_on(page), follow=True)
    assert states(good, bad, known) == [State.PUBLISHED, State.DRAFT, State.PUBLISHED]
    assert good.is_public
    assert found("hearing") == [good.pk]
    assert "Published: 1." in messages_of(page)
    entry = LogEntry.objects.get()
    assert (entry.object_id, entry.change_message, entry.user.username) == (str(good.pk), "Published.", "publisher")


def test_confirmation_lists_what_stays_hidden():
    quote = QuoteFactory()
    client = publisher()
    page = act(client, "publish", quote)
    assert quote.source.title in " ".join(page.context["plan"].changing[0].notes)
    page = act(client, "publish", quote, confirmed=True)
    assert states(quote) == [State.PUBLISHED]
    assert not quote.is_public
    assert "Not public yet" in messages_of(page)


def test_schedule_is_kept():
    later = timezone.now() + datetime.timedelta(days=3)
    theme = ThemeFactory(published_at=later)
    act(publisher(), "publish", theme, confirmed=True)
    theme.refresh_from_db()
    assert (theme.state, theme.published_at) == (State.PUBLISHED, later)
    assert not theme.is_public


@pytest.mark.parametrize(("action", "state"), [("unpublish", State.DRAFT), ("archive", State.ARCHIVED)])
def test_unpublishing_lists_what_disappears_with_it(action, state):
    client = publisher()
    source = SourceFactory(public=True)
    speaker = PersonFactory(public=True, source=source)
    quote = QuoteFactory(public=True, source=source, speaker=speaker, text="A state that hears")
    QuoteFactory(source=source)
    MilestoneFactory(source=source)

    page = act(client, action, source)
    assert page.context["hidden_with"] == ["Quotes: 1", "People: 1", "Milestones: 1"]
    assert states(source) == [State.PUBLISHED]
    assert found("hears") == [quote.pk]

    act(client, action, source, confirmed=True)
    assert states(source, quote) == [state, State.PUBLISHED]
    assert found("hears") == []
    assert LogEntry.objects.get().object_id == str(source.pk)


def test_all_or_nothing(monkeypatch):
    """If one item fails unexpectedly, none is published."""
    first, second = ThemeFactory(), ThemeFactory()
    client = publisher()
    client.raise_request_exception = False
    true_save = type(second).save

    def save_unless_second(self, *args, **kwargs):
        if self.pk == second.pk:
            raise RuntimeError
        true_save(self, *args, **kwargs)

    monkeypatch.setattr(type(second), "save", save_unless_second)
    assert act(client, "publish", first, second, confirmed=True).status_code == 500
    assert states(first, second) == [State.DRAFT, State.DRAFT]
    assert not LogEntry.objects.exists()


def test_all_of_a_filtered_list_at_once():
    drafts = [ThemeFactory(), ThemeFactory(state=State.IN_REVIEW)]
    page = publisher().post(
        f"{list_url('theme')}?state__exact=in_review",
        {"action": "publish", "index": "0", "select_across": "1", "_selected_action": [drafts[1].pk]},
    )
    assert [line.item for line in page.context["plan"].changing] == [drafts[1]]


def test_quote_added_on_the_desk_is_found_once_published():
    speaker, source = PersonFactory(public=True), SourceFactory(public=True)
    page = save(
        editor(),
        add_url("quote"),
        text="A state that hears its people",
        speaker=speaker.pk,
        source=source.pk,
        date="2019-09-02",
        translations__TOTAL_FORMS="1",
        translations__0__text="Слышащее государство",
        translations__0__language="ru",
        translations__0__provenance="official",
    )
    assert saved(page)
    quote = Quote.objects.get()
    assert (quote.date_precision, quote.translations.get().language) == ("day", "ru")
    assert found("hearing") == []
    client = publisher()
    assert saved(save(client, change_url(quote), state="published"))
    assert found("hearing") == found("государства") == [quote.pk]
    # Later edits are searchable at once too.
    assert saved(save(client, change_url(quote), text="A state that listens"))
    assert (found("hearing"), found("listening")) == ([], [quote.pk])


def test_milestone_added_on_the_desk_sets_the_status():
    source = SourceFactory(public=True)
    initiative = InitiativeFactory(public=True)
    client = publisher()
    milestone = {
        "milestones__TOTAL_FORMS": "1",
        "milestones__0__date": "05.2020",
        "milestones__0__text": "The law was signed.",
        "milestones__0__status": "adopted",
        "milestones__0__source": source.pk,
    }
    page = save(client, change_url(initiative), **milestone | {"milestones__0__date": ""})
    assert list(page.context["inline_admin_formsets"][0].formset.forms[0].errors) == ["date"]
    assert saved(save(client, change_url(initiative), **milestone))
    assert initiative.milestones.get().date == datetime.date(2020, 5, 1)
    assert "adopted" in client.get(list_url("initiative")).content.decode()
    assert found("signed", Kind.MILESTONE) == [initiative.milestones.get().pk]


def test_translation_into_the_quotes_own_language_is_refused_beside_the_field():
    page = save(
        editor(),
        add_url("quote"),
        text="Words",
        speaker=PersonFactory().pk,
        translations__TOTAL_FORMS="1",
        translations__0__text="Words",
        translations__0__language="en",
        translations__0__provenance="official",
    )
    form = page.context["inline_admin_formsets"][0].formset.forms[0]
    assert dict(form.errors) == {"language": ["The quote itself is in this language. Choose another."]}
    assert not Quote.objects.exists()


# The panel on the form


def test_form_of_a_draft_shows_its_preview(client):
    quote = QuoteFactory(text="A state that hears")
    page = publisher().get(change_url(quote))
    standing = page.context["standing"]
    content = page.content.decode()
    assert not standing.public
    assert f'href="{standing.url}"' in content
    assert "viewsitelink" not in content
    assert "State “draft”" in content
    assert change_url(quote.source) in content
    preview = client.get(standing.url)
    assert preview.status_code == 200
    assert "A state that hears" in preview.content.decode()


def test_form_of_a_public_item_links_to_its_page(client):
    initiative = InitiativeFactory(public=True)
    page = publisher().get(change_url(initiative))
    assert page.context["standing"].public
    assert page.context["absolute_url"] == page.context["standing"].url == initiative.get_absolute_url()
    assert client.get(initiative.get_absolute_url()).status_code == 200


@pytest.mark.parametrize(
    "factory",
    [ThemeFactory, SourceFactory, PersonFactory, BodyFactory, InitiativeFactory, QuoteFactory, PrincipleSetFactory],
)
def test_obstacles_are_the_reasons_behind_the_one_rule(factory):
    later = timezone.now() + datetime.timedelta(days=1)
    items = [factory(), factory(public=True), factory(public=True, published_at=later), factory(state=State.ARCHIVED)]
    if hasattr(items[0], "source"):
        items.append(factory(source=None))
        items.append(factory(public=True, source=SourceFactory(public=True, published_at=later)))
        items.append(factory(public=True, source=SourceFactory()))
    if hasattr(items[0], "speaker"):
        items.append(factory(public=True, speaker=PersonFactory()))
        items.append(factory(public=True, speaker=PersonFactory(source=None)))
    for item in items:
        since = visible_from(item)
        assert (obstacles(item) == []) == (since is not None and since <= timezone.now()), item
        assert (obstacles(item) == []) == item.is_public


def test_names_with_markup_are_shown_as_text():
    markup = "<script>alert(1)</script>"
    quote = QuoteFactory(text=markup, source=SourceFactory(title=markup))
    bad = QuoteFactory(text=markup, source=None)
    client = publisher()
    for page in (
        client.get(change_url(quote)),
        client.get(list_url("quote")),
        act(client, "publish", quote, bad),
        act(client, "publish", quote, bad, confirmed=True),
        client.get(change_url(quote)),
    ):
        content = page.content.decode()
        assert "<script>alert" not in content
        assert "&lt;script&gt;alert" in content


def test_archiving_an_item_that_hides_no_others_lists_none():
    theme = ThemeFactory(public=True)
    QuoteFactory(public=True, themes=[theme])
    page = act(publisher(), "archive", theme)
    assert page.context["hidden_with"] == []


def test_the_panel_shows_when_an_item_will_be_public():
    later = datetime.datetime(2031, 5, 25, 7, 5, tzinfo=datetime.UTC)
    (obstacle,) = obstacles(SourceFactory(state=State.PUBLISHED, published_at=later))
    assert "25 May 2031" in str(obstacle.text)
