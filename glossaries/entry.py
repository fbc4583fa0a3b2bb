"""One entry of a glossary: a term, how it is rendered, and what is known about it. Pure."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Rendering:
    """A term in one target language."""

    text: str
    """As it is said, in its dictionary form; what a translation must have, in any listed form."""
    forms: tuple[str, ...] = ()
    """Inflected forms that count as this rendering."""
    forbidden: tuple[str, ...] = ()
    """Texts that must not stand for the term."""
    pronunciation: str = ""
    """How a voice should say it: IPA between slashes (/ˈɡaːla/), else a respelling."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One term of a source language. Tags are BCP 47."""

    source_language: str
    source: str
    renderings: dict[str, Rendering] = field(default_factory=dict, hash=False)
    """Target language → its rendering there."""
    forms: tuple[str, ...] = ()
    """Inflected forms of the source that are this term too."""
    aliases: tuple[str, ...] = ()
    """What a recogniser tends to hear instead."""
    is_case_sensitive: bool = False
    """Whether "Turkey" differs from "turkey": in the source where it has capitals at all, and in
    the rendering."""
    is_kept: bool = False
    """Do not translate: it stands in every target as it is in the source."""
    pronunciation: str = ""
    """How a voice should say what is kept, in any target without one of its own."""
    note: str = ""
    """For people, and for a translator that reads: the field, the sense that is meant."""

    def rendering(self, target: str) -> Rendering | None:
        """How the term stands in a target; None where nothing is known."""
        own = self.renderings.get(target)
        if own is None and self.is_kept:
            return Rendering(self.source, pronunciation=self.pronunciation)
        return own
