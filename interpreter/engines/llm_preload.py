"""Imported once in the process that jobs are forked from, when an LLM translates: reads the
language table (0.8 s) and the prompts. Leaves no thread, file or connection.
"""

import interpreter.engines.llm  # noqa: F401  (with all that it imports)
import languages
from interpreter.engines.faults import Checks
from interpreter.engines.prompting import Ask, Prompt, messages
from interpreter.engines.translator import TranslationRequest

_ONE = languages.load("en")

messages(TranslationRequest("OK"), Prompt(Ask.WHOLE), _ONE, _ONE)
Checks("This is how it sounds.", _ONE, _ONE).check_head("This is how it sounds.")
