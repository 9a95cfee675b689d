"""Every page of the desk loads and complies with the Content-Security-Policy."""

import datetime
from html.parser import HTMLParser

import pytest
from django.contrib import admin
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from initiatives.models import Change, EmptySearch, ErrorReport, Import, OldSlug, Proposal, Quote, Theme, ThemeMerge
from tests.admin.support import act, add_url, change_url, editor, form_of, list_url, publisher, save, saved, superuser
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

pytestmark = [pytest.mark.django_db]


class Inline(HTMLParser):
    """Collects what a policy without 'unsafe-inline' forbids."""

    def __init__(self):
        super().__init__()
        self.found = []
        self.script = False

    def handle_starttag(self, tag, attrs):
        names = dict(attrs)
        if tag == "style" or (tag == "script" and "src" not in names):
            self.found.append(tag)
        self.script = tag == "script"
        self.found += [f"{tag} {name}" for name in names if name == "style" or name.startswith("on")]
        for name in ("href", "src", "action"):
            address = names.get(name) or ""
            if address.startswith("javascript:") or (tag in {"script", "link", "img"} and "//" in address):
                self.found.append(f"{tag} {name}={address}")

    def handle_data(self, data):
        if self.script and data.strip():
            self.found.append(f"script: {data[:40]}")


def assert_strict(response):
    """Assert that the page loads, has the strict policy, and contains nothing that it forbids."""
    assert response.status_code == 200
    policy = response["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    parser = Inline()
    parser.feed(response.content.decode())
    assert parser.found == [], response.request["PATH_INFO"]


@pytest.fixture
def record():
    """One item of every kind, both drafts and public."""
    for public in (False, True):
        quote = QuoteFactory(public=public, date=datetime.date(2020, 1, 1), themes=[ThemeFactory(public=public)])
        QuoteTranslationFactory(quote=quote)
        initiative = InitiativeFactory(public=public, themes=list(quote.themes.all()))
        MilestoneFactory(initiative=initiative, status="adopted")
        MilestoneFactory(initiative=None, person=quote.speaker)
        PrincipleFactory(set=PrincipleSetFactory(public=public))
        BodyFactory(public=public)
    OldSlug.objects.create(kind="theme", slug="old", object_id=Theme.objects.first().pk)
    ErrorReport.objects.create(kind="theme", object_id=Theme.objects.first().pk, name="Courts", text="Wrong.")


def test_every_page_of_every_model_loads_and_is_strict(record):
    client = superuser()
    for model in admin.site._registry:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        assert_strict(client.get(reverse(f"{name}_changelist")))
        add = client.get(reverse(f"{name}_add"))
        if model in {OldSlug, EmptySearch, ErrorReport, Change, ThemeMerge, Import, Proposal}:
            assert add.status_code == 403
        else:
            assert_strict(add)
        for item in model._default_manager.all():
            for page in ("change", "history") if model is Change else ("change", "delete", "history"):
                assert_strict(client.get(reverse(f"{name}_{page}", args=[item.pk])))


def test_other_pages_are_strict(record, client):
    assert_strict(client.get(reverse("admin:login")))
    desk = superuser()
    for name in ("index", "password_change"):
        assert_strict(desk.get(reverse(f"admin:{name}")))
    assert_strict(desk.get(reverse("admin:app_list", args=["initiatives"])))
    for action in ("publish", "unpublish", "archive", "delete_selected"):
        assert_strict(act(desk, action, *Quote.objects.all()))
    assert_strict(desk.get(f"{add_url('source')}?_popup=1"))
    assert_strict(desk.post(add_url("quote"), form_of(desk, add_url("quote"))))


@pytest.mark.parametrize("who", [editor, publisher])
def test_pages_load_for_members_of_the_groups(record, who):
    client = who()
    for model in admin.site._registry:
        if model._meta.app_label != "initiatives" or (model in {OldSlug, Change} and who is editor):
            continue
        assert client.get(list_url(model._meta.model_name)).status_code == 200
        for item in model._default_manager.all():
            assert_strict(client.get(change_url(item)))
    assert_strict(client.get(reverse("admin:index")))


@pytest.mark.parametrize(
    "address",
    [
        "quote/add/?speaker=abc",
        "quote/add/?themes=1,x&state=published",
        "quote/?speaker__id__exact=abc",
        "quote/?date__year=99999&date__month=13",
        "quote/?source__secret__exact=1",
        "quote/?p=999&o=99.-x&all=",
        "quote/?state__exact=%00",
        "quote/?q=%00",
        "initiative/?status=%00",
        "oldslug/?kind=%00",
        "quote/abc/change/",
    ],
)
def test_wrong_addresses_do_no_harm(address):
    assert superuser().get(reverse("admin:app_list", args=["initiatives"]) + address, follow=True).status_code == 200


@pytest.mark.parametrize("status", ["adopted", "none", "completed", "nonsense"])
def test_initiatives_by_status_and_theme(status):
    theme = ThemeFactory()
    adopted = InitiativeFactory(public=True, themes=[theme, ThemeFactory()])
    MilestoneFactory(initiative=adopted, status="adopted")
    bare = InitiativeFactory()
    client = superuser()
    page = client.get(list_url("initiative"), {"status": status})
    expected = {"adopted": [adopted], "none": [bare]}.get(status, [])
    assert list(page.context["cl"].result_list) == expected
    counted = ["announced (0)", "adopted (1)", "no step yet (1)"]
    assert [text for text in counted if text not in page.content.decode()] == []
    page = client.get(list_url("initiative"), {"themes__id__exact": theme.pk})
    assert list(page.context["cl"].result_list) == [adopted]


def test_counts_link_to_their_lists():
    client = superuser()
    quote = QuoteFactory(themes=[ThemeFactory()])
    QuoteFactory()
    for model, look_up, item in (
        ("person", "speaker__id__exact", quote.speaker),
        ("source", "source__id__exact", quote.source),
        ("theme", "themes__id__exact", quote.themes.get()),
    ):
        link = f"{list_url('quote')}?{look_up}={item.pk}"
        assert f'href="{link}"' in client.get(list_url(model)).content.decode()
        assert list(client.get(link).context["cl"].result_list) == [quote]


def test_milestones_say_what_is_known_of_the_effect_and_who_says_so():
    law, slogan, person = InitiativeFactory(), InitiativeFactory(kind="slogan"), PersonFactory()
    client, source = publisher(), SourceFactory()

    def add(item, **part):
        part |= {"date": "2020", "text": "It happened.", "source": source.pk}
        sent = {f"milestones-0-{name}": value for name, value in part.items()}
        return save(client, change_url(item), **{"milestones-TOTAL_FORMS": "1"}, **sent)

    said = {"effect": "contests", "date_is_report": "on", "attributed_to": "Watch", "attributed_kind": "civil_society"}
    assert saved(add(law, status="adopted", **said))
    kept = law.milestones.get()
    assert (kept.effect, kept.date_is_report, kept.attributed_to) == ("contests", True, "Watch")
    page = add(slogan, status="adopted")
    assert not saved(page)
    assert "A slogan has no place in law. Leave the status empty." in page.content.decode()
    (formset,) = add(slogan, attributed_to="Watch").context["inline_admin_formsets"]
    assert formset.formset.errors == [
        {"attributed_kind": ["Give both who says so and the kind of that voice, or neither."]}
    ]
    assert saved(add(slogan, effect="mixed"))
    assert "milestones-__prefix__-effect" not in client.get(change_url(person)).content.decode()


def test_a_new_source_has_todays_access_date():
    form = form_of(editor(), add_url("source"))
    assert form["accessed_on"] == [timezone.localdate().isoformat()]


def test_help_beside_a_date_explains_precision():
    client = editor()
    for model in ("quote", "source", "initiative"):
        assert "As precisely as it is known" in client.get(add_url(model)).content.decode()


def test_desk_shows_its_name_and_a_link_to_the_site(client):
    content = superuser().get(reverse("admin:index")).content.decode()
    assert "The record — editors&#x27; desk" in content
    assert 'href="/"' in content
    with pytest.raises(NoReverseMatch):
        reverse("admin:initiatives_milestone_changelist")


def test_every_relation_is_a_pick_list_and_every_field_is_on_the_form():
    """A new field of a model must be placed on its form."""
    from initiatives.admin.publishable import PublishableAdmin

    for page in admin.site._registry.values():
        if not isinstance(page, PublishableAdmin):
            continue
        for form, fields in (
            (page, page.fieldsets),
            *((inline, ((None, {"fields": inline.fields}),)) for inline in page.inlines),
        ):
            placed = {name for _title, options in fields for name in flat(options["fields"])}
            owner = form.model
            relations = {
                field.name
                for field in [*owner._meta.fields, *owner._meta.many_to_many]
                if field.is_relation and field.name in placed
            }
            assert relations <= set(form.autocomplete_fields), owner
            editable = {
                field.name
                for field in [*owner._meta.fields, *owner._meta.many_to_many]
                if field.editable and not field.auto_created
            }
            elsewhere = {"state", "published_at", "review_note", "quote", "set", "initiative", "person", "status"}
            # Of initiatives only.
            elsewhere |= {"effect", "date_is_report", "attributed_to", "attributed_kind"}
            # The date field includes its precision.
            missing = editable - placed - elsewhere - ({"date_precision"} if "date" in placed else set())
            assert not missing, owner


def flat(fields):
    for field in fields:
        if isinstance(field, tuple):
            yield from field
        else:
            yield field


def test_the_delete_confirmation_names_items_only():
    quote = QuoteFactory(text="Words to delete", themes=[ThemeFactory()])
    QuoteTranslationFactory(quote=quote, text="Слова")
    client = publisher()
    page = client.get(reverse("admin:initiatives_quote_delete", args=[quote.pk]))
    content = page.content.decode()
    assert "Words to delete" in content
    assert "Слова" in content, "a part goes with it"
    assert "relationship" not in content
    assert "object (" not in content
    page = act(client, "delete_selected", quote)
    assert "relationship" not in page.content.decode()
    client.post(
        reverse("admin:initiatives_quote_delete", args=[quote.pk]), {"post": "yes", "change_reason": "It was wrong."}
    )
    assert not Quote.objects.exists()
