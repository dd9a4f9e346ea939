"""Spreadsheets made by hand: .xls records in their container, .xlsx parts in their package."""

import io
import struct
import zipfile
from collections.abc import Mapping, Sequence

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
END, FREE = 0xFFFFFFFE, 0xFFFFFFFF
GLOBALS, WORKSHEET = 5, 0x10

Cells = Mapping[tuple[int, int], str | tuple[float, int]]


def record(number: int, data: bytes = b"") -> bytes:
    return struct.pack("<HH", number, len(data)) + data


def bof(kind: int) -> bytes:
    return record(0x809, struct.pack("<HHHHII", 0x600, kind, 0, 0, 0, 0))


def sheet_records(cells: Cells) -> bytes:
    """A sheet; a number comes with the place of its style."""
    found = bof(WORKSHEET)
    for (row, column), value in sorted(cells.items()):
        if isinstance(value, str):
            text = struct.pack("<HB", len(value), 1) + value.encode("utf-16-le")
            found += record(0x204, struct.pack("<HHH", row, column, 0) + text)
        else:
            number, style = value
            found += record(0x203, struct.pack("<HHHd", row, column, style, number))
    return found + record(0x0A)


def xls(
    sheets: Mapping[str, Cells],
    *,
    formats: Sequence[str] = (),
    hidden: Sequence[str] = (),
    extra: bytes = b"",
    stream: str = "Workbook",
) -> bytes:
    """An old Excel file; style 0 is plain, style n has the n-th of the formats."""
    head = bof(GLOBALS) + extra
    for number, code in enumerate(formats, 164):
        text = struct.pack("<HB", len(code), 1) + code.encode("utf-16-le")
        head += record(0x41E, struct.pack("<H", number) + text)
    for number in (0, *range(164, 164 + len(formats))):
        head += record(0xE0, struct.pack("<HH", 0, number) + bytes(16))
    bodies = [sheet_records(cells) for cells in sheets.values()]
    names = [name.encode("utf-16-le") for name in sheets]
    size = len(head) + sum(4 + 8 + len(name) for name in names) + 4
    for title, name, body in zip(sheets, names, bodies, strict=True):
        state = int(title in hidden)
        about = struct.pack("<IBBBB", size, state, 0, len(name) // 2, 1) + name
        head += record(0x85, about)
        size += len(body)
    return compound({stream: head + record(0x0A) + b"".join(bodies)})


def compound(streams: Mapping[str, bytes]) -> bytes:
    """A compound file of these streams, each padded so that it has sectors of its own."""
    body, starts, table = b"", {}, []
    for name, content in streams.items():
        padded = content.ljust(max(4096, -(-len(content) // 512) * 512), b"\0")
        starts[name] = (len(table), len(padded))
        count = len(padded) // 512
        table += [len(table) + step for step in range(1, count)] + [END]
        body += padded
    entries = [entry("Root Entry", 5, END, 0)]
    entries += [entry(name, 2, *place) for name, place in starts.items()]
    directory = b"".join(entries).ljust(-(-len(entries) // 4) * 512, b"\0")
    first = len(table)
    count = len(directory) // 512
    table += [first + step for step in range(1, count)] + [END]
    sectors = 1
    while len(table) + sectors > 128 * sectors:
        sectors += 1
    places = [len(table) + step for step in range(sectors)]
    table += [0xFFFFFFFD] * sectors
    table += [FREE] * (128 * sectors - len(table))
    head = struct.pack(
        "<8s16xHHHHH6xIIIIIIIII", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0x3E, 3, 0xFFFE, 9, 6,
        0, sectors, first, 0, 4096, END, 0, END, 0,
    )  # fmt: skip
    head += struct.pack("<109I", *places, *[FREE] * (109 - sectors))
    return head + body + directory + struct.pack(f"<{len(table)}I", *table)


def entry(name: str, kind: int, start: int, size: int) -> bytes:
    raw = name.encode("utf-16-le") + b"\0\0"
    child = 1 if kind == 5 else FREE
    return (
        raw.ljust(64, b"\0")
        + struct.pack("<HBBIII", len(raw), kind, 1, FREE, FREE, child)
        + bytes(36)
        + struct.pack("<IQ", start, size)
    )


def xlsx(
    sheets: Mapping[str, str],
    *,
    strings: str = "",
    styles: str = "",
    states: Mapping[str, str] | None = None,
    namespace: str = MAIN,
    **parts: str,
) -> bytes:
    """An Excel file; each sheet is given as the inside of its sheetData."""
    entries = "".join(
        f'<sheet name="{name}" sheetId="{n}" r:id="rId{n}" state="{(states or {}).get(name, "visible")}"/>'
        for n, name in enumerate(sheets, 1)
    )
    relations = "".join(
        f'<Relationship Id="rId{n}" Type="{RELATIONS}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in range(1, len(sheets) + 1)
    )
    found = {
        "xl/workbook.xml": f'<workbook xmlns="{namespace}" xmlns:r="{RELATIONS}">'
        f"<sheets>{entries}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}">{relations}</Relationships>',
        "xl/sharedStrings.xml": f'<sst xmlns="{namespace}">{strings}</sst>',
        "xl/styles.xml": f'<styleSheet xmlns="{namespace}">{styles}</styleSheet>',
    }
    for number, inner in enumerate(sheets.values(), 1):
        found[f"xl/worksheets/sheet{number}.xml"] = (
            f'<worksheet xmlns="{namespace}"><sheetData>{inner}</sheetData></worksheet>'
        )
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, content in (found | parts).items():
            opened.writestr(name, content)
    return file.getvalue()


def row(*cells: str) -> str:
    return f"<row>{''.join(cells)}</row>"


def text(value: str) -> str:
    return f'<c t="inlineStr"><is><t>{value}</t></is></c>'
