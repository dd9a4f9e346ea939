"""OFD files made by hand at the XML level, with the habits of several writers: our own writing."""

import io
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

NAMESPACE = "http://www.ofdspec.org/2016"
WIDTH, HEIGHT = 210.0, 297.0
LEFT, TOP, LEADING, SIZE, COLUMNS, ROWS = 28.0, 37.0, 9.8, 5.6, 28, 22


@dataclass(frozen=True)
class Text:
    """Text at a place of the page, in millimetres from its upper left corner to the baseline."""

    text: str
    x: float
    y: float
    size: float = SIZE


def text_object(
    one: Text, *, prefix: str = "ofd:", cut: int = 0, steps: str = "list", matrix: str = ""
) -> str:
    """A text object; `cut` characters go in each one (0: all), `steps` is how their way is told."""
    pieces = (
        [one.text] if not cut else [one.text[i : i + cut] for i in range(0, len(one.text), cut)]
    )
    found, x = "", one.x
    for piece in pieces:
        way = {
            "list": f' DeltaX="{" ".join([str(one.size)] * (len(piece) - 1))}"',
            "group": f' DeltaX="g {len(piece) - 1} {one.size}"',
            "none": "",
        }[steps]
        turn = f' CTM="{matrix}"' if matrix else ""
        found += (
            f'<{prefix}TextObject ID="1" Font="1" Size="{one.size}"{turn} '
            f'Boundary="{x} {one.y - one.size} {len(piece) * one.size} {one.size * 1.2}">'
            f'<{prefix}TextCode X="0" Y="{one.size}"{way}>{piece}</{prefix}TextCode>'
            f"</{prefix}TextObject>"
        )
        x += one.size * len(piece)
    return found


def laid_out(title: str, paragraphs: Iterable[str]) -> list[list[Text]]:
    """Pages as offices set them: 22 lines of 28 characters, title centred, page numbers below."""
    rows: list[tuple[str, float]] = [(title, (COLUMNS - len(title)) / 2)]
    for paragraph in paragraphs:
        text, indent = paragraph, 2
        while text:
            room = COLUMNS - indent
            while room < len(text) and text[room] in "，。；：、）":
                room -= 1
            rows.append((text[:room], indent))
            text, indent = text[room:], 0
    pages = []
    for first in range(0, len(rows), ROWS):
        page = [
            Text(text, LEFT + indent * SIZE, TOP + LEADING * row)
            for row, (text, indent) in enumerate(rows[first : first + ROWS])
        ]
        pages.append([*page, Text(f"— {len(pages) + 1} —", 100, 280, 4.9)])
    return pages


def content(objects: str, *, prefix: str = "ofd:", template: str = "", area: str = "") -> str:
    name = f":{prefix[:-1]}" if prefix else ""
    use = f'<{prefix}Template TemplateID="{template}"/>' if template else ""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><{prefix}Page xmlns{name}="{NAMESPACE}">{area}{use}'
        f'<{prefix}Content><{prefix}Layer ID="9">{objects}</{prefix}Layer></{prefix}Content>'
        f"</{prefix}Page>"
    )


def document(
    places: Sequence[str], *, prefix: str = "ofd:", more: str = "", templates: str = ""
) -> str:
    name = f":{prefix[:-1]}" if prefix else ""
    pages = "".join(
        f'<{prefix}Page ID="{number}" BaseLoc="{place}"/>' for number, place in enumerate(places, 1)
    )
    return (
        f'<?xml version="1.0"?><{prefix}Document xmlns{name}="{NAMESPACE}"><{prefix}CommonData>'
        f"<{prefix}PageArea><{prefix}PhysicalBox>0 0 {WIDTH} {HEIGHT}</{prefix}PhysicalBox>"
        f"</{prefix}PageArea>{templates}</{prefix}CommonData>"
        f"<{prefix}Pages>{pages}</{prefix}Pages>{more}</{prefix}Document>"
    )


def start(root: str = "Doc_0/Document.xml", *, prefix: str = "ofd:") -> str:
    name = f":{prefix[:-1]}" if prefix else ""
    return (
        f'<?xml version="1.0"?><{prefix}OFD xmlns{name}="{NAMESPACE}"><{prefix}DocBody>'
        f"<{prefix}DocInfo/><{prefix}DocRoot>{root}</{prefix}DocRoot></{prefix}DocBody></{prefix}OFD>"
    )


def packed(parts: dict[str, str | bytes], *, gbk: bool = False) -> bytes:
    """The parts as a file; with `gbk` the names are written as old Chinese systems write them."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, inner in parts.items():
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            opened.writestr(info, inner)
    data = file.getvalue()
    if not gbk:
        return data
    for han in {piece for name in parts for piece in name.split("/") if not piece.isascii()}:
        raw, old = han.encode("utf-8"), han.encode("gb18030")
        # A name of the same length keeps all places of the file as they are.
        data = data.replace(raw, old + b"_" * (len(raw) - len(old)))
    return data.replace(b"\x00\x08\x08\x00", b"\x00\x00\x08\x00")


def ofd(pages: Sequence[Sequence[Text]], *, cut: int = 0, steps: str = "list") -> bytes:
    """A plain file of these pages."""
    parts: dict[str, str | bytes] = {
        "OFD.xml": start(),
        "Doc_0/Document.xml": document([f"Pages/Page_{n}/Content.xml" for n in range(len(pages))]),
    }
    for number, page in enumerate(pages):
        objects = "".join(text_object(one, cut=cut, steps=steps) for one in page)
        parts[f"Doc_0/Pages/Page_{number}/Content.xml"] = content(objects)
    return packed(parts)
