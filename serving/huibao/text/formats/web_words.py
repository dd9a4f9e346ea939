"""The word lists that tell a web page's article from the site around it, read from web_pages.yaml."""

from functools import cache


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
    from huibao.yaml_files import packaged_yaml

    lists: dict[str, list[str]] = packaged_yaml("huibao.text.formats", "web_pages.yaml")
    return lists
