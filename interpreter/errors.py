"""What can go wrong, as one tree: every error has a code, a sentence for people, and whether
trying again can help.

InterpretationError
├── InputError               what the person gave cannot be used; the sentence says what to do
│   ├── UnknownLanguage
│   ├── UnsupportedPair
│   └── BadSoundFile
├── RequirementMissing       the machine lacks a program, a dictionary, a voice or a free port
└── EngineError              an engine failed
    ├── EngineUnavailable    not running, not reachable, or it hung (worth another try)
    └── EngineRefused        it answered, and the answer is no (another try gives the same)
"""

from collections.abc import Callable


class InterpretationError(Exception):
    """The root: `str(error)` is a sentence for people that says what to do."""

    code = "interpretation_error"
    retryable = False


class InputError(InterpretationError):
    """What the person gave cannot be used."""

    code = "input"


class UnknownLanguage(InputError):
    """No language file has this tag."""

    code = "unknown_language"


class UnsupportedPair(InputError):
    """No translator of the profile serves this pair."""

    code = "unsupported_pair"


class BadSoundFile(InputError):
    """The sound file cannot be read, or holds nothing that could be interpreted."""

    code = "bad_sound_file"


class RequirementMissing(InterpretationError):
    """The machine lacks something; the sentence names the remedy."""

    code = "requirement_missing"


class EngineError(InterpretationError):
    """A recogniser, translator or voice failed."""

    code = "engine"
    origin: Callable[[], BaseException] | None = None
    """What a provider's library raised, for who judges it: nothing that writes an error reaches it,
    as it may repeat a key. Streams of livekit-agents lose `__context__` (1.8.9)."""


class EngineUnavailable(EngineError):
    """The engine does not run, cannot be reached, or did not answer in time."""

    code = "engine_unavailable"
    retryable = True


class EngineRefused(EngineError):
    """The engine answered that it cannot do this."""

    code = "engine_refused"
