"""A desk for reviewers: the shipped label sets without the corpus, some pages that were read, people."""

from collections.abc import Mapping
from pathlib import Path

from huibao.reader import Reader
from huibao.resources import resource_folder
from huibao.review.folder import start_folder
from huibao.review.pages import add_pages
from huibao.review.people import People, Person, write_people

REPORT = """云溪县2023年工作总结
一、主要做法
县财政投入20万元，在学校举办国家通用语言文字培训班5期，覆盖3个乡镇。
（一）县民宗局召开专题会议，印发云溪县创建工作方案，明确各部门的职责分工。
二、存在的问题
经费不足，有的村重视不够。
三、下一步打算
2024年继续举办培训班，打算覆盖全部乡镇，争取更多支持。
"""


def write_desk(
    folder: Path, reader: Reader, reports: Mapping[str, str], *, pass_phrase: str | None = None
) -> Path:
    """Writes the folder and returns it; zhang and li review, wang heads them."""
    start_folder(resource_folder("labels"), folder)
    pages = (reader.read(text, name=name) for name, text in reports.items())
    add_pages(folder, pages, replace=True)
    people = People()
    for person in (
        Person("zhang", "张三"),
        Person("li", "李四"),
        Person("wang", "王五", head=True),
    ):
        people = people.with_person(person)
    write_people(folder, people.with_pass_phrase(pass_phrase) if pass_phrase else people)
    return folder
