"""Helpers for the import and export tests: files, and the pages for uploading and downloading them."""

import csv
import io
import zipfile

import openpyxl
from django.contrib.auth.models import Group, User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from initiatives.editorial.spreadsheets.outcomes import Effect
from initiatives.models import Import
from tests.admin.support import desk, messages_of


def colleague(group: str) -> Client:
    """Return the browser of a second member of a group."""
    user = User.objects.create_user(f"another {group}", is_staff=True)
    user.groups.add(Group.objects.get(name=group))
    return desk(user)


def csv_file(header, *rows) -> bytes:
    """Return a CSV file."""
    file = io.StringIO(newline="")
    csv.writer(file).writerows([header, *rows])
    return file.getvalue().encode()


def xlsx_file(header, *rows, title: str = "Sheet1", change=None) -> bytes:
    """Return a workbook; `change` receives its sheet for further changes."""
    book = openpyxl.Workbook()
    book.active.title = title
    for row in (header, *rows):
        book.active.append(list(row))
    if change:
        change(book.active)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def with_part(content: bytes, name: str, part: bytes) -> bytes:
    """Return a workbook with a part of it replaced or added."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            if info.filename != name:
                new.writestr(info, old.read(info))
        new.writestr(name, part)
    return file.getvalue()


def dicts(*rows: dict) -> tuple:
    """Return the header and rows for the files above from rows by column."""
    header = list(dict.fromkeys(name for row in rows for name in row))
    return header, *([row.get(name, "") for name in header] for row in rows)


def url(model: str, page: str, *args) -> str:
    """Return the address of a page of import or export."""
    return reverse(f"admin:initiatives_{model}_{page}", args=args)


def upload(client, model: str, content: bytes, name: str = "table.csv"):
    """Choose a file; return the page that follows: the preview, or the form with the error."""
    return client.post(url(model, "import"), {"file": SimpleUploadedFile(name, content)}, follow=True)


def confirm(client, preview, reason: str = ""):
    """Send the preview's form; return the page that follows."""
    kept = preview.context["kept"]
    address = url(kept.table, "import_preview", kept.pk)
    sent = {"digest": preview.context["examined"].digest, "change_reason": reason}
    return client.post(address, sent, follow=True)


def bring_in(client, model: str, content: bytes, name: str = "table.csv", reason: str = "") -> Import:
    """Import a file without wrong rows; return its record."""
    preview = upload(client, model, content, name)
    assert "examined" in preview.context, fault(preview)
    assert not preview.context["examined"].wrong, wrong(preview)
    confirm(client, preview, reason)
    kept = Import.objects.get(pk=preview.context["kept"].pk)
    assert kept.done_at is not None
    return kept


def fault(page) -> str:
    """Return why a file was refused as a whole."""
    return " ".join(page.context["form"].errors.get("file", [])) + messages_of(page)


def effects(page) -> dict[str, int]:
    """Return how many rows of a preview have each effect."""
    return {str(effect): count for effect, count in page.context["examined"].counts.items()}


def wrong(page) -> dict[int, str]:
    """Return the reasons of a preview's wrong rows, by line."""
    return {one.line: " ".join(one.reasons) for one in page.context["examined"].of(Effect.WRONG)}


def differences(page) -> list[tuple[str, str, str]]:
    """Return the changes that a preview shows, row by row."""
    return [(one.column, one.before, one.after) for row in page.context["examined"].outcomes for one in row.differences]


def export(client, model: str, ending: str = "csv", query: str = "") -> bytes:
    """Return the exported file."""
    response = client.post(url(model, "export") + query, {"format": ending})
    assert response.status_code == 200, response
    return b"".join(response.streaming_content)


def rows_of(content: bytes) -> list[dict[str, str]]:
    """Return the rows of an exported CSV file, unchanged."""
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
