"""The record's rules, as enforced by the database and the forms."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from initiatives.models import Initiative, Milestone, OldSlug, Principle, Quote, Source
from initiatives.models.choices import State, TitleBy
from tests.factories import (
    BodyFactory,
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

pytestmark = [pytest.mark.database, pytest.mark.django_db]


def refused(model, **values):
    """Return whether the database itself refuses these values for the newest item of a model."""
    try:
        with transaction.atomic():
            model.objects.filter(pk=model.objects.latest("pk").pk).update(**values)
    except IntegrityError:
        return True
    return False


@pytest.mark.parametrize("factory", [QuoteFactory, InitiativeFactory, PersonFactory, BodyFactory, PrincipleSetFactory])
def test_nothing_is_published_without_a_source(factory):
    item = factory(source=None)
    item.state = State.PUBLISHED
    with pytest.raises(ValidationError) as refusal:
        item.full_clean()
    assert "source" in refusal.value.message_dict
    assert refused(type(item), state=State.PUBLISHED, published_at=timezone.now())


def test_a_source_is_not_published_without_its_address():
    source = SourceFactory(url="", state=State.DRAFT)
    source.state = State.PUBLISHED
    with pytest.raises(ValidationError) as refusal:
        source.full_clean()
    assert "url" in refusal.value.message_dict
    assert refused(Source, state=State.PUBLISHED, published_at=timezone.now())


@pytest.mark.parametrize(
    ("factory", "model", "values"),
    [
        (QuoteFactory, Quote, {"state": "visible"}),
        (QuoteFactory, Quote, {"state": State.PUBLISHED, "published_at": None}),
        (QuoteFactory, Quote, {"date": "2020-01-01", "date_precision": ""}),
        (QuoteFactory, Quote, {"date": None, "date_precision": "year"}),
        (QuoteFactory, Quote, {"date": "2020-01-01", "date_precision": "week"}),
        (QuoteFactory, Quote, {"verification": "sure"}),
        (QuoteFactory, Quote, {"text": ""}),
        (QuoteFactory, Quote, {"speaker": None}),
        (InitiativeFactory, Initiative, {"kind": "war"}),
        (MilestoneFactory, Milestone, {"source": None}),
        (MilestoneFactory, Milestone, {"date": None, "date_precision": ""}),
        (MilestoneFactory, Milestone, {"status": "done"}),
        (MilestoneFactory, Milestone, {"initiative": None}),
        (PrincipleFactory, Principle, {"number": 0}),
    ],
)
def test_the_database_refuses(factory, model, values):
    factory()
    assert refused(model, **values)


def test_a_milestone_belongs_to_one_owner_and_only_an_initiative_has_a_status():
    MilestoneFactory(status="adopted")
    assert refused(Milestone, person=PersonFactory())
    MilestoneFactory(initiative=None, person=PersonFactory())
    assert refused(Milestone, status="adopted")


@pytest.mark.parametrize(
    ("language", "title_by", "title_language"),
    [
        ("ru", TitleBy.DOCUMENT, "ru"),
        ("ru", TitleBy.RECORD, "en"),  # the editors' own title for a page is English, whatever the page's language
        ("", TitleBy.DOCUMENT, "en"),
    ],
)
def test_a_title_has_the_language_of_its_author(language, title_by, title_language):
    assert Source(language=language, title_by=title_by).title_language == title_language


def test_publishing_sets_a_missing_time():
    before = timezone.now()
    quote = QuoteFactory(state=State.PUBLISHED, published_at=None)
    assert before <= quote.published_at <= timezone.now()


def test_the_same_words_can_be_recorded_only_once_for_a_speaker_and_source():
    quote = QuoteFactory(text="A state  that hears")
    with pytest.raises(IntegrityError), transaction.atomic():
        QuoteFactory(text=" A state that\nhears ", speaker=quote.speaker, source=quote.source)
    twin = Quote(text="A state that hears", speaker=quote.speaker, source=quote.source)
    with pytest.raises(ValidationError) as refusal:
        twin.full_clean()
    assert "text" in refusal.value.message_dict
    QuoteFactory(text="A state that hears", speaker=quote.speaker)


def test_status_is_that_of_the_latest_public_milestone():
    initiative = InitiativeFactory(public=True)

    def status():
        return Initiative.objects.with_status().get(pk=initiative.pk).status

    assert status() == ""
    MilestoneFactory(initiative=initiative, date="2019-12-20", status="announced")
    MilestoneFactory(initiative=initiative, date="2020-05-25", status="adopted")
    MilestoneFactory(initiative=initiative, date="2020-06-01", status="")
    MilestoneFactory(initiative=initiative, date="2020-03-19", status="in_preparation")
    assert status() == "adopted"
    MilestoneFactory(initiative=initiative, date="2021-01-01", status="withdrawn", source=SourceFactory())
    assert status() == "adopted"


def test_a_translation_needs_another_language_and_a_translator():
    quote = QuoteFactory(language="en")
    with pytest.raises(ValidationError) as refusal:
        QuoteTranslationFactory.build(quote=quote, language="en").full_clean()
    assert "language" in refusal.value.message_dict
    with pytest.raises(IntegrityError), transaction.atomic():
        QuoteTranslationFactory(quote=quote, provenance="unofficial", translator="")
    QuoteTranslationFactory(quote=quote, language="ru")
    with pytest.raises(IntegrityError), transaction.atomic():
        QuoteTranslationFactory(quote=quote, language="ru")


class TestNumbersOfPrinciples:
    def numbers(self, principle_set):
        return list(principle_set.principles.order_by("number").values_list("number", flat=True))

    def test_the_next_number_is_assigned(self):
        principle_set = PrincipleSetFactory()
        for _ in range(3):
            PrincipleFactory(set=principle_set)
        assert self.numbers(principle_set) == [1, 2, 3]

    def test_gaps_are_closed_however_a_principle_is_deleted(self):
        principle_set = PrincipleSetFactory()
        principles = [PrincipleFactory(set=principle_set) for _ in range(6)]
        principles[1].delete()
        Principle.objects.filter(pk__in=[principles[0].pk, principles[3].pk]).delete()
        assert self.numbers(principle_set) == [1, 2, 3]
        PrincipleFactory(set=principle_set, number=40)
        assert self.numbers(principle_set) == [1, 2, 3, 4]

    def test_a_set_can_be_deleted_with_its_principles(self):
        principle_set = PrincipleFactory().set
        principle_set.delete()
        assert not Principle.objects.exists()


def test_a_changed_slug_redirects_until_it_is_used_again(client):
    theme = ThemeFactory(public=True, slug="rule")
    theme.slug = "rule-of-law"
    theme.save()
    response = client.get("/themes/rule/")
    assert (response.status_code, response["Location"]) == (301, "/themes/rule-of-law/")
    ThemeFactory(public=True, slug="rule")
    assert not OldSlug.objects.exists()
    assert client.get("/themes/rule/").status_code == 200


def test_an_old_slug_of_a_draft_does_not_redirect(client):
    theme = ThemeFactory(slug="rule")
    theme.slug = "rule-of-law"
    theme.save()
    assert client.get("/themes/rule/").status_code == 404
