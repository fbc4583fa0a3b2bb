"""The sample glossaries by name."""

from functools import cache
from pathlib import Path

from glossaries.read import load
from glossaries.report import Glossary

SAMPLES = ("council", "medical", "football")
_FOLDER = Path(__file__).parent


@cache
def sample(name: str) -> Glossary:
    """One of SAMPLES."""
    return load(_FOLDER / f"{name}.csv")
