"""MEAN, the reference baseline of mebench: shallow networks on optical flow (Liong et al. 2023)."""
