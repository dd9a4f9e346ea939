"""The colours and the type that all pages of huibao share: the service's, a report's, a batch's."""

import functools
from importlib.resources import files


@functools.cache
def house_style() -> str:
    """The style sheet; a page whose root has the class `either` follows the reader's dark mode."""
    return (files("huibao") / "house_style.css").read_text("utf-8")
