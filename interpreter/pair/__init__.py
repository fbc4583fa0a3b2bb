"""The pair agent: one job a pair; a line → chunks → translation → voice and captions.

agent.py         one pair, top to bottom: READ THIS SECOND
job.py           what a pair's dispatch says
source_line.py   the source's line → units; pure
chunking.py      committed words → units worth translating; pure
captioning.py    translated units → caption segments of the target
pace.py          how fast to speak, from how far behind; pure
speech.py        translated units → audio frames, one at a time, two ahead
"""
