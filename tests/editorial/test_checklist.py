"""The publish check: what an item lacks, beside the fields, above the form, and before bulk publishing."""

import copy

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from initiatives.editorial.checklist import WISHES, check_item
from initiatives.editorial.queues import KINDS
from initiatives.models import LinkCheck, Quote
from initiatives.models.choices import State
from tests import factories
from tests.admin.support import act, add_url, change_url, editor, publisher, save, saved
from tests.helpers import count_queries, few_examples, rolled_back

pytestmark = pytest.mark.django_db

FACTORIES = [
    factories.QuoteFactory,
    factories.InitiativeFactory,
    factories.PrincipleSetFactory,
    factories.SourceFactory,
    factories.PersonFactory,
    factories.BodyFactory,
    factories.ThemeFactory,
]


def needed(item) -> set[str]:
    return {finding.field for finding in check_item(item) if finding.must}


def missing(item) -> set[str]:
    return {finding.field for finding in check_item(item) if not finding.must}


def test_every_kind_has_its_rules():
    assert set(WISHES) == set(KINDS) == {factory._meta.model for factory in FACTORIES}


@pytest.mark.parametrize("factory", FACTORIES)
def test_required_fields_are_those_without_which_the_model_refuses_to_publish(factory):
    items = [factory()]
    if hasattr(items[0], "source"):
        items.append(factory(source=None))
    if hasattr(items[0], "url"):
        items.append(factory(url=""))
    for item in items:
        before = copy.deepcopy(item.__dict__)
        found = needed(item)
        assert item.state == before["state"], "the check changes nothing"
        item.state = State.PUBLISHED
        refused: dict = {}
        try:
            item.full_clean()
        except ValidationError as error:
            refused = error.message_dict
        assert found == set(refused)
        if not refused:
            item.save()


def test_required_fields_of_each_kind():
    assert needed(factories.QuoteFactory(source=None)) == {"source"}
    assert needed(factories.SourceFactory(url="")) == {"url"}
    assert needed(factories.PersonFactory(source=None)) == {"source"}
    assert needed(factories.ThemeFactory()) == set()


def test_missing_in_a_quote():
    quote = factories.QuoteFactory()
    assert missing(quote) == {"date", "locator", "verification", "context", "themes", "source"}
    full = factories.QuoteFactory(
        date="2020-01-01",
        locator="page 3",
        verification="primary",
        context="At the opening of parliament.",
        themes=[factories.ThemeFactory()],
        source=factories.SourceFactory(publisher_kind="private_media"),
    )
    assert [finding.text for finding in check_item(Quote.objects.get(pk=full.pk))] == ["No copy of the source yet."]
    factories.copy_of(full.source, full.text)
    assert check_item(Quote.objects.get(pk=full.pk)) == []
    full.verification = "disputed"
    assert missing(full) == {"editors_note"}
    full.editors_note = "Two newspapers differ."
    assert missing(full) == set()


def test_missing_in_a_source():
    source = factories.SourceFactory(language="")
    fields = {"publisher", "publisher_kind", "date", "language", "accessed_on", "archived_url", "description"}
    assert missing(source) == fields
    LinkCheck.objects.create(
        source=source, address=source.url, checked_at=timezone.now(), answer="404 Not Found", failed_days=3
    )
    LinkCheck.objects.create(
        source=source, address="https://example.org/before", checked_at=timezone.now(), answer="gone", failed_days=9
    )
    assert missing(source) == fields | {"url"}
    assert any("404 Not Found" in finding.text for finding in check_item(source))


def test_missing_in_an_initiative_and_a_set():
    source = factories.SourceFactory(public=True, publisher_kind="state_body")
    initiative = factories.InitiativeFactory(source=source)
    assert missing(initiative) == {"themes", "milestones"}
    initiative = factories.InitiativeFactory(source=source, themes=[factories.ThemeFactory()])
    factories.MilestoneFactory(initiative=initiative, source=source)
    assert missing(initiative) == set()
    unknown = factories.SourceFactory(title="Vlast", publisher_kind="", public=True)
    cites = factories.MilestoneFactory(initiative=initiative, source=unknown)
    (finding,) = check_item(type(initiative).objects.get(pk=initiative.pk))
    assert str(finding) == "Milestones: The kind of publisher of “Vlast” is missing."
    cites.delete()
    hidden = factories.SourceFactory(publisher_kind="state_body")
    factories.MilestoneFactory(initiative=initiative, source=hidden)
    (finding,) = check_item(type(initiative).objects.get(pk=initiative.pk))
    assert str(finding) == "Milestones: 1 milestone is hidden because its source is not published."

    principle_set = factories.PrincipleSetFactory(introduction="Announced in 2020.", source=source)
    assert missing(principle_set) == {"principles"}
    factories.PrincipleFactory(set=principle_set)
    (finding,) = check_item(type(principle_set).objects.get())
    assert finding.text == "1 principle has no theme."


def test_missing_in_other_kinds():
    assert missing(factories.PersonFactory()) == {"family_name", "role", "summary", "source"}
    assert missing(factories.BodyFactory()) == {"summary", "source"}
    assert missing(factories.ThemeFactory()) == {"description"}


@few_examples
@given(
    text=st.text(min_size=1, max_size=40).filter(lambda text: "\0" not in text and text.strip()),
    has_source=st.booleans(),
    date=st.none() | st.dates(),
    precision=st.sampled_from(["", "day", "month", "year", "century"]),
)
def test_publishing_by_the_form_and_the_check_agree(text, has_source, date, precision):
    """For any draft, nothing is required exactly if the database would accept it as published."""
    with rolled_back():
        quote = factories.QuoteFactory()
        quote.text, quote.date, quote.date_precision = text, date, precision
        quote.source = quote.source if has_source else None
        published = copy.copy(quote)
        published.state = State.PUBLISHED
        try:
            published.full_clean()
        except ValidationError:
            assert needed(quote)
        else:
            assert not needed(quote)
            published.save()


def test_form_of_a_draft_shows_the_check_only_on_request():
    client = editor()
    quote = factories.QuoteFactory()
    assert "Publishing checklist" not in client.get(change_url(quote)).content.decode()
    page = client.get(f"{change_url(quote)}?check=yes").content.decode()
    assert "Publishing checklist" in page
    assert '<a href="#id_themes">Themes</a>: Visitors who browse by theme will not find it.' in page
    # Beside the field, and linked to it for screen readers.
    assert 'aria-describedby="id_locator_helptext"' in page
    assert '<span class="check-note">Where in the source are these words?</span>' in page


@pytest.mark.parametrize("state", [State.IN_REVIEW, State.PUBLISHED])
def test_form_of_an_item_in_review_or_published_always_shows_the_check(state):
    quote = factories.QuoteFactory(public=True, state=state)
    for client in (publisher(), editor()):
        assert "Publishing checklist" in client.get(change_url(quote)).content.decode()


def test_save_and_check_saves_first():
    client = editor()
    speaker, source = factories.PersonFactory(), factories.SourceFactory()
    page = save(client, add_url("quote"), text="Words", speaker=speaker.pk, source=source.pk, _check="Save and check")
    assert saved(page)
    quote = Quote.objects.get()
    assert page.redirect_chain[-1][0] == f"{change_url(quote)}?check=yes"
    assert "Publishing checklist" in page.content.decode()
    page = save(client, change_url(quote), locator="page 3", _check="Save and check")
    quote.refresh_from_db()
    assert quote.locator == "page 3"
    assert "Where in the source" not in page.content.decode()
    assert page.content.decode().count("Visitors who browse by theme") == 2


def test_save_and_check_of_an_invalid_form_loses_nothing():
    quote = factories.QuoteFactory()
    page = save(editor(), change_url(quote), text="", context="Typed just now", _check="Save and check")
    assert not saved(page)
    assert "Typed just now" in page.content.decode()


def test_an_item_that_lacks_nothing_says_so():
    theme = factories.ThemeFactory(description="Courts.", state=State.IN_REVIEW)
    assert "Nothing is missing." in publisher().get(change_url(theme)).content.decode()


def test_bulk_publishing_shows_the_check_before_confirmation():
    client = publisher()
    quotes = [factories.QuoteFactory(text="Words to publish"), factories.QuoteFactory(source=None)]
    page = act(client, "publish", *quotes)
    (line,) = page.context["plan"].changing
    assert set(line.wishes) == {str(finding) for finding in check_item(quotes[0])}
    content = page.content.decode()
    assert quotes[0].source.title in " ".join(line.notes)
    assert "not public until" not in " ".join(line.notes), "it is published from now on"
    assert "Themes: Visitors who browse by theme will not find it." in content
    assert "Source: Choose a source. Nothing can be published without one." in content
    assert quotes[0].state == State.DRAFT


def test_the_page_explains_what_is_missing_if_any_item_lacks_something():
    client, explained = publisher(), "What is missing is listed below each item."
    complete = factories.ThemeFactory(description="Courts.")
    assert explained not in act(client, "publish", complete).content.decode()
    assert explained in act(client, "publish", complete, factories.ThemeFactory()).content.decode()


def test_bulk_check_queries_for_relations_do_not_grow_with_items():
    """Each item costs the queries of its own constraints; themes and milestones are loaded for all at once."""
    client = publisher()

    def initiatives(number: int) -> list:
        # With an existing source: a draft would be checked too.
        source, themes = factories.SourceFactory(public=True), [factories.ThemeFactory()]
        items = [factories.InitiativeFactory(source=source, themes=themes) for _number in range(number)]
        for item in items:
            factories.MilestoneFactory(initiative=item, source=source)
        return items

    few, many = initiatives(2), initiatives(6)
    act(client, "publish", *few)
    first = count_queries(lambda: act(client, "publish", *few))
    single = count_queries(lambda: act(client, "publish", few[0]))
    assert count_queries(lambda: act(client, "publish", *many)) == first + 4 * (first - single)
    assert first - single == count_queries(few[0].full_clean)


def test_findings_with_markup_are_shown_as_text():
    source = factories.SourceFactory(state=State.IN_REVIEW)
    LinkCheck.objects.create(
        source=source, address=source.url, checked_at=timezone.now(), answer="<script>alert(1)</script>", failed_days=3
    )
    content = publisher().get(change_url(source)).content.decode()
    assert "<script>alert" not in content
    assert content.count("&lt;script&gt;alert") == 2


def test_a_note_for_the_desk_is_on_the_form_and_nowhere_else(client):
    quote = factories.QuoteFactory(public=True, review_note="Ask for the recording <b>")
    content = editor().get(change_url(quote)).content.decode()
    assert "Note for editors:</strong> Ask for the recording &lt;b&gt;" in content
    assert "Ask for the recording" not in client.get(quote.get_absolute_url()).content.decode()


def test_publisher_returns_a_draft_with_a_note():
    quote = factories.QuoteFactory(state=State.IN_REVIEW)
    assert saved(
        save(
            publisher(),
            change_url(quote),
            state="draft",
            review_note="Please add the page.",
            change_reason="It was wrong.",
        )
    )
    quote.refresh_from_db()
    assert quote.state == State.DRAFT
    client = editor()
    assert "Please add the page." in client.get(change_url(quote)).content.decode()
    assert saved(save(client, change_url(quote), state="in_review", review_note="", locator="page 3"))
