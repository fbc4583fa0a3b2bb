"""The LiveKit side of live interpretation, listed in the order of the flow.

__main__.py            the command line
commands/              one file per subcommand
worker.py              accepts a job, starts a floor or a pair, ends it
leaving.py             a worker that stops: its jobs go on until others have taken them over
slots.py               how many jobs this machine runs at once, and who is refused
metrics_endpoint.py    where Prometheus asks a worker: what its jobs count, added up
preload.py             what jobs share with the process that they are forked from
floor/                 one room: floor/agent.py is to be READ FIRST
pair/                  one pair: pair/agent.py is to be READ SECOND
line.py                numbered words between agents, healed by what each reader wants; pure
typed.py               what a captioner's page and the floor agent say to each other; pure
line_names.py          what lines are called: of a language, of a relay; pure
readable.py            the recogniser's words → text that people can read; pure
repairs.py             what people take back while they speak → what they meant; pure
terms/                 the glossary at work in a pair: match, tell, verify, mend; pure
numbers.py             number words → digits; pure
facts/                 what a translation must not change: numbers, dates, negations, names; pure
captions.py            the caption frame and its healing receiver; pure
caption_publisher.py   sends captions so that a lossy data track loses nothing
tracks.py              audio out: one published voice, with its playout clock
stretch.py             speech faster or slower at the same pitch
room.py                names on the wire, and what room metadata says
participants.py        what a participant is, by what the server says; takes a dead one out
room_clock.py          the room clock, and how audio time is tied to it
common_prefix.py       how far two sequences begin alike; pure
lasting_trouble.py     an engine's trouble as the log has it: once, and its end
kept_waiting.py        whether this process was let run when it should have woken; a clock of it
journal.py             segments go to a file before listeners see them as final, then to the store
dead_jobs.py           takes what a dead job left in its room out of it
journal_file.py        that file: one segment a line, whole or not at all
unread.py              where the words begin that a pair's transcript lacks
store.py               what is kept: tables and queries; web imports them, never the reverse
glossary_rows.py  the store's glossaries: tables and queries
room_glossary.py       a room's glossaries, read anew when somebody changes them
usage_rows.py          the store's record of what engines used: a table and queries
usage_keeper.py        what a job's engines used goes to the event log, and to the store
backup.py              a copy of what is kept, taken while it runs, and put back
cues.py                segments → WebVTT cues; pure
layout.py              text → lines that people can read; pure
usage.py               what engines used, as their providers count it; pure
cost.py                that, and prices.toml → what a meeting costs; pure
price_faults.py        what may be wrong with a file of prices, in sentences; pure
serving_engines.py     which engine serves what, as agents tell it; pure
engine_book.py         an agent's switches of engines: logged, told, and probes run beside it
engines/               one file per provider; the only importers of provider SDKs
rehearsal/             a talk through a real room, recorded as a listener hears it
evaluation/            talks as a recogniser heard them, interpreted in virtual time and scored
talks.py               test talks: texts spoken by flite, with known sentence times
event_log.py           every step of a job, one JSON object a line
unit_events.py         the event log → what happened to each unit; pure
heard.py               recorded sound → when something was heard
latency.py             the event log → ear-voice span, lag, drift, pace; pure
stage_times.py         the event log → how long each stage took; pure
steadiness.py          the event log → what was taken back: flicker, append-only; pure
text_lag.py            the event log → LongYAAL, by omnisteval; pure
kept_facts.py          the event log → numbers and negations that were heard; pure
scorer.py              events and sounds of one talk → its row of figures; pure
quality.py             how much of the meaning is kept
profile_report.py      engine profiles as people read them: trials, what they have for a language
figures.py             the benchmark's table
glossary_option.py     what `--glossary` takes, and what of it could not be read
recovery.py            what was heard and kept around a fault → how a meeting recovered; pure
recovery_figures.py    the table of faults
local_server.py        a LiveKit server of our own on 127.0.0.1
phones.py              the demo for phones: what is opened to them, what people are told
lan.py                 this machine's address in its local network
certificates.py        a certificate that this machine makes for that address
tls_proxy.py           HAProxy in front of pages and signalling
proxies.py             which servers are reached through a proxy, as the environment says
processes.py           the product on one machine, as rows of the table of children
children.py            child processes by a table: started, awaited, watched, ended
requirements.py        what this machine must have, and what to do where it has not
word_sounds.py         words with sounds of their own in a text for a voice; pure
events.py              what flows between stages
errors.py              what can go wrong
redaction.py           no key in a log, whatever a library writes
settings.py            environment → one frozen Settings
"""
