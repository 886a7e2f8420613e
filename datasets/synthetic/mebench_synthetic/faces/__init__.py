"""Faces of different people, rendered and moved by action units.

``rig.Rig`` draws the frames of one person; ``pose.Pose`` describes the face in a frame. All modules
need OpenCV, so they are imported only when they are used.
"""
