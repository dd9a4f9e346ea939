"""The model card of a bundle: written from the numbers in its `bundle.json`, nothing by hand."""

from collections.abc import Iterator, Mapping
from typing import Any

from huibao.inference.bundle import Bundle

_SOURCES = {
    "written": "reports written for this project (`labels/reports`, train part)",
    "gold": "blocks that people decided on, and the written corpus (`huibao labels build`)",
    "real": "annotated paragraphs of real government work reports (official documents)",
    "pd98": "PFR People's Daily, January 1998 (published free on the web, no licence text)",
    "msra": "MSRA entity corpus (no stated licence)",
    "cluener": "CLUENER 2020 (no stated licence)",
    "cail2021": "CAIL 2021 information extraction (no stated licence)",
}


def card_text(bundle: Bundle) -> str:
    """The card as Markdown; the same bundle gives the same text."""
    return "\n".join(_lines(bundle)) + "\n"


def _lines(bundle: Bundle) -> Iterator[str]:
    card = bundle.card
    yield from (
        "---",
        "language: zh",
        "license: mit",
        "library_name: onnxruntime",
        "tags: [token-classification, text-classification, chinese, government-reports]",
        f"model_name: {bundle.name}",
        "---",
        "",
        f"# {bundle.name} {bundle.version}",
        "",
        "One Chinese encoder of the BERT family with three heads: section role, activity categories, entity tags.",
        f"Label sets {_label_sets(bundle)}, graph in {card['precision']}, windows of "
        f"{bundle.window.size} tokens. Written by `python -m huibao_training export`.",
        "",
        "**For** labelling Chinese official work reports, with a person reading the result. **Not for**"
        " judging units or persons, for scores of an assessment, or for text of other kinds.",
        "",
        "## Training data",
        "",
        "| rows | source |",
        "|---|---|",
    )
    for name, count in card["rows"].items():
        yield f"| {count:,} | {_SOURCES.get(name, name)} |"
    yield from _start(card.get("encoder"), "bundle" if card.get("teacher") else "checkpoint")
    yield from _teacher(card.get("teacher"))
    yield from _pretraining(card.get("pretraining"))
    yield from ("", "## Figures", "")
    if card.get("released"):
        yield "Released scorer, eight real reports whose labels were never trained on:"
        yield from ("", "| figure | huibao | rules only |", "|---|---|---|")
        rules = card.get("released_rules", {})
        for name, value in card["released"].items():
            yield f"| {name} | {value:.3f} | {rules.get(name, 0.0):.3f} |"
        yield ""
    if card.get("written_test"):
        yield from _written_test(card["written_test"])
    yield from _checks(card)
    yield from _LIMITS


def _label_sets(bundle: Bundle) -> str:
    """Fingerprint and version; a bundle made before the version was noted has its fingerprint only."""
    version = bundle.card.get("label_version")
    return f"`{bundle.labels}`" + ("" if version is None else f" (version {version})")


def _teacher(teacher: Mapping[str, Any] | None) -> Iterator[str]:
    if teacher:
        rows = ", ".join(f"{count:,} {name}" for name, count in teacher["rows"].items())
        yield from (
            "",
            f"That bundle knew the label sets `{teacher['labels']}` and had learned from {rows}. Its "
            "outputs and thresholds were taken over for the labels that stayed or came out of others; "
            "nothing was calibrated anew.",
        )


def _start(encoder: Mapping[str, Any] | None, kind: str) -> Iterator[str]:
    if encoder:
        yield from (
            "",
            f"Fine-tuned from the {kind} `{encoder['name']}` ({encoder['type']}, "
            f"{encoder['layers']} layers of {encoder['hidden']}, `{encoder['fingerprint']}`).",
        )


def _pretraining(run: Mapping[str, Any] | None) -> Iterator[str]:
    if not run:
        return
    shape, legs = run["shape"], run.get("legs") or [run]
    tokens, seconds = (sum(leg[name] for leg in legs) for name in ("tokens", "seconds"))
    yield from (
        "",
        f"The encoder ({shape['layers']} layers of {shape['hidden']}) saw {tokens / 1e6:.1f} M "
        f"tokens of official Chinese in {seconds / 60:.0f} minutes on a CPU, laws, policy "
        "documents, work reports and press text in official register (news transcripts included); "
        f"{_guesser(run)} guesses {run['held_out']:.1%} of hidden tokens of held-out documents at 15 % "
        "masking.",
    )
    for note in run.get("notes", ()):
        yield from ("", note)


def _guesser(run: Mapping[str, Any]) -> str:
    """Who guessed: an encoder that finds replaced tokens guesses none itself."""
    replaced = run.get("objective") == "replaced"
    return "in the last leg, the small generator whose tokens it had to find" if replaced else "it"


def _written_test(found: Mapping[str, Any]) -> Iterator[str]:
    yield f"Own evaluator, {found['reports']} written reports of the test part (95 % bootstrap by report):"
    yield from ("", "| figure | value | interval |", "|---|---|---|")
    for name, (value, low, high) in found["figures"].items():
        yield f"| {name} | {value:.3f} | {low:.3f} to {high:.3f} |"
    yield from _kinds(found.get("strata", {}))
    yield from _reliability(found.get("reliability", {}))
    for axis in ("role", "category", "entity"):
        yield from ("", f"| {axis} | P | R | F1 | n |", "|---|---|---|---|---|")
        for label, row in found["labels"][axis].items():
            yield f"| {label} | {row['p']:.3f} | {row['r']:.3f} | {row['f1']:.3f} | {row['n']} |"
    yield ""


def _kinds(strata: Mapping[str, Any]) -> Iterator[str]:
    """Which reports the figures are better or worse for; headings hidden = the same without them."""
    if not strata:
        return
    names = list(next(iter(strata.values()))["figures"])
    yield from ("", f"| reports that are | reports | blocks | {' | '.join(names)} |")
    yield "|---|---|---|" + "---|" * len(names)
    for kind, row in strata.items():
        cells = (
            f"{value:.3f} ({low:.2f} to {high:.2f})" for value, low, high in row["figures"].values()
        )
        yield f"| {kind} | {row['reports']} | {row['blocks']} | {' | '.join(cells)} |"


def _reliability(found: Mapping[str, Any]) -> Iterator[str]:
    if not found:
        return
    shares = list(next(iter(found.values()))["risk"])
    heads = " | ".join(f"wrong of the surest {share}" for share in shares)
    yield from ("", f"| answers | calibration error | {heads} |")
    yield "|---|---|" + "---|" * len(shares)
    for axis, row in found.items():
        risks = " | ".join(f"{risk:.3f}" for risk in row["risk"].values())
        yield f"| {axis} ({row['n']}) | {row['ece']:.3f} | {risks} |"


def _checks(card: Mapping[str, Any]) -> Iterator[str]:
    errors = card["calibration"]
    yield from ("## Checks", "")
    if errors:
        yield (
            f"- Calibration error of roles {errors['role_ece_before']:.3f} before and "
            f"{errors['role_ece_after']:.3f} after, of categories {errors['category_ece_before']:.3f} "
            f"and {errors['category_ece_after']:.3f} (out-of-fold, split by report)."
        )
    yield f"- torch and ONNX in fp32 differ by at most {card['parity_fp32']['largest']:.1e} in a logit."
    dev = card["written_dev"]
    for name in ("role accuracy", "category micro F1", "entity strict micro F1"):
        yield f"- {name}, fp32 {dev['fp32'][name]:.4f}, int8 {dev['int8'][name]:.4f} (written dev part)."


_LIMITS = (
    "",
    "## Limits",
    "",
    "- Most of the annotated text was written for training; figures on it are better than on reports",
    "  as they come. Believe the figures on real reports, and their number: eight.",
    "- Real reports among the training data are whole-government work reports; county reports on",
    "  ethnic unity were not to be had for training.",
    "- Categories are the least certain label: read them as suggestions.",
    "- Organisations, events and honours are found by the model and miss unusual names.",
)
