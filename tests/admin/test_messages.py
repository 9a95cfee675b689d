"""The catalogues: compiled from the current texts, complete, and placeholders preserved."""

import ast
import gettext
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.models import User
from django.utils import translation

from initiatives.models import Proposal
from initiatives.templatetags.desk import named_after
from tests.factories import QuoteFactory

LOCALE = Path(settings.LOCALE_PATHS[0])
LANGUAGES = ["ru", "kk"]
ROOT = settings.BASE_DIR
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|%\(\w+\)\d+\w")


def entries(language: str) -> list[dict]:
    """Return the entries of a .po file: the text of each by keyword, such as msgid or msgstr[1]."""
    found = []
    for block in (LOCALE / language / "LC_MESSAGES/django.po").read_text().split("\n\n"):
        entry: dict = {"flags": ""}
        keyword = ""
        for line in block.splitlines():
            if line.startswith("#,"):
                entry["flags"] += line
            elif match := re.fullmatch(r'(?:(msg\S+) )?(".*")', line):
                keyword = match[1] or keyword
                entry[keyword] = entry.get(keyword, "") + ast.literal_eval(match[2])
        if entry.get("msgid"):
            found.append(entry)
    return found


def translations_of(entry: dict) -> list[str]:
    return [text for keyword, text in entry.items() if keyword.startswith("msgstr")]


@pytest.mark.parametrize("language", LANGUAGES)
def test_compiled_catalogues_are_up_to_date(language):
    written = {}
    for entry in entries(language):
        key = f"{entry['msgctxt']}\x04{entry['msgid']}" if "msgctxt" in entry else entry["msgid"]
        assert "fuzzy" not in entry["flags"], key
        if all(translations_of(entry)):
            if "msgid_plural" in entry:
                written |= {(key, number): text for number, text in enumerate(translations_of(entry))}
            else:
                written[key] = entry["msgstr"]
    with (LOCALE / language / "LC_MESSAGES/django.mo").open("rb") as compiled:
        catalogue = dict(gettext.GNUTranslations(compiled)._catalog)
    catalogue.pop("")
    assert catalogue == written, "run script/messages"


@pytest.mark.parametrize("language", LANGUAGES)
def test_catalogues_are_complete(language):
    assert [entry["msgid"] for entry in entries(language) if not all(translations_of(entry))] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_placeholders_are_preserved(language):
    for entry in entries(language):
        wanted = set(PLACEHOLDER.findall(entry["msgid"]))
        for text in filter(None, translations_of(entry)):
            assert set(PLACEHOLDER.findall(text)) == wanted, entry["msgid"]


@pytest.mark.parametrize(
    ("count", "words"),
    [(1, "предложенное изменение"), (2, "предложенных изменения"), (5, "предложенных изменений")],
)
def test_plural_forms_of_names_follow_the_number(count, words):
    with translation.override("ru"):
        assert named_after(Proposal._meta, count) == words


def test_each_list_has_the_plural_forms_of_its_name():
    with translation.override("ru"):
        names = {model: named_after(model._meta, 5) for model in admin.site._registry}
    assert [model for model, name in names.items() if name.isascii()] == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("ru", ["Реестр — редакция", "1 цитата", "Открыть сайт", "автор слов", "Опубликовать выбранное"]),
        ("kk", ["Тізілім — редакция", "Дәйексөздер", "1 дәйексөз"]),
    ],
)
def test_the_desk_is_translated(client, language, words):
    QuoteFactory(public=True)
    client.force_login(User.objects.create_superuser("root"))
    page = client.get("/admin/initiatives/quote/", headers={"accept-language": language}).content.decode()
    translation.activate(settings.LANGUAGE_CODE)
    assert [word for word in words if word.lower() not in page.lower()] == []


def test_the_first_day_at_the_desk_uses_the_labels_of_the_desk():
    """Text in quotation marks in docs/editing.md is on the desk word for word; … replaces the names of items."""
    code = [*(ROOT / "initiatives").rglob("*.py"), *(ROOT / "templates").rglob("*.html")]
    marked = re.compile(r'(?:\b_\(|gettext_lazy\(|translate )\s*"([^"]+)"')
    ours = {text for path in code for text in marked.findall(path.read_text())}
    djangos = gettext.translation("django", Path(admin.__file__).parent / "locale", ["ru"])._catalog  # type: ignore[attr-defined]
    labels = {plain(PLACEHOLDER.sub("…", text)) for text in ours | {key for key in djangos if isinstance(key, str)}}
    quoted = re.findall(r'"([^"`]+)"', " ".join((ROOT / "docs/editing.md").read_text().split()))
    assert len(quoted) > 50
    assert [text for text in quoted if plain(text) not in labels] == []


def plain(label: str) -> str:
    """Return a label without surrounding punctuation; the desk capitalises some."""
    return label.strip(" .,:").lower()
