"""Changes of the structure of label sets: their history, what is refused, apply and undo."""

from huibao.label_changes.applying import apply_change, undo_change
from huibao.label_changes.change import Change, Proposal, proposal_of, read_proposal
from huibao.label_changes.checking import history_faults
from huibao.label_changes.history import History, load_history
from huibao.label_changes.planning import planned_change
from huibao.label_changes.steps import Step, steps_between

__all__ = [
    "Change",
    "History",
    "Proposal",
    "Step",
    "apply_change",
    "history_faults",
    "load_history",
    "planned_change",
    "proposal_of",
    "read_proposal",
    "steps_between",
    "undo_change",
]
