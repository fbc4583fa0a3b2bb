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

pairs.py         `python -m tests.bench.pairs`: twenty pairs at once, on engines that replay
overhead.py      `python -m tests.bench.overhead`: what the product itself adds, to words and voices
prepared.py      their talk: what is said when, and its translations, of prepared.toml
replay.py        the product with engines that replay it
instant.py       a recogniser that answers at once
empty_job.py     the product's worker, with an empty streaming job to compare a pair with
costs.py         processor time and memory of many processes over the same time
crowd.py         who hears every voice at once
audible.py       holes in what they hear
overhead_room.py a microphone and a listener that know the time
echo.py          what LiveKit alone takes

meetings.py         `python -m tests.bench.meetings`: emulated cloud engines, every fault in turn
providers.py        the emulators of a profile, in a process of their own
spoiling.py         which fault comes next, and to whom; pure
audience.py         who follows such a meeting, and what they notice
held_meeting.py     one such meeting, and what is kept of it
kept.py             what became of the words that were said; pure
sounded.py          whether a voice said a text, no more and no less
meeting_figures.py  what listeners noticed of each fault; pure
meeting_report.py   the same as people read it, and what is worse than promised; pure
"""
