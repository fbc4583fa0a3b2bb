"""How well the product interprets: talks as a recogniser heard them, replayed through the real
floor and pair code in virtual time, and scored.

case.py             what a recogniser believed of one talk, and its file
recording.py        a sound file → a case
live_piece.py       a piece of a live meeting's event log → a case
scripted.py         a written talk → a case, with a scripted recogniser's mistakes
blocking_engines.py the machine's real engines, for a loop whose time is virtual
replay.py           one case, one pair, one policy: from hypotheses to what was heard
suite.py            the suite's cases, the last results, and what counts as a loss
variants.py         policies with one rule changed, to see what it buys
run.py              cases × pairs × policies → rows of figures
charts.py           numbers → the geometry of drawings; pure
report.py           what was played → a report in one HTML file
table.py            rows → a table, one line a talk, and the mean of each policy; pure
segments.py         what was played, sentence by sentence; pure
grades.py           grades that people gave to sentences, and their file
grading_page.py     a page to grade more, for this machine alone
judge.py            an LLM as a judge, and how far it agrees with people
agreement.py        how far two graders agree; pure
"""
