"""Reads and checks the files of `labels/`: label sets and indicator profiles."""

from huibao.label_files.faults import check_label_folder
from huibao.label_files.loading import load_indicator_profiles, load_label_sets

__all__ = ["check_label_folder", "load_indicator_profiles", "load_label_sets"]
