"""The word lists that tell a web page's article from the site around it, read from web_pages.yaml."""

from functools import cache
from importlib.resources import files


@cache
def words(name: str) -> tuple[str, ...]:
    """The cues of one list, in lower case, in their order."""
    return tuple(word.lower() for word in _lists()[name])


@cache
def tags(name: str) -> frozenset[str]:
    """The names of HTML elements of one kind."""
    return frozenset(_lists()[name])


@cache
def _lists() -> dict[str, list[str]]:
    import yaml

    source = files("huibao.text.formats").joinpath("web_pages.yaml").read_text("utf-8")
    lists: dict[str, list[str]] = yaml.safe_load(source)
    return lists
