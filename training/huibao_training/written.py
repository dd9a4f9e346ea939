"""The written corpus under the label sets in force, and which page belongs to train, dev and test."""

from pathlib import Path

from huibao.annotation import PageAnnotation
from huibao.gold_pages import decided_pages, read_parts


def written_pages(labels: Path, part: str | None = None) -> list[PageAnnotation]:
    """The pages of a label folder's corpus, all or those of one part (train, dev, test).

    What people decided on them since they were written counts; what a change of labels left open is
    open in them.
    """
    parts = read_parts(labels)
    return [
        page for page in decided_pages(labels) if part is None or parts.get(page.page.name) == part
    ]
