"""Who reviews: names from a list, and a pass phrase for whoever heads the team."""

import hashlib
import hmac
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import yaml

from huibao.errors import LabelError
from huibao.label_files.strict_yaml import label_file

PEOPLE_FILE = "people.yaml"
_ID = re.compile(r"[a-z][a-z0-9_-]{0,31}")
_COST, _BLOCK, _LANES = 2**14, 8, 1  # of scrypt: 16 MB and some 50 ms a try
_TAKEN = frozenset({"corpus"})  # the name under which the written corpus speaks


@dataclass(frozen=True, slots=True)
class Person:
    """Someone who reviews; the id stands in decisions and never changes."""

    id: str
    name: str
    head: bool = False


@dataclass(frozen=True, slots=True)
class People:
    """The people of a label folder; `secret` is what is kept of the pass phrase, None before one."""

    everyone: tuple[Person, ...] = ()
    secret: str | None = None

    def get(self, person: str) -> Person | None:
        """The person of an id, None where there is none."""
        return next((one for one in self.everyone if one.id == person), None)

    def is_pass_phrase(self, phrase: str) -> bool:
        """Whether a pass phrase is the right one; takes as long when it is not."""
        salt, _, digest = (self.secret or "00$").partition("$")
        same = hmac.compare_digest(_digest(phrase, bytes.fromhex(salt)), digest)
        return same and self.secret is not None

    def with_person(self, person: Person) -> "People":
        """The people with one more, or one under another name.

        Raises:
            LabelError: the id is no id.
        """
        if not _ID.fullmatch(person.id) or person.id in _TAKEN:
            raise LabelError(f"person {person.id!r}: expected an id of small letters such as zhang")
        if not person.name.strip():
            raise LabelError(f"person {person.id}: the name is empty")
        others = [one for one in self.everyone if one.id != person.id]
        return replace(self, everyone=(*others, person))

    def with_pass_phrase(self, phrase: str) -> "People":
        """The people with a new pass phrase for their head.

        Raises:
            LabelError: it is shorter than eight characters.
        """
        if len(phrase) < 8:
            raise LabelError("the pass phrase has fewer than 8 characters")
        salt = os.urandom(16)
        return replace(self, secret=f"{salt.hex()}${_digest(phrase, salt)}")


def read_people(folder: Path) -> People:
    """The people of a label folder; none where nobody was named yet.

    Raises:
        LabelError: the file is no list of people.
    """
    path = folder / PEOPLE_FILE
    if not path.exists():
        return People()
    content = label_file(path)
    people = People(secret=content.get("pass_phrase"))
    try:
        for entry in content["people"]:
            people = people.with_person(Person(**entry))
    except (KeyError, TypeError) as error:
        raise LabelError(f"{PEOPLE_FILE}: expected people with id, name and head") from error
    return people


def write_people(folder: Path, people: People) -> None:
    """Puts the list in place, readable for its owner only: it holds what checks the pass phrase."""
    entries: Sequence[dict[str, object]] = [
        {"id": one.id, "name": one.name, "head": one.head} for one in people.everyone
    ]
    content = {"people": list(entries), "pass_phrase": people.secret}
    path = folder / PEOPLE_FILE
    temporary = path.with_name(f".{path.name}.tmp")
    temporary.touch(mode=0o600)
    temporary.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), "utf-8")
    temporary.replace(path)


def _digest(phrase: str, salt: bytes) -> str:
    text = phrase.encode("utf-8", "surrogatepass")
    return hashlib.scrypt(text, salt=salt, n=_COST, r=_BLOCK, p=_LANES).hex()
