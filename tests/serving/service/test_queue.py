"""The order between jobs, played without threads or clocks."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huibao.service.scheduling.cores import usable_cores
from huibao.service.scheduling.queue import FairQueue


def drained(queue: FairQueue[str]) -> str:
    return "".join(owner for owner, _ in iter(queue.take, None))


def test_one_job_is_served_in_its_own_order() -> None:
    queue: FairQueue[str] = FairQueue(100)
    queue.push("a", [3, 1, 2])
    assert [queue.take() for _ in range(4)] == [("a", 0), ("a", 1), ("a", 2), None]


def test_jobs_of_one_window_are_served_as_they_came() -> None:
    queue: FairQueue[str] = FairQueue(100)
    for name in "abcde":
        queue.push(name, [7])
    assert drained(queue) == "abcde"


def test_a_paragraph_goes_ahead_of_the_rest_of_a_long_upload() -> None:
    queue: FairQueue[str] = FairQueue(10**6)
    queue.push("L", [200] * 2000)
    for _ in range(37):
        queue.take()
    queue.push("p", [30])
    assert queue.take() == ("p", 0)


def test_equal_jobs_take_turns() -> None:
    queue: FairQueue[str] = FairQueue(10**6)
    for name in "abc":
        queue.push(name, [10] * 4)
    assert drained(queue) == "abc" * 4


def test_a_turn_is_measured_in_tokens() -> None:
    queue: FairQueue[str] = FairQueue(10**6)
    queue.push("L", [100] * 4)
    queue.push("s", [10] * 40)
    first = [queue.take() for _ in range(24)]
    assert sum(owner == "L" for owner, _ in first) in (2, 3)


@pytest.mark.parametrize("kept_waiting", [1, 4, 20])
def test_a_long_upload_is_served_while_paragraphs_keep_coming(kept_waiting: int) -> None:
    queue: FairQueue[str] = FairQueue(10**6)
    queue.push("L", [100] * 100)
    served = {"L": 0, "p": 0}
    for _ in range(kept_waiting):
        queue.push("p", [20])
    for _ in range(50 * kept_waiting):
        owner, _ = queue.take()
        served[owner] += 100 if owner == "L" else 20
        if owner == "p":
            queue.push("p", [20])
    share = served["L"] / (served["L"] + served["p"])
    assert share >= 0.5 / (kept_waiting + 1)


def test_a_newcomer_does_not_pay_for_what_a_lone_job_was_given() -> None:
    queue: FairQueue[str] = FairQueue(10**6)
    queue.push("L", [100] * 1000)
    for _ in range(30):
        queue.push("p", [5])
        assert "p" in {queue.take()[0] for _ in range(2)}
        for _ in range(7):
            queue.take()


def test_a_withdrawn_job_leaves_nothing_behind() -> None:
    queue: FairQueue[str] = FairQueue(100)
    flow = queue.push("a", [10, 10, 10])
    queue.push("b", [5])
    queue.take()
    queue.remove(flow)
    queue.remove(flow)
    assert (queue.tokens, queue.items, len(queue)) == (5, 1, 1)
    assert drained(queue) == "b"
    assert queue.filled == 0


def test_thousands_of_withdrawn_jobs_do_not_stay_in_the_heap() -> None:
    queue: FairQueue[str] = FairQueue(10**6)
    queue.push("L", [1] * 10)
    for _ in range(5_000):
        queue.remove(queue.push("x", [1, 1]))
    assert len(queue._starts) + len(queue._virtual._ends) < 50
    assert drained(queue) == "L" * 10


@pytest.mark.parametrize(
    ("waiting", "new", "excess"),
    [
        ([], 100, 0),
        ([], 5_000, 0),  # larger than the budget: an empty queue takes it
        ([5_000], 50, 0),  # and it closes the door to nobody
        ([5_000], 60, 0),  # which is charged half as well
        ([5_000, 30], 50, 30),
        ([5_000, 5_000], 1, 1),
        ([30, 30, 30], 10, 0),
        ([30, 30, 30], 11, 1),
    ],
)
def test_room_is_counted_in_tokens_and_one_job_has_half_of_it(
    waiting: list[int], new: int, excess: int
) -> None:
    queue: FairQueue[str] = FairQueue(100)
    for number, tokens in enumerate(waiting):
        queue.push(str(number), [tokens])
    assert queue.excess(new) == excess


def test_a_new_job_waits_for_no_more_than_its_own_size_of_each_other() -> None:
    queue: FairQueue[str] = FairQueue(10**6)
    queue.push("L", [200] * 2000)
    queue.push("s", [10])
    assert queue.before_end(30) == 30 + 30 + 10
    assert queue.before_end(10**6) == 10**6 + 400_000 + 10


def test_a_queue_refuses_what_makes_no_sense() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        FairQueue(0)
    with pytest.raises(ValueError, match="without items"):
        FairQueue(1).push("a", [])


steps = st.lists(
    st.one_of(
        st.lists(st.integers(1, 300), min_size=1, max_size=12),  # a job comes
        st.just("take"),
        st.integers(0, 30),  # a job is withdrawn
    ),
    max_size=80,
)


@given(steps)
def test_whatever_comes_every_window_is_served_once_in_order_unless_withdrawn(played) -> None:
    queue: FairQueue[int] = FairQueue(1_000)
    flows, served, gone = [], {}, set()

    def serve() -> bool:
        if (item := queue.take()) is None:
            return False
        owner, place = item
        assert owner not in gone
        assert place == served[owner]
        served[owner] += 1
        return True

    for step in played:
        if step == "take":
            serve()
        elif isinstance(step, list):
            served[len(flows)] = 0
            flows.append(queue.push(len(flows), step))
        elif flows:
            step = step % len(flows)
            queue.remove(flows[step])
            if served[step] < len(flows[step].sizes):
                gone.add(step)
        waiting = [
            flow for flow in flows if flow.owner not in gone and flow.taken < len(flow.sizes)
        ]
        assert queue.tokens == sum(flow.remaining for flow in waiting)
        assert queue.items == sum(len(flow.sizes) - flow.taken for flow in waiting)
        assert queue._charged == sum(min(500, flow.remaining) for flow in waiting)
        assert len(queue) == len(waiting)
    while serve():
        pass
    assert all(
        count == len(flows[owner].sizes) for owner, count in served.items() if owner not in gone
    )
    assert (queue.tokens, queue.items, queue.filled, len(queue)) == (0, 0, 0, 0)


@given(st.lists(st.integers(1, 250), min_size=1, max_size=20), st.integers(1, 250))
def test_a_waiting_window_is_reached_within_a_bounded_number_of_tokens(others, size) -> None:
    """Others put a new job in for every one that is served, as a server at its limit sees them."""
    queue: FairQueue[int] = FairQueue(10**6)
    queue.push(-1, [size, size])
    for number, tokens in enumerate(others):
        queue.push(number, [tokens])
    waited, turns = 0, 0
    while turns < 2:
        owner, _ = queue.take()
        if owner == -1:
            turns += 1
        else:
            waited += others[owner]
            queue.push(owner, [others[owner]])
        assert waited <= 2 * (len(others) + 1) * (size + max(others)) + sum(others)


@pytest.mark.parametrize(
    ("own", "files", "most"),
    [
        ("0::/\n", {"cpu.max": "150000 100000"}, 1),
        ("0::/\n", {"cpu.max": "50000 100000"}, 1),
        ("0::/a/b\n", {"a/b/cpu.max": "max 100000", "a/cpu.max": "100000 100000"}, 1),
        ("0::/not/mounted\n", {"cpu.max": "100000 100000"}, 1),
        ("4:cpu:/\n", {"cpu/cpu.cfs_quota_us": "100000", "cpu/cpu.cfs_period_us": "100000"}, 1),
        ("4:cpu,cpuacct:/x\n", {"cpu/x/cpu.cfs_quota_us": "1", "cpu/x/cpu.cfs_period_us": "1"}, 1),
        ("4:cpu:/\n", {"cpu/cpu.cfs_quota_us": "-1", "cpu/cpu.cfs_period_us": "100000"}, None),
        ("0::/\n", {"cpu.max": "max 100000"}, None),
        ("0::/\n", {"cpu.max": "90000000 100000"}, None),
        ("0::/\n", {"cpu.max": "nonsense"}, None),
        ("", {}, None),
    ],
)
def test_the_quota_of_a_container_bounds_the_cores(
    tmp_path: Path, own: str, files: dict[str, str], most: int | None
) -> None:
    for name, text in files.items():
        path = tmp_path / "groups" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (tmp_path / "own").write_text(own)
    free = usable_cores(tmp_path / "nowhere", tmp_path / "nowhere")
    assert usable_cores(tmp_path / "groups", tmp_path / "own") == (most or free)
    assert free >= 1
