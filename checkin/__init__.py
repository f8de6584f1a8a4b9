"""Checkin: the check-in desk of public events."""

__version__ = "0.1.0"
