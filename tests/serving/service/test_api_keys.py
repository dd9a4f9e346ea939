"""Keys: named, compared whole, asked for on every route of the API and on no other."""

from pathlib import Path

import pytest

from huibao.errors import HuibaoError
from huibao.service.keys import Keys, keys_of
from huibao.service.settings import Settings


@pytest.mark.parametrize(
    ("header", "owner"),
    [
        ("Bearer one-secret", "office"),
        ("bearer  one-secret ", "office"),
        ("Bearer two-secret", "key-2"),
        ("Bearer a:b:c", None),
        ("Bearer b:c", "a"),
        ("Bearer one-secre", None),
        ("Bearer office:one-secret", None),
        ("Basic one-secret", None),
        ("one-secret", None),
        ("Bearer", None),
        ("Bearer 密钥", None),
        ("Bearer \udcff", None),
        (None, None),
    ],
)
def test_a_header_names_the_owner_of_its_key(header: str | None, owner: str | None) -> None:
    assert Keys(["office:one-secret", "two-secret", "a:b:c"]).owner(header) == owner


@pytest.mark.parametrize("entry", ["name:", ":secret", " ", ""])
def test_an_empty_key_is_refused(entry: str) -> None:
    with pytest.raises(HuibaoError, match="key 1 is empty"):
        Keys([entry])


def test_keys_come_from_a_file_too(tmp_path: Path) -> None:
    path = tmp_path / "keys"
    path.write_text("# for the office\noffice:one\n\ntwo\n", "utf-8")
    keys = keys_of(Settings(keys="first:zero", keys_file=path))
    owners = [
        keys.owner(f"Bearer {secret}") for secret in ("zero", "one", "two", "# for the office")
    ]
    assert owners == ["first", "office", "key-3", None]


@pytest.mark.parametrize("content", [None, "# nothing\n"])
def test_a_file_without_keys_is_refused(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "keys"
    if content is not None:
        path.write_text(content, "utf-8")
    with pytest.raises(HuibaoError, match="keys file"):
        keys_of(Settings(keys_file=path))


@pytest.fixture
def keyed(serve):
    return serve(keys="office:s3cret")


ROUTES = [
    ("POST", "/v1/read"),
    ("POST", "/v1/classify"),
    ("POST", "/v1/entities"),
    ("GET", "/v1/labels"),
    ("GET", "/v1/model"),
    ("POST", "/v1/model/reload"),
]


def test_every_route_of_the_api_asks_for_a_key(keyed) -> None:
    for method, path in ROUTES:
        for headers in ({}, {"Authorization": "Bearer wrong"}):
            answer = keyed.request(method, path, headers=headers)
            assert answer.status_code == 401
            assert answer.headers["WWW-Authenticate"] == "Bearer"
            assert answer.json()["type"] == "/problems/unauthorized"
        answer = keyed.request(method, path, headers={"Authorization": "Bearer s3cret"})
        assert answer.status_code != 401
    listed = keyed.get("/openapi.json").json()["paths"]
    assert {path for path in listed if path.startswith("/v1")} == {path for _, path in ROUTES}


def test_health_asks_for_no_key(keyed) -> None:
    for path in ("/healthz", "/readyz", "/metrics", "/openapi.json", "/problems/timeout"):
        assert keyed.get(path).status_code == 200


def test_a_bundle_that_cannot_be_loaded_anew_is_refused_with_a_reason(keyed) -> None:
    answer = keyed.post("/v1/model/reload", headers={"Authorization": "Bearer s3cret"})
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/bundle_refused")


def test_a_bundle_is_put_in_place(serve, bundle_folder: Path) -> None:
    from huibao.service.bundles import LoadedBundles

    bundles = LoadedBundles([str(bundle_folder)])
    client = serve(reader=bundles, keys="office:s3cret")
    old = bundles.reader()
    answer = client.post("/v1/model/reload", headers={"Authorization": "Bearer s3cret"})
    assert (answer.status_code, answer.json()["name"]) == (200, "stand-in")
    assert bundles.reader() is not old
