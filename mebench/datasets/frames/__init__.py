"""Frames as they lie on disk: folders of images, video files, and a lossless cache.

Frames count from 0; images are RGB, ``uint8``. Whatever cannot be read is a finding that names the
video, the frame and the file.
"""
