"""What a report says was done, as countable facts: verb, object, number, unit, status."""

from huibao.facts.extraction import facts_of
from huibao.facts.fact import Fact, PartSumFault, facts_json, part_sum_faults

__all__ = ["Fact", "PartSumFault", "facts_json", "facts_of", "part_sum_faults"]
