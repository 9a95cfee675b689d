"""Every uploaded workbook passes through here: the result is a copy of only the parts that were counted and checked.

The directory of a ZIP archive may be wrong about its parts, and a little XML may expand to a lot. So the parts are
unpacked here in pieces, and the reader receives an archive that we wrote, never the upload.
"""

import re
import sys
import tempfile
import zipfile
import zlib
from typing import IO
from xml.sax import SAXParseException
from xml.sax.handler import ContentHandler

import defusedxml.sax
from defusedxml import DTDForbidden
from django.utils.translation import gettext as _

from initiatives.editorial.spreadsheets.csv_reader import ImportFault

# Bytes of all XML parts, unpacked: a workbook of 5,000 rows has about 5 MB.
MAX_UNPACKED = 60_000_000
MAX_PARTS = 500
# Parts are read in pieces of this size; the root element begins within the first.
PIECE = 1 << 20
# Everything a parser creates objects for: elements, attributes, references and lines. A full table of 5,000 rows and 22
# columns has about 1,200,000; small parts become trees.
MAX_MARKS = 1_500_000
MAX_MARKS_OF_SMALL = 100_000
_MARKS = b"<=&\r\n"
# Bytes between two ends of tags: three times what the longest cell takes.
MAX_ENDLESS = 3_000_000
_LARGE = re.compile(r"xl/(worksheets/[^/]+|sharedstrings)\.xml", re.IGNORECASE)


def checked(file: IO[bytes]) -> IO[bytes]:
    """Return the XML parts of a workbook as an archive in an open temporary file.

    Raises ImportFault if the file is no archive that spreadsheets write, holds macros or a document type, or unpacks
    to more than a table needs, whatever its directory says.
    """
    copy = tempfile.TemporaryFile()  # noqa: SIM115 - the caller closes it
    try:
        with zipfile.ZipFile(file) as archive, zipfile.ZipFile(copy, "w") as clean:
            _copy(archive, clean)
    except ImportFault:
        copy.close()
        raise
    # Raised by zipfile for archives that are broken, have false sizes or need a password.
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError, ValueError) as error:
        copy.close()
        raise _no_workbook() from error
    copy.seek(0)
    return copy


def _copy(archive: zipfile.ZipFile, clean: zipfile.ZipFile) -> None:
    parts = archive.infolist()
    names = {part.filename.lower() for part in parts}
    if len(parts) > MAX_PARTS:
        raise _too_much()
    if "xl/vbaproject.bin" in names:
        raise ImportFault(_("The workbook contains macros. Save it as XLSX without macros."))
    # If two parts have the same name, readers may differ; other methods than these unpack without a bound.
    if len(names) < len(parts) or {part.compress_type for part in parts} - {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise _no_workbook()
    unpacked, marks = 0, {True: 0, False: 0}
    for part in parts:
        # Pictures and similar parts are never read.
        if not part.filename.lower().endswith((".xml", ".rels")):
            continue
        large = _LARGE.fullmatch(part.filename) is not None
        # zipfile would stop at the end given in the directory.
        part.file_size = sys.maxsize
        with archive.open(part) as packed, clean.open(part.filename, "w") as out:
            piece = packed.read(PIECE)
            _check_beginning(piece)
            endless = 0
            while piece:
                unpacked += len(piece)
                # A parser holds a whole tag or attribute in memory.
                endless = 0 if b">" in piece else endless + len(piece)
                marks[large] += len(piece) - len(piece.translate(None, _MARKS))
                if unpacked > MAX_UNPACKED:
                    raise _too_much()
                if marks[large] > (MAX_MARKS if large else MAX_MARKS_OF_SMALL) or endless > MAX_ENDLESS:
                    raise ImportFault(
                        _(
                            "The workbook contains more than a table needs. Copy the table into a new workbook and "
                            "save that."
                        )
                    )
                out.write(piece)
                piece = packed.read(PIECE)


class _RootBegun(Exception):
    """Raised at the root element: XML allows no document type after it."""


class _UntilRoot(ContentHandler):
    def startElement(self, name, attrs):
        raise _RootBegun


def _check_beginning(piece: bytes) -> None:
    """Raise ImportFault unless a part begins as XML without a document type, in any encoding."""
    try:
        defusedxml.sax.parseString(piece, _UntilRoot(), forbid_dtd=True)
    except _RootBegun:
        return
    except DTDForbidden as error:
        raise ImportFault(
            _(
                "The workbook contains a document type declaration (DTD), which is not allowed. Save it again "
                "as XLSX in a spreadsheet program."
            )
        ) from error
    # ValueError and LookupError: the parser does not have its encoding.
    except (SAXParseException, ValueError, LookupError) as error:
        raise unreadable() from error


def unreadable() -> ImportFault:
    """Return the error for a workbook with malformed parts."""
    return ImportFault(
        _("The file cannot be read as a workbook. Open it in a spreadsheet program and save it again as XLSX.")
    )


def _no_workbook() -> ImportFault:
    return ImportFault(
        _("The file is not an XLSX workbook, despite its name. Save it again as XLSX without a password.")
    )


def _too_much() -> ImportFault:
    return ImportFault(
        _("Unpacked, the workbook is larger than %(limit)d MB. Remove everything that is not part of the table.")
        % {"limit": MAX_UNPACKED // 1_000_000}
    )
