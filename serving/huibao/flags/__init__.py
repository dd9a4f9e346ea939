"""Consistency flags: what in a report contradicts itself, is missing or cannot be relied on."""

from huibao.flags.flag import FLAG_IDS, Flag, flags_json
from huibao.flags.report_flags import flags_of

__all__ = ["FLAG_IDS", "Flag", "flags_json", "flags_of"]
