"""Office files as zip packages whose bytes depend on their content alone: no clock, no random id, one fixed order."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from typing import cast

from lxml import etree

#: The earliest day that a zip entry can carry. Every entry has it: the same paper has the same hash on every machine.
_STAMP = (1980, 1, 1, 0, 0, 0)
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml"


def packed(parts: Mapping[str, bytes]) -> bytes:
    """The zip file of these parts, by name; the content types come first, as readers expect."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name in sorted(parts, key=lambda part: (part != "[Content_Types].xml", part)):
            entry = zipfile.ZipInfo(name, _STAMP)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 0  # the same on every operating system
            archive.writestr(entry, parts[name])
    return target.getvalue()


def content_types(overrides: Mapping[str, str], defaults: Mapping[str, str] | None = None) -> bytes:
    """[Content_Types].xml. overrides: part name to media type; defaults: extension to media type."""
    root = etree.Element(f"{{{_TYPES}}}Types", nsmap=_plain(_TYPES))
    standard = {"rels": "application/vnd.openxmlformats-package.relationships+xml", "xml": "application/xml"}
    for extension, media in (standard | dict(defaults or {})).items():
        etree.SubElement(root, f"{{{_TYPES}}}Default", Extension=extension, ContentType=media)
    for name, media in overrides.items():
        etree.SubElement(root, f"{{{_TYPES}}}Override", PartName=f"/{name}", ContentType=media)
    return xml(root)


def relations(found: Mapping[str, tuple[str, str]]) -> bytes:
    """A .rels part. found: id to (kind, target); a kind without a scheme is one of the office relations."""
    root = etree.Element(f"{{{_RELATIONS}}}Relationships", nsmap=_plain(_RELATIONS))
    for key, (kind, target) in found.items():
        whole = kind if kind.startswith("http") else f"{_OFFICE}/{kind}"
        etree.SubElement(root, f"{{{_RELATIONS}}}Relationship", Id=key, Type=whole, Target=target)
    return xml(root)


def _plain(space: str, **others: str) -> dict[str, str]:
    """Without a prefix: some readers of the small parts know no other way. lxml's types forget that None is a name."""
    return cast("dict[str, str]", {None: space, **others})


def xml(root: etree._Element) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def workbook(rows: list[list[str | float | None]]) -> bytes:
    """A workbook of one sheet "Sheet1", for the data behind a chart: Word opens it on “edit data”."""
    sheet = etree.Element(f"{{{_SHEET}}}worksheet", nsmap=_plain(_SHEET))
    data = etree.SubElement(sheet, f"{{{_SHEET}}}sheetData")
    for number, row in enumerate(rows, start=1):
        line = etree.SubElement(data, f"{{{_SHEET}}}row", r=str(number))
        for place, value in enumerate(row):
            if value is not None:
                _cell(line, f"{column_letters(place)}{number}", value)
    book = etree.Element(f"{{{_SHEET}}}workbook", nsmap=_plain(_SHEET, r=_OFFICE))
    sheets = etree.SubElement(book, f"{{{_SHEET}}}sheets")
    etree.SubElement(sheets, f"{{{_SHEET}}}sheet", {"name": "Sheet1", "sheetId": "1", f"{{{_OFFICE}}}id": "rId1"})
    return packed(
        {
            "[Content_Types].xml": content_types(
                {
                    "xl/workbook.xml": f"{SPREADSHEET}.sheet.main+xml",
                    "xl/worksheets/sheet1.xml": f"{SPREADSHEET}.worksheet+xml",
                }
            ),
            "_rels/.rels": relations({"rId1": ("officeDocument", "xl/workbook.xml")}),
            "xl/workbook.xml": xml(book),
            "xl/_rels/workbook.xml.rels": relations({"rId1": ("worksheet", "worksheets/sheet1.xml")}),
            "xl/worksheets/sheet1.xml": xml(sheet),
        }
    )


def column_letters(place: int) -> str:
    """A, B … Z, AA of the column `place`, counted from 0."""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def clean(text: str) -> str:
    """Without the control characters that XML cannot carry."""
    return "".join(sign for sign in text if sign >= " " or sign in "\t\n")


def _cell(line: etree._Element, place: str, value: str | float) -> None:
    if isinstance(value, str):
        cell = etree.SubElement(line, f"{{{_SHEET}}}c", r=place, t="inlineStr")
        holder = etree.SubElement(cell, f"{{{_SHEET}}}is")
        etree.SubElement(holder, f"{{{_SHEET}}}t").text = clean(value)
        return
    cell = etree.SubElement(line, f"{{{_SHEET}}}c", r=place)
    etree.SubElement(cell, f"{{{_SHEET}}}v").text = f"{value:g}"
