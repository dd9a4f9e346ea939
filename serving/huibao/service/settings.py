"""Everything about the service that an operator may set, from the environment (`HUIBAO_*`)."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

PREFIX = "HUIBAO_"
_MEBIBYTE = 2**20

# A list in one variable: a,b,c. NoDecode keeps pydantic-settings from expecting JSON there.
Names = Annotated[tuple[str, ...], NoDecode]
Secrets = Annotated[tuple[SecretStr, ...], NoDecode]


class Settings(BaseSettings):
    """The settings of one service, each with its unit; the defaults suit one office on two cores."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_ignore_empty=True,
        extra="forbid",
        frozen=True,
        hide_input_in_errors=True,  # a faulty variable may hold a key
    )

    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: int = Field(8025, ge=0, le=65535, description="Port; 0 takes a free one.")
    workers: int | None = Field(
        None,
        ge=1,
        le=256,
        description="Threads that run the model; unset: the quota of the control group, else the "
        "cores that the process may use.",
    )
    engine: Literal["onnxruntime", "openvino"] = Field(
        "onnxruntime",
        description="What runs the model; openvino needs the extra of that name and pays only on "
        "machines with AMX.",
    )
    precision: Literal["f32", "bf16"] = Field(
        "f32",
        description="Numbers that openvino computes with: bf16 is fast on AMX and shifts "
        "probabilities by up to 0.03; onnxruntime computes with what the bundle holds.",
    )
    queue_tokens: int = Field(
        100_000, ge=1, description="Tokens that may wait for the model, over all requests."
    )
    request_seconds: float = Field(
        60.0, gt=0, le=3600, description="Seconds after which a request is given up."
    )
    body_bytes: int = Field(32 * _MEBIBYTE, ge=1024, description="Largest request body, in bytes.")
    text_characters: int = Field(
        2_000_000, ge=1, le=2_000_000, description="Longest text, in Unicode code points."
    )
    texts: int = Field(256, ge=1, le=10_000, description="Texts in one list request.")
    files: int = Field(16, ge=1, le=1_000, description="Files in one upload.")
    windows: int = Field(
        20_000, ge=1, description="Windows of the model that one request may take."
    )
    read_seconds: float = Field(
        20.0, gt=0, le=600, description="Seconds that reading one file may take."
    )
    read_bytes: int = Field(
        3 * 2**29,
        ge=256 * _MEBIBYTE,
        description="Memory of a process that reads files, in bytes.",
    )
    readers: int = Field(1, ge=1, le=64, description="Processes that read files.")
    ocr: bool = Field(
        False,
        description="Whether scans are recognised (extra `ocr`); give files more seconds then.",
    )
    keys: Secrets = Field(
        (), description="Keys of clients, `name:secret` or `secret`, separated by commas."
    )
    keys_file: Path | None = Field(
        None, description="A file with one key a line, as in `keys`; lines with # are remarks."
    )
    cors_origins: Names = Field(
        (), description="Origins whose pages may call the service, separated by commas."
    )
    bundles: Names = Field(
        ("huibao-small",),
        min_length=1,
        description="Bundles to load, names or folders, separated by commas; the first answers "
        "where a request names none.",
    )
    gazetteer: Path | None = Field(
        None, description="A list of divisions, columns code and name, for the codes of regions."
    )
    review_folder: Path | None = Field(
        None, description="A label folder whose pages people review at /review; unset: no review."
    )
    labelstudio: bool = Field(
        False, description="Whether Label Studio may use the service as a model, at /labelstudio."
    )
    watch_seconds: float = Field(
        0.0, ge=0, description="Seconds between looks for a changed bundle; 0 never looks."
    )
    cache_characters: int = Field(
        2_000_000, ge=0, description="Characters of answered pages that are kept; 0 keeps none."
    )
    drain_seconds: float = Field(
        30.0, ge=0, description="Seconds in which accepted requests are finished at the end."
    )
    log_format: Literal["json", "text"] = Field("json", description="Form of a line of the log.")
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="The least weighty lines that are written."
    )

    @field_validator("keys", "cors_origins", "bundles", mode="before")
    @classmethod
    def _from_commas(cls, given: Any) -> Any:  # noqa: ANN401 (what a caller sets is of any type)
        if isinstance(given, str):
            return tuple(part.strip() for part in given.split(",") if part.strip())
        return given

    @field_validator("engine", "precision", "log_format", "log_level", mode="before")
    @classmethod
    def _in_small_letters(cls, given: Any) -> Any:  # noqa: ANN401
        return given.lower() if isinstance(given, str) else given

    def told(self) -> dict[str, Any]:
        """The settings as they may be printed: of the keys only how many there are."""
        entries = self.model_dump(mode="json", exclude={"keys"})
        return entries | {"keys": f"{len(self.keys)} hidden" if self.keys else "none"}


def unknown_variables(environment: Mapping[str, str] = os.environ) -> tuple[str, ...]:
    """The `HUIBAO_*` variables that no setting reads: most often a slip of the pen."""
    known = {f"{PREFIX}{name}".upper() for name in Settings.model_fields}
    return tuple(
        sorted(
            name
            for name in environment
            if name.upper().startswith(PREFIX) and name.upper() not in known
        )
    )


def unknown_warning(environment: Mapping[str, str] = os.environ) -> str | None:
    """One line that names the unknown variables, None where there are none."""
    unknown = unknown_variables(environment)
    return f"no setting reads {', '.join(unknown)}" if unknown else None
