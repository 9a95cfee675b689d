"""The archive's files: each fault is named, copies are taken down whole, and damaged files are replaced."""

import os
import time
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.management import CommandError, call_command
from django.db import transaction

from initiatives.editorial.copies import archive
from initiatives.editorial.copies.archive import faults
from initiatives.editorial.copies.taking_down import take_down
from initiatives.models import Capture, SourceText
from initiatives.models.captures import archive_path, text_hash
from tests.factories import QuoteFactory, SourceFactory, copy_of

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def folder(settings, tmp_path) -> Path:
    """An archive of its own."""
    own = {**settings.STORAGES["archive"], "OPTIONS": {"location": tmp_path / "own"}}
    settings.STORAGES = {**settings.STORAGES, "archive": own}
    return tmp_path / "own"


def file_of(folder: Path, capture: Capture) -> Path:
    return folder / archive_path(capture.sha256)


def age(*files: Path) -> None:
    for file in files:
        os.utime(file, (time.time() - 7200,) * 2)


def check(capsys, *options: str) -> str:
    """Return what check_archive prints if it finds faults."""
    with pytest.raises(CommandError):
        call_command("check_archive", *options)
    return capsys.readouterr().out


def test_an_archive_that_matches_the_record(folder, capsys):
    """Two copies of the same bytes share a file."""
    for text in ("One.", "Two.", "Two."):
        copy_of(SourceFactory(), text)
    call_command("check_archive")
    assert capsys.readouterr().out == "The archive matches the record: every copy has its file. Files: 2.\n"


def test_an_archive_without_copies_needs_no_folder(folder):
    assert list(faults()) == []


def test_one_flipped_byte_is_named_and_nothing_else(folder, capsys):
    copies = [copy_of(SourceFactory(), f"Text {number}.").capture for number in range(20)]
    file = file_of(folder, copies[7])
    content = bytearray(file.read_bytes())
    content[3] ^= 1
    file.write_bytes(content)
    (line,) = check(capsys).splitlines()
    assert line.startswith(f"{archive_path(copies[7].sha256)}: is damaged")


def test_every_kind_of_fault_is_named(folder, capsys):
    """Each with what to do; a young file may belong to a copy that is just being kept."""
    missing = copy_of(SourceFactory(), "Lost.").capture
    file_of(folder, missing).unlink()
    down = copy_of(SourceFactory(), "Down.").capture
    take_down(down, None, "Asked by the publisher.")
    kept = file_of(folder, copy_of(SourceFactory(), "Kept.").capture)
    stray, part = folder / archive_path("ab" * 32), folder / "ab" / "ab" / f".{'ab' * 32}.0123abcd.part"
    strange = [folder / "readme.txt", folder / "zz" / "file", kept.with_name("0" * 64), kept.parent / "in" / "file"]
    for file in (stray, part, file_of(folder, down), *strange):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("Words.")
    assert not any(fault.superfluous for fault in faults())
    age(stray, part, file_of(folder, down))
    said = {line.partition(": ")[0]: line for line in check(capsys).splitlines()}
    assert "is missing. Restore it from a backup" in said.pop(archive_path(missing.sha256))
    assert "no copy on record" in said.pop(archive_path("ab" * 32))
    assert "taken down" in said.pop(archive_path(down.sha256))
    assert "was left by a run" in said.pop(str(part.relative_to(folder)))
    for file in strange:
        assert "Move it" in said.pop(str(file.relative_to(folder)))
    assert list(said) == ["To delete the superfluous files, run"]


def test_superfluous_files_are_deleted_after_asking(folder, capsys, monkeypatch):
    kept = copy_of(SourceFactory(), "Kept.").capture
    stray = folder / archive_path("ab" * 32)
    stray.parent.mkdir(parents=True)
    stray.write_text("Words.")
    age(stray, file_of(folder, kept))
    for answer in ("no", "yes"):
        assert stray.exists()
        monkeypatch.setattr("builtins.input", lambda question, answer=answer: answer)
        if answer == "no":
            assert "superfluous" in check(capsys, "--delete-superfluous")
    call_command("check_archive", "--delete-superfluous")
    assert not stray.exists()
    assert file_of(folder, kept).exists()


def test_a_file_that_a_new_copy_needs_is_not_deleted(folder):
    """A copy with the same bytes came between the check and the deletion."""
    capture = copy_of(SourceFactory(), "Words.").capture
    file = file_of(folder, capture)
    take_down(capture, None, "A mistake.")
    file.write_bytes(b"Words.")
    age(file)
    (fault,) = faults()
    copy_of(SourceFactory(), "Words.")
    assert not archive.delete(fault)
    age(file)
    assert not archive.delete(fault)
    assert file.exists()


def test_a_copy_taken_down_during_the_check_is_not_missing(folder):
    capture = copy_of(SourceFactory(), "Words.").capture
    file_of(folder, capture).unlink()
    assert list(faults(lambda: take_down(capture, None, "A mistake."))) == []


def test_a_file_saved_again_counts_as_new(folder):
    """Its copy may not be on record yet."""
    name = archive_path(text_hash("Words."))
    storages["archive"].save(name, ContentFile(b"Words."))
    age(folder / name)
    assert len(list(faults())) == 1
    storages["archive"].save(name, ContentFile(b"Words."))
    assert list(faults()) == []


def test_only_its_owner_can_read_the_archive(folder):
    copy_of(SourceFactory(), "Words.")
    assert all(path.stat().st_mode & 0o077 == 0 for path in [folder, *folder.rglob("*")])


def test_saving_repairs_a_damaged_file(folder):
    capture = copy_of(SourceFactory(), "Words.").capture
    file = file_of(folder, capture)
    file.write_bytes(b"Other.")
    copy_of(SourceFactory(), "Words.")
    assert file.read_bytes() == b"Words."
    assert [path.name for path in file.parent.iterdir()] == [file.name]


def test_content_must_be_what_its_name_says(folder):
    with pytest.raises(ValueError, match="another SHA-256"):
        storages["archive"].save(archive_path("ab" * 32), ContentFile(b"Words."))
    assert not [path for path in folder.rglob("*") if path.is_file()]


class TestTakingDown:
    @pytest.fixture(autouse=True)
    def own(self, folder):
        self.folder = folder

    def test_the_row_its_hash_and_what_was_found_stay(self, django_capture_on_commit_callbacks):
        quote = QuoteFactory(text="hear everyone")
        text = copy_of(quote.source, "We will hear everyone.", places=["p. 1"])
        capture, by = text.capture, User.objects.create_user("keeper")
        assert file_of(self.folder, capture).exists()
        with django_capture_on_commit_callbacks(execute=True):
            take_down(capture, by, " Asked by the publisher. ")
        kept, text = Capture.objects.get(), SourceText.objects.get()
        assert (kept.taken_down_by, kept.taken_down_because) == (by, "Asked by the publisher.")
        assert kept.taken_down_at == capture.taken_down_at is not None
        assert (kept.sha256, text.text, text.places) == (capture.sha256, "", [])
        assert (quote.found.level, quote.found.source_text) == ("letters", text)
        assert not file_of(self.folder, capture).exists()

    def test_a_second_time_keeps_the_reason_and_deletes_a_file_that_was_left(self, django_capture_on_commit_callbacks):
        """As after a crash before the file was deleted."""
        capture = copy_of(SourceFactory(), "Words.").capture
        take_down(capture, None, "The first reason.")
        assert file_of(self.folder, capture).exists()  # nothing is committed in this test
        with django_capture_on_commit_callbacks(execute=True):
            take_down(capture, None, "Another.")
        assert Capture.objects.get().taken_down_because == "The first reason."
        assert not file_of(self.folder, capture).exists()

    def test_a_file_stays_while_another_copy_has_the_same_bytes(self, django_capture_on_commit_callbacks):
        first, second = (copy_of(SourceFactory(), "Words.").capture for _time in range(2))
        for capture, there in ((first, True), (second, False)):
            with django_capture_on_commit_callbacks(execute=True):
                take_down(capture, None, "A mistake.")
            assert file_of(self.folder, capture).exists() == there
        assert list(faults()) == []

    @pytest.mark.parametrize("reason", ["", "  ", "x" * 5000])
    def test_without_a_proper_reason_nothing_happens(self, reason):
        capture = copy_of(SourceFactory(), "Words.").capture
        with pytest.raises(ValidationError), transaction.atomic():
            take_down(capture, None, reason)
        assert Capture.objects.get().taken_down_at is None
        assert SourceText.objects.get().text == "Words."
