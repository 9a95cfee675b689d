"""Edge cases of the desk's rules: queues, the publish check, and what forms refuse."""

import datetime

import pytest
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils import timezone

from initiatives.editorial import queues
from initiatives.editorial.checklist import check_item, faults
from initiatives.models import Initiative, LinkCheck, OldSlug, Quote, Source, Theme
from initiatives.models.choices import State
from initiatives.models.partial_dates import months_before
from tests import factories
from tests.admin.support import account, add_url, change_url, editor, errors_of, errors_of_parts, save, saved

pytestmark = pytest.mark.django_db


def titles(queue, model) -> set[str]:
    return {str(item) for item in queue(model.objects.all(), account("Publisher"))}


@pytest.mark.parametrize(
    ("date", "precision", "is_new"),
    [
        ("2026-02-24", "day", True),
        ("2026-02-23", "day", False),
        ("2026-02-01", "month", True),
        ("2026-01-01", "month", False),
        ("2026-01-01", "year", True),
        ("2025-01-01", "year", False),
    ],
)
def test_evidence_is_new_for_nine_months(monkeypatch, date, precision, is_new):
    monkeypatch.setattr(timezone, "localdate", lambda *at: datetime.date(2026, 11, 24))
    factories.MilestoneFactory(initiative__title="Law", date=date, date_precision=precision)
    assert titles(queues.without_new_evidence, Initiative) == (set() if is_new else {"Law"})


def test_finished_and_archived_initiatives_need_no_new_evidence():
    factories.InitiativeFactory(title="Archived", public=True, state=State.ARCHIVED)
    old = months_before(timezone.localdate(), 20)
    for title, status in (("Done", "completed"), ("Given up", "withdrawn"), ("Law", "in_force")):
        factories.MilestoneFactory(initiative__title=title, date=old, status=status)
    assert titles(queues.without_new_evidence, Initiative) == {"Law"}


def test_a_source_fails_by_either_address_and_shows_the_longest_failure():
    source = factories.SourceFactory(archived_url="https://archive.example.org/1")
    checked = {"source": source, "checked_at": timezone.now()}
    LinkCheck.objects.create(**checked, address=source.archived_url, answer="gone long since", failed_days=9)
    (found,) = queues.unanswered(Source.objects.all(), account("Publisher"))
    assert found.last_answer == "gone long since"
    LinkCheck.objects.create(**checked, address=source.url, answer="404 Not Found", failed_days=3)
    assert queues.unanswered(Source.objects.all(), None).get().last_answer == "gone long since"
    said = {finding.field: finding.text for finding in check_item(source) if "no longer works" in finding.text}
    assert said.keys() == {"url", "archived_url"}
    assert "404 Not Found" in said["url"]
    assert "gone long since" in said["archived_url"]


@pytest.mark.parametrize("state", [State.DRAFT, State.IN_REVIEW, State.ARCHIVED])
def test_only_published_items_need_a_primary_source_or_a_theme(state):
    factories.QuoteFactory(public=True, state=state)
    factories.QuoteFactory(public=True, text="Published")
    for queue in (queues.second_hand, queues.without_theme):
        assert {quote.text for quote in queue(Quote.objects.all(), None)} == {"Published"}


def test_unpublished_items_are_not_scheduled_whatever_their_time():
    later = timezone.now() + datetime.timedelta(days=1)
    for state in State:
        factories.ThemeFactory(name=state.value, state=state, published_at=later)
    assert {theme.name for theme in queues.scheduled(Theme.objects.all(), None)} == {"published"}


def test_a_remark_is_the_note_or_the_day_of_the_change():
    theme = factories.ThemeFactory(state=State.IN_REVIEW)
    remark = queues.QUEUES[0].remark
    assert remark(theme).startswith("since ")
    theme.review_note = "word " * 60
    assert len(remark(theme)) == len("Note: ") + 120


def test_required_fields_are_listed_first():
    found = check_item(factories.QuoteFactory(source=None))
    assert [finding.must for finding in found] == sorted((finding.must for finding in found), reverse=True)
    assert found[0].must
    assert not found[-1].must


def test_milestones_of_an_archived_source_are_hidden_too_and_counted():
    kind = {"source__publisher_kind": "state_body"}
    initiative = factories.InitiativeFactory(themes=[factories.ThemeFactory()], **kind)
    for state in (State.DRAFT, State.ARCHIVED, State.PUBLISHED):
        factories.MilestoneFactory(initiative=initiative, source__state=state, **kind)
    (finding,) = check_item(initiative)
    assert finding.text == "2 milestones are hidden because their sources are not published."


def test_principles_without_a_theme_are_counted():
    course = factories.PrincipleSetFactory(introduction="Announced in 2020.", source__publisher_kind="state_body")
    factories.PrincipleFactory.create_batch(2, set=course)
    factories.PrincipleFactory(set=course).themes.add(factories.ThemeFactory())
    (finding,) = check_item(course)
    assert finding.text == "2 principles have no theme."


class TestForms:
    def test_an_address_that_redirects_to_another_item_is_refused(self):
        theme = factories.ThemeFactory(slug="law")
        OldSlug.objects.create(kind="theme", slug="old", object_id=theme.pk + 1)
        OldSlug.objects.create(kind="source", slug="of-a-source", object_id=theme.pk + 1)
        client = editor()
        page = save(client, change_url(theme), slug="old")
        assert "redirects to it" in errors_of(page)["slug"][0]
        assert "redirects to it" in errors_of(save(client, add_url("theme"), name="New", slug="old"))["slug"][0]
        assert saved(save(client, change_url(theme), slug="of-a-source"))

    def test_an_item_may_take_its_own_old_address(self):
        theme = factories.ThemeFactory(slug="law")
        theme.slug = "rule-of-law"
        theme.save()
        assert saved(save(editor(), change_url(theme), slug="law"))
        assert OldSlug.objects.get().slug == "rule-of-law"

    def test_a_translation_into_the_quotes_own_language_may_be_deleted(self):
        translation = factories.QuoteTranslationFactory(quote=factories.QuoteFactory(language="en"), language="ru")
        client, url = editor(), change_url(translation.quote)
        page = save(client, url, language="ru")
        assert "language" in errors_of_parts(page)[0]
        assert saved(save(client, url, language="ru", translations__0__DELETE="on", change_reason="It was wrong."))
        assert not Quote.objects.get().translations.exists()


def test_errors_of_an_item_as_a_whole_name_no_field():
    (finding,) = faults(Theme(), ValidationError({NON_FIELD_ERRORS: "Both cannot be."}))
    assert (finding.field, finding.label, str(finding)) == ("", "", "Both cannot be.")


def test_an_unsaved_item_can_be_checked():
    assert {"publisher", "date"} <= {finding.field for finding in check_item(Source(title="Address"))}
