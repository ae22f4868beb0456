"""Thin adapters: each speaks one platform and hands everything to the router. They never see services or storage."""
