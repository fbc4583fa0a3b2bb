"""Figures of the whole product on this machine that need a browser or the running agents.

visible.py   when a reader sees a word, from what the page drew and when
memory.py    what one job process costs
page.js      in the page: what was drawn and heard, and when
__main__.py  `python -m tests.bench`: holds a meeting, measures, prints one table

facts.py        `python -m tests.bench.facts`: wrong translations, and how many the checker finds
glossary.py     `python -m tests.bench.glossary`: what repair is worth with an LLM that is careless
terms.py        `python -m tests.bench.terms`: what ten thousand entries cost

switches.py     `python -m tests.bench.switches`: changes who interprets, and measures what is heard
stage.py        the people of a measured handover
turns.py        from a recording: what each switch sounded like
attribution.py  whose words the transcript says they are, against who was on air
"""
