"""Reads the parts of a workbook (ECMA-376): its sheets, shared strings, kinds of numbers and rows of cells.

Large parts are read in pieces, and only the values of cells are kept: openpyxl makes an object for each element and
needs a gigabyte for a row of a million empty cells.
"""

import collections
import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from xml.etree.ElementTree import Element
from xml.parsers import expat

import defusedxml.ElementTree
from django.utils.translation import gettext as _
from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format, is_timedelta_format
from openpyxl.utils import column_index_from_string
from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH, from_excel, from_ISO8601

from initiatives.editorial.spreadsheets.csv_reader import MAX_TEXT, ImportFault

MAX_COLUMNS = 60
# Characters of a cell, three times what Excel can hold; and of all texts, which take up to four bytes each in memory.
MAX_CHARACTERS = 30_000_000
# Bytes of a part that is read whole.
MAX_SMALL = 5_000_000
PIECE = 1 << 16

_REFERENCE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")


@dataclass(frozen=True)
class Sheet:
    """A worksheet: its name, the part that holds it, and whether users see it."""

    name: str
    path: str
    visible: bool


@dataclass
class Cell:
    """A cell that is not empty: its place, and its kind and value as written."""

    coordinate: str
    column: int
    kind: str = "n"
    style: int = 0
    text: str = ""
    formula: bool = False


class Workbook:
    """A workbook in an archive that xlsx_archive.py made."""

    def __init__(self, archive: zipfile.ZipFile):
        self.archive = archive
        start = self._targets("_rels/.rels", "")
        self.path = next((path for kind, path in start.values() if kind == "officeDocument"), "xl/workbook.xml")
        folder, name = posixpath.split(self.path)
        self.targets = self._targets(f"{folder}/_rels/{name}.rels", folder)
        self.root = self._small(self.path)
        settings = next(_named(self.root, "workbookPr"), None)
        mac = settings is not None and settings.get("date1904") in ("1", "true")
        self.epoch = MAC_EPOCH if mac else WINDOWS_EPOCH
        self.characters = 0

    @property
    def sheets(self) -> list[Sheet]:
        """The existing worksheets, in order."""
        found, there = [], set(self.archive.namelist())
        for sheet in _named(self.root, "sheet"):
            number = next((value for name, value in sheet.attrib.items() if name.endswith("}id")), "")
            kind, path = self.targets.get(number, ("", ""))
            if kind == "worksheet" and path in there:
                found.append(Sheet(sheet.get("name", ""), path, sheet.get("state", "visible") == "visible"))
        return found

    def rows(self, sheet: Sheet) -> Iterator[tuple[int, list[Cell]]]:
        """Yield the number of each row in a sheet, with its cells that are not empty."""
        parser = _PartParser(self)
        for _piece in parser.read(sheet.path):
            yield from parser.rows
            parser.rows.clear()

    def value(self, cell: Cell) -> object:
        """Return the value of a cell as text, number, boolean or time. Raises ValueError or similar if malformed."""
        if cell.kind == "s":
            # Counted for each cell, because each may hold a copy of the shared string.
            self.taken(len(self.strings[int(cell.text)]))
            return self.strings[int(cell.text)]
        if cell.kind == "b":
            return bool(int(cell.text))
        if cell.kind == "d":
            return from_ISO8601(cell.text)
        if cell.kind != "n":
            return cell.text
        shown = self.formats[cell.style] if cell.style < len(self.formats) else ""
        if is_date_format(shown):
            return from_excel(float(cell.text), self.epoch, timedelta=is_timedelta_format(shown))
        return float(cell.text) if re.search("[.Ee]", cell.text) else int(cell.text)

    @cached_property
    def strings(self) -> list[str]:
        """The shared strings, which cells refer to by index."""
        parser = _PartParser(self)
        if path := self._part("sharedStrings"):
            collections.deque(parser.read(path), maxlen=0)
        return parser.strings

    @cached_property
    def formats(self) -> list[str]:
        """The number formats, by cell style."""
        if not (path := self._part("styles")):
            return []
        root = self._small(path)
        own = {int(one.get("numFmtId", 0)): one.get("formatCode", "") for one in _named(root, "numFmt")}
        styles = next(_named(root, "cellXfs"), None)
        numbers = [int(one.get("numFmtId", 0)) for one in (styles if styles is not None else ())]
        return [own.get(number) or BUILTIN_FORMATS.get(number, "") for number in numbers]

    def taken(self, characters: int) -> None:
        """Count characters of texts; raise ImportFault if there are more than a table has."""
        self.characters += characters
        if self.characters > MAX_CHARACTERS:
            raise ImportFault(
                _("The workbook has more than %(limit)d million characters. Split it and import the parts one by one.")
                % {"limit": MAX_CHARACTERS // 1_000_000}
            )

    def _part(self, kind: str) -> str:
        """Return the first part of a kind; empty if there is none."""
        return next((path for known, path in self.targets.values() if known == kind), "")

    def _targets(self, path: str, folder: str) -> dict[str, tuple[str, str]]:
        """Return the targets in a relationships part: kind and part, by id."""
        found = {}
        for one in self._small(path):
            target = one.get("Target", "")
            there = target[1:] if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
            found[one.get("Id", "")] = (one.get("Type", "").rpartition("/")[2], there)
        return found

    def _small(self, path: str) -> Element:
        with self.archive.open(path) as part:
            content = part.read(MAX_SMALL + 1)
        if len(content) > MAX_SMALL:
            raise ValueError(path)
        return defusedxml.ElementTree.fromstring(content, forbid_dtd=True)


def _named(root: Element, name: str) -> Iterator[Element]:
    """Yield the elements with a local name, because two namespaces are in use."""
    return (element for element in root.iter() if element.tag.rpartition("}")[2] == name)


class _PartParser:
    """Reads the shared strings, or the rows of a sheet: collects the text of the elements that hold values."""

    # Elements whose text is read, and elements whose text is ignored (phonetic hints).
    texts = frozenset({"t", "v"})
    passed_over = "rPh"

    def __init__(self, workbook: Workbook):
        self.workbook = workbook
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.inside, self.aside = "", 0
        self.pieces: list[str] = []
        self.length = 0
        self.strings: list[str] = []
        self.rows: list[tuple[int, list[Cell]]] = []
        self.line, self.column = 0, 0
        self.cells: list[Cell] = []
        self.cell: Cell | None = None

    def read(self, path: str) -> Iterator[None]:
        """Read a part, a piece at each step. Raises ValueError if it is malformed, ImportFault if it is too large."""
        try:
            with self.workbook.archive.open(path) as part:
                while piece := part.read(PIECE):
                    self.parser.Parse(piece, False)
                    yield
            self.parser.Parse(b"", True)
        except expat.ExpatError as error:
            raise ValueError(str(error)) from error

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        """Start an element. A row or cell without a position follows the previous one."""
        name = name.rpartition(" ")[2]
        self.aside += name == self.passed_over
        self.inside = name if name in self.texts and not self.aside else ""
        if name == "row":
            line = int(attributes.get("r", self.line + 1))
            if line <= self.line:
                raise ValueError(attributes)
            self.line, self.column = line, 0
        elif name == "c":
            reference = _REFERENCE.fullmatch(attributes.get("r", ""))
            self.column = column_index_from_string(reference[1]) if reference else self.column + 1
            coordinate = attributes.get("r", "") or f"{self.column}/{self.line}"
            self.cell = Cell(coordinate, self.column, attributes.get("t", "n"), int(attributes.get("s", 0)))
        elif name == "f" and self.cell is not None:
            self.cell.formula = True

    def _end(self, name: str) -> None:
        """Finish a string, a row, or a cell with a value."""
        name = name.rpartition(" ")[2]
        self.aside -= name == self.passed_over
        self.inside = ""
        if name == "si":
            self.strings.append(self._said())
        elif name == "row":
            self.rows.append((self.line, self.cells))
            self.cells = []
        elif name == "c" and self.cell is not None:
            self.cell.text = self._said()
            if self.cell.text or self.cell.formula:
                if self.column > MAX_COLUMNS:
                    raise ImportFault(
                        _("The sheet has more than %(limit)d columns. Delete those you do not need.")
                        % {"limit": MAX_COLUMNS}
                    )
                self.cells.append(self.cell)
            self.cell = None

    def _text(self, text: str) -> None:
        if not self.inside:
            return
        self.length += len(text)
        self.workbook.taken(len(text))
        if self.length > MAX_TEXT:
            raise ImportFault(
                _("Cell %(cell)s contains more than %(limit)s characters. Shorten it.")
                % {"cell": self.cell.coordinate if self.cell else "–", "limit": f"{MAX_TEXT:,}"}
            )
        self.pieces.append(text)

    def _said(self) -> str:
        """Return the collected text and reset it."""
        text = "".join(self.pieces)
        self.pieces, self.length = [], 0
        return text
