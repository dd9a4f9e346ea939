"""The linear baseline: TF-IDF of characters and logistic regression, trained on the same rows."""

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold, cross_val_predict
from sklearn.multiclass import OneVsRestClassifier

from huibao.annotation import Tag
from huibao.inference.windows import Context, context_of
from huibao.labels import LabelSets
from huibao.report import Report
from huibao_training.baselines import BlockReader
from huibao_training.examples import Example

_CUTS = np.round(np.arange(0.1, 0.61, 0.02), 2)
_FOLDS = 3
_LEAST = 2  # rows that a run of characters must stand in

Floats = npt.NDArray[np.float64]


class Features:
    """Weights of runs of one to three characters in a block and in its heading path, and its place."""

    def __init__(self, rows: Sequence[Example]) -> None:
        """Learns which runs there are."""
        grams = {"analyzer": "char", "ngram_range": (1, 3), "sublinear_tf": True}
        self._text = TfidfVectorizer(**grams, min_df=_LEAST)
        self._path = TfidfVectorizer(**grams, min_df=_LEAST)
        self._place = CountVectorizer(binary=True, token_pattern=r"\S+")
        self._text.fit(row.text for row in rows)
        self._path.fit(_path(row.context) for row in rows)
        self._place.fit(_place(row.context) for row in rows)

    def of(self, texts: Iterable[str], contexts: Sequence[Context]) -> csr_matrix:
        """One row a block."""
        parts = (
            self._text.transform(texts),
            self._path.transform(map(_path, contexts)),
            self._place.transform(map(_place, contexts)),
        )
        return hstack(parts, format="csr")


class LinearModel:
    """Roles and categories by logistic regression."""

    def __init__(self, rows: Sequence[Example], categories: Sequence[str]) -> None:
        """Fits both on training rows; the common threshold of categories is fitted out of fold.

        A category that some row leaves open is not learned: a missing answer is no "no".
        """
        self._features = Features(rows)
        with_role = [row for row in rows if row.role]
        self._role = _classifier()
        self._role.fit(self._matrix(with_role), [row.role for row in with_role])
        counted = [
            row for row in rows if row.kind in ("paragraph", "item") and row.categories is not None
        ]
        given = {label for row in counted for label in row.categories or ()}
        open_ones = {label for row in counted for label in row.unjudged}
        self._categories = [label for label in categories if label in given - open_ones]
        told = _told(counted, self._categories)
        self._category, matrix = _classifier(), self._matrix(counted)
        self._cut = _common_cut(self._category, matrix, told, [row.group for row in counted])
        self._category.fit(matrix, told)

    def roles(self, report: Report) -> list[Tag]:
        """The likeliest role of each block."""
        chances: Floats = self._role.predict_proba(self._report(report))
        names = self._role.classes_
        return [Tag(str(names[row.argmax()]), round(float(row.max()), 4)) for row in chances]

    def categories(self, report: Report) -> list[tuple[Tag, ...]]:
        """The categories of each block that reach the threshold."""
        chances: Floats = self._category.predict_proba(self._report(report))
        return [
            tuple(
                Tag(label, round(float(chance), 4))
                for label, chance in zip(self._categories, row, strict=True)
                if chance >= self._cut
            )
            for row in chances
        ]

    def _matrix(self, rows: Sequence[Example]) -> csr_matrix:
        return self._features.of((row.text for row in rows), [row.context for row in rows])

    def _report(self, report: Report) -> csr_matrix:
        contexts = [context_of(report, block) for block in report.blocks]
        return self._features.of((block.text for block in report.blocks), contexts)


def linear_reader(labels: LabelSets, rows: Sequence[Example]) -> BlockReader:
    """Roles and categories by a linear model of training rows, entities by rule."""
    model = LinearModel(rows, labels.categories.ids)
    return BlockReader("TF-IDF", labels, model.roles, model.categories)


def _common_cut(
    classifier: OneVsRestClassifier,
    matrix: csr_matrix,
    told: npt.NDArray[np.bool_],
    groups: Sequence[str],
) -> float:
    """The threshold with the best micro F1 on rows whose report the classifier has not seen."""
    folds = list(GroupKFold(_FOLDS).split(matrix, told, groups))
    chances = cross_val_predict(classifier, matrix, told, cv=folds, method="predict_proba")
    return max(map(float, _CUTS), key=lambda cut: _f1(chances >= cut, told))


def _told(rows: Sequence[Example], labels: Sequence[str]) -> npt.NDArray[np.bool_]:
    """Which categories each row has; shape (rows, categories)."""
    return np.array([[label in (row.categories or ()) for label in labels] for row in rows])


def _classifier() -> OneVsRestClassifier:
    # The dual problem has a variable a row, not one a run of characters: thirty times as fast here.
    one = LogisticRegression(C=10.0, solver="liblinear", dual=True, max_iter=1000, random_state=0)
    return OneVsRestClassifier(one)


def _path(context: Context) -> str:
    return "\n".join(context.path)


def _place(context: Context) -> str:
    return f"kind={context.kind} decile={context.decile}"


def _f1(said: npt.NDArray[np.bool_], truth: npt.NDArray[np.bool_]) -> float:
    return float(2 * (said & truth).sum() / max(1, said.sum() + truth.sum()))
