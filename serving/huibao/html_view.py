"""An annotated page as one self-contained HTML file: outline, labels, entities and their values."""

import functools
from collections import Counter
from collections.abc import Iterable, Iterator
from html import escape
from pathlib import Path

from huibao.annotation import Annotation, BlockAnnotation, PageAnnotation
from huibao.house_style import house_style
from huibao.html_marks import MarkedText
from huibao.labels import LabelSets
from huibao.report import Block, Report
from huibao.view_words import FACTS, SIGNED, UNSURE, label_name, shown_entities, warnings_of


class HtmlView:
    """Renders pages as HTML without script and without any outside address."""

    def __init__(self, labels: LabelSets, *, with_persons: bool = False) -> None:
        self.labels, self.with_persons = labels, with_persons

    def rendered(self, page: PageAnnotation) -> str:
        """The whole file."""
        name, by = escape(page.page.name), page.annotator
        counts = Counter(
            entity.type
            for one in page.annotations
            for said in one.blocks
            for entity in shown_entities(said, with_persons=self.with_persons)
        )
        marked = MarkedText(page.page.text, self.labels.entities, with_persons=self.with_persons)
        signed = escape(f"{by.name} {by.version} · 标签体系 {by.labels} · {SIGNED[by.kind]}")
        return "\n".join(
            [
                "<!doctype html>",
                f'<html lang="zh-CN"><head><meta charset="utf-8"><title>{name} · 汇报</title>',
                '<meta name="viewport" content="width=device-width,initial-scale=1">',
                f"<style>\n{_stylesheet()}{''.join(map(_switch, counts))}</style></head><body><main>",
                f'<header><h1>{name}</h1><p class="by">{signed}</p></header>',
                *(f'<p class="warn">{escape(text)}</p>' for text in warnings_of(page)),
                f'<div class="legend">{self._legend(counts)}</div>',
                *(line for one in page.annotations for line in self._report(one, marked)),
                _furniture(page),
                "</main></body></html>\n",
            ]
        )

    def _legend(self, counts: Counter[str]) -> str:
        return "".join(
            f'<label><input type="checkbox" id="see-{kind.id}" checked>'
            f'<mark class="{kind.id}">{escape(kind.name)}</mark>'
            f'<span class="count">{counts[kind.id]}</span></label>'
            for kind in self.labels.entities
            if counts[kind.id]
        )

    def _report(self, annotation: Annotation, marked: MarkedText) -> Iterator[str]:
        report = annotation.report
        genre = label_name(self.labels.genres, annotation.genre) if annotation.genre else "不明"
        facts = [f"文种 {genre}"]
        facts += [f"{name} {said}" for key, name in FACTS if (said := annotation.fields.get(key))]
        facts.append(f"共 {len(report.blocks)} 块")
        yield f"<section><h2>{escape(report.title or '（无标题）')}</h2>"
        yield f'<p class="facts">{escape(" · ".join(facts))}</p>'
        yield f'<div class="strip">{"".join(self._strip(annotation))}</div>'
        yield f'<div class="roles">{self._roles(annotation.blocks)}</div>'
        yield f'<div class="columns"><nav>{"".join(_outline(annotation))}</nav><div>'
        for block, said in zip(report.blocks, annotation.blocks, strict=True):
            yield self._block(report, block, said, marked)
        yield "</div></div></section>"

    def _strip(self, annotation: Annotation) -> Iterator[str]:
        """The report as a band: each block as wide as its text, in the colour of its role."""
        for block, said in zip(annotation.report.blocks, annotation.blocks, strict=True):
            tip = f"{label_name(self.labels.roles, said.role.label)}：{block.text[:30]}"
            yield (
                f'<a data-role="{said.role.label}" style="flex:{len(block.text) + 5}" '
                f'href="#{_anchor(annotation.report, block)}" title="{escape(tip)}"></a>'
            )

    def _roles(self, blocks: Iterable[BlockAnnotation]) -> str:
        present = {said.role.label for said in blocks}
        shown = (role for role in self.labels.roles if role.id in present)
        return "".join(
            f'<span data-role="{one.id}"><i></i>{escape(one.name)}</span>' for one in shown
        )

    def _block(
        self, report: Report, block: Block, said: BlockAnnotation, marked: MarkedText
    ) -> str:
        indent = 1.5 * max(0, block.level - (block.kind == "heading"))
        return (
            f'<div class="block k-{block.kind}" data-role="{said.role.label}" id="{_anchor(report, block)}">'
            f'<div class="text" style="margin-left:{indent:.1f}rem">'
            f'<span class="number">{block.index + 1}</span>{marked.html(block, said)}</div>'
            f'<div class="side">{self._side(report, block, said)}</div></div>'
        )

    def _side(self, report: Report, block: Block, said: BlockAnnotation) -> str:
        role = escape(label_name(self.labels.roles, said.role.label))
        parts = [
            f'<span class="role">{role}</span> <span class="score">{said.role.score:.0%}</span>'
        ]
        if said.role.score < UNSURE:
            parts.append(' <span class="unsure">待核</span>')
            others = "，".join(
                f"{label_name(self.labels.roles, tag.label)} {tag.score:.0%}"
                for tag in said.alternatives
            )
            parts.append(f'<br><span class="score">或 {escape(others)}</span>' if others else "")
        parts.append("<br>")
        for labels, tags, kind in (
            (self.labels.categories, said.categories, "chip"),
            (self.labels.arenas, said.arenas, "chip arena"),
        ):
            for tag in tags:
                name = escape(label_name(labels, tag.label))
                parts.append(f'<span class="{kind}" title="{tag.score:.0%}">{name}</span>')
        if block.duplicate_of is not None:
            first = report.blocks[block.duplicate_of]
            link = f'<a href="#{_anchor(report, first)}">与第 {first.index + 1} 块重复</a>'
            parts.append(f'<span class="chip arena">{link}</span>')
        return "".join(parts)


def _outline(annotation: Annotation) -> Iterator[str]:
    for block, said in zip(annotation.report.blocks, annotation.blocks, strict=True):
        if block.kind == "heading":
            anchor = _anchor(annotation.report, block)
            indent = f"margin-left:{block.level - 1}rem"
            text = escape(block.text)
            yield f'<a data-role="{said.role.label}" style="{indent}" href="#{anchor}">{text}</a>'


def _anchor(report: Report, block: Block) -> str:
    return f"r{report.index}b{block.index}"


def _furniture(page: PageAnnotation) -> str:
    parts = (
        (part.reason, page.page.text[part.span.start : part.span.end].strip())
        for part in page.source.furniture
    )
    listed = [f"<li>{escape(text)} <em>({escape(why)})</em></li>" for why, text in parts if text]
    if not listed:
        return ""
    return (
        f"<details><summary>网页杂项 {len(listed)} 处，未标注</summary>"
        f"<ul>{''.join(listed)}</ul></details>"
    )


def _switch(kind: str) -> str:
    """The rule by which the box of an entity type takes its highlighting off the page."""
    off = f"section mark.{kind}"
    state = f"body:has(#see-{kind}:not(:checked))"
    return f"{state} {off}{{background:none;padding:0}}{state} {off} small{{display:none}}\n"


@functools.cache
def _stylesheet() -> str:
    return house_style() + Path(__file__).with_name("html_view.css").read_text("utf-8")
