"""Previews of a video and its annotations: a contact sheet and a clip."""
