"""The files of the page: how they are served, and that both languages say everything."""

import re
from importlib.resources import files

import httpx
import pytest

from huibao.service.page import web_files

WEB = files("huibao.service") / "web"
SCRIPTS = sorted(name for name in web_files() if name.endswith(".js"))


@pytest.mark.parametrize(
    ("path", "media_type"),
    [
        ("/", "text/html; charset=utf-8"),
        ("/web/page.css", "text/css; charset=utf-8"),
        ("/web/main.js", "text/javascript; charset=utf-8"),
        ("/web/icon.svg", "image/svg+xml"),
        ("/web/review/main.js", "text/javascript; charset=utf-8"),
    ],
)
def test_a_file_has_its_media_type_and_a_strict_policy(
    client: httpx.Client, path: str, media_type: str
) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (200, media_type)
    assert answer.headers["content-security-policy"].startswith("default-src 'self';")
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-cache"


def test_a_file_that_has_not_changed_is_not_sent_again(client: httpx.Client) -> None:
    tag = client.get("/web/main.js").headers["etag"]
    for known in (tag, f'"other", W/{tag}', "*"):
        again = client.get("/web/main.js", headers={"If-None-Match": known})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert client.get("/web/main.js", headers={"If-None-Match": '"other"'}).status_code == 200


def test_a_head_request_tells_the_length_and_sends_nothing(client: httpx.Client) -> None:
    whole, head = client.get("/"), client.head("/")
    assert head.headers["content-length"] == str(len(whole.content))
    assert head.content == b""


def test_a_service_without_a_review_folder_says_how_to_get_the_review_page(
    client: httpx.Client,
) -> None:
    answer = client.get("/review")
    assert (answer.status_code, answer.json()["type"]) == (404, "/problems/not_found")
    assert "HUIBAO_REVIEW_FOLDER" in answer.json()["detail"]


@pytest.mark.parametrize("name", ["nothing.js", "..%2fpage.py", "page.py", "", "review/no.js"])
def test_only_the_files_of_the_page_are_served(client: httpx.Client, name: str) -> None:
    assert client.get(f"/web/{name}").status_code == 404


def test_the_page_is_no_part_of_the_contract_of_the_api(client: httpx.Client) -> None:
    assert not [path for path in client.get("/openapi.json").json()["paths"] if "web" in path]


def test_no_file_of_the_page_names_an_address_outside() -> None:
    for name, file in web_files().items():
        text = file.content.decode().replace("http://www.w3.org/2000/svg", "")
        assert not re.search(r"https?:|//[a-z]+\.[a-z]|@import|\burl\(", text), name


def test_no_script_writes_markup_or_makes_code_of_text() -> None:
    for name in SCRIPTS:
        text = source(name)
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write", text), name
        assert not re.search(r"\beval\(|new Function", text), name


NEWER = re.compile(
    r"\?\?=|\|\|=|&&=|\.at\(|\.replaceAll\(|structuredClone|Object\.hasOwn|\.replaceChildren\("
    r"|:is\(|:where\(|:has\(|\binset:|aspect-ratio|(?<!grid-)\bgap:|@layer|@container|\binert\b"
)


def test_the_review_uses_nothing_newer_than_chromium_80() -> None:
    for name, file in web_files().items():
        if name.startswith("review/"):
            assert not NEWER.search(file.content.decode()), name


@pytest.mark.parametrize("table", ["messages", "review/review"])
def test_both_languages_say_the_same_things(table: str) -> None:
    zh, en = (keys_of(f"{table}_{one}.js") for one in ("zh", "en"))
    assert zh == en - {"names"}, zh ^ en


def test_every_sentence_that_a_script_asks_for_is_there() -> None:
    asked = {
        key
        for name in SCRIPTS
        if not name.startswith(("messages", "review/review_"))
        for key in re.findall(r"""\bt\("(\w+)"[,)]|\bword\("(\w+)",""", source(name))
        for key in key
        if key
    }
    assert asked <= keys_of("messages_zh.js") | keys_of("review/review_zh.js") | {"names"}
    assert len(asked) > 80


def test_each_script_opens_with_what_it_knows_and_fits_a_sitting() -> None:
    for name in SCRIPTS:
        lines = source(name).splitlines()
        assert lines[0].startswith("// "), name
        assert len(lines) <= 300, name


def source(name: str) -> str:
    return (WEB / name).read_text("utf-8")


def keys_of(name: str) -> set[str]:
    return set(re.findall(r"^  (\w+):", source(name), re.MULTILINE))
