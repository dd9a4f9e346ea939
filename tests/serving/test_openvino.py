"""The other engine: an int8 graph as plain products, and the same answers by OpenVINO."""

import sys
from pathlib import Path

import numpy as np
import pytest

from huibao.errors import BundleError, MissingExtraError
from huibao.inference.float_graph import float_graph
from huibao.inference.onnx import INPUTS, OUTPUTS, OnnxModel
from huibao.inference.openvino import OpenvinoModel
from huibao.inference.scores import WindowScores, softmax
from huibao.inference.windows import Window
from huibao.reader import load_reader
from huibao.resources import resource_folder
from huibao.text.files import read_page
from huibao.text.segmentation import split_reports

REPORT = """云溪县2023年民族工作总结
一、主要做法
县民宗局投入20万元，在3个乡镇举办培训班5期，培训干部210人次。
二、存在的问题
经费不足，有的村重视不够。
"""


@pytest.fixture(scope="module")
def graph() -> Path:
    """The int8 graph that is shipped."""
    return resource_folder("models") / "huibao-small" / "model.onnx"


@pytest.fixture(scope="module")
def windows() -> list[Window]:
    return load_reader("huibao-small").windows(split_reports(read_page(REPORT, "a")).reports)


def furthest(one: list[WindowScores], other: list[WindowScores]) -> float:
    """The largest difference of a role's probability."""
    pairs = zip(one, other, strict=True)
    return max(float(np.abs(softmax(a.role) - softmax(b.role)).max()) for a, b in pairs)


def test_an_int8_graph_has_no_int8_product_left(graph: Path) -> None:
    onnx = pytest.importorskip("onnx")
    model = onnx.load_model_from_string(float_graph(graph))
    onnx.checker.check_model(model)
    kinds = {node.op_type for node in model.graph.node}
    assert "MatMul" in kinds
    assert not kinds & {"MatMulInteger", "DynamicQuantizeLinear"}


def test_float_products_give_what_int8_ones_give_but_for_rounding(graph: Path, windows) -> None:
    pytest.importorskip("onnx")
    import onnxruntime

    session = onnxruntime.InferenceSession(float_graph(graph), providers=["CPUExecutionProvider"])
    found = []
    for window in windows:
        rows = (window.ids, window.segments)
        feed = {name: np.array([row]) for name, row in zip(INPUTS, rows, strict=True)}
        role, category, tags = session.run(OUTPUTS, feed)
        found.append(WindowScores(role[0], category[0], tags[0]))
    assert furthest(found, OnnxModel(graph, threads=1).score(windows)) < 0.05


def test_a_graph_without_int8_products_stays_as_it_is(bundle_folder: Path) -> None:
    onnx = pytest.importorskip("onnx")
    path = bundle_folder / "model.onnx"
    assert onnx.load_model_from_string(float_graph(path)) == onnx.load(path)


def test_a_file_that_is_no_graph_is_refused(tmp_path: Path) -> None:
    pytest.importorskip("onnx")
    (tmp_path / "model.onnx").write_bytes(b"no graph")
    with pytest.raises(BundleError, match="cannot be opened"):
        float_graph(tmp_path / "model.onnx")


def test_without_its_packages_the_engine_names_the_command(graph: Path, monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "openvino", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'huibao\[openvino\]'"):
        OpenvinoModel(graph)


@pytest.mark.parametrize(("precision", "most"), [("f32", 0.05), ("bf16", 0.1)])
def test_openvino_agrees_with_onnxruntime(graph: Path, windows, precision, most) -> None:
    pytest.importorskip("openvino")
    model = OpenvinoModel(graph, precision=precision, threads=2)
    by_onnx = OnnxModel(graph, threads=1).score(windows)
    assert furthest(model.score(windows), by_onnx) < most
    for one, other in zip(model.score(windows), map(model.score_one, windows), strict=True):
        assert (one.role == other.role).all()
        assert (one.tags == other.tags).all()
