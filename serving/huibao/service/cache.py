"""Answers that are kept a while, so that the downloads of a page do not run the model again."""

import itertools
import threading
import weakref
import zlib
from collections import OrderedDict
from dataclasses import dataclass

from huibao.annotation import PageAnnotation
from huibao.jsonl import decoded, encoded, page_from_json, page_json
from huibao.reader import Reader

_LEAST = 1000  # characters that a page counts as, however short: its JSON has a frame too

Key = tuple[int, str, str, str | None, bool]


@dataclass(frozen=True, slots=True)
class _Kept:
    packed: bytes
    characters: int
    windows: int


class AnswerCache:
    """The answered pages used last, up to so many characters; any thread may ask.

    A page is kept as its packed public JSON: with its origins, one integer a character, it would
    take forty times as much memory.
    """

    def __init__(self, characters: int) -> None:
        """Keeps pages of `characters` code points in all; 0 keeps none."""
        self._most = characters
        self._size = 0
        self._pages: OrderedDict[Key, _Kept] = OrderedDict()
        self._lock = threading.Lock()
        self._numbers: weakref.WeakKeyDictionary[Reader, int] = weakref.WeakKeyDictionary()
        self._count = itertools.count()

    def key(
        self, reader: Reader, sha256: str, name: str, encoding: str | None, *, is_text: bool
    ) -> Key:
        """What an answer depends on. A bundle loaded anew has another reader, so another key."""
        with self._lock:
            number = self._numbers.get(reader)
            if number is None:
                number = self._numbers[reader] = next(self._count)
        return number, sha256, name, encoding, is_text

    def get(self, key: Key) -> tuple[PageAnnotation, int] | None:
        """The page of a key with its number of windows, None where it is not kept."""
        with self._lock:
            kept = self._pages.get(key)
            if kept is None:
                return None
            self._pages.move_to_end(key)
        return page_from_json(decoded(zlib.decompress(kept.packed))), kept.windows

    def put(self, key: Key, page: PageAnnotation, windows: int) -> None:
        """Keeps a page; the ones not used for longest make room."""
        characters = max(_LEAST, len(page.page.text))
        if characters > self._most:
            return
        packed = zlib.compress(encoded(page_json(page, with_persons=True)), 1)
        with self._lock:
            old = self._pages.pop(key, None)
            self._size -= old.characters if old else 0
            self._pages[key] = _Kept(packed, characters, windows)
            self._size += characters
            while self._size > self._most:
                _, dropped = self._pages.popitem(last=False)
                self._size -= dropped.characters

    def __len__(self) -> int:
        return len(self._pages)
