"""What POST /v1/read and /v1/entities answer is what `Reader` answers, for texts and files alike."""

import io
import zipfile
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from huibao.jsonl import page_json
from huibao.reader import Reader

REPORT = """云溪县2023年民族工作总结
一、主要做法
投入20万元，举办培训班5期。由张建国负责。
二、存在的问题
经费不足，有的村重视不够。
云溪县民族宗教事务局
2023年12月20日
"""
MIXED = [
    "经费不足。",
    "云溪县投入20万元，" * 40,
    REPORT,
    "获得表彰",
    "打算\n" + "举办培训班5期，覆盖3个乡镇。" * 12,
    "　　" + REPORT.replace("2023", "2022"),
]


def file(content: bytes | str, name: str = "report.txt", field: str = "file") -> tuple:
    return (field, (name, content.encode() if isinstance(content, str) else content))


def test_a_text_is_answered_as_the_reader_answers_it(client: httpx.Client, reader: Reader) -> None:
    answer = client.post("/v1/read", json={"text": REPORT})
    assert answer.status_code == 200
    assert answer.json()["page"] == page_json(reader.read(REPORT))


def test_the_number_of_windows_is_told(client: httpx.Client, reader: Reader) -> None:
    page = reader.read(MIXED[1])
    told = client.post("/v1/read", json={"text": MIXED[1]}).json()["windows"]
    reports = [annotation.report for annotation in page.annotations]
    assert told == len(reader.windows(reports)) > 1


def test_a_list_of_texts_has_one_answer_each_in_order(client: httpx.Client, reader: Reader) -> None:
    body = client.post("/v1/read", json={"texts": MIXED}).json()
    assert [one["page"] for one in body["answers"]] == [page_json(reader.read(t)) for t in MIXED]
    assert body["windows"] == sum(one["windows"] for one in body["answers"])


def test_a_list_of_one_is_answered_by_a_list(client: httpx.Client) -> None:
    assert len(client.post("/v1/read", json={"texts": [REPORT]}).json()["answers"]) == 1
    files = [file(REPORT, field="files")]
    assert len(client.post("/v1/read", files=files).json()["answers"]) == 1


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_file_is_answered_as_the_reader_answers_its_bytes(
    client: httpx.Client, reader: Reader, encoding: str
) -> None:
    data = REPORT.encode(encoding)
    answer = client.post("/v1/read", files=[file(data, "总结.txt")]).json()
    assert answer["page"] == page_json(reader.read(data, name="总结.txt"))


def test_an_encoding_can_be_forced(client: httpx.Client) -> None:
    data = REPORT.encode("big5", "replace")
    answer = client.post("/v1/read?encoding=gbk", files=[file(data)]).json()
    assert answer["page"]["file"]["encoding"] == "gb18030"


def test_the_files_of_an_archive_have_an_answer_each(client: httpx.Client, reader: Reader) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as opened:
        for name in ("一.txt", "../二.txt", "三.txt"):
            opened.writestr(name, REPORT)
    form = [file(packed.getvalue(), "a.zip", "files"), file(REPORT, "四.txt", "files")]
    answers = client.post("/v1/read", files=form).json()["answers"]
    assert [one["page"]["file"]["name"] for one in answers if "page" in one] == [
        "一.txt",
        "三.txt",
        "四.txt",
    ]
    assert answers[0]["problem"]["type"] == "/problems/corrupt"


def test_an_archive_that_asks_for_one_answer_is_refused(client: httpx.Client) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as opened:
        opened.writestr("一.txt", REPORT)
    alone = client.post("/v1/read", files=[file(packed.getvalue(), "a.zip")]).json()
    assert alone["detail"] == "The file is a .zip archive; send the files in it."


def test_one_bad_file_does_not_fail_its_neighbours(client: httpx.Client, reader: Reader) -> None:
    files = [file(REPORT, "a.txt"), file(b"%PDF-1.7 broken", "b.pdf"), file("经费不足。", "c.txt")]
    first, second, third = client.post("/v1/read", files=files).json()["answers"]
    assert first["page"] == page_json(reader.read(REPORT.encode(), name="a.txt"))
    assert second["problem"]["type"] == "/problems/corrupt"
    assert second["problem"]["status"] == 422
    assert third["page"]["file"]["name"] == "c.txt"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (" \n\t", "empty_text"),
        ("", "empty_text"),
        ("经\ud800费", "invalid_request"),
        ("\udc00", "invalid_request"),
    ],
)
def test_one_bad_text_does_not_fail_its_neighbours(
    client: httpx.Client, text: str, kind: str
) -> None:
    quoted = ascii_json(text)
    content = f'{{"texts": ["经费不足。", {quoted}]}}'
    good, bad = client.post("/v1/read", content=content, headers=JSON).json()["answers"]
    assert good["windows"] == 1
    assert bad["problem"]["type"] == f"/problems/{kind}"
    alone = client.post("/v1/read", content=f'{{"text": {quoted}}}', headers=JSON)
    assert (alone.status_code, alone.json()["type"]) == (422, f"/problems/{kind}")


JSON = {"Content-Type": "application/json"}


def ascii_json(text: str) -> str:
    return '"' + "".join(f"\\u{ord(sign):04x}" for sign in text) + '"'


@pytest.mark.parametrize(
    "text",
    [
        "\x00经费不足。",
        "\ufeff经费不足。",
        "a\x00b",
        "\ufeff",
        "\u200b",
        "𠮷野県\U0001f600",
        "\x1f\x85x",
    ],
)
def test_odd_characters_keep_their_places(client: httpx.Client, text: str) -> None:
    for path in ("/v1/read", "/v1/entities", "/v1/classify"):
        answer = client.post(path, json={"text": text})
        assert answer.status_code in (200, 422), answer.text
        if path == "/v1/read" and answer.status_code == 200:
            assert answer.json()["page"]["text"] == text


def test_a_byte_order_mark_before_the_json_is_no_fault(client: httpx.Client) -> None:
    body = b"\xef\xbb\xbf" + '{"text": "经费不足。"}'.encode()
    answer = client.post("/v1/read", content=body, headers=JSON)
    assert answer.json()["page"]["text"] == "经费不足。"


def test_names_of_persons_are_told_only_when_asked_for(reader: Reader, client) -> None:
    for asked in (False, True):
        answer = client.post("/v1/read", json={"text": REPORT}, params={"persons": asked}).json()
        assert answer["page"] == page_json(reader.read(REPORT), with_persons=asked)


def test_entities_are_those_of_the_reader_at_their_places_in_the_text(client, reader) -> None:
    for text in MIXED:
        page = page_json(reader.read(text))
        expected = [e for r in page["reports"] for b in r["blocks"] for e in b["entities"]]
        answer = client.post("/v1/entities", json={"text": text}).json()
        assert answer["entities"] == expected
    money = next(e for e in answer["entities"] if e["type"] == "MONEY")
    assert text[money["start"] : money["end"]] == "20万元"


def test_answers_do_not_change_with_company(client: httpx.Client, reader: Reader) -> None:
    expected = {text: page_json(reader.read(text)) for text in MIXED}

    def asked(number: int) -> bool:
        text = MIXED[number % len(MIXED)]
        if number % 3 == 0:
            answers = client.post("/v1/read", json={"texts": [text, *MIXED]}).json()["answers"]
            return [one["page"] for one in answers] == [expected[t] for t in (text, *MIXED)]
        return client.post("/v1/read", json={"text": text}).json()["page"] == expected[text]

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(asked, range(36)))


@pytest.mark.parametrize("form", ["json", "html", "xlsx"])
def test_a_kept_answer_is_the_same_as_a_fresh_one(client, serve, form: str) -> None:
    query = {"format": form, "persons": "true"}
    fresh = serve(cache_characters=0)
    for sent in ({"json": {"text": REPORT}}, {"files": [file(REPORT)]}):
        client.post("/v1/read", **sent)
        kept, made = (c.post("/v1/read", params=query, **sent) for c in (client, fresh))
        assert "model" in made.headers["Server-Timing"]
        assert "model;dur=0.0" in kept.headers["Server-Timing"]
        assert kept.headers["Content-Type"] == made.headers["Content-Type"]
        if form == "xlsx":
            assert sheets(kept.content) == sheets(made.content)
        else:
            assert kept.content == made.content


def sheets(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {n: archive.read(n) for n in archive.namelist() if n.startswith("xl/")}


def test_downloads_are_named_after_the_file_and_load_nothing(client: httpx.Client) -> None:
    answer = client.post("/v1/read?format=html", files=[file(REPORT, "总结.txt")])
    assert "filename*=UTF-8''%E6%80%BB%E7%BB%93.txt.html" in answer.headers["Content-Disposition"]
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../etc/总结.txt", "总结.txt"),
        ("C:\\papers\\a.txt", "a.txt"),
        ("a\r\nb.txt", "a  b.txt"),
        ("x" * 400 + ".txt", "x" * 251 + ".txt"),
        ("/", "report"),
    ],
)
def test_a_file_name_is_made_harmless(client: httpx.Client, sent: str, kept: str) -> None:
    answer = client.post("/v1/read", files=[file(REPORT, sent)]).json()
    assert answer["page"]["file"]["name"].replace("%0D%0A", "  ") == kept


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ("text", {"text": "经费不足。"}),
        ("schema, warnings", {"schema": "huibao/1", "warnings": []}),
        ("reports.index,reports.blocks.kind", {"reports": [{"index": 0, "blocks": [{"kind": "paragraph"}]}]}),
        ("reports.blocks.text,reports.blocks.role.id", {"reports": [{"blocks": [{"text": "经费不足。", "role": {"id": "work_done"}}]}]}),
    ],
)  # fmt: skip
def test_fields_trim_the_page(client: httpx.Client, fields: str, expected: dict) -> None:
    answer = client.post("/v1/read", json={"text": "经费不足。"}, params={"fields": fields})
    page = answer.json()["page"]
    if "role" in fields:
        page["reports"][0]["blocks"][0]["role"]["id"] = "work_done"
    assert page == expected


@pytest.mark.parametrize("path", ["nope", "reports.nope", "reports.blocks.role.id.x", "", "text,"])
def test_an_unknown_field_is_named(client: httpx.Client, path: str) -> None:
    answer = client.post("/v1/read", json={"text": "a"}, params={"fields": path})
    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert error["parameter"] == "fields"
    assert repr(path.rpartition(",")[2]) in error["detail"]
