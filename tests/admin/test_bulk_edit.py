"""Bulk editing: the preview matches the change, permissions apply, and each item gets a version."""

import pytest
from django.contrib.admin.models import LogEntry
from hypothesis import given
from hypothesis import strategies as st

from initiatives.models import Change, Quote, Source
from initiatives.models.choices import State
from tests.admin.support import account, act, desk, editor, list_url, messages_of, publisher
from tests.factories import (
    BodyFactory,
    InitiativeFactory,
    PersonFactory,
    QuoteFactory,
    QuoteTranslationFactory,
    SourceFactory,
    ThemeFactory,
    copy_of,
)
from tests.helpers import count_queries, few_examples, rolled_back
from tests.record_support import nothing_changes, nothing_public_changes

pytestmark = [pytest.mark.database, pytest.mark.django_db]


def asked(client, *items, more=(), **chosen):
    """Choose the action and what to change; return the page with the preview."""
    fields = fields_of_change(act(client, "bulk_edit", *items, **dict(more)))
    return client.post(list_url(items[0]._meta.model_name), fields | chosen)


def confirm(client, page, model: str = "quote"):
    """Press the button on the preview page."""
    return client.post(list_url(model), fields_of_change(page), follow=True)


def fields_of_change(page) -> dict[str, list[str]]:
    """Return what the confirmation page sends."""
    fields: dict[str, list[str]] = {}
    for name, value in page.context["fields"]:
        fields.setdefault(name, []).append(value)
    return fields


def lines(page, which: str) -> dict:
    """Return the items of a section of the page, each with its differences."""
    return {
        line.item.pk: {change.label: (change.before, change.after) for change in line.differences}
        for line in getattr(page.context["plan"], which)
    }


def test_several_sources_get_a_kind_of_publisher_at_once():
    sources = [SourceFactory(publisher="Vlast"), SourceFactory(publisher="Vlast")]
    client = editor()
    page = asked(client, *sources, publisher_kind="private_media")
    assert lines(page, "changing")[sources[0].pk] == {"Kind of publisher": ("", "private media")}
    confirm(client, page, "source")
    assert {Source.objects.get(pk=source.pk).publisher_kind for source in sources} == {"private_media"}


def test_an_editor_changes_drafts_after_a_preview():
    courts, water = ThemeFactory(name="Courts"), ThemeFactory(name="Water")
    speaker, source = PersonFactory(name="A. Speaker"), SourceFactory(title="The address")
    first = QuoteFactory(themes=[courts], state=State.DRAFT)
    second = QuoteFactory(themes=[water], speaker=speaker, source=source, language="ru", verification="primary")
    copy_of(source, f"{first.text} {second.text}")
    user = account("Editor")
    client = desk(user)
    before = (first.history.count(), second.history.count())
    chosen = {"add_themes": [water.pk], "remove_themes": [courts.pk], "speaker": speaker.pk, "source": source.pk}
    chosen |= {"language": "ru", "verification": "primary", "reason": "Sorted by theme"}
    page = asked(client, first, second, **chosen)
    shown = lines(page, "changing")[first.pk]
    assert (shown["Themes"], shown["Speaker"][1], shown["Source"][1]) == (
        ("Courts", "Water"), "A. Speaker", "The address"
    )  # fmt: skip
    assert shown["Language"] == ("English", "Russian")
    assert list(lines(page, "unchanged")) == [second.pk]
    assert Quote.objects.get(pk=first.pk).language == "en", "nothing is done yet"
    assert "Changed: 1." in messages_of(confirm(client, page))
    first.refresh_from_db()
    assert (first.speaker, first.source, first.language, first.verification) == (speaker, source, "ru", "primary")
    assert list(first.themes.all()) == [water]
    version = first.history.first()
    assert (version.history_user, version.history_change_reason) == (user, "Sorted by theme")
    assert [tie.theme for tie in version.themes.all()] == [water]
    assert (first.history.count(), second.history.count()) == (before[0] + 1, before[1])
    assert LogEntry.objects.get().object_id == str(first.pk)


def test_only_publishers_change_published_items_and_the_public_log_shows_it():
    public, draft = QuoteFactory(public=True, text="Said in public"), QuoteFactory()
    client = editor()
    with nothing_public_changes():
        page = asked(client, public, draft, verification="disputed")
        assert list(lines(page, "changing")) == [draft.pk]
        (refused,) = page.context["plan"].refused
        assert refused.notes == ["This item is published or archived. Only a publisher can change it."]
        confirm(client, page)
    draft.refresh_from_db()
    assert draft.verification == "disputed"
    client = publisher()
    confirm(client, asked(client, public, verification="disputed"))
    public.refresh_from_db()
    assert public.verification == "disputed"
    assert Change.objects.filter(object_id=public.pk, nature="correction").exists()


def test_items_changed_since_are_skipped_by_name_even_if_published():
    same, changed = QuoteFactory(), QuoteFactory(text="Nobody saw this change")
    client = editor()
    page = asked(client, same, changed, language="kk")
    changed.state = State.PUBLISHED
    changed.save()
    messages = messages_of(confirm(client, page))
    assert "Left out because it changed after you opened the page. Check it again: Nobody saw this change" in messages
    assert {quote.language for quote in Quote.objects.filter(pk=changed.pk)} == {"en"}
    assert Quote.objects.get(pk=same.pk).language == "kk"


def test_only_what_was_shown_is_done():
    """Nor does the confirmation of one change apply another."""
    theme, other, quote = ThemeFactory(), ThemeFactory(), QuoteFactory()
    client = editor()
    form = fields_of_change(asked(client, quote, add_themes=[theme.pk]))
    with nothing_changes():
        for crafted in ({"add_themes": [other.pk]}, {"language": "ru"}, {"reason": "Another"}, {"_versions": ["x"]}):
            page = client.post(list_url("quote"), form | crafted)
            assert page.context["plan"].changing, "it asks again"
        client.post(list_url("quote"), form | {"add_themes": ["999999"]})
    client.post(list_url("quote"), form)
    assert list(quote.themes.all()) == [theme]


@pytest.mark.parametrize(
    "chosen",
    [
        {},
        {"reason": "Only a reason"},
        {"language": "xx"},
        {"speaker": "x"},
        {"add_themes": ["²", "99999999999999999999"]},
        {"reason": "x" * 101, "language": "ru"},
    ],
)
def test_an_invalid_choice_is_reported_and_kept(chosen):
    quote, client = QuoteFactory(), editor()
    with nothing_changes():
        page = asked(client, quote, **chosen)
    assert page.context["form"].errors
    assert str(quote.pk) in dict(page.context["fields"])["_selected_action"]
    if "reason" in chosen:
        assert chosen["reason"] in page.content.decode()


def test_a_theme_cannot_be_both_added_and_removed():
    theme, client = ThemeFactory(), editor()
    page = asked(client, QuoteFactory(), add_themes=[theme.pk], remove_themes=[theme.pk])
    assert "cannot be added and removed" in page.content.decode()


def test_rules_of_the_record_are_kept():
    speaker, source = PersonFactory(), SourceFactory()
    QuoteFactory(speaker=speaker, source=source, text="On record already")
    twin = QuoteFactory(text="On record already")
    pair = [QuoteFactory(text="Twice in the selection") for _number in range(2)]
    client = publisher()
    page = asked(client, twin, *pair, speaker=speaker.pk, source=source.pk)
    assert sorted(lines(page, "changing")) == [pair[1].pk], "the first of the list"
    assert {line.notes[0] for line in page.context["plan"].refused} == {
        "This quote is already on record from the same source."
    }
    confirm(client, page)
    assert Quote.objects.filter(speaker=speaker, source=source).count() == 2
    translated = QuoteFactory()
    QuoteTranslationFactory(quote=translated, language="kk")
    page = asked(client, translated, language="kk")
    assert list(lines(page, "refused")) == [translated.pk]


def test_a_warning_names_published_quotes_that_would_be_hidden():
    quote = QuoteFactory(public=True)
    page = asked(publisher(), quote, source=SourceFactory(title="A draft document").pk)
    (line,) = page.context["plan"].refused
    assert "Readers would no longer see it." in line.notes[0]


def test_initiatives_have_themes_and_bodies():
    initiative, theme, body = InitiativeFactory(), ThemeFactory(), BodyFactory()
    client = editor()
    page = asked(client, initiative, add_themes=[theme.pk], add_bodies=[body.pk])
    confirm(client, page, "initiative")
    assert (list(initiative.themes.all()), list(initiative.bodies.all())) == ([theme], [body])


def test_search_finds_what_was_changed():
    theme, quote = ThemeFactory(public=True), QuoteFactory(public=True, text="Reservoirs")
    client = publisher()
    confirm(client, asked(client, quote, add_themes=[theme.pk]))
    assert "Reservoirs" in client.get(f"/quotes/?q=reservoirs&theme={theme.slug}").content.decode()


def test_a_thousand_items_take_as_many_queries_as_a_few():
    theme, source, speaker = ThemeFactory(), SourceFactory(), PersonFactory()
    Quote.objects.bulk_create(
        Quote(text=f"Words, number {n}", text_digest=str(n), speaker=speaker, source=source) for n in range(1000)
    )
    client, (first, *_others) = editor(), Quote.objects.all()

    def run(language: str, *items, **more) -> int:
        def both():
            page = asked(client, *items, add_themes=[theme.pk], language=language, more=more)
            confirm(client, page)

        return count_queries(both)

    few = run("ru", *Quote.objects.all()[:3])
    many = run("kk", first, select_across="1")
    assert Quote.objects.filter(language="kk", themes=theme).count() == 1000
    # Some rows are written five hundred at a time.
    assert many < few + 80


STATES = st.sampled_from(State.values)
THEMES = st.sets(st.integers(0, 2))


@few_examples
@given(
    group=st.sampled_from(["Editor", "Publisher"]),
    record=st.lists(st.tuples(STATES, st.sampled_from(["en", "ru"]), THEMES), min_size=1, max_size=4),
    language=st.sampled_from(["", "en", "ru"]),
    added=THEMES,
    removed=THEMES,
)
def test_the_change_matches_the_preview_for_every_choice(group, record, language, added, removed):
    with rolled_back():
        themes = ThemeFactory.create_batch(3)
        quotes = [
            QuoteFactory(state=state, language=spoken, themes=[themes[n] for n in sorted(numbers)])
            for state, spoken, numbers in record
        ]
        client, before = desk(account(group)), [stored(quote) for quote in quotes]
        chosen = {"language": language, "add_themes": [themes[n].pk for n in added]}
        page = asked(client, *quotes, **chosen, remove_themes=[themes[n].pk for n in removed])
        if "plan" not in page.context:
            assert added & removed or not (language or added or removed)
            return
        shown = lines(page, "changing")
        if shown:
            confirm(client, page)
        for quote, (state, *values), (_state, spoken, numbers) in zip(quotes, before, record, strict=True):
            may = group == "Publisher" or state in {State.DRAFT, State.IN_REVIEW}
            wanted = [language or spoken, {themes[n].pk for n in (numbers - removed) | added}]
            assert stored(quote) == [state, *(wanted if may else values)]
            assert (quote.pk in shown) == (may and wanted != values)


def stored(quote: Quote) -> list:
    """Return the state, language and themes of a quote."""
    quote = Quote.objects.get(pk=quote.pk)
    return [quote.state, quote.language, set(quote.themes.values_list("pk", flat=True))]
