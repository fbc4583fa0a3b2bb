"""JSON for the browser client, webhooks, and health, one router an area.

shapes.py    what the endpoints take and give
meetings.py  joining, choosing how it is interpreted, ending
rooms.py     what a page in a meeting says and asks
booths.py    what a console asks
booth_rooms.py  the booth among itself: its room, its messages
webhook.py   what LiveKit tells
health.py    is this process alive, and can it serve
"""
