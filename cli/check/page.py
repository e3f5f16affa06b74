"""The requirements of the page: basic accessibility (WCAG 2.1), and forms that post to the connector."""

from urllib.parse import urlsplit

from bs4 import BeautifulSoup, Tag

from cli.check.findings import Check, RequirementBrokenError
from cli.check.target import Target

LABELLED = ("input", "select", "textarea")
UNLABELLED_TYPES = {"hidden", "submit", "button", "reset", "image"}


def _document(target: Target) -> BeautifulSoup:
    return BeautifulSoup(target.open_page(target.start_session(), navigates=True).text, "html5lib")


def _both(target: Target) -> tuple[BeautifulSoup, BeautifulSoup]:
    return _document(target), BeautifulSoup(target.open_page(target.start_session()).text, "html5lib")


def _language(target: Target) -> None:
    html = _document(target).html
    if html is None or not html.get("lang"):
        raise RequirementBrokenError("the document names no language (WCAG 3.1.1)")


def _title(target: Target) -> None:
    title = _document(target).title
    if title is None or not title.get_text(strip=True):
        raise RequirementBrokenError("the document has no title (WCAG 2.4.2)")


def _one_heading(target: Target) -> None:
    found = len(_document(target).find_all("h1"))
    if found != 1:
        raise RequirementBrokenError(f"the document has {found} h1 instead of one")


def _labels(target: Target) -> None:
    for page in _both(target):
        for field in page.find_all(LABELLED):
            if field.get("type") not in UNLABELLED_TYPES and not _has_label(page, field):
                raise RequirementBrokenError(f"the field {field.get('name')} has no label (WCAG 1.3.1)")


def _has_label(page: BeautifulSoup, field: Tag) -> bool:
    labelled = field.get("id") and page.find("label", attrs={"for": field["id"]})
    return bool(labelled or field.find_parent("label") or field.get("aria-label") or field.get("aria-labelledby"))


def _buttons_have_names(target: Target) -> None:
    for page in _both(target):
        for control in page.find_all(["button", "a"]):
            if not (control.get_text(strip=True) or control.get("aria-label")):
                raise RequirementBrokenError(f"a {control.name} has no text (WCAG 4.1.2)")


def _images(target: Target) -> None:
    for page in _both(target):
        if any(image.get("alt") is None for image in page.find_all("img")):
            raise RequirementBrokenError("an image has no alternative text (WCAG 1.1.1)")


def _tab_order(target: Target) -> None:
    for page in _both(target):
        if any(str(found["tabindex"]).lstrip("+") > "0" for found in page.find_all(tabindex=True)):
            raise RequirementBrokenError("a positive tabindex changes the focus order (WCAG 2.4.3)")


def _zoom(target: Target) -> None:
    viewport = _document(target).find("meta", attrs={"name": "viewport"})
    content = str(viewport.get("content", "")).replace(" ", "") if isinstance(viewport, Tag) else ""
    if "user-scalable=no" in content or "maximum-scale=1" in content:
        raise RequirementBrokenError("the page prevents zooming (WCAG 1.4.4)")


def _forms(target: Target) -> None:
    for page in _both(target):
        forms = page.find_all("form")
        if not forms:
            raise RequirementBrokenError("the page has no form")
        for form in forms:
            _form(form, urlsplit(target.url).hostname or "")


def _form(form: Tag, host: str) -> None:
    action = urlsplit(str(form.get("action", "")))
    local = action.hostname is not None and (action.hostname == "127.0.0.1" or action.hostname.endswith("localhost"))
    if action.scheme not in {"http", "https"} or not action.netloc:
        raise RequirementBrokenError("a form's action is not absolute: an embedded form posts to the other site")
    if action.scheme != "https" and not local:
        raise RequirementBrokenError("a form's action is not https")
    if action.hostname != host:
        raise RequirementBrokenError(f"a form posts to {action.hostname}, not to the connector")
    if str(form.get("method", "get")).lower() != "post":
        raise RequirementBrokenError("a form is sent by GET: its secrets would be in URLs and logs")


CHECKS = (
    Check("page", "forms post to the connector, by an absolute https URL", _forms),
    Check("accessibility", "the document names its language", _language),
    Check("accessibility", "the document has a title", _title),
    Check("accessibility", "the document has one main heading", _one_heading),
    Check("accessibility", "every field has a label", _labels),
    Check("accessibility", "every button and link has a text", _buttons_have_names),
    Check("accessibility", "every image has an alternative text", _images),
    Check("accessibility", "the focus order is unchanged", _tab_order),
    Check("accessibility", "the page can be zoomed", _zoom),
)
