"""The events of one talk: whether all has been spoken, and the same on the talk's own clock.
Pure."""

QUIET_S = 2.0
"""After the talk: nothing was committed for so long, and all that was is spoken."""
_TIMES = ("at_s", "start_s", "end_s", "heard_s")


def is_all_spoken(events: list[dict[str, object]], now_s: float) -> bool:
    """Whether every unit's translation has been spoken to its end, and no words have come for a
    while."""
    spoken: dict[tuple[object, object], float] = {}
    units: set[tuple[object, object]] = set()
    last_commit_s = 0.0
    for event in events:
        key = (event.get("target"), event.get("unit"))
        match event["event"]:
            case "commit" | "unit":
                last_commit_s = float(str(event["at_s"]))
                if event["event"] == "unit":
                    units.add(key)
            case "playout":
                ends_s = float(str(event["start_s"])) + float(str(event["duration_s"]))
                spoken[key] = ends_s
            case "skipped" | "engine_failed":
                spoken[key] = 0.0
            case "translation" if not event["text"]:
                spoken[key] = 0.0
    is_heard = max(spoken.values(), default=0.0) < now_s
    return units <= spoken.keys() and is_heard and now_s - last_commit_s > QUIET_S


def shifted(event: dict[str, object], zero_s: float) -> dict[str, object]:
    """An event of the room's clock on the talk's clock."""
    moved = dict(event)
    for name in _TIMES:
        value = moved.get(name)
        if isinstance(value, int | float):
            moved[name] = round(value - zero_s, 3)
    words = moved.get("words")
    if event["event"] in ("unit", "final") and isinstance(words, list):
        moved["words"] = [
            [text, round(start - zero_s, 3), round(end - zero_s, 3)] for text, start, end in words
        ]
    return moved
