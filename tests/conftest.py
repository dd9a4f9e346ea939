"""What the tests share: the label sets, a small vocabulary, and the one stand-in, a fixed model."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest

from huibao.inference.bundle import Bundle, Decisions, write_bundle
from huibao.inference.scores import WindowScores
from huibao.inference.tagging import tags_of
from huibao.inference.vocabulary import SPECIAL, Vocabulary
from huibao.inference.windows import Window, WindowShape
from huibao.label_files import load_label_sets
from huibao.labels import LabelSets

SIGNS = "".join(map(chr, range(0x21, 0x7F))) + "，。：；、（）《》“”〔〕％" + "".join(
    map(chr, range(0x4E00, 0x9FA6))
)  # fmt: skip
TOLD_ROLES = {"问": "problems", "题": "problems", "打": "plan", "算": "plan", "获": "results"}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--regenerate", action="store_true", help="write golden files anew")


class FixedModel:
    """A `Model` whose answers are written down: roles, categories and spans by (report, block)."""

    def __init__(
        self,
        bundle: Bundle,
        *,
        roles: Mapping[tuple[int, int], str] | None = None,
        categories: Mapping[tuple[int, int], Sequence[str]] | None = None,
        spans: Mapping[tuple[int, int], Sequence[tuple[str, int, int]]] | None = None,
    ) -> None:
        self.bundle = bundle
        self.roles, self.categories, self.spans = roles or {}, categories or {}, spans or {}
        self.windows: list[Window] = []

    def score(self, windows: Sequence[Window]) -> list[WindowScores]:
        """The written answers as logits; `work_done` and no entity where nothing is written."""
        self.windows = list(windows)
        return [self._score(window) for window in windows]

    def _score(self, window: Window) -> WindowScores:
        place = (window.report, window.block)
        role = np.zeros(len(self.bundle.roles), dtype=np.float32)
        role[self.bundle.roles.index(self.roles.get(place, "work_done"))] = 6.0
        category = np.full(len(self.bundle.categories), -6.0, dtype=np.float32)
        for label in self.categories.get(place, ()):
            category[self.bundle.categories.index(label)] = 3.0
        names = tags_of(self.bundle.types)
        tags = np.zeros((len(window.starts), len(names)), dtype=np.float32)
        tags[:, 0] = 4.0
        for kind, start, end in self.spans.get(place, ()):
            inside = [i for i, at in enumerate(window.starts) if start <= at < end]
            for i in inside:
                first, last = i == inside[0], i == inside[-1]
                sign = "S" if first and last else "B" if first else "E" if last else "I"
                tags[i, names.index(f"{sign}-{kind}")] = 12.0
        return WindowScores(role, category, tags)


@pytest.fixture(scope="session")
def label_sets() -> LabelSets:
    """The label sets of this checkout."""
    return load_label_sets()


@pytest.fixture(scope="session")
def vocabulary() -> Vocabulary:
    """ASCII, punctuation and every common Chinese character."""
    return Vocabulary((*SPECIAL, *SIGNS))


@pytest.fixture(scope="session")
def bundle(label_sets: LabelSets, vocabulary: Vocabulary) -> Bundle:
    """A bundle for this checkout's label sets whose windows are short."""
    return Bundle(
        name="stand-in",
        version="0",
        labels=label_sets.fingerprint,
        roles=label_sets.roles.ids,
        categories=label_sets.categories.ids,
        types=label_sets.entities.ids,
        window=WindowShape(size=64, overlap=12, path=16),
        decisions=Decisions(),
        vocabulary=vocabulary,
        card={"made": "by the tests"},
    )


@pytest.fixture(scope="session")
def fixed_model() -> type[FixedModel]:
    """The class of the stand-in, for tests that write down its answers."""
    return FixedModel


@pytest.fixture(scope="session")
def bundle_folder(bundle: Bundle, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bundle on disk whose graph reads roles off single characters and calls each 县 a place."""
    folder = tmp_path_factory.mktemp("bundle")
    write_bundle(bundle, folder)
    _write_graph(bundle, folder / "model.onnx")
    return folder


@pytest.fixture
def report_file(tmp_path: Path) -> Callable[..., Path]:
    """Writes a report of a few blocks and returns its path."""

    def written(name: str = "report.txt", text: str = SHORT_REPORT) -> Path:
        path = tmp_path / name
        path.write_text(text, "utf-8")
        return path

    return written


SHORT_REPORT = """云溪县2023年民族工作总结
一、主要做法
投入20万元，举办培训班5期。
二、存在的问题
经费不足，有的村重视不够。
三、下一步打算
2024年6月底前完成xx万元的采购。
云溪县民族宗教事务局
2023年12月20日
"""


def _write_graph(bundle: Bundle, path: Path) -> None:
    """Sums a table of numbers over the tokens; the block's own tokens count twice."""
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    size, tags = len(bundle.vocabulary), tags_of(bundle.types)
    role = np.zeros((size, len(bundle.roles)), dtype=np.float32)
    for sign, label in TOLD_ROLES.items():
        role[bundle.vocabulary.id_of(sign), bundle.roles.index(label)] = 3.0
    category = np.full((size, len(bundle.categories)), -0.2, dtype=np.float32)
    category[bundle.vocabulary.id_of("训"), bundle.categories.index("cadre_study")] = 20.0
    tag = np.zeros((size, len(tags)), dtype=np.float32)
    tag[:, 0] = 5.0
    tag[bundle.vocabulary.id_of("县"), tags.index("S-LOC")] = 15.0
    tables = {"role_table": role, "category_table": category, "tag_table": tag}
    constants = [numpy_helper.from_array(table, name) for name, table in tables.items()]
    constants += [numpy_helper.from_array(np.array(1, dtype=np.float32), "one")]
    constants += [numpy_helper.from_array(np.array([2], dtype=np.int64), "last")]
    constants += [numpy_helper.from_array(np.array([1], dtype=np.int64), "tokens")]
    node = helper.make_node
    nodes = [
        node("Cast", ["token_type_ids"], ["own"], to=TensorProto.FLOAT),
        node("Add", ["own", "one"], ["weight"]),
        node("Unsqueeze", ["weight", "last"], ["weights"]),
        node("Gather", ["tag_table", "input_ids"], ["tags"]),
    ]
    for name in ("role", "category"):
        nodes += [
            node("Gather", [f"{name}_table", "input_ids"], [f"{name}_rows"]),
            node("Mul", [f"{name}_rows", "weights"], [f"{name}_weighted"]),
            node("ReduceSum", [f"{name}_weighted", "tokens"], [name], keepdims=0),
        ]
    value = helper.make_tensor_value_info
    inputs = [
        value(name, TensorProto.INT64, ["batch", "tokens"])
        for name in ("input_ids", "token_type_ids")
    ]
    outputs = [
        value("role", TensorProto.FLOAT, ["batch", len(bundle.roles)]),
        value("category", TensorProto.FLOAT, ["batch", len(bundle.categories)]),
        value("tags", TensorProto.FLOAT, ["batch", "tokens", len(tags)]),
    ]
    graph = helper.make_graph(nodes, "stand_in", inputs, outputs, constants)
    opset = helper.make_opsetid("", 17)
    onnx.save(helper.make_model(graph, opset_imports=[opset], ir_version=8), path)
