"""Both endpoints with FastAPI behind Mangum: dependencies, pydantic models, Jinja2Templates."""

from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, FastAPI, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.templating import Jinja2Templates
from mangum import Mangum

from dependencies import allowed_redirect, authenticated, sessions
from models import Notification
from store import Refused, Sessions

app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
templates = Jinja2Templates(directory=Path(__file__).parent / "templates")


@app.exception_handler(RequestValidationError)
def invalid(request: Request, _: RequestValidationError) -> Response:
    """Answer 400 in the endpoint's own kind: a page or JSON."""
    if request.url.path == "/authrefresh":
        return _page(request, "refused.html", 400, reason="This link is not complete.")
    return JSONResponse({"error": "malformed"}, 400)


@app.post("/notification", dependencies=[Depends(authenticated)])
def notification(body: Notification, store: Annotated[Sessions, Depends(sessions)]) -> dict[str, str]:
    """Store the session that a notification starts."""
    if not body.starts_authorisation:
        return {"status": "not_handled"}
    started = store.start(str(UUID(body.resource.id)), body.additional_data.bank_id)
    return {"status": "started" if started else "duplicate"}


@app.get("/authrefresh")
def authrefresh(  # noqa: PLR0913, PLR0917 - one for each parameter of the query
    request: Request,
    store: Annotated[Sessions, Depends(sessions)],
    authorisation_id: UUID,
    redirect_uri: Annotated[str, Depends(allowed_redirect)],
    state: Annotated[str, Query(min_length=1, max_length=256)],
    external_id: Annotated[str, Query(alias="externalId", min_length=1, max_length=256)],
    bankaccount: Annotated[str | None, Query(max_length=256)] = None,
) -> Response:
    """Claim the session and render the first page."""
    try:
        ticket = store.open(
            str(authorisation_id),
            redirect_uri=redirect_uri,
            sage_state=state,
            external_id=external_id,
            bank_account=bankaccount,
        )
    except Refused as refused:
        return _page(request, "refused.html", refused.status, reason=refused.reason)
    return _page(request, "start.html", 200, authorisation_id=authorisation_id, ticket=ticket)


def _page(request: Request, template: str, status: int, **values: Any) -> Response:
    headers = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Content-Type-Options": "nosniff"}
    return templates.TemplateResponse(request, template, values, status_code=status, headers=headers)


handler = Mangum(app, lifespan="off")
