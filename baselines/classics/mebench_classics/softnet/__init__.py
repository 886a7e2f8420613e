"""SOFTNet: a shallow three-stream network on optical flow (Liong, See, Wong 2021)."""
