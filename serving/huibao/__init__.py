"""huibao (汇报): Chinese official work reports in, labelled, structured data out.

from huibao import load_reader
page = load_reader().read(open("report.docx", "rb").read(), name="report.docx")
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from huibao.jsonl import page_json
    from huibao.reader import Reader, load_reader

__all__ = ["Reader", "load_reader", "page_json"]
__version__ = "0.1.0"
_HOME = {"Reader": "huibao.reader", "load_reader": "huibao.reader", "page_json": "huibao.jsonl"}


def __getattr__(name: str) -> object:
    """Finds the public names when they are first used: importing huibao loads no model code."""
    if name not in _HOME:
        raise AttributeError(f"module 'huibao' has no attribute {name!r}")
    from importlib import import_module

    found: object = getattr(import_module(_HOME[name]), name)
    return found
