"""The web side: pages, their JSON endpoints, and who looks after rooms, in order of a request.

app.py          create_app: what the application is made of
__main__.py     `python -m web migrate`, `python -m web strings`
settings.py     environment → one frozen WebSettings
services.py     what every request may use
security.py     headers, forms of our own pages only, clean logs
permissions.py  who may: each permission is a dependency
tokens.py       LiveKit tokens: what each role may do
pages/          pages for people
api/            JSON for the browser client, webhooks, health
forms.py        what people type, checked field by field
booths.py       who interprets, and who should be on air
booth_chat.py   what interpreters of a booth write to each other
booth_rooms.py  the booths' own rooms on the LiveKit server
wishes.py       who should be: compared and set, and the record
handover.py     a channel goes from one interpreter to another by agreement: every step; pure
handovers.py    such offers in the database
handover_clock.py  the background task that carries them out at their moment
shifts.py       how long interpreters have been working; pure
technician.py   what interpreters call the technician for, and what became of it
glossaries.py   a meeting's glossaries, and every change of them
glossary_terms.py  a term as a page shows it, and the form that changes it
glossary_report.py  what was wrong in a glossary's file, in the reader's language
glossary_contexts.py  what the templates of glossaries are given
uploads.py      forms with a file: how large one may be
modes.py        in which mode a meeting is interpreted; pure
relays.py       from what each channel is interpreted; pure
unchecked.py    which channels nobody holds to the numbers that were said; pure
costs.py        what a meeting has cost, in the reader's language
serving.py      which engine serves each channel, in the reader's language; pure
contexts.py     what each template is given
rendering.py    one template, one context, in the reader's language
i18n.py         the page's language
catalogues.py   the pages' languages, kept in step with their strings
errors.py       what web answers when something cannot be done
error_pages.py  errors as people and programs read them
transcripts.py  a meeting's sessions on one time base
export/         transcript → file
limits.py       how often a page or an address may ask
rooms.py        rooms on the LiveKit server: made, described, watched, ended
supervision.py  the background task that looks after every open room
lease.py        which web process does so
wanted.py       which languages a room wants; pure
floors.py       floor agents: sent, pinged, removed; one room's kept alive
floor_watch.py  what to do about a room's floor agents; pure
media_server.py the LiveKit server as web asks it
demo.py         the demo meeting
queries.py      every question to the database
db.py           the database for web: queries in a thread, migrations
models.py       web's own tables
migrations/     changes of the tables
"""
