"""The package of an office file: safe XML parts, the relations between them, both namespaces."""

import posixpath
from typing import cast

from lxml import etree

from huibao.errors import FileError
from huibao.text.formats.archive import Archive
from huibao.text.limits import MAX_ARCHIVE_ENTRIES, MAX_XML_TAGS, refuse_many_tags

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_RELATIONS = "{http://schemas.openxmlformats.org/package/2006/relationships}"
# "Strict" files (Word: Strict Open XML Document) differ in the namespaces alone.
_STRICT = (
    (
        b"http://purl.oclc.org/ooxml/wordprocessingml/main",
        b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    ),
    (
        b"http://purl.oclc.org/ooxml/officeDocument/math",
        b"http://schemas.openxmlformats.org/officeDocument/2006/math",
    ),
    (
        b"http://purl.oclc.org/ooxml/officeDocument/relationships",
        b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    ),
)
_DEFAULT_MAIN = "word/document.xml"


def parsed_part(data: bytes, name: str) -> etree._Element:
    """The root element of an XML part, namespaces brought to their common form.

    Raises:
        FileError: corrupt for broken XML and for any document type declaration: office programs
            write none, and entities are the known way to make a small file huge.
    """
    if b"http://purl.oclc.org/ooxml/" in data:
        for strict, common in _STRICT:
            data = data.replace(strict, common)
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise FileError("corrupt", f"part {name} declares a document type, which is not allowed")
    refuse_many_tags(data.count(b"<"), MAX_XML_TAGS)
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        huge_tree=False,
        load_dtd=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise FileError("corrupt", f"part {name} is not well formed: {error}") from None
    if root is None or root.getroottree().docinfo.internalDTD is not None:
        raise FileError("corrupt", f"part {name} declares a document type, which is not allowed")
    return root


class Package:
    """An office file: its main part and the parts that it names by relation."""

    def __init__(self, archive: Archive) -> None:
        """Finds the main part.

        Raises:
            FileError: corrupt if there is none, too_large for more parts than office files have.
        """
        archive.refuse_more_parts(MAX_ARCHIVE_ENTRIES)
        self._archive = archive
        starts = self._relations("_rels/.rels", "")
        self.main_name = next(iter(starts.get("officeDocument", ())), _DEFAULT_MAIN)
        main = self.part(self.main_name)
        if main is None:
            raise FileError("corrupt", f"the file lacks its main part {self.main_name}")
        self.main = main
        folder, base = posixpath.split(self.main_name)
        self._related = self._relations(f"{folder}/_rels/{base}.rels", folder)

    def part(self, name: str) -> etree._Element | None:
        """The root of a part, None where the file has no such part."""
        data = self._archive.part(name)
        return None if data is None else parsed_part(data, name)

    def related(self, kind: str) -> list[etree._Element]:
        """The roots of all parts with a relation of this kind (styles, numbering, footnotes …).

        A part comes once, however many relations name it: thousands to one part make a bomb of it.
        """
        names = {name.casefold(): name for name in self._related.get(kind, ())}
        parts = (self.part(name) for name in names.values())
        return [part for part in parts if part is not None]

    def named(self, kind: str) -> set[str]:
        """The names of all parts with a relation of this kind, read or not."""
        return {name.casefold() for name in self._related.get(kind, ())}

    def has_pictures(self) -> bool:
        """Whether the file packs any picture."""
        return any("/media/" in name for name in self._archive.names)

    def _relations(self, name: str, folder: str) -> dict[str, list[str]]:
        root = self.part(name)
        found: dict[str, list[str]] = {}
        for relation in [] if root is None else root.iter(_RELATIONS + "Relationship"):
            if relation.get("TargetMode") == "External":
                continue
            kind = cast(str, relation.get("Type", "")).rsplit("/", 1)[-1]
            target = posixpath.normpath(posixpath.join(folder, relation.get("Target", "")))
            found.setdefault(kind, []).append(target.lstrip("/"))
        return found
