"""An annotated page as one self-contained HTML file, entities highlighted in place."""

from collections.abc import Iterator
from html import escape

from huibao.annotation import Annotation, BlockAnnotation, PageAnnotation
from huibao.labels import LabelSet, LabelSets
from huibao.report import Block

_HUES = {
    "DATE": 210, "MONEY": 40, "QUANT": 150, "ORG": 265, "LOC": 95, "DOC_TITLE": 0, "DOC_NO": 0,
    "EVENT": 320, "HONOR": 20, "PERSON": 180, "ETHNIC": 70,
}  # fmt: skip
_STYLE = """
:root{color-scheme:light dark}
body{font:16px/1.8 system-ui,"Noto Sans CJK SC","Microsoft YaHei",sans-serif;margin:0 auto;max-width:76rem;padding:1.5rem}
h1{font-size:1.3rem}h2{font-size:1.1rem;border-top:1px solid #8886;padding-top:1rem}
.block{display:grid;grid-template-columns:13rem 1fr;gap:1rem;padding:.35rem 0;border-bottom:1px solid #8882}
.side{font-size:.8rem;line-height:1.5}.role{font-weight:600}.score,.dim{opacity:.6}
.cat{display:inline-block;border:1px solid #8886;border-radius:.6em;padding:0 .5em;margin:.1em .2em .1em 0}
.heading .text,.title .text{font-weight:600}.table .text{white-space:pre-wrap}
mark{border-radius:.25em;padding:0 .15em;color:inherit}
.legend mark{margin-right:.5em;font-size:.85rem}.warn{color:#b00}
@media(max-width:48rem){.block{grid-template-columns:1fr}}
"""


class HtmlView:
    """Renders pages as HTML without any outside address."""

    def __init__(self, labels: LabelSets, *, with_persons: bool = False) -> None:
        self.labels, self.with_persons = labels, with_persons

    def rendered(self, page: PageAnnotation) -> str:
        """The whole file."""
        name = escape(page.page.name)
        return "\n".join(
            [
                "<!doctype html>",
                f'<html lang="zh-CN"><head><meta charset="utf-8"><title>{name} · huibao</title>',
                '<meta name="viewport" content="width=device-width,initial-scale=1">',
                f"<style>{_STYLE}{''.join(_mark_styles())}</style></head><body>",
                f"<h1>{name}</h1>",
                f'<p class="legend">{self._legend()}</p>',
                *(f'<p class="warn">{escape(text)}</p>' for text in _warnings(page)),
                *(line for one in page.annotations for line in self._report(one)),
                self._furniture(page),
                "</body></html>\n",
            ]
        )

    def _legend(self) -> str:
        shown = (one for one in self.labels.entities if self.with_persons or one.id != "PERSON")
        return "".join(f'<mark class="{one.id}">{escape(one.name)}</mark>' for one in shown)

    def _report(self, annotation: Annotation) -> Iterator[str]:
        genre = self._name(self.labels.genres, annotation.genre or "")
        yield f"<h2>{escape(annotation.report.title or '（无标题）')} <span class=dim>{escape(genre)}</span></h2>"
        for block, said in zip(annotation.report.blocks, annotation.blocks, strict=True):
            yield self._block(block, said)

    def _block(self, block: Block, said: BlockAnnotation) -> str:
        role = escape(self._name(self.labels.roles, said.role.label))
        others = "，".join(
            f"{self._name(self.labels.roles, tag.label)} {tag.score:.0%}"
            for tag in said.alternatives
        )
        tags = "".join(
            f'<span class="cat" title="{tag.score:.0%}">{escape(self._name(labels, tag.label))}</span>'
            for labels, found in (
                (self.labels.categories, said.categories),
                (self.labels.arenas, said.arenas),
            )
            for tag in found
        )
        copy = "" if block.duplicate_of is None else f"<br>与第 {block.duplicate_of + 1} 块重复"
        indent = f"padding-left:{1.2 * max(0, block.level - (block.kind == 'heading')):.1f}rem"
        return (
            f'<div class="block {block.kind}"><div class="side" title="{escape(others)}">'
            f'<span class="role">{role}</span> <span class="score">{said.role.score:.0%}</span>'
            f'<br>{tags}{copy}</div><div class="text" style="{indent}">'
            f"{self._marked(block, said)}</div></div>"
        )

    def _marked(self, block: Block, said: BlockAnnotation) -> str:
        """The canonical text with its entities highlighted, values in the tooltip."""
        out, place = [], 0
        for entity in said.entities:
            span = block.canonical_span(entity.span)
            if span is None or (entity.type == "PERSON" and not self.with_persons):
                continue
            value = "，".join(
                f"{key} {one}"
                for key, one in (entity.value or {}).items()
                if one not in (None, "", [])
            )
            tip = f"{self._name(self.labels.entities, entity.type)} {value}".strip()
            out.append(escape(block.text[place : span.start]))
            inner = escape(block.text[span.start : span.end])
            out.append(f'<mark class="{entity.type}" title="{escape(tip)}">{inner}</mark>')
            place = span.end
        out.append(escape(block.text[place:]))
        return "".join(out)

    def _furniture(self, page: PageAnnotation) -> str:
        if not page.source.furniture:
            return ""
        parts = (
            escape(page.page.text[part.span.start : part.span.end].strip())
            for part in page.source.furniture
        )
        listed = "".join(f"<li>{part}</li>" for part in parts if part)
        return f'<details class="dim"><summary>网页杂项</summary><ul>{listed}</ul></details>'

    def _name(self, labels: LabelSet, label: str) -> str:
        return labels[label].name if label in labels else label


def _warnings(page: PageAnnotation) -> tuple[str, ...]:
    return (*page.page.warnings, *page.source.warnings)


def _mark_styles() -> Iterator[str]:
    for kind, hue in _HUES.items():
        yield f"mark.{kind}{{background:hsl({hue} 80% 60%/.35)}}\n"
