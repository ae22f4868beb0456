"""Entrances that only Telegram has. They end at the router's one door like everything else."""
