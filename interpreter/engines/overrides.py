"""Whether the chains that a profile has for single languages serve those languages. Pure."""

from collections.abc import Iterator

import languages
from interpreter.engines.kinds import Kind
from interpreter.engines.profiles import Profile
from interpreter.engines.serving import serves, translates
from languages import Language


def idle_chains(profile: Profile) -> Iterator[str]:
    """A sentence for each chain of a language of which no engine serves it."""
    for tag, chains in profile.overrides.items():
        language = languages.load(tag)
        for kind in chains:
            if not _is_served(profile, kind, language):
                yield (
                    f"profile {profile.name}, language {tag}, {kind}: none of these engines is for "
                    f'{language.name}; name one that is (with "{tag}" in its languages, where it '
                    "lists them), or take this list out"
                )


def _is_served(profile: Profile, kind: Kind, language: Language) -> bool:
    chain = profile.chain(kind, language.tag)
    if kind is not Kind.TRANSLATOR:
        return any(serves(kind, one, language) for one in chain)
    sources = [languages.load(tag) for tag in languages.available()]
    return any(translates(one, source, language) for one in chain for source in sources)
