"""Entrances that only Discord has. They end at the router's one door like everything else."""
