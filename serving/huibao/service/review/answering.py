"""What each question of the reviewers' page is answered, on a desk that one caller has at a time."""

import threading
from collections.abc import Mapping
from datetime import date
from typing import Any

from huibao.decisions import value_of
from huibao.errors import LabelError
from huibao.review.day_list import list_of_today, reason_counts
from huibao.review.desk import Desk, DeskView
from huibao.review.people import Person
from huibao.review.reasons import is_open_dispute
from huibao.review.saving import Sent, save, undo
from huibao.review.views import (
    item_entries,
    label_entries,
    page_summaries,
    state_entries,
    whole_item,
)
from huibao.review.work import Asked, Session
from huibao.service.problems import Problem
from huibao.service.review.schemas import SentAdjudication, SentDecision, SentSession

Entries = dict[str, Any]
READING = "reading"


class Answering:
    """The answers of one desk; each may wait for the disk, so none is for the event loop."""

    def __init__(self, desk: Desk) -> None:
        """Takes the desk."""
        self.desk = desk
        self._trying = threading.Lock()

    def people(self) -> Entries:
        """Who may log in."""
        people = self.desk.people
        return {
            "people": [_person(one) for one in people.everyone],
            "head_needs_pass_phrase": people.secret is not None,
        }

    def log_in(self, sent: SentSession) -> tuple[str, Entries]:
        """The token of a new session, and who has logged in."""
        people = self.desk.people
        person = people.get(sent.person)
        if person is None:
            raise Problem("not_found", "No person of that id is in the list.")
        as_head = sent.pass_phrase is not None
        with self._trying:  # one try at a time: who guesses has some twenty a second
            if as_head and not (people.is_pass_phrase(sent.pass_phrase or "") and person.head):
                raise Problem("wrong_pass_phrase", "It is not the pass phrase of the team's head.")
        session = Session(person.id, as_head)
        return self.desk.work.begin(session), {"person": _person(person), "head": session.head}

    def session(self, token: str) -> Session:
        """The session of a token.

        Raises:
            Problem: no_session.
        """
        session = self.desk.work.session(token) if token else None
        if session is None or self.desk.people.get(session.person) is None:
            raise Problem("no_session", "Nobody has logged in here, or the session is over.")
        return session

    def who(self, session: Session) -> Entries:
        """Who has logged in."""
        person = self.desk.people.get(session.person) or Person(session.person, session.person)
        return {"person": _person(person), "head": session.head}

    def queue(self, session: Session, size: int) -> Entries:
        """What is open of the person's list."""
        with self.desk.held() as view:
            open_ = self._open(view, session, size)
            of = len(self.desk.work.asked(session.person, _today()))
            return {
                "items": [item_entries(view, one) for one in open_],
                "counts": reason_counts(open_),
                "position": min(of, of - len(open_) + 1),
                "of": of,
            }

    def item(self, session: Session, id_: str) -> Entries:
        """A block in its page."""
        with self.desk.held() as view:
            asked = self._asked(session, _place(view, id_))
            today = self.desk.work.asked(session.person, _today())
            later = {one.place for one, state in today if one.blind and state == "open"}
            return whole_item(view, asked, session.person, later)

    def pages(self) -> Entries:
        """All pages with their progress."""
        with self.desk.held() as view:
            return {"pages": page_summaries(view)}

    def page(self, session: Session, name: str, place: str | None) -> Entries:
        """A block of a page, the first one where none is named."""
        with self.desk.held() as view:
            page = view.pages.get(name)
            if page is None or not page.blocks:
                raise Problem("not_found", "No page of that name is reviewed here.")
            places = [block.place for block in page.blocks]
            if place is not None and place not in places:
                raise Problem("not_found", "The page has no such block.")
            asked = self._asked(session, place or places[0])
            return {"item": item_entries(view, asked)}

    def save(self, session: Session, sent: SentDecision) -> Entries:
        """Stores what a person said; tells the next block."""
        if sent.by not in (None, session.person):
            raise Problem("other_person", "Another person has logged in at this browser since.")
        with self.desk.held() as view:
            if sent.item not in (None, view.block(sent.place).id):
                raise Problem("answer_refused", "The item is another block than the place.")
            asked = self._asked(session, sent.place)
            answers = _values(sent.answers)
            stored = save(
                self.desk,
                view,
                session.person,
                Sent(
                    place=sent.place,
                    text_sha=sent.text_sha,
                    version=sent.label_version,
                    answers=answers,
                    mode="blind" if asked.blind else sent.mode,
                    seconds=sent.seconds,
                    unsure=sent.unsure,
                    note=sent.note,
                ),
            )
            if asked.part is None or asked.part in answers:
                self.desk.work.note(session.person, _today(), sent.place, "done")
            return {"stored": [one.id for one in stored]} | self._next(view, session, asked)

    def skip(self, session: Session, id_: str) -> Entries:
        """Puts a block off; tells the next one."""
        with self.desk.held() as view:
            asked = self._asked(session, _place(view, id_))
            self.desk.work.note(session.person, _today(), asked.place, "skipped")
            return self._next(view, session, asked)

    def undo(self, session: Session) -> Entries:
        """Takes the person's last save back; tells the block."""
        with self.desk.held() as view:
            place = undo(self.desk, view, session.person)
            self.desk.work.note(session.person, _today(), place, "open")
            known = place in view.blocks  # its page may have been taken away since
            return {"item": item_entries(view, self._asked(session, place)) if known else None}

    def disagreements(self) -> Entries:
        """The blocks that people differ on, with the answer of each."""
        with self.desk.held() as view:
            disputes = [
                (block, part)
                for block, part, gold in view.standing.golds()
                if is_open_dispute(gold)
            ]
            return {
                "disagreements": [_dispute(view, block.place, part) for block, part in disputes]
            }

    def adjudicate(self, session: Session, sent: SentAdjudication) -> Entries:
        """Settles a disagreement; for the head, or a person who is not a part of it."""
        with self.desk.held() as view:
            said = view.standing.of_people(sent.place, sent.set)
            if not session.head and session.person in {one.decision.by for one in said}:
                raise Problem("head_only", "Who is part of a disagreement does not settle it.")
            version = view.history.number if sent.label_version is None else sent.label_version
            stored = save(
                self.desk,
                view,
                session.person,
                Sent(
                    place=sent.place,
                    text_sha=sent.text_sha,
                    version=version,
                    answers=_values({sent.set: sent.value}),
                    note=f"{sent.cause}: {sent.note}",
                    kind="adjudication",
                ),
            )
            return {"stored": [one.id for one in stored], "next": None}

    def labels(self) -> Entries:
        """The label sets in force."""
        with self.desk.held() as view:
            return label_entries(view)

    def _open(self, view: DeskView, session: Session, size: int) -> list[Asked]:
        return list_of_today(self.desk, view, session.person, head=session.head, size=size)

    def _asked(self, session: Session, place: str) -> Asked:
        """Why a block is looked at: the list of today says so, else it is read with its page."""
        today = self.desk.work.asked(session.person, _today())
        found = [one for one, _ in today if one.place == place]
        return found[-1] if found else Asked(place, READING)

    def _next(self, view: DeskView, session: Session, after: Asked) -> Entries:
        """The next block: of the page where one reads a page, else of the list."""
        if after.reason == READING:
            block = view.blocks[after.place]
            later = view.pages[block.page].blocks[block.index + 1 :]
            following = next((one for one in later if not one.repeats), None)
            asked = self._asked(session, following.place) if following else None
        else:
            rows = self.desk.work.asked(session.person, _today())
            asked = next((one for one, state in rows if state == "open"), None)
        return {"next": item_entries(view, asked) if asked else None}


def _place(view: DeskView, id_: str) -> str:
    if id_ not in view.by_id:
        raise Problem("not_found", "No block has that id.")
    return view.by_id[id_].place


def _values(answers: Mapping[Any, Any]) -> dict[str, Any]:
    """The answers as decisions have them."""
    found = {}
    for part, sent in answers.items():
        entries = sent if isinstance(sent, str) else sent.model_dump()
        try:
            found[part] = value_of(entries)
        except LabelError as error:  # offsets that are none
            raise Problem("answer_refused", f"{part}: the offsets of a span do not fit.") from error
    return found


def _dispute(view: DeskView, place: str, part: str) -> Entries:
    block = view.blocks[place]
    return {
        "item": block.id,
        "place": place,
        "page": block.page,
        "set": part,
        "text": block.text,
        "text_sha": block.text_sha,
        "heading_path": list(block.path),
        "answers": [
            {
                "by": one.decision.by,
                "at": one.decision.at,
                "mode": one.decision.mode,
                "note": one.decision.note,
                **state_entries(one.state),
            }
            for one in view.standing.of_people(place, part)
        ],
    }


def _person(person: Person) -> Entries:
    return {"id": person.id, "name": person.name, "head": person.head}


def _today() -> str:
    return date.today().isoformat()
