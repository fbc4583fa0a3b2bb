"""Errors as people and programs read them: a page that says what to do, or code and sentence."""

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from interpreter.errors import InputError
from web.errors import WebError
from web.forms import one_line
from web.i18n import N_
from web.rendering import Pages, error_sentence


class PageNotFound(WebError):
    status = 404
    code = "not_found"
    title = N_("No such page")
    sentence = N_("Check the address, or start at the home page.")


class RequestWrong(WebError):
    status = 422
    code = "invalid"
    title = N_("This request is not complete")
    sentence = N_("Something in this request is missing or wrong: {fields}.")


class InputWrong(WebError):
    """What the person gave cannot be used; the interpreter's own sentence says why."""

    status = 422
    title = N_("This cannot be used")


class NotSupported(WebError):
    """A request that no page of ours sends."""

    code = "not_supported"
    title = N_("This does not work here")
    sentence = N_("This address does not take such a request. Start at the home page.")


def add_error_pages(app: FastAPI) -> None:
    """Answer every error in one of two forms, by who asked."""
    pages = Pages()

    def answer(request: Request, error: WebError) -> Response:
        if not request.url.path.startswith(("/api/", "/livekit/")):
            return pages.render_error(request, error)
        body = {"code": error.code, "sentence": error_sentence(request, error)}
        return JSONResponse(body, error.status, _advice(error.status))

    @app.exception_handler(WebError)
    async def on_web_error(request: Request, error: WebError) -> Response:
        return answer(request, error)

    @app.exception_handler(InputError)
    async def on_input_error(request: Request, error: InputError) -> Response:
        wrong = InputWrong(str(error))
        wrong.code = error.code
        return answer(request, wrong)

    @app.exception_handler(RequestValidationError)
    async def on_invalid(request: Request, error: RequestValidationError) -> Response:
        names = {".".join(str(part) for part in item["loc"][1:]) for item in error.errors()}
        return answer(request, RequestWrong(fields=one_line(", ".join(sorted(names)))))

    @app.exception_handler(HTTPException)
    async def on_http_exception(request: Request, error: HTTPException) -> Response:
        if error.status_code == 404:
            return answer(request, PageNotFound())
        wrong = NotSupported()
        wrong.status = error.status_code
        return answer(request, wrong)

    @app.exception_handler(Exception)
    async def on_bug(request: Request, error: Exception) -> Response:
        return answer(request, WebError())


def _advice(status: int) -> dict[str, str] | None:
    """What HTTP wants to be said to programs."""
    return {401: {"WWW-Authenticate": "Bearer"}, 429: {"Retry-After": "60"}}.get(status)
