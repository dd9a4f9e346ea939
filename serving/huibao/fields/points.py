"""The points of a section: one line for each problem, plan or request, however the section is cut up."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from huibao.annotation import Annotation, BlockAnnotation
from huibao.report import Block
from huibao.text.items import run_in_items
from huibao.text.numbering import marker_at

_LONGEST = 80  # characters of a line; what is longer is cut at a comma
_SECTION = re.compile(
    "存在|主要|面临|下一?步|今后|打算|思路|不足之处|(?:问题|困难|建议|安排|计划|请求|要点)[。：]?$"
)
_CHIEF = re.compile(
    "设想|方向|反思|欠缺|问题|不足|困难|短板|差距|打算|计划|措施|安排|思路|建议|请求|要点"
)
_SECTION_LONGEST = 24
_LEAD_IN = re.compile(
    "：$|(?:以下|如下)[^，。；]{0,12}[：。]?$|主要(?:做好|抓好|表现|存在|体现)[^，。；]{0,16}[：。]$"
)
_LEAD_IN_LONGEST = 60
_SOME_PROBLEMS = re.compile(
    "(?:存在|面临)[^，。；]{0,8}(?:问题|不足|困难|差距)(?:和(?:问题|不足))?[。：]$"
)
_CONCESSION = re.compile(
    "^(?:虽然|尽管)?[^。；]{0,30}(?:取得|有)了?(?:一定|一些)[^。；]{0,40}(?:但|，与)"
)
_SENTENCE = re.compile("[。；！？\n]")
_NUMBER = re.compile(
    "^[一二三四五六七八九十]{1,3}(?:是|要)(?:要)?|^(?:其|第)[一二三四五六七八九十]{1,3}(?:是|，|、)?"
)
_LEAD = re.compile(
    "(?:[^，。；：]{0,8}(?:问题|不足|打算|计划|建议|方面)：|(?:但|但是|同时|也要看到|一些问题)，)"
)
_SECTION_LINE = re.compile(
    "(?:存在的?(?:主要)?(?:问题|不足)|短板弱项|下一?步(?:工作)?(?:安排|打算|思路|计划))[^，。；：]{0,6}。"
)
_ADDRESS = re.compile("各位|同志们|主任、")
_SPOKEN = re.compile(
    "(?:^|[。；：，])(?=[一二三四五六七八九十]是|其[一二三四五六七八九]，|第[一二三四五六七八九]，)"
)
_COUNTED = ("paragraph", "item", "table", "heading")


@dataclass(frozen=True, slots=True)
class Point:
    """One point: its line, where the line stands in `block`, and the stretch that belongs to it.

    `more` are the blocks under it that say the details.
    """

    line: str
    block: int
    start: int
    end: int
    last: int
    more: tuple[int, ...] = ()


def points_of(annotation: Annotation, roles: Sequence[str]) -> Iterator[Point]:
    """The points of the blocks with one of the roles, in order.

    A heading with nothing but plain paragraphs under it is one point; of a heading with items, and of a
    paragraph with 一是…；二是… inside, each item is one. Section headings and lead-ins are none.
    """
    report = annotation.report
    wanted = {
        block.index
        for block, said in zip(report.blocks, annotation.blocks, strict=True)
        if said.role.label in roles and block.kind in _COUNTED and block.duplicate_of is None
    }
    told: set[int] = set()
    children: dict[int | None, list[int]] = defaultdict(list)
    for index in sorted(wanted):
        children[report.blocks[index].parent].append(index)
    for index in sorted(wanted):
        block = report.blocks[index]
        if index in told or _is_lead_in(block) or _ADDRESS.match(block.text):
            continue
        if block.kind == "heading":
            below = children[index]
            if not below or _is_section(block, below, report.blocks):
                continue
            told.update(below)
            yield _point(block, 0, len(block.text), tuple(below))
        else:
            yield from _inside(block)


def _is_section(block: Block, below: Sequence[int], blocks: Sequence[Block]) -> bool:
    """Whether a heading opens a section whose points are the blocks below it."""
    if any(blocks[one].kind in ("heading", "item") for one in below):
        return True
    if any(len(run_in_items(blocks[one].text)) > 1 for one in below):
        return True
    words = _CHIEF if block.level == 1 else _SECTION
    return len(block.text) <= _SECTION_LONGEST and words.search(block.text) is not None


def _is_lead_in(block: Block) -> bool:
    text = block.text
    if len(text) > _LEAD_IN_LONGEST:
        return _SOME_PROBLEMS.search(text[-_LEAD_IN_LONGEST:]) is not None
    return (_LEAD_IN.search(text) or _SOME_PROBLEMS.search(text)) is not None


def _inside(block: Block) -> Iterator[Point]:
    """The run-in items of a block at their outermost depth, the whole block where it has none."""
    marker = marker_at(block.text)
    items = [item.start for item in run_in_items(block.text, marker) if item.depth == 1]
    if not items:
        items = _spoken(block.text)
    starts = [0, *items] if marker or not items else items
    starts = sorted(set(starts))
    for start, stop in zip(starts, [*starts[1:], len(block.text)], strict=True):
        point = _point(block, start, stop)
        if point.line:
            yield point


def _spoken(text: str) -> list[int]:
    """The points of a short sentence, which the reader leaves whole, as 一是缺人；二是缺钱 is."""
    found = [match.end() for match in _SPOKEN.finditer(text)]
    return found if len(found) > 1 else []


def _point(block: Block, start: int, stop: int, more: tuple[int, ...] = ()) -> Point:
    """The first sentence of a stretch, without its number."""
    first = _after_number(block.text, start, stop)
    concession = _CONCESSION.match(block.text[first:stop])
    sentence = _SENTENCE.search(block.text, first + (concession.end() if concession else 0), stop)
    last = sentence.start() if sentence else stop
    if last - first > _LONGEST:
        comma = block.text.rfind("，", first, first + _LONGEST)
        last = comma if comma > first else first + _LONGEST
    return Point(block.text[first:last].strip(), block.index, first, max(last, first), stop, more)


def _after_number(text: str, start: int, stop: int) -> int:
    marker = marker_at(text[start:stop])
    place = start + (marker.length if marker else 0)
    spoken = _NUMBER.match(text[place:stop])
    place += spoken.end() if spoken else 0
    while place < stop and text[place] in " 　、，：":
        place += 1
    lead = _LEAD.match(text, place, stop) or _SECTION_LINE.match(text, place, stop)
    return lead.end() if lead and lead.end() < stop else place


def blocks_of(annotation: Annotation, point: Point) -> Iterator[tuple[Block, BlockAnnotation]]:
    """The block of a point and those that say more of it."""
    for index in (point.block, *point.more):
        yield annotation.report.blocks[index], annotation.blocks[index]


def detail_of(annotation: Annotation, point: Point) -> str | None:
    """The first sentence below a heading that is a point."""
    blocks = [annotation.report.blocks[index] for index in point.more]
    lines = (_point(block, 0, len(block.text)).line for block in blocks)
    return next(filter(None, lines), None)
