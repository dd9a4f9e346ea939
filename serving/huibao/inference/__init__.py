"""From blocks to scores: bundles, windows, the ONNX session and decoding."""
