"""Changes of the structure of label sets: their history, what is refused, apply and undo."""

from huibao.label_changes.applying import apply_change, mend_folder, undo_change
from huibao.label_changes.change import Change, Proposal, proposal_of, read_proposal
from huibao.label_changes.checking import history_faults
from huibao.label_changes.history import History, load_history
from huibao.label_changes.planning import PlannedChange, planned_change, planned_undo
from huibao.label_changes.score_folding import (
    ScoreFold,
    labels_meant,
    score_fold,
    sets_with_categories,
)
from huibao.label_changes.steps import Step, steps_between

__all__ = [
    "Change",
    "History",
    "PlannedChange",
    "Proposal",
    "ScoreFold",
    "Step",
    "apply_change",
    "history_faults",
    "labels_meant",
    "load_history",
    "mend_folder",
    "planned_change",
    "planned_undo",
    "proposal_of",
    "read_proposal",
    "score_fold",
    "sets_with_categories",
    "steps_between",
    "undo_change",
]
