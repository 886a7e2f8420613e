"""Videos on disk: folders of images, video files, and a lossless frame cache.

Frames count from 0; images are RGB, ``uint8``. Everything that cannot be read becomes a finding
that names the video, the frame and the file.
"""
