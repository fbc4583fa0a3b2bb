"""An LLM as a judge: the grades that it gives to what people have graded.

Any livekit-agents LLM serves. The prompt is a template of ours; what comes back must be one JSON
object with a grade for each criterion, or it is asked once more, and then left out.
"""

import asyncio
import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from livekit.agents import APIError, llm

import languages
from interpreter.evaluation.agreement import Agreement, agreement
from interpreter.evaluation.grades import CRITERIA, HIGHEST, LOWEST, Graded
from interpreter.evaluation.segments import Rendered

TEMPLATES = Path(__file__).parent / "templates"
ATTEMPTS = 2
ANSWER_LIMIT_S = 60.0
_OBJECT = re.compile(r"\{[^{}]*\}")


def prompt_for(rendered: Rendered, scale: Mapping[str, str]) -> str:
    """What the judge is asked."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        autoescape=False,  # plain text
        trim_blocks=True,
    )
    return environment.get_template("judge.j2").render(
        scale=scale,
        source=languages.load(rendered.source).name,
        target=languages.load(rendered.target).name,
        said=json.dumps(rendered.said, ensure_ascii=False),
        heard=json.dumps(rendered.heard, ensure_ascii=False),
    )


def grades_in(answer: str) -> dict[str, int] | None:
    """The grades in an answer; None where it has not one of each."""
    for found in reversed(_OBJECT.findall(answer)):
        try:
            data = json.loads(found)
            grades = {name: int(data[name]) for name in CRITERIA}
        except (ValueError, KeyError, TypeError):
            continue
        if all(LOWEST <= grade <= HIGHEST for grade in grades.values()):
            return grades
    return None


async def judge(
    engine: llm.LLM[Any], segments: Sequence[Graded], scale: Mapping[str, str]
) -> list[dict[str, int] | None]:
    """The judge's grades of each segment; None where it gave none."""
    return [await _judged(engine, prompt_for(one.rendered, scale)) for one in segments]


async def _judged(engine: llm.LLM[Any], prompt: str) -> dict[str, int] | None:
    for _ in range(ATTEMPTS):
        context = llm.ChatContext.empty()
        context.add_message(role="user", content=prompt)
        pieces: list[str] = []
        try:
            async with asyncio.timeout(ANSWER_LIMIT_S), engine.chat(chat_ctx=context) as stream:
                pieces += [
                    chunk.delta.content
                    async for chunk in stream
                    if chunk.delta is not None and chunk.delta.content
                ]
        except (APIError, TimeoutError):
            continue
        grades = grades_in("".join(pieces))
        if grades is not None:
            return grades
    return None


def agreements(
    segments: Sequence[Graded], judged: Sequence[Mapping[str, int] | None]
) -> dict[str, Agreement]:
    """By criterion, how far the judge agrees with the people, on what it has graded."""
    pairs = [
        (one.grades, grades)
        for one, grades in zip(segments, judged, strict=True)
        if grades is not None
    ]
    if not pairs:
        return {}
    return {
        name: agreement(
            [one[name] for one, _ in pairs], [other[name] for _, other in pairs], LOWEST, HIGHEST
        )
        for name in CRITERIA
    }
