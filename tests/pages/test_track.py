"""Tracks: how they are drawn, and what pages say about the age of evidence."""

import datetime
import re

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from initiatives.models import Initiative
from initiatives.models.choices import Status
from initiatives.pages.charts.track import Axis, Step, axis_of, track
from initiatives.pages.tracks import age
from tests.factories import (
    InitiativeFactory,
    MilestoneFactory,
    PrincipleFactory,
    PrincipleSetFactory,
    QuoteFactory,
    SourceFactory,
)
from tests.helpers import count_queries

TODAY = datetime.date(2026, 11, 28)
DAYS = st.dates(datetime.date(1990, 1, 1), TODAY)


def day(written: str) -> datetime.date:
    return datetime.date.fromisoformat(written)


def on(written: str, law: str = "", life: str = "") -> Step:
    return Step(day(written), day(written), law, life)


def share(at: str) -> float:
    return float(at.removesuffix("%"))


class TestShapes:
    """Shapes and their positions."""

    axis = Axis(datetime.date(2019, 1, 1), TODAY)

    def test_without_steps_nothing_is_drawn(self):
        assert track([], self.axis, ended=False) is None

    def test_the_line_ends_at_the_newest_evidence_and_dots_continue_to_today(self):
        drawn = track([on("2019-09-02", "announced"), on("2024-01-01")], self.axis, ended=False)
        assert [(sign.lane, sign.name) for sign in drawn.signs] == [("law", "announced"), ("line", "")]
        assert drawn.begin == drawn.signs[0].at
        assert drawn.known_to == drawn.signs[1].at
        assert drawn.unknown_to == "100.00%"

    def test_no_dots_follow_a_final_status(self):
        drawn = track([on("2024-01-01", "completed")], self.axis, ended=True)
        assert drawn.unknown_to == drawn.known_to

    def test_a_step_without_a_month_spans_the_year(self):
        (sign,) = track([Step(day("2024-01-01"), day("2024-12-31"))], self.axis, ended=False).signs
        assert share(sign.end) - share(sign.at) == pytest.approx(100 * 365 / (TODAY - self.axis.first).days, abs=0.02)

    def test_the_current_year_ends_today(self):
        (sign,) = track([Step(day("2026-01-01"), day("2026-12-31"))], self.axis, ended=False).signs
        assert sign.end == "100.00%"

    def test_law_and_life_are_in_lanes_of_their_own(self):
        year = Step(day("2024-01-01"), day("2024-12-31"), life="contests")
        drawn = track([on("2020-01-01", "adopted", "confirms"), year], self.axis, ended=False)
        assert [(sign.place, sign.lane, sign.name, bool(sign.end)) for sign in drawn.signs] == [
            (0, "law", "adopted", False),
            (0, "life", "confirms", False),
            (1, "life", "contests", False),
            (1, "line", "", True),
        ]
        early, late = drawn.signs[0], drawn.signs[2]
        assert early.label_at == early.at
        assert late.is_late
        assert share(late.at) - share(late.label_at) == pytest.approx(50)

    @given(days=st.lists(DAYS, min_size=1, max_size=60))
    def test_marks_are_on_the_line_in_chronological_order(self, days):
        axis = axis_of(days, TODAY)
        drawn = track([Step(one, one, Status.ADOPTED) for one in sorted(days)], axis, ended=False)
        places = [share(sign.at) for sign in drawn.signs]
        assert places == sorted(places)
        assert 0 <= places[0] <= places[-1] <= 100
        assert sum(one < axis.first for one in days) <= 0.03 * len(days)
        assert (drawn.signs[0].at == "0.00%") or min(days) > axis.first

    @given(days=st.lists(DAYS, max_size=60))
    def test_the_labelled_years_are_before_today(self, days):
        places = [share(at) for _year, at in axis_of(days, TODAY).years]
        assert places == sorted(places)
        assert all(0 <= place < 100 for place in places)


@pytest.mark.parametrize(
    ("before", "precision", "said"),
    [
        (datetime.timedelta(days=5), "day", "this month"),
        (datetime.timedelta(days=75), "day", "2 months ago"),
        (datetime.timedelta(days=400), "day", "1 year ago"),
        (datetime.timedelta(days=6 * 366), "day", "6 years ago"),
    ],
)
def test_ages_are_whole_months_and_years(before, precision, said):
    assert age(timezone.localdate() - before, precision) == said


def text_of(response) -> str:
    assert response.status_code == 200
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def initiative(*turns: tuple[str, str], source=None, **fields) -> Initiative:
    made = InitiativeFactory(public=True, **fields)
    for date, status in turns:
        MilestoneFactory(initiative=made, date=date, status=status, source=source or SourceFactory(public=True))
    return made


@pytest.mark.django_db
class TestOnPages:
    """Promise, outcome and evidence as readers see them."""

    def test_promise_and_outcome(self, client):
        made = initiative(("2019-09-02", "announced"), ("2020-05-25", "adopted"), kind="law")
        QuoteFactory(public=True, text="A promise", initiatives=[made])
        response = client.get(made.get_absolute_url())
        assert [milestone.status for milestone in response.context["announced"]] == ["announced"]
        assert [milestone.status for milestone in response.context["done"]] == ["adopted"]
        said = text_of(response)
        assert said.index("What was said") < said.index("A promise") < said.index("What happened")
        page = response.content.decode()
        for milestone in made.milestones.all():
            assert page.count(f'id="milestone-{milestone.pk}"') == 1
            assert f'href="#milestone-{milestone.pk}"' in page

    def test_what_would_count_as_evidence(self, client):
        made = initiative(("2019-09-02", "announced"), kind="institution")
        assert "Evidence would be the decree that sets it up" in text_of(client.get(made.get_absolute_url()))
        bare = initiative(source=None)
        assert "No words and no dated announcement have been recorded." in text_of(client.get(bare.get_absolute_url()))

    def test_evidence_that_is_not_public_is_not_drawn(self, client):
        made = initiative(("2019-09-02", "announced"))
        MilestoneFactory(initiative=made, date="2024-01-01", status="in_force", source=SourceFactory())
        response = client.get(made.get_absolute_url())
        assert [step.status for step in response.context["item"].steps] == ["announced"]
        assert not re.search(r"\b2024\b", re.sub(r"<svg.*?</svg>|%20", " ", response.content.decode(), flags=re.DOTALL))

    def test_old_evidence_is_noted_next_to_the_status(self, client):
        old, new = initiative(("2020-05-25", "adopted")), initiative((f"{timezone.localdate():%Y-%m-%d}", "adopted"))
        assert "Newest evidence: 25 May 2020. This may have changed." in text_of(client.get(old.get_absolute_url()))
        assert "This may have changed" not in text_of(client.get(new.get_absolute_url()))
        assert text_of(client.get("/initiatives/")).count("newest evidence: ") == 1

    def test_the_date_of_the_last_check_is_shown(self, client):
        made = initiative(("2020-05-25", "adopted"))
        assert "No check for newer evidence has been noted" in text_of(client.get(made.get_absolute_url()))
        made.checked_on = datetime.date(2026, 11, 28)
        made.save()
        assert "Last checked on 28 November 2026" in text_of(client.get(made.get_absolute_url()))

    def test_the_home_page_counts_and_draws_all_initiatives(self, client):
        initiative(("2019-09-02", "announced"))
        initiative(("2019-09-02", "announced"), ("2020-05-25", "in_force"))
        initiative(("2020-01-01", "withdrawn"))
        initiative()
        InitiativeFactory()
        response = client.get("/")
        assert (
            "Announced , 1 In preparation , 0 Adopted , 0 In force , 1 Completed , 0 Withdrawn , 1 No step yet , 1"
        ) in text_of(response)
        assert "Newest evidence: 25 May 2020" in text_of(response)
        dates = [one.evidence_date and str(one.evidence_date) for one in response.context["tracks"]]
        assert dates == ["2020-05-25", "2020-01-01", "2019-09-02", None]

    @pytest.mark.parametrize("path", ["/?", "/initiatives/?", "/initiatives/?view=tracks&"])
    def test_the_number_of_queries_does_not_grow_with_tracks(self, client, path):
        source = SourceFactory(public=True)

        def more(number):
            for _ in range(number):
                made = initiative(("2019-09-02", "announced"), ("2020-05-25", "adopted"), source=source)
                MilestoneFactory(initiative=made, source=source, effect="mixed").further_sources.set([source])
            return count_queries(lambda: client.get(f"{path}made={number}"))

        few = more(1)
        assert more(8) <= few

    def test_old_evidence_is_noted_wherever_an_initiative_is_shown(self, client):
        made = initiative(("2020-05-25", "adopted"))
        quote = QuoteFactory(public=True, initiatives=[made])
        principle = PrincipleFactory(set=PrincipleSetFactory(public=True))
        principle.initiatives.set([made])
        for item in (quote, principle.set):
            assert "newest evidence: 25 May 2020" in text_of(client.get(item.get_absolute_url())), item


@pytest.mark.django_db
class TestLawAndLife:
    """The two answers of an initiative, and who gives them."""

    @pytest.fixture
    def law(self):
        agency = SourceFactory(public=True, publisher="The Agency", publisher_kind="private_media")
        register = SourceFactory(public=True, publisher="The Register", publisher_kind="state_body")
        made = initiative(("2019-09-02", "announced"), source=agency, kind="law")
        MilestoneFactory(
            initiative=made, source=agency, date="2021-02-18", status="in_force", effect="confirms", date_is_report=True
        )
        MilestoneFactory(initiative=made, source=register, date="2022-05-01", effect="confirms")
        MilestoneFactory(
            initiative=made,
            source=agency,
            date="2023-01-01",
            date_precision="year",
            effect="contests",
            attributed_to="The Watch",
            attributed_kind="civil_society",
        )
        return made

    def test_the_page_gives_both_answers_and_says_who_gives_them(self, client, law):
        said = text_of(client.get(law.get_absolute_url()))
        answers = said[said.index("In law") : said.index("Above the line")]
        assert "In force by 18 February 2021, as reported by The Agency (private media)" in answers
        assert "Confirmed by 2 sources (state body: 1, private media: 1)." in answers
        assert "Contested by 1 source (civil society)." in answers
        assert "Newest: 2023" in answers
        happened = said[said.index("What happened") :]
        assert "18 February 2021 (date of the report)" in happened
        assert "Status by this date: In force" in happened
        assert "On what was promised: contests According to The Watch (civil society), as reported by" in happened
        assert text_of(client.get("/initiatives/")).count("In force confirmed by 2 sources, contested by 1 source") == 1

    def test_the_date_of_what_happened_is_given_as_such(self, client):
        made = initiative(("2020-06-06", "in_force"), source=SourceFactory(public=True, title="Gazette"))
        said = text_of(client.get(made.get_absolute_url()))
        assert "since 6 June 2020, as reported by Gazette" in said
        assert "No source on record says anything about its effect." in said
        assert "In force no report of its effect" in text_of(client.get("/initiatives/"))

    def test_signs_are_labelled_links_in_their_lane(self, client, law):
        html = client.get(law.get_absolute_url()).content.decode()
        life = html.partition('<g class="track__life">')[2].partition('class="turns"')[0]
        sign = r'<g class="sign[^>]*><use href="#sign-([^"]*)".*?<p><a href="#milestone-(\d+)">([^<]*)</a></p>'
        signs = re.findall(sign, life)
        steps = list(law.milestones.order_by("date"))[1:]
        assert [(name, int(pk)) for name, pk, _label in signs] == [
            ("confirms", steps[0].pk),
            ("confirms-official", steps[1].pk),
            ("contests", steps[2].pk),
        ]
        label = "Contests · 2023 · according to The Watch (civil society), as reported by The Agency (private media)"
        assert signs[2][2] == label
        assert "aria-hidden" not in life, "keyboards and screen readers reach the labels, which are links"
        small = client.get("/initiatives/").content.decode()
        assert f"{law.get_absolute_url()}#milestone-{steps[2].pk}" in small
        assert f"<title>{label}</title>" in small
        assert html.count("Above the line") == small.count("Above the line") == 1

    def test_a_slogan_has_no_place_in_law(self, client):
        made = initiative(("2019-09-02", "announced"), kind="slogan")
        for address in (made.get_absolute_url(), "/initiatives/?view=tracks"):
            html = client.get(address).content.decode()
            assert '<g class="track__line">' in html
            assert '<g class="track__law">' not in html
            page = html[html.index('<main id="main"') :]
            assert 'class="standing__status"' not in page
            assert "no report of its effect" in page or "No source on record" in page
        assert "A slogan has no place in law. What was done in its name is under “What happened”." in text_of(
            client.get(made.get_absolute_url())
        )

    def test_every_citation_names_the_kind_of_publisher(self, client, law):
        source = law.milestones.first().source
        quote = QuoteFactory(public=True, source=source, date="2020-01-01", initiatives=[law])
        for address in ("/timeline/", "/sources/", law.get_absolute_url(), quote.get_absolute_url()):
            assert "The Agency (private media)" in text_of(client.get(address)), address
        assert f"{source.title} (private media)" in text_of(client.get("/quotes/"))
        assert "Kind of publisher private media" in text_of(client.get(source.get_absolute_url()))
        unknown = SourceFactory(public=True)
        assert "Kind of publisher not recorded" in text_of(client.get(unknown.get_absolute_url()))

    def test_the_home_page_shows_how_far_all_have_come(self, client, law):
        initiative(("2019-09-02", "announced"), ("2020-05-25", "adopted"))
        initiative()
        initiative(("2019-09-02", "announced"), kind="slogan")
        response = client.get("/")
        said = text_of(response)
        assert (
            "How far 3 initiatives have come in law Announced , 0 In preparation , 0 Adopted , 1 In force , 1 "
            "Completed , 0 Withdrawn , 0 No step yet , 1"
        ) in said
        assert "Slogans, outside law , 1" in said
        assert "Confirmed , 1 Contested , 1 Mixed , 0 No report of its effect , 3" in said
        assert [(status, x) for status, x, _width in response.context["counts"].bar] == [
            ("adopted", "0.00%"),
            ("in_force", "33.33%"),
            ("none", "66.67%"),
        ]

    def test_those_silent_longest_come_first_if_wanted(self, client, law):
        old = initiative(("2010-05-25", "adopted"))
        (address,) = re.findall(r'href="([^"]*)">Silent longest', client.get("/").content.decode())
        assert [row.item.pk for row in client.get(address).context["listing"].rows] == [old.pk, law.pk]
