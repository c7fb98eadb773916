"""What every answer tells the browser."""

import pytest

from qbank.app import create_app
from qbank.web import transaction


@pytest.mark.parametrize("path", ["/sign-in", "/", "/nowhere", "/health", "/sessions"])
def test_L10_no_page_is_kept_anywhere(visitor, path):
    headers = visitor.http.get(path).headers

    assert headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("path", ["/sign-in", "/nowhere"])
def test_no_page_may_run_or_load_anything_but_our_own_files(visitor, path):
    policy = visitor.http.get(path).headers["Content-Security-Policy"]

    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "style-src 'self'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy


def test_built_files_are_kept_for_an_hour(visitor):
    with visitor.http.get("/static/css/qbank.css") as answer:
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "public, max-age=3600"


def test_a_built_file_that_is_missing_is_not_kept(visitor):
    assert visitor.http.get("/static/css/nothing.css").headers["Cache-Control"] == "no-store"


def test_the_cookie_is_for_this_site_and_for_no_script(visitor):
    cookie = visitor.http.get("/sign-in").headers["Set-Cookie"]

    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie


def test_behind_https_the_cookie_travels_encrypted_and_the_browser_insists(settings):
    app = create_app(settings.model_copy(update={"behind_https": True}))

    answer = app.test_client().get("/sign-in", base_url="https://localhost")

    assert "Secure" in answer.headers["Set-Cookie"]
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
    with app.app_context():
        transaction.engine().dispose()
