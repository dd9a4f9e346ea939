"""The blocks at hand, to find those again that come back from another tool."""

from collections.abc import Iterable

from huibao.errors import LabelError
from huibao.review.blocks import ReviewBlock


class KnownBlocks:
    """Blocks by their place and by their text."""

    def __init__(self, blocks: Iterable[ReviewBlock]) -> None:
        """Takes the blocks."""
        self.texts: dict[str, str] = {}
        self._places: dict[str, list[str]] = {}
        for block in blocks:
            self.texts[block.place] = block.text
            self._places.setdefault(block.text, []).append(block.place)

    def place_of(self, place: str | None, text: str) -> str:
        """Where a text that came back belongs: its own place, else the only block of that text.

        A place of a page that is not at hand is believed.

        Raises:
            LabelError: the block has another text now, or no or several blocks have this text.
        """
        if place is not None and self.texts.get(place, text) == text:
            return place
        places = self._places.get(text, [])
        if len(places) == 1:
            return places[0]
        if place is not None:
            raise LabelError(f"the text of {place} is another one now")
        said = f"{len(places)} blocks have" if places else "no block has"
        raise LabelError(f"{said} the text {text[:20]!r}, and the file names no place")
