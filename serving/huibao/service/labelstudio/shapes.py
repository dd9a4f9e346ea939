"""What Label Studio sends to a model and expects back; it sends much more, which is passed over."""

from typing import Any, Literal

from pydantic import ConfigDict, Field

from huibao.service.schemas import Sendable, Text, Whole


class _Sent(Sendable):
    model_config = ConfigDict(extra="ignore", frozen=True)


class TaskData(_Sent):
    """The data of a task as our exports have them; other keys are the project's own."""

    text: Text
    exact: Text | None = Field(None, description="The text, where another form of it is shown.")
    path: tuple[Text, ...] = Field((), max_length=16, description="Headings, the outermost first.")


class Task(_Sent):
    """A task; what people said of it is not looked at."""

    data: TaskData


class Setup(_Sent):
    """A project that wants predictions; its access token is never kept."""

    project: str = Field(
        max_length=200, pattern=r"^[\w.-]+$", description="Number and second of its creation."
    )
    schema_: str = Field(alias="schema", description="Its configuration, XML.")


class Predict(_Sent):
    """Tasks to be filled in."""

    tasks: tuple[Task, ...] = Field(max_length=10_000)
    label_config: str = Field(description="The project's configuration, XML.")


class News(_Sent):
    """That something happened in a project."""

    action: str = Field(max_length=100)


class Prediction(Whole):
    """What is filled in; an empty result where a text could not be read."""

    model_version: str
    score: float = Field(ge=0, le=1)
    result: list[dict[str, Any]]


class Predictions(Whole):
    """One prediction a task, in their order."""

    results: list[Prediction]


class Version(Whole):
    """The model with the label sets in force: another name after each change of either."""

    model_version: str


class Versions(Whole):
    """The models there are."""

    versions: list[str]


class Accepted(Whole):
    """How the last set-up of a project ended."""

    project: str
    refused: str | None = Field(description="Why its configuration cannot be served, or null.")


class State(Whole):
    """Alive; Label Studio reads the first two members, people the others."""

    status: Literal["UP"]
    model_class: Literal["Huibao"]
    projects: list[Accepted]
    news: str | None = Field(
        description="When a project last told of new annotations: export and import them."
    )


class Noted(Whole):
    """The news were noted."""

    status: Literal["noted"]
