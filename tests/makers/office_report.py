"""A report as an office writes it in Word, every habit once, and the 28 blocks that it shows."""

import io
import zipfile

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"
_NAMES = (
    f'xmlns:w="{W}" xmlns:mc="{MC}" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
_TYPES = {
    "document": "document.main",
    "styles": "styles",
    "numbering": "numbering",
    "footnotes": "footnotes",
    "header1": "header",
}

_STRICT = {
    f"http://schemas.openxmlformats.org/{common}": f"http://purl.oclc.org/ooxml/{own}"
    for common, own in {
        "wordprocessingml/2006/main": "wordprocessingml/main",
        "officeDocument/2006/relationships": "officeDocument/relationships",
        "drawingml/2006/main": "drawingml/main",
        "drawingml/2006/wordprocessingDrawing": "drawingml/wordprocessingDrawing",
    }.items()
}

# What a reader of the final document sees, in order: (kind, text with its number).
BLOCKS: tuple[tuple[str, str], ...] = (
    ("box", "云溪县民政局文件"),
    ("text", "云溪县民政局2023年工作总结"),
    ("text", "2023年，我局围绕县委、县政府的中心工作，办结各类事项1,286件，群众满意率达98.6%。"),
    ("text", "一、主要做法"),
    ("text", "（一）加强组织领导"),
    ("text", "成立由局长任组长的领导小组，召开专题会议4次，印发方案1份。"),
    ("text", "（二）开展政策宣传"),
    ("text", "全年举办培训班12期，培训干部460余人次。"),
    ("text", "1．走村入户发放资料3,200份。"),
    ("text", "2．在石桥镇、柳湾乡设立咨询点6个。"),
    ("text", "（三）落实救助政策"),
    ("text", "（1）发放城乡低保金412.5万元；"),
    ("text", "（2）发放临时救助金36万元；"),
    ("text", "①其中因病救助21万元；"),
    ("text", "②因灾救助15万元。"),
    ("text", "各乡镇救助情况如下："),
    ("table", "乡镇 | 户数 | 金额（万元）\n石桥镇 | 126 | 18.4\n柳湾乡 | 98 | 17.6\n合计 |  | 36"),
    ("text", "二、取得的成效"),
    ("text", "（一）兜底保障更加有力"),
    ("text", "低保标准由每人每月560元提高到610元。"),
    ("text", "（二）社会事务更加规范"),
    ("text", "三、存在的问题"),
    ("text", "一是基层力量不足；二是信息系统尚未联通。"),
    ("text", "四、下一步打算"),
    ("text", "继续推进社区养老服务站建设，2024年底前建成5个。"),
    ("text", "云溪县民政局"),
    ("text", "2023年12月18日"),
    ("note", "数据截至2023年11月底。"),
)


def office_report(*, wps_habits: bool = False, strict: bool = False) -> bytes:
    """The report as a .docx.

    Args:
        wps_habits: whether each heading repeats the number of its style, as WPS Office writes it.
        strict: whether in the namespaces of "Strict Open XML Document".
    """
    parts = {
        "document": f"<w:body>{_body(wps_habits)}{_SECTION}</w:body>",
        "styles": _STYLES,
        "numbering": _NUMBERING,
        "footnotes": _FOOTNOTES,
        "header1": _p("内部资料"),
    }
    roots = {"header1": "hdr"}
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as opened:
        opened.writestr("[Content_Types].xml", _content_types())
        opened.writestr("_rels/.rels", _relations({"r1": ("officeDocument", "word/document.xml")}))
        opened.writestr(
            "word/_rels/document.xml.rels",
            _relations(
                {name: (_TYPES[name], f"{name}.xml") for name in parts if name != "document"}
            ),
        )
        for name, inner in parts.items():
            root = roots.get(name, name)
            opened.writestr(
                f"word/{name}.xml",
                f'<?xml version="1.0" encoding="UTF-8"?><w:{root} {_NAMES}>{inner}</w:{root}>',
            )
    return _strict(file.getvalue()) if strict else file.getvalue()


def _strict(docx: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(docx)) as old, zipfile.ZipFile(file, "w") as new:
        for name in old.namelist():
            part = old.read(name).decode()
            for common, own in _STRICT.items():
                part = part.replace(common, own)
            new.writestr(name, part)
    return file.getvalue()


def _content_types() -> str:
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml."
    overrides = "".join(
        f'<Override PartName="/word/{name}.xml" ContentType="{kind}{own}+xml"/>'
        for name, own in _TYPES.items()
    )
    return (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{overrides}</Types>'
    )


def _relations(targets: dict[str, tuple[str, str]]) -> str:
    base = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    inner = "".join(
        f'<Relationship Id="{name}" Type="{base}/{kind}" Target="{target}"/>'
        for name, (kind, target) in targets.items()
    )
    names = "http://schemas.openxmlformats.org/package/2006/relationships"
    return f'<Relationships xmlns="{names}">{inner}</Relationships>'


def _r(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def _p(text: str, properties: str = "", inner: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr>{_r(text) if text else ''}{inner}</w:p>"


def _listed(text: str, number: int, level: int = 0) -> str:
    place = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>'
    return _p(text, place + '<w:ind w:firstLineChars="200" w:firstLine="640"/>')


def _heading(text: str, level: int, *, repeated: bool) -> str:
    place = f'<w:numPr><w:ilvl w:val="{level - 1}"/><w:numId w:val="1"/></w:numPr>'
    return _p(text, f'<w:pStyle w:val="H{level}"/>' + (place if repeated else ""))


def _body(wps_habits: bool) -> str:
    body = '<w:ind w:firstLineChars="200" w:firstLine="640"/>'

    def h(text: str, level: int) -> str:
        return _heading(text, level, repeated=wps_habits)

    return "".join((
        _p("", inner=f"<w:r>{_BOX}</w:r>"),
        _p("云溪县民政局2023年工作总结", '<w:pStyle w:val="Title"/>'),
        _p("2023年，我局围绕县委、县政府的中心工作，", body, (
            '<w:smartTag w:uri="urn:x" w:element="y">' + _r("办结各类事项") + "</w:smartTag>"
            + _r("1,286件") + _r("（内部数）", "<w:vanish/>") + _r("，群众满意率达98.6%。"))),
        h("主要做法", 1),
        h("加强组织领导", 2),
        _p("成立由局长任组长的领导小组，", body, (
            "<w:sdt><w:sdtContent>" + _r("召开专题会议4次") + "</w:sdtContent></w:sdt>"
            + _r("，印发方案1份。"))),
        h("开展政策宣传", 2),
        _p("全年举办培训班", body, (
            '<w:del w:id="1" w:author="甲" w:date="2023-12-01T08:00:00Z"><w:r><w:delText>10</w:delText>'
            '</w:r></w:del><w:ins w:id="2" w:author="甲" w:date="2023-12-01T08:00:00Z">'
            + _r("12") + "</w:ins>" + _r("期，培训干部460余人次。")
            + '<w:r><w:footnoteReference w:id="2"/></w:r>')),
        _p("走村入户发放资料3,200份。", '<w:pStyle w:val="H3"/>'),
        _p("在石桥镇、柳湾乡设立咨询点6个。", '<w:pStyle w:val="H3"/>'),
        h("落实救助政策", 2),
        _listed("发放城乡低保金412.5万元；", 2),
        _listed("发放临时救助金36万元；", 2),
        _listed("其中因病救助21万元；", 2, 1),
        _listed("因灾救助15万元。", 2, 1),
        _p("各乡镇救助情况如下：", body),
        _TABLE,
        h("取得的成效", 1),
        h("兜底保障更加有力", 2),
        _p("低保标准由每人每月560元提高到610元。", body),
        h("社会事务更加规范", 2),
        h("存在的问题", 1),
        _p("一是基层力量不足；二是信息系统尚未联通。", body),
        h("下一步打算", 1),
        _p("继续推进", body, _r("社区养老服务站", "<w:b/>") + _r("建设，2024年底前建成5个。")),
        _p("云溪县民政局", '<w:jc w:val="right"/>'),
        _p("2023年12月18日", '<w:jc w:val="right"/>'),
    ))  # fmt: skip


def _cell(text: str, properties: str = "") -> str:
    return f'<w:tc><w:tcPr><w:tcW w:w="2800" w:type="dxa"/>{properties}</w:tcPr>{_p(text)}</w:tc>'


def _row(*cells: str) -> str:
    return f"<w:tr>{''.join(cells)}</w:tr>"


_TABLE = (
    '<w:tbl><w:tblPr><w:tblW w:w="8400" w:type="dxa"/></w:tblPr><w:tblGrid>'
    + '<w:gridCol w:w="2800"/>' * 3
    + "</w:tblGrid>"
    + _row(_cell("乡镇"), _cell("户数"), _cell("金额（万元）"))
    + _row(_cell("石桥镇"), _cell("126"), _cell("18.4"))
    + _row(_cell("柳湾乡"), _cell("98"), _cell("17.6"))
    + _row(_cell("合计", '<w:gridSpan w:val="2"/>'), _cell("36"))
    + "</w:tbl>"
)
_SHAPE = (
    '<wp:anchor simplePos="0" relativeHeight="1" behindDoc="0" locked="0" layoutInCell="1" '
    'allowOverlap="1"><wp:simplePos x="0" y="0"/><wp:positionH relativeFrom="column">'
    '<wp:posOffset>0</wp:posOffset></wp:positionH><wp:positionV relativeFrom="paragraph">'
    '<wp:posOffset>0</wp:posOffset></wp:positionV><wp:extent cx="5400000" cy="720000"/>'
    '<wp:wrapTopAndBottom/><wp:docPr id="1" name="红头"/><a:graphic>'
    '<a:graphicData uri="http://schemas.microsoft.com/office/word/2010/wordprocessingShape">'
    "<wps:wsp><wps:cNvSpPr/><wps:spPr><a:xfrm><a:off x='0' y='0'/><a:ext cx='5400000' cy='720000'/>"
    '</a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></wps:spPr><wps:txbx>{}</wps:txbx>'
    "<wps:bodyPr/></wps:wsp></a:graphicData></a:graphic></wp:anchor>"
)
_INSIDE = f"<w:txbxContent>{_p('云溪县民政局文件')}</w:txbxContent>"
_BOX = (
    '<mc:AlternateContent><mc:Choice Requires="wps"><w:drawing>'
    + _SHAPE.format(_INSIDE)
    + "</w:drawing></mc:Choice><mc:Fallback><w:pict>"
    '<v:rect style="width:425pt;height:57pt"><v:textbox>'
    + _INSIDE
    + "</v:textbox></v:rect></w:pict></mc:Fallback></mc:AlternateContent>"
)
_SECTION = (
    '<w:sectPr><w:headerReference w:type="default" r:id="header1"/>'
    '<w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="2098" w:right="1474" w:bottom="1984" '
    'w:left="1588" w:header="851" w:footer="992" w:gutter="0"/></w:sectPr>'
)
_FOOTNOTES = (
    '<w:footnote w:type="separator" w:id="0"><w:p><w:r><w:separator/></w:r></w:p></w:footnote>'
    '<w:footnote w:type="continuationSeparator" w:id="1"><w:p><w:r><w:continuationSeparator/></w:r>'
    "</w:p></w:footnote>"
    f'<w:footnote w:id="2"><w:p><w:r><w:footnoteRef/></w:r>{_r("数据截至2023年11月底。")}</w:p>'
    "</w:footnote>"
)


def _level(level: int, number_format: str, text: str, style: str = "") -> str:
    linked = f'<w:pStyle w:val="{style}"/>' if style else ""
    return (
        f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="{number_format}"/>{linked}'
        f'<w:suff w:val="nothing"/><w:lvlText w:val="{text}"/><w:lvlJc w:val="left"/></w:lvl>'
    )


_NUMBERING = (
    '<w:abstractNum w:abstractNumId="0"><w:multiLevelType w:val="multilevel"/>'
    + _level(0, "chineseCountingThousand", "%1、", "H1")
    + _level(1, "chineseCountingThousand", "（%2）", "H2")
    + _level(2, "decimal", "%3．", "H3")
    + '</w:abstractNum><w:abstractNum w:abstractNumId="1"><w:multiLevelType w:val="multilevel"/>'
    + _level(0, "decimal", "（%1）")
    + _level(1, "decimalEnclosedCircle", "%2")
    + '</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
    '<w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num>'
)


def _style(name: str, shown: str, properties: str) -> str:
    return (
        f'<w:style w:type="paragraph" w:styleId="{name}"><w:name w:val="{shown}"/>'
        f'<w:basedOn w:val="Normal"/><w:pPr>{properties}</w:pPr></w:style>'
    )


def _numbered_style(level: int) -> str:
    place = f'<w:numPr><w:ilvl w:val="{level - 1}"/><w:numId w:val="1"/></w:numPr>'
    outline = f'<w:outlineLvl w:val="{level - 1}"/>'
    return _style(f"H{level}", f"heading {level}", place + outline)


_STYLES = (
    '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/>'
    '<w:rPr><w:sz w:val="32"/></w:rPr></w:style>'
    + _style("Title", "Title", '<w:jc w:val="center"/>')
    + "".join(map(_numbered_style, (1, 2, 3)))
)
