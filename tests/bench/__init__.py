"""Figures of the whole product on this machine that need a browser or the running agents.

visible.py   when a reader sees a word, from what the page drew and when
memory.py    what one job process costs
page.js      in the page: what was drawn and heard, and when
__main__.py  `python -m tests.bench`: holds a meeting, measures, prints one table
"""
