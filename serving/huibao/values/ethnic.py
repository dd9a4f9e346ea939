"""The 56 ethnic groups, by their official names and by the short forms that lists use."""

import functools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from huibao.values.units import values_data


@dataclass(frozen=True, slots=True)
class Groups:
    """The names of `ethnic.yaml`, ready to search for."""

    official: Mapping[str, str]
    named: re.Pattern[str]
    hint: re.Pattern[str]
    listed: re.Pattern[str]
    joined: re.Pattern[str]
    ambiguous: frozenset[str]


def ethnic_spans(text: str) -> Iterator[tuple[int, int]]:
    """The names of ethnic groups in a canonical text: 回族, and each of 汉、回、东乡 in a list.

    A name inside the name of a place or a school (撒拉族自治县) is none.
    """
    known = groups()
    found = {match.span("name") for match in known.named.finditer(text)} if "族" in text else set()
    chains = known.listed.finditer(text) if known.hint.search(text) else iter(())
    for chain in chains:
        items = list(re.finditer("[^、和及]+", chain.group()))
        if all(item.group() in known.ambiguous for item in items):
            continue
        found |= {(chain.start() + item.start(), chain.start() + item.end()) for item in items}
    for chain in known.joined.finditer(text) if "汉" in text else ():
        found |= {(place, place + 1) for place in range(*chain.span())}
    yield from sorted(found)


def ethnic_value(text: str) -> dict[str, Any]:
    """The value of an ETHNIC mention: the official name, None where it is not known."""
    return {"name": groups().official.get(text)}


@functools.cache
def groups() -> Groups:
    """The groups of the shipped list.

    Raises:
        ValueError: a written form stands for two groups, or there are not 56.
    """
    data = values_data("ethnic.yaml")
    official: dict[str, str] = {}
    for name, forms in data["groups"].items():
        for form in {name, *forms["short"], *forms.get("also", ())}:
            if form in official:
                raise ValueError(f"ethnic.yaml: {form} stands for {official[form]} and for {name}")
            official[form] = name
    if len(data["groups"]) != 56:
        raise ValueError(f"ethnic.yaml: {len(data['groups'])} groups, expected 56")
    longest = sorted(official, key=len, reverse=True)
    full = "|".join(form for form in longest if form.endswith("族"))
    item = "|".join(longest)
    stops = "|".join(data["not_before"])
    named = re.compile(f"(?P<name>{full})(?!(?:{full})*(?:{stops})(?!亲|风|愁))")
    people = "等|[\\d一二三四五六七八九十多各]{1,2}个?(?:民族|族)|民族|各族|群众|职工|干部|同胞"
    ends, starts = ("".join({form[side] for form in longest}) for side in (-1, 0))
    hint = re.compile(f"[{ends}][、和及][{starts}]")
    listed = re.compile(
        f"(?<!、)(?:{item})(?:[、和及](?:{item})){{2,}}(?!、|[两三四五]种|双语|[语文])"
        f"|(?<!、)(?:{item})[、和及](?:{item})(?={people})"
        f"|(?<![、\\u4e00-\\u9fff])(?:{item})[、和及](?:{item})(?=[，。；：）”]|$)"
    )
    one = f"[{''.join(data['joined'])}]"
    joined = re.compile(f"(?=.{{0,2}}汉){one}{{2,3}}(?=通婚|群众|干部|团结|各族|儿女|同胞|“)")
    return Groups(official, named, hint, listed, joined, frozenset(data["ambiguous"]))
