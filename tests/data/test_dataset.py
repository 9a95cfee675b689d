"""The dataset: everything public and nothing else, valid, with checksums, and enough to rebuild the site."""

import datetime
import io
import json
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from initiatives import clock
from initiatives.data.dataset.export import KEPT, export, read_lines, versions
from initiatives.data.dataset.tables import TABLES
from initiatives.editorial.first_content import RECORD
from initiatives.models import Capture, Change, Initiative, Person, PrincipleSet, Quote, Source, SourceText, Theme
from initiatives.search.check import check
from tests.factories import (
    InitiativeFactory,
    MilestoneFactory,
    PersonFactory,
    QuoteFactory,
    SourceFactory,
    ThemeFactory,
)
from tests.helpers import few_examples, rolled_back
from tests.models.test_visibility import SECRETS, STATES, build, public_kinds
from tests.views.test_kept_pages import later

pytestmark = [pytest.mark.database, pytest.mark.django_db]

LISTS = ("/", "/quotes/", "/quotes/?q=law", "/initiatives/", "/principles/", "/themes/", "/sources/", "/timeline/")


def pages(client) -> dict[str, str]:
    """Return what readers see at every public address."""
    items = [item for model in (Quote, Initiative, PrincipleSet, Person, Source, Theme) for item in model.objects.all()]
    addresses = [*LISTS, *(item.get_absolute_url() for item in items)]
    return {address: client.get(address).content.decode() for address in addresses}


def lines(version, table: str) -> list[dict]:
    return [json.loads(line) for line in read_lines(version / f"{table}.jsonl.gz")]


def faults(version) -> set[str]:
    """Return the kinds of faults that frictionless finds in a version."""
    # In a separate process: it lifts the limits of the csv module, and leaves files to the garbage collector.
    code = "import frictionless, sys; report = frictionless.validate(sys.argv[1])\n"
    code += "print(*{kind for (kind,) in report.flatten(['type'])})"
    done = subprocess.run(
        [sys.executable, "-c", code, version / "datapackage.json"], check=True, capture_output=True, text=True
    )
    return set(done.stdout.split())


def test_the_first_content_is_exported_and_loaded_into_an_empty_site(client, tmp_path):
    call_command("load_first_content", stdout=io.StringIO())
    version = export(tmp_path)
    assert faults(version) == set()
    described = json.loads((version / "datapackage.json").read_text())
    assert {resource["path"] for resource in described["resources"]} == {
        path.name for path in version.iterdir() if path.name not in {"datapackage.json", "dcat.jsonld"}
    }
    with closing(sqlite3.connect(version / "record.sqlite3")) as database:
        for table in TABLES:
            (count,) = database.execute(f'SELECT count(*) FROM "{table.name}"').fetchone()
            assert count == len(lines(version, table.name)) == table.model.objects.count()
        statuses = dict(database.execute("SELECT slug, coalesce(status, '') FROM statuses"))
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []
    assert statuses == dict(Initiative.objects.with_status().values_list("slug", "status"))
    assert {row["slug"]: row["status"] or "" for row in lines(version, "statuses")} == statuses
    before = pages(client)
    with pytest.raises(CommandError, match="already has items"):
        call_command("load_dataset", version)
    for model in (SourceText, Capture, *reversed(RECORD)):
        model.objects.all().delete()
    # An empty site has no log of deleted items; this one never forgets them.
    apps.get_model("initiatives", "LastSeen").objects.all().delete()
    Change.objects.all()._raw_delete(Change.objects.db)
    call_command("load_dataset", version, stdout=io.StringIO())
    assert list(check()) == []
    assert pages(client) == before
    assert QuoteFactory().pk > max(row["id"] for row in lines(version, "quotes"))


def test_every_column_is_described_with_its_keys_and_values(tmp_path):
    initiative = InitiativeFactory(public=True)
    milestone = MilestoneFactory(initiative=initiative, source=initiative.source, status="adopted")
    MilestoneFactory(initiative=None, person=PersonFactory(public=True))
    QuoteFactory(public=True, themes=[ThemeFactory(public=True)])
    version = export(tmp_path)
    assert faults(version) == set()
    resources = {
        one["name"]: {field["name"]: field for field in one["schema"]["fields"]} | one["schema"]
        for one in json.loads((version / "datapackage.json").read_text())["resources"]
        if "schema" in one
    }
    assert set(resources) == {table.name.replace("_", "-") for table in TABLES} | {"statuses"}
    for table in TABLES:
        for field in (*table.fields, *table.relations):
            name = field.attname if field in table.fields else f"{field.name}_ids"
            described = resources[table.name.replace("_", "-")][name]
            assert len(described["description"]) > len(field.verbose_name) + 3, (table.name, name)
            assert described["description"].endswith(".")
            if field.choices:
                assert described["constraints"]["enum"] == [value for value, _label in field.choices]
    assert resources["quotes"]["foreignKeys"] == [
        {"fields": [f"{one}_id"], "reference": {"resource": other, "fields": ["id"]}}
        for one, other in (("source", "sources"), ("speaker", "people"))
    ]
    (status,) = lines(version, "statuses")
    assert (status["id"], status["status"], status["milestone_id"]) == (initiative.pk, "adopted", milestone.pk)
    with closing(sqlite3.connect(version / "record.sqlite3")) as database:
        explained = set(database.execute('SELECT "table", "column" FROM columns WHERE length(about) > 8'))
        for table in (*(table.name for table in TABLES), "statuses"):
            names = {row[1] for row in database.execute(f'PRAGMA table_info("{table}")')}
            assert {(table, name) for name in names} <= explained
        for wrong in (
            "UPDATE initiatives SET kind = 'unknown'",
            "UPDATE quotes SET source_id = 99",
            "UPDATE quotes SET text = NULL",
            "INSERT INTO quotes_themes_ids VALUES (99, 99)",
        ):
            database.execute("PRAGMA foreign_keys = ON")
            with pytest.raises(sqlite3.IntegrityError):
                database.execute(wrong)
            database.rollback()
    # The errors for a file with a missing document and an invalid kind
    (version / "sources.csv").write_text((version / "sources.csv").read_text().splitlines()[0] + "\n")
    of_initiatives = (version / "initiatives.csv").read_text()
    (version / "initiatives.csv").write_text(of_initiatives.replace(f",{initiative.kind},", ",unknown,"))
    assert {"foreign-key", "constraint-error"} <= faults(version)


@few_examples
@given(states=st.fixed_dictionaries({kind: STATES for kind in SECRETS if kind != "milestone"}))
def test_it_contains_only_public_items(states, db, tmp_path_factory):
    with rolled_back():
        build(states)
        version = export(tmp_path_factory.mktemp("dataset"))
        public = public_kinds(states)
        with closing(sqlite3.connect(version / "record.sqlite3")) as database:
            dumped = "\n".join(database.iterdump())
        everything = dumped + "".join(path.read_text() for path in version.glob("*.csv"))
        everything += "".join(str(lines(version, table.name)) for table in TABLES)
        for kind, word in SECRETS.items():
            assert (word in everything) == (kind in public), kind


def test_rows_refer_only_to_public_items(tmp_path):
    theme, draft = ThemeFactory(public=True), ThemeFactory()
    initiative, other = InitiativeFactory(public=True, themes=[theme, draft]), InitiativeFactory()
    QuoteFactory(public=True, themes=[draft, theme], initiatives=[other, initiative])
    version = export(tmp_path)
    (quote,), (exported,) = lines(version, "quotes"), lines(version, "initiatives")
    assert (quote["themes_ids"], quote["initiatives_ids"]) == ([theme.pk], [initiative.pk])
    assert exported["themes_ids"] == [theme.pk]


def test_all_tables_show_the_same_moment():
    """An item published after the first table was read is in no table, nor referred to by another."""
    theme = ThemeFactory(public=True)
    quote = QuoteFactory(public=True, themes=[theme])
    rows = {table.name: table.rows for table in TABLES}
    at = timezone.now()
    assert [row["themes_ids"] for row in rows["quotes"](at)] == [[theme.pk]]
    later(theme, published_at=at + datetime.timedelta(microseconds=1))
    assert list(Theme.objects.published()) == [theme]
    assert [(row["id"], row["themes_ids"]) for row in rows["quotes"](at)] == [(quote.pk, [])]
    assert list(rows["themes"](at)) == []


def test_a_value_that_forms_would_refuse_does_not_stop_the_export(tmp_path):
    quote = QuoteFactory(public=True)
    Quote.objects.filter(pk=quote.pk).update(language="xx")
    assert lines(export(tmp_path), "quotes")[0]["language"] == "xx"


def test_a_version_lists_the_differences_from_the_previous_one(tmp_path):
    kept, gone = QuoteFactory(public=True), QuoteFactory(public=True)
    export(tmp_path)
    kept.text = "Corrected words"
    kept.save()
    gone.state = "draft"
    gone.save()
    added = QuoteFactory(public=True)
    delta = json.loads((export(tmp_path) / "delta.json").read_text())["tables"]["quotes"]
    assert delta == {"added": [added.pk], "changed": [kept.pk], "withdrawn": [gone.pk]}
    for _number in range(KEPT):
        export(tmp_path)
    # And the first of the year
    assert len(versions(tmp_path)) == KEPT + 1


def test_the_first_version_of_each_year_is_kept_for_ever(client, tmp_path, settings, monkeypatch):
    settings.DATASET_DIR = str(tmp_path)
    days = [datetime.datetime(2024, 12, 30, tzinfo=datetime.UTC) + datetime.timedelta(days=n) for n in range(12)]
    for day in [*days, datetime.datetime(2026, 5, 1, tzinfo=datetime.UTC)]:
        with monkeypatch.context() as time:
            time.setattr(timezone, "now", lambda day=day: day)
            export(tmp_path)
    known = client.get("/data/versions.json").json()["versions"]
    assert [one["version"][:10] for one in known if one["kept_for_ever"]] == ["2026-05-01", "2025-01-01", "2024-12-30"]
    assert len(known) == KEPT + 2
    page = client.get("/data/").content.decode()
    assert all(b"".join(client.get(one["url"])) and one["version"] in page for one in known)


def test_the_newest_version_has_permanent_addresses(client, tmp_path, settings, monkeypatch):
    settings.DATASET_DIR = str(tmp_path)
    second = datetime.datetime(2026, 5, 1, tzinfo=datetime.UTC)
    assert client.get("/data/latest/quotes.csv").status_code == 404
    assert client.get("/data/versions.json").json()["versions"] == []
    for now in (second, second + datetime.timedelta(milliseconds=500)):
        with monkeypatch.context() as time:
            time.setattr(timezone, "now", lambda now=now: now)
            version = export(tmp_path)
        answer = client.get("/data/latest/quotes.csv")
        assert (answer.status_code, answer["Location"]) == (302, f"/data/{version.name}/quotes.csv")
        listed = client.get("/data/versions.json").json()
        assert b"".join(client.get(listed["latest"], follow=True)) == (version / "datapackage.json").read_bytes()
        newest = listed["versions"][0]
        files = {file["path"]: file for file in newest["files"]}
        assert b"".join(client.get(files["record.sqlite3"]["url"])) == (version / "record.sqlite3").read_bytes()
        assert files["quotes.csv"]["bytes"] == (version / "quotes.csv").stat().st_size
    for name in (".hidden", "nothing.csv", "..%2Fsecret.txt"):
        assert client.get(f"/data/latest/{name}").status_code == 404


@pytest.fixture
def file(client, tmp_path, settings):
    """A file of a version, as (its address, its contents)."""
    settings.DATASET_DIR = str(tmp_path)
    ThemeFactory.create_batch(5, public=True)
    version = export(tmp_path)
    return f"/data/{version.name}/themes.csv", (version / "themes.csv").read_bytes()


@pytest.mark.parametrize(
    ("asked", "part"),
    [
        ("bytes=0-9", slice(0, 10)),
        ("bytes=7-7", slice(7, 8)),
        ("bytes=10-", slice(10, None)),
        ("bytes=-5", slice(-5, None)),
        ("bytes=5-99999999", slice(5, None)),
        ("bytes=-99999999", slice(None)),
    ],
)
def test_a_part_of_a_file_is_sent_on_request(client, file, asked, part):
    url, whole = file
    answer = client.get(url, headers={"Range": asked, "Accept-Encoding": "gzip"})
    sent = b"".join(answer)
    assert (answer.status_code, sent) == (206, whole[part])
    start, end, _step = part.indices(len(whole))
    assert answer["Content-Range"] == f"bytes {start}-{end - 1}/{len(whole)}"
    assert (answer["Content-Length"], answer["Accept-Ranges"]) == (str(len(sent)), "bytes")


@pytest.mark.parametrize("asked", ["bytes=5-2", "bytes=0-1,3-4", "lines=0-1", "bytes=-", "bytes=x-", ""])
def test_an_invalid_range_is_ignored(client, file, asked):
    url, whole = file
    answer = client.get(url, headers={"Range": asked})
    assert (answer.status_code, b"".join(answer)) == (200, whole)


def test_a_range_beyond_the_end_is_refused(client, file):
    url, whole = file
    for asked in (f"bytes={len(whole)}-", "bytes=-0"):
        answer = client.get(url, headers={"Range": asked})
        assert (answer.status_code, answer["Content-Range"]) == (416, f"bytes */{len(whole)}")


@pytest.mark.parametrize("name", ["ETag", "Last-Modified"])
def test_a_download_resumes_only_if_the_file_is_the_same(client, file, name):
    url, whole = file
    first = client.get(url, headers={"Range": "bytes=0-9"})
    assert b"".join(first) == whole[:10]
    on = {"Range": "bytes=10-", "If-Range": first[name]}
    assert b"".join(client.get(url, headers=on)) == whole[10:]
    for other in ('"other"', f"W/{first['ETag']}", "Sat, 01 Feb 2020 00:00:00 GMT", "nonsense"):
        again = client.get(url, headers=on | {"If-Range": other})
        assert (again.status_code, b"".join(again)) == (200, whole)
    condition = "If-None-Match" if name == "ETag" else "If-Modified-Since"
    assert client.get(url, headers={condition: first[name], "Range": "bytes=0-9"}).status_code == 304
    assert client.get(url, headers={"If-Match": '"other"'}).status_code == 412
    assert b"".join(client.get(url, headers={"If-Match": first["ETag"]})) == whole


def test_text_files_declare_their_encoding(client, file):
    folder = file[0].rpartition("/")[0]
    for name, expected in {
        "themes.csv": "text/csv; charset=utf-8",
        "datapackage.json": "application/json; charset=utf-8",
        "dcat.jsonld": "application/ld+json; charset=utf-8",
        "record.sqlite3": "application/vnd.sqlite3",
        "themes.jsonl.gz": "application/gzip",
    }.items():
        with closing(client.get(f"{folder}/{name}")) as answer:
            assert answer["Content-Type"] == expected


def test_withdrawn_items_are_removed_from_earlier_versions(client, tmp_path, settings, monkeypatch):
    """A loaded version is the record of its time, without items withdrawn since."""
    settings.DATASET_DIR = str(tmp_path)
    source, theme = SourceFactory(public=True, title="Secret document"), ThemeFactory(public=True, name="Secret theme")
    kept = QuoteFactory(public=True, themes=[theme])
    gone = QuoteFactory(public=True, source=source, text="Secret words")
    initiative = InitiativeFactory(public=True, title="Secret undertaking")
    early = QuoteFactory(public=True, text="Secret words, too")
    start, numbers, withdrawn = timezone.now(), [gone.pk, early.pk], []

    def night(day):
        monkeypatch.setattr(timezone, "now", lambda: start + datetime.timedelta(days=day))
        call_command("export_dataset", stdout=io.StringIO())

    def files(version):
        return {path.name: path.read_bytes() for path in version.iterdir()}

    night(1)
    (first,) = versions(tmp_path)
    before = files(first)
    night(2)
    assert files(first) == before
    theme.delete()
    early.delete()
    night(3)
    gone.delete()
    later(initiative, state="archived")
    later(source, state="archived")
    night(4)
    assert not list(tmp_path.glob(".*"))
    _newest, *earlier = versions(tmp_path)
    for version in earlier:
        assert b"Secret" not in b"".join(files(version).values())
        assert "Secret" not in str([lines(version, table.name) for table in TABLES])
        (quote,) = lines(version, "quotes")
        assert (quote["id"], quote["themes_ids"]) == (kept.pk, [])
        package = json.loads((version / "datapackage.json").read_text())
        withdrawn.append(package["withdrawn"]["quotes"])
        assert [resource["rows"] for resource in package["resources"] if resource["name"] == "quotes"] == [1]
    # Items withdrawn on an earlier night remain listed.
    assert withdrawn == [numbers[:1], numbers, numbers]
    address = reverse("dataset_file", args=[earlier[0].name, "quotes.csv"])
    answer = client.get(address)
    assert answer["Cache-Control"] == "public, no-cache"
    assert b"Secret" not in b"".join(answer)
    for model in reversed(RECORD):
        model.objects.all().delete()
    call_command("load_dataset", earlier[-1], stdout=io.StringIO())
    assert [item.pk for item in Quote.objects.all()] == [kept.pk]


def test_a_clock_set_back_withdraws_nothing(tmp_path, settings, monkeypatch):
    """Not even in a new process, which has seen no later time: removed items cannot be recovered."""
    settings.DATASET_DIR = str(tmp_path)
    now = timezone.now()
    quote = QuoteFactory(public=True, published_at=now)
    call_command("export_dataset", stdout=io.StringIO())
    monkeypatch.setattr(timezone, "now", lambda: now - datetime.timedelta(hours=1))
    clock.forget()
    call_command("export_dataset", stdout=io.StringIO())
    known = versions(tmp_path)
    assert len(known) == 2
    assert [[row["id"] for row in lines(version, "quotes")] for version in known] == [[quote.pk], [quote.pk]]


def test_a_damaged_version_is_not_loaded(tmp_path):
    ThemeFactory(public=True)
    version = export(tmp_path)
    Theme.objects.all().delete()
    (version / "themes.csv").write_text("id\n")
    with pytest.raises(CommandError, match="damaged"):
        call_command("load_dataset", version)
    assert not Theme.objects.exists()


def test_files_are_served_with_their_checksums_and_no_others(client, tmp_path, settings):
    settings.DATASET_DIR = str(tmp_path)
    assert "No version has been made yet." in client.get("/data/").content.decode()
    QuoteFactory(public=True)
    version = export(tmp_path)
    (tmp_path / "secret.txt").write_text("secret")
    page = client.get("/data/").content.decode()
    for path in version.iterdir():
        url = reverse("dataset_file", args=[version.name, path.name])
        assert url in page
        assert b"".join(client.get(url)) == path.read_bytes()
    for name in ("../secret.txt", "..%2Fsecret.txt", ".hidden", "nothing.csv"):
        assert client.get(f"/data/{version.name}/{name}").status_code == 404
