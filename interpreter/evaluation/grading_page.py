"""A page on 127.0.0.1 to grade sentences on: one after another, kept at once.

What was recognised is shown only after the grades, so that it does not explain what was heard.
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated

from fastapi import FastAPI, Form, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.middleware.trustedhost import TrustedHostMiddleware

import languages
from interpreter.evaluation.grades import (
    CRITERIA,
    HIGHEST,
    LOWEST,
    Graded,
    read_grades,
    ungraded,
    write_grades,
)
from interpreter.evaluation.segments import Rendered

TEMPLATES = Path(__file__).parent / "templates"
HOST = "127.0.0.1"

Grade = Annotated[int, Form(ge=LOWEST, le=HIGHEST)]


def create_app(found: Sequence[Rendered], path: Path, by: str) -> FastAPI:
    """The page for one grader; grades go to the file at `path`."""
    app = FastAPI(openapi_url=None)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=[HOST, "localhost"])
    template = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined
    ).get_template("grade.html.j2")

    @app.get("/")
    def next_sentence() -> HTMLResponse:
        book = read_grades(path)
        left = ungraded(book, found, by)
        return HTMLResponse(
            template.render(
                left=len(left),
                total=len(found),
                sentence=left[0] if left else None,
                number=found.index(left[0]) if left else 0,
                last=book.segments[-1] if book.segments and book.segments[-1].by == by else None,
                source=languages.load(left[0].source).name if left else "",
                target=languages.load(left[0].target).name if left else "",
                scale=book.scale,
                grades=range(LOWEST, HIGHEST + 1),
                criteria=CRITERIA,
            )
        )

    @app.post("/grades")
    def keep(
        request: Request,
        number: Annotated[int, Form(ge=0)],
        meaning: Grade,
        terms: Grade,
        omissions: Grade,
        tone: Grade,
        note: Annotated[str, Form(max_length=300)] = "",
    ) -> RedirectResponse:
        if request.headers.get("origin") != str(request.base_url).rstrip("/"):
            raise HTTPException(403, "Only this page may send grades.")
        if number >= len(found):
            raise HTTPException(404, "There is no such sentence.")
        grades = {"meaning": meaning, "terms": terms, "omissions": omissions, "tone": tone}
        book = read_grades(path)
        graders = {by: "", **book.graders}
        one = Graded(found[number], grades, by, note.strip())
        write_grades(replace(book, graders=graders, segments=(*book.segments, one)), path)
        return RedirectResponse("/", status_code=303)

    return app
