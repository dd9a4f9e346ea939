"""Old documents made by hand: rich text, OpenDocument text, and ones that reach outside themselves."""

import io
import zipfile

_NAMES = " ".join(
    f'xmlns:{name}="{address}"'
    for name, address in {
        "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
        "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
        "draw": "urn:oasis:names:tc:opendocument:xmlns:drawing:1.0",
        "script": "urn:oasis:names:tc:opendocument:xmlns:script:1.0",
        "svg": "urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0",
        "xlink": "http://www.w3.org/1999/xlink",
    }.items()
)
_MANIFEST = (
    '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
    '<manifest:file-entry manifest:full-path="/" '
    'manifest:media-type="application/vnd.oasis.opendocument.text"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml">%s'
    "</manifest:file-entry>%s</manifest:manifest>"
)
_LOCKED = '<manifest:encryption-data manifest:checksum="AAAA"/>'


def odt(
    body: str, *, scripts: str = "", before: str = "", locked: bool = False, **parts: str
) -> bytes:
    """An .odt; `parts` are further files by their path, "/" written as "__" and "." as "_dot_"."""
    file = io.BytesIO()
    named = {name.replace("__", "/").replace("_dot_", "."): own for name, own in parts.items()}
    entries = "".join(
        f'<manifest:file-entry manifest:full-path="{name}" manifest:media-type="text/xml"/>'
        for name in named
    )
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as opened:
        opened.writestr("mimetype", "application/vnd.oasis.opendocument.text", zipfile.ZIP_STORED)
        opened.writestr("META-INF/manifest.xml", _MANIFEST % (_LOCKED if locked else "", entries))
        opened.writestr(
            "content.xml",
            f'{before}<office:document-content {_NAMES} office:version="1.2">{scripts}'
            f"<office:body><office:text>{body}</office:text></office:body>"
            "</office:document-content>",
        )
        for name, content in named.items():
            opened.writestr(name, content)
    return file.getvalue()


def odt_paragraph(text: str) -> str:
    return f"<text:p>{text}</text:p>"


def odt_with_macro(touched: str) -> bytes:
    """An .odt whose macro would write a file as soon as the document is opened."""
    scripts = (
        "<office:scripts><office:event-listeners><script:event-listener "
        'script:language="ooo:script" script:event-name="dom:load" xlink:type="simple" '
        'xlink:href="vnd.sun.star.script:Standard.M.Main?language=Basic&amp;location=document"/>'
        "</office:event-listeners></office:scripts>"
    )
    library = 'xmlns:library="http://openoffice.org/2000/library" library:name="Standard"'
    code = f'Sub Main\nOpen "{touched}" For Output As #1\nPrint #1, "x"\nClose #1\nEnd Sub'
    return odt(
        odt_paragraph("总结"),
        scripts=scripts,
        **{
            "Basic__script-lc_dot_xml": (
                '<library:libraries xmlns:library="http://openoffice.org/2000/library" '
                'xmlns:xlink="http://www.w3.org/1999/xlink"><library:library '
                'library:name="Standard" library:link="false"/></library:libraries>'
            ),
            "Basic__Standard__script-lb_dot_xml": (
                f'<library:library {library}><library:element library:name="M"/></library:library>'
            ),
            "Basic__Standard__M_dot_xml": (
                '<script:module xmlns:script="http://openoffice.org/2000/script" '
                f'script:name="M" script:language="StarBasic">{code.replace(chr(34), "&quot;")}'
                "</script:module>"
            ),
        },
    )


def odt_with_links(secret: str, web: str) -> bytes:
    """An .odt that takes a section from a file of the machine and a picture from the web."""
    section = (
        '<text:section text:name="S" text:protected="false">'
        f'<text:section-source xlink:href="file://{secret}"/>{odt_paragraph("旧")}</text:section>'
    )
    picture = (
        '<text:p><draw:frame text:anchor-type="as-char" svg:width="1cm" svg:height="1cm">'
        f'<draw:image xlink:href="{web}/a.png" xlink:type="simple" xlink:show="embed" '
        'xlink:actuate="onLoad"/></draw:frame></text:p>'
    )
    return odt(odt_paragraph("总结") + section + picture)


def rtf(body: str) -> bytes:
    """Rich text in GBK, as Word and WPS write it; `body` may hold control words."""
    signs = []
    for sign in body:
        if ord(sign) < 0x80:
            signs.append(sign.encode("ascii"))
        else:
            signs += [b"\\'%02x" % byte for byte in sign.encode("gb18030")]
    head = b"{\\rtf1\\ansi\\ansicpg936\\deff0{\\fonttbl{\\f0\\fnil\\fcharset134 SimSun;}}\n\\f0 "
    return head + b"".join(signs) + b"}"


def rtf_with_links(secret: str, web: str) -> bytes:
    """Rich text with fields that would bring in a file of the machine and a picture of the web."""
    fields = "".join(
        f"{{\\field{{\\*\\fldinst {code}}}{{\\fldrslt 旧}}}}"
        for code in (
            f'INCLUDETEXT "file://{secret}"',
            f'INCLUDEPICTURE "{web}/b.png"',
            f'LINK Word.Document.8 "{secret}" \\\\\\\\a',
        )
    )
    return rtf("总结\\par " + fields + "\\par 完")


def locked_doc(doc: bytes) -> bytes:
    """A .doc that says in its head that what follows is encrypted."""
    for place in range(512, len(doc), 512):
        if doc[place : place + 2] == b"\xec\xa5":
            file = bytearray(doc)
            file[place + 11] |= 0x01
            return bytes(file)
    raise ValueError("no Word stream")
