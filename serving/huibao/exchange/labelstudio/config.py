"""The labelling configuration of a Label Studio project: written from label sets, and checked."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from xml.sax.saxutils import quoteattr

from lxml import etree

from huibao.errors import LabelError
from huibao.exchange.record import ASKED, Stamp
from huibao.labels import Label, LabelSet, LabelSets

TEXT = "text"
_MOST_BYTES = 1_000_000
_HINT_CHARACTERS = 80
_TOLD_CHARACTERS = 100  # of a word that is none of ours
_COLOURS = (
    "#2563eb", "#d97706", "#059669", "#dc2626", "#7c3aed", "#0891b2", "#db2777", "#65a30d",
    "#4f46e5", "#ca8a04", "#0d9488", "#e11d48",
)  # fmt: skip
_OUTER = {"one": "Choices", "many": "Choices", "span": "Labels"}
_INNER = {"Choices": "Choice", "Labels": "Label"}


@dataclass(frozen=True, slots=True)
class Control:
    """One question of a project: its label set, the name of the text it is about, its labels."""

    set: str
    to_name: str
    labels: frozenset[str]


def labelstudio_config(sets: LabelSets, stamp: Stamp) -> str:
    """The XML of a project that asks for the sets of the stamp.

    What people see are our names, what is stored are our ids (`alias`), so that a rename changes
    nothing and nothing depends on how SQLite writes Chinese.
    """
    asked = [part for part in sets if part.id in stamp.sets]
    lines = [
        "<View>",
        f"  <!-- huibao label_set v={stamp.version} fingerprint={stamp.fingerprint} -->",
        "  <Style>.htx-richtext,.lsf-richtext__container{white-space:pre-wrap;line-height:1.9;font-size:17px}</Style>",
        '  <Text name="where" value="$where"/>',
        f'  <Text name="{TEXT}" value="$text" granularity="symbol"/>',
    ]
    for part in asked:
        lines += _control(part)
    return "\n".join([*lines, "</View>", ""])


def own_controls(sets: LabelSets, asked: Collection[str]) -> Mapping[str, Control]:
    """The questions of the configuration that `labelstudio_config` writes."""
    return {
        part.id: Control(part.id, TEXT, frozenset(part.ids)) for part in sets if part.id in asked
    }


def controls_of(schema: str, sets: LabelSets) -> Mapping[str, Control]:
    """The questions of a configuration, by label set.

    Raises:
        LabelError: it is not XML, asks nothing of ours, or stores other words than our ids.
    """
    found: dict[str, Control] = {}
    for element in _root(schema).iter("Choices", "Labels"):
        name = element.get("name", "")[:_TOLD_CHARACTERS]
        part = next((one for one in sets if one.id == name), None)
        if part is None:
            raise LabelError(f"control {name!r} is named like none of {', '.join(ASKED)}")
        if _OUTER[part.kind] != element.tag:
            raise LabelError(f"control {name} must be <{_OUTER[part.kind]}>, not <{element.tag}>")
        labels = frozenset(_alias(inner, part) for inner in element.iter(_INNER[str(element.tag)]))
        found[part.id] = Control(part.id, element.get("toName", ""), labels)
    if not found:
        raise LabelError("the configuration has no control for a label set")
    return found


def _control(part: LabelSet) -> Iterator[str]:
    tag = _OUTER[part.kind]
    inner = _INNER[tag]
    more = {
        "one": ' choice="single-radio" showInline="true" required="true"',
        "many": ' choice="multiple" showInline="true"',
        "span": ' showInline="true"',
    }[part.kind]
    yield f'  <Header value={quoteattr(part.name)} size="5"/>'
    yield f'  <{tag} name="{part.id}" toName="{TEXT}"{more}>'
    for number, label in enumerate(part.labels):
        looks = f' background="{_COLOURS[number % len(_COLOURS)]}"' if inner == "Label" else ""
        yield (
            f"    <{inner} value={quoteattr(label.name)} alias={quoteattr(label.id)}"
            f" hint={quoteattr(_hint(label))}{looks}/>"
        )
    yield f"  </{tag}>"


def _hint(label: Label) -> str:
    first = "".join(label.definition.split())
    return first if len(first) <= _HINT_CHARACTERS else f"{first[: _HINT_CHARACTERS - 1]}…"


def _alias(element: "etree._Element", part: LabelSet) -> str:
    alias = str(element.get("alias") or element.get("value", ""))[:_TOLD_CHARACTERS]
    if alias in part:
        return alias
    reason = "is no label in force"
    if part.knows(alias):
        reason = "is retired: make the configuration anew with `huibao labels labelstudio-config`"
    elif not element.get("alias"):
        reason = "has no alias with one of our ids"
    raise LabelError(f"{part.id}: {alias!r} {reason}")


def _root(schema: str) -> "etree._Element":
    data = schema.encode("utf-8", "replace")
    if len(data) > _MOST_BYTES:
        raise LabelError(f"the configuration has {len(data)} bytes, at most {_MOST_BYTES} are read")
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise LabelError("the configuration declares a document type")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        return etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise LabelError("the configuration is not XML") from error
