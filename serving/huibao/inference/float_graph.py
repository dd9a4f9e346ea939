"""An int8 graph back to plain matrix products, for an engine that has no kernel for dynamic int8."""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from huibao.errors import BundleError

if TYPE_CHECKING:
    import onnx


def float_graph(path: Path) -> bytes:
    """The graph of a file with each dynamic int8 product as one of float32.

    The weights are the int8 ones times their scales, so nothing is lost against the file; what is
    no longer rounded are the activations. OpenVINO runs such a graph at its own precision, while
    the int8 one falls apart into a dozen small operations a product and runs four times slower.

    Raises:
        BundleError: the file is no graph, or holds a product that is written otherwise.
    """
    import onnx
    from google.protobuf.message import DecodeError

    try:
        model = onnx.load(path)
    except (OSError, DecodeError) as error:
        raise BundleError(f"model graph {path} cannot be opened: {type(error).__name__}") from error
    _Products(model.graph, path).unfold()
    serialized: bytes = model.SerializeToString()
    return serialized


class _Products:
    """The int8 products of a graph: quantise, multiply, cast, scale."""

    def __init__(self, graph: "onnx.GraphProto", path: Path) -> None:
        self._graph, self._path = graph, path
        self._constants = {value.name: value for value in graph.initializer}
        self._maker = {name: node for node in graph.node for name in node.output}
        self._users: dict[str, list[onnx.NodeProto]] = {}
        for node in graph.node:
            for name in node.input:
                self._users.setdefault(name, []).append(node)

    def unfold(self) -> None:
        """Replaces them all; the graph stays in order, each product where its scaling stood."""
        new: dict[str, onnx.NodeProto] = {}
        gone: set[str] = set()
        for node in self._graph.node:
            if node.op_type == "MatMulInteger":
                scaled, product, dropped = self._product(node)
                new[scaled] = product
                gone.update(dropped)
        nodes = [
            new.get(node.output[0], node)
            for node in self._graph.node
            if node.output[0] not in gone and node.op_type != "DynamicQuantizeLinear"
        ]
        used = {name for node in nodes for name in node.input}
        kept = [value for value in self._graph.initializer if value.name in used]
        del self._graph.node[:], self._graph.initializer[:]
        self._graph.node.extend(nodes)
        self._graph.initializer.extend(kept)

    def _product(self, node: "onnx.NodeProto") -> "tuple[str, onnx.NodeProto, list[str]]":
        """Name of the result, the float product, and the outputs that nobody needs any more."""
        import onnx
        from onnx import numpy_helper

        try:
            (cast,) = self._users[node.output[0]]
            (scaling,) = self._users[cast.output[0]]
            (scales,) = [self._maker[name] for name in scaling.input if name != cast.output[0]]
            (scale,) = [name for name in scales.input if name in self._constants]
            source = self._maker[node.input[0]].input[0]
            weights = self._array(node.input[1]) - self._zero(node)
        except (KeyError, ValueError) as error:
            raise BundleError(
                f"{self._path}: the int8 product {node.name} is not as onnxruntime writes it"
            ) from error
        name = f"{node.input[1]}_float"
        if name not in self._constants:
            tensor = numpy_helper.from_array(weights * self._array(scale), name)
            self._graph.initializer.append(tensor)
            self._constants[name] = tensor
        product = onnx.helper.make_node("MatMul", [source, name], [scaling.output[0]], node.name)
        return scaling.output[0], product, [node.output[0], cast.output[0], scales.output[0]]

    def _array(self, name: str) -> "np.ndarray[tuple[int, ...], np.dtype[np.float32]]":
        from onnx import numpy_helper

        array: np.ndarray[tuple[int, ...], np.dtype[np.float32]]
        array = numpy_helper.to_array(self._constants[name]).astype(np.float32)
        return array

    def _zero(self, node: "onnx.NodeProto") -> "np.ndarray[tuple[int, ...], np.dtype[np.float32]]":
        if len(node.input) < 4 or not node.input[3]:
            return np.zeros((), dtype=np.float32)
        return self._array(node.input[3])
