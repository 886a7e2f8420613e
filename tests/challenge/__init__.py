"""Challenges: the folder of an organizer, the bundle, the scoring program, the action."""
