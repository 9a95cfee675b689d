"""The dataset: all that is public and nothing else, valid, with its checksums, and enough to build the site anew."""

import io
import json
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from initiatives.data.dataset.export import KEPT, export, read_lines, versions
from initiatives.data.dataset.tables import TABLES
from initiatives.editorial.first_content import RECORD
from initiatives.models import Initiative, Person, PrincipleSet, Quote, Source, Theme
from initiatives.search.check import check
from tests.factories import QuoteFactory, ThemeFactory
from tests.helpers import few_examples, rolled_back
from tests.models.test_visibility import SECRETS, STATES, build, public_kinds

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

LISTS = ("/", "/quotes/", "/quotes/?q=law", "/initiatives/", "/principles/", "/themes/", "/sources/", "/timeline/")


def pages(client) -> dict[str, str]:
    """Return what readers see at every public address."""
    items = [item for model in (Quote, Initiative, PrincipleSet, Person, Source, Theme) for item in model.objects.all()]
    addresses = [*LISTS, *(item.get_absolute_url() for item in items)]
    return {address: client.get(address).content.decode() for address in addresses}


def lines(version, table: str) -> list[dict]:
    return [json.loads(line) for line in read_lines(version / f"{table}.jsonl.gz")]


def test_the_first_content_goes_out_and_into_an_empty_site(client, tmp_path):
    call_command("load_first_content", stdout=io.StringIO())
    version = export(tmp_path)
    # In a process of its own: it lifts the limits of the csv module, and leaves files to the garbage collector.
    code = "import frictionless, sys; report = frictionless.validate(sys.argv[1]); sys.exit(not report.valid)"
    subprocess.run([sys.executable, "-c", code, version / "datapackage.json"], check=True)
    described = json.loads((version / "datapackage.json").read_text())
    assert {resource["path"] for resource in described["resources"]} == {
        path.name for path in version.iterdir() if path.name not in {"datapackage.json", "dcat.jsonld"}
    }
    with closing(sqlite3.connect(version / "record.sqlite3")) as database:
        for table in TABLES:
            (count,) = database.execute(f'SELECT count(*) FROM "{table.name}"').fetchone()
            assert count == len(lines(version, table.name)) == table.model.objects.count()
        statuses = dict(database.execute("SELECT slug, coalesce(status, '') FROM statuses"))
    assert statuses == dict(Initiative.objects.with_status().values_list("slug", "status"))
    before = pages(client)
    with pytest.raises(CommandError, match="already has items"):
        call_command("load_dataset", version)
    for model in reversed(RECORD):
        model.objects.all().delete()
    call_command("load_dataset", version, stdout=io.StringIO())
    assert list(check()) == []
    assert pages(client) == before
    assert QuoteFactory().pk > max(row["id"] for row in lines(version, "quotes"))


@few_examples
@given(states=st.fixed_dictionaries({kind: STATES for kind in SECRETS if kind != "milestone"}))
def test_it_holds_what_is_public_alone(states, db, tmp_path_factory):
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


def test_a_version_says_what_differs_from_the_one_before(tmp_path):
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
    assert len(versions(tmp_path)) == KEPT


def test_a_damaged_one_is_not_loaded(tmp_path):
    ThemeFactory(public=True)
    version = export(tmp_path)
    Theme.objects.all().delete()
    (version / "themes.csv").write_text("id\n")
    with pytest.raises(CommandError, match="damaged"):
        call_command("load_dataset", version)
    assert not Theme.objects.exists()


def test_it_is_served_with_its_checksums_and_nothing_beside_it(client, tmp_path, settings):
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
