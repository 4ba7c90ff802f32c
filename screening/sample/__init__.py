"""The sample county: its rows, made by code here, from what the files beside it tell. Live mode refuses it."""
