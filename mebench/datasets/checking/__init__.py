"""Check a copy of a data set: its contents, counts, and every file.

``run_checks``           the check itself: annotations, counts against protocols, and the result
``video_check``          files of each video, without decoding
``frame_content_check``  every frame decoded: unreadable, frozen, duplicate
``check_result``         the result, as text, HTML and JSON
"""
