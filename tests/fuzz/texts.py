"""Pages of text for the segmenter: what reports are made of, in any order, with any layout."""

import random

from huibao.report import Line, Page, Span
from huibao.text.formats.paragraphs import plain_lines

_NUMBERS = (
    *(
        "一、",
        "二、",
        "三、",
        "十一、",
        "（一）",
        "（二）",
        "(三)",
        "1.",
        "2.",
        "3．",
        "1、",
        "2、",
        "（1）",
        "①",
        "②",
    ),
    *(
        "第一章 ",
        "第二节 ",
        "一是",
        "二是",
        "三是",
        "一要",
        "首先，",
        "其次，",
        "——",
        "●",
        "1.1",
        "12.4",
    ),
)
_WORDS = (
    *(
        "某县民族工作",
        "总结",
        "汇报",
        "篇一",
        "加强组织领导",
        "抓宣传",
        "投入20万元",
        "举办培训班5期",
        "xx万元",
        "***",
    ),
    *(
        "某县人民政府",
        "2023年12月5日",
        "附件：",
        "各位代表：",
        "本文来源",
        "推荐阅读",
        "相关文章",
        "版权所有",
        "来源：某网",
    ),
    *(
        "下载",
        "ICP备",
        "范文大全",
        "经費不足",
        "（征求意见稿）",
        "《意见》",
        "“两个共同”",
        "（其中",
        "《关于",
        "“一",
        "的",
        "，",
        "、",
    ),
    *(
        "《总结.doc》",
        "责任编辑：某某",
        "打印 关闭",
        "— 1 —",
        "第1页",
        "文档为doc格式",
        "abc",
        "OA and",
        "12",
        "3.5%",
        "|",
        "||",
        "：",
        "；",
    ),
)
_VALUES = (
    *(
        "2023年",
        "5月",
        "12日",
        "上半年",
        "至",
        "-",
        "～",
        "约",
        "近",
        "余",
        "多",
        "万",
        "亿",
        "万元",
        "元",
        "%",
        "个百分点",
    ),
    *(
        "人次",
        "户",
        "场",
        "零",
        "三",
        "十",
        "百",
        "千",
        "两",
        "1,286",
        "0.5",
        "1",
        "20",
        "____",
        "xx",
        "**",
        "×",
        "〔2023〕",
        "号",
    ),
    *(
        "《关于",
        "的通知》",
        "（",
        "）",
        "第",
        "次",
        "同比增长",
        "其中",
        "党的二十大",
        "彝族",
        "各",
        "、",
        "每",
        "人均",
        "去年",
        "²",
    ),
)
_ENDS = ("。", "。", "。", "；", "：", "！", "", "", "，", "”", "）。", ".")
_BREAKS = (
    "\n",
    "\n",
    "\n",
    "\n\n",
    "\r\n",
    "\n　　",
    "\n  ",
    " ",
    "　",
    "",
    "\t",
    "\r",
    "\u200b",
    "\u2028",
    "\ufeff\n",
    "\u00ad",
)
_STRANGE = "\x00\x1f\x85\xa0\u200b\u2028\u3000\ufeff\ufffd\U00020000🎉éß٣"
_LONG = "我镇组织干部走村入户开展宣传，发放资料，接待群众来访，办结各类事项，群众满意度提高"
_KINDS = ("text", "text", "text", "table", "note", "box")


def chance_text(chance: random.Random) -> str:
    """A text of up to some hundred pieces."""
    return "".join(_piece(chance) for _ in range(chance.choice((1, 3, 10, 30, 30, 80))))


def chance_values(chance: random.Random) -> str:
    """A sentence of what values are written with."""
    return "".join(chance.choice(_VALUES) for _ in range(chance.choice((2, 5, 10, 40)))) + "。"


def chance_page(chance: random.Random) -> Page:
    """A page whose file tells its layout, or one of plain text."""
    text = chance_text(chance)
    if chance.random() < 0.5:
        lines = plain_lines(text)
    else:
        lines, place = [], 0
        for row in text.split("\n"):
            if row.strip():
                lines.append(_line(place, place + len(row), chance))
            place += len(row) + 1
        lines = tuple(lines)
    return Page("x", "", "text/plain", None, text, lines)


def chance_pattern(chance: random.Random) -> str:
    """A few pieces that a long page repeats."""
    return "".join(_piece(chance) for _ in range(chance.choice((1, 2, 3, 6)))) or "好"


def _piece(chance: random.Random) -> str:
    kind = chance.random()
    if kind < 0.04:
        return chance.choice(_STRANGE)
    number = chance.choice(_NUMBERS) if chance.random() < 0.4 else ""
    words = "".join(chance.choice(_WORDS) for _ in range(chance.choice((0, 1, 1, 2, 4))))
    long = _LONG * chance.choice((1, 1, 2)) if chance.random() < 0.3 else ""
    return number + words + long + chance.choice(_ENDS) + chance.choice(_BREAKS)


def _line(start: int, end: int, chance: random.Random) -> Line:
    return Line(
        Span(start, end),
        chance.choice(_KINDS),
        chance.choice((None, None, None, 1, 2, 9)),
        chance.choice((None, False, True)),
        chance.choice((None, 0.0, 2.0, 4.5)),
    )
