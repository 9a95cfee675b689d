"""Two editors at once: a newer change is never overwritten by accident, and nothing typed is lost."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from initiatives.models import Initiative, Milestone, PrincipleSet, Quote, QuoteTranslation, SynonymSet, Theme
from tests.admin.support import (
    change_url,
    editor,
    fields_of,
    form_of,
    publisher,
    save,
    saved,
    send,
    superuser,
)
from tests.factories import (
    InitiativeFactory,
    MilestoneFactory,
    PrincipleFactory,
    PrincipleSetFactory,
    QuoteFactory,
    QuoteTranslationFactory,
    SourceFactory,
    ThemeFactory,
)
from tests.helpers import count_queries

pytestmark = [pytest.mark.database, pytest.mark.django_db]


def differences(page) -> dict[str, tuple[str, str, str, bool]]:
    return {
        line.label: (line.before, line.theirs, line.yours, line.is_yours)
        for line in page.context["conflict"].differences
    }


def test_words_that_differ_are_marked_visually_and_for_screen_readers():
    quote = QuoteFactory(text="The state hears its people", date="2020-01-01", locator="")
    mine, theirs, url = editor(), publisher(), change_url(quote)
    form = form_of(mine, url)
    save(theirs, url, text="The state hears <all> its people", date="2021-01-01", locator="p. 4")
    page = send(mine, url, form, text="The state asks its people", date="2022-01-01", locator="p. 5")
    panel = page.content.decode().partition('class="standing conflict')[2].partition("</section>")[0]
    heard = '<span class="visually-hidden">[added: </span>'
    plain = panel.replace('<span class="visually-hidden">] </span>', "")
    # In text, only the new words are marked, and the original is shown unchanged.
    assert "<dd>The state hears its people</dd>" in plain
    assert f"{heard}<ins>&lt;all&gt; </ins>" in plain
    assert f"The state {heard}<ins>asks</ins> its people" in plain
    # A date differs as a whole; if the field was empty, the two wordings are compared with each other.
    assert f"{heard}<ins>2021-01-01</ins>" in plain
    assert f"{heard}<ins>2022-01-01</ins>" in plain
    assert '<span class="visually-hidden">[removed: </span><del>2020-01-01</del>' in plain
    assert f"p. {heard}<ins>4</ins>" in plain
    assert f"p. {heard}<ins>5</ins>" in plain


def test_changes_of_parts_are_described_without_marks():
    initiative = InitiativeFactory()
    milestone = MilestoneFactory(initiative=initiative)
    mine, theirs, url = superuser(), publisher(), change_url(initiative)
    form = form_of(mine, url)
    save(theirs, url, milestones__0__DELETE="on", change_reason="It was wrong.")
    page = send(mine, url, form)
    assert not Milestone.objects.filter(pk=milestone.pk).exists()
    assert "<dd>Deleted by the other editor.</dd>" in page.content.decode()


def test_a_save_over_a_newer_change_is_refused_and_compared():
    quote, url = QuoteFactory(text="As it was", context="Before", locator="p. 1"), None
    url = change_url(quote)
    mine, theirs = editor(), publisher()
    form = form_of(mine, url)
    assert saved(save(theirs, url, text="Theirs", locator="p. 2"))
    page = send(mine, url, form, text="Mine", context="My context")
    assert not saved(page)
    assert differences(page) == {
        "Words": ("As it was", "Theirs", "Mine", True),
        "Place in the source": ("p. 1", "p. 2", "", False),
    }
    quote.refresh_from_db()
    assert (quote.text, quote.context, quote.locator) == ("Theirs", "Before", "p. 2")
    content = page.content.decode()
    assert [plain.partition(", ")[0] for plain in page.context["conflict"].changes] == ["publisher"], "who changed it"
    assert "My context" in content, "what was typed is kept"

    # Saved deliberately: mine where I wrote, theirs where only they did.
    assert saved(send(mine, url, fields_of(page)))
    quote.refresh_from_db()
    assert (quote.text, quote.context, quote.locator) == ("Mine", "My context", "p. 2")


def test_the_last_change_of_each_editor_is_shown():
    theme = ThemeFactory()
    mine, theirs, url = superuser(), publisher(), change_url(theme)
    form = form_of(mine, url)
    for number, hour in enumerate((11, 9)):
        save(theirs, url, name=f"Theirs {number}")
        theme.history.filter(pk=theme.history.latest("pk").pk).update(
            history_date=datetime.datetime(2026, 3, 1, hour, tzinfo=datetime.UTC)
        )
    (plain,) = send(mine, url, form, name="Mine").context["conflict"].changes
    assert plain == "publisher, 1 March 2026, 16:00"


def test_the_second_attempt_conflicts_with_a_third_change():
    theme = ThemeFactory(name="First")
    url = change_url(theme)
    mine, theirs = editor(), publisher()
    form = form_of(mine, url)
    save(theirs, url, name="Second")
    page = send(mine, url, form, name="Mine")
    save(theirs, url, name="Third")
    page = send(mine, url, fields_of(page))
    assert differences(page) == {"Name": ("Second", "Third", "Mine", True)}
    theme.refresh_from_db()
    assert theme.name == "Third"


def test_a_save_without_changes_is_no_conflict():
    theme = ThemeFactory(name="First", description="One\r\ntwo")
    url = change_url(theme)
    mine, theirs = editor(), publisher()
    form = form_of(mine, url)
    save(theirs, url)
    assert saved(send(mine, url, form, name="Mine"))
    # Nor is an identical change.
    form = form_of(mine, url)
    save(theirs, url, name="Ours")
    assert saved(send(mine, url, form, name="Ours"))


def test_consecutive_saves_by_one_user_are_no_conflict():
    url = change_url(ThemeFactory())
    client = editor()
    for name in ("One", "Two", "Three"):
        assert saved(save(client, url, name=name, _continue="1"))


def test_relations_choices_and_times_are_compared_in_words():
    law, water = ThemeFactory(name="Law"), ThemeFactory(name="Water")
    quote = QuoteFactory(themes=[law], language="en")
    source = SourceFactory(title="The address")
    url = change_url(quote)
    mine, theirs = superuser(), publisher()
    form = form_of(mine, url)
    save(theirs, url, themes=[law.pk, water.pk], language="ru", source=source.pk, date="2020-05-25")
    page = send(mine, url, form, themes=[water.pk], locator="p. 5")
    found = differences(page)
    assert found["Themes"] == ("Law", "Law, Water", "Water", True)
    assert found["Language"] == ("English", "Russian", "", False)
    assert found["Source"] == (str(quote.source), "The address", "", False)
    assert found["Date"] == ("", "2020-05-25", "", False)
    assert saved(send(mine, url, fields_of(page)))
    quote.refresh_from_db()
    assert list(quote.themes.all()) == [water]
    assert (quote.language, quote.source, quote.date.isoformat(), quote.locator) == ("ru", source, "2020-05-25", "p. 5")


def test_a_choice_cleared_by_the_other_editor_stays_empty():
    quote = QuoteFactory(themes=[ThemeFactory(name="Law")])
    url = change_url(quote)
    mine, theirs = editor(), publisher()
    form = form_of(mine, url)
    assert saved(save(theirs, url, themes=[], speaker=quote.speaker_id))
    page = send(mine, url, form, locator="p. 5")
    assert differences(page) == {"Themes": ("Law", "", "", False)}
    assert saved(send(mine, url, fields_of(page)))
    quote.refresh_from_db()
    assert (list(quote.themes.all()), quote.locator) == ([], "p. 5")


def test_invalid_input_in_a_conflict_is_handled():
    quote = QuoteFactory()
    url = change_url(quote)
    mine = editor()
    form = form_of(mine, url)
    save(publisher(), url, text="Theirs", source="", themes=[ThemeFactory().pk])
    nonsense = {"translations__TOTAL_FORMS": "x", "language": "\0", "date": "never"}
    page = send(mine, url, form, text="Mine", **nonsense)
    assert page.status_code == 200
    assert not saved(page)


def test_publication_meanwhile_is_not_reverted():
    theme = ThemeFactory(name="Law")
    url = change_url(theme)
    mine, theirs = superuser(), publisher()
    form = form_of(mine, url)
    save(theirs, url, state="published")
    page = send(mine, url, form, name="Rule of law")
    assert differences(page)["State"] == ("draft", "published", "", False)
    assert saved(send(mine, url, fields_of(page)))
    theme.refresh_from_db()
    assert (theme.name, theme.state) == ("Rule of law", "published")
    assert theme.published_at is not None


def test_a_changed_part_changes_its_owner():
    quote = QuoteFactory()
    translation = QuoteTranslationFactory(quote=quote, text="Раз", language="ru")
    url = change_url(quote)
    mine, theirs = editor(), publisher()
    form = form_of(mine, url)
    assert saved(save(theirs, url, translations__0__text="Два", translations__0__translator="B"))
    page = send(mine, url, form, context="Mine", translations__0__text="Три")
    assert not saved(page)
    (words, translator) = differences(page).values()
    assert words == ("Раз", "Два", "Три", True)
    assert translator == ("", "B", "", False)
    assert saved(send(mine, url, fields_of(page)))
    translation.refresh_from_db()
    quote.refresh_from_db()
    assert (translation.text, translation.translator, quote.context) == ("Три", "B", "Mine")


def test_a_part_added_meanwhile_appears_in_the_form():
    initiative = InitiativeFactory()
    MilestoneFactory(initiative=initiative, text="First")
    url = change_url(initiative)
    mine, theirs = editor(), publisher()
    form = form_of(mine, url)
    source = SourceFactory()
    new = {"date": "2021-01-01", "source": source.pk}
    added = {f"milestones__1__{name}": value for name, value in new.items()}
    assert saved(save(theirs, url, milestones__TOTAL_FORMS="2", milestones__1__text="Theirs", **added))
    page = send(mine, url, form, milestones__TOTAL_FORMS="2", milestones__1__text="Mine", **added)
    assert not saved(page)
    assert [line.theirs for line in page.context["conflict"].differences] == ["Added by the other editor."]
    assert saved(send(mine, url, fields_of(page)))
    assert sorted(initiative.milestones.values_list("text", flat=True)) == ["First", "Mine", "Theirs"]


@pytest.mark.parametrize(("typed", "left"), [("", []), ("Mine", ["Mine"])])
def test_a_part_deleted_meanwhile_is_kept_only_if_it_was_changed(typed, left):
    milestone = MilestoneFactory(text="Gone")
    initiative = milestone.initiative
    url = change_url(initiative)
    mine, theirs = superuser(), publisher()
    form = form_of(mine, url)
    assert saved(save(theirs, url, milestones__0__DELETE="on", change_reason="It was wrong."))
    changes = {"milestones__0__text": typed} if typed else {}
    page = send(mine, url, form, summary="Mine", **changes)
    assert not saved(page)
    assert [line.theirs for line in page.context["conflict"].differences] == ["Deleted by the other editor."]
    assert saved(send(mine, url, fields_of(page)))
    assert list(Milestone.objects.values_list("text", flat=True)) == left
    assert Initiative.objects.get().summary == "Mine"


def test_principles_are_merged_in_their_order():
    principles = PrincipleSetFactory()
    for title in ("One", "Two"):
        PrincipleFactory(set=principles, title=title)
    url = change_url(principles)
    mine, theirs = editor(), publisher()
    form = form_of(mine, url)
    assert saved(save(theirs, url, principles__0__number="2", principles__1__number="1"))
    page = send(mine, url, form, principles__0__title="First")
    assert not saved(page)
    assert saved(send(mine, url, fields_of(page)))
    assert [str(principle) for principle in PrincipleSet.objects.get().principles.order_by("number")] == [
        "1. Two",
        "2. First",
    ]


def test_a_deleted_item_can_be_added_again():
    quote = QuoteFactory(text="Old words")
    QuoteTranslationFactory(quote=quote, text="Старые слова", language="ru")
    url = change_url(quote)
    mine = editor()
    form = form_of(mine, url)
    publisher().post(
        reverse("admin:initiatives_quote_delete", args=[quote.pk]), {"post": "yes", "change_reason": "It was wrong."}
    )
    page = send(mine, url, form, text="My words")
    assert page.status_code == 200
    assert "someone deleted this" in page.content.decode()
    assert "My words" in page.content.decode()
    add = reverse("admin:initiatives_quote_add")
    assert f'action="{add}"' in page.content.decode()
    assert not Quote.objects.exists()
    assert saved(send(mine, add, fields_of(page)))
    assert Quote.objects.get().text == "My words"
    assert QuoteTranslation.objects.get().text == "Старые слова"


def test_an_editor_keeps_what_was_typed_if_the_item_was_published_meanwhile():
    quote = QuoteFactory(source=SourceFactory(public=True))
    url = change_url(quote)
    mine = editor()
    form = form_of(mine, url)
    assert saved(save(publisher(), url, state="published"))
    page = send(mine, url, form, context="Typed with care")
    assert page.status_code == 403
    assert "Typed with care" in page.content.decode()
    listed = {line.label: line.yours for line in page.context["conflict"].differences}
    assert listed.keys().isdisjoint({"Source", "Speaker"}), "readers know no keys"
    assert b'name="_save"' not in page.content
    quote.refresh_from_db()
    assert (quote.context, quote.state) == ("", "published")


@pytest.mark.parametrize("token", ["", "forged", None])
def test_a_form_without_its_version_overwrites_nothing_unseen(token):
    theme, other = ThemeFactory(name="Theirs"), ThemeFactory(name="Other")
    url = change_url(theme)
    client = editor()
    form = form_of(client, url)
    form["_version"] = form_of(client, change_url(other))["_version"] if token is None else [token]
    page = send(client, url, form, name="Mine")
    assert differences(page) == {"Name": ("", "Theirs", "Mine", True)}
    assert Theme.objects.filter(name="Theirs").exists()
    assert saved(send(client, url, fields_of(page)))


def test_synonyms_are_locked_too():
    synonyms = SynonymSet.objects.create(words="court\ntribunal")
    url = change_url(synonyms)
    mine, theirs = superuser(), publisher()
    form = form_of(mine, url)
    save(theirs, url, words="court\ntribunal\nbench")
    page = send(mine, url, form, words="court\njudges")
    assert differences(page)["Words and phrases"][1:] == ("court\ntribunal\nbench", "court\njudges", True)


def test_errors_and_a_conflict_are_shown_together():
    quote = QuoteFactory(text="First")
    url = change_url(quote)
    mine, theirs = editor(), publisher()
    form = form_of(mine, url)
    save(theirs, url, text="Theirs")
    page = send(mine, url, form, text="Mine", date="2020-13-45")
    assert "date" in page.context["adminform"].form.errors
    assert "2020-13-45" in page.content.decode()
    assert page.context["conflict"]


def test_an_invalid_address_is_answered_as_before():
    client = editor()
    for pk in ("abc", "99999999999999999999999"):
        url = reverse("admin:initiatives_quote_change", args=[pk])
        assert client.get(url).status_code == 302
        assert client.post(url, {}).status_code == 302


def test_queries_to_save_do_not_grow_with_versions():
    quote = QuoteFactory()
    url, client = change_url(quote), editor()
    few = count_queries(lambda: client.get(url))
    for number in range(20):
        quote.context = str(number)
        quote.save()
    assert count_queries(lambda: client.get(url)) == few


def test_the_item_is_locked_before_its_version_is_compared():
    theme = ThemeFactory()
    client = editor()
    form = form_of(client, change_url(theme))
    with CaptureQueriesContext(connection) as queries:
        assert saved(send(client, change_url(theme), form, name="Mine"))
    statements = [query["sql"] for query in queries]
    compared = next(number for number, sql in enumerate(statements) if 'MAX("initiatives_historicaltheme"' in sql)
    if connection.vendor == "postgresql":
        assert any("FOR UPDATE" in sql for sql in statements[:compared])
    else:
        # On SQLite a transaction that may write takes the lock when it begins.
        assert connection.settings_dict["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
        assert any("SAVEPOINT" in sql for sql in statements[:compared])
