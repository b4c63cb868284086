import pytest
from django.test import Client

from tests.conftest import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.web.views")]


def test_the_page_has_one_question_and_one_button(member):
    page = signed_in(member).get("/ask/?next=/x/").content.decode()
    main = page[page.index("<main") : page.index("</main>")]
    assert main.count("<button") == 1
    assert "<h1>Leave?</h1>" in main and "button-danger" in main and 'href="/"' in main
    assert 'action="' not in main
    assert "csrfmiddlewaretoken" in main


def test_a_forged_press_of_the_button_is_refused_with_a_page_that_says_what_to_do(member, forged):
    answer = forged(member).post("/ask/")
    assert answer.status_code == 403
    assert "Please send that again" in answer.content.decode()
    assert answer.templates[0].name == "403_csrf.html"


def test_the_button_works(member):
    assert Client().post("/ask/").content == b"done"
