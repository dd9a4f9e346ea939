"""What a batch keeps of a report beside its JSON: facts, flags, evidence and a sketch."""

import json

import numpy as np
import pytest

from huibao.batch.findings import KEYS, Findings, evidence_under, sketch_from, sketch_text
from huibao.jsonl import dumped, page_from_json, page_json
from huibao.label_files import load_indicator_profiles
from huibao.reader import Reader

REPORT = (
    "云溪县2023年民族工作总结\n一、主要做法\n召开民族工作会议3次，投入20万元，另投入xx万元。\n"
    "二、存在的问题\n经费不足，干部对民族政策学习不够，有的村多年没有开过会，宣传也少。\n"
)


@pytest.fixture
def findings(label_sets) -> Findings:
    return Findings(label_sets, load_indicator_profiles().values())


@pytest.fixture
def page(label_sets, bundle, fixed_model):
    return Reader(bundle, fixed_model(bundle), label_sets).read(REPORT, name="a.txt")


def test_every_report_has_the_four_keys_and_all_of_its_public_ones(findings: Findings, page):
    public = page_json(page)
    (before,), (after,) = public["reports"], findings.added(public, page)["reports"]
    assert {key: value for key, value in after.items() if key not in KEYS} == before
    assert list(after)[-4:] == list(KEYS)
    assert list(before) == list(page_json(page)["reports"][0])


def test_facts_have_numbers_and_masked_ones_none(findings: Findings, page):
    (report,) = findings.added(page_json(page), page)["reports"]
    told = [(fact["verb_class"], fact["value"], fact["masked"]) for fact in report["facts"]]
    assert told == [("meet", "3", False), ("fund", "200000", False), ("fund", None, True)]


def test_each_profile_has_its_evidence(findings: Findings, page):
    (report,) = findings.added(page_json(page), page)["reports"]
    assert [one["profile"] for one in report["evidence"]] == list(load_indicator_profiles())
    assert evidence_under(report, "national_2023_level1") in report["evidence"]
    assert evidence_under(report, "of_another_run") is None


def test_a_line_with_findings_is_read_back_as_the_same_page(findings: Findings, page):
    line = dumped(findings.added(page_json(page), page))
    assert page_json(page_from_json(json.loads(line))) == page_json(page)


def test_a_sketch_survives_being_told_as_text(findings: Findings, page):
    (report,) = findings.added(page_json(page), page)["reports"]
    sketch = sketch_from(report["sketch"])
    assert sketch is not None
    assert (sketch.shape, sketch.dtype) == ((128,), np.uint32)
    assert sketch_text(sketch) == report["sketch"]
    assert sketch_from(None) is None


def test_a_text_too_short_to_compare_has_no_sketch(findings, label_sets, bundle, fixed_model):
    short = Reader(bundle, fixed_model(bundle), label_sets).read("工作总结\n完成。\n", name="b")
    assert findings.report_json(short.annotations[0], short.source)["sketch"] is None
