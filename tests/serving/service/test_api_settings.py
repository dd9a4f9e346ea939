"""Settings come from the environment, are checked, and hide what is secret."""

import json

import pytest
from pydantic import ValidationError

from huibao.service.settings import Settings, unknown_variables, unknown_warning


def test_the_service_listens_on_this_machine_alone_unless_told_otherwise() -> None:
    settings = Settings()
    assert (settings.host, settings.port) == ("127.0.0.1", 8025)
    assert settings.cors_origins == ()
    assert settings.keys == ()


@pytest.mark.parametrize(
    ("variable", "given", "field", "expected"),
    [
        ("HUIBAO_PORT", "9000", "port", 9000),
        (
            "HUIBAO_BUNDLES",
            "huibao-small, /models/other",
            "bundles",
            ("huibao-small", "/models/other"),
        ),
        ("HUIBAO_CORS_ORIGINS", "https://a.example,", "cors_origins", ("https://a.example",)),
        ("HUIBAO_LOG_LEVEL", "WARNING", "log_level", "warning"),
        ("HUIBAO_WORKERS", "", "workers", None),
        ("huibao_readers", "2", "readers", 2),
    ],
)
def test_variables_set_fields(
    monkeypatch, variable: str, given: str, field: str, expected: object
) -> None:
    monkeypatch.setenv(variable, given)
    assert getattr(Settings(), field) == expected


@pytest.mark.parametrize(
    ("variable", "given"),
    [
        ("HUIBAO_PORT", "70000"),
        ("HUIBAO_REQUEST_SECONDS", "0"),
        ("HUIBAO_REQUEST_SECONDS", "nan"),
        ("HUIBAO_LOG_FORMAT", "xml"),
        ("HUIBAO_BUNDLES", ","),
        ("HUIBAO_WORKERS", "0"),
    ],
)
def test_a_value_that_cannot_be_is_refused(monkeypatch, variable: str, given: str) -> None:
    monkeypatch.setenv(variable, given)
    with pytest.raises(ValidationError):
        Settings()


def test_what_is_told_holds_no_secret(monkeypatch) -> None:
    monkeypatch.setenv("HUIBAO_KEYS", "office:s3cret-one,s3cret-two")
    settings = Settings()
    assert [key.get_secret_value() for key in settings.keys] == ["office:s3cret-one", "s3cret-two"]
    assert "s3cret" not in json.dumps(settings.told()) + repr(settings) + str(settings)
    assert settings.told()["keys"] == "2 hidden"


def test_unknown_variables_are_named_without_their_values() -> None:
    environment = {"HUIBAO_PORTS": "secret", "HUIBAO_PORT": "1", "HOME": "/", "Huibao_host": "a"}
    assert unknown_variables(environment) == ("HUIBAO_PORTS",)
    assert unknown_warning(environment) == "no setting reads HUIBAO_PORTS"
    assert unknown_warning({}) is None


def test_every_setting_says_what_it_is() -> None:
    assert all(field.description for field in Settings.model_fields.values())
