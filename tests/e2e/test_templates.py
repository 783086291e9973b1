"""Every page renders in both languages and keeps the rules of HTML, accessibility and content security."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from tests.e2e.fixture_app import create_app
from tests.e2e.page_reader import CHINESE, Page, read
from tests.e2e.samples import Samples

SCENES = sorted(Samples().all())


@pytest.fixture(scope="module")
def client() -> Iterator[FlaskClient]:
    with create_app().test_client() as client:
        yield client


_read: dict[tuple[str, str], Page] = {}  # every rule looks at the same pages


def page_of(client: FlaskClient, scene: str, language: str = "zh") -> Page:
    if (scene, language) not in _read:
        answer = client.get(f"/{scene}?lang={language}")
        assert answer.status_code == 200
        _read[scene, language] = read(answer.text)
    return _read[scene, language]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("scene", SCENES)
def test_a_page_is_well_formed_and_runs_nothing_inline(client: FlaskClient, scene: str, language: str) -> None:
    page = page_of(client, scene, language)

    assert page.unbalanced == []
    assert [name for name, times in page.ids.items() if times > 1] == []
    assert page.inline == []


@pytest.mark.parametrize("scene", SCENES)
def test_every_reference_to_an_id_leads_somewhere(client: FlaskClient, scene: str) -> None:
    page = page_of(client, scene)

    assert page.references - set(page.ids) == set()


@pytest.mark.parametrize("scene", SCENES)
def test_every_form_that_changes_something_carries_the_csrf_token(client: FlaskClient, scene: str) -> None:
    page = page_of(client, scene)

    assert [action for action, safe in page.forms if not safe] == []


@pytest.mark.parametrize("scene", SCENES)
def test_an_english_page_shows_no_chinese(client: FlaskClient, scene: str) -> None:
    page = page_of(client, scene, "en")

    found = [text for language, text in page.texts if not language.startswith("zh") and CHINESE.search(text)]

    assert found in ([], ["长"])  # the logo is a picture of the name


@pytest.mark.parametrize("scene", SCENES)
def test_a_chinese_page_shows_no_english_sentence(client: FlaskClient, scene: str) -> None:
    page = page_of(client, scene, "zh")

    sentences = [
        text
        for language, text in page.texts
        if language.startswith("zh") and not CHINESE.search(text) and len(text.split()) > 2 and text[0].isalpha()
    ]

    assert sentences == []


def test_a_refused_form_ties_each_message_to_its_field(client: FlaskClient) -> None:
    html = client.get("/task-refused").text

    assert 'href="#f-measures-1-by"' in html
    assert 'id="f-measures-1-by" name="measures-1-by"' in html
    assert 'aria-describedby="f-measures-1-by-e"' in html
    assert "整改措施 2 完成时限：12-21 晚于整改期限 12-17" in html


def test_what_people_typed_is_escaped(client: FlaskClient) -> None:
    from dataclasses import replace

    from webui.pages import rendering

    evil = "</script><img src=x onerror=alert(1)>"
    sample = Samples()
    form = replace(sample.form(), values={"root_cause": evil}, note=evil)
    page = replace(sample.task(), title=evil, form=form, closed=evil)

    with client.application.test_request_context("/task"):
        html = rendering.render(page)

    assert "<img src=x" not in html
    assert html.count("</script>") == html.count("<script")


def test_the_light_is_always_a_shape_and_a_word(client: FlaskClient) -> None:
    html = client.get("/inbox").text

    for light, word in (("red", "红灯"), ("yellow", "黄灯"), ("green", "绿灯"), ("grey", "灰灯")):
        assert f'<use href="#s-{light}"/></svg><span>{word}' in html
