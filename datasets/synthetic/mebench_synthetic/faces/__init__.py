"""Faces of different people, shaped, shaded and moved by action units.

``rig.Rig`` draws the frames of one person; ``pose.Pose`` says what the face does. Everything here
needs OpenCV, so nothing is imported before it is asked for.
"""
