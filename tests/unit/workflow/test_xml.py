"""Intake of XML, attack by attack, and what must be let in all the same. Source: security.md §2."""

from __future__ import annotations

import contextlib
import gzip
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import DefinitionRejected
from engine.workflow.xml import BPMN, MAX_DEPTH, check_xml, duplicate_ids
from engine.workflow.xsd import validate_bpmn

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'


def a_file(body: str = "", head: str = HEAD, attributes: str = "") -> str:
    return (
        f'{head}<bpmn:definitions xmlns:bpmn="{BPMN}" xmlns:xi="http://www.w3.org/2001/XInclude" id="d" '
        f'targetNamespace="urn:t" {attributes}>{body}</bpmn:definitions>'
    )


def a_process(inside: str, attributes: str = "") -> str:
    return a_file(f'<bpmn:process id="P" isExecutable="true" {attributes}>{inside}</bpmn:process>')


def refusal(data: bytes | str) -> tuple[str, str, str]:
    with pytest.raises(DefinitionRejected) as caught:
        check_xml(data.encode() if isinstance(data, str) else data, file="bundle/问题.bpmn")
    problem = caught.value.problems[0]
    assert problem.file == "bundle/问题.bpmn"
    assert any("\u4e00" <= char <= "\u9fff" for char in problem.zh)
    return problem.rule, problem.zh, problem.en


def with_doctype(subset: str, inside: str = "", attributes: str = "") -> str:
    return a_file(inside, head=f"{HEAD}<!DOCTYPE d {subset}>\n", attributes=attributes)


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))


@pytest.mark.parametrize(
    "data",
    [
        with_doctype("[<!ENTITY e SYSTEM 'file:///etc/passwd'>]", "<bpmn:documentation>&e;</bpmn:documentation>"),
        with_doctype("[<!ENTITY % p SYSTEM 'file:///etc/passwd'> %p;]"),
        with_doctype("SYSTEM 'file:///etc/passwd'"),
        with_doctype("PUBLIC '-//X' 'http://127.0.0.1:9/x.dtd'"),
        with_doctype("[<!ENTITY e 'internal'>]", "<bpmn:documentation>&e;</bpmn:documentation>"),
        with_doctype(f"[<!ENTITY l0 'lol'>{LAUGHS}]", "<bpmn:documentation>&l9;</bpmn:documentation>"),
        with_doctype(f"[<!ENTITY l0 'lol'>{LAUGHS}]", attributes='name="&l9;"'),
        with_doctype(f"[<!ENTITY q '{'x' * 50_000}'>]", "&q;" * 1000),
        with_doctype("[]"),
        with_doctype(""),
    ],
    ids=[
        "external entity", "parameter entity", "external DTD", "public DTD", "internal entity", "billion laughs",
        "billion laughs in an attribute", "quadratic", "empty subset", "bare DOCTYPE",
    ],
)  # fmt: skip
def test_every_document_type_is_refused_at_once(data):
    began = time.perf_counter()

    rule, _, _ = refusal(data)

    assert rule in {"XML-03", "XML-01", "XML-06"}
    assert time.perf_counter() - began < 0.5


@pytest.mark.parametrize(
    ("data", "rule", "told"),
    [
        ("", "XML-01", ""),
        ("这不是 XML", "XML-01", "line 1"),
        ("<a><b></a>", "XML-01", "line 1"),
        ("{}", "XML-01", ""),
        (gzip.compress(a_file().encode()), "XML-05", "utf-8"),
        (b"\x00" + a_file().encode(), "XML-01", ""),
        (a_process("<bpmn:task id='t' name='a\x00b'/>").encode(), "XML-01", ""),
        (a_process("<bpmn:task id='t' name='a\x07b'/>"), "XML-01", ""),
        (a_file().encode() + b"\xff\xfe", "XML-05", "Line 2"),
        (a_process("<bpmn:task id='t' name='\u0085'/>"), "XML-10", "U+0085"),
    ],
    ids=[
        "empty", "text", "wrong nesting", "json", "gzip", "leading NUL", "NUL", "control character", "bad UTF-8", "C1",
    ],
)  # fmt: skip
def test_what_is_not_xml_is_refused_with_its_line(data, rule, told):
    found, _, en = refusal(data)

    assert (found, told in en) == (rule, True)


@pytest.mark.parametrize("depth", [MAX_DEPTH + 1, 300, 100_000])
def test_deep_nesting_is_refused(depth):
    assert refusal(a_file("<a>" * depth + "</a>" * depth))[0] == "XML-06"


def test_five_megabytes_are_the_limit_and_nothing_larger_is_parsed():
    began = time.perf_counter()

    assert refusal(a_file(" " * 50 * 1024**2))[0] == "XML-02"

    assert time.perf_counter() - began < 1
    check_xml(a_file(" " * 4 * 1024**2).encode(), file="x")


def test_a_million_elements_are_refused():
    assert refusal(a_file("<a/>" * 1_000_000))[0] == "XML-07"


def test_a_hundred_thousand_attributes_are_refused_with_their_element():
    many = " ".join(f'a{n}="1"' for n in range(100_000))
    with pytest.raises(DefinitionRejected) as caught:
        check_xml(a_process(f'<bpmn:task id="T1" name="登记" {many}/>').encode(), file="x")

    (problem,) = caught.value.problems
    assert (problem.rule, problem.element_id, problem.element_name) == ("XML-08", "T1", "登记")


def test_an_inclusion_is_left_alone():
    parsed = check_xml(a_file('<xi:include href="/etc/passwd" parse="text"/>').encode(), file="x")

    assert "root:" not in "".join(parsed.root.itertext())


def test_stylesheets_and_comments_are_dropped():
    parsed = check_xml((HEAD + '<?xml-stylesheet href="evil.xsl"?><!-- x -->' + a_file(head="")).encode(), file="x")

    assert parsed.root.getprevious() is None
    assert b"evil" in parsed.data


@pytest.mark.parametrize("char", ["\u202e", "\u2066", "\u200f", "\u0085", "\x7f"])
def test_unseen_characters_in_names_are_refused_and_named(char):
    rule, zh, en = refusal(a_process(f'<bpmn:userTask id="T1" name="审{char}核"/>'))

    assert rule == "XML-10"
    assert f"U+{ord(char):04X}" in zh
    assert f"U+{ord(char):04X}" in en


def test_unseen_characters_in_scripts_are_refused():
    assert refusal(a_process("<bpmn:script>a = '\u202e' # x</bpmn:script>"))[0] == "XML-10"


def test_line_breaks_and_tabs_in_names_are_let_in():
    parsed = check_xml(a_process('<bpmn:userTask id="T1" name="审核&#10;意见&#9;&#13;"/>').encode(), file="x")

    assert parsed.root.find(f".//{{{BPMN}}}userTask").get("name") == "审核\n意见\t\r"


@pytest.mark.parametrize(
    ("declared", "codec"),
    [
        ("UTF-8", "utf-8"), ("utf-8", "utf-8-sig"), ("UTF-16", "utf-16"), ("GB18030", "gb18030"), ("gb2312", "gb2312"),
        ("GBK", "gbk"),
    ],
)  # fmt: skip
def test_listed_encodings_are_decoded_and_the_bytes_kept(declared, codec):
    data = a_process('<bpmn:userTask id="T1" name="指定整改责任人"/>').replace("UTF-8", declared, 1).encode(codec)

    parsed = check_xml(data, file="x")

    assert parsed.root.find(f".//{{{BPMN}}}userTask").get("name") == "指定整改责任人"
    assert parsed.data == data


@pytest.mark.parametrize(("declared", "codec"), [("ISO-8859-1", "latin-1"), ("windows-1252", "cp1252")])
def test_western_encodings_are_decoded(declared, codec):
    text = a_process('<bpmn:userTask id="T1" name="Prüfen"/>').replace("UTF-8", declared, 1)

    parsed = check_xml(text.encode(codec), file="x")

    assert parsed.root.find(f".//{{{BPMN}}}userTask").get("name") == "Prüfen"


def test_a_file_without_declaration_is_utf_8():
    assert check_xml(a_file(head="").encode(), file="x").encoding == "utf-8"


@pytest.mark.parametrize(
    "data",
    [
        a_file().replace("UTF-8", "UTF-7", 1).encode(),
        a_file().replace("<", "+ADw-").replace("UTF-8", "UTF-7", 1).encode(),
        a_file().replace("UTF-8", "cp037", 1).encode("cp037"),
        a_file().replace("UTF-8", "IBM037", 1).encode(),
        a_file().replace("UTF-8", "UTF-16", 1).encode(),
        a_file().encode("utf-16"),
        a_file().replace("UTF-8", "UTF-32", 1).encode("utf-32"),
        a_file().replace("UTF-8", "hz-gb-2312", 1).encode(),
        a_file().replace("UTF-8", "rot13", 1).encode(),
        b"\xef\xbb\xbf" + a_file().replace("UTF-8", "GBK", 1).encode(),
        a_file("<bpmn:documentation>é</bpmn:documentation>").replace("UTF-8", "GB18030", 1).encode("latin-1"),
    ],
    ids=[
        "UTF-7", "UTF-7 hidden markup", "EBCDIC", "EBCDIC declared", "UTF-16 declared only", "UTF-16 undeclared",
        "UTF-32", "HZ", "codec of Python", "mark against declaration", "wrong declaration",
    ],
)  # fmt: skip
def test_other_encodings_and_wrong_declarations_are_refused(data):
    assert refusal(data)[0] in {"XML-04", "XML-05", "XML-01"}


@given(st.binary(max_size=300))
def test_any_bytes_are_refused_or_read_but_never_raise_anything_else(data):
    with contextlib.suppress(DefinitionRejected):
        check_xml(data, file="x")


@given(st.text(alphabet='<>/&;"=a?![]x \u202e审', max_size=200))
def test_any_markup_is_refused_or_read_but_never_raises_anything_else(text):
    with contextlib.suppress(DefinitionRejected):
        check_xml(a_process(text).encode("utf-8", "replace"), file="x")


def test_an_id_that_stands_twice_is_told_with_both_places():
    parsed = check_xml(a_process('\n<bpmn:userTask id="T1"/>\n<bpmn:startEvent id="T1"/>').encode(), file="x")

    (problem,) = duplicate_ids(parsed)
    assert (problem.rule, problem.element_id) == ("XML-09", "T1")
    assert "第 3 行（userTask）、第 4 行（startEvent）" in problem.zh
    assert [p.rule for p in validate_bpmn(parsed)] == ["XML-09"]


@pytest.mark.parametrize(
    ("inside", "rule", "element", "told"),
    [
        ('<bpmn:userTask id="1 x"/>', "XSD-05", "1 x", "1 x"),
        ('<bpmn:userTask id="T1" color="red"/>', "XSD-04", "T1", "color"),
        ('<bpmn:sequenceFlow id="F1" sourceRef="a"/>', "XSD-03", "F1", "targetRef"),
        ('<bpmn:userTask id="T1"><bpmn:script/></bpmn:userTask>', "XSD-01", "T1", "script"),
        ('<bpmn:userTask id="T1" name="审核">text</bpmn:userTask>', "XSD-06", "T1", "userTask"),
        ('<bpmn:userTask id="T1"><bpmn:ioSpecification/></bpmn:userTask>', "XSD-02", "T1", "ioSpecification"),
    ],
)
def test_the_schema_speaks_of_element_and_remedy(inside, rule, element, told):
    problem = validate_bpmn(check_xml(a_process(inside).encode(), file="x"))[0]

    assert (problem.rule, problem.element_id) == (rule, element)
    assert told in problem.zh
    assert told in problem.en
    assert "{" not in problem.zh + problem.en


def test_our_own_attributes_and_the_habits_of_the_modeler_are_valid():
    process = (
        '<bpmn:userTask xmlns:cx="urn:changxiao:bpmn:1" id="T1" cx:form="S1_T5" cx:name-en="Do"/>'
        '<bpmn:serviceTask id="T2" implementation="urn:changxiao:service:x"/>'
    )
    correlation = (
        '<bpmn:correlationProperty id="c"><bpmn:correlationPropertyRetrievalExpression messageRef="m">'
        "<bpmn:formalExpression>x</bpmn:formalExpression></bpmn:correlationPropertyRetrievalExpression>"
        '</bpmn:correlationProperty><bpmn:message id="m" name="m"/>'
    )

    assert validate_bpmn(check_xml(a_process(process).encode(), file="x")) == []
    assert validate_bpmn(check_xml(a_file(correlation).encode(), file="x")) == []


@pytest.mark.parametrize("path", sorted((Path(__file__).parents[3] / "processes").glob("*.bpmn")), ids=lambda p: p.stem)
def test_our_own_diagrams_are_valid(path):
    assert validate_bpmn(check_xml(path.read_bytes(), file=path.name)) == []
