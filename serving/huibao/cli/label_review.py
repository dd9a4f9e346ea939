"""`huibao labels start, people, queue, agreement, errors`: people at work on a label folder."""

import argparse
import getpass
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from huibao.cli.console import say, warn
from huibao.cli.exits import EXIT_OK, EXIT_USAGE
from huibao.cli.words import BUNDLE

if TYPE_CHECKING:
    from huibao.annotation import PageAnnotation
    from huibao.review.agreement import LabelAgreement
    from huibao.review.desk import DeskView

_SHOWN = 40  # characters of a block in a line


def add_review(actions: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Gives `huibao labels` the actions."""
    start = actions.add_parser(
        "start", help="copy the shipped label sets into a folder of your own"
    )
    start.add_argument("folder", type=Path, metavar="FOLDER")
    start.set_defaults(run=_start)
    people = actions.add_parser("people", help="say who reviews")
    people.add_argument("--add", nargs=2, metavar=("ID", "NAME"), help="such as: zhang 张三")
    people.add_argument("--head", action="store_true", help="the one who is added heads the team")
    people.add_argument("--pass-phrase", action="store_true", help="ask for the head's, set it")
    people.set_defaults(run=_people)
    queue = actions.add_parser("queue", help="say what a person is asked today, add pages to it")
    queue.add_argument("--for", dest="person", metavar="ID", help="the person")
    queue.add_argument("--n", type=int, default=40, help="blocks in a new list (40)")
    queue.add_argument(
        "--add", nargs="+", type=Path, metavar="FILE",
        help="reports, or pages that huibao read or batch has written as JSON",
    )  # fmt: skip
    queue.add_argument("--replace", action="store_true", help="another file of the same name too")
    queue.add_argument("--bundle", help=BUNDLE)
    queue.set_defaults(run=_queue)
    agreement = actions.add_parser("agreement", help="how far people agree, label by label")
    agreement.set_defaults(run=_agreement)
    errors = actions.add_parser("errors", help="answers that the model contradicts")
    errors.add_argument("--chances", type=Path, metavar="FILE", help="out-of-fold ones, JSON lines")
    errors.set_defaults(run=_errors)
    for command in (people, queue, agreement, errors):
        command.add_argument("--labels", type=Path, help="another label folder")


def _start(options: argparse.Namespace) -> int:
    from huibao.resources import resource_folder
    from huibao.review.folder import start_folder

    start_folder(resource_folder("labels"), options.folder)
    say(f"label sets copied to {options.folder}; now say who reviews:")
    say(f"huibao labels people --labels {options.folder} --add zhang 张三 --head --pass-phrase")
    return EXIT_OK


def _people(options: argparse.Namespace) -> int:
    from huibao.review.people import Person, read_people, write_people

    folder = _folder(options)
    people = read_people(folder)
    if options.add:
        id_, name = options.add
        people = people.with_person(Person(id_, name, head=options.head))
    if options.pass_phrase:
        people = people.with_pass_phrase(_asked_pass_phrase())
    if options.add or options.pass_phrase:
        write_people(folder, people)
    say(*(f"{one.id}\t{one.name}\t{'head' if one.head else ''}" for one in people.everyone))
    if people.secret is None and any(one.head for one in people.everyone):
        warn("huibao: no pass phrase is set, so nobody can act as head: --pass-phrase sets one")
    return EXIT_OK


def _queue(options: argparse.Namespace) -> int:
    from huibao.review.pages import add_pages

    if not options.add and not options.person:
        warn("huibao: say for whom: --for ID, or which pages to add: --add FILE")
        return EXIT_USAGE
    folder = _folder(options)
    if options.add:
        pages = _pages(options.add, options.bundle, options.labels)
        say(*(f"added {name}" for name in add_pages(folder, pages, replace=options.replace)))
    if options.person:
        say(*_listed(folder, options.person, options.n))
    return EXIT_OK


def _agreement(options: argparse.Namespace) -> int:
    from huibao.review.agreement import agreement
    from huibao.review.desk import Desk

    with Desk(_folder(options)).held() as view:
        found = agreement(view)
        for part in found:
            say(f"{part.part}: {part.pairs} pairs of blind answers")
            say(*(f"  {_row(row)}" for row in part.rows))
            for one in part.confused:
                say(f"  {one.one} against {one.other}: {one.n} times. {one.rule or ''}".rstrip())
                say(*(f"    {place} {_start_of(view, place)}" for place in one.places))
        say(*_model_lines(view))
    if not found:
        say("no block was judged blindly by two people")
    return EXIT_OK


def _errors(options: argparse.Namespace) -> int:
    from huibao.review.desk import Desk
    from huibao.review.suspects import folder_chances, has_cleanlab, read_chances, suspects

    folder = _folder(options)
    given = read_chances(options.chances) if options.chances else folder_chances(folder)
    with Desk(folder).held() as view:
        found = suspects(view, given)
        say(
            *(
                f"{one.place}\t{one.part}\t{one.said} -> {one.other}\t{one.chance:.2f}\t"
                f"{_start_of(view, one.place)}"
                for one in found
            )
        )
    by = "cleanlab" if given is not None and has_cleanlab() else "the plain rule"
    say(f"{len(found)} answers that may be slips, by {by}")
    return EXIT_OK


def _listed(folder: Path, person: str, size: int) -> Iterator[str]:
    from huibao.review.day_list import list_of_today, reason_counts
    from huibao.review.desk import Desk
    from huibao.review.reasons import told

    desk = Desk(folder)
    known = desk.people.get(person)
    with desk.held() as view:
        open_ = list_of_today(desk, view, person, head=bool(known and known.head), size=size)
        for one in open_:
            yield f"{one.place}\t{told(one, 'zh')}\t{_start_of(view, one.place)}"
        counts = ", ".join(f"{reason} {n}" for reason, n in reason_counts(open_).items())
        yield f"{len(open_)} blocks: {counts}" if open_ else "nothing is asked"


def _pages(
    paths: Sequence[Path], bundle: str | None, labels: Path | None
) -> Iterator["PageAnnotation"]:
    """The pages of files: as they are stored in JSON, else read now."""
    from huibao.jsonl import page_from_json, read_json, read_lines
    from huibao.reader import load_reader

    reader = None
    for path in paths:
        if path.suffix == ".jsonl":
            yield from read_lines(path)
        elif path.suffix == ".json":
            yield page_from_json(read_json(path))
        else:
            reader = reader or load_reader(bundle, labels=labels)
            yield reader.read(path.read_bytes(), name=path.name)


def _row(row: "LabelAgreement") -> str:
    if row.too_few:
        return f"{row.label:28} n {row.n:4}  too few pairs for a figure"
    figures = (("kappa", row.kappa), ("alpha", row.alpha), ("same", row.share),
               ("F1 strict", row.strict), ("F1 partial", row.partial))  # fmt: skip
    told = "  ".join(f"{name} {value:.2f}" for name, value in figures if value is not None)
    return f"{row.label:28} n {row.n:4}  {told}"


def _model_lines(view: "DeskView") -> Iterator[str]:
    from huibao.review.model_record import corrections_by_week

    for (week, part, mode), one in corrections_by_week(view.standing.decisions()).items():
        yield f"model {week} {part} {mode}: {one.corrected} of {one.n} corrected ({one.share:.0%})"


def _start_of(view: "DeskView", place: str) -> str:
    text = " ".join(view.blocks[place].text.split())
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"


def _asked_pass_phrase() -> str:
    if sys.stdin.isatty():
        return getpass.getpass("pass phrase of the head: ")
    return sys.stdin.readline().rstrip("\n")


def _folder(options: argparse.Namespace) -> Path:
    from huibao.resources import resource_folder

    folder: Path = options.labels or resource_folder("labels")
    return folder
