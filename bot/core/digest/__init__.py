"""The weekly digest: what there is, what is chosen of it for a group, and why. Pure rules."""
