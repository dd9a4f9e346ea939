"""The folder of pages to review: public JSON, a file a page, and the written corpus beside it."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from huibao.annotation import PageAnnotation
from huibao.corpus_check import marked_pages
from huibao.decisions.proposals import CORPUS_FOLDER
from huibao.errors import LabelError
from huibao.jsonl import dumped, page_json, read_lines
from huibao.label_changes import History, score_fold
from huibao.marked_annotation import annotated
from huibao.review.blocks import ReviewPage, review_page

PAGE_FOLDER = "pages"
_UNFIT = re.compile(r"[^\w.()（）-]+")


def pages_to_review(folder: Path, history: History, fingerprint: str) -> dict[str, ReviewPage]:
    """The pages of a label folder by name: those that a model has read, then the written corpus.

    Raises:
        LabelError: a file holds no page, or two files have a page of one name.
    """
    found: dict[str, ReviewPage] = {}
    for path, page in stored_pages(folder):
        if page.page.name in found:
            raise LabelError(f"{path.name}: another file has a page {page.page.name!r} already")
        fold = score_fold(history, page.annotator.labels, fingerprint)
        found[page.page.name] = review_page(page, fold)
    marked, faults = marked_pages(folder / CORPUS_FOLDER)
    if faults:
        raise LabelError(faults[0])
    for one in marked:
        found.setdefault(one.name, review_page(annotated(one)))
    return found


def stored_pages(folder: Path) -> Iterator[tuple[Path, PageAnnotation]]:
    """The pages that models have read, with the file of each.

    Raises:
        LabelError: a file holds no page.
    """
    for path in sorted((folder / PAGE_FOLDER).glob("*.jsonl")):
        try:
            for page in read_lines(path):
                yield path, page
        except ValueError as error:
            raise LabelError(f"{path.name}: {error}") from error


def add_pages(folder: Path, pages: Iterable[PageAnnotation], *, replace: bool) -> list[str]:
    """Puts pages among those to review; returns their names.

    A page whose file is the same as before takes the place of its older reading.

    Args:
        folder: The label folder.
        pages: To be added, personal names left out.
        replace: Whether another file of the same name takes the place too.

    Raises:
        LabelError: another file of that name is there, and none of the pages is added.
    """
    known = {page.page.name: (path, page) for path, page in stored_pages(folder)}
    added = list(pages)
    for page in added:
        _, old = known.get(page.page.name, (None, page))
        if old.page.sha256 != page.page.sha256 and not replace:
            raise LabelError(
                f"{page.page.name}: another file of that name is reviewed already; "
                "rename it, or replace the old one"
            )
    (folder / PAGE_FOLDER).mkdir(exist_ok=True)
    for page in added:
        path = known[page.page.name][0] if page.page.name in known else _free(folder, page)
        temporary = path.with_name(f".{path.name}.tmp")
        temporary.write_text(dumped(page_json(page)) + "\n", "utf-8")
        temporary.replace(path)
    return [page.page.name for page in added]


def _free(folder: Path, page: PageAnnotation) -> Path:
    """A file name that people recognise and that no other page has."""
    stem = _UNFIT.sub("-", page.page.name)[:80]
    path = folder / PAGE_FOLDER / f"{stem}.jsonl"
    return path.with_name(f"{stem}-{page.page.sha256[:8]}.jsonl") if path.exists() else path
