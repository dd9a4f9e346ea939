"""The package of an OFD file: its documents, their pages in order, and the parts each page uses."""

import posixpath
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from lxml import etree

from huibao.errors import FileError
from huibao.text.formats.archive import Archive
from huibao.text.formats.ooxml import parsed_part
from huibao.text.limits import MAX_XML_TAGS, refuse_many_tags

_MAIN = "ofd.xml"
_PAGE_PART = re.compile(r"(?:^|/)pages?[^/]{0,20}/[^/]{0,40}?(\d{1,6})[^/]{0,20}/[^/]{1,40}\.xml$")
# Encrypted files (GM/T 0099) keep the plan of their keys beside the locked parts.
_LOCKS = ("encryptions.xml", "decryptseed.dat", "entriesmap.dat")
_A4 = (210.0, 297.0)

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class OfdPage:
    """A page: its roots, template first, and its width and height in millimetres.

    `number` counts from 1 through the file; `roots` is empty where the file lacks the page's part.
    """

    number: int
    roots: tuple[etree._Element, ...]
    width: float
    height: float


@dataclass(slots=True)
class _Document:
    """What the pages of one document share."""

    folder: str
    box: Box | None
    pages: list[str] = field(default_factory=list)
    attachments: list[str] = field(default_factory=list)
    annotated: int = 0
    template_places: dict[str, str] = field(default_factory=dict)
    templates: dict[str, etree._Element | None] = field(default_factory=dict)


class OfdPackage:
    """An OFD file: writers differ in the case, slashes and starting point of their paths."""

    def __init__(self, archive: Archive) -> None:
        """Finds the documents of the file.

        Raises:
            FileError: encrypted, or corrupt where neither documents nor pages are found.
        """
        self._archive = archive
        self._tags = 0
        names = sorted(archive.names, key=lambda name: (name.count("/"), name))
        if any(posixpath.basename(name) in _LOCKS for name in names):
            raise FileError("encrypted", "the OFD file is encrypted; save it without")
        main = next((name for name in names if posixpath.basename(name) == _MAIN), _MAIN)
        self._top = posixpath.dirname(main)
        self._documents = list(self._read_documents(main))
        if not any(document.pages for document in self._documents):
            self._documents = list(self._pages_by_name(names))
        if not self._documents:
            raise FileError("corrupt", "the OFD file lacks its list of pages")

    def page_count(self) -> int:
        """The number of pages that the file lists."""
        return sum(len(document.pages) for document in self._documents)

    def pages(self) -> Iterator[OfdPage]:
        """The pages of all documents, in the order that the file gives them."""
        number = 0
        for document in self._documents:
            for place in document.pages:
                number += 1
                yield self._page(document, place, number)

    def attachments(self) -> list[str]:
        """The names of the files attached to the documents."""
        return [name for document in self._documents for name in document.attachments]

    def annotated_pages(self) -> int:
        """On how many pages lie annotations (stamps, notes, marks), which are not read."""
        return sum(document.annotated for document in self._documents)

    def _page(self, document: _Document, place: str, number: int) -> OfdPage:
        root = self._part(place, document.folder)
        if root is None:
            return OfdPage(number, (), *_A4)
        roots = [root]
        for use in named(root, "Template"):
            template = self._template(document, use.get("TemplateID") or "")
            if template is not None:
                roots.insert(0, template)
        box = _page_box(root) or document.box
        width, height = (box[2], box[3]) if box else _A4
        return OfdPage(number, tuple(roots), width, height)

    def _template(self, document: _Document, name: str) -> etree._Element | None:
        """A template page by its number; it is unpacked once, however many pages use it."""
        place = document.template_places.get(name)
        if place is None:
            return None
        if name not in document.templates:
            document.templates[name] = self._part(place, document.folder)
        return document.templates[name]

    def _read_documents(self, main: str) -> Iterator[_Document]:
        root = self._part(main, "")
        if root is None:
            return
        for body in named(root, "DocBody"):
            place = next((text_of(one) for one in named(body, "DocRoot")), "")
            start = self._part(place, self._top) if place else None
            if start is None:
                continue
            folder = posixpath.dirname(self._place(place, self._top) or "")
            document = _Document(folder, _page_box(start))
            document.template_places = {
                one.get("ID") or "": one.get("BaseLoc") or ""
                for one in named(start, "TemplatePage")
            }
            document.pages = [
                one.get("BaseLoc") or ""
                for pages in named(start, "Pages")
                for one in named(pages, "Page")
            ]
            for extra in self._listed(start, "Attachments", folder):
                document.attachments += [
                    one.get("Name") or "" for one in named(extra, "Attachment")
                ]
            for extra in self._listed(start, "Annotations", folder):
                document.annotated += sum(1 for _ in named(extra, "FileLoc"))
            yield document

    def _listed(self, start: etree._Element, kind: str, folder: str) -> Iterator[etree._Element]:
        """The lists that a document keeps in parts of their own."""
        for place in {text_of(one) for one in start.iterchildren(f"{{*}}{kind}")}:
            part = self._part(place, folder) if place else None
            if part is not None:
                yield part

    def _pages_by_name(self, names: Iterable[str]) -> Iterator[_Document]:
        """The pages of a file without its list of them, by the numbers in their names."""
        found = [(int(match[1]), name) for name in names if (match := _PAGE_PART.search(name))]
        if found:
            yield _Document("", None, [name for _, name in sorted(found)])

    def _part(self, place: str, folder: str) -> etree._Element | None:
        name = self._place(place, folder)
        data = None if name is None else self._archive.part(name)
        if not data or name is None:
            return None
        # Counted over all pages: a list may name one page many times.
        self._tags += data.count(b"<")
        refuse_many_tags(self._tags, MAX_XML_TAGS)
        return parsed_part(data, name)

    def _place(self, place: str, folder: str) -> str | None:
        """The name of a part: from the document's folder, from the top, or wherever it ends so."""
        plain = place.strip().replace("\\", "/")
        for start in (folder, self._top, ""):
            name = posixpath.normpath(posixpath.join(start, plain.lstrip("/"))).casefold()
            if name in self._archive:
                return name
        ending = "/" + posixpath.normpath(plain.lstrip("/")).casefold()
        likely = [name for name in self._archive.names if name.endswith(ending)]
        return likely[0] if len(likely) == 1 else None


def named(element: etree._Element, name: str) -> Iterator[etree._Element]:
    """The elements of a name below an element; writers choose any prefix, or another namespace."""
    return element.iter(f"{{*}}{name}")


def text_of(element: etree._Element) -> str:
    """The text that an element holds itself."""
    return (element.text or "").strip()


def numbers_of(text: str | None) -> list[float]:
    """The numbers of a list parted by blanks or commas; what is no number counts as none."""
    found = []
    for piece in (text or "").replace(",", " ").split():
        try:
            number = float(piece)
        except ValueError:
            continue
        if abs(number) < 1e6:
            found.append(number)
    return found


def _page_box(root: etree._Element) -> Box | None:
    """The box of the paper that a part gives, None where it gives none."""
    for name in ("PhysicalBox", "ApplicationBox"):
        for element in named(root, name):
            box = numbers_of(element.text)
            if len(box) == 4 and box[2] > 0 and box[3] > 0:
                return box[0], box[1], box[2], box[3]
    return None
