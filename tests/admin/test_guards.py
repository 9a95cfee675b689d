"""Warnings and help on the desk: too long, wrong language, based on a draft, no reason given, nearly on record."""

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse

from initiatives.models import Quote
from initiatives.models.choices import State
from tests.admin.support import (
    act,
    add_url,
    change_url,
    desk,
    editor,
    errors_of,
    every_field_of,
    messages_of,
    publisher,
    save,
    saved,
)
from tests.factories import (
    InitiativeFactory,
    MilestoneFactory,
    QuoteFactory,
    QuoteTranslationFactory,
    SourceFactory,
    ThemeFactory,
)

pytestmark = pytest.mark.django_db
RUSSIAN = "Закон один для всех"
PLAINLY_RUSSIAN = "Закон один для всех, и он выше каждого из нас"
KAZAKH = "Заң бәріне ортақ, және ол бәрімізден жоғары тұрады"


def test_a_quotation_has_at_most_ten_thousand_characters():
    client, quote = editor(), QuoteFactory()
    page = client.get(change_url(quote)).content.decode()
    assert "At most 10,000 characters" in page
    assert 'data-most="10000"' in page
    # Browsers send each line break as two characters.
    assert saved(save(client, change_url(quote), text="a\r\n" * 4_999 + "ab"))
    page = save(client, change_url(quote), text="a\r\n" * 4_999 + "abc")
    (error,) = errors_of(page)["text"]
    assert error.startswith("A quotation has at most 10000 characters; this one has 10001.")
    assert len(Quote.objects.get().text) == 15_000 - 1


@pytest.mark.parametrize(
    ("text", "language", "warned"),
    [
        (RUSSIAN, "en", "Most letters are Cyrillic"),
        ("The law is one for all", "ru", "Most letters are Latin"),
        ("The law is one for all", "kk", "Most letters are Latin"),
        (RUSSIAN, "ru", ""),
        (RUSSIAN, "kk", "The words look Russian, but the language is Kazakh"),
        (PLAINLY_RUSSIAN, "kk", "The words look Russian, but the language is Kazakh"),
        (PLAINLY_RUSSIAN, "ky", "The words look Russian, but the language is Kyrgyz"),
        (PLAINLY_RUSSIAN, "ru", ""),
        (KAZAKH, "ru", "The words look Kazakh, but the language is Russian"),
        (KAZAKH, "kk", ""),
        (KAZAKH, "ky", ""),
        ("Закон один", "kk", ""),  # too short
        ("«Әділетті Қазақстан» и «Жаңа Қазақстан» — это наш путь", "ru", ""),  # names
        ("Заң бәріне ортақ. Это и есть наш закон", "kk", ""),  # both
        (RUSSIAN, "uz", ""),
        ("The law is one for all", "uz", ""),
        ("The word «закон» means law", "en", ""),
        ("1991 — 2026", "ru", ""),
        ("法律面前人人平等", "zh", ""),
    ],
)
def test_words_in_a_different_language_from_the_chosen_one_are_reported(text, language, warned):
    client, quote = editor(), QuoteFactory(language="fr", text="Les mots")
    page = save(client, change_url(quote), text=text, language=language, _check="1")
    assert saved(page)
    warning = "Choose the language of the words"
    assert warned in messages_of(page)
    assert (warning in messages_of(page)) == bool(warned)
    # The checklist repeats it beside the language.
    assert any(warning in line["finding"].text for line in page.context["findings"]) == bool(warned)


@pytest.mark.parametrize(
    ("text", "flagged"),
    [
        ("“The law is one.”", True),
        ("«Закон „один“ для всех».", True),
        ("„Das Gesetz“", True),
        ('"The law is one"', True),
        ("‘The law’", True),
        ("“One law” and “another”", False),
        ('"One law" and "another"', False),
        ("«Закон» один", False),
        ("The “law”", False),
        ("“", False),
        ('""', False),
    ],
)
def test_quotation_marks_around_the_words_are_flagged(text, flagged):
    client, quote = editor(), QuoteFactory()
    page = save(client, change_url(quote), text=text, _check="1")
    assert saved(page)
    assert ("Leave out the outer ones" in messages_of(page)) is flagged
    assert any(line["finding"].field == "text" for line in page.context["findings"]) is flagged


def test_translations_are_checked_too():
    quote = QuoteFactory(language="kk", text="Заң бәріне бірдей")
    QuoteTranslationFactory(quote=quote, language="en", text=RUSSIAN)
    page = save(editor(), change_url(quote), locator="p. 1")
    assert "Most letters are Cyrillic, but the language is English" in messages_of(page)


def test_handing_in_warns_about_draft_dependencies():
    source = SourceFactory(title="The gazette")
    quote = QuoteFactory(source=source)
    client = editor()
    page = act(client, "hand_in", quote)
    assert "source “The gazette”: state “draft”" in page.content.decode()
    assert "source “The gazette”: state “draft”" in messages_of(act(client, "hand_in", quote, confirmed=True))
    quote.refresh_from_db()
    assert quote.state == State.IN_REVIEW
    page = save(client, change_url(quote), locator="p. 1")
    assert "must be published too" in messages_of(page)
    assert "The gazette" in messages_of(page)
    public = QuoteFactory(public=True)
    page = save(publisher(), change_url(public), state=State.IN_REVIEW)
    assert "must be published too" not in messages_of(page)


def test_a_correction_of_a_public_item_has_a_reason_in_its_history():
    public, draft = InitiativeFactory(public=True), InitiativeFactory()
    step = MilestoneFactory(initiative=public, text="It was sined.")
    client = publisher()
    assert "change_reason" in every_field_of(client.get(change_url(public)))
    assert "change_reason" not in every_field_of(client.get(change_url(draft)))
    assert saved(save(client, change_url(public), summary="Better.", change_reason="A wrong date."))
    assert saved(save(client, change_url(public), milestones__0__text="It was signed.", change_reason="A slip."))
    assert public.history.first().history_change_reason == "A wrong date."
    assert step.history.first().history_change_reason == "A slip."
    assert saved(save(client, change_url(public), summary="Better, still."))
    assert not public.history.first().history_change_reason
    page = client.get(change_url(public).replace("change", "history")).content.decode()
    assert "A wrong date." in page
    page = save(client, change_url(public), summary="Worse.", change_reason="x" * 301)
    assert list(errors_of(page)) == ["change_reason"]


def test_only_the_desk_receives_the_warning():
    quote = QuoteFactory(text="The law is one for all, and nobody stands above the court of the country.")
    url = reverse("admin:initiatives_quote_near_duplicates")
    data = {"text": "The law is one for all and nobody stands above the courts of the country", "language": "en"}
    answer = editor().post(url, data)
    assert change_url(quote) in answer.content.decode()
    assert "100% similar" not in answer.content.decode()
    client = publisher()
    assert client.post(url, data | {"but": quote.pk}).content.strip() == b""
    assert client.post(url, {"text": "x" * 100_000, "language": "xx", "but": "x"}).status_code == 200
    assert client.get(url).status_code == 405
    assert Client().post(url, data).status_code == 302
    assert desk(User.objects.create_user("viewer", is_staff=True)).post(url, data).status_code == 403
    page = client.get(change_url(quote)).content.decode()
    assert f'data-near-duplicates="{url}"' in page
    assert f'data-but="{quote.pk}"' in page


def test_themes_are_offered_only_to_users_who_may_write_quotes():
    url = reverse("admin:initiatives_quote_fitting_themes")
    theme = ThemeFactory(name="Courts <of law>")
    data = {"text": "The court of law is open.", "language": "en"}
    client = editor()
    answer = client.post(url, data).content.decode()
    assert f'value="{theme.pk}"' in answer
    assert "Courts &lt;of law&gt;" in answer
    assert client.post(url, data | {"text": "Nothing of the kind"}).content.strip() == b""
    assert client.post(url, {"text": "\0" + "x " * 100_000, "language": "xx", "but": "²"}).status_code == 200
    assert client.get(url).status_code == 405
    viewer = User.objects.create_user("viewer", is_staff=True)
    viewer.user_permissions.add(Permission.objects.get(codename="view_quote"))
    assert desk(viewer).post(url, data).status_code == 403
    assert Client().post(url, data).status_code == 302
    assert f'data-fitting-themes="{url}"' in client.get(add_url("quote")).content.decode()
