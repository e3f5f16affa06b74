"""What surrounds every page: the headers that protect it, and those that say what it is."""

from base64 import b64encode
from hashlib import sha256

import pytest
from bs4 import BeautifulSoup

from connector.pages.rendering.pages import Pages
from connector.web.gateway import Request, Response
from tests.browser.site import settings
from tests.browser.states import STATES, render

BASE_URL = "https://connector.example/live"


def policy(response: Response) -> dict[str, str]:
    directives = (part.strip().partition(" ") for part in response.headers["Content-Security-Policy"].split(";"))
    return {name: value for name, _, value in directives}


def hash_of(html: str, element: str) -> str:
    found = BeautifulSoup(html, "html.parser").find(element)
    assert found is not None
    return f"'sha256-{b64encode(sha256(str(found.string).encode()).digest()).decode()}'"


def request(**headers: str) -> Request:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Request(headers=named, query={}, body=b"", base_url=BASE_URL)


@pytest.mark.parametrize("state", STATES)
def test_the_policy_allows_just_the_pages_own_style_and_script(state: str) -> None:
    page = render(Pages(settings()), state, BASE_URL)
    allowed = policy(page)
    assert allowed["default-src"] == "'none'"
    assert allowed["style-src"] == hash_of(page.body, "style")
    assert allowed["script-src"] == hash_of(page.body, "script")
    assert "unsafe" not in page.headers["Content-Security-Policy"]
    assert not BeautifulSoup(page.body, "html.parser").find_all(style=True)


def test_only_the_logo_may_be_loaded_and_only_where_there_is_one() -> None:
    known = settings(BrandLogoUrl="https://cdn.bank.example/a/logo.svg?v=2")
    assert policy(render(Pages(known), "start", BASE_URL))["img-src"] == "https://cdn.bank.example/a/logo.svg"
    assert "img-src" not in policy(render(Pages(settings(BrandLogoUrl="")), "start", BASE_URL))


def test_forms_and_frames_are_limited_to_what_the_deployer_allowed() -> None:
    known = settings(RedirectOrigins="https://*.sage.com", FrameAncestors="https://money.sage.com")
    allowed = policy(render(Pages(known), "start", BASE_URL))
    assert allowed["form-action"] == "'self' https:"
    assert allowed["frame-ancestors"] == "https://money.sage.com"
    assert allowed["base-uri"] == "'none'"


def test_a_page_says_its_language_and_what_it_was_chosen_by_and_nobody_keeps_it() -> None:
    pages = Pages(settings()).to(request(accept_language="pt-BR,pt;q=0.9"))
    page = render(pages, "expired", BASE_URL)
    assert page.headers["Content-Language"] == "pt"
    assert page.headers["Vary"] == "Accept-Language, Sec-Fetch-Mode"
    assert page.headers["Cache-Control"] == "no-store"
    assert 'lang="pt"' in page.body


def test_a_server_gets_a_fragment_a_browser_a_document_and_our_own_pages_are_always_documents() -> None:
    pages = Pages(settings())
    assert "<html" not in render(pages.to(request()), "start", BASE_URL).body
    assert "<html" in render(pages.to(request(sec_fetch_mode="navigate")), "start", BASE_URL).body
    assert "<html" in render(pages.to(request(), document=True), "start", BASE_URL).body


def test_the_body_of_a_redirect_is_a_page_with_the_link() -> None:
    sent = render(Pages(settings()), "done", BASE_URL)
    assert (sent.status, sent.headers["Location"]) == (303, BeautifulSoup(sent.body, "html.parser").main.a["href"])  # type: ignore[union-attr, index]  # it fails here if there is none
    assert "Your account is reconnected" in sent.body


def test_without_a_brand_the_pages_name_the_bank_in_the_customers_language() -> None:
    known = settings(BrandName="", BrandLogoUrl="", SupportContact="")
    page = BeautifulSoup(render(Pages(known, language="fr"), "start", BASE_URL).body, "html.parser")
    assert page.find("img") is None
    assert page.find("footer") is None
    assert page.title is not None
    assert page.title.string == "Reconnectez votre compte – Votre banque"  # noqa: RUF001 - an en dash, as it is there


@pytest.mark.parametrize("state", STATES)
def test_every_page_is_https_only_for_two_years_and_talks_to_its_own_origin_only(state: str) -> None:
    page = render(Pages(settings()), state, BASE_URL)

    assert page.headers["Strict-Transport-Security"] == "max-age=63072000"
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert page.headers["Referrer-Policy"] == "same-origin"
    assert policy(page)["connect-src"] == "'self'"
