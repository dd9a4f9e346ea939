"""Opens Word documents saved as one XML file, which report systems write and name .doc.

Two kinds: the parts of a .docx side by side (Word 2007, "Flat OPC"), and the older format of Word
2003, which has other names for the same things. Both are handed on as the parts of a .docx.
Source: [MS-OI29500] 2.1.2 Flat OPC; Office 2003 XML Reference Schemas, WordprocessingML.
"""

import io
import re
import zipfile
from typing import cast

from lxml import etree

from huibao.text.formats.archive import Archive
from huibao.text.formats.ooxml import W, parsed_part

_PKG = "{http://schemas.microsoft.com/office/2006/xmlPackage}"
_AML = "{http://schemas.microsoft.com/aml/2001/core}"
_WX = "{http://schemas.microsoft.com/office/word/2003/auxHint}"
_OLD = "http://schemas.microsoft.com/office/word/2003/wordml"
# Pictures in their letters: of no use here, and longer than a parser takes.
_PICTURE = re.compile(r"(<(?:w:binData|pkg:binaryData)\b[^<>]{0,300}>)[^<]{1,}")
_DECLARATION = re.compile(r"\s*<\?xml\b[^<>]{0,200}\?>")
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
# Elements that only changed their names.
_RENAMED = {
    W + "listPr": W + "numPr",
    W + "ilfo": W + "numId",
    W + "listDef": W + "abstractNum",
    W + "list": W + "num",
    W + "ilst": W + "abstractNumId",
    W + "nfc": W + "numFmt",
    W + "hlink": W + "hyperlink",
}
_RENAMED_ATTRIBUTES = {W + "listDefId": W + "abstractNumId", W + "ilfo": W + "numId"}
# The formats of numbers, counted in Word 2003. Source: [MS-OSHARED] 2.2.1.3 MSONFC.
_NUMBER_FORMATS = (
    *("decimal", "upperRoman", "lowerRoman", "upperLetter", "lowerLetter", "ordinal"),
    *("cardinalText", "ordinalText", "hex", "chicago", "ideographDigital", "japaneseCounting"),
    *("aiueo", "iroha", "decimalFullWidth", "decimalHalfWidth", "japaneseLegal"),
    *("japaneseDigitalTenThousand", "decimalEnclosedCircle", "decimalFullWidth2"),
    *("aiueoFullWidth", "irohaFullWidth", "decimalZero", "bullet", "ganada", "chosung"),
    *("decimalEnclosedFullstop", "decimalEnclosedParen", "decimalEnclosedCircleChinese"),
    *("ideographEnclosedCircle", "ideographTraditional", "ideographZodiac"),
    *("ideographZodiacTraditional", "taiwaneseCounting", "ideographLegalTraditional"),
    *("taiwaneseCountingThousand", "taiwaneseDigital", "chineseCounting"),
    *("chineseLegalSimplified", "chineseCountingThousand"),
)
_NO_NUMBER = 255


def archive_of_xml(text: str) -> Archive:
    """The parts of a Word document that is one XML file, as those of a .docx.

    Raises:
        FileError: corrupt for broken XML and document type declarations, too_large.
    """
    bare = _PICTURE.sub(r"\1", _DECLARATION.sub("", text, count=1))
    data = bare.encode("utf-8", "replace")
    root = parsed_part(data.replace(_OLD.encode(), W[1:-1].encode()), "of the document")
    return _packed(_flat_parts(root) if root.tag == _PKG + "package" else _parts_of_2003(root))


def _packed(parts: dict[str, bytes]) -> Archive:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as opened:
        for name, content in parts.items():
            opened.writestr(name, content)
    return Archive(file.getvalue())


def _flat_parts(package: etree._Element) -> dict[str, bytes]:
    parts = {}
    for part in package.iterchildren(_PKG + "part"):
        holder = part.find(_PKG + "xmlData")
        name = cast(str, part.get(_PKG + "name", "")).lstrip("/")
        if not name:
            continue
        if holder is not None and len(holder):
            parts[name] = etree.tostring(holder[0], with_tail=False)
        elif part.find(_PKG + "binaryData") is not None:
            parts[name] = b""  # a picture: that there is one is all that matters
    return parts


def _parts_of_2003(document: etree._Element) -> dict[str, bytes]:
    for element in list(document.iter(etree.Element)):
        _rename(element)
    etree.strip_tags(
        document, _WX + "sect", _WX + "sub-section", _WX + "pBdrGroup", _AML + "content"
    )
    for element in list(document.iter(etree.Element)):
        # What remains of other names around text: smart tags, each in a name space of its own.
        if not str(element.tag).startswith(W) and element.find(W + "r") is not None:
            element.tag = W + "smartTag"
    parts = {
        "footnotes": _notes(document, "footnote"),
        "endnotes": _notes(document, "endnote"),
        "comments": _moved(document, W + "comment"),
        "header": _moved(document, W + "hdr"),
        "footer": _moved(document, W + "ftr"),
    }
    for name, kind in (("styles", "styles"), ("lists", "numbering")):
        found = document.find(W + name)
        if found is not None:
            parts[kind] = [found]
    document.tag = W + "document"
    relations = "".join(
        f'<Relationship Id="{name}" Type="{_RELATION}{name}" Target="{name}.xml"/>'
        for name, elements in parts.items()
        if elements
    )
    packed = {
        f"word/{name}.xml": _wrapped(name, elements) for name, elements in parts.items() if elements
    }
    named = f'<Relationships xmlns="{_RELATIONS}">{relations}</Relationships>'
    packed["word/_rels/document.xml.rels"] = named.encode()
    if document.find(f".//{W}binData") is not None:
        packed["word/media/picture"] = b""
    packed["word/document.xml"] = etree.tostring(document)
    return packed


def _rename(element: etree._Element) -> None:
    tag = str(element.tag)
    if tag == _AML + "annotation":
        kind = cast(str, element.get(W + "type", ""))
        if kind == "Word.Deletion":
            element.tag = W + "del"
        elif kind == "Word.Comment":
            element.tag = W + "comment"
        else:
            element.tag = W + "ins"
        return
    element.tag = _RENAMED.get(tag, tag)
    for old, new in _RENAMED_ATTRIBUTES.items():
        if old in element.attrib:
            element.set(new, element.attrib.pop(old))
    if tag == W + "nfc":
        element.set(W + "val", _number_format(element.get(W + "val")))
    elif tag == W + "ind":
        for name in list(element.attrib):
            element.set(_without_hyphens(str(name)), element.attrib.pop(name))
    elif tag == W + "br" and element.get(W + "type") == "text-wrapping":
        element.attrib.pop(W + "type")


def _number_format(value: str | None) -> str:
    number = int(value) if value is not None and re.fullmatch("[0-9]{1,3}", value) else 0
    if number == _NO_NUMBER:
        return "none"
    return _NUMBER_FORMATS[number] if number < len(_NUMBER_FORMATS) else "decimal"


def _without_hyphens(name: str) -> str:
    """The name of an attribute as newer versions write it: first-line-chars, firstLineChars."""
    return re.sub("-([a-z])", lambda match: match[1].upper(), name)


def _notes(document: etree._Element, kind: str) -> list[etree._Element]:
    """The notes, which stand in the text itself; a sign that refers to each takes its place."""
    notes = [note for note in document.iter(W + kind) if _parent(note).tag == W + "r"]
    for number, note in enumerate(notes, 1):
        sign = etree.Element(W + kind + "Reference")
        sign.set(W + "id", str(number))
        sign.tail = note.tail
        _parent(note).replace(note, sign)
        note.set(W + "id", str(number))
    return notes


def _moved(document: etree._Element, tag: str) -> list[etree._Element]:
    found = list(document.iter(tag))
    for element in found:
        _parent(element).remove(element)
    return found


def _parent(element: etree._Element) -> etree._Element:
    return cast(etree._Element, element.getparent())


def _wrapped(name: str, elements: list[etree._Element]) -> bytes:
    """The elements as one part; styles and lists are parts by themselves."""
    if name in ("styles", "numbering"):
        return etree.tostring(elements[0], with_tail=False)
    holder = etree.Element(W + name, nsmap={"w": W[1:-1]})
    holder.extend(elements)
    return etree.tostring(holder)
