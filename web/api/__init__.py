"""JSON for the browser client, webhooks, and health, one router an area.

shapes.py       what the endpoints take and give
meetings.py     joining, choosing how it is interpreted, ending
rooms.py        what a page in a meeting says and asks
terms.py        what a console asks about glossaries: the rows for its direction
booths.py       what a console asks: to be on air, and to hand back
booth_rooms.py  the booth among itself: its room, its messages
handovers.py    what two consoles agree on: who is on air next, and how long a shift is
technician.py   what a console says to the technician
webhook.py      what LiveKit tells
health.py       is this process alive, and can it serve
"""
