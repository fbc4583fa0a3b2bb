"""What lines are called: the language that is spoken, then each that it was interpreted into. Pure.

`es` is what somebody says in Spanish, on the floor or as an interpreter; `es>en` is the machine's
English of it, for pairs that read that channel instead of the floor: relay.
"""

_INTO = ">"


def interpreted(line: str, target: str) -> str:
    """The line that a pair writes of the one that it reads."""
    return f"{line}{_INTO}{target}"


def language_of(line: str) -> str:
    """The language of a line's words."""
    return line.rpartition(_INTO)[2]


def spoken_in(line: str) -> str:
    """The language that a person spoke."""
    return line.partition(_INTO)[0]


def languages_of(line: str) -> list[str]:
    """The languages on its way, in order."""
    return line.split(_INTO)


def machines_of(line: str) -> int:
    """How many machines have interpreted a line's words; 0: a person said them."""
    return line.count(_INTO)


def steps_of(line: str) -> list[tuple[str, str]]:
    """The pairs that make a line, in order: the line that each reads, and its target."""
    tags = languages_of(line)
    return [(_INTO.join(tags[:place]), tags[place]) for place in range(1, len(tags))]
