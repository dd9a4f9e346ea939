"""Which verb governs an amount, and what the two of them count."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from huibao.facts.clauses import Clause, brackets, clauses, hidden, without_names
from huibao.facts.objects import bare_noun, right_noun
from huibao.facts.words import Word, Words, words

_EXISTENCE = ("有", "共有", "现有", "仅有", "仍有", "还有", "尚有", "只有")
_SHARED = re.compile("[、和及与以\x00 ]*")
_STOP_RIGHT = re.compile("[、\x00]")
_EACH = re.compile("分别(?:为|有|是|达到|达|占|(?P<change>同比增长|增长|下降|提高|增加|减少))?$")
_MEASURE = re.compile("(?:率|度|人口|学生|面积|收入|产量|户数|人数)$")
_AND = re.compile("[、和及与]")
_LABEL = re.compile("(.*?(?:级|族))(.*)")
_NO_DEEDS = ("count", "fund", "other")


@dataclass(frozen=True, slots=True)
class Amount:
    """A sum or quantity of a block's text that wants a verb."""

    start: int
    end: int
    unit: str | None
    money: bool


@dataclass(frozen=True, slots=True)
class Governed:
    """An amount's verb (as written, with its class) and its object."""

    deed: str
    verb: str | None = None
    noun: str | None = None
    own: bool = True  # a verb of its own clause, not one taken from before


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
    out: list[Governed | None] = [None] * len(amounts)
    before: Governed | None = None
    sentence = 0
    for clause in clauses(text, inside):
        mine = [i for i, span in enumerate(spans) if _belongs(clause, span, inside)]
        if clause.sentence != sentence:
            before, sentence = None, clause.sentence
        reader = _ClauseReader(text, inside, clause, [amounts[i] for i in mine], dates)
        for i, found in zip(mine, reader.governed(before), strict=True):
            out[i] = found
            before = found if clause.bracket is None else before
        if not mine and clause.bracket is None:
            before = reader.deed_alone() or before
    return [found or Governed("count") for found in out]


def _belongs(clause: Clause, span: tuple[int, int], inside: Sequence[tuple[int, int]]) -> bool:
    around = next((start for start, end in inside if start < span[0] and span[1] < end), None)
    return clause.start <= span[0] < clause.end and around == clause.bracket


class _ClauseReader:
    """One clause with its amounts."""

    def __init__(
        self,
        text: str,
        inside: Sequence[tuple[int, int]],
        clause: Clause,
        amounts: Sequence[Amount],
        dates: Sequence[tuple[int, int]],
    ) -> None:
        self.known: Words = words()
        self.clause, self.amounts = clause, amounts
        self.text = text if clause.bracket is not None else hidden(text, inside)
        covered = [(a.start, a.end) for a in amounts]
        covered += [d for d in dates if clause.start <= d[0] < clause.end]
        bare = hidden(without_names(self.text), sorted(covered))
        self.words = self.known.found(bare, clause.start, clause.end)
        self.dates = [d for d in dates if clause.start <= d[0] < clause.end]

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
        shared = self._shares()
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
        noun, taken = left, amount.end
        if right and (after_of or not left or verb is None) and not (change or _is_percent(amount)):
            noun, taken = right, end
        touching = last is not None and not self.text[start : amount.start].strip("、和共计 ")
        if touching and last is not None and noun is None:
            noun = last.noun if _same_kind(self.amounts[index - 1], amount, self.known) else None
        noun = self._who(noun, amount)
        if change or _is_percent(amount):
            subject = noun or (last or before or Governed("count")).noun
            counting = verb.text if verb and verb.deed == "count" else None
            return Governed("count", change or counting, subject), taken
        if (verb is None and last is not None and last.own and not rest) or (verb is None and last is not None and last.verb and not self._starts_anew(rest, last)):
            found = self._carried(last, noun, amount)
        else:
            found = self._by_verb(
                verb or (rest[0] if rest else None), noun, amount, rest, last, before
            )
        return replace(found, noun=noun), taken

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
        return earlier if earlier.kind == "verb" and earlier.end < last.start else last

    def _left(
        self, start: int, end: int, verb: Word | None, *, percent: bool
    ) -> tuple[str | None, str | None]:
        """The noun between the verb and the amount, and the change it underwent (增长, 下降)."""
        text = self.text[start:end].rstrip("了 ")
        change = self.known.changes.search(text)
        inside = [w for w in self.words if start <= w.start and w.end <= end]
        stops = [w.end for w in inside if self._cuts(w, verb, percent)]
        stops += [d[1] for d in self.dates if start <= d[0] and d[1] <= end]
        if change:
            limit = start + change.start()
            stops = [stop for stop in stops if stop <= limit]
            noun = bare_noun(self.text[max([start, *stops]) : limit], self.known)
            return noun, change.group()
        last = self._before_links(verb.end if verb else start, end)
        begin = max([start, *(stop for stop in stops if stop <= last)])
        noun = bare_noun(self.text[begin:last], self.known)
        if noun is None and verb is not None and verb.kind == "audience":
            noun = bare_noun(self.text[self._begin(start, verb) : verb.start], self.known)
            noun = noun if noun and not self.known.deed_of(noun) else None
        return noun, None

    def _before_links(self, start: int, end: int) -> int:
        """Where the words between an object and its number begin: 办复率 | 均为100%."""
        while link := self.known.links.search(self.text[start:end]):
            end = start + link.start()
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

    def _who(self, noun: str | None, amount: Amount) -> str | None:
        """Persons are counted, not what they came for: 群众咨询300人次 is 群众, 培训60人 no one."""
        if noun is None or (amount.unit or "") not in self.known.persons:
            return noun
        event = next((one for one in self.known.events if noun.endswith(one)), None)
        if event is None:
            return noun
        who = noun.removesuffix(event)
        return who if who.endswith(self.known.people) else None

    def _shares(self) -> list[Governed] | None:
        """省级、县级示范点分别为3个、5个: each amount has the object of its place."""
        if len(self.amounts) < 2:
            return None
        first = self.amounts[0]
        text = self.text[self.clause.start : first.start]
        each = _EACH.search(text)
        joined = all(
            _SHARED.fullmatch(self.text[one.end : two.start])
            for one, two in zip(self.amounts, self.amounts[1:], strict=False)
        )
        labels = _AND.split(text[: each.start()]) if each else []
        if each is None or not joined or len(labels) != len(self.amounts):
            return None
        offset = self.clause.start
        out, place = [], offset
        rest = _common_tail(labels)
        for label, amount in zip(labels, self.amounts, strict=True):
            stop = place + len(label)
            verbs = [
                w for w in self.words if place <= w.start and w.end <= stop and w.kind != "cut"
            ]
            noun = bare_noun(self.text[verbs[-1].end if verbs else place : stop], self.known)
            if rest and noun and stop < offset + each.start():
                noun += rest
            found = Governed("count", each["change"], own=each["change"] is not None)
            if verbs and not each["change"]:
                deed = self.known.defaults.get(verbs[-1].text, verbs[-1].deed or "hold")
                told = self.known.deed_of(noun) if noun and verbs[-1].kind == "light" else None
                found = Governed(
                    told or self.known.deed(verbs[-1].text, deed, noun), verbs[-1].text
                )
            out.append(replace(found, noun=noun))
            place = stop + 1
        return out


def _common_tail(labels: Sequence[str]) -> str:
    """What all labels share and only the last writes: 国家级、省级 | 示范村, 小学、初中 | 入学率."""
    level = _LABEL.fullmatch(labels[-1])
    if level and level[2] and all(label.endswith(("级", "族")) for label in labels[:-1]):
        return level[2]
    rest = labels[-1][len(labels[-2]) :]
    return rest if len(rest) > 1 and _MEASURE.search(rest) else ""


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
