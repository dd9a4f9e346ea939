"""The format `html`: one file a run, to look at before the tables are opened."""

from collections.abc import Iterable
from pathlib import Path

from huibao.batch.overview.counting import overview_counts
from huibao.batch.overview.page import overview_html
from huibao.batch.results import FileResult
from huibao.label_files import load_indicator_profiles
from huibao.labels import LabelSets

FILE = "overview.html"


class OverviewSink:
    """Writes `overview.html` from the lines of a run."""

    name = "html"

    def write_pages(
        self, folder: Path, pages: Iterable[tuple[FileResult, bytes | None]], labels: LabelSets
    ) -> None:
        """Writes the file into a folder that exists and is empty."""
        dimension_of = {label.id: label.parent for label in labels.categories if label.parent}
        counts = overview_counts(pages, dimension_of)
        text = overview_html(counts, labels, tuple(load_indicator_profiles().values()))
        (folder / FILE).write_text(text, "utf-8")
