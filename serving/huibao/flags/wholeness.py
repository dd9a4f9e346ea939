"""What of a report is hidden, said twice, cut off, or not there at all."""

import re
from collections.abc import Iterator

from huibao.annotation import Annotation
from huibao.flags.flag import Flag
from huibao.flags.words import words
from huibao.report import PageReports, Span
from huibao.values.numerals import MASK_SIGNS

MASKED = 5  # masks in 1,000 characters from which on a report counts as masked
_FEWEST = 3  # masks; a form of one line may have two
_CAMPAIGN = re.compile("(?:宣传|教育|活动)[月周]")  # 宣传月工作总结 has no plan of its own
REPEATED = 0.1  # share of the text that stands twice
_SIGNS = re.escape(MASK_SIGNS)
_MASK = re.compile(f"[{_SIGNS}]{{2,}}|(?<![A-Za-z])[xX×](?=[年月日万亿千百个名家户人次场元])|某某")
_MOST_SPANS = 20
_ENDS = "。！？；：”’）》…."
_SHORTEST_PARAGRAPH = 20


def wholeness_flags(annotation: Annotation, source: PageReports | None) -> Iterator[Flag]:
    """The flags of what a report does not show."""
    yield from _masked(annotation)
    yield from _repeated(annotation)
    yield from _truncated(annotation, source)
    yield from _missing(annotation)


def _masked(annotation: Annotation) -> Iterator[Flag]:
    found = [
        (block.index, block.source_span(*match.span()))
        for block in annotation.report.blocks
        for match in _MASK.finditer(block.text)
    ]
    size = sum(len(block.text) for block in annotation.report.blocks)
    if len(found) >= _FEWEST and len(found) * 1000 >= MASKED * size:
        blocks = tuple(dict.fromkeys(index for index, _ in found))
        spans = tuple(span for _, span in found[:_MOST_SPANS])
        sentence = f"有{len(found)}处被遮盖，每千字{len(found) * 1000 / size:.0f}处，数字不全"
        yield Flag("masked_share", sentence, None, blocks, spans)


def _repeated(annotation: Annotation) -> Iterator[Flag]:
    again = [block for block in annotation.report.blocks if block.duplicate_of is not None]
    size = sum(len(block.text) for block in annotation.report.blocks)
    twice = sum(len(block.text) for block in again)
    if again and twice >= REPEATED * size:
        sentence = f"有{len(again)}段与前文重复，占全文{twice / size:.0%}"
        blocks = tuple(block.index for block in again)
        yield Flag("repeated_text", sentence, None, blocks, tuple(block.span for block in again))


def _truncated(annotation: Annotation, source: PageReports | None) -> Iterator[Flag]:
    blocks = annotation.report.blocks
    for span in _told_cut_off(annotation, source):
        yield Flag("truncated", "网页提示全文未完，报告不完整", "site", (), (span,))
        return
    body = [block for block in blocks if block.kind != "signature" and block.text]
    signed = any(block.kind == "signature" for block in blocks[-3:])
    if not body or signed:
        return
    last = body[-1]
    open_end = last.kind == "paragraph" and len(last.text) >= _SHORTEST_PARAGRAPH
    if (open_end and last.text[-1] not in _ENDS) or (last.kind == "heading" and len(body) > 1):
        sentence = "正文末尾没有写完，可能被截断"
        yield Flag("truncated", sentence, "end", (last.index,), (last.span,))


def _told_cut_off(annotation: Annotation, source: PageReports | None) -> Iterator[Span]:
    """Where the report or the site around it says that the text goes on elsewhere."""
    for block in annotation.report.blocks[-3:]:
        match = words().cut_off.search(block.text)
        if match:
            yield block.source_span(*match.span())
    if source is None:
        return
    starts = [one.span.start for one in source.reports if one.index > annotation.report.index]
    stop = min(starts, default=len(source.page.text))
    for part in source.furniture:
        inside = annotation.report.span.start <= part.span.start < stop
        if inside and words().cut_off.search(source.page.text, part.span.start, part.span.end):
            yield part.span


def _missing(annotation: Annotation) -> Iterator[Flag]:
    present = {said.role.label for said in annotation.blocks}
    present |= {said.also for said in annotation.blocks if said.also}
    campaign = annotation.genre == "work_summary" and _CAMPAIGN.search(annotation.report.title)
    genre = "publicity_summary" if campaign else annotation.genre
    for roles in words().required.get(genre or "", ()):
        if not present.intersection(roles):
            name = "或".join(words().names[role] for role in roles)
            yield Flag("missing_section", f"没有“{name}”部分", roles[0])
