"""Versions are restored, and deleted items are recovered as drafts."""

import datetime

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.db.models import ProtectedError
from django.urls import reverse
from django.utils import timezone

from initiatives.models import (
    Change,
    Initiative,
    Milestone,
    Person,
    PrincipleSet,
    Quote,
    Source,
    SynonymSet,
    Theme,
)
from initiatives.models.choices import State
from initiatives.models.history import because, one_version
from tests.admin.history_support import (
    change,
    compare_url,
    deleted_url,
    history_url,
    put_back,
    recover_url,
    revert_url,
    text_of,
)
from tests.admin.support import (
    act,
    change_url,
    desk,
    editor,
    list_url,
    messages_of,
    publisher,
    save,
    saved,
    superuser,
)
from tests.factories import (
    InitiativeFactory,
    MilestoneFactory,
    PersonFactory,
    PrincipleFactory,
    PrincipleSetFactory,
    QuoteFactory,
    QuoteTranslationFactory,
    SourceFactory,
    ThemeFactory,
)
from tests.helpers import count_queries

pytestmark = [pytest.mark.database, pytest.mark.django_db]


# Restoring


def test_restoring_previews_changes_then_restores_words_and_relations():
    client = publisher()
    old_theme, new_theme = ThemeFactory(name="Old theme"), ThemeFactory(name="New theme")
    quote = QuoteFactory(public=True, text="Right words", themes=[old_theme])
    version = quote.history.first()
    with one_version(quote):
        change(quote, text="Wrong words")
        quote.themes.set([new_theme])
    page = client.get(revert_url(quote, version))
    text = text_of(page)
    assert "Now Wrong words Afterwards Right words" in text
    assert "Now New theme Afterwards Old theme" in text
    quote.refresh_from_db()
    assert quote.text == "Wrong words", "nothing is done before it is confirmed"
    page = put_back(client, quote, version)
    assert "Restored to the version of" in messages_of(page)
    quote.refresh_from_db()
    assert (quote.text, list(quote.themes.all()), quote.state) == ("Right words", [old_theme], "published")
    newest = quote.history.first()
    assert newest.history_editor == "publisher"
    assert newest.history_change_reason.startswith("Restored to the version of")
    assert LogEntry.objects.get().change_message == newest.history_change_reason


def test_restoring_never_publishes():
    quote = QuoteFactory(public=True, text="Public words")
    version = quote.history.first()
    change(quote, state=State.DRAFT, published_at=None, text="Draft")
    put_back(editor(), quote, version)
    quote.refresh_from_db()
    assert (quote.text, quote.state, quote.published_at) == ("Public words", "draft", None)


def test_an_editor_cannot_restore_a_version_of_a_published_item():
    quote = QuoteFactory(text="Draft words")
    version = quote.history.get()
    translation = QuoteTranslationFactory(quote=quote)
    part = translation.history.get()
    change(translation, text="Другие слова")
    change(quote, state=State.PUBLISHED, text="Public words")
    client = editor()
    for of in (version, part):
        assert client.get(revert_url(quote, of)).status_code == 403
        assert client.post(revert_url(quote, of), {"newest": quote.history.first().pk}).status_code == 403
    assert "Restore" not in text_of(client.get(history_url(quote)))
    quote.refresh_from_db()
    assert quote.text == "Public words"


def test_the_rules_of_the_model_apply():
    quote = QuoteFactory(text="Same words")
    version = quote.history.get()
    change(quote, text="Other words")
    QuoteFactory(text="Same words", speaker=quote.speaker, source=quote.source)
    client = publisher()
    page = client.get(revert_url(quote, version))
    assert "This quote is already on record" in text_of(page)
    put_back(client, quote, version)
    quote.refresh_from_db()
    assert quote.text == "Other words"


def test_deleted_relations_are_not_restored_and_the_page_says_so():
    theme, stays = ThemeFactory(), ThemeFactory()
    source = SourceFactory()
    quote = QuoteFactory(text="Right words", source=source, speaker=PersonFactory(), themes=[theme, stays])
    version = quote.history.first()
    with one_version(quote):
        change(quote, text="Wrong words", source=SourceFactory())
        quote.themes.clear()
    theme.delete()
    source.delete()
    client = publisher()
    text = text_of(client.get(revert_url(quote, version)))
    assert "Source: the earlier value has since been deleted, so it cannot be restored." in text
    assert "Themes: left out because they no longer exist: 1." in text
    put_back(client, quote, version)
    quote.refresh_from_db()
    assert (quote.text, list(quote.themes.all())) == ("Right words", [stays])
    assert quote.source is not None


def test_a_newer_change_is_not_overwritten_unseen():
    quote = QuoteFactory(text="One")
    version = quote.history.get()
    change(quote, text="Two")
    client = publisher()
    seen = client.get(revert_url(quote, version)).context["newest"]
    change(quote, text="Three, by somebody else")
    page = client.post(revert_url(quote, version), {"newest": seen}, follow=True)
    assert "has changed this item since you opened the page" in messages_of(page)
    assert "Three, by somebody else" in text_of(page)
    quote.refresh_from_db()
    assert quote.text == "Three, by somebody else"


def test_a_part_is_restored_or_recovered_from_its_owners_history():
    source = SourceFactory()
    milestone = MilestoneFactory(text="A step was taken")
    milestone.further_sources.add(source)
    initiative, number = milestone.initiative, milestone.pk
    version = milestone.history.first()
    change(milestone, text="A step was made")
    client = publisher()
    put_back(client, initiative, version)
    milestone.refresh_from_db()
    assert milestone.text == "A step was taken"
    milestone.delete()
    put_back(client, initiative, Milestone.history.filter(history_type="-").get())
    milestone = Milestone.objects.get(pk=number)
    assert (milestone.text, list(milestone.further_sources.all())) == ("A step was taken", [source])
    assert Change.objects.filter(nature="removal").count() == 1, "it was gone for a moment"


# Deleted items


def test_a_deleted_item_is_recovered_as_a_draft_with_its_parts():
    theme, gone = ThemeFactory(), ThemeFactory(name="Gone")
    quote = QuoteFactory(public=True, text="Words that were said", themes=[theme, gone])
    QuoteTranslationFactory(quote=quote, text="Слова")
    number = quote.pk
    quote.delete()
    gone.delete()
    client = editor()
    page = client.get(deleted_url(Quote))
    assert "Words that were said" in text_of(page)
    assert deleted_url(Quote) in client.get(list_url("quote")).content.decode()
    version = Quote.history.filter(history_type="-").get()
    text = text_of(client.get(recover_url(version)))
    assert "Themes: left out because they no longer exist: 1." in text
    assert "Translation: Russian" in text
    page = client.post(recover_url(version), follow=True)
    assert "Recovered as a draft" in messages_of(page)
    quote = Quote.objects.get(pk=number)
    assert (quote.state, list(quote.themes.all()), quote.translations.get().text) == ("draft", [theme], "Слова")
    assert quote.history.first().history_change_reason == "Recovered after deletion."
    assert "No item of this kind has been deleted." in text_of(client.get(deleted_url(Quote)))
    assert client.get(recover_url(version)).status_code == 404
    assert LogEntry.objects.get().object_id == str(number)


def test_all_parts_of_all_kinds_are_recovered():
    initiative = InitiativeFactory()
    MilestoneFactory(initiative=initiative, text="First step")
    MilestoneFactory(initiative=initiative, text="Second step", date="2021-01-01")
    principles = PrincipleSetFactory()
    for title in ("One", "Two", "Three"):
        PrincipleFactory(set=principles, title=title)
    person = PersonFactory()
    MilestoneFactory(initiative=None, person=person, text="Took office")
    client = publisher()
    for item in (initiative, principles, person):
        model = type(item)
        item.delete()
        version = model.history.filter(history_type="-").get()
        assert client.post(recover_url(version)).status_code == 302
    assert [m.text for m in Initiative.objects.get().milestones.all()] == ["First step", "Second step"]
    assert [p.title for p in PrincipleSet.objects.get().principles.order_by("number")] == ["One", "Two", "Three"]
    assert Person.objects.get().milestones.get().text == "Took office"


def test_a_slug_that_is_now_in_use_is_not_reclaimed():
    theme = ThemeFactory(slug="dialogue", name="Dialogue")
    theme.delete()
    ThemeFactory(slug="dialogue", name="Another")
    version = Theme.history.filter(history_type="-").get()
    client = publisher()
    assert "will get a new one" in text_of(client.get(recover_url(version)))
    client.post(recover_url(version))
    assert Theme.objects.get(name="Dialogue").slug == f"dialogue-{version.id}"


def test_what_cannot_be_recovered_shows_the_reason():
    quote = QuoteFactory()
    speaker = quote.speaker
    quote.delete()
    speaker.delete()
    version = Quote.history.filter(history_type="-").get()
    client = publisher()
    text = text_of(client.get(recover_url(version)))
    assert "Speaker: the earlier value has since been deleted" in text
    assert "This cannot be done" in text
    assert client.post(recover_url(version)).status_code == 200
    assert not Quote.objects.exists()


def test_users_who_may_not_add_recover_nothing():
    source = SourceFactory()
    source.delete()
    version = Source.history.filter(history_type="-").get()
    nobody = desk(User.objects.create_user("nobody", is_staff=True))
    for address in (deleted_url(Source), recover_url(version)):
        assert nobody.get(address).status_code == 403
    assert nobody.post(recover_url(version)).status_code == 403


def test_a_part_deleted_long_before_its_owner_stays_deleted():
    milestone = MilestoneFactory(text="Was wrong")
    initiative = milestone.initiative
    milestone.delete()
    Milestone.history.filter(history_type="-").update(history_date=timezone.now() - datetime.timedelta(days=1))
    initiative.delete()
    publisher().post(recover_url(Initiative.history.filter(history_type="-").get()))
    assert not Milestone.objects.exists()


# Queries


def test_queries_do_not_grow_with_versions():
    client = publisher()
    initiative = InitiativeFactory()

    def work(times: int) -> None:
        for number in range(times):
            theme = ThemeFactory()
            with one_version(initiative):
                change(initiative, summary=f"Summary {number} {theme}.")
                initiative.themes.add(theme)
            MilestoneFactory(initiative=initiative).further_sources.add(SourceFactory())

    work(2)
    addresses = [history_url(initiative), compare_url(initiative)]
    few = [count_queries(lambda address=address: client.get(address)) for address in addresses]
    work(5)
    assert [count_queries(lambda address=address: client.get(address)) for address in addresses] == few


def test_queries_of_the_list_of_deleted_items_do_not_grow():
    client = publisher()
    address = deleted_url(Quote)
    QuoteFactory().delete()
    few = count_queries(lambda: client.get(address))
    for quote in QuoteFactory.create_batch(5):
        quote.delete()
    assert count_queries(lambda: client.get(address)) == few


# The public log on the desk


def test_the_public_log_cannot_be_deleted_but_superusers_can_withhold_its_words(client):
    quote = QuoteFactory(public=True, text="Words that are unlawful")
    with because("Unlawful gossip."):
        change(quote, text="Other words")
    logged, root = Change.objects.get(), superuser()
    for browser in (editor(), publisher(), root):
        assert (
            browser.post(reverse("admin:initiatives_change_delete", args=[logged.pk]), {"post": "yes"}).status_code
            == 403
        )
        act(browser, "delete_selected", logged, post="yes")
    for delete in (logged.delete, Change.objects.all().delete):
        with pytest.raises(ProtectedError):
            delete()
    assert "gossip" in client.get("/changes/").content.decode()
    assert (
        desk(User.objects.get(username="publisher")).post(change_url(logged), {"withheld": "Not allowed."}).status_code
        == 403
    )
    assert saved(save(root, change_url(logged), withheld="A court forbade the words."))
    for address in ("/changes/", "/changes.atom", "/api/v1/changes", quote.get_absolute_url()):
        page = client.get(address).content.decode()
        assert "unlawful" not in page.lower(), address
        assert ("A court forbade the words." in page) == ("/changes" in address)
    assert quote.history.count() == 2
    assert saved(save(root, change_url(logged), withheld=""))
    assert "gossip" in client.get("/changes/").content.decode()


def test_synonyms_have_a_history_too():
    client = publisher()
    synonyms = SynonymSet.objects.create(words="court\ntribunal", language="en")
    assert saved(save(client, change_url(synonyms), words="court\nbench"))
    version = synonyms.history.last()
    assert "tribunal" in text_of(client.get(history_url(synonyms)))
    put_back(client, synonyms, version)
    synonyms.refresh_from_db()
    assert synonyms.words == "court\ntribunal"
    number = synonyms.pk
    synonyms.delete()
    page = client.post(recover_url(SynonymSet.history.filter(history_type="-").get()), follow=True)
    assert "Recovered: court" in messages_of(page)
    assert SynonymSet.objects.get().pk == number
