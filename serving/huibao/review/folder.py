"""A label folder of one's own: the shipped label sets copied, so that a team may change them."""

import shutil
from pathlib import Path

from huibao.decisions.proposals import CORPUS_FOLDER, DECISION_FOLDER
from huibao.errors import LabelError
from huibao.review.pages import PAGE_FOLDER
from huibao.review.people import PEOPLE_FILE
from huibao.review.work import WORK_FILE

_OF_OTHERS = (CORPUS_FOLDER, DECISION_FOLDER, PAGE_FOLDER, PEOPLE_FILE, f"{WORK_FILE}*", ".*")


def start_folder(shipped: Path, folder: Path) -> None:
    """Copies label sets, their changes and indicator profiles; no reports and nobody's decisions.

    Raises:
        LabelError: the folder is there already.
    """
    if folder.exists():
        raise LabelError(f"{folder} is there already: label sets are copied into a new folder only")
    shutil.copytree(shipped, folder, ignore=shutil.ignore_patterns(*_OF_OTHERS))
