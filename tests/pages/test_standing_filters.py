"""Filters of initiatives: when the status last changed, and when an editor last looked for evidence."""

import datetime
from urllib.parse import parse_qs

import pytest
from django.utils import timezone

from initiatives.models import Initiative
from tests.factories import InitiativeFactory, MilestoneFactory, SourceFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def record():
    """Four public initiatives, and one whose status changed by evidence that is not public."""
    public = SourceFactory(public=True)

    def initiative(title: str, *turns: tuple[str, str], source=public):
        made = InitiativeFactory(public=True, title=title)
        for date, status in turns:
            MilestoneFactory(initiative=made, date=date, status=status, source=source)

    initiative("Old", ("2019-01-01", "announced"), ("2020-05-25", "adopted"))
    initiative("New", ("2019-01-01", "announced"), ("2020-05-25", "adopted"), ("2024-01-01", "in_force"))
    initiative("Same", ("2019-01-01", "announced"), ("2025-01-01", "announced"))
    initiative("Bare")
    initiative("Secret", ("2025-01-01", "adopted"), source=SourceFactory())


def titles(response) -> set[str]:
    assert response.status_code == 200
    return {row.item.title for row in response.context["listing"].rows}


@pytest.mark.parametrize(
    ("moved", "found"),
    [
        ("2018", {"Old", "New"}),
        ("2020", {"Old", "New"}),
        ("2021", {"New"}),
        ("2025", set()),
        ("never", {"Same", "Bare", "Secret"}),
    ],
)
def test_moved(record, client, moved, found):
    assert titles(client.get("/initiatives/", {"moved": moved})) == found


def test_each_value_finds_as_many_as_its_count(record, client):
    listing = client.get("/initiatives/").context["listing"]
    facet = next(facet for facet in listing.facets if facet.name == "moved")
    assert [(option.value, option.count) for option in facet.options] == [("2024", 1), ("2020", 2), ("never", 3)]
    for option in facet.options:
        assert parse_qs(option.url.partition("?")[2]) == {"moved": [option.value]}
        assert len(titles(client.get(option.url))) == option.count


def test_counts_respect_the_other_filters(record, client):
    listing = client.get("/initiatives/?moved=2020&status=in_force").context["listing"]
    assert [row.item.title for row in listing.rows] == ["New"]
    counts = {facet.name: {option.value: option.count for option in facet.options} for facet in listing.facets}
    assert counts["moved"] == {"2024": 1, "2020": 1}
    assert counts["status"] == {"adopted": 1, "in_force": 1}


def test_an_invalid_year_is_reported(record, client):
    response = client.get("/initiatives/?moved=lately")
    assert "Enter a year with four digits, such as 2020, or “never”." in response.content.decode()


def test_checked(record, client):
    today = timezone.localdate()
    year_ago = today.replace(year=today.year - 1, day=min(today.day, 28))
    Initiative.objects.filter(title="New").update(checked_on=today)
    Initiative.objects.filter(title="Old").update(checked_on=year_ago - datetime.timedelta(days=1))
    assert titles(client.get("/initiatives/?checked=recently")) == {"New"}
    assert titles(client.get("/initiatives/?checked=long_ago")) == {"Old", "Same", "Bare", "Secret"}
