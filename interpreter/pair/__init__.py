"""The pair agent: one job a pair; a line → chunks → translation → voice and captions.

agent.py         one pair, top to bottom: READ THIS SECOND
on_air_message.py whether its voice and captions go out; from the floor agent
job.py           what a pair's dispatch says
engines.py       what it works with: a translator and a voice
policy.py        how a pair interprets, by mode: the numbers of what follows
source_line.py   the source's line → units; pure
confirmed.py     words that wait for the recogniser's last word on them; pure
chunking.py      committed words → units worth translating; pure
corrections.py   which of a speaker's corrections are made silently; pure
requests.py      what the translator is asked next; pure
translating.py   units → text, asked of the translator one by one, each in time
checking.py      translations against glossary and facts, asked for again where they are wrong
judging.py       where it is wrong, and which of two answers is better; pure
commit.py        translations of one unit → what of them may be spoken; pure
script.py        what the voice may say next; pure
condensing.py    when what waits for the voice is said in fewer words; pure
catching_up.py   what a voice that is too late says in fewer words, and leaves out
relayed_text.py  closed units → numbered words for pairs that read this one's channel; pure
relaying.py      sends them to the floor agent, which writes that line
captioning.py    translated units → caption segments of the target
turn.py          its turn to speak, where another pair feeds the same channel
cushion.py       how much later an utterance begins where voices run dry; pure
pace.py          how fast to speak, from how far behind; pure
speech.py        what the script says → audio frames, taken when the voice is about to fall silent
reports.py       what a pair tells the floor agent: subscription, heartbeat, resume point
"""
