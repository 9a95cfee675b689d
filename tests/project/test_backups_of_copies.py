"""Backups include the files of copies: stored once, kept as long as a backup needs them, and put back verified."""

import hashlib
import subprocess
from pathlib import Path

import pytest

from initiatives.models.captures import archive_path
from tests.project.test_backups import Site, backups, folder, site  # noqa: F401

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]

NAMES = {text: archive_path(hashlib.sha256(text.encode()).hexdigest()) for text in ("One.", "Two.")}
KEEP = "from tests.factories import *\nfor text in {}: copy_of(SourceFactory(), text)"
TAKE_DOWN = """
from initiatives.editorial.copies.taking_down import take_down
from initiatives.models import *
take_down(Capture.objects.get(size=4, texts__text="One."), None, "Asked by the publisher.")
"""


@pytest.fixture
def archive(site, tmp_path) -> Path:  # noqa: F811
    """The archive of a site with two copies."""
    site.environment["ARCHIVE_DIR"] = str(tmp_path / "archive")
    site.environment.pop("ARCHIVE_BUCKET", None)
    run(site, KEEP.format(list(NAMES)))
    return tmp_path / "archive"


def run(site: Site, program: str) -> None:  # noqa: F811
    done = site.manage("shell", "--no-imports", "-c", program)
    assert done.returncode == 0, done


def newest(folder: Path) -> Path:  # noqa: F811
    return max(file for file in backups(folder) if file.suffix in (".dump", ".sqlite3"))


def stored(folder: Path) -> set[str]:  # noqa: F811
    return {str(file.relative_to(folder / "copies")) for file in (folder / "copies").rglob("*") if file.is_file()}


def test_files_are_listed_and_put_back(site, folder, archive):  # noqa: F811
    assert site.manage("backup", folder).returncode == 0
    assert stored(folder) == set(NAMES.values())
    (listed,) = folder.glob("*.copies")
    assert subprocess.run(["sha256sum", "--check", listed.name], cwd=folder, check=False).returncode == 0
    (archive / NAMES["One."]).unlink()
    (archive / NAMES["Two."]).write_text("Tvo.")
    done = site.manage("restore", newest(folder), "--no-input")
    assert done.returncode == 0, done
    assert {text: (archive / name).read_text() for text, name in NAMES.items()} == {text: text for text in NAMES}
    assert site.manage("check_archive").returncode == 0


def test_a_file_is_kept_as_long_as_a_backup_needs_it(site, folder, archive):  # noqa: F811
    site.manage("backup", folder)
    run(site, TAKE_DOWN)
    assert not (archive / NAMES["One."]).exists()
    (folder / "copies" / NAMES["Two."]).with_name(".killed.part").touch()
    (folder / "killed.copies").touch()
    site.manage("backup", folder / "by-hand")
    assert site.manage("backup", folder, "--keep", "1").returncode == 0
    assert stored(folder) == set(NAMES.values())
    assert site.manage("backup", folder).returncode == 0
    assert stored(folder) == {NAMES["Two."]}
    assert {file.name for file in folder.glob("*.copies")} == {
        f"{file.name}.copies" for file in backups(folder) if file.suffix not in (".copies", "")
    } | {"by-hand.copies"}


def test_missing_and_damaged_files_are_named(site, folder, archive):  # noqa: F811
    """The database is backed up and restored all the same."""
    (archive / NAMES["One."]).write_text("0ne.")
    done = site.manage("backup", folder)
    assert done.returncode == 1
    assert NAMES["One."] in done.stderr
    assert stored(folder) == {NAMES["Two."]}
    (folder / "copies" / NAMES["Two."]).write_text("Tvo.")
    for file in NAMES.values():
        (archive / file).unlink()
    site.add("three")
    done = site.manage("restore", newest(folder), "--no-input")
    assert done.returncode == 1
    assert all(name in done.stderr for name in NAMES.values())
    assert site.words == 2
    assert not list(archive.rglob("*.part"))


def test_a_bucket_is_left_out_loudly(site, folder, archive):  # noqa: F811
    site.environment |= {"ARCHIVE_BUCKET": "reforms-archive", "AWS_ENDPOINT_URL_S3": "http://127.0.0.1:9"}
    done = site.manage("backup", folder)
    assert done.returncode == 0, done
    assert "NOT in backups: back up the bucket itself" in done.stderr
    assert not list(folder.glob("*copies"))
    done = site.manage("restore", newest(folder), "--no-input")
    assert done.returncode == 0, done
    assert "NOT in backups" in done.stderr
