"""Videos on disk: folders of images, video files, and a lossless frame cache.

Frames count from 0; images are RGB, ``uint8``. A frame that cannot be read
becomes a finding with the video, the frame number and the file.
"""
