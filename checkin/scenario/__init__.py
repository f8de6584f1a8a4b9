"""Scenario files: an event's settings and people, and what happens at its doors, as JSON.

`checkin replay` runs one; `checkin new --from` takes the settings and people of one. Every error
names the place in the file.
"""
