"""The order in which windows of several jobs are scored: fair by tokens, bounded by tokens."""

import heapq
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

Owner = TypeVar("Owner")

_SPARE = 16  # entries of withdrawn jobs that may stay in the heap before it is rebuilt


@dataclass(slots=True, eq=False)
class Flow(Generic[Owner]):
    """What waits of one job: `sizes` in tokens, the first `taken` of them begun."""

    owner: Owner
    sizes: Sequence[int]
    remaining: int
    taken: int = 0
    gone: bool = False


class FairQueue(Generic[Owner]):
    """Start-time fair queueing between jobs; knows no threads and no clock.

    Each job is a flow whose next item carries a start tag; the lowest tag is next, and an item's tokens
    are added to its job's tag. A new job starts at the virtual time, which is behind the tags of those
    that were served, so one paragraph goes ahead of the rest of a 300-page upload. The virtual time
    moves by tokens / waiting jobs, which is what each of them had of the machine: the upload's
    next item is reached however many paragraphs keep coming.

    A job is charged at most half of the budget, so that one upload, even one larger than the
    budget, is taken by an empty queue and leaves room for others beside it.

    Source: Goyal, Vin and Cheng, Start-time Fair Queueing (SIGCOMM 1996); the virtual time is that
    of Parekh and Gallager, Generalized Processor Sharing (1993), with the served item a step behind.
    """

    def __init__(self, budget: int) -> None:
        """Takes the budget in tokens."""
        if budget < 1:
            raise ValueError(f"a queue's budget is {budget} tokens, expected at least 1")
        self.budget = budget
        self.tokens = 0
        self.items = 0
        self._charged = 0
        self._most = max(1, budget // 2)
        self._flows: set[Flow[Owner]] = set()
        self._heap: list[tuple[float, int, Flow[Owner]]] = []
        self._pushes = 0
        self._time = 0.0
        self._share = 0.0

    def __len__(self) -> int:
        """Jobs that have something waiting."""
        return len(self._flows)

    @property
    def filled(self) -> float:
        """The charged share of the budget, 0 to 1."""
        return self._charged / self.budget

    def excess(self, tokens: int) -> int:
        """Tokens that must leave the queue before a job of this size has room; 0 when it has."""
        return max(0, self._charged + min(tokens, self._most) - self.budget)

    def before_end(self, tokens: int) -> int:
        """Tokens served until a new job of this size has ended, under fair sharing, its own included.

        Each other job is served no more than the new one while both wait.
        """
        return tokens + sum(min(flow.remaining, tokens) for flow in self._flows)

    def push(self, owner: Owner, sizes: Sequence[int]) -> Flow[Owner]:
        """Adds a job of at least one item; whether there is room is asked before, by `excess`."""
        if not sizes:
            raise ValueError("a job without items cannot wait")
        flow = Flow(owner, sizes, sum(sizes))
        self._flows.add(flow)
        self._count(flow.remaining, len(sizes), self._charge(flow))
        self._pushes += 1
        heapq.heappush(self._heap, (self._time, self._pushes, flow))
        return flow

    def take(self) -> tuple[Owner, int] | None:
        """The next item as its owner and its place in the owner's sizes; None when nothing waits."""
        if not self._heap:
            return None
        start, _, flow = self._heap[0]
        place, size, charged = flow.taken, flow.sizes[flow.taken], self._charge(flow)
        flow.taken += 1
        flow.remaining -= size
        self._count(-size, -1, self._charge(flow) - charged)
        self._time = max(self._time + self._share, start)
        self._share = size / len(self._flows)
        if flow.taken == len(flow.sizes):
            self._flows.discard(flow)
            flow.gone = True
        else:
            self._pushes += 1
            heapq.heapreplace(self._heap, (start + size, self._pushes, flow))
        self._settle()
        return flow.owner, place

    def remove(self, flow: Flow[Owner]) -> None:
        """Takes out what still waits of a job; nothing happens when nothing does."""
        if flow.gone:
            return
        flow.gone = True
        self._flows.discard(flow)
        self._count(-flow.remaining, flow.taken - len(flow.sizes), -self._charge(flow))
        self._settle()

    def _charge(self, flow: Flow[Owner]) -> int:
        return min(flow.remaining, self._most)

    def _count(self, tokens: int, items: int, charged: int) -> None:
        self.tokens += tokens
        self.items += items
        self._charged += charged

    def _settle(self) -> None:
        """Leaves a waiting job at the top of the heap, and the virtual time not past its tag."""
        if len(self._heap) > 2 * len(self._flows) + _SPARE:
            self._heap = [entry for entry in self._heap if not entry[2].gone]
            heapq.heapify(self._heap)
        while self._heap and self._heap[0][2].gone:
            heapq.heappop(self._heap)
        if self._heap:
            self._time = min(self._time, self._heap[0][0])
        else:
            self._time = self._share = 0.0
