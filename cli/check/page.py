"""The page itself: what a person with any device or ability needs at least, and where its form goes."""

from urllib.parse import urlsplit

from bs4 import BeautifulSoup, Tag

from cli.check.findings import Check, Wrong
from cli.check.subject import Subject

LABELLED = ("input", "select", "textarea")
UNLABELLED_TYPES = {"hidden", "submit", "button", "reset", "image"}


def _document(subject: Subject) -> BeautifulSoup:
    return BeautifulSoup(subject.open(subject.started(), navigates=True).text, "html5lib")


def _both(subject: Subject) -> tuple[BeautifulSoup, BeautifulSoup]:
    return _document(subject), BeautifulSoup(subject.open(subject.started()).text, "html5lib")


def _language(subject: Subject) -> None:
    html = _document(subject).html
    if html is None or not html.get("lang"):
        raise Wrong("the document does not say its language (WCAG 3.1.1)")


def _title(subject: Subject) -> None:
    title = _document(subject).title
    if title is None or not title.get_text(strip=True):
        raise Wrong("the document has no title (WCAG 2.4.2)")


def _one_heading(subject: Subject) -> None:
    found = len(_document(subject).find_all("h1"))
    if found != 1:
        raise Wrong(f"the document has {found} h1 instead of one")


def _labels(subject: Subject) -> None:
    for page in _both(subject):
        for field in page.find_all(LABELLED):
            if field.get("type") not in UNLABELLED_TYPES and not _has_label(page, field):
                raise Wrong(f"the field {field.get('name')} has no label (WCAG 1.3.1)")


def _has_label(page: BeautifulSoup, field: Tag) -> bool:
    labelled = field.get("id") and page.find("label", attrs={"for": field["id"]})
    return bool(labelled or field.find_parent("label") or field.get("aria-label") or field.get("aria-labelledby"))


def _buttons_say_something(subject: Subject) -> None:
    for page in _both(subject):
        for found in page.find_all(["button", "a"]):
            if not (found.get_text(strip=True) or found.get("aria-label")):
                raise Wrong(f"a {found.name} says nothing (WCAG 4.1.2)")


def _images(subject: Subject) -> None:
    for page in _both(subject):
        if any(image.get("alt") is None for image in page.find_all("img")):
            raise Wrong("an image has no alt (WCAG 1.1.1)")


def _tab_order(subject: Subject) -> None:
    for page in _both(subject):
        if any(str(found["tabindex"]).lstrip("+") > "0" for found in page.find_all(tabindex=True)):
            raise Wrong("a positive tabindex makes an order of its own (WCAG 2.4.3)")


def _zoom(subject: Subject) -> None:
    viewport = _document(subject).find("meta", attrs={"name": "viewport"})
    content = str(viewport.get("content", "")).replace(" ", "") if isinstance(viewport, Tag) else ""
    if "user-scalable=no" in content or "maximum-scale=1" in content:
        raise Wrong("the page forbids zooming (WCAG 1.4.4)")


def _forms(subject: Subject) -> None:
    for page in _both(subject):
        forms = page.find_all("form")
        if not forms:
            raise Wrong("there is no form to go on with")
        for form in forms:
            _form(form, urlsplit(subject.url).hostname or "")


def _form(form: Tag, host: str) -> None:
    action = urlsplit(str(form.get("action", "")))
    local = action.hostname is not None and (action.hostname == "127.0.0.1" or action.hostname.endswith("localhost"))
    if action.scheme not in {"http", "https"} or not action.netloc:
        raise Wrong("a form's action is not absolute: embedded elsewhere, it would go there")
    if action.scheme != "https" and not local:
        raise Wrong("a form's action is not https")
    if action.hostname != host:
        raise Wrong(f"a form goes to {action.hostname}, not to the connector")
    if str(form.get("method", "get")).lower() != "post":
        raise Wrong("a form is sent by GET: what it carries would be in URLs and logs")


CHECKS = (
    Check("page", "forms post to the connector, by an absolute https URL", _forms),
    Check("accessibility", "the document says its language", _language),
    Check("accessibility", "the document has a title", _title),
    Check("accessibility", "one main heading", _one_heading),
    Check("accessibility", "every field has a label", _labels),
    Check("accessibility", "every button and link says something", _buttons_say_something),
    Check("accessibility", "every image has an alternative", _images),
    Check("accessibility", "no tab order of its own", _tab_order),
    Check("accessibility", "zooming is allowed", _zoom),
)
