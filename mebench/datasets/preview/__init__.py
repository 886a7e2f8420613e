"""Looking at a video and its annotations: a contact sheet, or a clip."""
