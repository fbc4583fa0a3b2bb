"""What may be wrong with a file of prices, in sentences for people. Pure.

No value of the file is repeated: a sentence says where it stands and what is wanted there.
"""

from collections.abc import Mapping

RATES = "audio_minute, million_characters, or million_input and million_output"

_DOLLARS = "a number of dollars, 0 or more, as 0.006"
_WANTED: Mapping[str, str] = {
    "price": "rows, each under a line [[price]] of its own",
    "gpu": "tables, as [gpu.NAME] with hour = 1.2",
    "price.engine": 'a text, as "livekit.plugins.openai:LLM"',
    "price.provider": 'a text, as "api.openai.com"',
    "price.models": 'a list of one text or more, as ["gpt-4.1-mini*"]',
    "price.gpu": 'a text: the NAME of a [gpu.NAME], as "ours"',
    "price.own_machine": "true or false",
    "price.link": 'a text: the address of a page, as "https://…"',
    "price.read": "a day, as 2026-05-05",
    "gpu.hour": "a number of dollars, 0 or more, as 1.2",
    "gpu.shared_by": "a number above 0: so many meetings use it at a time",
}
_KNOWN: Mapping[str, str] = {
    "price": "engine, provider, models, audio_minute, million_characters, million_input, "
    "million_cached, million_output, gpu, own_machine, link and read",
    "gpu": "hour and shared_by",
}


def fault(place: tuple[int | str, ...], error: Mapping[str, object]) -> str:
    """One of pydantic's faults: where it stands, and what is wanted."""
    steps = list(place)
    if len(steps) == 1:
        return _of_file(str(steps[0]), str(error["type"]))
    head = str(steps[0])
    number = steps[1] + 1 if isinstance(steps[1], int) else steps[1]
    where = f"{head} {number}" if head == "price" else f"{head}.{number}"
    if len(steps) == 2:
        return f"{where}: {_of_row(head, error)}"
    return f"{where}, {steps[2]}: {_of_field(head, str(steps[2]), str(error['type']))}"


def _of_file(name: str, kind: str) -> str:
    if kind == "extra_forbidden":
        return f"{name!r} is not known; a file of prices has [[price]] rows and [gpu.NAME] tables"
    return f"{name} must be {_WANTED[name]}"


def _of_row(head: str, error: Mapping[str, object]) -> str:
    if error["type"] == "value_error":
        return str(error["msg"]).removeprefix("Value error, ")
    return f"this must be a table of {_KNOWN[head]}"


def _of_field(head: str, name: str, kind: str) -> str:
    if kind == "extra_forbidden":
        known = "a row has" if head == "price" else "a GPU has"
        return f"it is not known; {known} {_KNOWN[head]}"
    if kind == "missing":
        return f"it is missing; write {_WANTED[f'{head}.{name}']}"
    return f"it must be {_WANTED.get(f'{head}.{name}', _DOLLARS)}"
