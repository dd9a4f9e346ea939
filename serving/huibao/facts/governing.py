"""Which verb governs an amount, and what the two of them count."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from msgspec.structs import replace

from huibao.facts.clauses import Clause, bracket_of, brackets, clauses, hidden, without_names
from huibao.facts.deeds import Amount, Governed
from huibao.facts.objects import bare_noun, right_noun
from huibao.facts.shares import each_to_each
from huibao.facts.words import Word, Words, words

_EXISTENCE = ("有", "共有", "现有", "仅有", "仍有", "还有", "尚有", "只有")
_STOP_RIGHT = re.compile("[、\x00]")
_FOR = re.compile("[为对给向]|引导|组织|动员")
_FOR_WHOM = re.compile("[，、；]")
_NO_DEEDS = ("count", "fund", "other")


def governed(
    text: str, amounts: Sequence[Amount], dates: Sequence[tuple[int, int]]
) -> list[Governed]:
    """Verb and object of each amount of a block, in their order.

    Args:
        text: The block's canonical text.
        amounts: Its amounts, in order.
        dates: Where its dates stand; they belong to no object.
    """
    spans = [(amount.start, amount.end) for amount in amounts]
    inside = brackets(text, spans)
    cut = clauses(text, inside)
    held = _by_clause(cut, spans, inside)
    flat = hidden(text, inside)
    covered = sorted([*spans, *dates])
    texts = (flat, hidden(without_names(flat), covered))
    inner = (text, hidden(without_names(text), covered)) if inside else texts
    out: list[Governed | None] = [None] * len(amounts)
    before: Governed | None = None
    idle: list[Clause] = []  # of this sentence, without amounts
    sentence, starts = 0, [start for start, _ in dates]
    for clause, mine in zip(cut, held, strict=True):
        if clause.sentence != sentence:
            before, sentence = None, clause.sentence
            idle.clear()
        if not mine:
            idle += [clause] if clause.bracket is None else []
            continue
        before = _last_deed(texts, idle) or before
        idle.clear()
        first, last = bisect_left(starts, clause.start), bisect_left(starts, clause.end)
        pair = texts if clause.bracket is None else inner
        reader = _ClauseReader(pair, clause, [amounts[i] for i in mine], dates[first:last])
        for i, found in zip(mine, reader.governed(before), strict=True):
            out[i] = found
            before = found if clause.bracket is None else before
    return [found or Governed("count") for found in out]


def _last_deed(texts: tuple[str, str], idle: Sequence[Clause]) -> Governed | None:
    """What the last of some clauses without amounts that says a deed says was done."""
    deeds = (_ClauseReader(texts, clause, (), ()).deed_alone() for clause in reversed(idle))
    return next((deed for deed in deeds if deed is not None), None)


def _by_clause(
    cut: Sequence[Clause], spans: Sequence[tuple[int, int]], inside: Sequence[tuple[int, int]]
) -> list[list[int]]:
    """The amounts of each clause, by their place in `spans`."""
    groups: dict[int | None, list[int]] = {}
    for index, clause in enumerate(cut):
        groups.setdefault(clause.bracket, []).append(index)
    starts = {key: [cut[i].start for i in group] for key, group in groups.items()}
    held: list[list[int]] = [[] for _ in cut]
    for index, (start, _) in enumerate(spans):
        key = bracket_of(start, inside)
        held[groups[key][bisect_right(starts[key], start) - 1]].append(index)
    return held


class _ClauseReader:
    """One clause with its amounts."""

    def __init__(
        self,
        texts: tuple[str, str],
        clause: Clause,
        amounts: Sequence[Amount],
        dates: Sequence[tuple[int, int]],
    ) -> None:
        """Takes the block's text without brackets, and the same without names and numbers."""
        self.known: Words = words()
        self.clause, self.amounts, self.dates = clause, amounts, dates
        self.text, bare = texts
        self.words = self.known.found(bare, clause.start, clause.end)

    def deed_alone(self) -> Governed | None:
        """What a clause without amounts says was done, for the amounts of the next."""
        verbs = [word for word in self.words if word.kind != "cut"]
        if not verbs or verbs[-1].kind == "audience":
            return None
        last = verbs[-1]
        noun = bare_noun(self.text[last.end : self.clause.end], self.known)
        return replace(self._named(last, noun, None), noun=noun, own=False)

    def governed(self, before: Governed | None) -> list[Governed]:
        """The verb and the object of each amount of the clause."""
        shared = each_to_each(self.text, self.clause, self.amounts, self.words)
        if shared:
            return shared
        out: list[Governed] = []
        taken = self.clause.start
        for index, amount in enumerate(self.amounts):
            found, taken = self._one(index, amount, taken, out[-1] if out else None, before)
            out.append(found)
        return out

    def _one(
        self, index: int, amount: Amount, start: int, last: Governed | None, before: Governed | None
    ) -> tuple[Governed, int]:
        """The verb and object of an amount, and where the next one's text begins."""
        verb = self._verb_left(start, amount.start)
        left, change = self._left(start, amount.start, verb, percent=_is_percent(amount))
        right, end, rest = self._right(index, amount)
        if verb is not None and verb.text in _EXISTENCE and rest and not left:
            verb = None
        after_of = self.text.startswith("的", amount.end)
        after_of = after_of or self.text.endswith("等", start, amount.start)
        noun, taken = left, amount.end
        if right and (after_of or not left or verb is None) and not (change or _is_percent(amount)):
            noun, taken = right, end
        touching = last is not None and not self.text[start : amount.start].strip("、和共计 ")
        if touching and last is not None and noun is None:
            noun = last.noun if _same_kind(self.amounts[index - 1], amount, self.known) else None
        what, noun = noun, self._who(noun, amount, start, verb)
        if change or _is_percent(amount):
            subject = noun or (last or before or Governed("count")).noun
            counting = verb.text if verb and verb.deed == "count" else None
            return Governed("count", change or counting, subject), taken
        if (verb is None and last is not None and last.own and not rest) or (
            verb is None and last is not None and last.verb and not self._starts_anew(rest, last)
        ):
            found = self._carried(last, noun, amount)
        else:
            found = self._by_verb(
                verb or (rest[0] if rest else None), what, amount, rest, last, before
            )
        return found.counting(noun), taken

    def _starts_anew(self, rest: Sequence[Word], last: Governed) -> bool:
        return bool(rest) and last.verb in _EXISTENCE

    def _carried(self, last: Governed, noun: str | None, amount: Amount) -> Governed:
        """The verb of the amount before it in the clause: 召开会议3次、座谈会2次."""
        told = self.known.deed_of(noun) if noun else None
        if last.verb is None:
            return replace(last, deed=told or last.deed)
        kind = self.known.kinds.get(last.verb, ("verb", None))[0]
        if kind == "light":
            return replace(last, deed=told or last.deed)
        base = self.known.kinds.get(last.verb, ("verb", last.deed))[1] or last.deed
        return replace(
            last, deed=self.known.deed(last.verb, base if kind == "verb" else last.deed, noun)
        )

    def _by_verb(
        self,
        verb: Word | None,
        noun: str | None,
        amount: Amount,
        rest: Sequence[Word],
        last: Governed | None,
        before: Governed | None,
    ) -> Governed:
        earlier = last or before
        if verb is not None and verb.kind == "audience":
            deed = verb.deed or "hold"
            if earlier is not None and earlier.deed not in _NO_DEEDS:
                deed = earlier.deed
            elif earlier is None:
                deed = self._subject_deed(verb.start) or deed
            return Governed(deed, verb.text)
        if verb is not None and verb.kind == "verb" and verb in rest:
            noun = bare_noun(self.text[verb.end : self._next_stop(verb.end)], self.known)
        if verb is not None:
            return self._named(verb, noun, amount, rest)
        told = self.known.deed_of(noun) if noun else None
        if told:
            return Governed(told, own=False)
        if (
            before is not None
            and before.verb
            and before.deed != "count"
            and self.clause.bracket is None
        ):
            return Governed(self.known.deed(before.verb, before.deed, noun), before.verb, own=False)
        return Governed("count", own=False)

    def _next_stop(self, place: int) -> int:
        """Where the next amount or the end of the clause is."""
        return min([self.clause.end, *(a.start for a in self.amounts if a.start >= place)])

    def _named(
        self, verb: Word, noun: str | None, amount: Amount | None, rest: Sequence[Word] = ()
    ) -> Governed:
        """The class of a verb with its object; a light verb's comes from what stands beside it."""
        if verb.kind != "light":
            deed = self.known.deed(verb.text, verb.deed or "hold", noun)
            return Governed(_for_money(deed, noun) if amount and amount.money else deed, verb.text)
        following = [word for word in self.words if word.start >= verb.end]
        limit = amount.start if amount and verb.end <= amount.start else self.clause.end
        near = [word for word in following if word.end <= limit and word.kind == "verb"]
        told = near[-1].deed if near else self.known.deed_of(noun) if noun else None
        if told is None:
            told = self._tail_deed(rest, amount)
        if told is None and amount is not None and amount.money:
            told = "fund"
        return Governed(told or self.known.defaults.get(verb.text, "hold"), verb.text)

    def _tail_deed(self, rest: Sequence[Word], amount: Amount | None) -> str | None:
        """What the rest of the clause tells: 组织120名干部 | 参加培训."""
        verbs = [word for word in rest if word.kind == "verb"]
        if verbs:
            return verbs[-1].deed
        stops = [a.start for a in self.amounts if amount and a.start > amount.start]
        end = min([*stops, self.clause.end])
        noun = bare_noun(self.text[rest[-1].end : end], self.known) if rest else None
        return self.known.deed_of(noun) if noun else None

    def _subject_deed(self, end: int) -> str | None:
        """What the subject of a verb tells: 文艺晚会 | 吸引观众."""
        noun = bare_noun(self.text[self.clause.start : end], self.known)
        return self.known.deed_of(noun) if noun else None

    def _verb_left(self, start: int, end: int) -> Word | None:
        """The last verb between two places; 开展 stands for 开展督查, 解答 for 解答群众咨询."""
        verbs = [w for w in self.words if start <= w.start and w.end <= end and w.kind != "cut"]
        if not verbs:
            return None
        last = verbs[-1]
        alone = self._before_links(last.end, end) <= last.end
        if last.kind != "verb" or not alone or last.text not in self.known.nominal:
            return last
        light = next((w for w in reversed(verbs[:-1]) if w.kind == "light"), None)
        if light is not None:
            return light
        earlier = verbs[-2] if len(verbs) > 1 else last
        made = earlier.end < last.start or earlier.text in self.known.makers
        return earlier if earlier.kind == "verb" and made else last

    def _left(
        self, start: int, end: int, verb: Word | None, *, percent: bool
    ) -> tuple[str | None, str | None]:
        """The noun between the verb and the amount, and the change it underwent (增长, 下降)."""
        text = self.text[start:end].rstrip("了 ")
        change = self.known.changes.of(text)
        inside = [w for w in self.words if start <= w.start and w.end <= end]
        stops = [w.end for w in inside if self._cuts(w, verb, percent)]
        stops += [d[1] for d in self.dates if start <= d[0] and d[1] <= end]
        if change:
            limit = start + len(text) - len(change)
            stops = [w.end for w in inside if w.end <= limit and self._cuts(w, None, True)]
            stops += [d[1] for d in self.dates if start <= d[0] and d[1] <= limit]
            noun = bare_noun(self.text[max([start, *stops]) : limit], self.known)
            if noun is not None or change != "完成":
                return noun, change
            stops = [w.end for w in inside if self._cuts(w, verb, percent)]
        last = self._before_links(verb.end if verb else start, end)
        begin = max([start, *(stop for stop in stops if stop <= last)])
        noun = bare_noun(self.text[begin:last], self.known)
        if noun is None and verb is not None and verb.kind == "audience":
            noun = bare_noun(self.text[self._begin(start, verb) : verb.start], self.known)
            noun = noun if noun and not self.known.deed_of(noun) else None
        return noun, None

    def _before_links(self, start: int, end: int) -> int:
        """Where the words between an object and its number begin: 办复率 | 均为100%."""
        while link := self.known.links.of(self.text, start, end):
            end -= len(link)
        return end

    def _begin(self, start: int, verb: Word) -> int:
        return max(
            [start, *(w.end for w in self.words if start <= w.start and w.end <= verb.start)]
        )

    def _cuts(self, word: Word, verb: Word | None, percent: bool) -> bool:
        """Whether a word ends what is no part of the object: all but the verb-nouns of a light verb.

        A rate is a noun of verbs: 城镇登记失业率.
        """
        if percent and word.text in self.known.nominal:
            return False
        return word.kind == "cut" or verb is None or word.start <= verb.start

    def _right(self, index: int, amount: Amount) -> tuple[str | None, int, list[Word]]:
        """The noun after an amount, where it ends, and the verbs from there to the clause's end."""
        limit = self.clause.end
        if index + 1 < len(self.amounts):
            limit = self.amounts[index + 1].start
        stop = _STOP_RIGHT.search(self.text, amount.end, limit)
        end = stop.start() if stop else limit
        following = [w for w in self.words if w.start >= amount.end]
        rest = [w for w in following if w.kind != "cut"]
        first = next((w for w in following if w.end <= end), None)
        persons = (amount.unit or "") in self.known.persons
        if first is not None and (persons or not self._is_last_noun(first, end)):
            end = first.start
        return right_noun(self.text[amount.end : end], self.known, money=amount.money), end, rest

    def _is_last_noun(self, word: Word, end: int) -> bool:
        """Whether a verb ends the stretch as a noun does: 12场 | 政策宣讲."""
        return word.text in self.known.nominal and word.end == end

    def _who(self, noun: str | None, amount: Amount, start: int, verb: Word | None) -> str | None:
        """Persons are counted, not what they came for: 群众咨询300人次 is 群众, 培训60人 no one.

        They may stand before the verb: 为牧民体检960人次, 引导群众参加培训630人次.
        """
        if (amount.unit or "") not in self.known.persons:
            return noun
        if noun is not None and not noun.endswith(self.known.events):
            return noun
        who = next(
            (noun.removesuffix(e) for e in self.known.events if noun and noun.endswith(e)), ""
        )
        if who.endswith(self.known.people):
            return who
        if verb is None or verb.start < start:
            return None
        before = _FOR.split(self.text[start : verb.start])[-1]
        found = list(self.known.crowd.finditer(before))
        if not found or len(found[-1].string) - found[-1].end() > 4 or _FOR_WHOM.search(before):
            return None
        return (
            bare_noun(before[: found[-1].end()], self.known) if self._is_for(start, verb) else None
        )

    def _is_for(self, start: int, verb: Word) -> bool:
        """Whether the text before a verb names whom it is done for, by 为 or a verb that leads them."""
        text = self.text[start : verb.start]
        return _FOR.search(text) is not None or any(
            w.kind == "light" and start <= w.start < verb.start for w in self.words
        )


def _is_percent(amount: Amount) -> bool:
    return amount.unit in ("%", "‰", "个百分点", "百分点")


def _for_money(deed: str, noun: str | None) -> str:
    """Money is put in, whatever is done with it: 将经费50万元列入预算, 解决资金65万元."""
    if deed in ("name", "meet", "train", "hold", "issue", "inspect"):
        return "fund"
    spent = noun is not None and noun.endswith(("资金", "经费", "投资"))
    return "fund" if spent and deed in ("serve", "build") else deed


def _same_kind(one: Amount, other: Amount, known: Words) -> bool:
    """Whether two amounts side by side count the same things: 群众45户160人."""
    both = [(amount.unit or "") in known.persons for amount in (one, other)]
    return all(both) or not any(both)
