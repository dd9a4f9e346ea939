"""Work in progress: who is logged in, what each is asked today, what was put off.

It lies in one SQLite file that may be thrown away: people choose their names again, and the lists
are made anew from the decisions, which are the truth.
"""

import hashlib
import json
import secrets
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

WORK_FILE = "work.sqlite"
SESSION_DAYS = 30
_BUSY_SECONDS = 10.0
_SCHEMA = """
CREATE TABLE IF NOT EXISTS sessions (
    digest TEXT PRIMARY KEY, person TEXT NOT NULL, head INTEGER NOT NULL, until TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS asked (
    person TEXT NOT NULL, day TEXT NOT NULL, position INTEGER NOT NULL, place TEXT NOT NULL,
    reason TEXT NOT NULL, part TEXT, about TEXT NOT NULL, state TEXT NOT NULL,
    PRIMARY KEY (person, day, position)
);
CREATE INDEX IF NOT EXISTS asked_places ON asked (place, reason);
"""
State = Literal["open", "done", "skipped"]


@dataclass(frozen=True, slots=True)
class Asked:
    """A block in someone's list: why it is there, and in which set; None asks for all of them.

    `about` fills the sentence that tells why.
    """

    place: str
    reason: str
    part: str | None = None
    about: Mapping[str, str] = field(default_factory=dict, hash=False)

    @property
    def blind(self) -> bool:
        """Whether neither the model's answer nor those of others may be seen."""
        return self.reason == "audit"


@dataclass(frozen=True, slots=True)
class Session:
    """Who is at a browser, and whether as head of the team."""

    person: str
    head: bool


class Work:
    """The SQLite file of a label folder; each call is one transaction, other processes may write.

    The file is made when it is needed first, and again when it was thrown away.
    """

    def __init__(self, path: Path) -> None:
        """Takes the file, which need not be there yet."""
        self.path = path

    def begin(self, session: Session) -> str:
        """Keeps a session; returns the token that the browser sends from now on."""
        token = secrets.token_urlsafe(32)
        until = (datetime.now(UTC) + timedelta(days=SESSION_DAYS)).isoformat()
        row = (_digest(token), session.person, session.head, until)
        with self._open() as base:
            base.execute("DELETE FROM sessions WHERE until < ?", (datetime.now(UTC).isoformat(),))
            base.execute("INSERT INTO sessions VALUES (?, ?, ?, ?)", row)
        return token

    def session(self, token: str) -> Session | None:
        """The session of a token, None where it is unknown or over.

        Only digests are kept and looked up, so that the time tells nothing about a token.
        """
        query = "SELECT person, head FROM sessions WHERE digest = ? AND until > ?"
        with self._open() as base:
            row = base.execute(query, (_digest(token), datetime.now(UTC).isoformat())).fetchone()
        return Session(row[0], bool(row[1])) if row else None

    def end(self, token: str) -> None:
        """Forgets a session."""
        with self._open() as base:
            base.execute("DELETE FROM sessions WHERE digest = ?", (_digest(token),))

    def ask(self, person: str, day: str, list_: Sequence[Asked]) -> None:
        """Puts blocks at the end of someone's list of a day."""
        with self._open() as base:
            (last,) = base.execute(
                "SELECT coalesce(max(position), 0) FROM asked WHERE person = ? AND day = ?",
                (person, day),
            ).fetchone()
            base.executemany(
                "INSERT INTO asked VALUES (?, ?, ?, ?, ?, ?, ?, 'open')",
                [
                    (person, day, position, one.place, one.reason, one.part, _text(one.about))
                    for position, one in enumerate(list_, last + 1)
                ],
            )

    def asked(self, person: str, day: str) -> list[tuple[Asked, State]]:
        """Someone's list of a day, in its order."""
        query = (
            "SELECT place, reason, part, about, state FROM asked "
            "WHERE person = ? AND day = ? ORDER BY position"
        )
        with self._open() as base:
            rows = base.execute(query, (person, day)).fetchall()
        return [(Asked(row[0], row[1], row[2], json.loads(row[3])), row[4]) for row in rows]

    def note(self, person: str, day: str, place: str, state: State) -> None:
        """Notes what became of a block in someone's list."""
        with self._open() as base:
            base.execute(
                "UPDATE asked SET state = ? WHERE person = ? AND day = ? AND place = ?",
                (state, person, day, place),
            )

    def answered(self, reason: str) -> set[tuple[str, str | None]]:
        """The (place, set) that anybody was asked about for a reason, and answered."""
        query = "SELECT place, part FROM asked WHERE reason = ? AND state = 'done'"
        with self._open() as base:
            return {(row[0], row[1]) for row in base.execute(query, (reason,))}

    def snapshot(self, path: Path) -> None:
        """Copies the file as it is at one moment."""
        with self._open() as base, closing(sqlite3.connect(path)) as copy:
            base.backup(copy)

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        # A connection a call: threads of a service share none, and SQLite opens one in 0.1 ms.
        is_new = not self.path.exists()
        with closing(sqlite3.connect(self.path, timeout=_BUSY_SECONDS)) as base:
            if is_new:
                base.execute("PRAGMA journal_mode=WAL")
                base.executescript(_SCHEMA)
            base.execute("PRAGMA synchronous=NORMAL")
            with base:
                yield base


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def _text(about: Mapping[str, str]) -> str:
    return json.dumps(dict(about), ensure_ascii=False)
