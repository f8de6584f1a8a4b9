"""The app: thin screens over the desk and the read models."""
