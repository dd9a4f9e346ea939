"""Reads files in processes of their own, so that a hostile file harms nobody but itself."""

from huibao.reading_process.pool import ReadingProcesses

__all__ = ["ReadingProcesses"]
