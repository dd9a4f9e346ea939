"""Decisions to and from other annotation tools: Label Studio, doccano, Prodigy, plain JSON lines."""
