"""The order in which windows of several jobs are scored: fair by tokens, bounded by tokens."""

import heapq
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

Owner = TypeVar("Owner")

_SPARE = 16  # entries of withdrawn jobs that may stay in a heap before it is rebuilt


@dataclass(slots=True, eq=False)
class Flow(Generic[Owner]):
    """What waits of one job: `sizes` in tokens, the first `taken` of them begun."""

    owner: Owner
    sizes: Sequence[int]
    remaining: int
    taken: int = 0


Heap = list[tuple[float, int, Flow[Owner]]]


class VirtualTime(Generic[Owner]):
    """Tokens that a job would have had by now if the machine were shared evenly all along.

    It moves by work / sharing jobs. A job shares until the time reaches its end tag, which may be
    after its last window was taken: it was served ahead of its share, and the others catch up.
    """

    def __init__(self) -> None:
        self.now = 0.0
        self._sharing: set[Flow[Owner]] = set()
        self._ends: Heap[Owner] = []

    def enter(self, flow: Flow[Owner], number: int) -> None:
        """Lets a job share from now on, until it has had what remains of it."""
        self._sharing.add(flow)
        heapq.heappush(self._ends, (self.now + flow.remaining, number, flow))

    def leave(self, flow: Flow[Owner]) -> None:
        """Takes a withdrawn job out."""
        self._sharing.discard(flow)
        _drop(self._ends, self._sharing)

    def move(self, work: float, least: float) -> None:
        """Moves on by tokens that were served, and at least to a start tag that no job is before."""
        while self._ends:
            end, _, flow = self._ends[0]
            if flow in self._sharing:
                needed = (end - self.now) * len(self._sharing)
                if needed > work:
                    self.now += work / len(self._sharing)
                    break
                work -= max(0.0, needed)
                self.now = max(self.now, end)
                self._sharing.discard(flow)
            heapq.heappop(self._ends)
        self.now = max(self.now, least)


class FairQueue(Generic[Owner]):
    """Start-time fair queueing between jobs; knows no threads and no clock.

    Each job is a flow whose next item carries a start tag; the lowest tag is next, and an item's tokens
    are added to its job's tag. A new job starts at the virtual time, which is behind the tags of those
    that were served, so one paragraph goes ahead of the rest of a 300-page upload; and since that
    time moves on with all that is served, the upload's next item is reached however many
    paragraphs keep coming.

    A job is charged at most half of the budget, so that one upload, even one larger than the
    budget, is taken by an empty queue and leaves room for others beside it.

    Source: Goyal, Vin and Cheng, Start-time Fair Queueing (SIGCOMM 1996); the virtual time is that
    of Parekh and Gallager, Generalized Processor Sharing (1993), the item being served not counted.
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
        self._starts: Heap[Owner] = []
        self._pushes = 0
        self._virtual: VirtualTime[Owner] = VirtualTime()
        self._served = 0

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
        heapq.heappush(self._starts, (self._virtual.now, self._pushes, flow))
        self._virtual.enter(flow, self._pushes)
        return flow

    def take(self) -> tuple[Owner, int] | None:
        """The next item as its owner and its place in the owner's sizes; None when nothing waits."""
        if not self._starts:
            return None
        start, _, flow = self._starts[0]
        self._virtual.move(self._served, start)
        place, size, charged = flow.taken, flow.sizes[flow.taken], self._charge(flow)
        flow.taken += 1
        flow.remaining -= size
        self._count(-size, -1, self._charge(flow) - charged)
        self._served = size
        if flow.taken < len(flow.sizes):
            self._pushes += 1
            heapq.heapreplace(self._starts, (start + size, self._pushes, flow))
            _drop(self._starts, self._flows)
        else:
            self._gone(flow)
        return flow.owner, place

    def remove(self, flow: Flow[Owner]) -> None:
        """Takes out what still waits of a job; nothing happens when nothing does."""
        if flow in self._flows:
            self._count(-flow.remaining, flow.taken - len(flow.sizes), -self._charge(flow))
            self._virtual.leave(flow)
            self._gone(flow)

    def _charge(self, flow: Flow[Owner]) -> int:
        return min(flow.remaining, self._most)

    def _count(self, tokens: int, items: int, charged: int) -> None:
        self.tokens += tokens
        self.items += items
        self._charged += charged

    def _gone(self, flow: Flow[Owner]) -> None:
        """Forgets a job of which nothing waits; the virtual time starts anew when none is left."""
        self._flows.discard(flow)
        _drop(self._starts, self._flows)
        if not self._flows:
            self._virtual = VirtualTime()
            self._served = 0


def _drop(heap: Heap[Owner], kept: set[Flow[Owner]]) -> None:
    """Takes entries of other flows off the top of a heap, and all of them when they are many."""
    if len(heap) > 2 * len(kept) + _SPARE:
        heap[:] = [entry for entry in heap if entry[2] in kept]
        heapq.heapify(heap)
    while heap and heap[0][2] not in kept:
        heapq.heappop(heap)
