"""The figures as Markdown tables."""

import math
from collections.abc import Callable, Iterator, Sequence

from loads import Load
from measures import LoadFigures, ServerFigures

Row = Sequence[str]


def tables(servers: Sequence[ServerFigures], loads: Sequence[Load]) -> Iterator[str]:
    """All tables, line by line."""
    yield from _section("Size and start", _SIZES, [_sizes(one) for one in servers])
    columns = ("", *(load.name for load in loads))
    for title, cell in _CELLS.items():
        rows = [(one.name, *_cells(one, loads, cell)) for one in servers]
        yield from _section(title, columns, rows)
    ours, rivals = servers[0], servers[1:]
    if rivals and ours.loads:
        title = f"Throughput of {ours.name} as a multiple of the others'"
        rows = [(one.name, *_multiples(ours, one, loads)) for one in rivals]
        yield from _section(title, columns, rows)
    for one in servers:
        if one.soaked:
            yield from _section(
                f"Memory of {one.name} during mixed requests",
                ("requests", *(f"{done:,}" for done, _ in one.soaked)),
                [("MB", *(f"{size:.0f}" for _, size in one.soaked))],
            )
    yield from notes(servers)


def notes(servers: Sequence[ServerFigures]) -> Iterator[str]:
    """What the tables do not say."""
    yield "Notes"
    yield ""
    for one in servers:
        yield f"- {one.name}: {one.about}." + (f" FAULT: {one.fault}." if one.fault else "")
        failed = [failure for load in one.loads.values() for failure in load.failures]
        if failed:
            yield f"- {one.name}: {len(failed)} requests failed, the first: {failed[0]}."
    yield (
        "- huibao's model has three heads and its service answers roles and categories, of a report "
        "entities too; the others answer one list of label scores. A report is sent to huibao as a "
        "text that it cuts into blocks and reads under their headings, to the others as a list of "
        "those blocks."
    )
    yield (
        "- p99 of fewer than a hundred requests is the slowest; memory is the sum of resident pages "
        "over all processes of a server; the client runs on the same cores."
    )
    speeds = [load.clock for one in servers for load in one.loads.values()]
    if speeds:
        yield (
            f"- Speed of a core before each load: {min(speeds):.0f} to {max(speeds):.0f} million "
            "loop rounds a CPU second; where they are far apart the machine was not quiet."
        )


_SIZES = ("", "packages, MB", "ready after, s", "memory when ready, MB", "most memory, MB")


def _sizes(one: ServerFigures) -> Row:
    numbers = (
        _number(one.installed, 0),
        _number(one.ready, 2),
        _number(one.memory, 0),
        _number(one.peak, 0),
    )
    return (one.name, *numbers)


def _cells(
    one: ServerFigures, loads: Sequence[Load], cell: Callable[[LoadFigures], str]
) -> Iterator[str]:
    return (cell(one.loads[load.name]) if load.name in one.loads else "–" for load in loads)


def _multiples(ours: ServerFigures, other: ServerFigures, loads: Sequence[Load]) -> Iterator[str]:
    for load in loads:
        both = [one.loads.get(load.name) for one in (ours, other)]
        speeds = [one.paragraphs_per_second if one else 0.0 for one in both]
        yield f"{speeds[0] / speeds[1]:.1f}" if all(speeds) else "–"


def _number(value: float, digits: int) -> str:
    return "–" if math.isnan(value) else f"{value:,.{digits}f}"


_CELLS: dict[str, Callable[[LoadFigures], str]] = {
    "Paragraphs a second": lambda one: _number(one.paragraphs_per_second, 0),
    "Milliseconds a request, p50 / p99": lambda one: (
        f"{_number(one.p50, 1)} / {_number(one.p99, 1)}"
    ),
    "CPU-seconds a thousand paragraphs": lambda one: _number(one.cpu_seconds, 1),
}


def _section(title: str, columns: Row, rows: Sequence[Row]) -> Iterator[str]:
    yield f"### {title}"
    yield ""
    yield _line(columns)
    yield _line(["---", *["---:"] * (len(columns) - 1)])
    for row in rows:
        yield _line(row)
    yield ""


def _line(cells: Row) -> str:
    return f"| {' | '.join(cells)} |"
