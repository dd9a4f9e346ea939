"""An amount that wants a verb, and what verb and object it got."""

from msgspec import Struct


class Amount(Struct, frozen=True):
    """A sum or quantity of a block's text that wants a verb."""

    start: int
    end: int
    unit: str | None
    money: bool


class Governed(Struct, frozen=True):
    """An amount's verb (as written, with its class) and its object."""

    deed: str
    verb: str | None = None
    noun: str | None = None
    own: bool = True  # a verb of its own clause, not one taken from before

    def counting(self, noun: str | None) -> "Governed":
        """The same with another object."""
        return Governed(self.deed, self.verb, noun, self.own)
