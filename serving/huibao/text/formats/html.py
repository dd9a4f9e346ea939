"""Reads web pages: the article without the site around it, as the paragraphs a browser shows."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from lxml import etree

from huibao.errors import FileError
from huibao.text.formats.html_lines import HtmlLine, html_lines
from huibao.text.formats.paragraphs import Extract, Paragraph, typed_indent
from huibao.text.formats.web_words import tags, words
from huibao.text.limits import MAX_HTML_TAGS, refuse_many_tags

_META_CHARSET = re.compile(
    rb"<meta[^>]{0,200}?charset\s{0,9}=\s{0,9}[\"']?\s{0,9}([A-Za-z0-9_:.-]{2,30})", re.IGNORECASE
)
_HEAD_BYTES = 4096
# Pages name these when a server or an editor filled in its default; they say nothing.
_MEANINGLESS = ("iso-8859-1", "latin1", "windows-1252", "us-ascii", "utf-16", "unicode")
_TITLE_BREAK = re.compile(r"\s*[-_|–—]+\s*")
_NAVIGATION_SHARE = 0.6
_DESCENT_SHARE = 0.75
_SECOND_SHARE = 0.1
_BREADCRUMB_CHARACTERS = 100
_SHORTEST_TITLE = 5
_LONGEST_TITLE = 120


def declared_encoding(data: bytes) -> str | None:
    """The charset that a page's own <meta> names, None where it names none or a mere default."""
    match = _META_CHARSET.search(data[:_HEAD_BYTES])
    name = match[1].decode("ascii").lower() if match else None
    return None if name in _MEANINGLESS else name


def read_html(text: str) -> Extract:
    """The paragraphs of a web page's article, its title first.

    What is left out (menus, breadcrumbs, lists of other articles) is counted in a warning.

    Raises:
        FileError: corrupt for a page that cannot be parsed, empty_text for one that shows nothing.
    """
    root = _parsed(text)
    lines = list(html_lines(root))
    if not lines:
        raise FileError("empty_text", "the web page shows no text")
    belongs = _in_article(root, lines)
    warnings = []
    dropped = [line for line, kept in zip(lines, belongs, strict=True) if not kept]
    article = [line for line, kept in zip(lines, belongs, strict=True) if kept]
    titles = sum(line.outline == 1 for line in article)
    paragraphs = [_paragraph(line, one_title=titles == 1) for line in article]
    title = _title(root, lines, paragraphs)
    if title is not None:
        paragraphs.insert(0, title)
        dropped = [line for line in dropped if _bare(line.text) != _bare(title.text)]
    if dropped:
        characters = sum(len(line.text) for line in dropped)
        warnings.append(
            f"left out: {len(dropped)} lines of the site around the article "
            f"({characters} characters, the first is {dropped[0].text[:20]!r})"
        )
    deleted = sum(1 for _ in root.iter("del"))
    if deleted:
        warnings.append(f"left out: {deleted} deleted passages")
    return Extract(tuple(paragraphs), tuple(warnings))


def _parsed(text: str) -> etree._Element:
    # The charset of the page is done with: the parser gets UTF-8 whatever <meta> says.
    refuse_many_tags(text.count("<"), MAX_HTML_TAGS)
    data = text.replace("\x00", "\ufffd").encode("utf-8", "replace")
    # Old pages leave hundreds of <font> open: the deeper limit of the parser (2048) is meant.
    parser = etree.HTMLParser(
        encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, huge_tree=True
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, etree.ParserError, ValueError):
        raise FileError("corrupt", "the web page cannot be parsed") from None
    if any(entry.type == etree.ErrorTypes.ERR_RESOURCE_LIMIT for entry in parser.error_log):
        raise FileError("corrupt", "the web page nests its elements too deeply to be read whole")
    if root is None:
        raise FileError("empty_text", "the web page shows no text")
    return root


def _paragraph(line: HtmlLine, *, one_title: bool) -> Paragraph:
    """A line as a paragraph; the only h1 is the page's title, which is no level of its outline."""
    outline = None if one_title and line.outline == 1 else line.outline
    indent = None if line.indent is None else line.indent + typed_indent(line.text)
    return Paragraph(line.text, line.kind, outline, line.centred, indent)


def _in_article(root: etree._Element, lines: Sequence[HtmlLine]) -> list[bool]:
    """Whether each line belongs to the article; all of them where the rules leave none."""
    weights = _weights(root, lines)
    main = _known_container(root, weights)
    if main is None:
        main = _densest(root, weights)
    inside = set(main.iter())
    belongs = [line.element in inside and not _is_navigation(line) for line in lines]
    return belongs if any(belongs) else [True] * len(lines)


def _weights(root: etree._Element, lines: Iterable[HtmlLine]) -> dict[etree._Element, int]:
    """Running text in and below each element, in Han characters outside links."""
    weights: dict[etree._Element, int] = defaultdict(int)
    for line in lines:
        weights[line.element] += line.weight
    for element in reversed(list(root.iter())):
        parent = element.getparent()
        if parent is not None and weights.get(element):
            weights[parent] += weights[element]
    return weights


def _densest(root: etree._Element, weights: Mapping[etree._Element, int]) -> etree._Element:
    """The smallest element that holds nearly all running text of the page.

    Text in a second child keeps both: losing part of a report is worse than an extra line.
    """
    current, whole = root, weights.get(root, 0)
    while whole:
        ranked = sorted(current, key=lambda child: -weights.get(child, 0))
        if not ranked or ranked[0].tag in tags("leaves"):
            break
        second = weights.get(ranked[1], 0) if len(ranked) > 1 else 0
        if weights.get(ranked[0], 0) < _DESCENT_SHARE * whole or second > _SECOND_SHARE * whole:
            break
        current = ranked[0]
    return current


def _known_container(
    root: etree._Element, weights: Mapping[etree._Element, int]
) -> etree._Element | None:
    """The innermost element with a known class or id that holds the running text."""
    known = frozenset(words("containers"))
    enough = _DESCENT_SHARE * weights.get(root, 0)
    best: etree._Element | None = None
    for element in root.iter():
        if enough and weights.get(element, 0) >= enough:
            names = f"{element.get('class') or ''} {element.get('id') or ''}".lower().split()
            best = best if known.isdisjoint(names) else element
    return best


def _is_navigation(line: HtmlLine) -> bool:
    if len(line.text) <= _BREADCRUMB_CHARACTERS and any(
        cue in line.text for cue in words("breadcrumbs")
    ):
        return True
    if line.link_share <= _NAVIGATION_SHARE or line.weight:
        return False
    return not any(cue in line.text.lower() for cue in words("attachments"))


def _title(
    root: etree._Element, lines: Sequence[HtmlLine], paragraphs: Sequence[Paragraph]
) -> Paragraph | None:
    """The article's title where the article itself does not open with it.

    Offices' pages name it in <meta name="ArticleTitle">; else it is the h1, else what <title> says
    before the site's name.
    """
    opening = _bare("".join(paragraph.text for paragraph in paragraphs[:8]))
    for candidate in _title_candidates(root, lines):
        bare = _bare(candidate.text)
        if bare and bare in opening:
            return None
        if _SHORTEST_TITLE <= len(bare) <= _LONGEST_TITLE:
            return candidate
    return None


def _title_candidates(root: etree._Element, lines: Sequence[HtmlLine]) -> Iterable[Paragraph]:
    for meta in root.iter("meta"):
        if (meta.get("name") or "").lower() == "articletitle":
            yield Paragraph(" ".join((meta.get("content") or "").split()))
    for line in lines:
        if line.outline == 1 and line.link_share <= _NAVIGATION_SHARE:
            yield Paragraph(line.text, centred=line.centred)
    element = next(root.iter("title"), None)
    whole = " ".join("".join(map(str, element.itertext())).split()) if element is not None else ""
    if not whole or whole.lower() in words("generic_titles"):
        return
    shown = {_bare(line.text) for line in lines}
    pieces = [piece for piece in _TITLE_BREAK.split(whole) if piece]
    yield from (
        Paragraph(piece)
        for piece in (whole, *pieces)
        if _bare(piece) in shown and len(piece) >= _SHORTEST_TITLE
    )
    yield Paragraph(next((p for p in pieces if len(p) >= _SHORTEST_TITLE), whole))


def _bare(text: str) -> str:
    return "".join(text.split())
